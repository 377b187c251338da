"""Look for secrets, known and suspected, in an archive while it is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from manifest_lint.bundle.detectors import Detectors
from manifest_lint.bundle.known import Known
from manifest_lint.bundle.named_values import NamedValues

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.bundle.leaks import Search
    from manifest_lint.bundle.pack import Progress

_PIECE = 128 * 1024
"""Bytes that are searched at a time: they stay in the processor's cache."""


class Scan:
    """One scan of an archive, for known secrets and for what looks like one; see tarball.Watcher.

    The next blocks are unpacked meanwhile, in another thread: the searches release the GIL.
    """

    def __init__(self, known: Collection[Known], progress: Progress = lambda _: None):
        self._search: Search | None = None
        if known:
            from manifest_lint.bundle.leaks import Search  # where no account type is given, none is

            self._search = Search(known)
        self._detectors = Detectors()
        self._named_values = NamedValues()
        self._progress = progress

    def start(self, path: str) -> None:
        """Start a file, whose bytes follow."""
        if self._search:
            self._search.start(path)
        self._detectors.start(path)
        self._named_values.start(path)

    def feed(self, block: bytes) -> None:
        """Search the next bytes of the file."""
        for at in range(0, len(block), _PIECE):
            piece = block[at : at + _PIECE]
            if self._search:
                self._search.feed(piece)
            self._detectors.feed(piece)
        self._named_values.feed(block)
        self._progress(len(block))

    def found(self, archive: Archive) -> Archive:
        """Return the archive, which was read to its end, with what was found in it."""
        self._detectors.finish()
        self._named_values.finish()
        suspects = tuple(self._detectors.suspects)
        leaks = self._search.leaks if self._search else ()
        archive = archive._replace(leaks=leaks, suspects=suspects)
        archive = self._named_values.added_to(archive)
        if not (archive.leaks or archive.suspects):
            return archive
        from manifest_lint.bundle.allowances import with_fingerprints  # most have none

        return with_fingerprints(archive)
