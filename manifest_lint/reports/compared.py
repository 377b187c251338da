"""What `check --since` and `check --against` compared, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.document.masking import shown_text
from manifest_lint.engine.report import Report
from manifest_lint.reports import upgrade

if TYPE_CHECKING:
    from manifest_lint.project.changes import Changes


def compared(report: Report) -> Iterator[str]:
    """Yield what differs from the connectors that were compared; nothing for a whole check."""
    return map(shown_text, _sentences(report, report.changes) if report.changes else ())


def _sentences(report: Report, changes: Changes) -> Iterator[str]:
    numbers = {
        "changed": len(changes.changed),
        "added": len(changes.added),
        "renamed": len(changes.renamed),
        "deleted": len(changes.deleted),
        "unchanged": changes.unchanged,
    }
    counted = [f"{number:,} {what}" for what, number in numbers.items() if number]
    yield f"Compared with {changes.to}: {', '.join(counted) or 'no connectors'}."
    yield from (f"Renamed: {old} is now {new}." for old, new in changes.renamed.items())
    yield from (f"Deleted: {name}: users keep the version they have." for name in changes.deleted)
    yield from (f"Account types changed: {name}." for name in changes.types)
    yield from (f"Not compared: {name}: {why}." for name, why in changes.not_compared.items())
    yield from (f"{name}: {upgrade.verdict(found)}" for name, found in report.upgrades())
