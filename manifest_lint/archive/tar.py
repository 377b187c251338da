"""A tar as Go's archive/tar reads it [golang archive/tar: reader.go, Reader].

It reads what other programs refuse, and the other way round: it stops at two blocks of zeros or at
the end of the data, takes no note of global pax headers, and accepts no number with a space inside.
"""

from __future__ import annotations

from collections.abc import Callable

from manifest_lint.archive import pax, sparse
from manifest_lint.archive.pax import Records
from manifest_lint.archive.streams import Damaged, Forward
from manifest_lint.archive.tar_header import (
    BLOCK,
    FILE,
    FOLDER,
    FOR_ALL,
    FOR_NEXT,
    LONG_LINK,
    LONG_NAME,
    NO_SENSE,
    OLD_FILE,
    Header,
    header,
    text,
)
from manifest_lint.finding import Record

_LONGEST_HEADER = 1024 * 1024
_BYTES_OF_A_RECORD = 8  # counts as eight more bytes of a header: it takes longer to read
_CUT_OFF = "is cut off"


class Member(Record):
    """An entry of a tar: its path, the letter of its type, and its size in bytes.

    `take(size)` returns at most `size` of its next bytes, none at the end, and raises Damaged. It
    can be called until the next member is read.
    """

    def __init__(
        self, path: str, letter: bytes, size: int, is_sparse: bool, take: Callable[[int], bytes]
    ):
        self.path, self.letter, self.size = path, letter, size
        self.is_sparse, self.take = is_sparse, take


class Tar:
    """Reads a tar member by member."""

    def __init__(self, stream: Forward):
        self._stream = stream
        self._left = 0
        self._padding = 0

    def next(self) -> Member | None:
        """Return the next member, None at the end. Raises Damaged, and TooMuch beyond a limit."""
        found: Records = {}
        long_name = b""
        while (read := self._next_header()) is not None:
            if read.type in (FOR_NEXT, FOR_ALL):
                data = self._special()
                self._stream.count_header(_BYTES_OF_A_RECORD * data.count(b"\n"))
                found = pax.records(data)
                if read.type == FOR_ALL:  # Go returns it as a member, and forgets the one before
                    found, long_name = {}, b""
            elif read.type == LONG_NAME:
                long_name = text(self._special())
            elif read.type == LONG_LINK:
                self._special()
            else:
                return self._member(read, found, long_name)
        return None

    def _member(self, read: Header, found: Records, long_name: bytes) -> Member:
        pax.merge(read, found)
        read.name = long_name or read.name
        if read.type == OLD_FILE:
            read.type = FOLDER if read.name.endswith(b"/") else FILE
        self._start(read)
        spans = sparse.spans(read, found, self._stream.header, self._special_block)
        take = self._take
        if spans is not None:
            self._stream.count(read.size if read.type == FILE else 0)  # the holes count too
            take = sparse.Filled(spans, read.size, self._full).take
        path = read.name.decode("utf-8", "surrogateescape")
        size = read.size if read.has_data else 0
        return Member(path, read.type, size, spans is not None, take)

    def _next_header(self) -> Header | None:
        """Skip what is left of the entry before, and read a header; None at the end."""
        self._stream.skip(self._left)
        if len(self._stream.full(self._padding)) < self._padding:
            return None
        self._left = self._padding = 0
        block = self._block()
        if block is None:
            return None
        if not any(block):
            block = self._block()
            if block is not None and any(block):
                raise Damaged("is damaged: something follows a lone block of zeros")
            return None
        found = header(block)
        self._start(found)
        return found

    def _block(self) -> bytes | None:
        block = self._stream.header(BLOCK)
        if 0 < len(block) < BLOCK:
            raise Damaged(_CUT_OFF)
        return block or None

    def _start(self, found: Header) -> None:
        """Expect the data of a header [handleRegularFile]."""
        self._left = found.size if found.has_data else 0
        if self._left < 0:
            raise Damaged(NO_SENSE)
        self._padding = -self._left % BLOCK

    def _take(self, size: int) -> bytes:
        """Return at most `size` bytes of the data, none at their end."""
        size = min(size, self._left)
        data = self._stream.take(size) if size else b""
        if size and not data:
            raise Damaged(_CUT_OFF)
        self._left -= len(data)
        return data

    def _full(self, size: int) -> bytes:
        """Return `size` bytes of the data, fewer only at their end."""
        size = min(size, self._left)
        data = self._stream.full(size)
        if len(data) < size:
            raise Damaged(_CUT_OFF)
        self._left -= size
        return data

    def _special_block(self, size: int) -> bytes:
        """Return what `_full` does, and count it as a header, twice: it takes longer to read."""
        self._stream.count_header(2 * size)
        return self._full(size)

    def _special(self) -> bytes:
        """Return the data of a header that is for other entries [readSpecialFile]."""
        data = self._special_block(min(self._left, _LONGEST_HEADER + 1))
        if len(data) > _LONGEST_HEADER:
            raise Damaged("has a header of more than 1 MiB")
        return data
