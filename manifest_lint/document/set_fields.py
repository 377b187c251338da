"""Set the members of one object in a developer's configuration; layout and comments are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from manifest_lint.document.comments import comments_in
from manifest_lint.document.document import Document
from manifest_lint.document.go_json import members
from manifest_lint.errors import UserError

Edit = tuple[int, int, str]
"""What is replaced: start, end, and the text to put there."""


def with_fields(document: Document, inside: str, values: Mapping[str, Any]) -> bytes:
    """Return the bytes of a configuration with these members in the object at the key `inside`.

    None removes a member. Everything else stays as it is written. Raises UserError if that is not
    possible, as with a key that is there twice.
    """
    before, changed = document, document
    try:
        for name, value in values.items():
            changed = _with_field(changed, inside, name, value)
        is_safe = _is_changed_only_so(before, changed, inside, values)
    except RecursionError:  # nested too deep to compare
        is_safe = False
    if not is_safe:
        what = f"the members of `{inside}` cannot be changed safely"
        raise UserError(f"{document.name}: {what}; write each key once, and run it again")
    return changed.data


def _with_field(document: Document, inside: str, name: str, value: Any) -> Document:
    there = name in document.value[inside]
    if value is None:
        edits = _removed(document, inside, name) if there else []
    elif there:
        place = document.at((inside, name))
        edits = [(place.start, place.end, json.dumps(value))]
    else:
        edits = _added(document, inside, f"{json.dumps(name)}: {json.dumps(value)}")
    # As many code points as in document.body: each byte that is not UTF-8 is one of them.
    text = document.data.decode("utf-8", "surrogateescape")
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    data = text.encode("utf-8", "surrogateescape")
    return Document(document.name, data, document.kind, path=document.path)


def _added(document: Document, inside: str, member: str) -> list[Edit]:
    """Return the edits for one more member at the end of an object."""
    text, body = document.text, document.body
    newline = "\r\n" if "\r\n" in text else "\n"
    around = document.at((inside,))
    number = len(list(members(document.value[inside])))
    if not number:
        key = document.key((inside,))
        outer = _indent(body, key.start)
        if outer is None:
            return [(around.start + 1, around.start + 1, member)]
        closing = "" if "\n" in body[around.start : around.end] else f"{newline}{outer}"
        start = around.start + 1
        return [(start, start, f"{newline}{outer}{outer or '  '}{member}{closing}")]
    end = document.at((inside, number - 1)).end
    indent = _indent(body, document.key((inside, number - 1)).start)
    if indent is None:
        return [(end, end, f", {member}")]
    at = _after_comments(text, body, end)
    if at == end:
        return [(end, end, f",{newline}{indent}{member}")]
    return [(end, end, ","), (at, at, f"{newline}{indent}{member}")]


def _removed(document: Document, inside: str, name: str) -> list[Edit]:
    """Return the edits that remove a member, with one comma and what is left of its line."""
    text, body = document.text, document.body
    start, end = document.key((inside, name)).start, document.at((inside, name)).end
    around = document.at((inside,))
    edits: list[Edit] = []
    rest = body[end : around.end].lstrip(" \t\r\n")
    if rest.startswith(","):
        comma = body.index(",", end)
        if not text[end:comma].strip():
            end = comma + 1
        else:
            edits.append((comma, comma + 1, ""))
    elif (comma := len(body[:start].rstrip(" \t\r\n")) - 1) > around.start:
        if not text[comma + 1 : start].strip():
            start = comma
        else:
            edits.append((comma, comma + 1, ""))
    line = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    if (
        line_end >= 0
        and line > around.start
        and not (text[line:start] + text[end:line_end]).strip()
    ):
        start, end = line, line_end + 1
    elif text[end : end + 1] == " " and end < around.end:
        end += 1
    return [*edits, (start, end, "")]


def _indent(body: str, start: int) -> str | None:
    """Return the space before what starts a line; None if something else is before it there."""
    line = body.rfind("\n", 0, start) + 1
    before = body[line:start]
    return before if line and not before.strip(" \t") else None


def _after_comments(text: str, body: str, end: int) -> int:
    """Return where the line of a value ends, after its comments; `end` if more is on that line."""
    at = text.find("\n", end)
    for start, after in comments_in(text):
        if start < at < after:
            at = after
    if at < 0 or body[end:at].strip():
        return end
    return at - 1 if text[at - 1] == "\r" else at


def _is_changed_only_so(
    before: Document, after: Document, inside: str, values: Mapping[str, Any]
) -> bool:
    if after.error or after.trailing is not None or not isinstance(after.value, dict):
        return False
    wanted = {name: value for name, value in before.value[inside].items() if name not in values}
    wanted |= {name: value for name, value in values.items() if value is not None}
    return {**before.value, inside: wanted} == after.value and _comments(before) == _comments(after)


def _comments(document: Document) -> list[str]:
    return [document.text[start:end].rstrip() for start, end in comments_in(document.text)]
