"""Reads archives within limits of time and memory, even malicious ones.

What the registry reads is read, and no more: it stops at the end of the tar. Nothing is unpacked to
disk. An archive smaller than the registry's limit is small enough to be kept in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import IO, Protocol

from manifest_lint.archive.archive import Archive, Entry, Kind
from manifest_lint.archive.streams import BLOCK, Damaged, Forward, TooMuch
from manifest_lint.archive.tar import Member, Tar
from manifest_lint.archive.unpacking import Unpacking, start_of
from manifest_lint.cozy.registry import MANIFEST_NAMES, PACKAGE_NAME, Package, package
from manifest_lint.document.document import Document
from manifest_lint.errors import UserError
from manifest_lint.files.disk import cannot_read, is_regular, walk

MOST_ENTRIES = 20_000
"""At most this many entries of an archive are read."""

_MOST_OF_A_MANIFEST = 2 * 1024 * 1024  # the stack reads no more
_MOST_OF_PACKAGES = 8 * 1024 * 1024
_MOST_REFUSED = 20
_MOST_OF_A_FILE = 1024 * 1024 + 1
_MOST_KEPT = 32 * 1024 * 1024
_KINDS: dict[bytes, Kind] = {
    b"0": "file",
    b"1": "hard link",
    b"2": "symbolic link",
    **dict.fromkeys((b"3", b"4", b"6"), "device"),
    b"5": "folder",
    b"S": "sparse file",
}


class Watcher(Protocol):
    """Receives every byte of every regular file while an archive is read."""

    def start(self, path: str) -> None:
        """Start a file, whose bytes follow; the file before it has ended."""

    def feed(self, block: bytes) -> None:
        """Receive the next bytes of the file."""


def read_tarball(name: str, stream: IO[bytes], watcher: Watcher | None = None) -> Archive:
    """Read a gzipped tar from a stream as the registry does.

    `name` is its name in messages. Raises UserError if the stream itself cannot be read. What is
    wrong with the archive is in the fields `trouble` and `excess` of the result. A plain tar is
    read too, and the start of an archive that is too large for the registry.
    """
    data = start_of(name, stream)  # in this thread, which a signal can stop while it waits
    with Unpacking(name, lambda: data) as packed:
        return read_unpacked(packed, watcher)


def read_unpacked(packed: Unpacking, watcher: Watcher | None = None) -> Archive:
    """Read an archive that is being unpacked, as `read_tarball` does."""
    data = packed.data
    reading = _Reading(packed.name, watcher)
    trouble = excess = ""
    try:
        if not data:
            raise Damaged("is empty")
        tar = Tar(Forward(packed.blocks()))
        while member := tar.next():
            reading.add(_member(member), member.take)
    except TooMuch as error:
        excess = str(error)
    except Damaged as error:
        trouble = (_instead_of_a_tar(data) or str(error)) if packed.is_whole else ""
    return reading.archive(
        size=len(data),
        sha256=packed.sha256,
        trouble=trouble,
        excess=excess,
        is_gzipped=packed.is_gzipped,
    )


INSTEAD = {
    "is a zip file: the registry reads only a gzipped tar": (
        "unpack it, check the folder, and pack it with manifest-lint build"
    ),
    "is a file of JSON, such as a manifest": "check it with manifest-lint check",
}
"""What is given in place of an archive, in words that follow "the archive", and what to do."""


def _instead_of_a_tar(data: bytes) -> str:
    """Return what of `INSTEAD` data are, by how they start; "" for anything else."""
    a_zip, some_json = INSTEAD
    if data.startswith(b"PK\3\4"):
        return a_zip
    first = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    # A tar may well start with a file of such a name.
    return some_json if first in (b"{", b"[") and b"\0" not in data[:512] else ""


def _member(member: Member) -> Entry:
    kind = _KINDS.get(member.letter, "of another kind")
    return Entry(member.path, kind, member.size, member.is_sparse)


class _Shrunk(Exception):
    """A file on disk has become smaller while it was read."""


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

        Raises TooMuch beyond a limit, and what `take` does. The registry skips a sparse file
        whose map is wrong, unless it needs its content.
        """
        if len(self._entries) >= MOST_ENTRIES:
            raise TooMuch(f"has more than {MOST_ENTRIES:,} entries")
        self._entries.append(entry)
        if entry.kind != "file":
            return
        is_manifest = self._manifest is None and entry.name in MANIFEST_NAMES
        is_package = entry.name == PACKAGE_NAME
        whole = is_manifest or is_package
        room = _MOST_OF_A_MANIFEST if whole else min(_MOST_OF_A_FILE, self._room)
        data = b""
        with suppress(Damaged) if entry.is_sparse and not whole else nullcontext():
            data = self._read(entry, take, room)
        if whole and entry.size > _MOST_OF_A_MANIFEST:  # and not a wrong size: all of it was there
            raise TooMuch(f"has a {entry.name} of more than 2 MiB")
        if is_package:
            self._room_for_packages -= entry.size
            if self._room_for_packages < 0:
                raise TooMuch("has more than 8 MiB of package.json")
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
                raise _Shrunk
            left -= len(data)
            if self._watcher:
                self._watcher.feed(data)
            if room:
                parts.append(data[:room])
                room -= len(parts[-1])
        if entry.is_sparse:
            take(1)  # data that the map does not mention are only found after the end
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
            except _Shrunk:
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
