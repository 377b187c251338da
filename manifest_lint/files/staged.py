"""What a commit or a push that is being made deletes: hooks are only given the files that are left.

Also what it changes where the path starts with `-`: as an argument, that would be an option.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from manifest_lint.files import git
from manifest_lint.files.run_git import GitRefused, ask

_STATUS = ("--name-status", "-z", "--no-renames")


class Making(NamedTuple):
    """What is being made: a push from one revision to another, or without these, a commit.

    `own_index` is the path of its index, relative to the top of the work tree; empty for the usual
    one. git has another for `commit --all` and `commit FILE`. [githooks, GIT_INDEX_FILE]
    """

    own_index: str = ""
    old: str = ""
    new: str = ""


def not_given(top: Path, making: Making) -> list[str]:
    """Return the files that a hook is not given, relative to the top of a work tree.

    Those are deleted ones, and ones that start with `-`; of the latter, if nothing is being made,
    all that are tracked. Raises GitRefused for an unknown revision, Skipped if git cannot be used.
    """
    if making.old and making.new:
        old, new = git.commit_of(top, making.old), git.commit_of(top, making.new)
        old = git.merge_base(top, old, new) or old  # as pre-commit compares them
        answer = ask(top, ["diff-tree", "-r", *_STATUS, old, new])
    else:
        try:
            command = ["diff-index", "--cached", *_STATUS, "--ignore-submodules", "HEAD"]
            answer = ask(top, command, index=making.own_index)
        except GitRefused:  # the first commit: nothing can be deleted
            answer = ""
    if not answer:
        listed = ask(top, ["ls-files", "-z", "--", ":(top)-*"], index=making.own_index)
        return [name for name in listed.split("\0") if name]
    parts = iter(answer.split("\0"))
    changed: Iterable[tuple[str, str]] = zip(parts, parts, strict=False)
    return [name for status, name in changed if status == "D" or name.startswith("-")]
