"""What a JavaScript source does with a name: whether it uses a literal, and what it calls.

A literal is used unless it is compared, logged, or kept in a constant that nothing reads. A call is
one of a library's function unless the source defines it or imports it from a file of its own.
Imported only for a source that contains a wanted name, because it loads tree-sitter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tree_sitter import Node

from manifest_lint.content.javascript import Link, is_reference, paths_to, tree_of


class Use(NamedTuple):
    """A use: the text or the name, the line from 1, and the function that is called with it.

    `kept_in` is the name of an exported constant that this source does not read: only if another
    source does, there is a use.
    """

    text: str
    line: int
    call: str = ""
    kept_in: str = ""


_THROUGH = (
    "parenthesized_expression",
    "ternary_expression",
    "array",
    "object",
    "pair",
    "spread_element",
    "sequence_expression",
)
_COMPARES = (b"===", b"!==", b"==", b"!=", b"in", b"instanceof")
_ASKS = ("includes", "indexOf", "startsWith", "endsWith", "equal", "is", "test", "match")
_LOGS = re.compile(
    r"(?:console|log(?:ger)?|winston)\.\w+|(?:\w+\.)*(?:log\w*|debug|info|warn|error|trace)"
    r"|(?:describe|it|test|expect|assert)|\w*Error"
)
_LITERALS = ("string", "template_string")
_MEMBERS = ("member_expression", "subscript_expression")
_NO_USE = ("expression_statement", "switch_case", "import_statement", "subscript_expression")
_MOST_NAMES = 200
_MOST_CONSTANTS = 50
_FAR = 20
"""A node that is deeper in another one is not followed to it."""

_RELATIVE = re.compile(r"(?:\bfrom|\brequire\(|\bimport\()\s{0,9}[\"']\.")
_LONG = 1000
"""Longer text of a node is not read."""


def uses(source: bytes, text: str) -> Iterator[Use]:
    """Yield the uses of string literals that `text` matches, as `javascript.literals` finds them.

    A type in a reference to a document (`{_id: id, _type: "…"}`) does not count.
    """
    quoted = re.compile(rb"(?<=([\"'`]))" + text.encode() + rb"(?=\1)")
    places = {found.start(): found for found in quoted.finditer(source)}
    if not places:
        return
    root, done, constants = tree_of(source), set[str](), 0
    for link in paths_to(root, sorted(places)):
        node = link.node
        found = places.get(node.start_byte + 1)
        if found is None or node.type not in _LITERALS:
            continue
        parents = _nodes_around(link)
        if found.end() + 1 != node.end_byte or is_reference(*parents):
            continue
        parent = parents[0]
        constants += parent is not None and parent.type == "variable_declarator"
        text = found[0].decode()
        if text in done or constants > _MOST_CONSTANTS:
            continue
        if use := _use(link, source, root, Use(text, node.start_point[0] + 1)):
            if not use.kept_in and not use.call:
                done.add(text)
            yield use


def calls(source: bytes, names: Iterable[str]) -> Iterator[Use]:
    """Yield the calls of functions of a library with these names, and the classes that extend one.

    Functions of the same name that the source defines, or imports by a relative path, are its own.
    """
    wanted = re.compile(rb"(?<![\w$])(?:" + "|".join(names).encode() + rb")(?![\w$])")
    places = [found.start() for found in wanted.finditer(source)]
    links = [*paths_to(tree_of(source), places)]
    leaves = [(link.node.text, link) for link in links if _is_name(link.node)]
    leaves += [(_subscript(link), link) for link in links if _subscript(link)]
    own = {text for text, link in leaves if _is_own(link)}
    aliases = set[bytes]()
    for text, link in leaves:
        node, around = link.node, link.around
        if text is None or wanted.fullmatch(text) is None or around is None:
            continue
        if (alias := _alias(link)) and alias not in aliases and len(aliases) < _MOST_CONSTANTS:
            aliases.add(alias)
            called = re.compile(rb"(?<![\w$.])" + re.escape(alias) + rb"\(")
            if not _is_own(link) and (found := called.search(source, node.end_byte)):
                yield Use(text.decode(), source.count(b"\n", 0, found.start()) + 1)
        of_super = False
        if around.node.type in _MEMBERS and node.type != "identifier":
            of_super = around.node.children[0].type == "super"
            link, around = around, around.around
        is_called = around is not None and (
            (
                around.node.type in ("call_expression", "new_expression")
                and around.node.children[0 if around.node.type[0] == "c" else 1] == link.node
            )
            or around.node.type == "class_heritage"
            or _is_handed_on(link)
        )
        if is_called and (of_super or text not in own):
            yield Use(text.decode(), node.start_point[0] + 1)


def _is_name(node: Node) -> bool:
    return "identifier" in node.type and node.child_count == 0


def _subscript(link: Link) -> bytes | None:
    """Return the name in `libs["saveBills"]`, at the literal; None for any other node."""
    if link.node.type not in _LITERALS or link.around is None:
        return None
    around = link.around.node
    if around.type != "subscript_expression" or around.child_by_field_name("index") != link.node:
        return None
    return (link.node.text or b"")[1:-1]


def _alias(link: Link) -> bytes | None:
    """Return the other name under which a function is imported, in `{saveBills: save}` or `as`."""
    parent = link.around.node if link.around else link.node
    if parent.type == "import_specifier":
        alias = parent.child_by_field_name("alias")
    elif parent.type == "pair_pattern" and parent.child_by_field_name("key") == link.node:
        alias = parent.child_by_field_name("value")
    else:
        return None
    return alias.text if alias and alias.type == "identifier" else None


def _is_handed_on(link: Link) -> bool:
    """Return whether a function is called by another: `saveBills.call(this)`, `then(saveBills)`."""
    around = link.around
    if around is None or around.around is None:
        return False
    if around.node.type in _MEMBERS:
        return _member(around.node) in ("apply", "bind", "call")
    is_argument = around.node.type == "arguments"
    return is_argument and _passed(around.around.node, Use("", 0)) is not None


def _nodes_around(link: Link) -> tuple[Node | None, Node | None]:
    one = link.around
    other = one.around if one else None
    return one.node if one else None, other.node if other else None


def _is_own(link: Link) -> bool:
    """Return whether a name is that of a function which the source has itself."""
    if link.around is None:
        return False
    parent = link.around.node
    if parent.type in (
        "function_declaration",
        "method_definition",
        "generator_function_declaration",
    ):
        return parent.child_by_field_name("name") == link.node
    if parent.type in ("variable_declarator", "pair"):
        name = parent.child_by_field_name("name") or parent.child_by_field_name("key")
        value = parent.child_by_field_name("value")
        return name == link.node and "function" in _type(value)
    if parent.type == "field_definition":
        value = parent.child_by_field_name("value")
        return parent.child_by_field_name("property") == link.node and "function" in _type(value)
    if parent.type in _MEMBERS and link.around.around:
        kept = link.around.around.node
        is_left = kept.child_by_field_name("left") == parent and "exports" not in _text(parent)
        return is_left and "function" in _type(kept.child_by_field_name("right"))
    for _ in range(_FAR):
        if link.around is None or link.node.type.endswith("statement"):
            break
        if link.node.type in ("variable_declarator", "call_expression"):
            break
        link = link.around
    if link.node.type not in ("import_statement", "variable_declarator"):
        return False
    return _RELATIVE.search(_text(link.node)) is not None


def _use(link: Link, source: bytes, root: Node, found: Use, *, deep: bool = False) -> Use | None:
    """Return the use of a value at a node, None if nothing is done with it."""
    key = ""
    inner, around = link.node, link.around
    for _ in range(_FAR):
        if around is None:
            return None
        node = around.node
        kind = node.type
        if kind == "arguments" and around.around:
            return _passed(around.around.node, found)
        if kind == "pair":
            key = _text(node.child_by_field_name("key")).strip("\"'")
            if node.child_by_field_name("key") == inner:
                return None
        elif kind == "binary_expression":
            operator = _text(node.child_by_field_name("operator")).encode()
            if operator in _COMPARES:
                return None
            if operator not in (b"||", b"&&", b"??"):
                return found
        elif kind == "member_expression":
            call = around.around.node if around.around else None
            name = _member(node)
            if call is not None and call.type == "call_expression" and name in _ASKS:
                return None
            return found
        elif kind in _NO_USE:
            return None
        elif kind == "variable_declarator":
            constant = node.child_by_field_name("name")
            if constant is None or constant.type != "identifier" or deep:
                return found
            return _read_later(constant, around, source, root, found)
        elif kind == "assignment_expression" and key:
            left = _text(node.child_by_field_name("left"))
            return found._replace(kept_in=key) if "exports" in left else found
        elif kind == "export_specifier":
            return found._replace(kept_in=_text(inner))
        elif kind not in _THROUGH:
            return found
        inner, around = node, around.around
    return None


def _passed(call: Node, found: Use) -> Use | None:
    """Return the use of a value that is passed in a call; None if it is logged or compared."""
    callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    name = _text(callee)
    if callee and callee.type == "subscript_expression" and (last := _member(callee)):
        name = f"{_text(callee.child_by_field_name('object'))}.{last}"  # console["log"]
    last = (_member(callee) if callee else "") or name.rpartition(".")[2]
    if last in _ASKS or _LOGS.fullmatch(name.removeprefix("this.")):
        return None
    return found._replace(call=last)


def _read_later(name: Node, declared: Link, source: bytes, root: Node, found: Use) -> Use | None:
    """Return the use of a constant, by any place that reads it."""
    word = name.text or b""
    pattern = re.compile(rb"(?<![\w$.])" + re.escape(word) + rb"(?![\w$])")
    places = [one.start() for one in pattern.finditer(source)][:_MOST_NAMES]
    exported = False
    for link in paths_to(root, sorted(places)):
        node = link.node
        if node.text != word or node.child_count or node == name:
            continue
        if node.type not in ("identifier", "shorthand_property_identifier"):
            continue
        if use := _use(link, source, root, found, deep=True):
            if use.kept_in or _is_exported(link):
                exported = True
            else:
                return use
    outer = declared.around.around if declared.around else None
    if exported or (outer is not None and outer.node.type == "export_statement"):
        return found._replace(kept_in=word.decode())
    return None


def _is_exported(link: Link) -> bool:
    """Return whether a value is exported: as it is, or as a member of an object."""
    around = link.around
    while around is not None and around.node.type in ("object", "pair"):
        around = around.around
    if around is None:
        return False
    left = around.node.child_by_field_name("left")
    return around.node.type in ("export_statement", "export_specifier") or "exports" in _text(left)


def _member(node: Node) -> str:
    """Return the name of a member, as in `a.b` or `a["b"]`, "" if it is not a literal."""
    index = node.child_by_field_name("index")
    if index is not None:
        return _text(index)[1:-1] if index.type in _LITERALS else ""
    return _text(node.child_by_field_name("property"))


def _type(node: Node | None) -> str:
    return node.type if node else ""


def _text(node: Node | None) -> str:
    if node is None or node.end_byte - node.start_byte > _LONG:
        return ""
    return (node.text or b"").decode("utf-8", "replace")
