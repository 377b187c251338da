"""The configurations of an old tree, and the account types that they named for connectors."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeGuard

from manifest_lint.config.find import NAMES
from manifest_lint.errors import UserError
from manifest_lint.project.changes import Named
from manifest_lint.project.older import Old, is_configuration, is_same

_LONGEST = 4096
"""Characters of a path: with a longer one, a configuration is refused."""


class OldConfigurations:
    """The configurations in an old tree: those that are found, and the `given` ones, by path.

    All paths are relative to its root. Only settings that name account types are read. `not_read`
    are files that old configurations extend, and that may be in the tree, but not among its files.
    """

    def __init__(self, old: Old, given: Iterable[str] = ()):
        self._old = old
        self._given = set(given)
        self._read: dict[str, tuple[Path, ...] | str | None] = {}
        self.not_read: set[str] = set()

    def differ(self, manifests: Iterable[str], now: Iterable[str]) -> bool:
        """Return whether any configuration differs that may be that of one of some manifests.

        `now` are the configurations in force for them.
        """
        above = set()
        for manifest in manifests:
            folder = posixpath.dirname(manifest)
            while folder not in above:
                above.add(folder)
                folder = posixpath.dirname(folder)
        before = {
            key
            for key in self._old.digests
            if key in self._given or (is_configuration(key) and posixpath.dirname(key) in above)
        }
        is_known = before.issuperset(now)
        root = Path(self._old.root)
        return not (is_known and all(is_same(root / key, key, self._old) for key in before))

    def named(self, manifest: str, now: Named) -> tuple[Path, ...]:
        """Return the paths of the account types that were named for a manifest.

        `now` is what is named for it now, which still counts if its configuration is elsewhere.
        """
        if not now.is_nearest:
            found = self._paths(now.key) if now.key in self._old.digests else None
        else:
            found = self._nearest(posixpath.dirname(manifest))
        if found is None:
            return now.paths if now.configuration and not now.key else ()
        return found

    def _nearest(self, folder: str) -> tuple[Path, ...] | None:
        while True:
            for name in NAMES:
                key = posixpath.join(folder, name)
                if key in self._old.digests and (found := self._paths(key)) is not None:
                    return found
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def _paths(self, key: str) -> tuple[Path, ...] | None:
        """Return the paths in a configuration: none if it is broken, None if it is not one."""
        from manifest_lint.config.extend import MOST  # only if a configuration differs

        said = self._said(key)
        for _ in range(1, MOST):
            if isinstance(said, str):
                said = self._said(said) or ()
        return () if isinstance(said, str) else said  # a longer chain is broken

    def _said(self, key: str) -> tuple[Path, ...] | str | None:
        """Return the paths in one file, or the file that it extends if it names none.

        There are none if it is broken, or not among the files; None if it is not a configuration.
        """
        if key not in self._old.digests:
            self.not_read.add(key)
            return ()
        if key not in self._read:
            from manifest_lint.config.toml_file import parse

            path = Path(self._old.root, key)
            try:
                file = parse(key, path, self._old.read([key]).get(key, b""))
            except UserError:
                self._read[key] = ()
            else:
                self._read[key] = _said_in(file.table, key, path.parent) if file else None
        return self._read[key]


def _said_in(table: Any, key: str, folder: Path) -> tuple[Path, ...] | str:
    """Return what `_said` does for a configuration in a folder. Its table may be any value."""
    from manifest_lint.config.extend import is_path

    if not isinstance(table, dict):
        return ()
    named, extended = table.get("account-types"), table.get("extend")
    if named is None and _may_be_path(extended) and is_path(extended):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(key), extended))
        return () if other.split("/", 1)[0] in ("..", "") else other
    texts = named if isinstance(named, list) else ()
    return tuple(folder / one for one in texts if _may_be_path(one))


def _may_be_path(value: Any) -> TypeGuard[str]:
    """Return whether a value may be the path of a file."""
    return isinstance(value, str) and "\0" not in value and len(value) <= _LONGEST
