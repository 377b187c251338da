"""The bytes of an archive, which another thread unpacks while this one does other work.

This module needs little, so that the thread can start before the rules are loaded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from manifest_lint.archive.gunzip import is_gzip, unzipped
from manifest_lint.archive.inflate import PIECE
from manifest_lint.archive.threads import Task, Threads
from manifest_lint.cozy.registry import SIZE_LIMIT
from manifest_lint.errors import UserError
from manifest_lint.files.disk import cannot_read

if TYPE_CHECKING:
    import hashlib

_MOST_AHEAD = 12
"""At most this many blocks are unpacked before they are asked for, so that memory does not grow:
what can be unpacked while the rules are loaded."""


class Unpacking:
    """An archive that is being read and unpacked. Use it in a `with` statement, which ends that.

    `name` is its name in messages, and `read` returns its bytes: see `start_of`. What it raises is
    raised by whatever needs them.
    """

    def __init__(self, name: str, read: Callable[[], bytes]):
        self.name = name
        self._unzip = Threads(1)
        self._data = self._unzip.start(read)
        self._unzipped = self._blocks()
        self._ahead = deque(self._next() for _ in range(_MOST_AHEAD))
        self._digest: hashlib._Hash | None = None
        self._digested = 0

    def __enter__(self) -> Unpacking:
        return self

    def __exit__(self, *_: object) -> None:
        self._unzip.stop()

    @property
    def data(self) -> bytes:
        """The archive's bytes; of one that is too large for the registry, the start."""
        return self._data.result()

    @property
    def is_gzipped(self) -> bool:
        """Whether the archive is gzipped."""
        return is_gzip(self.data)

    @property
    def is_whole(self) -> bool:
        """Whether the archive is small enough for the registry."""
        return len(self.data) < SIZE_LIMIT

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal; "" for an archive that is not whole."""
        if not self.is_whole:
            return ""
        self._digest_more(len(self.data))
        assert self._digest is not None
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes. Raises what `unzipped` does."""
        self._digest_more(PIECE)
        while (block := self._ahead.popleft().result()) is not None:
            self._ahead.append(self._next())
            yield block
            self._digest_more(PIECE)  # while the next block is unpacked

    def _next(self) -> Task[bytes | None]:
        return self._unzip.start(partial(next, self._unzipped, None))

    def _blocks(self) -> Iterator[bytes]:
        data = self.data
        yield from unzipped(data) if is_gzip(data) else (data,)

    def _digest_more(self, size: int) -> None:
        if self._digest is None:
            from hashlib import sha256  # loads OpenSSL: while the first blocks are unpacked

            self._digest = sha256()
        end = self._digested + size
        self._digest.update(memoryview(self.data)[self._digested : end])
        self._digested = end


def unpacking(path: Path) -> Unpacking:
    """Start to read and unpack a file."""
    return Unpacking(str(path), partial(_bytes_of, path))


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes as `start_of` does. Raises UserError."""
    try:
        if path.exists() and not path.is_file():  # opening a named pipe may wait forever
            raise UserError(f"{path}: is not a regular file; pipe it in, and give - as the path")
        with path.open("rb") as file:
            return start_of(str(path), file)
    except OSError as error:
        raise cannot_read(path, error) from None


def start_of(name: str, stream: IO[bytes]) -> bytes:
    """Return a stream's bytes, up to the registry's limit. Raises UserError."""
    parts, left = [], SIZE_LIMIT
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise cannot_read(Path(name), error) from None
    return b"".join(parts)
