"""The schemas are valid, compiled as committed, and match what the stack accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from manifest_lint.cli.commands.schema import NAMES as PUBLISHED
from manifest_lint.cozy.manifest import LISTED_VALUES, MANIFEST_KEYS, accepts_manifest
from manifest_lint.cozy.stack import ACCOUNT_TYPE_FIELDS, account_type_refusals
from manifest_lint.document import schema
from manifest_lint.document.spans import Pointer
from tests import compile_schemas
from tests.schemas import properties, resolved

KONNECTOR = schema.load("konnector")
WITHOUT_EXAMPLES = {
    # No document gives the unit of the two numbers or the translation of folders.
    "konnector": {
        *("definitions.notification.time_to_live", "definitions.notification.min_interval"),
        "definitions.locale.folders",
    },
    "report": {".bundle"},  # a long one: docs/packaging.md shows it
}
WRONG = st.sampled_from(
    [None, True, 0, 1.0, 1.5, "", "x", "daily", "GET", [], {}, ["x"], [1], [None], {"x": 1}]
).map(deepcopy)


@st.composite
def shaped(draw: st.DrawFn, part: dict[str, Any]) -> Any:
    """Return a value that a part of the schema of manifests allows."""
    part = resolved(part, KONNECTOR)
    if "enum" in part:
        return draw(st.sampled_from(part["enum"]))
    kinds = part.get("type", ["null", "boolean", "number"])
    kind = kinds if isinstance(kinds, str) else draw(st.sampled_from(kinds))
    if kind == "array":
        items = shaped(part.get("items", {}))
        size = {"min_size": part.get("minItems", 0), "max_size": part.get("maxItems", 3)}
        return draw(st.lists(items, **size))
    if kind == "object":
        known: dict[str, Any] = part.get("properties", {})
        keys = draw(
            st.lists(st.sampled_from(sorted(known) or ["a", "b{}"]), unique=True, max_size=5)
        )
        other = part.get("additionalProperties", {})
        return {key: draw(shaped(known.get(key, other))) for key in keys}
    simple: dict[str, st.SearchStrategy[Any]] = {
        "string": st.text(max_size=5),
        "boolean": st.booleans(),
        "integer": st.integers() | st.just(2.0),
        "number": st.integers() | st.floats(allow_nan=False),
        "null": st.none(),
    }
    return draw(simple[kind])


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container in a value with each key or index of it."""
    for step in list(value if isinstance(value, dict) else range(len(value))):
        yield value, step
        if isinstance(value[step], dict | list):
            yield from places(value[step])


@given(manifest=shaped(KONNECTOR))
def test_a_generated_manifest_is_accepted_by_the_compiled_schema_and_jsonschema(
    manifest: dict[str, Any],
) -> None:
    assert accepts_manifest(manifest)
    assert list(schema.explain("konnector", manifest)) == []


@settings(max_examples=300)
@given(
    manifest=shaped(KONNECTOR),
    wrong=st.lists(WRONG, min_size=1, max_size=3),
    unknown=st.booleans(),
    choose=st.randoms(use_true_random=False),
)
def test_the_compiled_schema_accepts_exactly_what_jsonschema_accepts(
    manifest: dict[str, Any], wrong: list[Any], unknown: bool, choose: Random
) -> None:
    key = "x" if unknown else choose.choice(sorted(KONNECTOR["properties"]))
    manifest.setdefault(key, None)
    for value in wrong:
        container, step = choose.choice(list(places(manifest)))
        container[step] = value
    rejections = list(schema.explain("konnector", manifest))
    assert accepts_manifest(manifest) is (rejections == [])
    expected = [
        schema.Rejection(
            tuple(error.absolute_path),
            error.validator,
            error.instance,
            tuple(allowed) if isinstance(allowed := error.validator_value, list) else (allowed,),
        )
        for error in Draft7Validator(KONNECTOR).iter_errors(manifest)
    ]
    # jsonschema looks at the members that a schema does not name in the order of a set.
    assert sorted(rejections, key=repr) == sorted(expected, key=repr)
    for rejection in rejections:
        found: Any = manifest
        for place in rejection.pointer:
            found = found[place]
        assert found == rejection.value


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({"slug": 1}, [(("slug",), "type", 1, ("string",))]),
        ({"oauth": {"scope": 1}}, [(("oauth", "scope"), "type", 1, ("array", "string", "null"))]),
        ({"time_interval": [1]}, [(("time_interval",), "minItems", [1], (2,))]),
        ({"langs": ["fr", None]}, [(("langs", 1), "type", None, ("string",))]),
        ({"anything": {"else": 1}}, []),
    ],
)
def test_a_rejection_names_the_allowed_values_and_their_place(
    manifest: dict[str, Any], expected: list[tuple[Pointer, str, Any, tuple[Any, ...]]]
) -> None:
    found = schema.explain("konnector", manifest)
    assert [(r.pointer, r.keyword, r.value, r.allowed) for r in found] == expected


