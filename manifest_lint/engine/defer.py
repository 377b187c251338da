"""Of one mistake that two rules see, the better finding: what a rule declares with `defers_to`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from manifest_lint.document.spans import Pointer
from manifest_lint.finding import Finding


class Deferring(NamedTuple):
    """The codes that a finding defers to, and where they report its cause: path and pointer."""

    codes: tuple[str, ...]
    path: str
    pointer: Pointer


def without_deferred(
    findings: Sequence[Finding], deferring: Mapping[int, Deferring]
) -> list[Finding]:
    """Return the findings but for those whose cause another rule has really reported.

    `deferring` has, by its index, what a finding defers to. One that is dropped itself reports
    nothing: of a chain the last one stays, and one that has only it to defer to.
    """
    at: dict[tuple[str, str, Pointer], list[int]] = {}
    for index, finding in enumerate(findings):
        at.setdefault((finding.code, finding.path, finding.pointer), []).append(index)
    dropped: dict[int, bool] = {}

    def is_dropped(index: int) -> bool:
        if index not in dropped:
            dropped[index] = False  # of two that defer to each other, one stays
            own = deferring.get(index)
            dropped[index] = own is not None and any(
                findings[other].severity >= findings[index].severity and not is_dropped(other)
                for code in own.codes
                for other in at.get((code, own.path, own.pointer), ())
            )
        return dropped[index]

    return [finding for index, finding in enumerate(findings) if not is_dropped(index)]
