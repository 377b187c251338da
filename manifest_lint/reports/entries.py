"""What to say of the entries that suppress findings: of errors, expired, or matching none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from manifest_lint.document.masking import shown_text
from manifest_lint.text.wording import count, listed, quoted

if TYPE_CHECKING:
    from manifest_lint.config.settings import Exemption
    from manifest_lint.engine.report import Report
    from manifest_lint.finding import Finding
    from manifest_lint.reports.outcome import Outcome

_MOST = 10


def remarks(outcome: Outcome) -> list[str]:
    """Return a line on each exemption that is worth one, and one on obsolete baseline entries."""
    report = outcome.report
    lines = [*exemptions(report, outcome.path)]
    if report.gone:
        lines.append(f"{_obsolete(report)}; update the file with --write-baseline")
    return list(map(outcome.hide, lines)) if lines else []


def exemptions(report: Report, path: Callable[[str], str] = str) -> Iterator[str]:
    """Yield a line for each exemption that has expired, matches nothing, or is one of errors.

    `path` returns a configuration's path as it is shown.
    """
    for entry in report.expired[:_MOST]:
        what = f"expired on {entry.until}; fix the findings or set a later date"
        yield f"{_entry(entry, path)} {what}"
    for entry in report.needless[:_MOST]:
        yield f"{_entry(entry, path)} matches no finding; correct or remove it"
    for what, entries in (("have expired", report.expired), ("match nothing", report.needless)):
        if len(entries) > _MOST:
            yield f"{len(entries) - _MOST:,} more entries of per-file-ignores {what}"
    yield from _still_refused(report, path)


def gone(report: Report) -> Iterator[str]:
    """Yield the baseline entries that no longer match a finding."""
    if not report.gone:
        return
    yield f"{_obsolete(report)}; update the file with --write-baseline:"
    for file, entry in report.gone[:_MOST]:
        yield f"  {shown_text(f'{file}: {entry.path} {entry.code} {entry.pointer}')}".rstrip()
    if len(report.gone) > _MOST:
        yield f"  and {len(report.gone) - _MOST:,} more"


def _obsolete(report: Report) -> str:
    return f"{count(len(report.gone), 'baseline entry is', 'baseline entries are')} obsolete"


def _still_refused(report: Report, path: Callable[[str], str]) -> Iterator[str]:
    """Yield a line for each exemption of errors: who refuses these does not know it."""
    refused: dict[Exemption, list[Finding]] = {}
    for one in report.exempted:
        if one.finding.refused_by:
            refused.setdefault(one.exemption, []).append(one.finding)
    for entry, findings in list(refused.items())[:_MOST]:
        by = listed(sorted({one for finding in findings for one in finding.refused_by}))
        errors = count(len(findings), "error")
        yield f"{_entry(entry, path)} exempts {errors}, still refused by {by}"
    if len(refused) > _MOST:
        yield f"and {count(len(refused) - _MOST, 'more entry', 'more entries')} of errors"


def _entry(entry: Exemption, path: Callable[[str], str]) -> str:
    where = entry.path if entry.pointer is None else f"{entry.path}#{shown_text(entry.pointer)}"
    what = f"per-file-ignores: {listed([*entry.codes])} in {quoted(where)}"
    return f"{path(entry.file)}:{entry.line}: {what}"
