"""Finds the connector around the current folder, as git finds its repository from `src/`."""

from __future__ import annotations

import os
from pathlib import Path

from manifest_lint.config.exclude import ExcludedIn, nothing_set
from manifest_lint.files.disk import Tree
from manifest_lint.files.work_tree import top_of
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import account_types_in, manifests_below


def folder_to_check(excluded_in: ExcludedIn = nothing_set) -> Path:
    """Return the current folder, or the nearest one above with a manifest.

    It is one above only if there is nothing to check in or below the current folder. The search
    ends at the root of the git repository; outside a repository there is none, as the folders above
    may be anyone's. `excluded_in` says what is not searched. Raises UserError if the current folder
    cannot be read.
    """
    here = Path()
    if os.path.lexists(MANIFEST_NAME):
        return here
    above = _nearest_above(Path.cwd())
    if above is None:
        return here
    tree = Tree(here)
    manifests, links, refused = manifests_below(here, tree, excluded_in)
    if manifests or links or refused or account_types_in(here, tree, []):
        return here
    return Path(os.path.relpath(above))


def _nearest_above(folder: Path) -> Path | None:
    top = top_of(folder)
    while top and folder != top:
        folder = folder.parent
        if os.path.lexists(folder / MANIFEST_NAME):
            return folder
    return None
