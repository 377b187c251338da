"""The report with one line per finding, to search in."""

from __future__ import annotations

from collections.abc import Iterator

from click import unstyle

from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.text import render


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield a line for each finding: `path:line:col: CODE message [severity]`."""
    return map(unstyle, render(outcome.report, quiet=True))
