"""Report a mistake that two rules find once, as their `defers_to` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer
    from manifest_lint.finding import Finding


class Deferring(Record):
    """The codes that a finding defers to, and where these report its cause: path and pointer."""

    def __init__(
        self,
        codes: tuple[str, ...],
        path: str,
        pointer: Pointer,
    ):
        self.codes = codes
        self.path = path
        self.pointer = pointer


def without_deferred(findings: Sequence[Finding], deferring: Mapping[int, Deferring]) -> list[int]:
    """Return the indexes of findings, without those whose cause another rule reported in this run.

    `deferring` has, by the index of a finding, what it defers to. A dropped finding does not count
    as a report: if A defers to B, and B to C, then A and C are kept.
    """
    drops = _Drops(findings, deferring)
    return [index for index in range(len(findings)) if not drops.has(index)]


class _Drops:
    """Which findings are dropped, each decided once."""

    def __init__(self, findings: Sequence[Finding], deferring: Mapping[int, Deferring]):
        self._findings, self._deferring = findings, deferring
        self._at: dict[tuple[str, str, Pointer], list[int]] = {}
        for index, finding in enumerate(findings):
            self._at.setdefault((finding.code, finding.path, finding.pointer), []).append(index)
        self._dropped: dict[int, bool] = {}

    def has(self, index: int) -> bool:
        """Return whether a finding is dropped."""
        if index not in self._dropped:
            self._dropped[index] = False  # if two defer to each other, one is kept
            own, severity = self._deferring.get(index), self._findings[index].severity
            self._dropped[index] = own is not None and any(
                self._findings[other].severity >= severity and not self.has(other)
                for code in own.codes
                for other in self._at.get((code, own.path, own.pointer), ())
            )
        return self._dropped[index]
