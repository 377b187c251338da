"""Account types that are named for every connector: which of them differ from the old ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from manifest_lint.config.exclude import ExcludedIn, nothing_set
from manifest_lint.document.document import Document
from manifest_lint.files.disk import Tree
from manifest_lint.files.work_tree import is_in
from manifest_lint.oauth.account_type_file import account_types, id_by_name
from manifest_lint.project.discovery import read_in
from manifest_lint.project.older import Old, data_of, is_same

Documents = dict[str, list[tuple[str, Any]]]
"""Account types by the id that connectors use: each with its whole id, and its value."""


class NamedTypes:
    """The files at some paths, by their paths relative to `root`, a path without links.

    `tops` are the paths themselves, of files or folders. `outside` are those that are not below the
    root: they cannot be compared. `excluded_in` says what is not searched.
    """

    def __init__(self, paths: Iterable[Path], root: str, excluded_in: ExcludedIn = nothing_set):
        self.outside: list[Path] = []
        self.files: dict[str, Path] = {}
        self.tops: dict[str, Callable[[str], bool]] = {}
        for path in paths:
            real = os.path.realpath(path)
            if not is_in(real, root):
                self.outside.append(path)
                continue
            key = real[len(root) + 1 :]
            self.tops[key] = read_in(path, excluded_in)
            if os.path.isdir(path):  # noqa: PTH112  # pathlib's raises for a name that is too long
                tree = Tree(path)
                for file in filter(tree.holds, path.rglob("*.json")):
                    inside = file.relative_to(path).as_posix()
                    if self.tops[key](inside):
                        self.files[f"{key}/{inside}".lstrip("/")] = file
            elif os.path.exists(path):  # noqa: PTH110
                self.files[key] = path

    def may_have(self, path: str) -> bool:
        """Return whether a file is at one of the paths, or was there: some are excluded."""
        return any(path == top or _is_below(path, top) for top in self.tops)

    def has(self, path: str) -> bool:
        """Return whether a file is one of these, or was one."""
        return any(
            path == top or (_is_below(path, top) and is_read(path[len(top) :].lstrip("/")))
            for top, is_read in self.tops.items()
        )

    def differing(self, old: Old) -> list[str]:
        """Return the files that differ from the old ones, are added or deleted."""
        before = set(filter(self.has, old.digests))
        return [
            key
            for key in sorted(before | self.files.keys())
            if key not in self.files or not is_same(self.files[key], key, old)
        ]

    def documents(self, keys: Iterable[str]) -> Documents:
        """Return the account types in some of the files; none of a file that is not there."""
        return documents_in({key: data_of(self.files[key]) for key in keys if key in self.files})


def _is_below(path: str, top: str) -> bool:
    return path.endswith(".json") and (not top or path.startswith(f"{top}/"))


def documents_in(files: Mapping[str, bytes], default: str = "") -> Documents:
    """Return the account types in the contents of files, by their ids.

    `default` is the id of a document that neither it nor its file's name says; empty if it may be
    any connector's.
    """
    found: Documents = {}
    for key in sorted(files):
        document = Document(key, files[key], "account types")
        for one in account_types(document, id_by_name(Path(key)) or default):
            found.setdefault(one.service_id, []).append((one.id, one.value))
    return found


def differing(documents: Documents, others: Documents) -> set[str]:
    """Return the ids of the account types that differ, or that only one side has."""
    ids = documents.keys() | others.keys()
    return {one for one in ids if documents.get(one) != others.get(one)}
