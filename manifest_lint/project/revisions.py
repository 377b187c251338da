"""Which commit a git revision names, and what to do if it names none."""

from __future__ import annotations

from pathlib import Path

from manifest_lint.errors import UserError
from manifest_lint.files import git
from manifest_lint.text.wording import short


def commit_of(top: Path, revision: str) -> str:
    """Return the digest of the commit that a revision names.

    Raises UserError if there is none, with what to do in a shallow clone; Skipped as git does.
    """
    shown = short(revision)
    try:
        return git.commit_of(top, revision)
    except git.GitRefused:
        if git.is_shallow(top):
            hint = "this clone is shallow; run git fetch --unshallow, or set fetch-depth: 0 in CI"
            raise UserError(f"{shown}: no such file or revision, but {hint}") from None
        raise UserError(f"{shown}: there is no such file or git revision; check it") from None
