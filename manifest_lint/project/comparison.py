"""Compares the connectors of one tree with the old ones: manifests, places and account types."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from manifest_lint.config.exclude import ExcludedIn, is_excluded
from manifest_lint.config.find import NAMES
from manifest_lint.cozy.registry import text_of
from manifest_lint.document.document import Document
from manifest_lint.errors import Skipped
from manifest_lint.files import git
from manifest_lint.files.disk import Tree
from manifest_lint.files.work_tree import is_in, missing
from manifest_lint.finding import Skip
from manifest_lint.project.changes import Changes, TypesOf
from manifest_lint.project.confidential import CONFIDENTIAL, ENDINGS, confidential
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import NOT_WALKED, Found, manifests_below
from manifest_lint.project.older import (
    Old,
    data_of,
    is_left_out,
    is_manifest,
    is_same,
    without_returns,
)
from manifest_lint.project.type_changes import TypeChanges
from manifest_lint.text.wording import count

_NAMES = CONFIDENTIAL.union((MANIFEST_NAME, *NAMES))
"""The names of files that are compared wherever they are; others have account types."""

_BUILT = tuple([f"{folder}/{MANIFEST_NAME}" for folder in NOT_WALKED])
"""The manifests of built connectors. Other files there may be account types."""

_MOST_READ = 10
"""How often old files are read: each time, more may be named."""

_NOT_HERE = "not in this sparse checkout; to check all, run git sparse-checkout disable"


class Comparison:
    """The connectors of one tree, whose top is `root`, a path without links.

    `here` are its manifests, `named` the folders that the user named, both by real path;
    `manifests` are those here by their paths relative to the root. `excluded_in` says what is not
    searched.
    """

    def __init__(
        self,
        root: str,
        here: Mapping[str, Found],
        named: Mapping[str, Path],
        types_of: TypesOf,
        changes: Changes,
        excluded_in: ExcludedIn,
    ):
        self._root = root
        self._named = named
        self._excluded_in = excluded_in
        self._changes = changes
        found = {real[len(root) + 1 :]: one for real, one in here.items()}
        self.manifests = {key: one.path for key, one in found.items()}
        # A link to a manifest in the tree is compared with the file that it leads to.
        self._files = {key: self._file_of(key, one) for key, one in found.items()}
        self._types = TypeChanges(root, found, types_of, changes, excluded_in)
        self._links = {file for key, file in self._files.items() if file != key}

    def _file_of(self, key: str, found: Found) -> str:
        is_link = found.may_be_link and os.path.islink(found.path)  # noqa: PTH114
        real = os.path.realpath(found.path) if is_link else ""
        return real[len(self._root) + 1 :] if is_in(real, self._root) else key

    @property
    def endings(self) -> tuple[str, ...]:
        """How the paths of all files end that are compared: most files of most trees are not."""
        return (MANIFEST_NAME, *ENDINGS, *NAMES, *self._links, *self._types.files)

    @property
    def not_wanted(self) -> tuple[str, ...]:
        """The last names of paths that are not compared, although `endings` has them."""
        named = (folder[len(self._root) + 1 :] for folder in self._named)
        ours = (*named, *self._files, *self._links, *self._types.files)
        return () if any(is_left_out(path.split("/")) for path in ours) else _BUILT

    def is_wanted(self, path: str) -> bool:
        """Return whether an old file is compared, by its path relative to the top."""
        is_known = path.rpartition("/")[2] in _NAMES
        return is_known or path in self._links or self._types.is_wanted(path)

    def add_changes(self, read: Callable[[], Old]) -> None:
        """Add what differs from the old connectors to the changes.

        `read` returns the old files that are wanted: more, once the old configurations are known.

        Raises UserError, and GitRefused and Skipped as git does, if an old file cannot be read.
        """
        changes, old = self._changes, read()
        for _ in range(_MOST_READ):  # a configuration may extend others, and name account types
            if not self._types.add_old(old):
                break
            old = read()
        self._types.compare(old, self._ignored)
        # A link in the place of an old manifest is compared with that one.
        self._files |= {key: key for key in self._files if key in old.digests}
        # An old manifest that git ignores now is gone, although its file is still there.
        new = [key for key, file in self._files.items() if file not in old.digests]
        ignored = self._left_out([*new, *(key for key in self._files if key in old.untracked)])
        for key in ignored:
            del self.manifests[key], self._files[key]
        added = [key for key in new if key not in ignored]
        same: list[str] = []
        edited: list[str] = []
        for key, file in self._files.items():
            if file in old.digests:
                (same if is_same(self.manifests[key], file, old) else edited).append(key)
        absent = [key for key in filter(is_manifest, old.digests) if key not in self.manifests]
        gone = self._gone(absent, ignored)
        # What was added may have come from anywhere in the tree.
        others = self._gone_elsewhere(absent) if added else []
        texts = old.read(dict.fromkeys([*others, *(self._files[key] for key in edited), *gone]))
        documents = {key: Document(f"{changes.to}:{key}", data) for key, data in texts.items()}
        for key in tuple(edited):
            text = texts.get(self._files[key])
            if text and without_returns(text) == without_returns(data_of(self.manifests[key])):
                edited.remove(key)
                same.append(key)
        for key in same:
            if self._types.differ(key, key):
                self._add(key, changes.changed)
                changes.types.append(self.manifests[key])
            else:
                changes.unchanged += 1
        before = self._before(edited, added, documents)
        secret = (self._types.confidential(key, was) for key, was in before.items() if was)
        changes.confidential += confidential(old.read(sorted(set().union(*secret))))
        for key, was in before.items():
            if changes.shared:
                changes.type_ids |= self._types.new_ids(key, documents.get(was))
            if not was:
                self._add(key, changes.added)
                continue
            path = self.manifests[key]
            moved = was != self._files[key]
            if moved:
                changes.renamed[self._shown(was)] = path
            self._add(key, None if moved else changes.changed)
            if self._types.differ(key, was if moved else key):
                changes.types.append(path)
            if was in documents and isinstance(documents[was].value, dict):
                changes.before[path] = documents[was]
            else:
                why = "is not a JSON object" if was in documents else "is larger than 20 MiB"
                changes.not_compared[path] = f"{changes.to}:{was} {why}"
        left = {*gone, *(self._files[key] for key in edited)} - set(before.values())
        moved_away = self._moved_away({key: _slug(documents[key]) for key in left}, old)
        for was, key in moved_away.items():
            name = self._shown(key) if key in old.left_out else key
            why = "it is outside the named folders; name its folder too"
            changes.renamed[self._shown(was)] = name
            changes.not_compared[name] = _NOT_HERE if key in old.left_out else why
        changes.deleted += [self._shown(key) for key in left - moved_away.keys()]
        not_here = filter(is_manifest, old.unchecked | old.left_out)
        if unchecked := sum(map(self._is_named, not_here)):
            changes.skipped.append(Skip(count(unchecked, "manifest"), _NOT_HERE))

    def _add(self, key: str, names: list[str] | None) -> None:
        path = self.manifests[key]
        self._changes.checked.append(Path(path))
        if names is not None:
            names.append(path)

    def _shown(self, key: str) -> str:
        """Return the path of an old manifest as the user would name it now."""
        full = f"{self._root}/{key}"
        for folder, path in self._named.items():
            if is_in(full, folder):
                return str(path / full[len(folder) :].lstrip("/"))
        return key

    def _before(
        self, edited: list[str], added: list[str], old: Mapping[str, Document]
    ) -> dict[str, str]:
        """Return the old manifest of each new one: that of its slug if it moved, empty if none."""
        slugs = {key: _slug(Document("", data_of(self.manifests[key]))) for key in edited + added}
        olds = {key: _slug(document) for key, document in old.items()}
        before = {}
        for key in edited:
            file = self._files[key]
            if not olds.get(file) or slugs[key] in ("", olds[file]):
                before[key] = file
        taken = set(before.values())
        free = {slug: key for key, slug in olds.items() if slug and key not in taken}
        moved = [key for key in slugs if key not in before]
        for key in moved:
            if was := free.pop(slugs[key], ""):
                before[key] = was
        taken = set(before.values())
        for key in (one for one in moved if one not in before):
            # In the place of an old one, with another slug: that one, unless it has moved.
            before[key] = file if (file := self._files[key]) in old.keys() - taken else ""
        return {key: before[key] for key in slugs}

    def _gone(self, absent: list[str], ignored: set[str]) -> list[str]:
        """Return those of some old manifests that were searched for, and are not here any more."""
        named = list(filter(self._is_named, absent))
        gone = ignored.union(missing(self._root, named))
        here = (key for key in named if key in gone)
        return [key for key in here if not self._is_excluded(f"{self._root}/{key}")]

    def _is_excluded(self, path: str) -> bool:
        """Return whether settings exclude a path, and not the folder that the user named too."""
        if not is_excluded(Path(path), self._excluded_in):
            return False
        folders = (Path(folder) for folder in self._named if is_in(path, folder))
        return not any(is_excluded(folder, self._excluded_in) for folder in folders)

    def _gone_elsewhere(self, absent: list[str]) -> list[str]:
        """Return those of some old manifests outside of the named folders that are not on disk."""
        others = [key for key in absent if not self._is_named(key)]
        return missing(self._root, [key for key in others if not is_left_out(key.split("/")[:-1])])

    def _moved_away(self, left: Mapping[str, str], old: Old) -> dict[str, str]:
        """Return where manifests that are gone, given with their slugs, are but not checked.

        That is outside of the folders, or in what a sparse checkout leaves out. The tree is
        searched only if some are gone, and if it was not searched whole.
        """
        if not left:
            return {}
        texts = old.read(sorted(old.left_out))
        if self._root not in self._named:
            found = manifests_below(Path(self._root), Tree(Path(self._root))).files
            keys = [file.relative_to(self._root).as_posix() for file in found]
            new = [key for key in keys if key not in old.digests and key not in self.manifests]
            ignored = self._ignored(new)
            texts |= {k: data_of(f"{self._root}/{k}") for k in new if k not in ignored}
        by_slug = {_slug(Document("", data)): key for key, data in texts.items()}
        return {key: by_slug.pop(slug) for key, slug in left.items() if slug and slug in by_slug}

    def _is_named(self, key: str) -> bool:
        """Return whether a manifest is or was in a named folder, and is searched for there."""
        full = f"{self._root}/{key}"
        for folder in self._named:
            if is_in(full, folder):
                # Where the named folder is in a hidden one, only what is below it counts.
                inside = full.removeprefix(f"{folder}/") if is_in(folder, self._root) else key
                return not is_left_out(inside.split("/")[:-1])
        return False

    def _left_out(self, keys: list[str]) -> set[str]:
        """Return those of some manifests that git ignores, unless the user named them.

        As in a whole check, a folder that git ignores itself may be named too.
        """
        ignored = self._ignored(keys)
        found: set[str] = set()
        kept: set[str] = set()
        for folder in self._named if ignored else ():
            below = [key for key in sorted(ignored) if is_in(f"{self._root}/{key}", folder)]
            found.update(below)
            kept |= set(below) - self._ignored(below, folder)
        return found - kept

    def _ignored(self, keys: list[str], folder: str = "") -> set[str]:
        """Return those of some files that git ignores; if it ignores the folder itself, none.

        By default, and if `folder` is not in the tree, the folder is the root.
        """
        if not keys:
            return set()
        root = Path(folder if is_in(folder, self._root) else self._root)
        try:
            found = git.ignored(root, [Path(self._root, key) for key in keys])
        except Skipped as error:
            self._changes.skipped.append(Skip(".gitignore", str(error)))
            return set()
        return {path.relative_to(self._root).as_posix() for path in found}


def _slug(document: Document) -> str:
    return text_of(document.value, "slug") if isinstance(document.value, dict) else ""
