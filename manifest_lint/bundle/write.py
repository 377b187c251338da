"""Write several files into a folder: all of them, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from manifest_lint.errors import UserError

_UNFINISHED = ".unfinished-"


def write_together(out: Path, contents: Mapping[str, IO[bytes] | str]) -> None:
    """Write files, by their names: all under other names first, then each is moved in one step.

    A run that is stopped or fails leaves the old files as they were. One that is killed leaves
    every file complete, old or new; the next run cleans up after it. Raises UserError.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in contents:
            _refuse_special(out / name)
        with _alone_in(out):
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
        why = error.strerror or error
        raise UserError(f"{out}: cannot be written: {why}; check the folder") from None


def _refuse_special(path: Path) -> None:
    """Raise UserError for what could not be put back: anything but a file or a link."""
    if path.is_symlink() or path.is_file() or not os.path.lexists(path):
        return
    what = "a folder" if path.is_dir() else "a named pipe, a socket or a device"
    raise UserError(f"{path}: is {what}, not a file; move it away, or choose another --out")


def _clean(out: Path) -> None:
    """Delete the unfinished files of killed runs from a folder."""
    for left in out.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other build writes into a folder; a killed one releases its lock too."""
    try:
        import fcntl
    except ImportError:  # Windows has no such locks: two builds at once are not protected there
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network file system may not support locks
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _write(folder: Path, contents: Mapping[str, IO[bytes] | str]) -> None:
    for name, content in contents.items():
        with (folder / name).open("wb") as file:
            if isinstance(content, str):
                file.write(content.encode())
            else:
                content.seek(0)
                shutil.copyfileobj(content, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())


def _replace_together(names: list[str], source: Path, target: Path) -> None:
    """Move files over those of the same names; if it is interrupted, put the old ones back."""
    moved: list[str] = []
    older = source / "older"
    older.mkdir()
    for name in names:
        if os.path.lexists(target / name):
            shutil.copy2(target / name, older / name, follow_symlinks=False)
    try:
        for name in names:
            moved.append(name)
            (source / name).replace(target / name)
    except BaseException:
        for name in moved:
            if os.path.lexists(older / name):
                (older / name).replace(target / name)
            else:
                (target / name).unlink(missing_ok=True)
        raise
