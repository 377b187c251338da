"""A stream of bytes that is read once and only forward, with limits on what is read."""

from __future__ import annotations

from collections.abc import Iterator

MOST_UNPACKED = 512 * 1024 * 1024
"""At most this many unpacked bytes of an archive are read."""

BLOCK = 1024 * 1024
"""How many bytes are unpacked at a time, at most."""

_MOST_OF_HEADERS = 32 * 1024 * 1024


class Damaged(Exception):
    """The archive cannot be read any further; the message follows its name."""


class TooMuch(Exception):
    """The archive exceeds one of our limits; the message follows its name."""


class Forward:
    """Reads blocks of bytes in pieces of any size; see golang `io`, Reader.

    What an iterator of blocks raises is raised once all bytes before it are read. There is a limit
    on all bytes, and one on those that are read as headers.
    """

    def __init__(self, blocks: Iterator[bytes]):
        self._blocks = blocks
        self._block = b""
        self._at = 0
        self._size = 0
        self._of_headers = 0

    def take(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end. Raises TooMuch and Damaged."""
        while self._at == len(self._block):
            block = next(self._blocks, None)
            if block is None:
                return b""
            self.count(len(block))
            self._block, self._at = block, 0
        taken = self._block[self._at : self._at + size]  # no copy, if it is the whole block
        self._at += len(taken)
        return taken

    def full(self, size: int) -> bytes:
        """Return `size` bytes, fewer only at the end. Raises TooMuch and Damaged."""
        data = self.take(size)
        if len(data) == size:
            return data
        parts, size = [data], size - len(data)
        while size and (data := self.take(size)):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    def header(self, size: int) -> bytes:
        """Return what `full` does, and count it as a header."""
        self.count_header(size)
        return self.full(size)

    def count_header(self, size: int) -> None:
        """Count bytes that are read as a header. Raises TooMuch beyond a limit."""
        self._of_headers += size
        if self._of_headers > _MOST_OF_HEADERS:
            raise TooMuch("has too many headers")

    def skip(self, size: int) -> None:
        """Read on by `size` bytes. Raises TooMuch, and Damaged if there are fewer."""
        while size:
            data = self.take(size)
            if not data:
                raise Damaged("is cut off")
            size -= len(data)

    def count(self, size: int) -> None:
        """Count bytes that were unpacked. Raises TooMuch beyond MOST_UNPACKED."""
        self._size += size
        if self._size > MOST_UNPACKED:
            raise TooMuch(f"unpacks to more than {MOST_UNPACKED >> 20} MiB")
