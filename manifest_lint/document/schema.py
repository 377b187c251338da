"""The JSON Schemas, and why they reject a value.

They use little of JSON Schema (draft 7), which `_rejections` reads; tests/test_schema.py compares
it with jsonschema, which takes longer to import than all the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer


class Rejection(Record):
    """One part of a value that a schema does not allow.

    `keyword` is the schema's (`type`, `enum`); `allowed` is what it allows there: the names of
    JSON types, or values.
    """

    pointer: Pointer
    keyword: str
    value: Any
    allowed: tuple[Any, ...]


def explain(name: str, value: Any) -> Iterator[Rejection]:
    """Yield what the schema `name` ("konnector", "account-type") does not allow in a value."""
    whole = _decoded(name)
    yield from _rejections(whole, whole, value, ())


def load(name: str) -> dict[str, Any]:
    """Return one of the shipped schemas, decoded."""
    schema: dict[str, Any] = json.loads(text(name))
    return schema


def text(name: str) -> str:
    """Return the JSON text of one of the shipped schemas, from the wheel or from a checkout."""
    inside = Path(__file__).parent.parent
    folder = inside / "schemas"
    if not folder.is_dir():
        folder = inside.parent / "schemas"
    return (folder / f"{name}.schema.json").read_text("utf-8")


@cache
def _decoded(name: str) -> dict[str, Any]:
    return load(name)


def _rejections(
    whole: dict[str, Any], schema: dict[str, Any], value: Any, pointer: Pointer
) -> Iterator[Rejection]:
    """Yield what a part of a schema does not allow in a value, in the order of its keywords."""
    if reference := schema.get("$ref"):
        schema = whole["definitions"][reference.removeprefix("#/definitions/")]
    for keyword, allowed in schema.items():
        if refuses := _REFUSES.get(keyword):
            if refuses(allowed, value):
                listed = tuple(allowed) if isinstance(allowed, list) else (allowed,)
                yield Rejection(pointer, keyword, value, listed)
        elif keyword == "items" and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _rejections(whole, allowed, item, (*pointer, index))
        elif keyword == "properties" and isinstance(value, dict):
            for key in (key for key in allowed if key in value):
                yield from _rejections(whole, allowed[key], value[key], (*pointer, key))
        elif keyword == "additionalProperties" and isinstance(value, dict):
            known = schema.get("properties", {})
            for key in (key for key in value if key not in known):
                yield from _rejections(whole, allowed, value[key], (*pointer, key))


def _has_no_type(allowed: str | list[str], value: Any) -> bool:
    types = [allowed] if isinstance(allowed, str) else allowed
    return not any(_IS_A[one](value) for one in types)


def _is_a_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_IS_A: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "number": _is_a_number,
    "integer": lambda value: _is_a_number(value) and value % 1 == 0,
    "null": lambda value: value is None,
}
_REFUSES: dict[str, Callable[[Any, Any], bool]] = {
    "type": _has_no_type,
    "enum": lambda allowed, value: value not in allowed,
    "minItems": lambda fewest, value: isinstance(value, list) and len(value) < fewest,
    "maxItems": lambda most, value: isinstance(value, list) and len(value) > most,
}
"""Whether a keyword with its value in the schema refuses a value. All listed values are strings."""
