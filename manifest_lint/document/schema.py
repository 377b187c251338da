"""The JSON Schemas, and what they do not allow of a value.

jsonschema, slower to import than everything here together, explains a rejection and does only that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that a schema does not allow.

    `keyword` is the schema's (`type`, `enum`); `allowed` is what it allows there: the names of
    JSON types, or values.
    """

    pointer: Pointer
    keyword: str
    value: Any
    allowed: tuple[Any, ...]


def explain(name: str, value: Any) -> Iterator[Rejection]:
    """Tell all that the schema `name` ("konnector", "account-type") does not allow of a value."""
    for error in _validator(name).iter_errors(value):
        allowed = error.validator_value
        yield Rejection(
            tuple(error.absolute_path),
            str(error.validator),
            error.instance,
            tuple(allowed) if isinstance(allowed, list) else (allowed,),
        )


def load(name: str) -> dict[str, Any]:
    """Read one of the shipped schemas."""
    schema: dict[str, Any] = json.loads(text(name))
    return schema


def text(name: str) -> str:
    """Give the text of one of the shipped schemas, from the wheel or from a checkout."""
    inside = Path(__file__).parent.parent
    folder = inside / "schemas"
    if not folder.is_dir():
        folder = inside.parent / "schemas"
    return (folder / f"{name}.schema.json").read_text("utf-8")


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft7Validator  # only to explain a rejection

    return Draft7Validator(load(name))
