"""What is wrong with a configuration, in words and with its place.

Imported for a message alone: what accepts is compiled from the schema, as for manifests.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from jsonschema import Draft7Validator

from manifest_lint.document import schema
from manifest_lint.errors import UserError
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted, shown

if TYPE_CHECKING:
    from manifest_lint.config.positions import Pointer
    from manifest_lint.config.toml_file import TomlFile

_TYPES = {
    "string": "text in quotes",
    "array": "a list",
    "object": "a table",
    "integer": "a whole number",
}

_MOST_SEEN = 1000
"""The first in the file among so many errors is told: finding all of a large file takes long."""

_Refused = tuple[Any, "Pointer", Literal["key", "value"]]
"""An error of jsonschema, the part that it is about, and whether the key of that is meant."""


def refusal(file: TomlFile, value: Any) -> UserError:
    """Tell the first thing that schemas/config.schema.json does not allow in a file.

    `value` is the file's table as the schema wants it.
    """
    errors = Draft7Validator(schema.load("config")).iter_errors(value)
    found = [refused for error in islice(errors, _MOST_SEEN) for refused in _parts(error)]
    error, pointer, part = min(found, key=lambda refused: file.place(*refused[1:]))
    return file.refuse(pointer, _why(error, pointer), part)


def _parts(error: Any) -> Iterator[_Refused]:
    """Give the parts that one error of jsonschema is about."""
    pointer = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        for key in error.instance.keys() - error.schema["properties"].keys():
            yield error, (*pointer, key), "key"
    elif error.validator == "uniqueItems":
        yield error, (*pointer, _second(error.instance)), "value"
    else:
        yield error, pointer, "value"


def _second(items: list[Any]) -> int:
    """Give the index of the first item that stands in a list already."""
    seen = set()
    for index, item in enumerate(map(repr, items)):
        if item in seen:
            return index
        seen.add(item)
    return len(items) - 1


def _why(error: Any, pointer: Pointer) -> str:
    """Put an error of jsonschema about one part into words."""
    value, allowed, keyword = error.instance, error.validator_value, error.validator
    name = f'"{pointer_text(pointer)}"' if pointer else '"tool.manifest-lint"'
    if keyword == "additionalProperties":
        return _unknown(str(pointer[-1]), list(error.schema["properties"]))
    if keyword == "required":
        missing = next(key for key in allowed if key not in value)
        return f'{name} has no "{missing}"; add it'
    if keyword == "uniqueItems":
        return f"{_value(value[pointer[-1]])} stands here twice; take one out"
    if pointer and pointer[-1] == "until":
        return f"{name} must be a date without quotes, such as 2030-12-31"
    if keyword == "type":
        return f"{name} must be {_TYPES[allowed]}, not {_value(value)}"
    if keyword == "enum":
        near = nearest(value, allowed) if isinstance(value, str) else None
        hint = f"; did you mean {quoted(near)}?" if near else ""
        choices = one_of([quoted(choice) for choice in allowed])
        return f"{name} must be {choices}, not {_value(value)}{hint}"
    if keyword == "minItems":
        return f"{name} must have {allowed} items or more"
    if keyword == "minimum":
        return f"{name} must be {allowed} or more"
    if not value.strip():
        return f"{name} must not be empty"
    hint = error.schema["description"]
    return f"{name} cannot be {quoted(value)}; give {hint[:1].lower()}{hint[1:-1]}"


def _unknown(key: str, known: list[str]) -> str:
    near = nearest(key, known)
    hint = f"did you mean {quoted(near)}?" if near else f"there are {', '.join(known)}"
    return f"unknown key {quoted(key)}; {hint}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "a table"
    return shown(value) if isinstance(value, bool | int | float | list) else "a date or a time"
