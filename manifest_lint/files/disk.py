"""The files around a manifest, through one small interface for a folder and for an archive."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Protocol

from manifest_lint.errors import UserError
from manifest_lint.files.git import is_in, top_of


class Files(Protocol):
    """Files by their path relative to the manifest's folder, with `/` between names."""

    def list(self, below: str = "") -> Iterator[str]:
        """Give the path of every regular file, sorted; of a folder (`src/`), those in it alone."""

    def read(self, path: str, limit: int) -> bytes:
        """Give at most the first `limit` bytes of a file.

        Raises UserError if it cannot be read, NotKept where an archive has it and we do not.
        """

    def exists(self, path: str) -> bool:
        """Tell whether a path names a regular file inside the folder."""


class NotKept(UserError):
    """A file of an archive passed by before anybody knew that it would be asked for."""


class Tree:
    """What may be read: a folder with all that is in it, in a git work tree that work tree.

    The folder is the one that a person has named, or that of a named file. What is checked may be
    a stranger's: a link in it could show, or have us write over, any file of who runs the check.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def _real(self) -> str:
        return os.path.realpath(self.folder)

    @cached_property
    def _top(self) -> str:
        """The work tree's top: looked for only where a link leaves the folder."""
        return str(top_of(Path(self._real)) or self._real)

    def holds(self, path: str | os.PathLike[str]) -> bool:
        """Return whether a path stays in the tree, whatever links are on the way."""
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):  # a NUL byte: there is no such file
            return True
        return is_in(real, self._real) or is_in(real, self._top) or _is_of_kernel(self._real)

    def seems_to_hold(self, path: str) -> bool:
        """Return whether an absolute path is in the tree, going by its text alone."""
        named = os.path.abspath(self.folder)  # noqa: PTH100
        return any(is_in(path, top) for top in (named, self._real, self._top))


def _is_of_kernel(folder: str) -> bool:
    """Return whether a folder is in /dev or /proc: their links, as /dev/stdin, are the system's."""
    return folder.startswith(("/dev/", "/proc/")) or folder in ("/dev", "/proc")


class Folder:
    """The files below a folder on disk.

    A symbolic link to a file counts as that file where it stays in the tree; `outside` gives those
    that do not. Links to folders are not looked into.
    """

    def __init__(self, root: Path, tree: Tree | None = None):
        self.root = root
        self._tree = tree or Tree(root)
        self._top = f"{root}{os.sep}"  # a path is put together for every file that is asked for
        self._walked: dict[str, tuple[tuple[str, bool], ...]] = {}

    def list(self, below: str = "") -> Iterator[str]:
        """Return the path of every regular file, sorted; of a folder (`src/`), those in it."""
        return (path for path, stays in self._files(below) if stays)

    def outside(self, *places: str) -> Iterator[str]:
        """Return each link that leaves the tree: at the top, and below some folders (`src/`)."""
        for entry in sorted(entries_of(self.root), key=lambda entry: entry.name):
            if entry.is_symlink() and not self._tree.holds(entry.path):
                yield entry.name
        for below in places:
            yield from (path for path, stays in self._files(below) if not stays)

    def _files(self, below: str) -> tuple[tuple[str, bool], ...]:
        """Return what may be a file below a folder, and whether it stays in the tree; sorted."""
        if below not in self._walked:
            found = []
            place = f"{self._top}{below}"
            if not below or (os.path.isdir(place) and self._tree.holds(place)):  # noqa: PTH112
                for path, entry in walk(self.root, below=below):
                    stays = not entry.is_symlink() or self._tree.holds(entry.path)
                    if not stays or is_regular(entry):
                        found.append((path, stays))
            self._walked[below] = tuple(sorted(found))
        return self._walked[below]

    def read(self, path: str, limit: int) -> bytes:
        """Return at most the first `limit` bytes of a file; UserError if it cannot be read."""
        if _leaves(path):
            raise UserError(f"{path}: is not in {self.root}; name a file in it")
        file = self.root / path
        if self._tree.holds(file):
            return read_file(file, limit)
        raise UserError(f"{file}: is a link out of the tree; put the file itself there")

    def exists(self, path: str) -> bool:
        """Return whether a path names a regular file inside the folder."""
        try:
            inside = posixpath.normpath(path)
            file = f"{self._top}{inside}"
            return not _leaves(inside) and os.path.isfile(file) and self._tree.holds(file)  # noqa: PTH113
        except (OSError, ValueError):  # a name too long, or with a NUL byte
            return False


def _leaves(path: str) -> bool:
    return posixpath.normpath(path).split("/", 1)[0] in ("..", "")


