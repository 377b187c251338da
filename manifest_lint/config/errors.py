"""Error messages for a configuration, with line and column.

Only imported for a message: the code that accepts is compiled from the schema, as for manifests.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from jsonschema import Draft7Validator

from manifest_lint.document import schema
from manifest_lint.document.secret import MASK, is_placeholder
from manifest_lint.document.shown_command import shown_command
from manifest_lint.errors import UserError
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted, shown

if TYPE_CHECKING:
    from manifest_lint.config.positions import Pointer
    from manifest_lint.config.toml_file import TomlFile

_TYPES = {
    "string": "a string in quotes",
    "array": "a list",
    "object": "a table",
    "integer": "a whole number",
}

_MOST_SEEN = 1000
"""We report the first in the file of at most this many errors: finding all can take long."""

_Refused = tuple[Any, "Pointer", Literal["key", "value"]]
"""A jsonschema error, the part that it is about, and whether it is about its key or value."""


def refusal(file: TomlFile, value: Any) -> UserError:
    """Return the error for the first part of a file that schemas/config.schema.json refuses.

    `value` is the file's table in the form that the schema describes.
    """
    errors = Draft7Validator(schema.load("config")).iter_errors(value)
    found = [refused for error in islice(errors, _MOST_SEEN) for refused in _parts(error)]
    error, pointer, part = min(found, key=lambda refused: file.place(*refused[1:]))
    return file.refuse(pointer, _why(error, pointer), part)


def _parts(error: Any) -> Iterator[_Refused]:
    """Yield the parts that one jsonschema error is about."""
    pointer = tuple(error.absolute_path)
    if error.validator == "anyOf":  # one form, or a list of it
        wanted = int(isinstance(error.instance, list))
        for inner in error.context:
            if inner.schema_path[0] == wanted:
                yield from _parts(inner)
    elif error.validator == "additionalProperties":
        for key in error.instance.keys() - error.schema["properties"].keys():
            yield error, (*pointer, key), "key"
    elif error.validator == "uniqueItems":
        yield error, (*pointer, _second(error.instance)), "value"
    else:
        yield error, pointer, "value"


def _second(items: list[Any]) -> int:
    """Return the index of the first item that repeats an earlier one."""
    seen = set()
    for index, item in enumerate(map(repr, items)):
        if item in seen:
            return index
        seen.add(item)
    return len(items) - 1


def _why(error: Any, pointer: Pointer) -> str:
    """Return the message for a jsonschema error about one part."""
    value, allowed, keyword = error.instance, error.validator_value, error.validator
    name = f'"{pointer_text(pointer)}"' if pointer else '"tool.manifest-lint"'
    if keyword == "additionalProperties":
        return _unknown(str(pointer[-1]), list(error.schema["properties"]))
    if keyword == "required":
        missing = next(key for key in allowed if key not in value)
        return f'{name} needs "{missing}"; add it'
    if keyword == "uniqueItems":
        return f"{_value(value[pointer[-1]], pointer)} is listed twice; remove one"
    if pointer and pointer[-1] == "until":
        return f"{name} must be a date without quotes, such as 2030-12-31"
    if keyword == "type":
        return f"{name} must be {_TYPES[allowed]}, not {_value(value, pointer)}"
    if keyword == "enum":
        near = nearest(value, allowed) if isinstance(value, str) else None
        hint = f"; did you mean {quoted(near)}?" if near else ""
        choices = one_of([quoted(choice) for choice in allowed])
        return f"{name} must be {choices}, not {_value(value, pointer)}{hint}"
    if keyword == "minItems" and allowed > 1:
        return f"{name} must have at least {allowed} items"
    if keyword == "maxLength":
        return f"{name} must have at most {allowed:,} characters"
    if keyword == "minimum":
        return f"{name} must be at least {allowed}"
    if not (value and value.strip()):
        return f"{name} must not be empty"
    if pointer[-1] == "path" and "\\" in value:
        return f'{name} cannot be {_value(value, pointer)}; separate names with "/"'
    hint = error.schema["description"].partition(". ")[0].rstrip(".")
    return f"{name} cannot be {_value(value, pointer)}; use {hint[:1].lower()}{hint[1:]}"


def _unknown(key: str, known: list[str]) -> str:
    near = nearest(key, known)
    hint = f"did you mean {quoted(near)}?" if near else f"use one of {', '.join(known)}"
    return f"unknown key {quoted(key)}; {hint}"


def _value(value: Any, pointer: Pointer) -> str:
    if isinstance(value, str):
        if _may_be_pasted(value, pointer):
            return f'"{MASK}"'
        return quoted(shown_command(value))
    if isinstance(value, dict):
        return "a table"
    return shown(value) if isinstance(value, bool | int | float | list) else "a date or a time"


def _may_be_pasted(value: str, pointer: Pointer) -> bool:
    """Return whether a value may be a secret, where its variable's name or an address should be."""
    if "secret-variables" in pointer:
        return not is_placeholder(value)
    return "url" in pointer and "://" not in value
