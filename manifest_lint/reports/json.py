"""The report for programs: schemas/report.schema.json."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from manifest_lint._version import __version__
from manifest_lint.document.masking import shown_text
from manifest_lint.engine.built import Build
from manifest_lint.engine.hide import shown_edits
from manifest_lint.engine.report import Report
from manifest_lint.engine.searched import Searched
from manifest_lint.finding import Edit, Finding, Fix, Place, Severity, json_pointer
from manifest_lint.reports.entries import remarks
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.pieces import Unfinished
from manifest_lint.text.logged_json import dumps

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.document.document import Document
    from manifest_lint.document.masking import Hider
    from manifest_lint.engine.report import Threshold
    from manifest_lint.project.changes import Changes

SCHEMA_VERSION = 1
"""Increased when a program that reads the old form would misread the new one."""


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the report as one JSON object, in one line: a part for each finding."""
    found = outcome.report.texts(as_text)
    yield from with_items(as_json(outcome, shown=()), "findings", found)


def as_text(findings: Iterable[Finding], documents: Mapping[str, Document]) -> str:
    """Return findings as they are in the list of the report, without its brackets."""
    return dumps([finding_as_json(one, documents) for one in findings])[1:-1]


def with_items(value: dict[str, Any], key: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a value as JSON in one line, with items, as JSON, in its empty list under a key."""
    before, mark, after = dumps(value).partition(f'"{key}": [')  # a string has no such quotes
    yield Unfinished(f"{before}{mark}")
    for number, item in enumerate(items):
        yield Unfinished(f", {item}" if number else item)
    yield after


def as_json(
    outcome: Outcome, *, findings: bool = True, shown: Iterable[Finding] | None = None
) -> dict[str, Any]:
    """Return the report of `check`, `build`, `verify` or `upgrade` as JSON values.

    It is without `findings`, or with those `shown` if these are given.
    """
    value = render(outcome.report, outcome.fail_on, shown if findings else ())
    if not findings:
        del value["findings"]
    elif outcome.report.suppressed:
        value["suppressed"] = list(suppressed_as_json(outcome))
    if said := remarks(outcome):
        value["remarks"] = said
    if outcome.report.searched:
        value |= {"secrets": _secrets(outcome.report.searched, outcome.build)}
    if outcome.build:
        value |= _packed(outcome.build)
    if outcome.archive:
        value |= _archive(outcome.archive, outcome.hide)
    if outcome.upgrade:
        from manifest_lint.reports import upgrade_json  # not needed for a check

        value |= upgrade_json.as_json(outcome.upgrade)
    return value


def render(
    report: Report, fail_on: Threshold = "as set", shown: Iterable[Finding] | None = None
) -> dict[str, Any]:
    """Return the report as JSON values. Lines and columns count from 1, columns in code points.

    `fail_on` is the lowest severity that makes the verdict `fail`; by default, as configured for
    each file. Of the findings, only those `shown` are in it, if these are given.
    """
    shown = report.findings if shown is None else shown
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "manifest-lint", "version": __version__},
        "verdict": report.verdict(fail_on),
        "summary": {
            "manifests": report.manifests,
            "account_types": report.account_types,
            **{f"{severity.label}s": report.count(severity) for severity in reversed(Severity)},
            "suppressed": report.suppressed,
            **({"excluded": report.excluded} if report.excluded else {}),
            "fixed": sum(len(rewrite.fixed) for rewrite in report.rewrites),
        },
        **({"incomplete": list(report.refused)} if report.refused else {}),
        **({"compared": _compared(report, report.changes)} if report.changes else {}),
        **({"skipped": [vars(skip) for skip in report.skipped]} if report.skipped else {}),
        "findings": [finding_as_json(one, report.documents) for one in shown],
    }


def _compared(report: Report, changes: Changes) -> dict[str, Any]:
    from manifest_lint.reports import upgrade_json  # not needed for a check

    return {
        "to": shown_text(changes.to),
        "changed": list(map(shown_text, changes.changed)),
        "added": list(map(shown_text, changes.added)),
        "renamed": [
            {"from": shown_text(old), "to": shown_text(new)} for old, new in changes.renamed.items()
        ],
        "deleted": list(map(shown_text, changes.deleted)),
        "account_types": list(map(shown_text, changes.types)),
        "not_compared": [
            {"path": shown_text(name), "why": shown_text(why)}
            for name, why in changes.not_compared.items()
        ],
        "unchanged": changes.unchanged,
        "upgrades": [
            {"path": shown_text(name), **upgrade_json.as_json(found)["upgrade"]}
            for name, found in report.upgrades()
        ],
    }


def finding_as_json(finding: Finding, documents: Mapping[str, Document]) -> dict[str, Any]:
    """Return a finding as JSON values; `documents` are those of its report."""
    fix, place = finding.fix, finding.place
    edits = shown_edits(finding, documents) if fix else ()
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.label,
        "path": shown_text(finding.path),
        "pointer": json_pointer(finding.pointer),
        "line": place.line,
        "column": place.column,
        "end": _end(place),
        "message": finding.message,
        "why": finding.why,
        "fix": _fix(fix, edits) if fix else None,
        "refused_by": list(finding.refused_by),
    }


def suppressed_as_json(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Yield each suppressed finding as JSON values, with what suppresses it."""
    from manifest_lint.reports.suppressions import suppressed  # most reports have none

    for one in suppressed(outcome):
        yield {
            "suppressed_by": one.kind,
            "where": one.by,
            "reason": one.reason or None,
            "until": str(one.until) if one.until else None,
            "finding": finding_as_json(one.finding, outcome.report.documents),
        }


def _fix(fix: Fix, edits: Iterable[Edit]) -> dict[str, Any]:
    return {"title": fix.title, "safe": fix.safe, "edits": [_edit(edit) for edit in edits]}


def _edit(edit: Edit) -> dict[str, Any]:
    return {"start": _start(edit.place), "end": _end(edit.place), "text": edit.text}


def _start(place: Place) -> dict[str, int]:
    return {"line": place.line, "column": place.column}


def _end(place: Place) -> dict[str, int]:
    return {"line": place.end_line, "column": place.end_column}


def _secrets(searched: Searched, build: Build | None) -> dict[str, Any]:
    """Return which secrets were searched for, by name, and which leaks are allowed."""
    return {
        "searched": list(searched.names),
        "not_searched": [{"name": one.name, "why": one.why} for one in searched.missed],
        "allowed": [
            {
                "code": one.code,
                "path": one.path,
                "fingerprint": one.fingerprint,
                "reason": one.reason,
                "found": list(one.found),
            }
            for one in (build.allowed if build else ())
        ],
    }


def _archive(archive: Archive, hide: Hider) -> dict[str, Any]:
    """Return the facts about a checked archive."""
    return {
        "archive": {
            "name": shown_text(archive.name),
            "size": archive.size,
            "sha256": archive.sha256 or None,
            "slug": hide(archive.slug),
            "version": hide(archive.version),
            "manifest": hide(archive.manifest_path),
            "files": len(archive.files),
        },
    }


def _packed(build: Build) -> dict[str, Any]:
    """Return what a build packed; empty if an error stopped it."""
    if build.archive is None:
        return {}
    return {
        "bundle": {
            "slug": build.hide(build.slug),
            "version": build.hide(build.version),
            "archive": {
                "name": build.hide(build.archive.name),
                "size": build.size,
                "sha256": build.sha256,
            },
            "content_digest": build.content_digest,
            "files": [
                {
                    "path": file.path,
                    "size": file.size,
                    "mode": f"{file.mode:o}",
                    "sha256": file.sha256,
                }
                for file in build.files
            ],
            "left_out": [{"path": item.path, "why": item.why} for item in build.left_out],
            "packed_anyway": [
                {"path": one.path, "reason": one.reason, "files": list(one.files)}
                for one in build.packed_anyway
            ],
        },
    }
