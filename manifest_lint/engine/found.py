"""Findings in a temporary file, for runs with more of them than memory should hold."""

from __future__ import annotations

import pickle
import weakref
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, cast, overload

from manifest_lint.finding import Finding, Severity


def file_of(owner: object) -> IO[bytes]:
    """Return a temporary file without a name, which is closed when its owner is gone."""
    file = TemporaryFile()  # noqa: SIM115
    weakref.finalize(owner, file.close)
    return cast("IO[bytes]", file)


class Findings(Sequence[Finding]):
    """Findings in a file, by path and place; `counts` has their number by code, name, severity."""

    def __init__(self) -> None:
        self._file = file_of(self)
        self._records: list[tuple[str, int]] = []
        self._last: tuple[str, list[Finding]] = "", []
        self.counts: Counter[tuple[str, str, Severity]] = Counter()

    def add(self, path: str, findings: list[Finding]) -> None:
        """Add all findings of a file."""
        self._records.append((path, self._file.seek(0, 2)))
        pickle.dump(findings, self._file)
        self.counts.update((one.code, one.name, one.severity) for one in findings)

    def complete(self) -> None:
        """Sort the files, once all of them are there."""
        self._records.sort()

    def of(self, path: str) -> list[Finding]:
        """Return the findings of a file: the same objects, if it was the last one."""
        if self._last[0] != path:
            self._read(bisect_left(self._records, (path, 0)))
        return self._last[1]

    def _read(self, number: int) -> list[Finding]:
        path, start = self._records[number]
        self._file.seek(start)
        self._last = path, pickle.load(self._file)  # only we have written it
        return self._last[1]

    def __len__(self) -> int:
        return self.counts.total()

    def __iter__(self) -> Iterator[Finding]:
        for number in range(len(self._records)):
            yield from self._read(number)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return tuple(self)[index]
