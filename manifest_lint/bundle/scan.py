"""Looks for secrets, known and suspected, in what passes by of an archive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from manifest_lint.archive.archive import Archive
from manifest_lint.bundle.detectors import Detectors
from manifest_lint.bundle.leaks import Known, Search
from manifest_lint.bundle.select import spec
from manifest_lint.engine.report import AllowedLeak
from manifest_lint.errors import UserError
from manifest_lint.text.wording import one_of

if TYPE_CHECKING:
    from manifest_lint.bundle.pack import Progress

LEAK_CODES = ("K001", "K002")

_MOST_WAITING = 16
"""Blocks that wait to be looked through, so that memory does not grow."""


class Scan:
    """One scan of an archive, for known secrets and for what looks like one; see tarball.Watcher.

    It goes on in another thread while the next block is unpacked: both let other threads run. Use
    it in a `with`.
    """

    def __init__(self, known: Iterable[Known], progress: Progress = lambda _: None):
        self._search = Search(known)
        self._detectors = Detectors()
        self._progress = progress
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def start(self, path: str) -> None:
        """Start a file, whose bytes follow."""
        self._do(self._search.start, path)
        self._do(self._detectors.start, path)

    def feed(self, block: bytes) -> None:
        """Look through the next bytes of the file."""
        self._do(self._search.feed, block)
        self._do(self._detectors.feed, block)
        self._progress(len(block))

    def found(self, archive: Archive) -> Archive:
        """Give the archive with what was found in it, once it has passed by."""
        self._do(self._detectors.finish)
        self._wait(0)
        suspects = tuple(self._detectors.suspects)
        return replace(archive, leaks=self._search.leaks, suspects=suspects)

    def _do(self, step: Callable[..., None], *arguments: object) -> None:
        self._waiting.append(self._thread.submit(step, *arguments))
        self._wait(_MOST_WAITING)

    def _wait(self, number: int) -> None:
        while len(self._waiting) > number:
            self._waiting.popleft().result()


def allowed_leak(text: str) -> AllowedLeak:
    """Read `CODE:PATH:REASON`. Raises UserError, with the form, for anything else."""
    code, _, rest = text.partition(":")
    path, _, reason = rest.partition(":")
    code, path, reason = code.strip().upper(), path.strip(), reason.strip()
    if code not in LEAK_CODES or not path or not reason:
        codes = one_of(list(LEAK_CODES))
        raise UserError(
            f"--allow-leak {text}: give CODE:PATH:REASON; CODE is {codes}, and the reason is yours"
        )
    spec([path])
    return AllowedLeak(code, path, reason)


def without_allowed(
    archive: Archive, allowed: Iterable[AllowedLeak]
) -> tuple[Archive, tuple[AllowedLeak, ...]]:
    """Leave out the leaks that somebody answers for; give what each allowance has met too."""
    answered = []
    leaks, suspects = archive.leaks, archive.suspects
    for one in allowed:
        pattern = spec([one.path])
        assert pattern
        if one.code == "K001":
            met = [leak for leak in leaks if pattern.match_file(leak.path)]
            leaks = tuple(leak for leak in leaks if leak not in met)
            told = tuple(f"{leak.secret} in {leak.path} at byte {leak.offset:,}" for leak in met)
        else:
            seen = [found for found in suspects if pattern.match_file(found.path)]
            suspects = tuple(found for found in suspects if found not in seen)
            told = tuple(f"{found.kind} in {found.path} at byte {found.offset:,}" for found in seen)
        answered.append(replace(one, found=told))
    return replace(archive, leaks=leaks, suspects=suspects), tuple(answered)