@pytest.mark.parametrize("key", LISTED_VALUES)
def test_the_listed_values_of_a_key_are_those_of_its_schema(key: str) -> None:
    in_list = KONNECTOR["properties"][key]["type"] == "array"
    for value in LISTED_VALUES[key]:
        assert accepts_manifest({key: [value] if in_list else value})
    other = "not authorised"
    [rejection] = schema.explain("konnector", {key: [other] if in_list else other})
    assert rejection.allowed == LISTED_VALUES[key]


FIELDS = sorted(ACCOUNT_TYPE_FIELDS)


@given(
    st.dictionaries(
        st.sampled_from(FIELDS), WRONG | st.dictionaries(st.text(), WRONG) | st.floats(), max_size=6
    )
)
def test_the_stack_decodes_an_account_type_exactly_if_its_schema_accepts_the_types(
    document: dict[str, Any],
) -> None:
    rejections = schema.explain("account-type", document)
    wrong = {r.pointer for r in rejections if r.keyword == "type" and r.value is not None}
    assert wrong == {refusal.pointer for refusal in account_type_refusals(document)}


def test_the_schema_of_account_types_describes_what_the_stack_reads() -> None:
    assert set(schema.load("account-type")["properties"]) == ACCOUNT_TYPE_FIELDS


@pytest.mark.parametrize("name", compile_schemas.TARGETS)
def test_the_compiled_code_is_that_of_the_schema(name: str) -> None:
    committed = (compile_schemas.ROOT / "manifest_lint" / compile_schemas.TARGETS[name]).read_text(
        "utf-8"
    )
    assert committed == compile_schemas.compiled(name), "run python -m tests.compile_schemas"


def test_the_keys_of_a_manifest_are_those_of_its_schema() -> None:
    assert set(KONNECTOR["properties"]) == MANIFEST_KEYS


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_one_of_draft_07_that_explains_every_property(name: str) -> None:
    root = schema.load(name)
    assert root["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$id" not in root, "an address without a server: editors would ask it"
    Draft7Validator.check_schema(root)
    described = {path: resolved(part, root) for path, part in properties(root)}
    assert len(described) >= len(root["properties"])
    assert [path for path, part in described.items() if not part.get("title")] == []
    assert [path for path, part in described.items() if not part.get("description")] == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_property_has_examples_unless_deprecated_or_listed(name: str) -> None:
    root = schema.load(name)
    without = {
        path
        for path, found in properties(root)
        if not (part := resolved(found, root)).get("examples") and not part.get("deprecated")
    }
    assert without == WITHOUT_EXAMPLES.get(name, set())


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_deprecated_key_says_what_to_use_instead(name: str) -> None:
    for path, part in properties(schema.load(name)):
        assert ("deprecated" in part) == ("deprecationMessage" in part), path
        if "deprecated" in part:
            assert part["deprecated"] is True, path
            assert re.match("(Write .* instead|Leave it out: )", part["deprecationMessage"]), path


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_example_and_default_is_valid(name: str) -> None:
    root = schema.load(name)
    shown = list(offered(root))
    assert len(shown) > len(root["properties"])
    for path, part, value in shown:
        alone = Draft7Validator({**part, "definitions": root.get("definitions", {})})
        assert [error.message for error in alone.iter_errors(value)] == [], path


def offered(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield every example and default of a schema, with its part of the schema.

    A key below `properties` is a name, even if it is `default` or `examples`.
    """
    for key, inner in part.items():
        if key in ("properties", "definitions"):
            for name, described in inner.items():
                yield from offered(described, f"{path}.{name}")
        elif key == "examples":
            yield from ((path, part, example) for example in inner)
        elif key == "default":
            yield path, part, inner
        elif isinstance(inner, dict):
            yield from offered(inner, f"{path}.{key}")
        elif isinstance(inner, list):
            for one in inner:
                if isinstance(one, dict):
                    yield from offered(one, f"{path}.{key}")
