"""The files around a manifest, through one small interface for a folder and for an archive."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

from manifest_lint.errors import UserError
from manifest_lint.files.work_tree import is_in, top_of


class Files(Protocol):
    """Files by their path relative to the manifest's folder, with `/` between names."""

    def list(self, below: str = "") -> Iterator[str]:
        """Yield the path of every regular file, sorted; with a folder (`src/`), those in it."""

    def read(self, path: str, limit: int) -> bytes:
        """Return at most the first `limit` bytes of a file.

        Raises UserError if it cannot be read, NotKept if an archive's file was not kept in memory.
        """

    def exists(self, path: str) -> bool:
        """Return whether a path names a regular file inside the folder."""


class NotKept(UserError):
    """A file of an archive was read past before it was known that a rule needs it."""


class Tree:
    """What may be read: a folder and everything in it, or the git work tree around it.

    The folder is the one that the user named, or that of a named file. A checked repository may be
    untrusted: a link in it could make us show or overwrite any file of the user.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def _real(self) -> str:
        return os.path.realpath(self.folder)

    @cached_property
    def _top(self) -> str:
        """The work tree's top: looked up only if a link leaves the folder."""
        return str(top_of(Path(self._real)) or self._real)

    def holds(self, path: str | os.PathLike[str]) -> bool:
        """Return whether a path stays in the tree after all links are followed."""
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):  # a NUL byte: no file has such a name
            return True
        return is_in(real, self._real) or is_in(real, self._top) or is_of_kernel(self._real)

    def seems_to_hold(self, path: str) -> bool:
        """Return whether an absolute path is in the tree, without following links."""
        named = os.path.abspath(self.folder)  # noqa: PTH100
        return any(is_in(path, top) for top in (named, self._real, self._top))


def is_of_kernel(folder: str) -> bool:
    """Return whether a folder is in /dev or /proc: the system makes their links, as /dev/stdin."""
    return folder.startswith(("/dev/", "/proc/")) or folder in ("/dev", "/proc")


class Folder:
    """The files below a folder on disk.

    A symbolic link to a file counts as that file if it stays in the tree; `outside` yields those
    that do not. Links to folders are not followed. What is directly in it is listed once.
    """

    def __init__(self, root: Path, tree: Tree | None = None):
        self.root = root
        self._tree = tree or Tree(root)
        self._top = f"{root}{os.sep}"  # made once, as it is needed for every file
        self._walked: dict[str, tuple[tuple[str, bool], ...]] = {}
        self._exists: dict[str, bool] = {}

    @cached_property
    def _entries(self) -> tuple[os.DirEntry[str], ...]:
        return tuple(entries_of(self.root))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the entries directly in it. Raises UserError if it cannot be read."""
        return frozenset([entry.name for entry in self._entries])

    @cached_property
    def _small_names(self) -> frozenset[str]:
        return frozenset(map(str.lower, self.names))

    def list(self, below: str = "") -> Iterator[str]:
        """Return the path of every regular file, sorted; with a folder (`src/`), those in it."""
        return (path for path, stays in self._files(below) if stays)

    def outside(self, *places: str) -> Iterator[str]:
        """Yield each link that leaves the tree: at the top, and below some folders (`src/`)."""
        links = (entry for entry in self._entries if entry.is_symlink())
        for entry in sorted(links, key=lambda entry: entry.name):
            if not self._tree.holds(entry.path):
                yield entry.name
        for below in places:
            yield from (path for path, stays in self._files(below) if not stays)

    def _files(self, below: str) -> tuple[tuple[str, bool], ...]:
        """Return the entries below a folder that may be files, and whether each is in the tree."""
        if below not in self._walked:
            found = []
            place = f"{self._top}{below}"
            is_there = self._may_have(below) and os.path.isdir(place)  # noqa: PTH112
            if not below or (is_there and self._tree.holds(place)):
                for path, entry in walk(self.root, below=below):
                    stays = not entry.is_symlink() or self._tree.holds(entry.path)
                    if not stays or is_regular(entry):
                        found.append((path, stays))
            self._walked[below] = tuple(sorted(found))
        return self._walked[below]

    def read(self, path: str, limit: int) -> bytes:
        """Return at most the first `limit` bytes of a file; UserError if it cannot be read."""
        if _leaves(posixpath.normpath(path)):
            raise UserError(f"{path}: is not in {self.root}; name a file in it")
        file = self.root / path
        if self._tree.holds(file):
            return read_file(file, limit)
        raise UserError(f"{file}: is a link out of the tree; put the file itself there")

    def exists(self, path: str) -> bool:
        """Return whether a path names a regular file inside the folder."""
        if path not in self._exists:  # several rules ask for the same
            self._exists[path] = self._is_there(path)
        return self._exists[path]

    def _is_there(self, path: str) -> bool:
        try:
            inside = posixpath.normpath(path)
            file = f"{self._top}{inside}"
            may_be = not _leaves(inside) and self._may_have(inside)
            return may_be and os.path.isfile(file) and self._tree.holds(file)  # noqa: PTH113
        except (OSError, ValueError):  # a name too long, or with a NUL byte
            return False

    def _may_have(self, path: str) -> bool:
        """Return whether the first name of a path may be directly in the folder.

        Most that is looked for is not, and asking the disk takes longer. Some disks know one name
        in capitals and with its accents written in several ways; Windows has more rules.
        """
        name = path.split("/", 1)[0]
        return os.sep != "/" or not name.isascii() or name.lower() in self._small_names


def _leaves(path: str) -> bool:
    """Return whether a normal path (posixpath.normpath) leads out of the folder."""
    return path.split("/", 1)[0] in ("..", "")


def walk(
    root: Path, enter: Callable[[os.DirEntry[str]], bool] = lambda _: True, below: str = ""
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every entry below a folder, with its relative path, in any order.

    `enter` returns whether to look into a folder; links to folders are yielded, but not followed.
    Raises UserError for a folder that cannot be read.
    """
    waiting = [below]
    while waiting:
        below = waiting.pop()
        for entry in entries_of(root / below):
            path = f"{below}{entry.name}"
            yield path, entry
            if entry.is_dir(follow_symlinks=False) and enter(entry):
                waiting.append(f"{path}/")


