"""Reads archives within limits of time and memory, even malicious ones.

A tar, gzipped or not, is read once and only forward, so it may come through a pipe. Nothing is
unpacked to disk.
"""

from __future__ import annotations

import os
import tarfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Protocol

from manifest_lint.archive.archive import Archive, Entry, Kind
from manifest_lint.archive.streams import BLOCK, Counting, Forward, TooLarge, TooMuch, Unzipped
from manifest_lint.cozy.registry import MANIFEST_NAMES, PACKAGE_NAME, SIZE_LIMIT, Package, package
from manifest_lint.document.document import Document
from manifest_lint.errors import UserError
from manifest_lint.files.disk import cannot_read, is_regular, walk

MOST_ENTRIES = 20_000
"""At most this many entries of an archive are read."""

_LONGEST_PATH = 4096
_MOST_OF_A_MANIFEST = 1024 * 1024
_MOST_OF_PACKAGES = 8 * 1024 * 1024
_MOST_REFUSED = 20
_MOST_OF_A_FILE = 1024 * 1024 + 1
_MOST_KEPT = 32 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_KINDS: dict[bytes, Kind] = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.DIRTYPE: "folder",
    tarfile.SYMTYPE: "symbolic link",
    tarfile.LNKTYPE: "hard link",
    tarfile.CHRTYPE: "device",
    tarfile.BLKTYPE: "device",
    tarfile.FIFOTYPE: "device",
}
_BROKEN = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    ValueError,
    OverflowError,
    RecursionError,
)
"""What Python's readers raise for archives that are damaged or not a tar."""


class Watcher(Protocol):
    """Receives every byte of every regular file while an archive is read."""

    def start(self, path: str) -> None:
        """Start a file, whose bytes follow; the file before it has ended."""

    def feed(self, block: bytes) -> None:
        """Receive the next bytes of the file."""


def read_tarball(name: str, stream: IO[bytes], watcher: Watcher | None = None) -> Archive:
    """Read a tar, gzipped or not, from a stream to its end.

    `name` is its name in messages. Raises UserError if the stream itself cannot be read. What is
    wrong with the archive is in the fields `trouble` and `excess` of the result.
    """
    source = Counting(name, stream)
    reading = _Reading(name, watcher)
    trouble = excess = ""
    try:
        start = source.peek(len(_GZIP))
        if not start:
            raise EOFError("is empty")
        if start == _GZIP:
            _read_tar(Forward(Unzipped(source)), reading)
        else:
            _read_tar(Forward(source), reading)
    except TooMuch as error:
        excess = str(error)
    except TooLarge:
        pass
    except _BROKEN as error:
        trouble = _in_words(error)
    sha256 = "" if trouble or excess or source.size >= SIZE_LIMIT else source.digest.hexdigest()
    return reading.archive(size=source.size, sha256=sha256, trouble=trouble, excess=excess)


def _read_tar(forward: Forward, reading: _Reading) -> None:
    """Read a tar, and what follows it: the digest and gzip's own checksum cover that too."""
    with tarfile.open(fileobj=forward, mode="r:", errorlevel=2) as tar:  # type: ignore[call-overload]  # it needs no more than our three methods
        while True:
            forward.start_header()
            member = tar.next()
            if member is None:
                break
            tar.members.clear()  # tarfile would keep a million of them
            tar.pax_headers.clear()  # and copy global headers into each
            kind: Kind = _KINDS.get(member.type, "of another kind")
            if member.issparse():
                kind = "sparse file"
            if member.size < 0:
                raise tarfile.ReadError("a size below zero")
            forward.seek(member.offset_data)
            reading.add(Entry(member.name, kind, member.size), forward.take)
    if any(forward.last) or (forward.is_at_end and forward.is_torn):
        raise tarfile.ReadError("a header is damaged")
    forward.start_header()
    if forward.last and any(forward.read(tarfile.BLOCKSIZE)):  # the end is two blocks of zeros
        raise tarfile.ReadError("something follows a lone block of zeros")
    forward.drain()


