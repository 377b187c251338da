"""Looks for secrets, known and suspected, in what passes by of an archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from manifest_lint.archive import Archive, Leak, Suspect
from manifest_lint.bundle.archive import Progress
from manifest_lint.bundle.detectors import Detectors
from manifest_lint.bundle.leaks import Known, Search
from manifest_lint.errors import UserError
from manifest_lint.report import AllowedLeak
from manifest_lint.tarball import Watcher
from manifest_lint.wording import one_of

LEAK_CODES = ("K001", "K002")


class Scan:
    """One scan of an archive: for known secrets, and for what looks like one."""

    def __init__(self, known: Iterable[Known]):
        self._search = Search(known)
        self._detectors = Detectors()

    def watcher(self, progress: Progress = lambda _: None) -> Watcher:
        """Give what is to see the archive pass by."""
        return _Watcher([self._search, self._detectors], progress)

    def found(self, archive: Archive) -> Archive:
        """Give the archive with what was found in it, once it has passed by."""
        self._detectors.finish()
        suspects = tuple(self._detectors.suspects)
        return replace(archive, leaks=self._search.leaks, suspects=suspects)


@dataclass(frozen=True)
class _Watcher:
    watchers: list[Watcher]
    progress: Progress

    def begin(self, path: str) -> None:
        for watcher in self.watchers:
            watcher.begin(path)

    def feed(self, block: bytes) -> None:
        for watcher in self.watchers:
            watcher.feed(block)
        self.progress(len(block))


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
    return AllowedLeak(code, path, reason)


def without_allowed(
    archive: Archive, allowed: Iterable[AllowedLeak]
) -> tuple[Archive, tuple[AllowedLeak, ...]]:
    """Leave out the leaks that somebody answers for; give what each allowance has met too."""
    counted = []
    leaks: tuple[Leak, ...] = archive.leaks
    suspects: tuple[Suspect, ...] = archive.suspects
    for one in allowed:
        from pathspec import GitIgnoreSpec  # only where somebody answers for leaks

        pattern = GitIgnoreSpec.from_lines([one.path])
        if one.code == "K001":
            rest = tuple(leak for leak in leaks if not pattern.match_file(leak.path))
            counted.append(replace(one, met=len(leaks) - len(rest)))
            leaks = rest
        else:
            others = tuple(found for found in suspects if not pattern.match_file(found.path))
            counted.append(replace(one, met=len(suspects) - len(others)))
            suspects = others
    return replace(archive, leaks=leaks, suspects=suspects), tuple(counted)
