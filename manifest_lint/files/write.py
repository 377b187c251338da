"""Write files, each in one step, and only over what was read before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from manifest_lint.errors import UserError
from manifest_lint.files.alone import alone_in
from manifest_lint.files.disk import is_of_kernel, names_in, read_file

_UNFINISHED = ".manifest-lint.unfinished"


class Changed(UserError):
    """A file is not as it was when it was read, and was not written."""


def replace_file(path: Path, before: bytes | None, after: bytes, mode: int | None = None) -> None:
    """Overwrite a file, as write_file does, if it holds the bytes `before`, None if there is none.

    One that holds the bytes `after` already is not written: it has two names, or another run was
    quicker. Raises Changed, and writes nothing, if it holds other bytes.
    """
    with alone_in(path.parent):
        if before is None and not os.path.lexists(path):
            write_file(path, after, mode)
            return
        there = read_file(path, max(len(before or b""), len(after)) + 1)
        if there == after:
            return
        if before is None:
            raise Changed(f"{path}: was made meanwhile, and was not written; run it again")
        if there != before:
            raise Changed(f"{path}: has changed meanwhile, and was not written; run it again")
        write_file(path, after, mode)


def remove_unfinished(path: Path) -> None:
    """Delete what killed runs have left of a file, next to it: it may hold secrets."""
    with alone_in(path.parent):
        for name in names_in(path.parent):
            if name.startswith(f".{path.name}.") and name.endswith(_UNFINISHED):
                with suppress(OSError):
                    path.with_name(name).unlink()


def write_file(path: Path, data: bytes | Iterable[bytes], mode: int | None = None) -> None:
    """Write a file in one step: a reader sees either the old bytes or the new ones.

    It gets the `mode`; without one, an existing file keeps its own. A symbolic link is replaced,
    never followed: it may have been placed there to have another file overwritten. Raises
    UserError, and writes nothing, if the path is read-only or not a file, and if it cannot be
    written. Does not wait for other runs: they write other files there, and of one the last stays.
    """
    with alone_in(path.parent, waits=False) as is_alone:
        _write(path, data, mode, is_alone=is_alone)


def _write(path: Path, data: bytes | Iterable[bytes], mode: int | None, *, is_alone: bool) -> None:
    unfinished = None
    try:
        status = replaceable(path)
        beside = _beside(path, is_alone=is_alone)
        # The file may hold secrets: no other user may read the new one before it has its mode.
        is_private = status or mode is not None
        opener = (lambda name, flags: os.open(name, flags, 0o600)) if is_private else None
        unfinished = beside  # set first, as we may be stopped at any moment
        with open(beside, "xb", opener=opener) as file:  # pathlib's takes no opener
            file.writelines([data] if isinstance(data, bytes) else data)
            if status:
                # Not by its name: another user of the folder could put a link there.
                itself = file.fileno() if os.chmod in os.supports_fd else beside
                with suppress(PermissionError, AttributeError):  # only root, and not on Windows
                    os.chown(itself, status.st_uid, status.st_gid)
                os.chmod(itself, stat.S_IMODE(status.st_mode) if mode is None else mode)  # noqa: PTH101
        unfinished.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise UserError(f"{path}: cannot be written: {why}; check path and permissions") from None
    finally:
        if unfinished:
            with suppress(OSError):  # it does not exist, or the folder is read-only
                unfinished.unlink()


def _beside(path: Path, *, is_alone: bool) -> Path:
    """Return what to write first: what a killed run has left there is deleted."""
    beside = path.with_name(f".{path.name}{_UNFINISHED}")
    if is_alone:
        with suppress(OSError):  # it is a folder, or cannot be deleted
            beside.unlink(missing_ok=True)
            return beside
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}{_UNFINISHED}")


def replaceable(path: Path) -> os.stat_result | None:
    """Return the status of a file that may be replaced, None for a link or if nothing is there.

    Raises UserError for what must not be replaced: a folder, a device, a read-only file.
    """
    is_link = path.is_symlink()
    if not os.path.lexists(path) or (is_link and not is_of_kernel(os.path.realpath(path.parent))):
        return None
    status = path.stat()
    if is_link or not stat.S_ISREG(status.st_mode):
        raise UserError(f"{path}: is not a regular file, and was not written; name another")
    if not (status.st_mode & 0o222 and os.access(path, os.W_OK)):
        raise UserError(f"{path}: is read-only, and was not written; make it writable first")
    return status


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it, if they are missing; if the block fails, delete them again.

    Raises UserError if one cannot be made.
    """
    missing = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as failure:
        for one in missing:
            with suppress(OSError):  # it is not empty: another run has written there
                one.rmdir()
        if isinstance(failure, OSError):
            why = failure.strerror or failure
            raise UserError(f"{folder}: cannot be written: {why}; check the path") from None
        raise
