"""Where each part of a JSON text stands, found with tree-sitter.

Only for text that has been decoded already: the grammar is lenient, so it never decides whether
text is JSON. Imported when the first place is asked for: a clean manifest needs none.
"""

from __future__ import annotations

import json
import re

import tree_sitter_json
from tree_sitter import Language, Node, Parser

from manifest_lint.go_json import fold

Pointer = tuple[str | int, ...]
"""The way from the top of a document to a value: keys of objects, indexes of arrays.

An index into an object names its n-th member, the only way to a key that is repeated; a key names
the last member of that name, as Go and JavaScript read it.
"""

_LANGUAGE = Language(tree_sitter_json.language())
_NUMBERS = re.compile(rb'"(?:[^"\\]|\\.)*"|[-\d][-+.\deE]*', re.DOTALL)


class Spans:
    """The places of keys and values in one JSON text, as offsets in code points."""

    def __init__(self, text: str):
        self._bytes = text.encode("utf-8", "surrogatepass")
        self._ascii = len(self._bytes) == len(text)
        parser = Parser(_LANGUAGE)
        tree = parser.parse(self._bytes)
        if tree.root_node.has_error:
            # The grammar does not know every form of a number (1E+5): give it plainer ones.
            tree = parser.parse(_NUMBERS.sub(_plain, self._bytes))
        self._tree = tree

    def value(self, pointer: Pointer) -> tuple[int, int] | None:
        """Give start and end of the value at `pointer`, or None if there is none."""
        node = self._value_node(pointer)
        return self._offsets(node) if node else None

    def key(self, pointer: Pointer) -> tuple[int, int] | None:
        """Give start and end of the key, quotes included, of the member at `pointer`."""
        if not pointer:
            return None
        node = self._value_node(pointer[:-1])
        pair = _pair(node, pointer[-1]) if node and node.type == "object" else None
        return self._offsets(pair.child_by_field_name("key")) if pair else None

    def values_under(self, keys: frozenset[str]) -> list[tuple[int, int]]:
        """Give start and end of every value, at any depth, whose key, folded, is listed."""
        found: list[tuple[int, int]] = []
        waiting = [self._tree.root_node]
        while waiting:
            node = waiting.pop()
            if node.type == "pair" and fold(_key_text(node)) in keys:
                if span := self._offsets(node.child_by_field_name("value")):
                    found.append(span)
            else:
                waiting.extend(node.named_children)
        return found

    def _value_node(self, pointer: Pointer) -> Node | None:
        node = next((n for n in self._tree.root_node.named_children if n.type != "ERROR"), None)
        for step in pointer:
            if node is None:
                return None
            if node.type == "object":
                pair = _pair(node, step)
                node = pair.child_by_field_name("value") if pair else None
            elif node.type == "array" and isinstance(step, int):
                items = node.named_children
                node = items[step] if step < len(items) else None
            else:
                return None
        return node

    def _offsets(self, node: Node | None) -> tuple[int, int] | None:
        if node is None:
            return None
        if self._ascii:
            return node.start_byte, node.end_byte
        start = len(self._bytes[: node.start_byte].decode("utf-8", "surrogatepass"))
        inside = self._bytes[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")
        return start, start + len(inside)


def _plain(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b"1" * len(found[0])


def _pair(node: Node, step: str | int) -> Node | None:
    pairs = [child for child in node.named_children if child.type == "pair"]
    if isinstance(step, int):
        return pairs[step] if step < len(pairs) else None
    return next((pair for pair in reversed(pairs) if _key_text(pair) == step), None)


def _key_text(pair: Node) -> str:
    key = pair.child_by_field_name("key")
    if key is None or key.text is None:
        return ""
    text = key.text.decode("utf-8", "surrogatepass")
    return str(json.loads(text)) if "\\" in text else text[1:-1]
