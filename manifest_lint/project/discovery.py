"""Which files of a folder are checked, and of what kind a file or folder is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from manifest_lint.config.exclude import DEFAULT_NAMES, Excluded, ExcludedIn, nothing_set
from manifest_lint.config.find import NAMES
from manifest_lint.document.document import READ_LIMIT
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files.disk import Tree, entries_of, read_file
from manifest_lint.finding import Record
from manifest_lint.oauth import account_type_file
from manifest_lint.project import kinds
from manifest_lint.project.connector import MANIFEST_NAME, Layout
from manifest_lint.text.wording import count

NOT_WALKED = DEFAULT_NAMES
"""Folders that have no account types of ours, as hidden ones have none."""

_HAS_OWN_CONFIGURATION = frozenset((*NAMES, ".git"))
"""Names in a folder where the configuration may be another one than above."""

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


class Below(Record):
    """What to check below a folder.

    `files` are manifests or account types, `links` the links that lead out of the tree: they are
    not followed. `refused` says which folders could not be read, `skipped` why git could not say
    what it ignores; empty if it could. `excluded` are the folders and manifests that settings
    exclude.
    """

    files: list[Path]
    links: list[Path]
    refused: list[UserError]
    skipped: str
    excluded: list[Path]


def checked_below(
    root: Path, tree: Tree, excluded_in: ExcludedIn = nothing_set, *, may_be_empty: bool
) -> Below:
    """Find every manifest below a folder, except what is excluded, and what git ignores.

    If there is none, return the account types in the folder itself. Raises UserError if there is
    nothing to check, unless it `may_be_empty`.
    """
    walked = manifests_below(root, tree, excluded_in)
    found, links, refused, excluded = walked.files, walked.links, walked.refused, walked.excluded
    skipped = ""
    try:
        from manifest_lint.files import git  # only to search a folder

        ignored = git.ignored(root, found)
    except Skipped as error:
        ignored, skipped = set(), str(error)
    kept = [path for path in found if path not in ignored]
    if not found:
        kept = account_types_in(root, tree, links)
    if not (kept or links or may_be_empty or found or refused) and excluded:
        what = f"nothing is left to check: {count(len(excluded), 'path')} excluded"
        raise UserError(f"{root}: {what}; exclude less, or name a file")
    if not (kept or links or may_be_empty):
        if refused:
            raise refused[0]
        if found:
            raise UserError(
                f"{root}: git ignores every {MANIFEST_NAME} in it; name the file itself"
            )
        raise UserError(f"{root}: no {MANIFEST_NAME} found in or below it; name another folder")
    return Below(kept, sorted(links), refused, skipped, excluded)


Names = frozenset[str]
"""The names of all that is in a folder, in lower case: some disks know no other."""


class Found(Record):
    """A manifest, and the names in its folder; None if the folder was not listed.

    Its path is a string, as making paths takes long if there are many. `may_be_link` is false if
    the folder was listed with a file there.
    """

    def __init__(self, path: str, beside: Names | None = None, may_be_link: bool = True):
        self.path = path
        self.beside = beside
        self.may_be_link = may_be_link

    @property
    def folder(self) -> str:
        """The path of its folder."""
        return os.path.dirname(self.path)  # noqa: PTH120

    def may_have(self, *names: str) -> bool:
        """Return whether its folder may have one of some names, given in lower case."""
        return self.beside is None or not self.beside.isdisjoint(names)

    def those_of(self, names: Iterable[str]) -> Iterable[str]:
        """Return those of some names, given in lower case, that its folder may have."""
        return names if self.beside is None else filter(self.beside.__contains__, names)


class Walked(Record):
    """The manifests below a folder, sorted by folder: also those that git ignores.

    `links` lead out of the tree, `refused` says why folders failed. `excluded` are the folders and
    manifests that settings exclude, and not only the defaults.
    """

    found: list[Found]
    links: list[Path]
    refused: list[UserError]
    excluded: list[Path]

    @property
    def files(self) -> list[Path]:
        """The paths of the manifests."""
        return [Path(one.path) for one in self.found]


def manifests_below(root: Path, tree: Tree, excluded_in: ExcludedIn = nothing_set) -> Walked:
    """Find all manifests below a folder, which is searched even if it is excluded."""
    alike: dict[Names, Names] = {}  # many connectors have the same names, which take much memory
    done = Walked([], [], [], [])
    start = "" if root == Path() else str(root)  # strings, as most trees are mostly other files
    waiting = [(start, _excluded(start, excluded_in, root) or nothing_set(start))]
    while waiting:
        folder, excluded = waiting.pop()
        try:
            entries = entries_of(folder or ".")
        except UserError as error:
            done.refused.append(error)
            continue
        names = {entry.name for entry in entries}
        if folder != start and not _HAS_OWN_CONFIGURATION.isdisjoint(names):
            excluded = _excluded(folder, excluded_in, root) or excluded
        top = f"{folder}{os.sep}" if folder else ""
        if MANIFEST_NAME in names:
            [entry] = [entry for entry in entries if entry.name == MANIFEST_NAME]
            is_link, path = entry.is_symlink(), f"{top}{MANIFEST_NAME}"
            if entry.is_dir(follow_symlinks=False):
                done.refused.append(UserError(f"{path}: is a folder; a manifest is a file"))
            elif by := excluded.by(path, MANIFEST_NAME, is_folder=False):
                if by == "setting":
                    done.excluded.append(Path(path))
            elif is_link and not tree.holds(path):
                done.links.append(Path(path))
            else:
                beside = frozenset(map(str.lower, names))
                done.found.append(Found(path, alike.setdefault(beside, beside), is_link))
        below = []
        for entry in [one for one in entries if not one.is_file(follow_symlinks=False)]:
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name == MANIFEST_NAME or not (is_folder or entry.is_symlink()):
                continue
            path = f"{top}{entry.name}"
            if by := excluded.by(path, entry.name, is_folder=True):
                if by == "setting":
                    done.excluded.append(Path(path))
            elif is_folder:
                below.append(path)
            elif not tree.holds(path) and entry.is_dir():
                done.links.append(Path(path))
        if below:
            below.sort(reverse=True)
            waiting += [(path, excluded) for path in below]
    done.found.sort(key=lambda one: one.path.split(os.sep)[:-1])  # noqa: PTH206
    return done


def _excluded(folder: str, excluded_in: ExcludedIn, root: Path) -> Excluded | None:
    """Return what is excluded in a folder, None if its configuration is wrong.

    Whoever reads a manifest there reports that.
    """
    try:
        return excluded_in(folder).named(str(root))
    except UserError:
        return None


def read_in(folder: Path, excluded_in: ExcludedIn) -> Callable[[str], bool]:
    """Return what says which JSON files below a folder of account types are read, by their paths.

    The paths are relative to it, with `/` between names. The folder itself is named, so it is
    searched even if it is excluded. Raises UserError for a wrong configuration.
    """
    excluded = excluded_in(str(folder)).named(str(folder))

    def is_read(path: str) -> bool:
        *folders, name = path.split("/")
        at = str(folder)
        for one in folders:
            at = os.path.join(at, one)  # noqa: PTH118  # there may be thousands
            if excluded.by(at, one, is_folder=True):
                return False
        if name in kinds.NEVER_ACCOUNT_TYPES:
            return False
        return not excluded.by(os.path.join(at, name), name, is_folder=False)  # noqa: PTH118

    return is_read


def account_types_in(root: Path, tree: Tree, links: list[Path]) -> list[Path]:
    """Return the files of account types in a folder; add links that leave the tree to `links`."""
    kept = []
    for file in sorted(root.glob("*.json")):
        if not tree.holds(file):
            links.append(file)
        elif account_type_file.is_one(file, read_file(file, READ_LIMIT)):
            kept.append(file)
    return kept
