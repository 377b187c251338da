"""Which commit a git revision names, and what to do if it names none or cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.run_git import GitRefused
from manifest_lint.text.wording import short


def commit_of(top: Path, revision: str) -> str:
    """Return the digest of the commit that a revision names.

    `A...` and `A...HEAD` name the commit where HEAD left A, as in git: its merge base. Raises
    UserError if there is none, with what to do in a shallow clone; Skipped and GitRefused as git.
    """
    first, dots, second = parted(revision, "...")
    if not dots:
        return _commit(top, revision, revision)
    if second not in ("", "HEAD", "@"):
        raise _range(revision)
    commits = [_commit(top, one or "HEAD", revision) for one in (first, "HEAD")]
    base = git.merge_base(top, *commits)
    if base:
        return base
    if git.is_shallow(top):
        raise _in_shallow_clone(short(revision))
    raise UserError(f"{short(revision)}: has no commit in common with HEAD; check it")


def parted(name: str, mark: str) -> tuple[str, str, str]:
    """Part a revision at the first mark, as `str.partition`, but not within a text to search for.

    Such texts are in braces, or are the whole of `:/TEXT`. [gitrevisions; git's object-name.c,
    get_oid_with_context_1, counts the braces]
    """
    if not name.startswith(":/"):
        depth = 0
        for place, character in enumerate(name):
            if depth == 0 and name.startswith(mark, place):
                return name[:place], mark, name[place + len(mark) :]
            depth += (character == "{") - (character == "}")
    return name, "", ""


def _commit(top: Path, revision: str, shown: str) -> str:
    shown = short(shown)
    try:
        return git.commit_of(top, revision)
    except GitRefused:
        if os.path.lexists(revision) and not git.is_shallow(top):
            hint = "give it to check as --against"
            raise UserError(f"{shown}: is a file or folder, not a git revision; {hint}") from None
        if parted(revision, "..")[1]:  # no name has two dots [git-check-ref-format]
            raise _range(revision) from None
        if git.is_shallow(top):
            raise _in_shallow_clone(shown) from None
        raise UserError(f"{shown}: there is no such file or git revision; check it") from None


def _range(revision: str) -> UserError:
    """Return the UserError for `A..`, `A..B` and `A...B`: files on disk are compared, not B's."""
    dots = "..." if "..." in revision else ".."
    first, _, second = (short(part or "HEAD") for part in revision.partition(dots))
    since = f"{first}..." if dots == "..." else first
    hint = f"use --since {since}, or manifest-lint upgrade {first} {second}"
    return UserError(f"{short(revision)}: is a range of commits; {hint}")


def _in_shallow_clone(shown: str) -> UserError:
    hint = "this clone is shallow; run git fetch --unshallow, or set fetch-depth: 0 in CI"
    return UserError(f"{shown}: no such file or revision, but {hint}")


def unreadable(top: Path, name: str, error: Skipped | GitRefused) -> UserError:
    """Return the UserError for what git could not read, with what to do in a partial clone."""
    if isinstance(error, Skipped):
        return UserError(f"{short(name)}: {error}")
    if git.is_partial(top):
        hint = "run git fetch --refetch --no-filter, or clone without a filter"
        return UserError(f"{short(name)}: this partial clone lacks old files; {hint}")
    return UserError(f"{short(name)}: git cannot read it; try git fsck")


def bare_around(path: Path) -> Path | None:
    """Return the bare repository that a path is in, by its layout; None if it is in none.

    [gitrepository-layout]
    """
    here = Path(os.path.realpath(path))
    for folder in (here, *here.parents):
        if (folder / "HEAD").is_file() and all((folder / n).is_dir() for n in ("objects", "refs")):
            return folder
    return None


def no_repository(folder: Path, hint: str) -> UserError:
    """Return the UserError for a folder without a work tree around it."""
    if bare := bare_around(folder):
        return UserError(f"{bare}: is a bare repository, without files; clone it, and check that")
    return UserError(f"{folder}: is not in a git repository; {hint}")
