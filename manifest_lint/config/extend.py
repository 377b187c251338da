"""A configuration with those that it extends, from the first to the one that was found.

`extend` names a file, or a file in an installed package: `PACKAGE` or `PACKAGE:FILE`. Nothing of a
package is imported or run: its files are those that pip recorded, or those in its folder.

Each file sets keys over those of the file that it extends: lists are replaced, except `extend-…`,
which add; `severity` and `build` are merged key by key.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from manifest_lint.config.toml_file import TomlFile, read
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from manifest_lint.config.positions import Pointer

NAME = "manifest-lint.toml"
"""The file of a package that is extended if only the package is named."""

ADDING = frozenset(("extend-select", "extend-exclude"))
"""Keys whose lists add to those of the extended configuration."""

_TABLES = frozenset(("severity", "build"))
MOST = 10
"""Files in a chain: a longer one is most likely a mistake."""


class Layer(NamedTuple):
    """A file, and the tree that its paths may not leave: None if they may lead anywhere.

    Whether it is in an installed package decides what it may name.
    """

    file: TomlFile
    tree: Tree | None
    is_installed: bool = False

    @property
    def folder(self) -> Path:
        """The folder that its paths are relative to, from the current folder if it can be."""
        if self.is_installed:
            return self.file.path.parent
        return Path(os.path.dirname(self.file.name))  # noqa: PTH120  # pathlib returns `.` for none


class Extended:
    """A configuration, `layers[-1]`, over those that it extends; `table` has what all of them set.

    `name` and `path` are those of the configuration.
    """

    def __init__(self, layers: tuple[Layer, ...]):
        self.layers = layers
        self.files = tuple(one.file for one in layers)
        self.name = self.files[-1].name
        self.path = self.files[-1].path
        self.table: dict[str, Any] = _merged([file.table for file in self.files])

    def layer(self, *keys: str) -> Layer:
        """Return the last layer that sets a key; else the configuration itself."""
        return next((one for one in reversed(self.layers) if _has(one.file, keys)), self.layers[-1])

    def places(self, pointer: Pointer) -> tuple[str, ...]:
        """Return `FILE:LINE` of a key: in the last file that sets it, or in all that do.

        All do if it adds, or if it is a table.
        """
        keys = tuple(key for key in pointer if isinstance(key, str))
        files = [file for file in self.files if _has(file, keys)]
        if not (len(keys) == 1 and keys[0] in ADDING | _TABLES):
            files = files[-1:]
        return tuple(f"{file.name}:{file.place(pointer, 'key')[0]}" for file in files)

    def refuse(
        self, pointer: Pointer, why: str, part: Literal["key", "value"] = "value"
    ) -> UserError:
        """Return the error for a part of a key that does not add, with its place."""
        return self.layer(str(pointer[0])).file.refuse(pointer, why, part)


def extended(
    file: TomlFile, tree: Tree | None, refuse_wrong: Callable[[TomlFile], None]
) -> Extended:
    """Return a configuration with those that it extends.

    `tree` is what its paths may not leave, if it was found and not named. `refuse_wrong` is called
    with each file, and raises UserError for a wrong one. Raises UserError for a file that cannot
    be found or read, that is outside of the tree, or that extends itself.
    """
    refuse_wrong(file)
    chain = [Layer(file, tree)]
    seen = [os.path.realpath(file.path)]
    while (value := chain[-1].file.table.get("extend")) is not None:
        last = chain[-1].file
        layer = _named(chain[-1], value)
        real = os.path.realpath(layer.file.path)
        if real in seen:
            raise last.refuse(("extend",), "this configuration extends itself; remove one of them")
        if len(chain) == MOST:
            raise last.refuse(("extend",), f"extends more than {MOST} files; name fewer")
        refuse_wrong(layer.file)
        seen.append(real)
        chain.append(layer)
    return Extended(tuple(reversed(chain)))


def _named(layer: Layer, value: str) -> Layer:
    """Return the configuration that one extends. Raises UserError."""
    file = layer.file
    if "://" in value:
        what = "is an address, which is not fetched; name a file or an installed package"
        raise file.refuse(("extend",), f'"extend" {what}')
    if is_path(value):
        path = layer.folder / value
        if layer.tree and not layer.tree.holds(path):
            why = "leads out of the tree; to allow it, name this configuration with --config"
            if layer.is_installed:
                why = "leads out of the package; name a file in it"
            raise file.refuse(("extend",), f"{quoted(value)} {why}")
        if not os.path.lexists(path):
            what = f"{quoted(value)} not found next to this configuration; check the path"
            raise file.refuse(("extend",), what)
        package = file.name.partition(":")[0]
        return _read(layer, f"{package}:{value}" if layer.is_installed else str(path), path)
    from manifest_lint.files.installed import NotInstalled, package_file  # only for a package

    package, _, inside = value.partition(":")
    try:
        path = package_file(package, inside or NAME)
    except NotInstalled as error:
        raise file.refuse(("extend",), str(error)) from None
    name = f"{package}:{inside or NAME}"
    return _read(Layer(file, Tree(path.parent), is_installed=True), name, path)


def _read(layer: Layer, name: str, path: Path) -> Layer:
    """Return a layer with the file at a path. Raises UserError if it is not a configuration."""
    found = read(name, path)
    if found is None:
        what = f"{quoted(name)} has no table [tool.manifest-lint]; add it or name another"
        raise layer.file.refuse(("extend",), what)
    return layer._replace(file=found)


def is_path(value: str) -> bool:
    """Return whether `extend` names a file, and not an installed package.

    A file has a slash before any colon, or ends in `.toml`; `C:` is a drive, not a package.
    """
    before, colon, _ = value.partition(":")
    if colon and len(before) > 1:
        return bool({"/", "\\"} & set(before)) or before.startswith(".")
    return bool(colon or {"/", "\\"} & set(value)) or value.endswith(".toml") or value[:1] == "."


def _has(file: TomlFile, keys: tuple[str, ...]) -> bool:
    value = file.table
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _merged(tables: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if key in ADDING:
                merged[key] = list(dict.fromkeys([*merged.get(key, ()), *value]))
            elif key in _TABLES:
                merged[key] = {**merged.get(key, {}), **value}
            else:
                merged[key] = value
    return merged
