"""Insert a member into a JSON object of a file, with the layout of its neighbours; remove one."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from manifest_lint.document.document import Document
from manifest_lint.document.go_json import members
from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_LOOKED_AT = 50
"""The layout of an object is taken from at most this many of its members."""


def with_member(
    document: Document, key: str, value: Any, *, inside: Pointer = (), after: str = ""
) -> bytes:
    """Return the bytes of a document with one more member, and nothing else changed.

    The member goes into the object at `inside`, which has no such key: after the member `after` if
    there is one, else at the end. Raises UserError if anything else would change.
    """
    around = _object_at(document.value, inside)
    # As many code points as in document.text: each byte that is not UTF-8 is one of them.
    text = document.data.decode("utf-8", "surrogateescape")
    layout = _layout_of(document, text, inside, around)
    member = f"{json.dumps(key)}{layout.colon}{layout.written(value)}"
    if around:
        last = after if after in around else len(list(members(around))) - 1
        at = document.at((*inside, last)).end
        inserted = layout.gap + member
    else:
        at = document.at(inside).start + 1
        inserted = f"{layout.newline}{layout.indent}{member}"
        if layout.newline and "\n" not in text[at : text.index("}", at)]:
            inserted += layout.newline + layout.indent.removesuffix(layout.unit)
    written = (text[:at] + inserted + text[at:]).encode("utf-8", "surrogateescape")
    try:
        found = Document(document.name, written).value
        safe = _differs_by_it(document.value, found, inside, key, value)
    except RecursionError:  # nested too deep to compare
        safe = False
    if not safe:
        raise UserError(f"{document.name}: cannot add `{key}` safely; add it by hand")
    return written


def without_member(document: Document, pointer: Pointer) -> bytes:
    """Return the bytes of a document without the member at a pointer, and nothing else changed.

    Raises UserError if anything else would change, as with a key that is there twice.
    """
    place = document.member(pointer)
    text = document.data.decode("utf-8", "surrogateescape")
    written = (text[: place.start] + text[place.end :]).encode("utf-8", "surrogateescape")
    *inside, key = pointer
    around = _object_at(document.value, tuple(inside))
    left = [(name, value) for name, value in members(around) if name != key]
    value = Document(document.name, written).value
    if value is None or list(members(_object_at(value, tuple(inside)))) != left:
        raise UserError(f"{document.name}: cannot remove `{key}` safely; remove it by hand")
    return written


class _Layout(NamedTuple):
    """How the members of an object are laid out.

    `gap` is the text between two members, comma included; `newline` is empty if they are all on
    one line; `indent` is the space before each, `unit` that of one level.
    """

    gap: str
    newline: str
    indent: str
    unit: str
    colon: str

    def written(self, value: Any) -> str:
        """Return the JSON of a member's value; an object goes over several lines if members do."""
        if isinstance(value, dict) and self.newline:
            inner = f"{self.newline}{self.indent}{self.unit}"
            items = (f"{json.dumps(key)}{self.colon}{json.dumps(value[key])}" for key in value)
            return f"{{{inner}{f',{inner}'.join(items)}{self.newline}{self.indent}}}"
        comma = ", " if self.colon.endswith(" ") else ","
        return json.dumps(value, separators=(comma, self.colon))


def _layout_of(document: Document, text: str, inside: Pointer, around: dict[str, Any]) -> _Layout:
    """Return the layout of an object's members; an empty object has that of the one around it."""
    if not around and not inside:
        return _Layout("", "", "", "", ": ")
    if not around:
        outer = _layout_of(document, text, inside[:-1], _object_at(document.value, inside[:-1]))
        return outer._replace(indent=outer.indent + outer.unit)
    number = min(len(list(members(around))), _LOOKED_AT)
    keys = [document.key((*inside, index)) for index in range(number)]
    values = [document.at((*inside, index)) for index in range(number)]
    colon = text[keys[0].end : values[0].start]
    colon = ": " if "\n" in colon else colon
    gaps = [text[one.end : key.start] for one, key in zip(values, keys[1:], strict=False)]
    first = text[document.at(inside).start + 1 : keys[0].start]
    alone = first or (" " if colon.endswith(" ") else "")
    gap = Counter(gaps).most_common(1)[0][0] if gaps else f",{alone}"
    newline = "\r\n" if "\r\n" in gap else "\n" if "\n" in gap else ""
    if not newline:
        return _Layout(gap, "", "", "", colon)
    indent = "".join(char if char.isspace() else " " for char in gap.rpartition("\n")[2])
    unit = indent
    if inside:
        outer = _layout_of(document, text, (), document.value)
        unit = outer.unit if outer.newline else "  "
    return _Layout(gap, newline, indent, unit, colon)


def _object_at(value: Any, pointer: Pointer) -> dict[str, Any]:
    for step in pointer:
        value = value[step]
    if not isinstance(value, dict):
        raise TypeError("a member can only be added to an object")
    return value


def _differs_by_it(before: Any, after: Any, inside: Pointer, key: str, value: Any) -> bool:
    """Return whether `after` is `before` with one more member, `key` in the object at `inside`."""
    if not isinstance(after, dict) or len(list(members(after))) < len(list(members(before))):
        return False
    if inside:
        step, *rest = inside
        others = [(k, v) for k, v in members(before) if k != step]
        return others == [(k, v) for k, v in members(after) if k != step] and _differs_by_it(
            before[step], after.get(step), tuple(rest), key, value
        )
    left = [(k, v) for k, v in members(after) if k != key]
    return left == list(members(before)) and after.get(key) == value
