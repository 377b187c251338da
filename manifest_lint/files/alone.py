"""Write alone: no other run of this program changes what is in a folder meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from manifest_lint.errors import UserError

_held: ContextVar[frozenset[tuple[int, int]]] = ContextVar("held", default=frozenset())
"""The folders that this thread is alone in."""

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
"""How a folder is opened: a named pipe in its place would have us wait for a writer."""

_PAUSE = 0.05
_MOST_PAUSES = 1200


@contextmanager
def alone_in(folder: Path, *, waits: bool = True) -> Iterator[bool]:
    """Wait until no other run writes into a folder; a killed one lets go of it too.

    Within the block, the same thread may be alone in it once more. Yields False where there is no
    such lock: on Windows, on some network file systems, and for a folder that cannot be read; and
    if we do not wait for another run. Raises UserError if that does not end within a minute.
    """
    try:
        number = os.open(folder, _FOLDER)
    except OSError:  # Windows cannot open a folder
        yield False
        return
    try:
        status = os.fstat(number)
        this = (status.st_dev, status.st_ino)
        is_alone = this in _held.get() or _is_locked(number, folder, waits)
        token = _held.set(_held.get() | ({this} if is_alone else set()))
        try:
            yield is_alone
        finally:
            _held.reset(token)
    finally:
        os.close(number)


def _is_locked(number: int, folder: Path, waits: bool) -> bool:
    """Lock an open folder, and return whether that is possible. Raises UserError as `alone_in`."""
    import fcntl

    for _ in range(_MOST_PAUSES):
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waits:
                return False
            from threading import Event  # only to wait

            Event().wait(_PAUSE)
        except OSError:
            return False
        else:
            return True
    what = "another run is writing there; wait until it ends, and run it again"
    raise UserError(f"{folder}: {what}")
