"""Report a mistake that two rules find once, as their `defers_to` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer
    from manifest_lint.finding import Finding


class Deferring(NamedTuple):
    """The codes that a finding defers to, and where these report its cause: path and pointer."""

    codes: tuple[str, ...]
    path: str
    pointer: Pointer


def without_deferred(findings: Sequence[Finding], deferring: Mapping[int, Deferring]) -> list[int]:
    """Return the indexes of findings, without those whose cause another rule reported in this run.

    `deferring` has, by the index of a finding, what it defers to. A dropped finding does not count
    as a report: if A defers to B, and B to C, then A and C are kept.
    """
    at: dict[tuple[str, str, Pointer], list[int]] = {}
    for index, finding in enumerate(findings):
        at.setdefault((finding.code, finding.path, finding.pointer), []).append(index)
    dropped: dict[int, bool] = {}

    def is_dropped(index: int) -> bool:
        if index not in dropped:
            dropped[index] = False  # if two defer to each other, one is kept
            own = deferring.get(index)
            dropped[index] = own is not None and any(
                findings[other].severity >= findings[index].severity and not is_dropped(other)
                for code in own.codes
                for other in at.get((code, own.path, own.pointer), ())
            )
        return dropped[index]

    return [index for index in range(len(findings)) if not is_dropped(index)]
