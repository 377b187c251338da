"""Look for secrets, known and suspected, in an archive while it is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from manifest_lint.archive.archive import Archive
from manifest_lint.bundle.allowances import with_fingerprints
from manifest_lint.bundle.detectors import Detectors
from manifest_lint.bundle.known import Known
from manifest_lint.bundle.leaks import Search
from manifest_lint.bundle.named_values import NamedValues
from manifest_lint.bundle.threads import Task, Threads

if TYPE_CHECKING:
    from manifest_lint.bundle.pack import Progress

_MOST_WAITING = 8
"""At most this many blocks wait to be searched, so that memory does not grow."""

_PIECE = 128 * 1024
"""Bytes that are searched at a time: the thread that unpacks waits while a piece is prepared."""


class Scan:
    """One scan of an archive, for known secrets and for what looks like one; see tarball.Watcher.

    It runs in another thread while the next block is unpacked: both release the GIL. Only the few
    files that are searched by names are searched in this one. Use it in a `with` statement.
    """

    def __init__(self, known: Iterable[Known], progress: Progress = lambda _: None):
        self._search = Search(known)
        self._detectors = Detectors()
        self._named_values = NamedValues()
        self._progress = progress
        self._thread = Threads(1)
        self._waiting: deque[Task[None]] = deque()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop()

    def start(self, path: str) -> None:
        """Start a file, whose bytes follow."""
        self._do(self._start, path)
        self._named_values.start(path)

    def feed(self, block: bytes) -> None:
        """Search the next bytes of the file."""
        self._do(self._feed, block)
        self._named_values.feed(block)
        self._progress(len(block))

    def found(self, archive: Archive) -> Archive:
        """Return the archive, which was read to its end, with what was found in it."""
        self._do(self._detectors.finish)
        self._named_values.finish()
        self._wait(0)
        suspects = tuple(self._detectors.suspects)
        archive = archive._replace(leaks=self._search.leaks, suspects=suspects)
        return with_fingerprints(self._named_values.added_to(archive))

    def _start(self, path: str) -> None:
        self._search.start(path)
        self._detectors.start(path)

    def _feed(self, block: bytes) -> None:
        for at in range(0, len(block), _PIECE):
            piece = block[at : at + _PIECE]
            self._search.feed(piece)
            self._detectors.feed(piece)

    def _do(self, step: Callable[..., None], *arguments: object) -> None:
        self._waiting.append(self._thread.start(lambda: step(*arguments)))
        self._wait(_MOST_WAITING)

    def _wait(self, number: int) -> None:
        while len(self._waiting) > number:
            self._waiting.popleft().result()
