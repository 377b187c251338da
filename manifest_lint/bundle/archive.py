"""A reproducible archive: the same files give the same bytes, whoever packs them, and where."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from manifest_lint.errors import UserError
from manifest_lint.files import cannot_read
from manifest_lint.report import PackedFile


class _Digesting(io.RawIOBase):
    """Passes reads or writes on to a file, and digests what passes."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._pass(data)
        return data

    def write(self, data: Any) -> int:
        self._pass(data)
        return self._file.write(data)

    def _pass(self, data: bytes) -> None:
        self.digest.update(data)
        self.size += len(data)


def pack(
    files: Iterable[tuple[str, Path]], sink: IO[bytes], mtime: int
) -> tuple[tuple[PackedFile, ...], int, str]:
    """Write a gzipped tar of files, given as (path in the archive, file on disk), in that order.

    Nothing of this machine gets in: owner 0, mode 0644 (0755 for what its owner may execute), one
    time for all, in seconds since 1970, and no name or time in gzip's header. A pax header is
    written only where a name needs it. Gives the files as packed, the archive's size and its
    SHA-256. Raises UserError for a file that cannot be read or changes meanwhile.
    """
    packed: list[PackedFile] = []
    output = _Digesting(sink)
    with (
        gzip.GzipFile("", "wb", 9, output, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, file in files:
            try:
                with file.open("rb") as content:
                    packed.append(_add(archive, path, content, mtime))
            except OSError as error:
                raise cannot_read(file, error) from None
            except tarfile.TarError as error:
                raise UserError(f"{file}: cannot be archived: {error}; rename it") from None
    return tuple(packed), output.size, output.digest.hexdigest()


def _add(archive: tarfile.TarFile, path: str, content: IO[bytes], mtime: int) -> PackedFile:
    status = os.fstat(content.fileno())  # tarfile's own would make links of hard links
    entry = tarfile.TarInfo(path)
    entry.size = status.st_size
    entry.mode = 0o755 if status.st_mode & 0o100 else 0o644
    entry.mtime = mtime
    reader = _Digesting(content)
    archive.addfile(entry, reader)
    return PackedFile(path, entry.size, reader.digest.hexdigest())
