"""Sparse files of a tar: the archive has their data, and a map of where they are.

The registry reads such a file with zeros between its data.
[golang archive/tar: reader.go handleSparseFile and what it calls, common.go sparseEntry]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from manifest_lint.archive import pax
from manifest_lint.archive.pax import Records, integer
from manifest_lint.archive.streams import Damaged, TooMuch
from manifest_lint.archive.tar_header import BLOCK, NO_SENSE, SPARSE, Header, number

Read = Callable[[int], bytes]
"""Takes a number of bytes, and returns as many of the next ones; fewer only at the end."""

Spans = list[tuple[int, int]]
"""The offset and the length of each part of a sparse file that the archive has."""

_MOST_OF_A_MAP = 1024 * 1024
_MOST_PARTS = 100_000
_LARGEST = (1 << 63) - 1


def spans(header: Header, found: Records, more: Read, data: Read) -> Spans | None:
    """Return the map of a sparse file, None for any other, and give the header its whole size.

    `found` are the file's pax records. `more` reads the headers after this one, `data` reads the
    file's data: each format has its map elsewhere. Raises Damaged if it makes no sense, and TooMuch
    beyond a limit.
    """
    if header.type == SPARSE:
        return _checked(header, _of_header(header, more))
    version = found.get(b"GNU.sparse.major", b""), found.get(b"GNU.sparse.minor", b"")
    is_1_0 = version == (b"1", b"0")
    is_0 = version in ((b"0", b"0"), (b"0", b"1"))
    if not (is_1_0 or is_0 or (version == (b"", b"") and found.get(pax.SPARSE_MAP))):
        return None
    header.name = found.get(b"GNU.sparse.name") or header.name
    if size := found.get(b"GNU.sparse.size") or found.get(b"GNU.sparse.realsize"):
        header.size = integer(size)
    return _checked(header, _of_data(data) if is_1_0 else _of_records(found))


def _of_header(header: Header, more: Read) -> Spans:
    """Read the map of GNU's old format: in the header and the blocks after it."""
    if not header.is_gnu:
        raise Damaged(NO_SENSE)
    header.size = number(header.block[483:495])
    found: Spans = []
    table, entries = header.block[386:483], 4
    while True:
        for at in range(0, 24 * entries, 24):
            if table[at] == 0:
                break
            found.append((number(table[at : at + 12]), number(table[at + 12 : at + 24])))
        if len(found) > _MOST_PARTS:
            raise TooMuch(f"has a sparse file of more than {_MOST_PARTS:,} parts")
        if not table[24 * entries]:
            return found
        table, entries = _whole(more), 21


def _of_data(data: Read) -> Spans:
    """Read the map of format 1.0: numbers in lines, in the first blocks of the data."""
    lines = _lines(data)
    entries = integer(next(lines))
    if not 0 <= entries <= _LARGEST // 2:
        raise Damaged(NO_SENSE)
    return [(integer(next(lines)), integer(next(lines))) for _ in range(entries)]


def _lines(data: Read) -> Iterator[bytes]:
    """Yield lines without end; a block is read when a line is not whole."""
    start: list[bytes] = []
    for _ in range(_MOST_OF_A_MAP // BLOCK):
        *lines, rest = _whole(data).split(b"\n")
        if lines:
            yield b"".join([*start, lines[0]])
            yield from lines[1:]
            start = []
        start.append(rest)
    raise Damaged("is damaged: the map of a sparse file is longer than 1 MiB")


def _of_records(found: Records) -> Spans:
    """Read the map of format 0.1: in the pax records."""
    numbers = found.get(pax.SPARSE_MAP, b"").split(b",") if found.get(pax.SPARSE_MAP) else []
    if len(numbers) != 2 * integer(found.get(b"GNU.sparse.numblocks", b"")):
        raise Damaged(NO_SENSE)
    pairs = iter(map(integer, numbers))
    return list(zip(pairs, pairs, strict=True))


def _whole(read: Read) -> bytes:
    block = read(BLOCK)
    if len(block) < BLOCK:
        raise Damaged("is cut off")
    return block


def _checked(header: Header, found: Spans) -> Spans:
    """Return a map whose parts follow each other within the size. Raises Damaged [validate…]."""
    before = 0
    for offset, length in found:
        if min(offset, length) < 0 or offset < before or offset + length > header.size:
            raise Damaged(NO_SENSE)
        before = offset + length
    if header.size < 0 or not header.has_data:
        raise Damaged(NO_SENSE)
    return found


class Filled:
    """The content of a sparse file, with its holes filled [sparseFileReader]."""

    def __init__(self, found: Iterable[tuple[int, int]], size: int, data: Read):
        self._data = data
        self._parts = iter(_parts(found, size))
        self._left = 0
        self._is_hole = True

    def take(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end.

        Raises Damaged if the archive has fewer or more data than the map says.
        """
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                if self._data(1):
                    raise Damaged(_NOT_AS_MAPPED)
                return b""
            self._left, self._is_hole = part
        size = min(size, self._left)
        self._left -= size
        data = bytes(size) if self._is_hole else self._data(size)
        if len(data) < size:
            raise Damaged(_NOT_AS_MAPPED)
        return data


_NOT_AS_MAPPED = "is damaged: a sparse file differs from its map"


def _parts(found: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, bool]]:
    """Yield the length of each part of a file in turn, and whether it is a hole."""
    before = 0
    for offset, length in found:
        yield offset - before, True
        yield length, False
        before = offset + length
    yield size - before, True
