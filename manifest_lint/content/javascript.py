"""The syntax tree of a JavaScript source, and what is code in it.

Imported only for a source that contains a wanted string, because it loads tree-sitter. The grammar
is lenient, so TypeScript, JSX and broken code are read as far as possible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Optional

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_javascript.language())
_NOT_CODE = ("comment", "html_comment", "hash_bang_line", "string", "string_fragment", "regex")
_MOST_MEMBERS = 100
"""An object with more members is not a reference to a document."""


class Link(NamedTuple):
    """A node with the one around it, which has the one around that, and so on."""

    node: Node
    around: Optional[Link]  # noqa: UP045 - a class that is not defined yet


def tree_of(source: bytes) -> Node:
    """Return the top of a source's syntax tree."""
    return Parser(_LANGUAGE).parse(source).root_node


def outside_code(source: bytes, offsets: Iterable[int]) -> frozenset[int]:
    """Return which of these offsets in bytes are in a comment, a string or a regular expression."""
    wanted = sorted(offsets)
    found: set[int] = set()
    for link in paths_to(tree_of(source), wanted):
        node = link.node
        if node.type in _NOT_CODE:
            start = bisect_left(wanted, node.start_byte)
            found.update(wanted[start : bisect_left(wanted, node.end_byte)])
    return frozenset(found)


def paths_to(root: Node, offsets: list[int]) -> Iterator[Link]:
    """Yield every node that contains one of these sorted offsets, with the nodes around it.

    tree-sitter finds a node's parent only from the top of the tree, which is slow in deep trees.
    """
    waiting: list[Link] = [Link(root, None)]
    while waiting:
        link = waiting.pop()
        node = link.node
        if bisect_left(offsets, node.start_byte) < bisect_left(offsets, node.end_byte):
            yield link
            waiting += [Link(child, link) for child in reversed(node.children)]


def is_reference(pair: Node | None, around: Node | None) -> bool:
    """Return whether a value is the type in a reference: `{_id: id, _type: "…"}`.

    `pair` and `around` are the nodes around the value.
    """
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
