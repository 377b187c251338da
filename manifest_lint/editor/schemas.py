"""What the schemas say about a place in a manifest or an account type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from manifest_lint.document import schema
from manifest_lint.document.spans import Pointer

Schema = dict[str, Any]

_CHOICES = ("anyOf", "oneOf", "allOf")
_AROUND_AN_ACCOUNT_TYPE = ("rows", "docs", "doc")
"""Keys around the account types in a CouchDB dump."""


def at(name: str, pointer: Pointer) -> list[Schema]:
    """Return the parts of the schema `name` for a place; an empty list if it has none.

    In an account types file the place may be inside a list, or a dump of a database.
    """
    if name == "account-type":
        while pointer and (isinstance(pointer[0], int) or pointer[0] in _AROUND_AN_ACCOUNT_TYPE):
            pointer = pointer[1:]
    whole = _load(name)
    parts = list(_resolved(whole, whole))
    for step in pointer:
        below = [inner for part in parts for inner in _below(part, step)]
        parts = [resolved for inner in below for resolved in _resolved(inner, whole)]
    return parts


@cache
def _load(name: str) -> Schema:
    return schema.load(name)


def _below(part: Schema, step: str | int) -> Iterator[Schema]:
    found = part.get("items") if isinstance(step, int) else part.get("properties", {}).get(step)
    if found is None and isinstance(step, str):
        found = part.get("additionalProperties")
    if isinstance(found, dict):
        yield found


def _resolved(part: Schema, whole: Schema) -> Iterator[Schema]:
    """Yield a part with its reference followed, and each of its choices."""
    if reference := part.get("$ref"):
        found: Any = whole
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        yield from _resolved(found, whole)
    else:
        yield part
    for choice in (inner for key in _CHOICES for inner in part.get(key, ())):
        yield from _resolved(choice, whole)
