"""Where a git work tree is: no git is started."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath


def top_of(path: Path) -> Path | None:
    """Return the top of the git work tree that a path is in, None if it is not in one.

    That is the nearest folder, from the path itself upwards, with a `.git` that may be a
    repository's: a folder with a HEAD, or a file, as in submodules and linked worktrees.
    """
    here = Path(os.path.abspath(path))  # noqa: PTH100  # links stay as they are
    return next((folder for folder in (here, *here.parents) if _is_top(folder)), None)


def _is_top(folder: Path) -> bool:
    git = folder / ".git"
    return git.is_file() or os.path.lexists(git / "HEAD")


def missing(top: str, paths: Iterable[str]) -> list[str]:
    """Return those of some paths, relative to a work tree's top, where it has nothing any more.

    What a link to a folder leads to is somewhere else, and what is in another work tree is not of
    this one.
    """

    @cache
    def is_ours(folder: PurePosixPath) -> bool:
        full = Path(top, folder)
        return not (full.is_symlink() or _is_top(full))

    return [
        path
        for path in paths
        if not os.path.lexists(f"{top}/{path}")
        or not all(map(is_ours, PurePosixPath(path).parents[:-1]))
    ]


def is_in(path: str, folder: str) -> bool:
    """Return whether a path is a folder or below it, without following links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def outermost(folder: Path) -> str:
    """Return the top of the outermost work tree around a folder, or the folder if there is none."""
    top = top_of(folder)
    while top:
        folder, top = top, top_of(top.parent) if top.parent != top else None
    return str(folder)
