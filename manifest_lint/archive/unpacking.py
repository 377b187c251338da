"""The bytes of an archive, which another thread unpacks while this one does other work.

This module needs little, not even pathlib, so that the thread can start before click is loaded.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO, TYPE_CHECKING

from manifest_lint.archive.gunzip import is_gzip, unzipped
from manifest_lint.archive.threads import Task, Threads
from manifest_lint.cozy.size_limit import SIZE_LIMIT
from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

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
        self._beside = Threads(1)
        self._digesting: Task[str] | None = None

    def __enter__(self) -> Unpacking:
        return self

    def __exit__(self, *_: object) -> None:
        self._unzip.stop()
        self._beside.stop()

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
        return self._digest().result()

    def blocks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes. Raises what `unzipped` does."""
        if self.is_whole:
            self._digest()  # while they are unpacked and searched
        while (block := self._ahead.popleft().result()) is not None:
            self._ahead.append(self._next())
            yield block

    def _next(self) -> Task[bytes | None]:
        return self._unzip.start(partial(next, self._unzipped, None))

    def _blocks(self) -> Iterator[bytes]:
        data = self.data
        yield from unzipped(data) if is_gzip(data) else (data,)

    def _digest(self) -> Task[str]:
        if self._digesting is None:
            self._digesting = self._beside.start(partial(_sha256, self.data))
        return self._digesting


def _sha256(data: bytes) -> str:
    from hashlib import sha256  # loads OpenSSL, while other threads work without the GIL

    return sha256(data).hexdigest()


_early: list[Unpacking] = []


def start_early(arguments: Iterable[str]) -> None:
    """Start to unpack the first of a command's arguments that is an archive by its name.

    They are not parsed yet: if another one is the archive, what was started is not used.
    """
    for one in arguments:
        if one.endswith((".gz", ".tgz", ".tar")) and os.path.isfile(one):  # noqa: PTH113
            _early.append(Unpacking(one, partial(_bytes_of, one)))
            return


def unpacking(path: Path) -> Unpacking:
    """Start to read and unpack a file, if `start_early` has not."""
    if _early and type(path)(_early[0].name) == path:
        packed = _early.pop()
        packed.name = str(path)
        return packed
    return Unpacking(str(path), partial(_bytes_of, str(path)))


def _bytes_of(name: str) -> bytes:
    """Return a file's bytes as `start_of` does. Raises UserError."""
    try:
        if os.path.exists(name) and not os.path.isfile(name):  # noqa: PTH110, PTH113
            # Opening a named pipe may wait forever.
            raise UserError(f"{name}: is not a regular file; pipe it in, and give - as the path")
        with open(name, "rb") as file:  # noqa: PTH123
            return start_of(name, file)
    except OSError as error:
        raise _cannot_read(name, error) from None


def start_of(name: str, stream: IO[bytes]) -> bytes:
    """Return a stream's bytes, up to the registry's limit. Raises UserError."""
    parts, left = [], SIZE_LIMIT
    try:
        while left and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise _cannot_read(name, error) from None
    return b"".join(parts)


def _cannot_read(name: str, error: OSError) -> UserError:
    from pathlib import Path  # only for an error, as below

    from manifest_lint.files.disk import cannot_read

    return cannot_read(Path(name), error)
