"""The report as workflow commands, which GitHub shows next to the lines of a change.

[GitHub Docs, "Workflow commands"; how values are escaped: actions/toolkit, core/src/command.ts]
"""

from __future__ import annotations

from collections.abc import Iterator

from click import unstyle

from manifest_lint.finding import Finding, Severity
from manifest_lint.reports.entries import remarks
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sentences import incomplete, needless, not_searched, skipped, summary
from manifest_lint.reports.text import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield a command for each finding, and a summary."""
    for finding in outcome.report.findings:
        yield _command(finding, outcome)
    for line in incomplete(outcome.report):
        yield f"::error title=manifest-lint::{_data(line)}"
    for line in skipped(outcome.report):
        yield f"::notice title=manifest-lint::{_data(line)}"
    for line in not_searched(outcome.report):
        yield f"::notice title=manifest-lint::{_data(line)}"
    for line in (*remarks(outcome), *needless(outcome.build)):
        yield f"::warning title=manifest-lint::{_data(line)}"
    yield unstyle(summary(outcome.report))


def _command(finding: Finding, outcome: Outcome) -> str:
    place = finding.place
    parts = {"file": outcome.path(finding.path)}
    if outcome.has_place(finding):
        parts |= {"line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:  # columns only work within one line
            parts |= {"col": str(place.column), "endColumn": str(place.end_column)}
    parts["title"] = f"{finding.code} {finding.name}"
    properties = ",".join(f"{name}={_property(value)}" for name, value in parts.items())
    text = [finding.message, finding.why]
    if finding.refused_by:
        text[0] += f" (refused by {', '.join(finding.refused_by)})"
    if finding.fix:
        text.append(f"Fix: {finding.fix.title}")
    return f"::{_COMMANDS[finding.severity]} {properties}::{'%0A'.join(map(_data, text))}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
