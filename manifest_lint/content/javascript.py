"""The texts that a JavaScript source writes, without those in its comments.

Imported only for a source that holds what is looked for: it loads tree-sitter. The grammar is
lenient, so TypeScript, JSX and broken code are read as far as they can be.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_javascript.language())
_MOST_MEMBERS = 100
"""An object of more members is no reference to a document."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal: its text, and the line it begins on, from 1.

    `is_reference` tells that it is the type of a document that its object names by its id, as in
    `{_id: id, _type: "…"}`.
    """

    text: str
    line: int
    is_reference: bool


def literals(source: bytes, text: str) -> Iterator[Literal]:
    """Give the string literals that a pattern matches, in order.

    `text` is a regular expression for ASCII text without quotes and escapes. Template strings
    count if nothing is substituted in them.
    """
    quoted = re.compile(rb"(?<=([\"'`]))" + text.encode() + rb"(?=\1)")
    places = {found.start(): found for found in quoted.finditer(source)}
    if not places:
        return
    for node, parent, around in _nodes(Parser(_LANGUAGE).parse(source).root_node, [*places]):
        found = places.get(node.start_byte + 1)
        exact = found is not None and found.end() + 1 == node.end_byte
        if found and exact and node.type in ("string", "template_string"):
            reference = _is_reference(parent, around)
            yield Literal(found[0].decode(), node.start_point[0] + 1, reference)


def _nodes(root: Node, offsets: list[int]) -> Iterator[tuple[Node, Node | None, Node | None]]:
    """Give every node that holds one of these sorted offsets, its parent, and its parent's.

    A node finds its parent only from the top of the tree: where they nest deep, that takes long.
    """
    waiting: list[tuple[Node, Node | None, Node | None]] = [(root, None, None)]
    while waiting:
        node, parent, around = waiting.pop()
        if bisect_left(offsets, node.start_byte) < bisect_left(offsets, node.end_byte):
            yield node, parent, around
            waiting += [(child, node, parent) for child in reversed(node.children)]


def _is_reference(pair: Node | None, around: Node | None) -> bool:
    if pair is None or around is None or pair.type != "pair":
        return False
    if _key(pair) not in (b"_type", b"type") or around.named_child_count > _MOST_MEMBERS:
        return False
    return any(_key(member) in (b"_id", b"id") for member in around.named_children)


def _key(member: Node) -> bytes | None:
    if member.type == "shorthand_property_identifier":
        return member.text
    key = member.child_by_field_name("key")
    return key.text.strip(b"\"'") if key and key.text else None
