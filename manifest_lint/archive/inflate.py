"""DEFLATE as Go's compress/flate reads it.

zlib accepts what Go accepts, but for damaged data: it gives up at other places, and then keeps what
it has unpacked since the last call. Whether the registry has read the archive's last entry by then
can depend on one byte, so damaged data are read again by a decoder that follows Go's.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cache

from manifest_lint.archive.streams import BLOCK, Damaged

PIECE = 448 * 1024
"""Compressed bytes that are unpacked at a time, mostly to less than a block: after each call, zlib
waits for the GIL, which others may hold."""

_TAIL = 16
"""What zlib unpacks from the last bytes is only passed on if the data end there as they should."""

_CORRUPT = "is damaged: its compressed data are corrupt"
_CUT_OFF = "is cut off"

_WINDOW = 32 * 1024
_MOST_SYMBOLS = 1_000_000
_SYMBOLS_OF_A_BLOCK = 1000
"""The limit is about a second's work; a block counts as 1000 symbols. Beyond it, damaged data are
read as far as zlib reads them."""


class Inflated:
    """The unpacked data of one DEFLATE stream in `data`, block by block.

    `end` is the offset after the stream, once all blocks were read. Raises Damaged where Go does.
    """

    def __init__(self, data: bytes, start: int):
        self._data = data
        self._start = start
        self.end = start

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks."""
        passed_on = 0
        try:
            for block in self._quickly():
                yield block
                passed_on += len(block)
        except zlib.error:
            yield from self._exactly(passed_on)

    def _quickly(self) -> Iterator[bytes]:
        """Yield the blocks by zlib. Raises zlib.error if the data are damaged or cut off."""
        zipped = zlib.decompressobj(-zlib.MAX_WBITS)
        start, tail = self._start, max(self._start, len(self._data) - _TAIL)
        while start < tail and not zipped.eof:
            stop = min(start + PIECE, tail)
            yield from _unpacked(zipped, self._data[start:stop])
            start = stop
        if not zipped.eof:
            last = list(_unpacked(zipped, self._data[start:]))
            if not zipped.eof:
                raise zlib.error
            yield from last
            start = len(self._data)
        self.end = start - len(zipped.unused_data)

    def _exactly(self, passed_on: int) -> Iterator[bytes]:
        """Yield the blocks as Go does, without the first `passed_on` bytes."""
        bits = _Bits(self._data, self._start)
        for block in _blocks(bits):
            if passed_on < len(block):
                yield block[passed_on:]
            passed_on = max(0, passed_on - len(block))
        self.end = bits.at


