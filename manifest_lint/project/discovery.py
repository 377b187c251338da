"""Which files of a folder are checked, and what kind of file and folder each is."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from manifest_lint.document.document import READ_LIMIT
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, entries_of, read_file
from manifest_lint.oauth import account_type_file
from manifest_lint.project.connector import MANIFEST_NAME, Layout

_NOT_WALKED = frozenset(("node_modules", "build"))
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
    """Tell a built folder from a source tree by the names in it.

    It has an entry point and nothing to develop with; an old connector keeps its index.js at the
    top of its source tree.
    """
    built = not names.isdisjoint(("index.js", "main.js"))
    return "built" if built and names.isdisjoint(_FOUND_WITH_SOURCES) else "source"


class Below(NamedTuple):
    """What is to be checked below a folder.

    `files` are manifests or account types, `links` those that lead out of the tree, and are not
    followed. `refused` says which folders could not be looked into, `skipped` why it is not known
    what git ignores; empty where it is.
    """

    files: list[Path]
    links: list[Path]
    refused: list[UserError]
    skipped: str


def checked_below(root: Path, tree: Tree, *, may_be_empty: bool) -> Below:
    """Find every manifest below a folder, but for what is built, installed, hidden or ignored.

    Where there is none, the account types in the folder itself are checked. Raises UserError where
    nothing is left to check, unless it `may_be_empty`.
    """
    found, links, refused = _manifests_below(root, tree)
    skipped = ""
    try:
        ignored = git.ignored(root, found)
    except Skipped as error:
        ignored, skipped = set(), str(error)
    kept = [path for path in found if path not in ignored]
    if not found:
        kept = _account_types_in(root, tree, links)
    if not (kept or links or may_be_empty):
        if refused:
            raise refused[0]
        why = "all that are there are ignored by git" if found else "there is none below it"
        raise UserError(f"{root}: no {MANIFEST_NAME} to check: {why}; name the file itself")
    return Below(kept, sorted(links), refused, skipped)


def _manifests_below(root: Path, tree: Tree) -> tuple[list[Path], list[Path], list[UserError]]:
    """Return manifests, in the order of their folders, links that leave the tree, and refusals."""
    found: list[Path] = []
    links: list[Path] = []
    refused: list[UserError] = []
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(entries_of(folder), key=lambda entry: entry.name, reverse=True)
        except UserError as error:
            refused.append(error)
            continue
        for entry in entries:
            path = Path(entry.path) if folder != Path() else Path(entry.name)
            hidden = entry.name in _NOT_WALKED or entry.name.startswith(".")
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.is_symlink() and not hidden and not tree.holds(entry.path):
                if entry.name == MANIFEST_NAME or entry.is_dir():
                    links.append(path)
            elif entry.name == MANIFEST_NAME and is_folder:
                refused.append(UserError(f"{path}: is a folder; a manifest is a file"))
            elif entry.name == MANIFEST_NAME:
                found.append(path)
            elif is_folder and not hidden:
                waiting.append(path)
    return sorted(found, key=lambda path: path.parent.parts), links, refused


def _account_types_in(root: Path, tree: Tree, links: list[Path]) -> list[Path]:
    """Return the files of account types in a folder; those that leave the tree go into `links`."""
    kept = []
    for file in sorted(root.glob("*.json")):
        if not tree.holds(file):
            links.append(file)
        elif account_type_file.is_one(file, read_file(file, READ_LIMIT)):
            kept.append(file)
    return kept
