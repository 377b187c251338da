"""The report as SARIF 2.1.0, for code scanning.

[OASIS, Static Analysis Results Interchange Format 2.1.0; limits of an upload: GitHub Docs, "SARIF
support for code scanning"]
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from manifest_lint._version import __version__
from manifest_lint.document.document import Document
from manifest_lint.engine.hide import shown_edits
from manifest_lint.finding import Edit, Finding, Place
from manifest_lint.reports import catalogue
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sentences import needless, not_searched
from manifest_lint.rules.base import Rule
from manifest_lint.rules.registry import rule_of
from manifest_lint.text.wording import count

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "manifestLint/v1"
"""The name of our fingerprints; changed whenever a finding's fingerprint changes."""

MOST_RESULTS = 25_000
"""GitHub refuses an upload with more. We keep the worst, and say how many are missing."""


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the report as one JSON object, in one line."""
    yield json.dumps(log(outcome))


def log(outcome: Outcome) -> dict[str, Any]:
    """Return the report as JSON values. Lines and columns count from 1, columns in UTF-16 units."""
    findings = list(outcome.fingerprints())
    invocation: dict[str, Any] = {"executionSuccessful": not outcome.report.refused}
    notes = [
        {"level": "note", "message": {"text": f"Skipped {what}: {why}."}}
        for what, why in outcome.report.skipped
    ]
    notes += [{"level": "note", "message": {"text": it}} for it in not_searched(outcome.report)]
    notes += [{"level": "warning", "message": {"text": it}} for it in needless(outcome.build)]
    notes += [{"level": "error", "message": {"text": why}} for why in outcome.report.refused]
    if len(findings) > MOST_RESULTS:
        findings.sort(key=lambda item: -item[0].severity)
        what = f"{count(len(findings) - MOST_RESULTS, 'finding')} more: over the upload limit"
        notes.append({"level": "warning", "message": {"text": what}})
        del findings[MOST_RESULTS:]
    if notes:
        invocation["toolExecutionNotifications"] = notes
    codes = sorted({finding.code for finding, _ in findings})
    driver = {
        "name": "manifest-lint",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in _in_order(codes)],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "invocations": [invocation],
        "results": [_result(item, digest, codes, outcome) for item, digest in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _in_order(codes: Iterable[str]) -> Iterator[Rule]:
    return map(rule_of, codes)


def _rule(rule: Rule) -> dict[str, Any]:
    page = catalogue.page(rule)
    why = " ".join(page.why)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": why or page.summary},
        "help": {"text": why or page.summary, "markdown": catalogue.as_markdown(page)},
        "defaultConfiguration": {"level": page.severity},
        "properties": {
            "tags": ["cozy", "connector", *(f"refused by {who}" for who in page.refused_by)]
        },
    }


def _result(finding: Finding, digest: str, codes: list[str], outcome: Outcome) -> dict[str, Any]:
    text = f"{finding.message}. {finding.why}"
    if finding.fix:
        text += f" Fix: {finding.fix.title}."
    location: dict[str, Any] = {"artifactLocation": _artifact(finding.path, outcome)}
    document = outcome.report.documents[finding.path]
    if outcome.has_place(finding):
        location["region"] = region(finding.place, document)
    result = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity.label,
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {FINGERPRINT: digest},
    }
    edits = shown_edits(finding, outcome.report.documents)
    if finding.fix and edits:
        change = {
            "artifactLocation": _artifact(finding.path, outcome),
            "replacements": [_replacement(edit, document) for edit in edits],
        }
        fix = {"description": {"text": finding.fix.title}, "artifactChanges": [change]}
        result["fixes"] = [fix]
    return result


def _replacement(edit: Edit, document: Document) -> dict[str, Any]:
    return {
        "deletedRegion": region(edit.place, document),
        "insertedContent": {"text": edit.text},
    }


def region(place: Place, document: Document) -> dict[str, int]:
    """Return a place with its columns in UTF-16 units."""
    return {
        "startLine": place.line,
        "startColumn": _units(place.start, place.column, document),
        "endLine": place.end_line,
        "endColumn": _units(place.end, place.end_column, document),
    }


def _units(offset: int, column: int, document: Document) -> int:
    before = document.text[offset - column + 1 : offset]
    return column + (0 if before.isascii() else sum(char > "\uffff" for char in before))


def _artifact(name: str, outcome: Outcome) -> dict[str, str]:
    path = outcome.path(name)
    if PurePath(path).is_absolute():
        return {"uri": PurePath(path).as_uri()}
    # A reader would see a colon in the first part as the end of a URL scheme.
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
