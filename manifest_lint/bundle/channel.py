"""The version that a channel of the registry publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from manifest_lint.cozy import registry
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.run_git import GitRefused
from manifest_lint.files.work_tree import top_of

Channel = Literal["", "beta", "dev"]
"""The registry's channels; empty for the manifest's version as it is."""


def version_for(channel: Channel, version: str, folder: Path) -> str:
    """Return the version that a channel publishes, made from a manifest's version.

    `dev` adds the commit, `beta` the number of commits up to it, so that a later commit has a
    greater version. Raises UserError outside of a git repository with commits.
    """
    if not channel:
        return version
    top = top_of(folder.resolve())
    if top is None:
        raise UserError(f"{folder}: --channel needs a git repository with a commit; commit first")
    release = registry.release(version)
    try:
        if channel == "dev":
            return f"{release}-dev.{git.commit(top)[:40]}"
        if git.is_shallow(top):
            raise UserError(
                f"{folder}: is a shallow clone, in which commits cannot be counted for --channel"
                " beta; run git fetch --unshallow"
            )
        return f"{release}-beta.{git.count_commits(top)}"
    except GitRefused:
        message = "--channel needs a git repository with a commit, and all before it; commit first"
        raise UserError(f"{folder}: {message}") from None
    except Skipped as error:
        raise UserError(f"--channel: {error}") from None
