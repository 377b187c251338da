"""The version that a channel of the registry publishes."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Literal

from manifest_lint import registry
from manifest_lint.errors import UserError

Channel = Literal["", "beta", "dev"]
"""The registry's channels; empty for the manifest's version as it is."""


def version_for(channel: Channel, version: str, folder: Path) -> str:
    """Make of a manifest's version the one that a channel publishes.

    `dev` is followed by the commit, `beta` by the count of commits that lead to it, so that a later
    commit has a greater one. Raises UserError outside of a git repository with commits.
    """
    if not channel:
        return version
    release = registry.release(version)
    if channel == "dev":
        return f"{release}-dev.{_git(folder, 'rev-parse', 'HEAD')[:40]}"
    if _git(folder, "rev-parse", "--is-shallow-repository") == "true":
        raise UserError(
            f"{folder}: is a shallow clone, in which commits cannot be counted for --channel beta;"
            " fetch all of it"
        )
    return f"{release}-beta.{_git(folder, 'rev-list', '--count', 'HEAD')}"


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=30, text=True)
    except (OSError, subprocess.TimeoutExpired):
        raise UserError(f"{folder}: --channel asks git, which cannot be run; install it") from None
    if done.returncode:
        raise UserError(f"{folder}: --channel needs a git repository with a commit; commit first")
    return done.stdout.strip()
