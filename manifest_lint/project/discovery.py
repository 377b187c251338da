"""Which files of a folder are checked, and of what kind a file or folder is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from manifest_lint.document.document import READ_LIMIT
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, entries_of, read_file
from manifest_lint.oauth import account_type_file
from manifest_lint.project.connector import MANIFEST_NAME, Layout

NOT_WALKED = frozenset(("node_modules", "build"))
"""Folders that are not searched, as hidden ones are not."""

_FOUND_WITH_SOURCES = (
    "src",
    "assets",
    "webpack.config.js",
    "yarn.lock",
    "package-lock.json",
    "node_modules",
    ".git",
    ".gitignore",
)


def layout_of(names: frozenset[str]) -> Layout:
    """Return whether a folder is a source tree or a built one, by the names in it.

    A built folder has an entry point and nothing to develop with: old connectors have their
    index.js at the top of the source tree.
    """
    built = not names.isdisjoint(("index.js", "main.js"))
    return "built" if built and names.isdisjoint(_FOUND_WITH_SOURCES) else "source"


class Below(NamedTuple):
    """What to check below a folder.

    `files` are manifests or account types, `links` the links that lead out of the tree: they are
    not followed. `refused` says which folders could not be read, `skipped` why git could not say
    what it ignores; empty if it could.
    """

    files: list[Path]
    links: list[Path]
    refused: list[UserError]
    skipped: str


def checked_below(root: Path, tree: Tree, *, may_be_empty: bool) -> Below:
    """Find every manifest below a folder, except in built, installed, hidden or ignored folders.

    If there is none, return the account types in the folder itself. Raises UserError if there is
    nothing to check, unless it `may_be_empty`.
    """
    found, links, refused, _ = manifests_below(root, tree)
    skipped = ""
    try:
        ignored = git.ignored(root, found)
    except Skipped as error:
        ignored, skipped = set(), str(error)
    kept = [path for path in found if path not in ignored]
    if not found:
        kept = account_types_in(root, tree, links)
    if not (kept or links or may_be_empty):
        if refused:
            raise refused[0]
        if found:
            raise UserError(
                f"{root}: git ignores every {MANIFEST_NAME} in it; name the file itself"
            )
        raise UserError(f"{root}: no {MANIFEST_NAME} found in or below it; name another folder")
    return Below(kept, sorted(links), refused, skipped)


Names = frozenset[str]
"""The names of all that is in a folder, in lower case: some disks know no other."""


class Found(NamedTuple):
    """A manifest, and the names in its folder; None if the folder was not listed."""

    path: Path
    beside: Names | None = None

    @property
    def folder(self) -> str:
        """Its folder; a string, as making paths takes long if there are many."""
        return os.path.dirname(self.path)  # noqa: PTH120

    def may_have(self, *names: str) -> bool:
        """Return whether its folder may have one of some names, given in lower case."""
        return self.beside is None or not self.beside.isdisjoint(names)


class Walked(NamedTuple):
    """The manifests below a folder, sorted by folder: also those that git ignores.

    `links` lead out of the tree, `refused` says why folders failed. `beside` has the names in the
    folder of each manifest.
    """

    files: list[Path]
    links: list[Path]
    refused: list[UserError]
    beside: dict[Path, Names]


def manifests_below(root: Path, tree: Tree) -> Walked:
    """Find all manifests below a folder, except in built, installed or hidden folders."""
    found: dict[str, Names] = {}
    links: list[Path] = []
    refused: list[UserError] = []
    waiting = ["" if root == Path() else str(root)]  # strings, as most trees are mostly other files
    while waiting:
        folder = waiting.pop()
        try:
            entries = entries_of(folder or ".")
        except UserError as error:
            refused.append(error)
            continue
        top = f"{folder}{os.sep}" if folder else ""
        below = []
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name == MANIFEST_NAME:
                    refused.append(UserError(f"{top}{name}: is a folder; a manifest is a file"))
                elif name not in NOT_WALKED and not name.startswith("."):
                    below.append(f"{top}{name}")
            elif name == MANIFEST_NAME:
                path = f"{top}{name}"
                if entry.is_symlink() and not tree.holds(path):
                    links.append(Path(path))
                else:
                    found[path] = frozenset(one.name.lower() for one in entries)
            elif (
                entry.is_symlink()
                and name not in NOT_WALKED
                and not name.startswith(".")
                and not tree.holds(f"{top}{name}")
                and entry.is_dir()
            ):
                links.append(Path(top, name))
        waiting += sorted(below, reverse=True)
    files = sorted(found, key=lambda path: path.split(os.sep)[:-1])  # noqa: PTH206
    beside = {Path(file): found[file] for file in files}
    return Walked(list(beside), links, refused, beside)


def account_types_in(root: Path, tree: Tree, links: list[Path]) -> list[Path]:
    """Return the files of account types in a folder; add links that leave the tree to `links`."""
    kept = []
    for file in sorted(root.glob("*.json")):
        if not tree.holds(file):
            links.append(file)
        elif account_type_file.is_one(file, read_file(file, READ_LIMIT)):
            kept.append(file)
    return kept
