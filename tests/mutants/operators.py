"""Our own kind of mutant: a table, tuple or set that lacks one item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import cosmic_ray.plugins  # type: ignore[import-not-found]
from cosmic_ray.operators.operator import Operator  # type: ignore[import-not-found]
from parso.python.tree import Operator as Sign  # type: ignore[import-not-found]

Position = tuple[tuple[int, int], tuple[int, int]]


class RemoveItem(Operator):  # type: ignore[misc]
    """Removes an item of what is written out between brackets, if it has others."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Yield where each item is."""
        for item in _items(node):
            yield item[0].start_pos, item[-1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Remove an item; a comma after each other keeps a tuple one."""
        left = [item for number, item in enumerate(_items(node)) if number != index]
        node.children = [
            part for item in left for part in (*item, Sign(",", item[-1].end_pos, prefix=""))
        ]
        for part in node.children:
            part.parent = node
        return node

    @classmethod
    def examples(cls) -> Iterable[Any]:
        """Return none: tests have them."""
        return ()


def _items(node: Any) -> list[list[Any]]:
    """Return the parts of each item of a display, none for any other node."""
    if node.type not in ("testlist_comp", "dictorsetmaker"):
        return []
    items: list[list[Any]] = [[]]
    for part in node.children:
        if part.type in ("sync_comp_for", "comp_for"):
            return []
        if part.type == "operator" and part.value == ",":
            items.append([])
        else:
            items[-1].append(part)
    items = [item for item in items if item]
    return items if len(items) > 1 else []


class _Ours:
    """What cosmic-ray asks for operators; it finds others by their entry point."""

    def __iter__(self) -> Iterator[str]:
        yield RemoveItem.__name__

    def __getitem__(self, name: str) -> type[RemoveItem]:
        return {RemoveItem.__name__: RemoveItem}[name]


cosmic_ray.plugins.OPERATOR_PROVIDERS["ours"] = _Ours()
