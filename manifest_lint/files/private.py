"""A file of the user alone: git does not have it, and no other user can read it."""

from __future__ import annotations

import os
from pathlib import Path

from manifest_lint.errors import Skipped, UserError
from manifest_lint.files.disk import read_file
from manifest_lint.files.git import is_tracked
from manifest_lint.files.run_git import GitRefused, ask
from manifest_lint.files.work_tree import top_of
from manifest_lint.files.write import replace_file, replaceable

_MODE = 0o600


def read_private(path: Path, limit: int) -> bytes | None:
    """Return the bytes of a file that `write_private` may write; None if it does not exist.

    Raises UserError for a link, what is not a file, and one that cannot be read or written.
    """
    if path.is_symlink():
        raise UserError(f"{path}: is a link; put the file itself there")
    exists = os.path.lexists(path)
    data = read_file(path, limit) if exists else None
    replaceable(path)  # root may write to a read-only file all the same, but we do not
    if not os.access(path.parent, os.W_OK):
        raise UserError(f"{path}: cannot be written; check the permissions of its folder")
    return data


def refuse_in_git(path: Path) -> None:
    """Raise UserError for a file that git tracks, or would add with the next `git add`.

    It is also refused if git cannot be asked. Outside a work tree it is not.
    """
    folder = Path(os.path.realpath(path.parent))
    top = top_of(folder)
    if top is None:
        return
    try:
        if is_tracked(path):
            what = "git tracks it, and a token would be committed"
            raise UserError(f"{path}: {what}; run git rm --cached, and ignore it")
        name = f"./{(folder / path.name).relative_to(top).as_posix()}"
        ask(top, ["check-ignore", "--quiet", "--", name])
    except GitRefused as error:
        if error.code == 1:
            what = "git does not ignore it, and a token could be committed"
            raise UserError(f"{path}: {what}; add its name to .gitignore") from None
        raise UserError(f"{path}: git cannot say whether it ignores it; try git status") from None
    except Skipped as error:
        raise UserError(f"{path}: {error}") from None


def write_private(path: Path, before: bytes | None, after: bytes) -> None:
    """Write a file in one step, for its owner alone, if it still has the bytes `before`.

    None means that it does not exist. Raises UserError, and writes nothing, if it has changed or
    cannot be written.
    """
    replace_file(path, before, after, _MODE)
