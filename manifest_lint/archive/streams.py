"""Streams to read archives from: they go forward alone, and end whatever is in them."""

from __future__ import annotations

import hashlib
import tarfile
import zlib
from pathlib import Path
from typing import IO

from manifest_lint.cozy.registry import SIZE_LIMIT
from manifest_lint.files.disk import cannot_read

MOST_UNPACKED = 512 * 1024 * 1024
"""We look at no more unpacked bytes of an archive."""

BLOCK = 256 * 1024
"""Bytes that are read at once."""

_MOST_OF_A_HEADER = 64 * 1024
_MOST_OF_HEADERS = 32 * 1024 * 1024
_MOST_MEMBERS = 10_000
_GZIP_WBITS = 31


class TooMuch(Exception):
    """There is more of something than we look at."""


class TooLarge(Exception):
    """The archive has more bytes than the registry takes."""


class Counting:
    """Counts and digests what is read of a stream, and stops where the registry would."""

    def __init__(self, name: str, stream: IO[bytes]):
        self._name = name
        self._stream = stream
        self._peeked = b""
        self.digest = hashlib.sha256()
        self.size = 0

    def peek(self, size: int) -> bytes:
        """Give the first bytes, which are read again."""
        found = b""
        while len(found) < size and (more := self.read(size - len(found))):
            found += more
        self._peeked = found
        return found

    def read(self, size: int) -> bytes:
        """Give at most `size` bytes, none at the end."""
        if self._peeked:
            data, self._peeked = self._peeked[:size], self._peeked[size:]
            return data
        try:
            data = self._stream.read(size)
        except OSError as error:
            raise cannot_read(Path(self._name), error) from None
        self.size += len(data)
        if self.size >= SIZE_LIMIT:
            raise TooLarge
        self.digest.update(data)
        return data


class Unzipped:
    """Unzips a stream, all members of it. Half as long as gzip's reader takes, in small blocks."""

    def __init__(self, source: Counting):
        self._source = source
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._waiting = b""
        self._members = 1

    def read(self, size: int) -> bytes:
        """Give at most `size` bytes, none at the end; EOFError where it is cut off before."""
        while True:
            if self._member.eof and not self._next_member():
                return b""
            block = self._waiting or self._source.read(BLOCK)
            data = self._member.decompress(block, size)
            self._waiting = self._member.unconsumed_tail
            if data:
                return data
            if not block and not self._member.eof:
                raise EOFError

    def _next_member(self) -> bool:
        """Go on to the next member, if there is one; zeros behind the last one fill a block up."""
        rest = self._member.unused_data.lstrip(b"\0")
        while not rest and (block := self._source.read(BLOCK)):
            rest = block.lstrip(b"\0")
        if not rest:
            return False
        self._member, self._waiting = zlib.decompressobj(_GZIP_WBITS), rest
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise TooMuch(f"has more than {_MOST_MEMBERS:,} gzip members")
        return True


class Forward:
    """What tarfile needs of a file, on a stream: it only ever goes forward.

    What it reads as headers is bounded for each entry, what is read in all is too.
    """

    def __init__(self, stream: Unzipped | Counting):
        self._stream = stream
        self._at = 0
        self._of_header = 0
        self._of_headers = 0
        self.last = b""
        self.is_at_end = False

    @property
    def is_torn(self) -> bool:
        """Whether it ends within a header."""
        return 0 < len(self.last) < tarfile.BLOCKSIZE

    def begin_header(self) -> None:
        """Let the next entry's headers have their room."""
        self._of_header = 0

    def tell(self) -> int:
        """Give how many bytes have been read."""
        return self._at

    def seek(self, position: int) -> None:
        """Pass by what stands before a position, which must not lie behind."""
        if position < self._at:
            raise tarfile.ReadError("an entry begins within another")
        left = position - self._at
        while left:
            data = self.take(min(left, BLOCK))
            if not data:
                raise EOFError
            left -= len(data)

    def read(self, size: int) -> bytes:
        """Read a header, or a part of one, whole."""
        self._of_header += size
        self._of_headers += size
        if self._of_header > _MOST_OF_A_HEADER:
            raise TooMuch("has an entry whose headers take more than 64 KiB")
        if self._of_headers > _MOST_OF_HEADERS:
            raise TooMuch("has headers of more than 32 MiB")
        parts = []
        while size and (data := self.take(size)):
            parts.append(data)
            size -= len(data)
        self.last = b"".join(parts)
        self.is_at_end = bool(size)
        return self.last

    def take(self, size: int) -> bytes:
        """Read at most some bytes, none at the end."""
        data = self._stream.read(size)
        self._at += len(data)
        if self._at > MOST_UNPACKED:
            raise TooMuch(f"unpacks to more than {MOST_UNPACKED >> 20} MiB")
        return data

    def drain(self) -> None:
        """Read to the end."""
        while self.take(BLOCK):
            pass
