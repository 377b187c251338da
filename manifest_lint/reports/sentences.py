"""Sentences about a run, which several formats show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from manifest_lint.finding import Severity
from manifest_lint.text.wording import count, listed

if TYPE_CHECKING:
    from manifest_lint.engine.built import Build
    from manifest_lint.engine.report import Report

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_MOST_NAMED = 10


def summary(report: Report) -> str:
    """Return one line on what was checked and what was found."""
    looked_at = []
    if report.manifests or not report.findings:
        looked_at.append(count(report.manifests, "manifest"))
    if report.account_types or any(one.lacks_account_types for one in report.connectors):
        looked_at.append(count(report.account_types, "account type"))
    where = f" in {listed(looked_at)}" if looked_at else ""
    where += f", {hushed}" if (hushed := suppressed_count(report)) else ""
    if report.excluded:
        where += f", {count(report.excluded, 'path')} excluded"
    found = [
        click.style(count(report.count(severity), severity.label), fg=COLOURS[severity])
        for severity in reversed(Severity)
        if report.count(severity)
    ]
    if not found:
        return f"{click.style('No findings', fg='green')}{where}."
    return f"Found {', '.join(found)}{where}."


def suppressed_count(report: Report) -> str:
    """Return how many findings are exempted and baselined; empty if none is."""
    numbers = ((len(report.exempted), "exempted"), (len(report.baselined), "baselined"))
    return ", ".join(f"{number:,} {how}" for number, how in numbers if number)


def passes_with(report: Report) -> str:
    """Return with what a run passes, as ` with 2 warnings, 1 exempted`; empty if without."""
    warnings = report.count(Severity.WARNING)
    found = [count(warnings, "warning") if warnings else "", suppressed_count(report)]
    return f" with {', '.join(filter(None, found))}" if any(found) else ""


def skipped(report: Report) -> Iterator[str]:
    """Yield what was skipped, one line for each reason."""
    by_why: dict[str, list[str]] = {}
    for one in report.skipped:
        by_why.setdefault(one.why, []).append(one.what)
    for why, names in by_why.items():
        yield f"Skipped {listed(names)}: {why}."


def incomplete(report: Report) -> Iterator[str]:
    """Yield what could not be checked, one line each."""
    return (f"Not checked: {why}" for why in report.refused)


def fixed_count(report: Report) -> str:
    """Return how many findings the fixes of a report fix, and in how many files."""
    findings = sum(len(rewrite.fixed) for rewrite in report.rewrites)
    return f"{count(findings, 'finding')} in {count(len(report.rewrites), 'file')}"


def why_not_packed(report: Report) -> str:
    """Return one line on why nothing was packed."""
    if report.refused and not report.fails(Severity.ERROR):
        return "Nothing was packed: not everything could be checked."
    return "Nothing was packed: fix the errors first."


def secrets(report: Report) -> Iterator[str]:
    """Yield which secrets were searched for, and which could not be; by name only."""
    if report.searched is None:
        return
    names = report.searched.names
    if names:
        shown = [*names[:_MOST_NAMED], *_rest(len(names) - _MOST_NAMED)]
        yield f"Searched for {count(len(names), 'secret')}: {listed(shown)}."
    yield from not_searched(report)


def not_searched(report: Report) -> Iterator[str]:
    """Yield which secrets could not be searched for, by name only."""
    missed = report.searched.missed if report.searched else ()
    for one in missed[:_MOST_NAMED]:
        yield f"Not searched for: {one.name}: {one.why}."
    yield from (f"Not searched for: {more}." for more in _rest(len(missed) - _MOST_NAMED))


def _rest(number: int) -> list[str]:
    return [f"{number:,} more"] if number > 0 else []


def allowances(build: Build | None) -> Iterator[str]:
    """Yield each accepted leak, and each allowance that accepts nothing."""
    for one in build.allowed if build else ():
        if one.found:
            yield f"Allowed {one.code} in {one.path} ({one.fingerprint}): {one.reason}"
            yield from (f"  {found}" for found in one.found)
    yield from needless(build)


def needless(build: Build | None) -> Iterator[str]:
    """Yield each option that has accepted or included nothing."""
    for one in build.allowed if build else ():
        if not one.found:
            of = f"{one.code}:{one.path}:{one.fingerprint}"
            yield f"--allow-leak {of} accepts nothing: correct or remove it."
    for back in build.packed_anyway if build else ():
        if not back.files:
            given = f"--include {back.path}:REASON"
            yield f"{given} packs nothing: {back.unused}; correct or remove it."
