"""Compile the schemas to the plain Python that accepts: `python -m tests.compile_schemas`.

fastjsonschema generates a function that raises on the first thing the schema does not allow. We
need only yes or no (jsonschema explains), so its long messages are removed and the module needs
nothing at run time. docs/configuration.md is written from its schema too. Tests check that the
written files are up to date.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from pprint import pformat
from typing import Any

import fastjsonschema

from tests import config_page

ROOT = Path(__file__).parent.parent
TARGETS = {"config": "config/accept.py", "konnector": "cozy/accept_konnector.py"}
"""The module that each schema is compiled to, below the package."""

HEAD = '''"""Generated from schemas/{name}.schema.json by tests/compile_schemas.py: do not edit."""
# mypy: ignore-errors
{imports}
NoneType = type(None)


PROPERTIES = {properties}
"""The keys that the schema describes."""

LISTED = {listed}
"""Keys with a list of authorised values, and those values."""


class Rejected(Exception):
    """The value does not follow the schema."""


'''


def compiled(name: str) -> str:
    """Return the source of a module that accepts what a schema allows."""
    schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    code = fastjsonschema.compile_to_code(schema, use_default=False, use_formats=False)
    start = code.find("REGEX_PATTERNS = ")
    patterns = code[start : code.index("NoneType = ")] if start >= 0 else ""
    body = code[code.index("def validate(") :]
    body = re.sub(r"raise JsonSchemaValueException\(.*\)$", "raise Rejected", body, flags=re.M)
    both = "(JsonSchemaValueException, JsonSchemaValuesException)"
    body = body.replace(f"except {both}", "except Rejected")  # of anyOf
    body = body.replace(", Decimal", "")  # decoded JSON holds none
    # The name of each part is only for messages, which are removed, and costs more than the rest.
    body = re.sub(r", custom_formats, \(name_prefix or \"data\"\) \+ .*\)$", ")", body, flags=re.M)
    body = body.replace(", custom_formats={}, name_prefix=None", "")
    body = re.sub(rf"(?:{_IS_TEXT})(?: or {_IS_TEXT})+", _one_of, body)
    body = "\ndef ".join(map(_without_needless_keys, body.split("\ndef ")))
    assert "JsonSchema" not in body
    assert "(name_prefix" not in body
    imports = "\nimport re\n" if patterns else ""
    listed = {key: values for key in schema["properties"] if (values := _listed(schema, key))}
    keys = "frozenset(\n    (\n" + "".join(f'        "{k}",\n' for k in schema["properties"])
    head = HEAD.format(
        name=name, imports=imports, properties=keys + "    )\n)", listed=pformat(listed, indent=4)
    )
    return head + patterns + body


_IS_TEXT = r"isinstance\(\w+, str\) and \w+ == '[^']*'"


def _one_of(found: re.Match[str]) -> str:
    """Return one look into a set in place of a comparison with each string of a list."""
    [name] = set(re.findall(r"isinstance\((\w+), str\)", found[0]))
    values = ", ".join(re.findall(r"== ('[^']*')", found[0]))
    return f"isinstance({name}, str) and {name} in {{{values}}}"


def _without_needless_keys(function: str) -> str:
    """Return a function that only notes which keys of an object are left where it reads them."""
    for keys, value in re.findall(r"^ *(\w+) = set\((\w+)\.keys\(\)\)$", function, flags=re.M):
        if len(re.findall(rf"\b{keys}\b", function)) == 1 + 2 * function.count(f"{keys}.remove("):
            function = re.sub(rf"^ *{keys}(?: = |\.remove\().*\n", "", function, flags=re.M)
            function = re.sub(rf"\b{keys}\b", value, function)
    return function


def _listed(schema: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the values allowed for a key or the items of its list; empty if all are."""

    def resolved(described: dict[str, Any]) -> dict[str, Any]:
        name = described.get("$ref", "").removeprefix("#/definitions/")
        return schema["definitions"][name] if name else described

    described = resolved(schema["properties"][key])
    return tuple(described.get("enum") or resolved(described.get("items", {})).get("enum", ()))


def main() -> None:
    """Write every compiled module."""
    for name, target in TARGETS.items():
        (ROOT / "manifest_lint" / target).write_text(compiled(name), "utf-8")
    config_page.main()


if __name__ == "__main__":
    main()
