"""Write gzip with all processors; their number does not change the bytes.

The data are cut into pieces that are compressed in parallel, each with the end of the previous one
as its dictionary, as pigz does. The header has neither a name nor a time.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from collections.abc import Callable

from manifest_lint.archive.threads import Task, Threads

PIECE = 1024 * 1024
"""Size of a piece in bytes. What is written depends only on it and on zlib's version."""

_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
"""Deflate, no flags, no time, best compression, unknown system [RFC 1952 section 2.3]."""


class Gzip:
    """A file to write to: `sink` is called with the compressed bytes, in order. Must be closed."""

    def __init__(self, sink: Callable[[bytes], object]):
        self._sink = sink
        self._threads = Threads(os.cpu_count() or 1)
        self._most = 2 * (os.cpu_count() or 1)
        self._waiting: deque[Task[bytes]] = deque()
        self._piece = bytearray()
        self._before = b""
        self._checksum = 0
        self._size = 0
        sink(_HEADER)

    def tell(self) -> int:
        """Return how many bytes were written, before compression."""
        return self._size

    def write(self, data: bytes) -> int:
        """Write bytes, and return how many."""
        self._checksum = zlib.crc32(data, self._checksum)
        self._size += len(data)
        self._piece += data
        while len(self._piece) > PIECE:  # a full piece stays: it may be the last one
            self._compress(bytes(memoryview(self._piece)[:PIECE]), last=False)
            del self._piece[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write what is left."""
        self._compress(bytes(self._piece), last=True)
        self._write_down_to(0)
        self._sink(struct.pack("<LL", self._checksum, self._size & 0xFFFFFFFF))
        self.stop()

    def stop(self) -> None:
        """Stop the threads, whether everything is written or not."""
        self._threads.stop()

    def _compress(self, piece: bytes, *, last: bool) -> None:
        before = self._before
        self._waiting.append(self._threads.start(lambda: _deflated(piece, before, last)))
        self._before = piece  # zlib uses the last 32 KiB
        self._write_down_to(self._most)

    def _write_down_to(self, number: int) -> None:
        while len(self._waiting) > number:
            self._sink(self._waiting.popleft().result())


def _deflated(piece: bytes, before: bytes, last: bool) -> bytes:
    settings = (zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    made = (
        zlib.compressobj(*settings, zlib.Z_DEFAULT_STRATEGY, before)
        if before
        else zlib.compressobj(*settings)
    )
    return made.compress(piece) + made.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
