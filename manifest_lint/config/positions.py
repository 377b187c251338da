"""Where each key and value of a TOML file is, found with tree-sitter.

Only for text that has been decoded already. Only imported for an error message, or to show where a
setting comes from: correct settings need no places.
"""

from __future__ import annotations

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from manifest_lint.config.toml import decode

Pointer = tuple[str | int, ...]
"""The way from the top to a value: keys of tables, indexes of arrays."""

_LANGUAGE = Language(tree_sitter_toml.language())


class Places:
    """The lines and columns in one TOML file, from 1, columns in code points."""

    def __init__(self, text: str):
        data = text.encode("utf-8")
        self._lines = data.split(b"\n")
        self._keys: dict[Pointer, Node] = {}
        self._values: dict[Pointer, Node] = {}
        self._tables: dict[Pointer, int] = {}
        self._waiting: list[tuple[Node, Pointer]] = []
        self._tree = Parser(_LANGUAGE).parse(data)
        for node in self._tree.root_node.named_children:
            self._enter(node)
        while self._waiting:
            self._enter_value(*self._waiting.pop())

    def key(self, pointer: Pointer) -> tuple[int, int]:
        """Return the place of the key at `pointer`, else of its value, else of what contains it."""
        node = self._keys.get(pointer)
        return self._place(node) if node else self.value(pointer)

    def value(self, pointer: Pointer) -> tuple[int, int]:
        """Return the place of the value at `pointer`; if there is none, of what contains it.

        The place of a table with a header is the header.
        """
        for length in range(len(pointer), 0, -1):
            node = self._values.get(pointer[:length]) or self._keys.get(pointer[:length])
            if node:
                return self._place(node)
        return 1, 1

    def _enter(self, node: Node) -> None:
        """Record a pair or a table of the top level."""
        if node.type == "pair":
            self._enter_pair(node, ())
        if node.type not in ("table", "table_array_element"):
            return
        header, *members = (child for child in node.named_children if child.type != "comment")
        pointer: Pointer = ()
        keys = _keys_of(header)
        for number, (name, key) in enumerate(keys, 1):
            pointer = (*pointer, name)
            self._keys.setdefault(pointer, key)
            if number == len(keys) and node.type == "table_array_element":
                self._tables[pointer] = self._tables.get(pointer, 0) + 1
            if pointer in self._tables:
                pointer = (*pointer, self._tables[pointer] - 1)
        self._values.setdefault(pointer, node)
        for member in members:
            self._enter_pair(member, pointer)

    def _enter_pair(self, pair: Node, pointer: Pointer) -> None:
        parts = [child for child in pair.named_children if child.type != "comment"]
        if pair.type != "pair" or len(parts) != 2:
            return  # the grammar disagrees with the decoder
        for name, key in _keys_of(parts[0]):
            pointer = (*pointer, name)
            self._keys.setdefault(pointer, key)
        self._waiting.append((parts[1], pointer))

    def _enter_value(self, node: Node, pointer: Pointer) -> None:
        self._values.setdefault(pointer, node)
        members = [child for child in node.named_children if child.type != "comment"]
        if node.type == "inline_table":
            for member in members:
                self._enter_pair(member, pointer)
        elif node.type == "array":
            self._waiting += [(child, (*pointer, index)) for index, child in enumerate(members)]

    def _place(self, node: Node) -> tuple[int, int]:
        row, column = node.start_point
        before = self._lines[row][:column] if row < len(self._lines) else b""
        return row + 1, len(before.decode("utf-8", "replace")) + 1


def _keys_of(node: Node) -> list[tuple[str, Node]]:
    """Return the parts of a key, each with its text: for `a."b"`, `a` and `b`."""
    parts: list[Node] = []
    while node.type == "dotted_key":
        node, last = node.named_children
        parts.append(last)
    return [(_text(part), part) for part in reversed([*parts, node])]


def _text(key: Node) -> str:
    text = (key.text or b"").decode("utf-8")
    if key.type != "quoted_key":
        return text
    return next(iter(decode(f"{text} = 0")))  # reads its escapes
