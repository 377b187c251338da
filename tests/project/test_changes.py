"""Which connectors differ: since a git revision, and against another place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from manifest_lint import UserError, check
from manifest_lint.engine.report import Report
from manifest_lint.finding import Severity
from manifest_lint.project.changes import Changes
from manifest_lint.reports.compared import compared
from tests.archives import good, tar_gz
from tests.command import ROOT, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, codes, only, with_changes
from tests.project.test_versions import git

BILLS = {"bills": {"type": "io.cozy.bills"}}


def write(folder: Path, name: str, /, **changes: Any) -> None:
    """Write a connector with an account type, named after its folder."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    manifest = with_changes(MANIFEST, **{"slug": name, **changes})
    (place / "manifest.konnector").write_text(json.dumps(manifest, indent=2))
    address = f"https://oauthcallback.cozy.rocks/accounts/{name}/redirect"
    document = with_changes(ACCOUNT_TYPE, _id=name, redirect_uri=address)
    (place / "account-types-def.json").write_text(json.dumps(document))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit of six connectors, which is the current folder."""
    folder = tmp_path / "tree"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / ".gitignore").write_text("ignored\n")
    for name in "abcdef":
        write(folder, name)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    monkeypatch.chdir(folder)
    return folder


def changed(report: Report) -> Changes:
    assert report.changes is not None
    return report.changes


def since(*paths: str) -> Changes:
    return changed(check(paths or ["."], since="main"))


def test_an_unchanged_tree_has_nothing_to_check(tree: Path) -> None:
    report = check(["."], since="HEAD")
    assert (changed(report).unchanged, report.findings, report.manifests) == (6, (), 0)
    done = run("check", "--since", "HEAD", cwd=tree)
    assert (done.returncode, done.stdout) == (
        0,
        "Compared with HEAD: 6 unchanged.\nNo findings in 0 manifests.\n",
    )


@pytest.mark.parametrize("folder", ["account_types", "account-types"])
def test_each_kind_of_change_is_found(tree: Path, folder: str) -> None:
    write(tree, "a", version="1.3.0", permissions={})
    (tree / "b" / "account-types-def.json").write_text("{}")
    (tree / "c" / folder).mkdir()
    (tree / "c" / folder / "more.json").write_text("{}")
    shutil.rmtree(tree / "d")
    (tree / "e").rename(tree / "moved")
    for name in ("new", "ignored", "build", ".hidden", "node_modules"):
        write(tree, name)
    found = since()
    assert found.changed == [f"{name}/manifest.konnector" for name in "abc"]
    assert found.added == ["new/manifest.konnector"]
    assert found.renamed == {"e/manifest.konnector": "moved/manifest.konnector"}
    assert found.deleted == ["d/manifest.konnector"]
    assert found.unchanged == 1
    assert sorted(found.before) == ["a/manifest.konnector", "moved/manifest.konnector"]
    assert len(found.checked) == 5


def test_what_is_excluded_is_neither_changed_nor_deleted(tree: Path) -> None:
    """Unless its folder is named, as without a comparison."""
    (tree / "manifest-lint.toml").write_text('extend-exclude = ["/a/", "/b/"]')
    shutil.rmtree("a")
    write(tree, "b", version="9.9.9")
    found = since()
    assert (found.changed, found.deleted, found.unchanged) == ([], [], 4)
    assert since("b").changed == ["b/manifest.konnector"]
    (tree / "b" / "manifest.konnector").unlink()
    assert since("b").deleted == ["b/manifest.konnector"]


@pytest.mark.parametrize(
    ("paths", "added"),
    [
        (["ignored"], True),
        (["ignored/manifest.konnector"], True),
        ([".", "ignored"], True),
        (["a", "."], False),
    ],
)
def test_an_ignored_connector_is_checked_if_it_is_named(
    tree: Path, paths: list[str], added: bool
) -> None:
    write(tree, "ignored")
    assert since(*paths).added == ["ignored/manifest.konnector"] * added


def test_a_folder_with_account_types_alone_is_checked(tree: Path) -> None:
    (tree / "types").mkdir()
    (tree / "types" / "x.json").write_text(json.dumps(ACCOUNT_TYPE | {"redirect_url": "x"}))
    whole = check(["types"])
    assert "A001" in codes(whole.findings)
    assert check(["types"], since="main").findings == whole.findings


def test_what_cannot_be_read_in_a_folder_makes_the_check_incomplete(tree: Path) -> None:
    (tree / "a" / "manifest.konnector").unlink()
    (tree / "a" / "manifest.konnector").mkdir()
    write(tree, "b", name="Another")
    for options in ((), ("--since", "HEAD")):
        done = run("check", *options, cwd=tree)
        assert "a/manifest.konnector: is a folder; a manifest is a file" in done.stderr
        assert (done.returncode, "b/manifest.konnector" in done.stdout) == (2, True)


def test_only_the_named_folders_are_compared(tree: Path) -> None:
    write(tree, "a", name="Another")
    write(tree, "b", name="Another")
    shutil.rmtree(tree / "d")
    found = since("b", "c/manifest.konnector")
    assert (found.changed, found.deleted, found.unchanged) == (["b/manifest.konnector"], [], 1)


def test_line_ends_that_git_changes_are_no_difference(tree: Path) -> None:
    file = tree / "a" / "manifest.konnector"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert since().unchanged == 6


def test_changed_connectors_have_findings_of_the_update(tree: Path) -> None:
    write(tree, "a", version="1.3.0", permissions=BILLS)
    write(tree, "b", name="Another")
    report = check(["."], since="main")
    by_path = {one.path: one.code for one in report.findings if one.code == "U004"}
    assert by_path == {"a/manifest.konnector": "U004"}
    kept = only(report.findings, "U010")
    assert (kept.path, kept.severity) == ("b/manifest.konnector", Severity.NOTE)
    assert report.manifests == 2


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_an_old_manifest_that_is_not_json_is_not_compared(tree: Path, text: str) -> None:
    (tree / "a" / "manifest.konnector").write_text(text)
    git(tree, "commit", "-qam", "broken")
    write(tree, "a", permissions=BILLS)
    report = check(["."], since="HEAD")
    assert changed(report).changed == ["a/manifest.konnector"]
    value = json.loads(run("check", "--since", "HEAD", "--format", "json", cwd=tree).stdout)
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text("utf-8"))
    Draft7Validator(schema).validate(value)
    assert [one["path"] for one in value["compared"]["not_compared"]] == ["a/manifest.konnector"]
    line = "Not compared: a/manifest.konnector: HEAD:a/manifest.konnector is not a JSON object."
    assert line in compared(report)
    assert not [code for code in codes(report.findings) if code.startswith("U")]


def test_a_broken_or_unreadable_manifest_is_reported(tree: Path) -> None:
    (tree / "a" / "manifest.konnector").write_text("{")
    assert codes(check(["."], since="main").findings) == ["J001", "K003"]


def test_several_repositories_are_each_compared_with_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        write(tmp_path, name)
        git(tmp_path / name, "init", "-q", "-b", "main")
        git(tmp_path / name, "add", ".")
        git(tmp_path / name, "commit", "-qm", "one")
    write(tmp_path, "b", name="Another")
    found = since()
    assert (found.changed, found.unchanged) == (["b/manifest.konnector"], 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"since": "nothing"}, "nothing: there is no such file or git revision; check it"),
        (
            {"since": "../tree"},
            "../tree: is a file or folder, not a git revision; give it to check as --against",
        ),
        ({"since": "-x"}, "-x: there is no such file or git revision; check it"),
        ({"since": "main", "against": "a"}, "--since cannot be used with --against"),
        ({"against": "nothing"}, "nothing: there is no such file; check the path"),
        ({"against": ""}, "--against: is empty; name a folder, a manifest or an archive"),
        ({"against": "empty"}, "empty: no manifest.konnector found in or below it; name another"),
        (
            {"since": "a...b"},
            "a...b: is a range of commits; use --since a..., or manifest-lint upgrade a b",
        ),
        (
            {"since": "main.."},
            "main..: is a range of commits; use --since main, or manifest-lint upgrade main HEAD",
        ),
        (
            {"since": "main..HEAD"},
            "main..HEAD: is a range of commits; use --since main, or manifest-lint upgrade main",
        ),
        (
            {"since": "..main"},
            "..main: is a range of commits; use --since HEAD, or manifest-lint upgrade HEAD main",
        ),
        ({"since": "nothing..."}, "nothing...: there is no such file or git revision; check it"),
        ({"since": "^HEAD"}, "^HEAD: there is no such file or git revision; check it"),
        ({"against": "a"}, "a: is one connector; compare it with one connector's folder"),
    ],
)
def test_what_cannot_be_compared(tree: Path, arguments: dict[str, Any], message: str) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(UserError) as error:
        check(["."], **arguments)
    assert str(error.value).startswith(message)


def test_outside_a_repository(tmp_path: Path) -> None:
    write(tmp_path, "a")
    with pytest.raises(UserError, match="is not in a git repository; use --against"):
        check([tmp_path], since="HEAD")


def test_a_shallow_clone(tree: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tree, "commit", "-q", "--allow-empty", "-m", "two")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tree}", str(clone))
    with pytest.raises(UserError, match=r"this clone is shallow; .*fetch-depth: 0"):
        check([clone], since="HEAD~1")


def test_against_a_folder(tree: Path, tmp_path: Path) -> None:
    old = shutil.copytree(tree, tmp_path / "old", ignore=shutil.ignore_patterns(".git"))
    write(tree, "a", version="1.3.0", permissions=BILLS)
    shutil.rmtree(tree / "d")
    (tree / "e").rename(tree / "moved")
    write(tree, "new")
    report = check([tree], against=old)
    found = changed(report)
    assert found.changed == [str(tree / "a" / "manifest.konnector")]
    assert found.added == [str(tree / "new" / "manifest.konnector")]
    was, now, gone = (str(tree / name / "manifest.konnector") for name in ("e", "moved", "d"))
    assert found.renamed == {was: now}
    assert (found.deleted, found.unchanged) == ([gone], 3)
    assert "U004" in codes(report.findings)


@pytest.mark.parametrize(
    ("before", "after"),
    [('["x", "y"]', '["y",  "x"]'), ('["\\u0078", "y", "x"]', '["y","x", "x"]')],
)
def test_the_order_of_values_is_restored(tree: Path, before: str, after: str) -> None:
    file = tree / "a" / "manifest.konnector"
    opens = '{"bills": {"type": "io.cozy.bills", "selector": "id", "values": LIST}}'
    good, text = json.loads(file.read_text()), ""
    for version, values in (("1.0.0", before), ("99.0.0", after)):
        text = json.dumps({**good, "version": version, "permissions": "HERE"}, indent=2)
        file.write_text(text.replace('"HERE"', opens.replace("LIST", values)))
        if values == before:
            git(tree, "commit", "-qam", "next")
    done = run("check", "--since", "main", "--select", "U", "--fix", cwd=tree)
    fixed = json.loads(file.read_text())["permissions"]["bills"]["values"]
    assert (fixed, done.returncode) == (json.loads(before), 0)
    assert "U004" not in done.stdout


def test_what_every_update_waits_for_is_reported_once(tree: Path) -> None:
    opens = {"type": "io.cozy.accounts", "values": []}
    write(tree, "a", version="1.3.0", permissions={"x": opens})
    found = [one for one in check([tree], since="main").findings if "values" in one.pointer]
    assert codes(tuple(found)) == ["P012"]
    found = list(check([tree], since="main", ignore=["P012"]).findings)
    assert (
        "every update waits"
        in only(tuple(one for one in found if "values" in one.pointer), "U004").message
    )


@pytest.mark.parametrize("form", ["archive", "folder", "manifest"])
def test_against_one_connector(tree: Path, tmp_path: Path, form: str) -> None:
    place = tmp_path / "old.tar.gz"
    place.write_bytes(tar_gz(good(slug="a")))
    if form != "archive":
        place = tree / "b" / ("manifest.konnector" if form == "manifest" else "")
        write(tree, "b", slug="a")
    write(tree, "a", name="Another")
    finding = only(check([tree / "a"], against=place).findings, "U010")
    assert finding.severity is (Severity.ERROR if form == "archive" else Severity.NOTE)
    only(check([tree / "a" / "manifest.konnector"], against=place).findings, "U010")


def test_the_report_for_programs_names_what_changed(tree: Path) -> None:
    write(tree, "a", name="Another")
    (tree / "e").rename(tree / "moved")
    done = run("check", "--since", "main", "--format", "json", cwd=tree)
    compared = json.loads(done.stdout)["compared"]
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text("utf-8"))
    Draft7Validator(schema).validate(json.loads(done.stdout))
    assert [one["path"] for one in compared.pop("upgrades")] == [
        "a/manifest.konnector",
        "moved/manifest.konnector",
    ]
    assert compared == {
        "to": "main",
        "changed": ["a/manifest.konnector"],
        "added": [],
        "renamed": [{"from": "e/manifest.konnector", "to": "moved/manifest.konnector"}],
        "deleted": [],
        "account_types": [],
        "not_compared": [],
        "unchanged": 4,
    }
    for name in ("text", "markdown", "html"):
        shown = run("check", "--since", "main", "--format", name, cwd=tree).stdout
        assert "1 changed, 1 renamed, 4 unchanged" in shown
    for name in ("github", "gitlab", "junit", "sarif", "concise"):
        done = run("check", "--since", "main", "--format", name, cwd=tree)
        assert done.stderr.startswith(
            "manifest-lint: Compared with main: 1 changed, 1 renamed, 4 unchanged.\n"
        )
        assert "Once the version is raised: people get it before the next run" in shown


def test_options_that_do_not_go_together(tree: Path) -> None:
    assert run("check", "-", "--since", "main", cwd=tree, stdin=b"{}").returncode == 2
    done = run("check", "--select", "U004", cwd=tree)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "needs --since or --against" in done.stderr


def test_fixes_are_applied_to_changed_connectors_only(tree: Path) -> None:
    for name in "ab":
        write(tree, name, vendor_link=..., vendorLink="https://sunmeter.example")
    git(tree, "commit", "-qam", "two")
    write(tree, "a", vendor_link=..., vendorLink="https://sunmeter.example", version="1.3.0")
    assert run("check", "--since", "HEAD", "--fix", cwd=tree).returncode == 0
    fixed = ['"vendor_link"' in (tree / n / "manifest.konnector").read_text() for n in "ab"]
    assert fixed == [True, False]


@pytest.mark.parametrize(
    "place", ["build", "a/build", "a/build/more", "a/rebuild", "node_modules/x"]
)
def test_a_built_connector_is_compared_if_it_is_named(tree: Path, place: str) -> None:
    write(tree, place)
    git(tree, "add", "--force", ".")
    git(tree, "commit", "-qm", "built")
    write(tree, place, permissions=BILLS)
    found = changed(check([place], since="HEAD"))
    assert (found.changed, found.added) == ([f"{place}/manifest.konnector"], [])
    assert bool(changed(check(["."], since="HEAD")).changed) == (place == "a/rebuild")


def test_a_link_to_a_built_manifest_is_compared_with_it(tree: Path) -> None:
    write(tree, "a/build")
    link = tree / "a" / "manifest.konnector"
    link.unlink()
    link.symlink_to("build/manifest.konnector")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "linked")
    assert changed(check(["."], since="HEAD")).unchanged == 6
    write(tree, "a/build", permissions=BILLS)
    assert changed(check(["."], since="HEAD")).changed == ["a/manifest.konnector"]
