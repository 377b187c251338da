"""The JSON Schemas, and why they reject a value.

jsonschema is only imported to explain a rejection: it takes longer to import than all the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    for error in _validator(name).iter_errors(value):
        allowed = error.validator_value
        yield Rejection(
            tuple(error.absolute_path),
            str(error.validator),
            error.instance,
            tuple(allowed) if isinstance(allowed, list) else (allowed,),
        )


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
def _validator(name: str) -> Any:
    from jsonschema import Draft7Validator  # only to explain a rejection

    return Draft7Validator(load(name))