def _unpacked(zipped: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    """Yield what is in a piece."""
    is_full = True
    while is_full:
        block = zipped.decompress(piece, BLOCK)
        piece, is_full = zipped.unconsumed_tail, len(block) == BLOCK
        if block:
            yield block


class _Tree:
    """A Huffman code, made of the length of each symbol's code [huffmanDecoder.init].

    It must be complete, but may have no symbol, or only one with a code of one bit. `codes` has the
    symbol and the length of its code for each value of the next bits under `mask`.
    """

    def __init__(self, lengths: list[int]):
        used = sorted((length, symbol) for symbol, length in enumerate(lengths) if length)
        longest = used[-1][0] if used else 0
        self.least = used[0][0] if used else 0
        self.mask = (1 << longest) - 1
        self.codes = [(0, 0)] * (1 << longest)
        code = before = 0
        for length, symbol in used:
            code <<= length - before
            if code >> length:
                raise Damaged(_CORRUPT)
            first = int(f"{code:0{length}b}"[::-1], 2)
            self.codes[first :: 1 << length] = [(symbol, length)] * (1 << (longest - length))
            code, before = code + 1, length
        if used and code != 1 << longest and (code, longest) != (1, 1):
            raise Damaged(_CORRUPT)


class _Bits:
    """The bits of a stream; `at` is the offset of the next byte [moreBits, huffSym]."""

    def __init__(self, data: bytes, at: int):
        self._data = data
        self.at = at
        self._bits = 0
        self._count = 0

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number. Raises Damaged if there are fewer."""
        while self._count < count:
            self._more()
        taken = self._bits & ((1 << count) - 1)
        self._bits >>= count
        self._count -= count
        return taken

    def symbol(self, tree: _Tree) -> int:
        """Return the next symbol. Raises Damaged if there is none."""
        wanted = tree.least
        while True:
            while self._count < wanted:
                self._more()
            symbol, wanted = tree.codes[self._bits & tree.mask]
            if not wanted:
                raise Damaged(_CORRUPT)
            if wanted <= self._count:
                self._bits >>= wanted
                self._count -= wanted
                return symbol

    def bytes(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end, without the rest of a byte before them."""
        self._bits = self._count = 0
        data = self._data[self.at : self.at + size]
        self.at += len(data)
        return data

    def _more(self) -> None:
        if self.at == len(self._data):
            raise Damaged(_CUT_OFF)
        self._bits |= self._data[self.at] << self._count
        self._count += 8
        self.at += 1


_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_END = 256
_LENGTHS = [
    *((3 + n, 0) for n in range(8)),
    *((((4 + n % 4) << n // 4 - 1) + 3, n // 4 - 1) for n in range(8, 28)),
    (258, 0),
]
_DISTANCES = [
    *((1 + n, 0) for n in range(4)),
    *((((2 + n % 2) << n // 2 - 1) + 1, n // 2 - 1) for n in range(4, 30)),
]
"""The base and the number of extra bits of each length and distance [RFC 1951 section 3.2.5]."""


class _Window:
    """What was unpacked: the end of it, and how much of that was passed on [dict_decoder.go]."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._symbols = 0
        self._passed_on = 0

    def count(self, symbols: int) -> None:
        """Count what was decoded. Raises Damaged beyond a limit."""
        self._symbols += symbols
        if self._symbols > _MOST_SYMBOLS:
            raise Damaged(_CORRUPT)

    def rest(self) -> bytes:
        """Return what was not passed on yet."""
        block = bytes(self.data[self._passed_on :])
        del self.data[:-_WINDOW]
        self._passed_on = len(self.data)
        return block

    def copy(self, distance: int, length: int) -> None:
        """Repeat what is `distance` bytes back. Raises Damaged if there is nothing."""
        if distance > len(self.data):
            raise Damaged(_CORRUPT)
        start = len(self.data) - distance
        repeated = self.data[start : start + length]
        self.data += (repeated * (length // distance + 1))[:length]


def _blocks(bits: _Bits) -> Iterator[bytes]:
    """Yield what is unpacked, also before Damaged is raised [nextBlock, Read]."""
    window = _Window()
    try:
        yield from _unpacked_into(window, bits)
    except Damaged:
        yield window.rest()
        raise
    yield window.rest()


def _unpacked_into(window: _Window, bits: _Bits) -> Iterator[bytes]:
    """Unpack a stream, and yield from time to time what is unpacked [nextBlock]."""
    is_last = False
    while not is_last:
        window.count(_SYMBOLS_OF_A_BLOCK)
        is_last = bool(bits.take(1))
        kind = bits.take(2)
        if kind == 0:
            _stored(window, bits)
        elif kind == 1:
            yield from _coded(window, bits, *_fixed())
        elif kind == 2:
            yield from _coded(window, bits, *_trees(bits))
        else:
            raise Damaged(_CORRUPT)
        yield window.rest()


def _stored(window: _Window, bits: _Bits) -> None:
    """Read a block that is not compressed [dataBlock, copyData]."""
    sizes = bits.bytes(4)
    if len(sizes) < 4:
        raise Damaged(_CUT_OFF)
    size, inverted = struct.unpack("<HH", sizes)
    if size ^ inverted != 0xFFFF:
        raise Damaged(_CORRUPT)
    data = bits.bytes(size)
    window.data += data
    if len(data) < size:
        raise Damaged(_CUT_OFF)


def _coded(window: _Window, bits: _Bits, literals: _Tree, distances: _Tree) -> Iterator[bytes]:
    """Read a compressed block [huffmanBlock]."""
    data = window.data
    while (symbol := bits.symbol(literals)) != _END:
        if symbol < _END:
            data.append(symbol)
        else:
            length = _number(bits, _LENGTHS, symbol - _END - 1)
            window.copy(_number(bits, _DISTANCES, bits.symbol(distances)), length)
        window.count(1)
        if len(data) > 2 * BLOCK:
            yield window.rest()


def _number(bits: _Bits, table: list[tuple[int, int]], index: int) -> int:
    if index >= len(table):
        raise Damaged(_CORRUPT)
    base, extra = table[index]
    return base + bits.take(extra)


def _trees(bits: _Bits) -> tuple[_Tree, _Tree]:
    """Read the codes of a block: of literals and lengths, and of distances [readHuffman]."""
    literals, distances, codes = bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4
    if literals > 286 or distances > 30:
        raise Damaged(_CORRUPT)
    of_lengths = [0] * len(_ORDER)
    for place in _ORDER[:codes]:
        of_lengths[place] = bits.take(3)
    tree, lengths = _Tree(of_lengths), list[int]()
    while len(lengths) < literals + distances:
        symbol = bits.symbol(tree)
        if symbol < 16:
            lengths.append(symbol)
        elif symbol == 16:
            if not lengths:
                raise Damaged(_CORRUPT)
            lengths += lengths[-1:] * (3 + bits.take(2))
        else:
            lengths += [0] * (3 + bits.take(3) if symbol == 17 else 11 + bits.take(7))
    if len(lengths) > literals + distances:
        raise Damaged(_CORRUPT)
    tree = _Tree(lengths[:literals])
    tree.least = max(tree.least, lengths[_END])  # Go reads as many bits as end a block at once
    return tree, _Tree(lengths[literals:])


@cache
def _fixed() -> tuple[_Tree, _Tree]:
    """Return the codes of a block that has none of its own [RFC 1951 section 3.2.6]."""
    return _Tree([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8), _Tree([5] * 32)
