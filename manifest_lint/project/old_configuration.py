"""The configurations of an old tree, and the account types that they named for connectors."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path

from manifest_lint.config.find import NAMES
from manifest_lint.errors import UserError
from manifest_lint.project.changes import Named
from manifest_lint.project.older import Old, is_configuration, is_same


class OldConfigurations:
    """The configurations in an old tree: those that are found, and the `given` ones, by path.

    All paths are relative to its root. Only settings that name account types are read. `not_read`
    are files that old configurations extend, and that may be in the tree, but not among its files.
    """

    def __init__(self, old: Old, given: Iterable[str] = ()):
        self._old = old
        self._given = set(given)
        self._read: dict[str, tuple[Path, ...] | None] = {}
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
        if key not in self._read:
            from manifest_lint.config.extend import is_path  # only if a configuration differs
            from manifest_lint.config.toml_file import parse

            path = Path(self._old.root, key)
            try:
                file = parse(key, path, self._old.read([key]).get(key, b""))
            except UserError:
                self._read[key] = ()
            else:
                table = file.table if file else {}
                named, extended = table.get("account-types"), table.get("extend")
                self._read[key] = ()  # should it extend itself
                if named is None and isinstance(extended, str) and is_path(extended):
                    self._read[key] = self._extended(posixpath.dirname(key), extended)
                    return self._read[key]
                texts = named if isinstance(named, list) else ()
                paths = [
                    path.parent / one for one in texts if isinstance(one, str) and "\0" not in one
                ]
                self._read[key] = tuple(paths) if file else None
        return self._read[key]

    def _extended(self, folder: str, value: str) -> tuple[Path, ...]:
        """Return the paths in a configuration that one in a folder extends, by its path."""
        key = posixpath.normpath(posixpath.join(folder, value))
        if key in self._old.digests:
            return self._paths(key) or ()
        self.not_read.add(key)
        return ()
