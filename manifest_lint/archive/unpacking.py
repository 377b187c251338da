"""The bytes of an archive, which other threads unpack and digest while this one does other work.

This module needs little, so that the threads can start before the rules are loaded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from manifest_lint.archive.gunzip import is_gzip, unzipped
from manifest_lint.archive.threads import Task, Threads
from manifest_lint.cozy.registry import SIZE_LIMIT
from manifest_lint.errors import UserError
from manifest_lint.files.disk import cannot_read

_MOST_AHEAD = 8
"""At most this many blocks are unpacked before they are asked for, so that memory does not grow."""


class Unpacking:
    """An archive that is being read and unpacked. Use it in a `with` statement, which ends that.

    `name` is its name in messages, and `read` returns its bytes: see `start_of`. What it raises is
    raised by whatever needs them.
    """

    def __init__(self, name: str, read: Callable[[], bytes]):
        self.name = name
        self._unzip, self._digest = Threads(1), Threads(1)
        self._data = self._unzip.start(read)
        self._unzipped = self._blocks()
        self._ahead = deque(self._next() for _ in range(_MOST_AHEAD))
        self._sha256 = self._digest.start(self._digested)

    def __enter__(self) -> Unpacking:
        return self

    def __exit__(self, *_: object) -> None:
        self._unzip.stop()
        self._digest.stop()

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
        return self._sha256.result()

    def blocks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes. Raises what `unzipped` does."""
        while (block := self._ahead.popleft().result()) is not None:
            self._ahead.append(self._next())
            yield block

    def _next(self) -> Task[bytes | None]:
        return self._unzip.start(partial(next, self._unzipped, None))

    def _blocks(self) -> Iterator[bytes]:
        data = self.data
        yield from unzipped(data) if is_gzip(data) else (data,)

    def _digested(self) -> str:
        if not self.is_whole:
            return ""
        from hashlib import sha256  # loads OpenSSL

        return sha256(self.data).hexdigest()


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