def walk(
    root: Path, enter: Callable[[os.DirEntry[str]], bool] = lambda _: True, below: str = ""
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Return all that is below a folder, each with its path from there, in no order.

    `enter` says which folders to look into; links to folders are given, and not followed. Raises
    UserError for a folder that cannot be read.
    """
    waiting = [below]
    while waiting:
        below = waiting.pop()
        for entry in entries_of(root / below):
            path = f"{below}{entry.name}"
            yield path, entry
            if entry.is_dir(follow_symlinks=False) and enter(entry):
                waiting.append(f"{path}/")


def entries_of(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is directly in a folder; UserError if it cannot be read."""
    try:
        return list(os.scandir(folder))
    except OSError as error:
        raise cannot_read(folder, error) from None


def names_in(folder: Path) -> frozenset[str]:
    """Give the names of all that is directly in a folder; UserError if it cannot be read."""
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208  # pathlib makes a path of each
    except OSError as error:
        raise cannot_read(folder, error) from None


def is_regular(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a regular file, or a link to one."""
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def read_file(path: Path, limit: int) -> bytes:
    """Give at most the first `limit` bytes of a regular file.

    Raises UserError, with what to do, for one that is missing, unreadable or not a regular file: a
    named pipe would keep us waiting, a device might never end.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(f"{path}: is a folder, a file is wanted here")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path}: is not a regular file; pipe it in, and give - as the path")
        with open(path, "rb", opener=_without_waiting) as file:  # pathlib's takes no opener
            # A buffer of the limit is slow to get; some file systems give no size.
            return file.read(min(status.st_size + 1, limit) if status.st_size else limit)
    except OSError as error:
        raise cannot_read(path, error) from None
    except ValueError:
        raise UserError(f"{path!s:.80}: is not a file name; check the path") from None


def _without_waiting(path: str, flags: int) -> int:
    """Open a file, and not wait for a writer should a named pipe have taken its place."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write over a file, as write_file does.

    One that holds the bytes `after` already stays: it is known by two names, or another run has
    been quicker. Raises UserError, and writes nothing, where it holds neither these nor `before`.
    """
    there = read_file(path, max(len(before), len(after)) + 1)
    if there == after:
        return
    if there != before:
        raise UserError(f"{path}: has changed meanwhile, and was left alone; run it again")
    write_file(path, after)


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it meanwhile sees the old bytes or the new ones.

    The mode of one that is there stays. A symbolic link is replaced, never followed: who has put it
    there may have meant another file. Raises UserError, and writes nothing, where something is
    there that is read-only or no file, and where it cannot be written.
    """
    unfinished = None
    try:
        status = _replaceable(path)
        beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.unfinished")
        # What is there may hold secrets: nobody else reads the new bytes before they have its mode.
        opener = (lambda name, flags: os.open(name, flags, 0o600)) if status else None
        unfinished = beside  # before it is there: we may be stopped at any moment
        with open(beside, "xb", opener=opener) as file:  # pathlib's takes no opener
            file.write(data)
        if status:
            with suppress(PermissionError, AttributeError):  # only root, and not on Windows
                os.chown(unfinished, status.st_uid, status.st_gid)
            unfinished.chmod(stat.S_IMODE(status.st_mode))
        unfinished.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise UserError(f"{path}: cannot be written: {why}; check path and permissions") from None
    finally:
        if unfinished:
            with suppress(OSError):  # it is not there, or the folder cannot be written to
                unfinished.unlink()


def _replaceable(path: Path) -> os.stat_result | None:
    """Return the status of the file that may be replaced, None for a link or where nothing is.

    Raises UserError for what must not be: a folder, a device, what is read-only.
    """
    is_link = path.is_symlink()
    if not os.path.lexists(path) or (is_link and not _is_of_kernel(os.path.realpath(path.parent))):
        return None
    status = path.stat()
    if is_link or not stat.S_ISREG(status.st_mode):
        raise UserError(f"{path}: is not a regular file, and was left alone; name another")
    if not (status.st_mode & 0o222 and os.access(path, os.W_OK)):
        raise UserError(f"{path}: is read-only, and was left alone; make it writable first")
    return status


def refuse_named_link(folder: Path) -> None:
    """Raise UserError for a folder that a link in a git work tree leads out of it, though named.

    What names it may be a loop over all that a stranger's work tree holds.
    """
    here = os.path.abspath(folder)  # noqa: PTH100
    real = os.path.realpath(here)
    if real == here:
        return
    for path in (Path(here), *Path(here).parents):
        if path.is_symlink():
            top = top_of(Path(os.path.realpath(path.parent)))
            if top and not is_in(real, str(top)):
                what = f"is led by a link out of {top}; name the folder itself"
                raise UserError(f"{folder}: {what}")


def refuse_led_out(folder: Path, tree: Tree) -> None:
    """Raise UserError for a folder that is in a tree by its text, and that links lead out of it.

    One that is elsewhere by its text too is somebody's own choice.
    """
    here = os.path.abspath(folder)  # noqa: PTH100
    if tree.seems_to_hold(here) and not tree.holds(here):
        raise UserError(f"{folder}: a link leads out of {tree.folder} there; name another folder")


def cannot_read(path: Path, error: OSError) -> UserError:
    """Return the error for an operating system's refusal: what happened, and what to do."""
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path}: there is no such file; check the path")
    if isinstance(error, PermissionError):
        return UserError(f"{path}: may not be read; check its permissions")
    return UserError(f"{path}: cannot be read: {error.strerror or error}; check the path")
