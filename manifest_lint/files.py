"""The files around a manifest, through one small interface for a folder and for an archive."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from manifest_lint.errors import UserError


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


class Folder:
    """The files below a folder on disk. Symbolic links to files count, those to folders do not."""

    def __init__(self, root: Path):
        self.root = root
        self._top = f"{root}{os.sep}"  # a path is put together for every file that is asked for

    def list(self, below: str = "") -> Iterator[str]:
        """Give the path of every regular file, sorted; of a folder (`src/`), those in it alone."""
        if below and not os.path.isdir(f"{self._top}{below}"):  # noqa: PTH112
            return iter(())
        found = walk(self.root, below=below)
        return iter(sorted(path for path, entry in found if is_regular(entry)))

    def read(self, path: str, limit: int) -> bytes:
        """Give at most the first `limit` bytes of a file; UserError if it cannot be read."""
        if _leaves(path):
            raise UserError(f"{path}: is not in {self.root}; name a file in it")
        return read_file(self.root / path, limit)

    def exists(self, path: str) -> bool:
        """Tell whether a path names a regular file inside the folder."""
        try:
            inside = posixpath.normpath(path)
            return not _leaves(inside) and os.path.isfile(f"{self._top}{inside}")  # noqa: PTH113
        except (OSError, ValueError):  # a name too long, or with a NUL byte
            return False


def _leaves(path: str) -> bool:
    return posixpath.normpath(path).split("/", 1)[0] in ("..", "")


def walk(
    root: Path, enter: Callable[[os.DirEntry[str]], bool] = lambda _: True, below: str = ""
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Give all that is below a folder, each with its path from there, in no order.

    `enter` says which folders to look into; links to folders are given, and not followed. Raises
    UserError for a folder that cannot be read.
    """
    waiting = [below]
    while waiting:
        below = waiting.pop()
        try:
            entries = list(os.scandir(root / below))
        except OSError as error:
            raise cannot_read(root / below, error) from None
        for entry in entries:
            path = f"{below}{entry.name}"
            yield path, entry
            if entry.is_dir(follow_symlinks=False) and enter(entry):
                waiting.append(f"{path}/")


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

    Raises UserError, with the mend, for one that is missing, unreadable or not a regular file: a
    named pipe would keep us waiting, a device might never end.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(f"{path}: is a folder, a file is wanted here")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path}: is not a regular file; pipe it in, and give - as the path")
        with path.open("rb") as file:
            # A buffer of the limit is slow to get; some file systems give no size.
            return file.read(min(status.st_size + 1, limit) if status.st_size else limit)
    except OSError as error:
        raise cannot_read(path, error) from None
    except ValueError:
        raise UserError(f"{path!s:.80}: is not a file name; check the path") from None


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

    The mode of one that is there stays, and a symbolic link stays one. Raises UserError, and writes
    nothing, where that is read-only or cannot be written.
    """
    unfinished = None
    try:
        target = path.resolve()
        status = target.stat() if target.exists() else None
        if status and not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path}: is not a regular file, and was left alone; name another")
        if status and not (status.st_mode & 0o222 and os.access(target, os.W_OK)):
            raise UserError(f"{path}: is read-only, and was left alone; make it writable first")
        beside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.unfinished")
        # What is there may hold secrets: nobody else reads the new bytes before they have its mode.
        opener = (lambda name, flags: os.open(name, flags, 0o600)) if status else None
        unfinished = beside  # before it is there: we may be stopped at any moment
        with open(beside, "xb", opener=opener) as file:  # pathlib's takes no opener
            file.write(data)
        if status:
            with suppress(PermissionError, AttributeError):  # only root, and not on Windows
                os.chown(unfinished, status.st_uid, status.st_gid)
            unfinished.chmod(stat.S_IMODE(status.st_mode))
        unfinished.replace(target)
    except OSError as error:
        why = error.strerror or error
        raise UserError(f"{path}: cannot be written: {why}; check path and permissions") from None
    finally:
        if unfinished:
            with suppress(OSError):  # it is not there, or the folder cannot be written to
                unfinished.unlink()


def is_tracked(path: Path) -> bool:
    """Tell whether git tracks a file; it does not outside a work tree, nor without git."""
    import subprocess  # only for a file that ought not to be tracked

    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "--error-unmatch", "--", path.name]
    try:
        asked = subprocess.run(command, cwd=path.parent, capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def cannot_read(path: Path, error: OSError) -> UserError:
    """Turn an operating system's refusal into words and a mend."""
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path}: there is no such file; check the path")
    if isinstance(error, PermissionError):
        return UserError(f"{path}: may not be read; check its permissions")
    return UserError(f"{path}: cannot be read: {error.strerror or error}; check the path")
