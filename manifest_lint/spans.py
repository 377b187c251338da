"""Where each part of a JSON text stands, found with tree-sitter.

Only for text that has been decoded already: the grammar is lenient, so it never decides whether
text is JSON. Imported when the first place is asked for: a clean manifest needs none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

import tree_sitter_json
from tree_sitter import Language, Node, Parser

Pointer = tuple[str | int, ...]
"""The way from the top of a document to a value: keys of objects, indexes of arrays.

An index into an object names its n-th member, the only way to a key that is repeated; a key names
the last member of that name, as Go and JavaScript read it.
"""

_Members = dict[str | int, Node]
_BLOCK = 4096
_CONTINUING = bytes(range(0x80, 0xC0))
_LANGUAGE = Language(tree_sitter_json.language())
_NUMBERS = re.compile(rb'"(?:[^"\\]|\\.)*"|[-\d][-+.\deE]*', re.DOTALL)


class Spans:
    """The places of keys and values in one JSON text, as offsets in code points."""

    def __init__(self, text: str):
        self._bytes = text.encode("utf-8", "surrogatepass")
        self._ascii = len(self._bytes) == len(text)
        self._members: dict[int, _Members] = {}
        self._values: dict[Pointer, Node | None] = {}
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
        pair = self._members_of(node).get(pointer[-1]) if node and node.type == "object" else None
        return self._offsets(pair.child_by_field_name("key")) if pair else None

    def member(self, pointer: Pointer) -> tuple[int, int] | None:
        """Give start and end of a member or an item with the comma and the space that are its own.

        Those before it, or behind it where it is the first: without them what is left is JSON.
        """
        if not pointer:
            return None
        around, step = self._value_node(pointer[:-1]), pointer[-1]
        members = self._members_of(around) if around else {}
        if step not in members:
            return None
        node = members[step]
        index = step if isinstance(step, int) else 0
        while members[index].id != node.id:
            index += 1
        start, end = node.start_byte, node.end_byte
        if index:
            start = members[index - 1].end_byte
        elif 1 in members:
            end = members[1].start_byte
        return self._offset(start), self._offset(end)

    def scalars(self) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """Give every text, number and literal: the keys above it, its start and its end."""
        waiting: list[tuple[Node, tuple[str, ...]]] = [(self._tree.root_node, ())]
        while waiting:
            node, keys = waiting.pop()
            if node.type == "pair":
                if value := node.child_by_field_name("value"):
                    waiting.append((value, (*keys, _key_text(node))))
            elif node.type in ("document", "object", "array"):
                waiting += [(child, keys) for child in node.named_children]
            elif span := self._offsets(node):
                yield keys, *span

    def _value_node(self, pointer: Pointer) -> Node | None:
        """Find the node at a pointer; kept, for a finding and its mend ask for the same."""
        if pointer not in self._values:
            self._values[pointer] = self._found(pointer)
        return self._values[pointer]

    def _found(self, pointer: Pointer) -> Node | None:
        node = next((n for n in self._tree.root_node.named_children if n.type != "ERROR"), None)
        for step in pointer:
            if node is None:
                return None
            if node.type == "object":
                pair = self._members_of(node).get(step)
                node = pair.child_by_field_name("value") if pair else None
            elif node.type == "array":
                node = self._members_of(node).get(step)
            else:
                return None
        return node

    def _members_of(self, node: Node) -> _Members:
        """Give what is directly in an object or an array, by index, and by key: the last of each.

        Kept, for a list of thousands is asked for each of them.
        """
        found = self._members.get(node.id)
        if found is None:
            wanted = [child for child in node.named_children if child.type != "ERROR"]
            found = self._members[node.id] = dict(enumerate(wanted))
            if node.type == "object":
                found.update((_key_text(pair), pair) for pair in wanted)
        return found

    def _offsets(self, node: Node | None) -> tuple[int, int] | None:
        if node is None:
            return None
        if self._ascii:
            return node.start_byte, node.end_byte
        return self._offset(node.start_byte), self._offset(node.end_byte)

    def _offset(self, byte: int) -> int:
        """Turn an offset in bytes into one in code points."""
        block = byte // _BLOCK
        rest = self._bytes[block * _BLOCK : byte]
        return self._code_points[block] + _count(rest)

    @cached_property
    def _code_points(self) -> list[int]:
        """How many code points come before each block of bytes."""
        blocks = range(0, len(self._bytes), _BLOCK)
        counts = (_count(self._bytes[start : start + _BLOCK]) for start in blocks)
        return list(accumulate(counts, initial=0))


def _plain(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b"1" * len(found[0])


def _count(data: bytes) -> int:
    """Count code points: the bytes that do not continue one."""
    return len(data.translate(None, _CONTINUING))


def _key_text(pair: Node) -> str:
    key = pair.child_by_field_name("key")
    if key is None or key.text is None:
        return ""
    text = key.text.decode("utf-8", "surrogatepass")
    return str(json.loads(text)) if "\\" in text else text[1:-1]
