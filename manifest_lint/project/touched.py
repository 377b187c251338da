"""Which connectors are to be checked when some files change, for a hook before a commit.

A file belongs to the connector in the nearest folder above, as all that rules read of a connector
is there. Account types for several connectors, configurations and baselines belong to all that use
them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from manifest_lint.config.exclude import is_excluded
from manifest_lint.config.find import NAMES, Config
from manifest_lint.document.document import READ_LIMIT
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, read_file
from manifest_lint.files.work_tree import is_in
from manifest_lint.oauth.account_type_file import FOLDERS, NEXT_TO_MANIFEST, is_one
from manifest_lint.project import kinds
from manifest_lint.project.connector import DEV_CONFIG, MANIFEST_NAME
from manifest_lint.project.discovery import manifests_below

_CHECKED_AS_NAMED = frozenset((MANIFEST_NAME, DEV_CONFIG, kinds.IMPORTED, *NEXT_TO_MANIFEST))
"""Files that are checked, with the connector next to them if there is one."""


def touched(files: Iterable[Path], top: Path, settings_of: Config) -> tuple[list[Path], int]:
    """Return what to check when files change, and how many of the files are excluded.

    The files may have been deleted. `top` is the folder up to which connectors are searched for.
    Raises UserError for a wrong configuration of a changed file.
    """
    found: dict[str, None] = {}
    shared: list[str] = []
    nearest: dict[str, str] = {}
    excluded = 0
    real = os.path.realpath(top)
    for file in files:
        full = os.path.join(os.path.realpath(file.parent), file.name)  # noqa: PTH118
        if is_excluded(Path(full), settings_of.excluded_in):
            excluded += 1
            continue
        if _is_checked_as_named(Path(full), real):
            found[full] = None
        elif own := _nearest(os.path.dirname(full), real, nearest):  # noqa: PTH120
            found[own] = None
        if full.endswith((".json", ".toml")) and file.name not in kinds.NEVER_ACCOUNT_TYPES:
            shared.append(full)
    if shared:
        found |= dict.fromkeys(_using(shared, real, settings_of))
    return sorted(Path(os.path.relpath(one)) for one in found), excluded


def _is_checked_as_named(file: Path, top: str) -> bool:
    if file.name in _CHECKED_AS_NAMED:
        return file.is_file()
    below = file.parent.parts[len(Path(top).parts) :]
    if file.suffix != ".json" or set(FOLDERS).isdisjoint(below) or not file.is_file():
        return False
    if file.name in kinds.NEVER_ACCOUNT_TYPES or not Tree(Path(top)).holds(file):
        return False
    return kinds.manifest_beside(file) is not None or is_one(file, read_file(file, READ_LIMIT))


def _nearest(folder: str, top: str, known: dict[str, str]) -> str:
    """Return the manifest in a folder or the nearest one above, up to `top`; empty if none."""
    passed = []
    while folder not in known and is_in(folder, top):
        passed.append(folder)
        manifest = os.path.join(folder, MANIFEST_NAME)  # noqa: PTH118
        if os.path.lexists(manifest):
            known[folder] = manifest
            break
        folder = os.path.dirname(folder)  # noqa: PTH120
    known.update(dict.fromkeys(passed, known.get(folder, "")))
    return known.get(passed[0] if passed else folder, "")


def _using(files: list[str], top: str, settings_of: Config) -> list[str]:
    """Return the manifests whose settings, or the account types that these name, are in files."""
    root = Path(top)
    found = manifests_below(root, Tree(root), settings_of.excluded_in)
    using = [one for one in found.files if _uses(one, files, settings_of)]
    try:
        ignored = git.ignored(root, using)
    except Skipped:
        ignored = set()
    return [str(one) for one in using if one not in ignored]


def _uses(manifest: Path, files: list[str], settings_of: Config) -> bool:
    gone = {file for file in files if not os.path.lexists(file)}
    above = [file for file in files if os.path.basename(file) in NAMES]  # noqa: PTH119
    above = [one for one in above if is_in(str(manifest), os.path.dirname(one))]  # noqa: PTH120
    try:
        settings = settings_of(manifest)
    except UserError:  # because of these files, or it was so before
        return any(file.endswith(".toml") or file in gone for file in files)
    named = (*settings_of.files_of(manifest), *settings.account_types, settings.baseline)
    real = [os.path.realpath(one) for one in named if one]
    return any(file in gone for file in above) or any(
        is_in(file, one) for file in files for one in real
    )
