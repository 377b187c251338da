"""The string literals of a JavaScript source, and what is code in it.

Imported only for a source that contains a wanted string, because it loads tree-sitter. The grammar
is lenient, so TypeScript, JSX and broken code are read as far as possible.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_javascript.language())
_NOT_CODE = ("comment", "html_comment", "hash_bang_line", "string", "string_fragment", "regex")
_MOST_MEMBERS = 100
"""An object with more members is not a reference to a document."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal: its text, and the line it starts on, from 1.

    `is_reference` is True if it is the type in a reference to a document, an object with the
    document's id: `{_id: id, _type: "…"}`.
    """

    text: str
    line: int
    is_reference: bool


def literals(source: bytes, text: str) -> Iterator[Literal]:
    """Yield the string literals of `source` that `text` matches, in order.

    `text` is a regular expression for ASCII text without quotes and escapes. Template strings are
    included if they have no substitutions.
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


def outside_code(source: bytes, offsets: Iterable[int]) -> frozenset[int]:
    """Return which of these offsets in bytes are in a comment, a string or a regular expression."""
    wanted = sorted(offsets)
    found: set[int] = set()
    for node, _, _ in _nodes(Parser(_LANGUAGE).parse(source).root_node, wanted):
        if node.type in _NOT_CODE:
            start = bisect_left(wanted, node.start_byte)
            found.update(wanted[start : bisect_left(wanted, node.end_byte)])
    return frozenset(found)


def _nodes(root: Node, offsets: list[int]) -> Iterator[tuple[Node, Node | None, Node | None]]:
    """Yield every node that contains one of these sorted offsets, its parent, and its grandparent.

    tree-sitter finds a node's parent only from the top of the tree, which is slow in deep trees.
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
