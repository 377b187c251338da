"""The layout of the package in figures: `python -m tests.layout [CHECKOUT]...`, a column for each.

Every import counts, at the top of a module, in a function and for types alone. Directly in the
package are its modules and packages but for `__init__`, `__main__` and `_version`. A layer is what
imports only lower ones: there are as many as the longest way of imports from one to the next.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ORDER = (
    *("_version", "errors", "finding", "text", "files", "document", "cozy", "config", "archive"),
    *("content", "oauth", "project", "rules", "engine", "network", "provisioning", "reports"),
    *("bundle", "scaffold", "api", "__init__", "editor", "cli", "__main__"),
)
"""Modules and packages at the top, from the lowest to the highest: imports only go down."""

NOT_COUNTED = ("__init__", "__main__", "_version")
GENERATED = ("accept.py", "accept_konnector.py", "vocabulary.py")
"""Modules that may be long: generated ones and the vocabulary."""

MOST_PARAMETERS = 6
PACKAGE = "manifest_lint"

Imports = Mapping[str, frozenset[str]]
"""What each imports."""


class Layout:
    """The modules of a checkout, by their dotted names below the package."""

    def __init__(self, checkout: Path):
        root = checkout / PACKAGE
        self.files = {
            ".".join(path.relative_to(root).with_suffix("").parts): path
            for path in sorted(root.rglob("*.py"))
        }
        self.trees = {name: ast.parse(path.read_text("utf-8")) for name, path in self.files.items()}
        self.modules: Imports = {name: frozenset(self._imported(name)) for name in self.files}

    def _imported(self, name: str) -> Iterator[str]:
        for node in ast.walk(self.trees[name]):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for full in names:
                module = self._module(full)
                if module and module != name:
                    yield module

    def _module(self, full: str) -> str | None:
        """Return the module of a dotted name; None outside the package."""
        parts = full.split(".")
        if parts[0] != PACKAGE:
            return None
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[1:length])
            for module in (name, f"{name}.__init__".removeprefix(".")):
                if module in self.files:
                    return module
        return None

    @property
    def units(self) -> Imports:
        """What each module and package at the top imports from the others."""
        found: dict[str, set[str]] = {}
        for name, imported in self.modules.items():
            unit = name.split(".")[0]
            found.setdefault(unit, set()).update(other.split(".")[0] for other in imported)
        return {unit: frozenset(others - {unit}) for unit, others in found.items()}

    def upward(self) -> list[tuple[str, str]]:
        """Return the imports that go up the list, as module and module."""
        place = {unit: number for number, unit in enumerate(ORDER)}
        return [
            (name, other)
            for name, imported in self.modules.items()
            for other in sorted(imported)
            if place.get(name.split(".")[0], 99) < place.get(other.split(".")[0], 0)
        ]

    def largest(self) -> list[tuple[int, str]]:
        """Return lines and names of the modules that are written by hand, the largest first."""
        sizes = [
            (len(path.read_text("utf-8").splitlines()), name)
            for name, path in self.files.items()
            if path.name not in GENERATED and "_accept" not in path.parts
        ]
        return sorted(sizes, reverse=True)

    def many_parameters(self) -> list[str]:
        """Return the functions with more than six parameters; callbacks of click keep theirs."""
        found = []
        for name, tree in self.trees.items():
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef) or _is_click_callback(node):
                    continue
                arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
                own = [one for one in arguments if one.arg not in ("self", "cls")]
                if len(own) > MOST_PARAMETERS:
                    found.append(f"{name}.{node.name} ({len(own)})")
        return found


def _is_click_callback(node: ast.FunctionDef) -> bool:
    return any("command" in ast.unparse(decorator) for decorator in node.decorator_list)


def cycles(imports: Imports) -> list[list[str]]:
    """Return the groups of what imports each other, directly or through others."""

    @cache
    def reached(name: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [*imports[name]]
        while waiting:
            other = waiting.pop()
            if other not in found:
                found.add(other)
                waiting += imports.get(other, ())
        return frozenset(found)

    groups = {
        frozenset(other for other in reached(name) if name in reached(other))
        for name in imports
        if name in reached(name)
    }
    return sorted(map(sorted, groups))


def layers(imports: Imports) -> dict[str, int]:
    """Return the layer of each, from 1; of imports in a circle the last one counts for nothing."""
    place = {unit: number for number, unit in enumerate(ORDER)}
    found: dict[str, int] = {}

    def layer(name: str, on_the_way: tuple[str, ...]) -> int:
        if name not in found:
            below = [
                layer(other, (*on_the_way, name))
                for other in imports[name]
                if other in imports and other not in (*on_the_way, name)
            ]
            found[name] = 1 + max(below, default=0)
        return found[name]

    for name in sorted(imports, key=lambda name: place.get(name, 0)):
        layer(name, ())
    return found


def figures(layout: Layout) -> dict[str, int]:
    """Return the figures of a layout."""
    units = layout.units
    return {
        "packages and modules at the top": len(set(units) - set(NOT_COUNTED)),
        "layers": max(layers(units).values()),
        "import cycles of modules": len(cycles(layout.modules)),
        "import cycles at the top": len(cycles(units)),
        "imports upward": len(layout.upward()),
        "lines of the largest module": layout.largest()[0][0],
        "functions of more than six parameters": len(layout.many_parameters()),
    }


def main(checkouts: list[str]) -> None:
    """Print the figures of some checkouts side by side, then the details of the last one."""
    layouts = [Layout(Path(checkout)) for checkout in checkouts or ["."]]
    columns = [figures(layout) for layout in layouts]
    for name in columns[0]:
        print(f"{name:40}", *(f"{column[name]:8}" for column in columns))
    last = layouts[-1]
    print("\nlayers:")
    by_layer: dict[int, list[str]] = {}
    for unit, layer in layers(last.units).items():
        by_layer.setdefault(layer, []).append(unit)
    for number, units in sorted(by_layer.items(), reverse=True):
        print(f"{number:4}  {' '.join(sorted(units))}")
    for title, lines in (
        ("cycles", [" ".join(group) for group in cycles(last.modules)]),
        ("upward", [f"{name} -> {other}" for name, other in last.upward()]),
        ("largest", [f"{size} {name}" for size, name in last.largest()[:5]]),
        ("many parameters", last.many_parameters()),
    ):
        print(f"\n{title}:", *(lines or ["none"]), sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1:])
