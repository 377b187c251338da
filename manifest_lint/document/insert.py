"""A member put into a JSON object of a file, laid out as its neighbours are."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from manifest_lint.document.document import Document
from manifest_lint.document.go_json import members
from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_LOOKED_AT = 50
"""So many members of an object tell how it is laid out."""


def with_member(
    document: Document, key: str, value: Any, *, inside: Pointer = (), behind: str = ""
) -> bytes:
    """Give the bytes of a document with one member more, and nothing else changed.

    It goes into the object at `inside`, which has no such key: behind the member `behind` if there
    is one, else to its end. Raises UserError where the result would not be the same but for it.
    """
    around = _object_at(document.value, inside)
    # As many code points as in document.text: each byte that is not UTF-8 stands for itself.
    text = document.data.decode("utf-8", "surrogateescape")
    layout = _layout_of(document, text, inside, around)
    member = f"{json.dumps(key)}{layout.colon}{layout.written(value)}"
    if around:
        last = behind if behind in around else len(list(members(around))) - 1
        at = document.at((*inside, last)).end
        inserted = layout.gap + member
    else:
        at = document.at(inside).start + 1
        inserted = f"{layout.newline}{layout.indent}{member}"
        if layout.newline and "\n" not in text[at : text.index("}", at)]:
            inserted += layout.newline + layout.indent.removesuffix(layout.unit)
    after = (text[:at] + inserted + text[at:]).encode("utf-8", "surrogateescape")
    try:
        found = Document(document.name, after).value
        safe = _differs_by_it(document.value, found, inside, key, value)
    except RecursionError:  # nested too deep to compare
        safe = False
    if not safe:
        raise UserError(f"{document.name}: `{key}` cannot be put in safely; add it by hand")
    return after


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the members of an object are laid out.

    `gap` is what parts two of them, comma included; `newline` is empty where they stand on one
    line; `indent` is what is before each, `unit` that of one level.
    """

    gap: str
    newline: str
    indent: str
    unit: str
    colon: str

    def written(self, value: Any) -> str:
        """Write a value as a member of the object has it: an object over several lines."""
        if isinstance(value, dict) and self.newline:
            inner = f"{self.newline}{self.indent}{self.unit}"
            items = (f"{json.dumps(key)}{self.colon}{json.dumps(value[key])}" for key in value)
            return f"{{{inner}{f',{inner}'.join(items)}{self.newline}{self.indent}}}"
        comma = ", " if self.colon.endswith(" ") else ","
        return json.dumps(value, separators=(comma, self.colon))


def _layout_of(document: Document, text: str, inside: Pointer, around: dict[str, Any]) -> _Layout:
    """Look at the members that are there; an empty object is laid out as what is around it."""
    if not around and not inside:
        return _Layout("", "", "", "", ": ")
    if not around:
        outer = _layout_of(document, text, inside[:-1], _object_at(document.value, inside[:-1]))
        return replace(outer, indent=outer.indent + outer.unit)
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
        raise TypeError("a member goes into an object")
    return value


def _differs_by_it(before: Any, after: Any, inside: Pointer, key: str, value: Any) -> bool:
    """Tell whether one value is the other with this member more."""
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
