"""The report as SARIF 2.1.0, for code scanning.

[OASIS, Static Analysis Results Interchange Format 2.1.0; what GitHub reads of it, and limits of an
upload: GitHub Docs, "SARIF support for code scanning"]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from manifest_lint._version import __version__
from manifest_lint.finding import Severity
from manifest_lint.reports import catalogue
from manifest_lint.reports.entries import remarks
from manifest_lint.reports.json import with_items
from manifest_lint.reports.made import Made
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sarif_result import Results, message
from manifest_lint.reports.sentences import needless, not_searched
from manifest_lint.reports.suppressions import Suppressed, suppressed
from manifest_lint.rules.base import Rule
from manifest_lint.rules.registry import rule_of
from manifest_lint.text.logged_json import dumps
from manifest_lint.text.wording import count

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

MOST_RESULTS = 25_000
"""GitHub refuses an upload with more. We keep the worst, and say how many are missing."""

_SECURITY = {Severity.ERROR: "9.8", Severity.WARNING: "7.5", Severity.NOTE: "3.0"}
"""What GitHub shows as critical, high and low: 9.8 is what others give a password in code."""


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the report as one JSON object, in one line: a part for each finding."""
    shown = _shown(outcome)
    codes = sorted({one.finding.code for one in shown})
    found = map(Results(outcome, codes).result, shown)
    yield from with_items(_without_results(outcome, codes), "results", map(dumps, found))


def log(outcome: Outcome) -> dict[str, Any]:
    """Return the report as JSON values. Lines and columns count from 1, columns in UTF-16 units."""
    shown = _shown(outcome)
    codes = sorted({one.finding.code for one in shown})
    found = _without_results(outcome, codes)
    found["runs"][0]["results"] = list(map(Results(outcome, codes).result, shown))
    return found


def _shown(outcome: Outcome) -> list[Suppressed]:
    """Return the results: the worst, if there are too many."""
    every = chain(map(_reported, outcome.report.findings), suppressed(outcome))
    if _number(outcome) <= MOST_RESULTS:
        return list(every)
    from heapq import nsmallest  # equal ones stay in their order

    return nsmallest(MOST_RESULTS, every, lambda one: (bool(one.by), -one.finding.severity))


def _number(outcome: Outcome) -> int:
    return len(outcome.report.findings) + outcome.report.suppressed


def _without_results(outcome: Outcome, codes: list[str]) -> dict[str, Any]:
    made = outcome.made()
    invocation: dict[str, Any] = {"executionSuccessful": not outcome.report.refused}
    notes = list(_notes(outcome))
    if (more := _number(outcome) - MOST_RESULTS) > 0:
        what = f"{count(more, 'finding')} more: over the upload limit"
        notes.append({"level": "warning", "message": message(what)})
    if notes:
        invocation["toolExecutionNotifications"] = notes
    driver: dict[str, Any] = {"name": "manifest-lint", "semanticVersion": __version__}
    if address := made.documentation or made.address:
        driver["informationUri"] = address
    driver["rules"] = [_rule(rule_of(code), made) for code in codes]
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "invocations": [invocation],
        "results": [],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _reported(finding: Any) -> Suppressed:
    return Suppressed(finding, "")


def _notes(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Yield what is not a finding: what was skipped, not needed, or could not be checked."""
    report = outcome.report
    notes = [f"Skipped {one.what}: {one.why}." for one in report.skipped]
    notes += not_searched(report)
    warnings = [*needless(outcome.build), *remarks(outcome)]
    for level, texts in (("note", notes), ("warning", warnings), ("error", report.refused)):
        yield from ({"level": level, "message": message(text)} for text in texts)


def _rule(rule: Rule, made: Made) -> dict[str, Any]:
    page = catalogue.page(rule)
    why = " ".join(page.why)
    properties: dict[str, Any] = {
        "tags": ["cozy", "connector", *(f"refused by {who}" for who in page.refused_by)]
    }
    if page.family == "K":
        properties["tags"].append("security")
        properties["security-severity"] = _SECURITY[rule.severity]
    descriptor = {
        "id": rule.code,
        "name": "".join(word.title() for word in rule.name.split("-")),
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": why or page.summary},
        "help": {"text": why or page.summary, "markdown": catalogue.as_markdown(page)},
        "defaultConfiguration": {"level": page.severity},
        "properties": properties,
    }
    address = "" if rule.plugin else made.page_of(rule.code)
    return {**descriptor, "helpUri": address} if address else descriptor
