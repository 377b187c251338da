"""What each format shows of a finding that is exempted, and of one that a baseline has."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from manifest_lint import Report
from manifest_lint.config.settings import Exemption
from manifest_lint.reports.entries import exemptions
from manifest_lint.reports.formats import find
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from tests.command import run
from tests.connectors import MANIFEST, with_changes
from tests.reports.exempted import BASELINED, BY, EXEMPTED, REASON, REPORTED, exempted_tree, write

COUNTED = "1 exempted, 1 baselined"
LISTS = {"json", "jsonl", "sarif", "junit", "markdown", "html"}
"""The formats that list what is suppressed."""

COUNTS = {"text", "github", "markdown", "html"}
"""The formats that count it in a sentence; `json` and `jsonl` do so in `summary`."""

NOTHING = {"concise", "gitlab", "rdjson"}
"""Those that have no field for it, and whose readers would take it for a finding."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("suppressed")
    report: Report = exempted_tree(root)
    assert [one.code for one in report.findings] == [REPORTED]
    return Outcome(report, root=root)


@pytest.mark.parametrize("name", FORMATS)
def test_what_each_format_shows(outcome: Outcome, name: str) -> None:
    text = "\n".join(find(name)(outcome)).replace("\\", "").replace("&#39;", "'")
    assert REPORTED in text
    shows = {EXEMPTED, BASELINED, BY, REASON, "2999-01-01", "known.json"}
    if name in LISTS:
        assert [one for one in shows if one not in text] == []
    else:
        assert [one for one in shows if one in text] == []
    assert (COUNTED in text) == (name in COUNTS)
    assert name in LISTS | COUNTS | NOTHING


def test_the_job_summary_lists_them(tmp_path: Path) -> None:
    write(tmp_path)
    summary = tmp_path / "summary.md"
    environment = {"GITHUB_STEP_SUMMARY": str(summary)}
    done = run("check", "--format", "github", cwd=tmp_path, environment=environment)
    assert f"::{EXEMPTED}" not in done.stdout
    text = summary.read_text("utf-8")
    assert text.startswith(f"## manifest-lint: passed with 1 warning, {COUNTED}\n")
    assert REASON in text


def test_json_names_the_entry_and_jsonl_has_a_line_for_each(outcome: Outcome) -> None:
    whole = json.loads("".join(find("json")(outcome)))
    exempted, baselined = whole["suppressed"]
    assert exempted.pop("finding")["code"] == EXEMPTED
    assert exempted == {
        "suppressed_by": "exemption",
        "where": BY,
        "reason": REASON,
        "until": "2999-01-01",
    }
    assert baselined.pop("finding")["code"] == BASELINED
    assert baselined == {
        "suppressed_by": "baseline",
        "where": "known.json",
        "reason": None,
        "until": None,
    }
    lines = list(map(json.loads, find("jsonl")(outcome)))
    assert [one["kind"] for one in lines] == ["finding", "suppressed", "suppressed", "summary"]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_secret_of_what_is_exempted(tmp_path: Path, name: str) -> None:
    secret = "b7Kq2zX9wL4mN8pR3tV6"
    entry = f'[[per-file-ignores]]\ncode = "M"\npath = "*"\nreason = "client_secret={secret}"\n'
    (tmp_path / "manifest-lint.toml").write_text(f'select = ["M"]\n{entry}')
    manifest = {"slug": "x", "client_secret": secret, secret: 1, "type": secret}
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    done = run("check", "--format", name, cwd=tmp_path)
    assert secret not in done.stdout + done.stderr
    assert "exempt" in done.stdout or name not in LISTS | COUNTS


def test_each_format_says_which_entries_to_look_at(tmp_path: Path) -> None:
    """Also those that list findings only: they do so on standard error."""
    secret = "s3cr3t-of-the-manifest"
    changes = {"client_secret": secret, "vendorlink": "x", "icon": "none.svg"}
    manifest = with_changes(MANIFEST, **changes)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "manifest.konnector").write_text(json.dumps(manifest, indent=2))
    (tmp_path / ".git").mkdir()
    entries = [
        'code = "M003"\npointer = "/vendorlink"\nuntil = 2020-01-01',
        f'code = "M010"\npointer = "/{secret}"',
        'code = "K"',
    ]
    heads = (f'[[per-file-ignores]]\npath = "a/*"\nreason = "why"\n{one}\n' for one in entries)
    (tmp_path / "manifest-lint.toml").write_text("".join(heads))
    said = ["expired on 2020-01-01", "matches no finding", "still refused by"]
    for name in FORMATS:
        done = run("check", ".", "--format", name, cwd=tmp_path)
        text = done.stdout + done.stderr
        assert [one for one in said if one not in text] == [], name
        assert secret not in text, name
        assert (said[0] in done.stderr) == (name in NOTHING)
        if name == "json":
            report = json.loads(done.stdout)
            assert [one.partition(": ")[0] for one in report["remarks"]] == [
                "manifest-lint.toml:1",
                "manifest-lint.toml:7",
                "manifest-lint.toml:12",
            ]
    assert said[0] in run("check", ".", "-q", cwd=tmp_path).stderr
    (tmp_path / "manifest-lint.toml").write_text('exclude = ["a/"]')
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "manifest.konnector").write_text(json.dumps(MANIFEST))
    counts = json.loads(run("check", ".", "--format", "json", cwd=tmp_path).stdout)["summary"]
    assert counts["excluded"] == 1


def test_many_entries_are_counted_and_not_all_shown() -> None:
    last = date(2020, 1, 1)
    entries = tuple(Exemption((f"M{n:03}",), "*", Path(), until=last) for n in range(12))
    lines = list(exemptions(Report((), needless=entries, expired=entries)))
    assert len(lines) == 22
    assert lines[-2:] == [
        "2 more entries of per-file-ignores have expired",
        "2 more entries of per-file-ignores match nothing",
    ]