def entries_of(folder: str | Path) -> list[os.DirEntry[str]]:
    """Return the entries directly in a folder; UserError if it cannot be read."""
    try:
        return list(os.scandir(folder))
    except OSError as error:
        raise cannot_read(Path(folder), error) from None


def names_in(folder: Path) -> frozenset[str]:
    """Return the names of the entries directly in a folder; UserError if it cannot be read."""
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208  # pathlib makes a path of each
    except OSError as error:
        raise cannot_read(folder, error) from None


def is_regular(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a regular file, or a link to one."""
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def read_file(path: Path | str, limit: int) -> bytes:
    """Return at most the first `limit` bytes of a regular file.

    Raises UserError, with what to do, for one that is missing, unreadable or not a regular file:
    reading a named pipe or a device might never end.
    """
    try:
        status = os.stat(path)  # noqa: PTH116  # pathlib's takes longer
        if stat.S_ISDIR(status.st_mode):
            raise UserError(f"{path}: is a folder, not a file; name a file")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(
                f"{path}: is not a regular file; save what it has to a file, and name that"
            )
        return _read(path, status.st_size, limit)
    except OSError as error:
        raise cannot_read(Path(path), error) from None
    except ValueError:
        raise UserError(f"{path!s:.80}: is not a file name; check the path") from None


_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""How a file is opened: without waiting for a writer, if a named pipe has replaced it."""


def _read(path: Path | str, size: int, limit: int) -> bytes:
    """Read a file of `size` bytes. Python's own file objects take twice as long to make."""
    at_once = size + 1 if size else 1 << 16  # some file systems report no size
    missing = min(size + 1, limit) if size else limit
    parts = []
    descriptor = os.open(path, _READING)
    try:
        while missing and (part := os.read(descriptor, min(missing, at_once))):
            parts.append(part)
            missing -= len(part)
    finally:
        os.close(descriptor)
    return b"".join(parts)


def refuse_named_link(folder: Path) -> None:
    """Raise UserError for a named folder that a link in a git work tree leads out of this tree.

    A script that names it may loop over everything in an untrusted work tree.
    """
    here = os.path.abspath(folder)  # noqa: PTH100
    real = os.path.realpath(here)
    if real == here:
        return
    for path in (Path(here), *Path(here).parents):
        if path.is_symlink():
            top = top_of(Path(os.path.realpath(path.parent)))
            if top and not is_in(real, str(top)):
                what = f"leads through a link out of {top}; name the folder itself"
                raise UserError(f"{folder}: {what}")


def refuse_led_out(folder: Path, tree: Tree) -> None:
    """Raise UserError for a folder whose path is in a tree, but which links lead out of it.

    A folder whose path is elsewhere is the user's own choice.
    """
    here = os.path.abspath(folder)  # noqa: PTH100
    if tree.seems_to_hold(here) and not tree.holds(here):
        raise UserError(f"{folder}: a link leads out of {tree.folder} there; name another folder")


def cannot_read(path: Path, error: OSError) -> UserError:
    """Return the UserError for an error of the operating system: what happened, what to do."""
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path}: there is no such file; check the path")
    if isinstance(error, PermissionError):
        return UserError(f"{path}: permission denied; check its permissions")
    return UserError(f"{path}: cannot be read: {error.strerror or error}; check the path")
