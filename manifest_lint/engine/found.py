"""Findings in a temporary file, for runs with more of them than memory should hold."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from manifest_lint.errors import UserError
from manifest_lint.files.nameless import nameless
from manifest_lint.finding import Finding

if TYPE_CHECKING:
    from manifest_lint.document.document import Document
    from manifest_lint.engine.part import Counts, Stored
    from manifest_lint.engine.report import AsText

Where = tuple[int, int]
"""Where something is in a store: its start and its size."""


class InStore(NamedTuple):
    """Where what was found in a file is: Stored, pickled, and then its text, if it has been made.

    `found` and `text` are the sizes of these; `part` is the number of the part with the file.
    """

    path: str
    start: int
    found: int
    text: int
    part: int


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
        return pickle.loads(self.read(where))

    def read(self, where: Where) -> bytes:
        """Return bytes that were added."""
        start, size = where
        self._file.seek(start)
        parts = []
        while size and (part := self._file.read(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


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

    `files` says where those of each file are, and `shown` masks the secrets in them when they are
    read. `has_no_secret` returns whether no secret of the run is in a part, but for files whose own
    part knows of one. `counts` is the number of findings by code, name and severity. `as_text` has
    made the texts.
    """

    def __init__(
        self,
        store: Store,
        files: list[InStore],
        counts: Counts,
        shown: Callable[[Stored, bool], list[Finding]],
        has_no_secret: Callable[[int], bool],
        as_text: AsText | None,
    ):
        self._store, self.counts, self._shown = store, counts, shown
        self._has_no_secret, self._as_text = has_no_secret, as_text
        self._records = sorted(files)
        self._last: tuple[str, list[Finding]] = "", []

    def of(self, path: str) -> list[Finding]:
        """Return the findings of a file: the same objects, if it was the last one."""
        if self._last[0] != path:
            self._read(bisect_left(self._records, path, key=lambda one: one.path))
        return self._last[1]

    def texts(self, as_text: AsText, documents: Mapping[str, Document]) -> Iterator[str]:
        """Yield the findings of each file as text: as made before, if no secret can be in it."""
        for number, one in enumerate(self._records):
            if one.text and as_text is self._as_text and self._has_no_secret(one.part):
                text = self._store.read((one.start + one.found, one.text))
                yield text.decode("utf-8", "surrogatepass")
            else:
                yield as_text(self._read(number), documents)

    def _read(self, number: int) -> list[Finding]:
        one = self._records[number]
        stored = self._store.load((one.start, one.found))
        self._last = one.path, self._shown(stored, self._has_no_secret(one.part))
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
