"""Pack in another thread, during the checks, into a file that is gone if the build is stopped."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from manifest_lint.archive.threads import Threads
from manifest_lint.bundle.pack import Packed, Progress, pack
from manifest_lint.errors import Interrupted, UserError
from manifest_lint.files.nameless import nameless


@contextmanager
def temporary() -> Iterator[IO[bytes]]:
    """Yield a new file without a name: it is gone when it is closed, even if the run is killed."""
    file = nameless()  # its own exit would fail once more
    try:
        yield file
    finally:
        with suppress(OSError):  # a full disk has already been reported
            file.close()


@contextmanager
def meanwhile(
    files: list[tuple[str, Path]], sink: IO[bytes], mtime: int, progress: Progress
) -> Iterator[Callable[[], Packed]]:
    """Pack in another thread, during the checks: compression takes most of the time.

    Yields a function that waits for the end, and returns what `pack` does.
    """
    stopped = threading.Event()

    def go_on(number: int) -> None:
        if stopped.is_set():
            raise Interrupted
        progress(number)

    def packed() -> Packed:
        try:
            return packing.result()
        except OSError as error:
            why, where = error.strerror or error, tempfile.gettempdir()
            message = f"{where}: the archive cannot be written there: {why}; free some space"
            raise UserError(message) from None

    thread = Threads(1)
    try:
        packing = thread.start(lambda: pack(files, sink, mtime, go_on))
        yield packed
    finally:
        stopped.set()
        thread.stop()
