"""The files of a commit, and which of those on disk git has seen to be the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from manifest_lint.files.git import refuse_option, revision_of
from manifest_lint.files.run_git import ask
from manifest_lint.finding import Record


class Listed(Record):
    """Files by their paths relative to a work tree's top, each with the digest of its content.

    `files` are those of a commit, `untracked` those of them that the index does not have any more,
    `left_out` those of the index that a sparse checkout leaves out.
    `seen` says what the disk said of a file, as git prints it, when its content was that of the
    commit. The index is of the time `written`, in nanoseconds, on the device `device`.
    """

    files: dict[str, str]
    untracked: set[str]
    left_out: dict[str, str]
    seen: dict[str, str]
    written: int
    device: int

    def is_unchanged(self, path: str | os.PathLike[str], key: str, most: int) -> bool:
        """Return whether a file on disk, of at most `most` bytes, is known to be the commit's.

        `key` is its path in the commit. It is not read: it must be the same file as git saw, of the
        same size and times, and have changed before the index was written. What changes later, or
        while it is written, has another time, or one that is not before the index's. An owner of a
        file can set its `mtime`, but not its `ctime`. [git, Documentation/technical/racy-git.txt]
        """
        if key not in self.seen:
            return False
        try:
            now = os.stat(path)  # noqa: PTH116  # pathlib's takes longer
        except (OSError, ValueError):
            return False
        changed, modified = now.st_ctime_ns, now.st_mtime_ns
        if max(changed, modified) >= self.written or now.st_dev != self.device:
            return False
        # Git writes the size 0 for what has changed while it wrote the index, and must be read.
        if not stat.S_ISREG(now.st_mode) or not 0 < now.st_size <= most:
            return False
        return self.seen[key].startswith(
            f"  ctime: {changed // _SECOND}:{changed % _SECOND}\n"
            f"  mtime: {modified // _SECOND}:{modified % _SECOND}\n"
            f"  dev: {now.st_dev & _IN_INDEX}\tino: {now.st_ino & _IN_INDEX}\n"
            f"  uid: {now.st_uid}\tgid: {now.st_gid}\n"
            f"  size: {now.st_size}\tflags: "
        )


_SECOND = 10**9
_IN_INDEX = 0xFFFFFFFF
"""The index has 32 bits of each number. [gitformat-index]"""


def files_of(
    top: Path,
    revision: str,
    endings: tuple[str, ...],
    is_wanted: Callable[[str], bool] | None = None,
    not_wanted: tuple[str, ...] = (),
) -> Listed:
    """Return the files of a commit whose paths end in one of some ways, except links.

    With `is_wanted`, they are those for which it is true: it may be asked for other paths too, and
    `endings` are what git is asked for, without the files whose last names are `not_wanted`. Raises
    as `git.commit_of`.

    The files are those of the index, and where it differs, those of the commit: git reads only
    folders that differ, and no file on disk, so that no filter is run. [git-diff-index, "Cached
    Mode"; git-ls-files: `S` are those with the skip-worktree bit]
    """
    refuse_option(revision)
    written, device = _index_of(top)
    names = [f"*{_escaped(ending)}" for ending in (*endings, _ATTRIBUTES)]
    without = [f":(exclude,glob)**/{_escaped(last)}" for last in not_wanted]
    wanted = ["--", *(names if len(names) <= _MOST_NAMES else ()), *without]
    differing = ask(top, ["diff-index", *_OF_INDEX, revision_of(revision), *wanted]).split("\0")
    keep = is_wanted or (lambda path: path.endswith(endings))
    has_attributes = not written
    files: dict[str, str] = {}
    untracked: set[str] = set()
    left_out: dict[str, str] = {}
    seen: dict[str, str] = {}
    for facts, path, status in _in_index(top, wanted, with_status=bool(written)):
        if keep(path):
            if facts[2:5] == "100":  # no link, no submodule
                files[path] = facts[9:-2]
                seen[path] = status
                if facts[0] == "S":
                    left_out[path] = facts[9:-2]
        elif path.endswith(_ATTRIBUTES):
            has_attributes = True
    for facts, path in zip(differing[::2], differing[1::2], strict=False):
        mode, mode_now, digest, _, _ = facts.split(" ")
        files.pop(path, None)
        seen.pop(path, None)  # in conflict, it differs too
        if mode.startswith(":100") and keep(path):
            files[path] = digest
            if mode_now == _NONE:
                untracked.add(path)
    return Listed(files, untracked, left_out, {} if has_attributes else seen, written, device)


_OF_INDEX = ("--cached", "-z", "--no-renames", "--ignore-submodules", "--ita-visible-in-index")
_NONE = "000000"
"""The mode of what is not there. [git-diff-index, "Raw output format"]"""

_MOST_NAMES = 100
"""With more names than these, git is asked for all files: it compares each file with each name."""

_ATTRIBUTES = ".gitattributes"
"""A file that may name filters: then the content of the commit is not what is on disk."""

_BEFORE_FLAGS = "\tflags: "
_DIGITS = (40, 64)
"""How long a digest is: SHA-1, or SHA-256. [hash-function-transition]"""


def _in_index(
    top: Path, wanted: Iterable[str], *, with_status: bool
) -> Iterable[tuple[str, str, str]]:
    """Return what the index has: tag, mode, digest and stage, the path, and what has its status.

    A status is five lines after a path, before the next entry, and without `with_status` not there.
    If git prints it in another way, it is left out. [git-ls-files, --debug: "the exact format may
    change at any time"]
    """
    options = ["-t", "--stage", "-z", *(["--debug"] if with_status else [])]
    pieces = ask(top, ["ls-files", *options, *wanted]).split("\0")
    found = []
    start = 0
    for piece, after in pairwise(pieces):
        facts, _, path = piece[start:].partition("\t")
        if len(facts) - len("H 100644  0") not in _DIGITS:
            return _in_index(top, wanted, with_status=False)
        found.append((facts, path, after))
        # A path may have any text, but is after the status of the one before.
        start = after.find("\n", after.find(_BEFORE_FLAGS)) + 1 if with_status else 0
    return found


def _index_of(top: Path) -> tuple[int, int]:
    """Return when the index was written, and on which device; zeros if files are to be read.

    That is in linked work trees and submodules, whose index is elsewhere, where filters may be
    named without a tracked file, and on Windows, where `ctime` is another time.
    """
    inside = f"{top}/.git"
    places = (f"{top}/{_ATTRIBUTES}", f"{inside}/info/attributes")
    if os.name == "nt" or any(map(os.path.lexists, places)):
        return 0, 0
    try:
        index = os.stat(f"{inside}/index")  # noqa: PTH116
    except OSError:
        return 0, 0
    return index.st_mtime_ns, index.st_dev


def _escaped(name: str) -> str:
    """Return a name as git reads it in a pattern."""
    return "".join(f"\\{one}" if one in "\\*?[" else one for one in name)
