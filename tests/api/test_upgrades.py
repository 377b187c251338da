"""`upgrade` from Python and on the command line, and the part of each format on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from manifest_lint import UserError, upgrade
from manifest_lint.finding import Severity
from manifest_lint.reports.formats import find
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.upgrade import verdict
from tests.archives import good, tar_gz
from tests.command import ROOT, run
from tests.connectors import MANIFEST, codes, only, with_changes
from tests.growth import grows_with_its_input

BILLS = {"type": "io.cozy.bills", "verbs": ["GET"]}
ODD = '<b>`x`</b> ![i](//e.example/i.png) | "q" \u202e'
"""Characters with a meaning in some format."""


def pair(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> tuple[Path, Path]:
    """Write two versions of the good manifest, with changes."""
    paths = folder / "old.json", folder / "new.json"
    for path, changes in zip(paths, (old, new), strict=True):
        path.write_text(json.dumps(with_changes(MANIFEST, **changes), indent=2))
    return paths


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, "Nothing changes for users: the manifests are the same."),
        ({}, {"slug": "y"}, "The registry refuses version 1.2.0: "),
        ({}, {"version": "1.2"}, "The registry refuses version 1.2: the version cannot be"),
        (
            {"permissions": []},
            {"version": "2.0.0"},
            "The stack refuses version 1.2.0, so no user has it: there is nothing to update.",
        ),
        (
            {},
            {"version": "2.0.0", "type": "webapp"},
            "The update fails silently, and people keep version 1.2.0: the stack refuses version",
        ),
        ({}, {"version": ""}, "The registry refuses the new version: the version cannot be"),
        (
            {"version": ""},
            {"version": "2.0.0", "permissions": {}},
            "Everyone is asked for consent, and runs the old version until then.",
        ),
        ({}, {"version": "1.1.0"}, "The registry accepts version 1.1.0 and serves it to no user."),
        (
            {},
            {"version": "2.0.0", "permissions": {}},
            "Everyone is asked for consent, and runs version 1.2.0 until then.",
        ),
        ({}, {"version": "2.0.0"}, "People get version 2.0.0 before the next run, without being"),
        ({}, {"version": "v2.0.0"}, "The registry refuses version v2.0.0: the version cannot be"),
        (
            {},
            {"slug": ..., "version": "2.0.0"},
            "The registry refuses version 2.0.0: `slug` is mis",
        ),
        (
            {},
            {"version": "1.3.0-beta.1"},
            "People on the beta and dev channels get version 1.3.0-beta.1 before the next run, wit",
        ),
        (
            {},
            {"version": "1.3.0-dev.aa", "permissions": {}},
            "People on the dev channel are asked for consent, and run version 1.2.0 until then.",
        ),
        (
            {"version": "1.3.0-beta.1"},
            {},
            "No user who has version 1.3.0-beta.1 gets version 1.2.0: their channels go on serving",
        ),
    ],
)
def test_one_sentence_says_what_happens(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: str
) -> None:
    done = upgrade(*pair(tmp_path, old, new))
    assert verdict(done.upgrade).startswith(expected)


def test_a_web_application_is_not_said_to_reach_people(tmp_path: Path) -> None:
    old, new = pair(tmp_path, {}, {"version": "2.0.0"})
    webapp = tmp_path / "manifest.webapp"
    webapp.write_bytes(new.read_bytes())
    done = upgrade(old, webapp)
    assert only(done.report.findings, "U002").refused_by == ("install",)
    assert verdict(done.upgrade).startswith("The update fails silently, and people keep version 1")
    back = verdict(upgrade(webapp, old).upgrade)
    assert back == "No user has version 2.0.0 as a connector: it is a web application."


def test_what_makes_registry_or_stack_refuse_it_is_reported_too(tmp_path: Path) -> None:
    changes = {"version": "2.0.0", "editor": ..., "permissions": {"a": {}}, "icon": "none.svg"}
    report = upgrade(*pair(tmp_path, {}, changes)).report
    assert {"M001", "P001"} <= set(codes(report.findings))
    refused = [set(f.refused_by) for f in report.findings if not f.code.startswith("U")]
    assert all({"install", "publish"} & one for one in refused)


def test_settings_apply_as_in_a_check(tmp_path: Path) -> None:
    paths = pair(tmp_path, {}, {"version": "2.0.0", "permissions": {"bills": BILLS}})
    assert set(codes(upgrade(*paths).report.findings)) == {"U004", "U005"}
    assert codes(upgrade(*paths, select=["U004"]).report.findings) == ["U004"]
    assert "U004" not in codes(upgrade(*paths, ignore=["U004"]).report.findings)
    assert upgrade(*paths, fail_on="warning").report.fails()
    (tmp_path / "manifest-lint.toml").write_text('ignore = ["U005"]\nseverity = {U004 = "error"}\n')
    finding = only(upgrade(*paths).report.findings, "U004")
    assert (finding.severity, finding.refused_by) == (Severity.ERROR, ())
    assert "U005" not in codes(upgrade(*paths).report.findings)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\ufeff[]"])
def test_an_old_version_that_is_not_a_manifest(tmp_path: Path, text: str) -> None:
    old, new = pair(tmp_path, {}, {})
    old.write_text(text)
    with pytest.raises(UserError, match=r"old.json: is not a JSON object.*name a version that was"):
        upgrade(old, new)


def test_a_new_version_that_is_not_json_is_reported(tmp_path: Path) -> None:
    old, new = pair(tmp_path, {}, {})
    new.write_text("{")
    report = upgrade(old, new).report
    assert codes(report.findings) == ["J001"]


def test_other_line_ends_change_nothing(tmp_path: Path) -> None:
    old, new = pair(tmp_path, {}, {})
    new.write_bytes(new.read_bytes().replace(b"\n", b"\r\n"))
    done = upgrade(old, new)
    assert codes(done.report.findings) == []
    assert verdict(done.upgrade) == "Nothing changes for users: the manifests are the same."


def test_two_archives_differ_in_any_file(tmp_path: Path) -> None:
    old, new = tmp_path / "old.tar.gz", tmp_path / "new.tar.gz"
    old.write_bytes(tar_gz(good()))
    new.write_bytes(tar_gz(good()))
    same = upgrade(old, new)
    assert codes(same.report.findings) == []
    assert verdict(same.upgrade) == "Nothing changes for users: both versions are the same."
    new.write_bytes(tar_gz([*good()[:2], ("index.js", "console.log(2)"), *good()[3:]]))
    assert codes(upgrade(old, new).report.findings) == ["U010"]


@pytest.mark.parametrize("ignore", [(), ("B008",)])
def test_an_archive_that_is_refused_reaches_nobody(tmp_path: Path, ignore: tuple[str, ...]) -> None:
    old, new = tmp_path / "old.tar.gz", tmp_path / "new.tar.gz"
    old.write_bytes(tar_gz(good()))
    *files, _ = raised = good(version="9.0.0")  # not in its package.json
    new.write_bytes(tar_gz(raised))
    done = upgrade(old, new, ignore=ignore)
    refused = "The registry refuses version 9.0.0: it does not accept the archive."
    assert verdict(done.upgrade) == refused
    new.write_bytes(tar_gz(files))
    assert verdict(upgrade(old, new).upgrade).startswith("People get version 9.0.0")


def test_a_secret_of_the_old_version_alone_is_masked(tmp_path: Path) -> None:
    secret = "9f8e7d6c5b4a3210"
    old = {"oauth": {"scope": ["read"], "client_secret": secret}, "slug": secret}
    done = upgrade(*pair(tmp_path, old, {"version": "2.0.0"}))
    messages = [one.message for one in done.report.findings]
    assert any("***" in one for one in messages), messages
    assert secret not in repr(done.report.findings)


def of_everything(folder: Path) -> tuple[Path, Path]:
    """Write two versions that differ in all that a report shows, with odd characters."""
    old = {
        "permissions": {ODD: {**BILLS, "values": ["a", ODD]}, "files": {"type": "io.cozy.files"}},
        "oauth": {"scope": ODD},
        "on_delete_account": ODD,
        "parameters": {"a": 1},
        "terms": {"url": "https://x.example", "id": "x", "version": ODD},
    }
    new = {"version": "2.0.0", "permissions": {"files": BILLS}, "oauth": {"scope": "other"}}
    return pair(folder, old, new)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_an_upgrade(tmp_path: Path, name: str) -> None:
    done = upgrade(*of_everything(tmp_path))
    assert {"U004", "U005", "U006", "U008"} <= set(codes(done.report.findings))
    outcome = Outcome(done.report, upgrade=done.upgrade, root=tmp_path)
    text = "\n".join(find(name)(outcome))
    assert "\u202e" not in text
    if name in ("text", "json", "markdown", "html"):
        assert "Everyone is asked for consent" in text
    if name == "json":
        schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text("utf-8"))
        value = json.loads(text)
        Draft7Validator(schema).validate(value)
        keys = [one["key"] for one in value["upgrade"]["permissions"]]
        assert keys == ["files", ODD, "referenced folders"]
    if name == "markdown":
        shown = MarkdownIt("gfm-like", {"linkify": False}).enable("table").render(text)
        assert "<b>" not in shown
        assert "<img" not in shown
        cells = {row.count("<td>") for row in shown.split("<tr>")[1:]}
        assert cells == {0, 5}


def test_the_command_exits_as_a_check(tmp_path: Path) -> None:
    old, new = pair(tmp_path, {}, {"version": "2.0.0", "permissions": {"bills": BILLS}})
    for arguments, code in (
        ((old, new), 0),
        ((old, new, "--fail-on", "warning"), 1),
        ((old, tmp_path / "none"), 2),
        ((old, "http://me:secret@x.example/x.tar.gz"), 2),
    ):
        done = run("upgrade", *arguments)
        assert done.returncode == code
        assert "secret" not in done.stdout + done.stderr
        assert len(done.stderr.splitlines()) == (code == 2)
    shown = run("upgrade", old, new).stdout
    assert "in force: io.cozy.files every verb" in shown
    assert run("upgrade", old, new, "-q").stdout.count("\n") == shown.count("U00")
    done = run("upgrade", old, new, "--baseline", "none.json")
    assert (done.returncode, "none.json: baseline not found" in done.stderr) == (2, True)


@pytest.mark.parametrize(("step", "code"), [(-1, "U004"), (1, "U005")])
def test_the_report_grows_with_the_number_of_permissions(
    tmp_path: Path, step: int, code: str
) -> None:
    def make(size: int) -> tuple[Path, Path]:
        folder = tmp_path / str(size)
        folder.mkdir()
        rules = [
            {f"{name}{n}": {**BILLS, "values": [f"{n}", "x"][::order]} for n in range(size)}
            for name, order in (("a", 1), ("a" if step == -1 else "b", step))
        ]
        return pair(
            folder, {"permissions": rules[0]}, {"permissions": rules[1], "version": "2.0.0"}
        )

    def show(paths: tuple[Path, Path]) -> None:
        done = upgrade(*paths)
        assert code in codes(done.report.findings)
        assert list(find("text")(Outcome(done.report, upgrade=done.upgrade, root=tmp_path)))

    assert grows_with_its_input(make, show, 2000)
