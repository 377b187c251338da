"""Completion: the keys and values that may be at a place, and what they are for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionItemTag,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from manifest_lint.cozy.permission import UNREADABLE
from manifest_lint.cozy.vocabulary import DOCUMENTED_DOCTYPES
from manifest_lint.document.spans import Pointer
from manifest_lint.editor import cursor, schemas
from manifest_lint.editor.checked import Checked, schema_of
from manifest_lint.editor.positions import Lines


def completion(
    checked: Checked, path: Path, text: str, offset: int, encoding: str
) -> list[CompletionItem]:
    """Return what may be at a place, also in text that is not valid JSON yet."""
    name = schema_of(path, text)
    place = cursor.at(text, offset)
    if name is None or place is None:
        return []
    where = Lines(text, encoding).range(place.start, place.end)
    found = _keys(name, place) if place.role == "key" else _values(name, place, checked)
    return [
        CompletionItem(
            label,
            kind=CompletionItemKind.Property if place.role == "key" else CompletionItemKind.Value,
            tags=[CompletionItemTag.Deprecated] if part.get("deprecated") else None,
            detail=part.get("title"),
            documentation=_documentation(part),
            sort_text=f"{number:04}",
            filter_text=json.dumps(label) if text[place.start : place.start + 1] == '"' else label,
            text_edit=TextEdit(where, new),
        )
        for number, (label, new, part) in enumerate(found)
    ]


def _documentation(part: schemas.Schema) -> MarkupContent | None:
    text = part.get("description")
    return MarkupContent(MarkupKind.Markdown, text) if text else None


def _keys(name: str, place: cursor.Cursor) -> Iterator[tuple[str, str, schemas.Schema]]:
    """Yield the keys that the object does not have; the one being typed counts as missing."""
    others = list(place.beside)
    if place.pointer[-1] in others:
        others.remove(str(place.pointer[-1]))
    seen = set(others)
    for part in schemas.at(name, place.pointer[:-1]):
        for key in part.get("properties", {}):
            if key not in seen:
                seen.add(key)
                found = schemas.at(name, (*place.pointer[:-1], key))
                colon = "" if place.has_colon else ": "
                yield key, f"{json.dumps(key)}{colon}", found[0] if found else {}


def _values(
    name: str, place: cursor.Cursor, checked: Checked
) -> Iterator[tuple[str, str, schemas.Schema]]:
    """Yield the allowed values and examples; in a list, those that it does not have yet."""
    in_list = isinstance(place.pointer[-1], int)
    seen = set(place.beside) if in_list else set()
    offered: list[tuple[Any, schemas.Schema]] = [
        (value, {}) for value in _known(name, place.pointer, checked)
    ]
    for part in schemas.at(name, place.pointer):
        offered += [(value, part) for value in _listed(part)]
    for value, part in offered:
        written = json.dumps(value, ensure_ascii=False)
        label = value if isinstance(value, str) else written
        if label not in seen:
            seen.add(label)
            yield label, written, part


def _listed(part: schemas.Schema) -> Iterator[Any]:
    yield from part.get("enum", ())
    if "const" in part:
        yield part["const"]
    if "default" in part:
        yield part["default"]
    yield from part.get("examples", ())
    if part.get("type") == "boolean":
        yield from (True, False)


def _known(name: str, pointer: Pointer, checked: Checked) -> Iterator[str]:
    """Yield known doctypes, or the ids of the connector's account types."""
    if name != "konnector":
        return
    if pointer == ("oauth", "account_type") and checked.connector:
        yield from sorted({one.id for one in checked.connector.account_types or () if one.id})
    is_permission = pointer[0] == "permissions" and pointer[2:] == ("type",)
    if is_permission or (pointer[0] == "doctypes" and len(pointer) > 1):
        yield from sorted(DOCUMENTED_DOCTYPES - UNREADABLE)
