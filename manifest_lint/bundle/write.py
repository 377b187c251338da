"""Write several files into a folder: all of them, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from manifest_lint.errors import UserError
from manifest_lint.files.alone import alone_in
from manifest_lint.files.disk import read_file
from manifest_lint.files.write import made

_UNFINISHED = ".manifest-lint.unfinished-"
"""The start of the name of a folder for files that are not all in their place yet.

`new` has those that are not moved yet. While some may have been moved, `undo` has a file of each
name: in `replaced` and `added`, which say how the moved file is known, and the old ones in `old`.
"""


def write_together(out: Path, contents: Mapping[str, IO[bytes] | str]) -> None:
    """Write files, by their names: all under other names first, then each is moved in one step.

    A run that is stopped or fails leaves the old files as they were. One that is killed leaves
    every file complete, old or new; see `put_back`. Raises UserError.
    """
    with made(out):
        for name in contents:
            _refuse_special(out / name)
        try:
            with alone_in(out):
                _clean(out)  # after a run that was killed
                try:
                    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=out))
                    _write(unfinished, contents)
                    _replace_together(list(contents), unfinished, out)
                finally:
                    try:
                        _clean(out)
                    finally:
                        _clean(out)  # in case the first was interrupted
        except OSError as error:
            raise _cannot_write(out, error) from None


def put_back(out: Path) -> bool:
    """Put back what a run that was killed had replaced in part, and return whether one had.

    What it has left in other places is deleted. Raises UserError if that fails.
    """
    try:
        if not any(out.glob(f"{_UNFINISHED}*")):
            return False
        with alone_in(out):
            return _clean(out)
    except OSError as error:
        raise _cannot_write(out, error) from None


def _cannot_write(out: Path, error: OSError) -> UserError:
    return UserError(f"{out}: cannot be written: {error.strerror or error}; check the folder")


def _refuse_special(path: Path) -> None:
    """Raise UserError for what could not be put back: anything but a file or a link."""
    if path.is_symlink() or path.is_file() or not os.path.lexists(path):
        return
    what = "a folder" if path.is_dir() else "a named pipe, a socket or a device"
    raise UserError(f"{path}: is {what}, not a file; move it away, or choose another --out")


def _clean(out: Path) -> bool:
    """Delete the unfinished files of other runs; return whether old files were put back before."""
    was_undone = False
    for left in out.glob(f"{_UNFINISHED}*"):
        if left.is_symlink() or not left.is_dir():
            continue  # it is not ours, and rmtree would wait for a writer of a named pipe
        was_undone |= _undo(left, out)
        with suppress(RecursionError):  # it is deeper than ours, and Python older than 3.13
            shutil.rmtree(left, ignore_errors=True)
    return was_undone


def _write(folder: Path, contents: Mapping[str, IO[bytes] | str]) -> None:
    (folder / "new").mkdir()
    for name, content in contents.items():
        with (folder / "new" / name).open("wb") as file:
            if isinstance(content, str):
                file.write(content.encode())
            else:
                content.seek(0)
                shutil.copyfileobj(content, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())


def _replace_together(names: list[str], source: Path, target: Path) -> None:
    """Move files over those of the same names; `_undo` can undo it until all of them are moved."""
    undo = source / "undo"
    for kind in ("old", "replaced", "added"):
        (undo / kind).mkdir(parents=True)
    for name in names:
        is_there = os.path.lexists(target / name)
        if is_there:
            shutil.copy2(target / name, undo / "old" / name, follow_symlinks=False)
        mark = _mark(source / "new" / name)
        (undo / ("replaced" if is_there else "added") / name).write_bytes(mark)
    for name in names:
        (source / "new" / name).replace(target / name)
    undo.rename(source / "done")


def _undo(source: Path, target: Path) -> bool:
    """Undo moves that are not all done, and return whether there were any.

    It can be interrupted, and done again. Only files that were moved are replaced or deleted: what
    was written after them stays. If `source` is not ours, but came with the checked folder, nothing
    is undone, as whoever made it cannot know the marks of files here.
    """
    undo = source / "undo"
    old, replaced, added = (undo / kind for kind in ("old", "replaced", "added"))
    if any(one.is_symlink() for one in (source, undo, old, replaced, added)):
        return False  # it is not ours, and leads to files of others
    was_undone = False
    for mark in (*replaced.glob("*"), *added.glob("*")):
        name = mark.name
        with suppress(FileNotFoundError, UserError):  # it is gone, or not ours
            if read_file(mark, _MOST_OF_A_MARK) == _mark(target / name):
                if mark.parent == added:
                    (target / name).unlink()
                else:
                    (old / name).replace(target / name)
                was_undone = True
    return was_undone


_MOST_OF_A_MARK = 100


def _mark(path: Path) -> bytes:
    """Return what is the same of a file before and after it is moved, and of no other file."""
    status = path.lstat()
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}".encode()
