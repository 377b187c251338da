"""Where a git work tree is: no git is started."""

from __future__ import annotations

import os
from pathlib import Path


def top_of(path: Path) -> Path | None:
    """Return the top of the git work tree that a path is in, None if it is not in one.

    That is the nearest folder, from the path itself upwards, with a `.git` that may be a
    repository's: a folder with a HEAD, or a file, as in submodules and linked worktrees.
    """
    here = Path(os.path.abspath(path))  # noqa: PTH100  # links stay as they are
    for folder in (here, *here.parents):
        git = folder / ".git"
        if git.is_file() or os.path.lexists(git / "HEAD"):
            return folder
    return None


def is_in(path: str, folder: str) -> bool:
    """Return whether a path is a folder or below it, without following links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def outermost(folder: Path) -> str:
    """Return the top of the outermost work tree around a folder, or the folder if there is none."""
    top = top_of(folder)
    while top:
        folder, top = top, top_of(top.parent) if top.parent != top else None
    return str(folder)