class _Reading:
    """What has been read of an archive so far, and the files kept from it."""

    def __init__(self, name: str, watcher: Watcher | None):
        self._name = name
        self._watcher = watcher
        self._entries: list[Entry] = []
        self._manifest: Document | None = None
        self._manifest_path = ""
        self._packages: list[Package] = []
        self._refused = 0
        self._kept: dict[str, bytes] = {}
        self._room = _MOST_KEPT
        self._room_for_packages = _MOST_OF_PACKAGES

    def add(self, entry: Entry, take: Callable[[int], bytes], manifest: Path | None = None) -> None:
        """Add an entry; `take(size)` returns at most `size` of its next bytes, if it is a file.

        Raises TooMuch beyond a limit, and EOFError if its bytes are cut off.
        """
        if len(self._entries) >= MOST_ENTRIES:
            raise TooMuch(f"has more than {MOST_ENTRIES:,} entries")
        if len(entry.path) > _LONGEST_PATH:
            raise TooMuch("has a path of more than 4 KiB")
        self._entries.append(entry)
        if entry.kind != "file":
            return
        is_manifest = self._manifest is None and entry.name in MANIFEST_NAMES
        is_package = entry.name == PACKAGE_NAME
        if (is_manifest or is_package) and entry.size > _MOST_OF_A_MANIFEST:
            raise TooMuch(f"has a {entry.name} of more than 1 MiB")
        if is_package:
            self._room_for_packages -= entry.size
            if self._room_for_packages < 0:
                raise TooMuch("has more than 8 MiB of package.json")
        whole = is_manifest or is_package
        room = entry.size if whole else min(_MOST_OF_A_FILE, self._room)
        data = self._read(entry, take, room)
        if is_manifest:
            self._manifest_path = entry.path
            name = f"{self._name}/{entry.path}"
            self._manifest = Document(str(manifest) if manifest else name, data, path=manifest)
        elif is_package:
            self._add_package(entry, data)
        elif len(data) == min(entry.size, _MOST_OF_A_FILE):
            self._room -= len(data)
            self._kept[entry.full_path] = data

    def _add_package(self, entry: Entry, data: bytes) -> None:
        if self._refused < _MOST_REFUSED:  # one is enough for the registry
            found = package(entry.path, Document(entry.path, data))
            self._refused += bool(found.why_refused)
            self._packages.append(found)

    def _read(self, entry: Entry, take: Callable[[int], bytes], room: int) -> bytes:
        """Read all of a file, pass it to the watcher, and return its first `room` bytes."""
        if self._watcher:
            self._watcher.start(entry.path)
        parts, left = [], entry.size
        while left:
            data = take(min(left, BLOCK))
            if not data:
                raise EOFError
            left -= len(data)
            if self._watcher:
                self._watcher.feed(data)
            if room:
                parts.append(data[:room])
                room -= len(parts[-1])
        return b"".join(parts)

    def archive(self, **facts: object) -> Archive:
        """Return the archive as far as it was read, with `facts` for its other fields."""
        return Archive(
            self._name,
            entries=tuple(self._entries),
            manifest=self._manifest,
            manifest_path=self._manifest_path,
            packages=tuple(self._packages),
            kept=self._kept,
            **facts,  # type: ignore[arg-type]  # named by the callers in this module
        )


def read_folder(root: Path, watcher: Watcher | None = None) -> Archive:
    """Read a folder as the archive that it would make: its manifest first, the others sorted.

    Links are not followed. Raises UserError if something cannot be read.
    """
    entries = [(_entry(path, found), Path(found.path)) for path, found in walk(root)]
    entries.sort(key=lambda item: (item[0].path not in MANIFEST_NAMES, item[0].path))
    return read_files(str(root), entries, watcher)


def read_files(
    name: str, entries: Iterable[tuple[Entry, Path]], watcher: Watcher | None = None
) -> Archive:
    """Read files on disk as the archive that they would make, in the given order.

    Raises UserError if one cannot be read or changes meanwhile.
    """
    reading = _Reading(name, watcher)
    excess = ""
    try:
        for entry, file in entries:
            if entry.kind != "file":
                reading.add(entry, lambda _: b"")
                continue
            try:
                with file.open("rb") as content:
                    reading.add(entry, content.read, file)
            except EOFError:
                raise UserError(f"{file}: has changed meanwhile; run it again") from None
            except OSError as error:
                raise cannot_read(file, error) from None
    except TooMuch as error:
        excess = str(error)
    return reading.archive(excess=excess)


def _entry(path: str, found: os.DirEntry[str]) -> Entry:
    if found.is_symlink():
        return Entry(path, "symbolic link")
    if found.is_dir():
        return Entry(path, "folder")
    if is_regular(found):
        try:
            return Entry(path, "file", found.stat().st_size)
        except OSError as error:
            raise cannot_read(Path(found.path), error) from None
    return Entry(path, "device")


def _in_words(error: BaseException) -> str:
    """Return why an archive cannot be read, in words that follow "the archive"."""
    if isinstance(error, EOFError):
        return str(error) or "is cut off"
    if isinstance(error, zlib.error | tarfile.TarError):
        reason = str(error).rpartition(": ")[2]  # zlib: `Error -3 while decompressing data: …`
        return f"is damaged or not a tar ({reason})"
    return "is damaged: its headers make no sense"
