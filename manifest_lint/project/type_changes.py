"""Which account types of the connectors of a tree differ: those next to them, those named."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from manifest_lint.config.exclude import ExcludedIn
from manifest_lint.config.find import NAMES
from manifest_lint.document.document import Document
from manifest_lint.files.work_tree import is_in
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type_file import is_one
from manifest_lint.project.changes import Changes, Named, TypesOf
from manifest_lint.project.confidential import (
    account_types_beside,
    connectors_of,
    is_confidential,
)
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import Found, read_in
from manifest_lint.project.named_types import Documents, NamedTypes, differing, documents_in
from manifest_lint.project.older import (
    Old,
    data_of,
    is_beside,
    is_configuration,
    is_in_folder,
    is_same,
)

Paths = tuple[Path, ...]


class TypeChanges:
    """The account types of the manifests of a tree, by their paths relative to its `root`.

    `types_of` returns those that are named for a manifest, `excluded_in` what is not searched. What
    differs goes into `changes`.
    """

    def __init__(
        self,
        root: str,
        manifests: Mapping[str, Found],
        types_of: TypesOf,
        changes: Changes,
        excluded_in: ExcludedIn,
    ):
        self._root = root
        self._manifests = manifests
        self._changes = changes
        self._excluded_in = excluded_in
        named = cache(lambda path: self._with_key(types_of(Path(path))))
        self._named = {key: named(_configured(one)) for key, one in manifests.items()}
        self._given = {one.key for one in self._named.values() if one.key and not one.is_nearest}
        extended = {path for one in self._named.values() for path in one.extended}
        self._given |= set(map(self._key_of, extended)) - {""}
        self._before = {key: named.paths for key, named in self._named.items()}
        self._sets: dict[Paths, NamedTypes] = {}
        self._add_sets()

    def _with_key(self, named: Named) -> Named:
        return named._replace(key=self._key_of(named.configuration) if named.configuration else "")

    def _key_of(self, path: Path) -> str:
        """Return a file's path in the tree, empty if it is elsewhere."""
        real = os.path.realpath(path)
        return real[len(self._root) + 1 :] if is_in(real, self._root) else ""

    def _add_sets(self) -> None:
        """Find the files that were or are named for any connector."""
        now = (named.paths for named in self._named.values())
        for paths in {*now, *self._before.values()} - {()} - self._sets.keys():
            self._sets[paths] = NamedTypes(paths, self._root, self._excluded_in)

    @property
    def files(self) -> set[str]:
        """The paths whose files are compared though their names do not show it."""
        return self._given.union(*(types.tops for types in self._sets.values()))

    def is_wanted(self, path: str) -> bool:
        """Return whether an old file is compared though its name does not show it.

        `path` is relative to the root.
        """
        if (path.endswith(".json") and is_in_folder(path)) or path in self._given:
            return True
        return any(types.may_have(path) for types in self._sets.values())

    def add_old(self, old: Old) -> bool:
        """Find what the old configurations named; return whether more files are wanted now."""
        given = any(named.configuration for named in self._named.values())
        if not old.has_types or not (given or any(map(is_configuration, old.digests))):
            return False
        from manifest_lint.project.old_configuration import OldConfigurations  # few trees have one

        named = {key: one for key, one in self._named.items() if one.is_nearest or one.key}
        configurations = OldConfigurations(old, self._given)
        if not configurations.differ(named, {one.key for one in named.values()} - {""}):
            return False
        known, already = self._sets.keys() | {()}, len(self._given)
        self._before |= {key: configurations.named(key, one) for key, one in named.items()}
        self._given |= configurations.not_read
        if len(self._given) > already:
            return True  # what they name is known once these are read
        self._add_sets()
        return not known >= self._sets.keys()

    def compare(self, old: Old, ignored: Callable[[list[str]], set[str]]) -> None:
        """Find which files differ; `ignored` returns those of some new ones that git ignores.

        Raises as `Old.read`.
        """
        self._old = old
        self._beside: dict[str, list[str]] = {}
        self._ids: dict[tuple[Paths, Paths], set[str]] = {}
        self._old_documents: dict[Paths, Documents] = {}
        self._documents: dict[Paths, Documents] = {}
        self._checked: dict[Paths, list[str]] = {}
        self._confidential: dict[str, list[str]] = {}
        self._read: dict[tuple[Paths, Paths], set[str]] = {}
        for key in filter(is_confidential, old.digests):
            for folder in connectors_of(key):
                self._confidential.setdefault(folder, []).append(key)
                if is_beside(key[len(folder) :].lstrip("/")):
                    self._beside.setdefault(folder, []).append(key)
        if not old.has_types:
            return
        for paths in {named.paths for named in self._named.values()} - {()}:
            types, changes = self._sets[paths], self._changes
            for path in types.outside:
                changes.not_compared[str(path)] = "it is outside the tree that is compared"
            keys = types.differing(old)
            left_out = ignored([key for key in keys if key not in old.digests])
            self._checked[paths] = [key for key in keys if key not in left_out]
            changes.shared |= {str(file) for file in types.files.values()}
            files = [types.files[key] for key in self._checked[paths] if key in types.files]
            changes.checked += [file for file in files if is_one(file, data_of(file))]
        for key, named in self._named.items():
            if named.paths and self._before[key]:
                self._changes.type_ids |= self._differing(named.paths, self._before[key])

    def _differing(self, now: Paths, before: Paths) -> set[str]:
        """Return the ids of the named account types that differ."""
        if (now, before) not in self._ids:
            types, others = self._sets[now], self._sets[before]
            if (set(types.tops), types.outside) == (set(others.tops), others.outside):
                keys = self._checked[now]
                texts = self._old.read(key for key in keys if key in self._old.digests)
                ids = differing(types.documents(keys), documents_in(texts))
            else:
                ids = differing(self._now(now), self._then(before))
            self._ids[now, before] = ids
        return self._ids[now, before]

    def _now(self, paths: Paths) -> Documents:
        if paths not in self._documents:
            types = self._sets[paths]
            self._documents[paths] = types.documents(types.files)
        return self._documents[paths]

    def _then(self, paths: Paths) -> Documents:
        if paths not in self._old_documents:
            keys = sorted(filter(self._sets[paths].has, self._old.digests))
            self._old_documents[paths] = documents_in(self._old.read(keys))
        return self._old_documents[paths]

    def differ(self, key: str, was: str) -> bool:
        """Return whether the account types of a connector differ, or are added or deleted.

        `was` is the path that its manifest had.
        """
        if not self._old.has_types:
            return False
        now, before = self._named[key].paths, self._before[key]
        if not (now or before):
            return self._beside_differ(key, was)
        if now and before:
            ids = self._differing(now, before)
        else:
            default = self._id_of(key)
            documents = self._now(now) if now else self._beside_now(key, default)
            others = self._then(before) if before else self._beside_then(key, was, default)
            ids = differing(documents, others) & {default, ""}
            self._changes.type_ids |= ids
        return bool(ids) and ("" in ids or self._id_of(key) in ids)

    def confidential(self, key: str, was: str) -> set[str]:
        """Return the old files with secrets of a connector that this check does not read as well.

        `was` is the path that its manifest had.
        """
        if not self._old.has_types:
            return set()
        folder, now, before = posixpath.dirname(was), self._named[key].paths, self._before[key]
        is_there = folder == posixpath.dirname(key)  # else no one reads what it left
        found = {
            one
            for one in self._confidential.get(folder, ())
            if now or not (is_there and self._reads(one))
        }
        if before and (now, before) not in self._read:
            still = self._sets[now].files if now else {}
            self._read[now, before] = {
                one
                for one in filter(self._sets[before].may_have, self._old.digests)
                if one not in still or not self._reads(one)
            }
        return found | (self._read[now, before] if before else set())

    def _reads(self, key: str) -> bool:
        return is_same(Path(self._root, key), key, self._old)

    def new_ids(self, key: str, was: Document | None) -> set[str]:
        """Return the id of the account type that a connector asks for, unless the old one did."""
        return {self._id_of(key)} - {_id_in(was) if was else "", ""}

    def _id_of(self, key: str) -> str:
        return _id_in(Document("", data_of(self._manifests[key].path)))

    def _beside_differ(self, key: str, was: str) -> bool:
        top = was.removesuffix(MANIFEST_NAME)
        now = dict(account_types_beside(self._manifests[key]))
        names = now.keys() | {one[len(top) :] for one in self._beside.get(top[:-1], ())}
        return any(
            not (name in now and is_same(now[name], f"{top}{name}", self._old))
            and self._is_read(key, name)
            for name in names
        )

    def _is_read(self, key: str, name: str) -> bool:
        """Return whether a check reads a file with account types next to a manifest."""
        folder, _, inside = name.partition("/")
        place = Path(self._manifests[key].folder, folder)
        return not inside or read_in(place, self._excluded_in)(inside)

    def _beside_now(self, key: str, default: str) -> Documents:
        found = account_types_beside(self._manifests[key])
        files = {name: data_of(file) for name, file in found if self._is_read(key, name)}
        return documents_in(files, default)

    def _beside_then(self, key: str, was: str, default: str) -> Documents:
        top = was.removesuffix(MANIFEST_NAME)
        files = self._beside.get(top[:-1], ())
        read = [one for one in files if self._is_read(key, one[len(top) :])]
        return documents_in(self._old.read(read), default)


def _configured(manifest: Found) -> str:
    """Return a path with the same configuration as a manifest: one for as many as possible."""
    above, mark, name = manifest.folder.rpartition(os.sep)
    is_top = name in ("", "..") or (mark and not above)
    if is_top or manifest.may_have(*NAMES, ".git"):
        return manifest.path
    return f"{above}{mark}{MANIFEST_NAME}"


def _id_in(manifest: Document) -> str:
    """Return the id of the account type that a manifest asks for; empty if it is not an object."""
    value = manifest.value
    return wire.javascript_text(wire.account_type_id(value)) if isinstance(value, dict) else ""
