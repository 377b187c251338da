"""A reproducible archive: the same files give the same bytes on every machine."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from manifest_lint.bundle.gzip import PIECE, Gzip
from manifest_lint.engine.built import PackedFile
from manifest_lint.errors import UserError
from manifest_lint.files.disk import cannot_read

Progress = Callable[[int], None]
"""Is called with the number of bytes that were worked on since the last call."""


class Packed(NamedTuple):
    """The packed files, and the size in bytes and the SHA-256 of the archive."""

    files: tuple[PackedFile, ...]
    size: int
    sha256: str


class _Digesting:
    """A file for tarfile to read, which digests its bytes and reports progress."""

    def __init__(self, file: IO[bytes], path: Path, progress: Progress):
        self._file = file
        self._path = path
        self._progress = progress
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self._file.read(size)
        except OSError as error:
            raise cannot_read(self._path, error) from None
        if len(data) < size:
            raise UserError(f"{self._path}: has changed meanwhile; run it again")
        self.digest.update(data)
        self._progress(len(data))
        return data


class _Sink:
    """Writes to a file, and digests and counts the bytes."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)


def pack(
    files: Iterable[tuple[str, Path]],
    sink: IO[bytes],
    mtime: int,
    progress: Progress = lambda _: None,
) -> Packed:
    """Write a gzipped tar of files, given as (path in the archive, file on disk), in that order.

    The archive does not depend on the machine: the owner is 0, the mode 0644 (0755 if the owner
    may execute the file), the time of each file `mtime`, in seconds since 1970, and gzip's header
    has neither a name nor a time. A pax header is written only if a name needs it. Raises
    UserError for a file that cannot be read or changes meanwhile, and OSError if the archive
    cannot be written.
    """
    packed: list[PackedFile] = []
    output = _Sink(sink)
    with (
        _zipped(output) as zipped,
        tarfile.open(  # type: ignore[call-overload]  # it only writes
            fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT, copybufsize=PIECE
        ) as archive,
    ):
        for path, file in files:
            try:
                content = open(file, "rb", opener=no_link)  # noqa: SIM115
            except OSError as error:
                raise cannot_read(file, error) from None
            with content:
                try:
                    packed.append(_add(archive, path, file, content, mtime, progress))
                except tarfile.TarError as error:
                    message = f"{file}: cannot be archived: {error}; rename it"
                    raise UserError(message) from None
    return Packed(tuple(packed), output.size, output.digest.hexdigest())


def no_link(path: str, flags: int) -> int:
    """Open a chosen file without following a link or waiting for a pipe that replaced it."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def _zipped(output: _Sink) -> Iterator[Gzip]:
    zipped = Gzip(output.write)
    try:
        yield zipped
        zipped.close()
    finally:
        zipped.stop()


def _add(
    archive: tarfile.TarFile,
    path: str,
    file: Path,
    content: IO[bytes],
    mtime: int,
    progress: Progress,
) -> PackedFile:
    before = os.fstat(content.fileno())  # tarfile's own would make links of hard links
    if not stat.S_ISREG(before.st_mode):
        raise UserError(f"{file}: has changed meanwhile; run it again")
    entry = tarfile.TarInfo(path)
    entry.size = before.st_size
    entry.mode = 0o755 if before.st_mode & 0o100 else 0o644
    entry.mtime = mtime
    reader = _Digesting(content, file, progress)
    archive.addfile(entry, reader)
    after = os.fstat(content.fileno())
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise UserError(f"{file}: has changed meanwhile; run it again")
    return PackedFile(path, entry.size, reader.digest.hexdigest(), entry.mode)


def content_digest(files: Iterable[PackedFile]) -> str:
    """Return a digest of an archive's contents that does not depend on compression.

    It is the SHA-256, in hexadecimal, of a line for each file, sorted by the bytes of its path:
    mode in octal, digest and path, as `stat -c %a` and `sha256sum` write them. See
    docs/packaging.md.
    """
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: os.fsencode(file.path)):
        digest.update(b"%o %s  %s\n" % (file.mode, file.sha256.encode(), os.fsencode(file.path)))
    return digest.hexdigest()
