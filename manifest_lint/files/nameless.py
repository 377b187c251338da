"""Temporary files without a name: they are gone when they are closed, even if a run is killed."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from typing import IO


def nameless(buffering: int = -1) -> IO[bytes]:
    """Return a new file that no other user may read. Raises OSError without a folder for it."""
    if tempfile.tempdir is None:
        tempfile.tempdir = _folder()
    return tempfile.TemporaryFile(buffering=buffering)


def _folder() -> str | None:
    """Return the folder that `tempfile` would find, None if we cannot.

    It would write a file with a name there to see whether it can, and a killed run would leave it.
    """
    if not hasattr(os, "O_TMPFILE"):
        return None
    for folder in tempfile._candidate_tempdir_list():  # type: ignore[attr-defined]
        try:
            number = os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600)
        except OSError as error:
            if error.errno in _NOT_NAMELESS:
                return None  # it may be the one, and the next may be the checked folder
            continue
        with suppress(OSError):
            try:
                os.write(number, b"room")
            finally:
                os.close(number)
            found: str = os.path.abspath(folder)  # noqa: PTH100
            return found
    return None


_NOT_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR)
"""The file system, or the kernel, has no files without a name. [open(2)]"""
