"""The findings that are suppressed, and by what: what formats show of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from manifest_lint.finding import Finding

if TYPE_CHECKING:
    from manifest_lint.config.settings import Exemption
    from manifest_lint.reports.outcome import Outcome


class Suppressed(NamedTuple):
    """A finding that is not reported.

    `by` is what suppresses it: `FILE:LINE` of an exemption, or a baseline's path. `reason` says
    why, `until` is the last day; a baseline says neither.
    """

    finding: Finding
    by: str
    reason: str = ""
    until: date | None = None

    @property
    def kind(self) -> Literal["exemption", "baseline"]:
        """What suppresses it."""
        return "exemption" if self.reason else "baseline"

    @property
    def why(self) -> str:
        """By what it is suppressed, until when, and why: as one sentence."""
        if self.kind == "baseline":
            return f"in the baseline {self.by}"
        until = f" until {self.until}" if self.until else ""
        return f"exempted by {self.by}{until}: {self.reason}"


def suppressed(outcome: Outcome) -> Iterator[Suppressed]:
    """Yield each suppressed finding: the exempted ones, then those that a baseline has."""
    report = outcome.report
    for one in report.exempted:
        entry = one.exemption
        by, reason = _place_of(entry, outcome), outcome.hide(entry.reason)
        yield Suppressed(one.finding, by, reason, entry.until)
    for finding in report.baselined:
        file = report.settings[finding.path].baseline
        yield Suppressed(finding, outcome.path(str(file)))


def by_path(outcome: Outcome) -> dict[str, list[Suppressed]]:
    """Return the suppressed findings of each file."""
    found: dict[str, list[Suppressed]] = {}
    for one in suppressed(outcome):
        found.setdefault(one.finding.path, []).append(one)
    return found


def _place_of(entry: Exemption, outcome: Outcome) -> str:
    return f"{outcome.path(entry.file)}:{entry.line}" if entry.line else outcome.path(entry.file)
