"""Findings in a temporary file, for runs with more of them than memory should hold."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, overload

from manifest_lint.errors import UserError
from manifest_lint.files.nameless import nameless
from manifest_lint.finding import Finding

if TYPE_CHECKING:
    from manifest_lint.engine.part import Counts, Stored

Where = tuple[int, int]
"""Where something is in a store: its start and its size."""


class Store:
    """A temporary file without a name, which no other user may read; it ends with this object.

    It has no buffer: a process that is forked would write it once more. Raises UserError if it
    cannot be made, or has no room left.
    """

    def __init__(self) -> None:
        with _writing():
            self._file = nameless(buffering=0)
        weakref.finalize(self, self._file.close)

    def add(self, data: bytes) -> Where:
        """Add some bytes at the end."""
        where, left = (self._file.seek(0, 2), len(data)), memoryview(data)
        with _writing():
            while left:
                left = left[self._file.write(left) :]
        return where

    def load(self, where: Where) -> Any:
        """Return the object whose pickled bytes were added."""
        start, size = where
        self._file.seek(start)
        parts = []
        while size and (part := self._file.read(size)):
            parts.append(part)
            size -= len(part)
        return pickle.loads(b"".join(parts))


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if tempfile.tempdir is None:  # none has been found: the error lists all that were tried
            what = "there is no folder for temporary files; set it to one"
            raise UserError(f"TMPDIR: {what}") from None
        what = f"what is found cannot be kept there: {error.strerror or error}"
        raise UserError(f"{tempfile.gettempdir()}: {what}; set TMPDIR") from None


class Findings(Sequence[Finding]):
    """Findings in a store, by path and place.

    `where` says where those of each file are (Stored, pickled), and `shown` masks the secrets in
    them when they are read. `counts` is the number of findings by code, name and severity.
    """

    def __init__(
        self,
        store: Store,
        where: list[tuple[str, Where]],
        counts: Counts,
        shown: Callable[[Stored], list[Finding]],
    ):
        self._store, self.counts, self._shown = store, counts, shown
        self._records = sorted(where)
        self._last: tuple[str, list[Finding]] = "", []

    def of(self, path: str) -> list[Finding]:
        """Return the findings of a file: the same objects, if it was the last one."""
        if self._last[0] != path:
            self._read(bisect_left(self._records, (path, (0, 0))))
        return self._last[1]

    def _read(self, number: int) -> list[Finding]:
        path, where = self._records[number]
        self._last = path, self._shown(self._store.load(where))
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
