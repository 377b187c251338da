"""What is beyond a limit of a report: the worst is kept, the rest is counted."""

from __future__ import annotations

import json

import pytest

from manifest_lint import Severity, check
from manifest_lint.engine.report import Report
from manifest_lint.engine.searched import Searched, Unsearched
from manifest_lint.reports import sarif, sentences
from manifest_lint.reports.outcome import Outcome
from tests.connectors import MANIFEST, with_changes

WITH_ONE = json.dumps(with_changes(MANIFEST, categories=["other"])).encode()
REPORT = check(stdin=(None, WITH_ONE), select=["M008"])
LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}


def uploaded(levels: list[str]) -> tuple[list[str], list[str]]:
    """Return the levels of the results of these, and what the notifications say."""
    [one] = REPORT.findings
    found = tuple(one._replace(severity=LEVELS[level]) for level in levels)
    [run] = json.loads("".join(sarif.lines(Outcome(REPORT._replace(findings=found)))))["runs"]
    notes = run["invocations"][0].get("toolExecutionNotifications", [])
    return [one["level"] for one in run["results"]], [one["message"]["text"] for one in notes]


@pytest.mark.parametrize("levels", [["note", "warning", "error"], ["warning", "note", "error"]])
def test_the_worst_results_are_kept_wherever_they_are(
    levels: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    assert uploaded(levels) == (["error", "warning"], ["1 finding more: over the upload limit"])


def test_github_accepts_25_000_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """[GitHub Docs, "SARIF support for code scanning", limits]"""
    short = staticmethod(lambda shown: {"level": shown.finding.severity.label})
    monkeypatch.setattr("manifest_lint.reports.sarif_result.Results.result", short)
    levels, notes = uploaded(["note"] * 25_000)
    assert (len(levels), notes) == (25_000, [])
    levels, notes = uploaded(["note"] * 25_000 + ["error"])
    assert (len(levels), levels[0]) == (25_000, "error")
    assert notes == ["1 finding more: over the upload limit"]


@pytest.mark.parametrize(("many", "more"), [(10, ""), (11, "1 more"), (1011, "1,001 more")])
def test_ten_secrets_are_named(many: int, more: str) -> None:
    names = tuple(f"S{n}" for n in range(many))
    [line] = sentences.secrets(Report((), searched=Searched(names)))
    assert line.startswith(f"Searched for {many:,} secrets: S0, ")
    assert [name in line.replace(".", ",").replace(" and", ",") for name in ("S9", "S10,")] == [
        True,
        False,
    ]
    assert line.endswith(f" and {more}." if more else " and S9.")
    lines = list(sentences.not_searched(Report((), searched=Searched((), missed(names)))))
    assert lines[9] == "Not searched for: S9: too short."
    assert lines[10:] == ([f"Not searched for: {more}."] if more else [])


def missed(names: tuple[str, ...]) -> tuple[Unsearched, ...]:
    return tuple(Unsearched(name=name, why="too short") for name in names)
