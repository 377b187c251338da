"""A member inserted into JSON text changes nothing else in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.document import Document
from manifest_lint.document.insert import with_member
from manifest_lint.errors import UserError

OAUTH = {"scope": ["a b"]}

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
KEYS = st.text(max_size=4).filter(lambda key: key != "oauth")
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
LAYOUTS = st.tuples(
    st.sampled_from([None, 0, 1, 2, 4, "\t"]),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n", "\n\n  ", "\ufeff"]),
)


def written(value: Any, layout: tuple[Any, Any, str, str]) -> str:
    indent, separators, newline, around = layout
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=False)
    text = text.replace("\n", newline)
    return f"{around}{text}" if around == "\ufeff" else f"{text}{around}"


def put(text: str, key: str = "oauth", value: Any = OAUTH, **where: Any) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return with_member(Document("m", data), key, value, **where).decode("utf-8", "surrogatepass")


def is_inserted(before: str, after: str) -> bool:
    """Return whether removing one stretch from `after` gives `before`."""
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    start = len(before) if start is None else start
    rest = len(before) - start
    return any(
        before[: start - back] == after[: start - back]
        and before[start - back :] == after[len(after) - rest - back :]
        for back in range(start + 1)
    )


@given(st.dictionaries(KEYS, VALUES, max_size=5), LAYOUTS, KEYS)
def test_nothing_else_changes(value: dict[str, Any], layout: Any, key: str) -> None:
    before = written(value, layout)
    after = put(before, after=key)
    assert is_inserted(before, after)
    assert Document("m", after.encode("utf-8", "surrogatepass")).value == {**value, "oauth": OAUTH}


@given(st.dictionaries(KEYS, VALUES, max_size=3), VALUES, LAYOUTS)
def test_nothing_else_changes_inside(inner: dict[str, Any], other: Any, layout: Any) -> None:
    before = written({"a": other, "fields": inner, "z": other}, layout)
    after = put(before, inside=("fields",))
    assert is_inserted(before, after)
    value = Document("m", after.encode("utf-8", "surrogatepass")).value
    assert value == {"a": other, "fields": {**inner, "oauth": OAUTH}, "z": other}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a":1}', '{"a":1,"oauth":{"scope":["a b"]}}'),
        ('{ "a": 1 }\n', '{ "a": 1, "oauth": {"scope": ["a b"]} }\n'),
        ('{"a":1,"b":2}', '{"a":1,"oauth":{"scope":["a b"]},"b":2}'),
        ('{"a": 1, "b": 2}', '{"a": 1, "oauth": {"scope": ["a b"]}, "b": 2}'),
        ('{\n  "a": 1\n}', '{\n  "a": 1,\n  "oauth": {\n    "scope": ["a b"]\n  }\n}'),
        ('{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"oauth": {\n\t\t"scope": ["a b"]\n\t}\n}\n'),
        (
            '{\r\n    "a": 1,\r\n    "b": 2\r\n}',
            '{\r\n    "a": 1,\r\n    "oauth": {\r\n        "scope": ["a b"]\r\n    },'
            '\r\n    "b": 2\r\n}',
        ),
        (
            '{ "a": 1\n, "b": 2\n}',
            '{ "a": 1\n, "oauth": {\n    "scope": ["a b"]\n  }\n, "b": 2\n}',
        ),
        (
            '{\n  "a": 1,\n\n  "b": 2,\n  "c": 3, "d": 4,\n  "e": 5\n}',
            '{\n  "a": 1,\n  "oauth": {\n    "scope": ["a b"]\n  },'
            '\n\n  "b": 2,\n  "c": 3, "d": 4,\n  "e": 5\n}',
        ),
        ('\ufeff{"a": 1} {"b": 2}', '\ufeff{"a": 1, "oauth": {"scope": ["a b"]}} {"b": 2}'),
        ("{}", '{"oauth": {"scope": ["a b"]}}'),
        ('{"a": 1, "a": 2}', '{"a": 1, "a": 2, "oauth": {"scope": ["a b"]}}'),
    ],
)
def test_the_layout_follows_the_neighbours(before: str, after: str) -> None:
    assert put(before, after="a") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"fields":{}}', '{"fields":{"x":{"type":"hidden"}}}'),
        (
            '{\n  "fields": {}\n}',
            '{\n  "fields": {\n    "x": {\n      "type": "hidden"\n    }\n  }\n}',
        ),
        (
            '{\n\t"fields": {\n\t}\n}',
            '{\n\t"fields": {\n\t\t"x": {\n\t\t\t"type": "hidden"\n\t\t}\n\t}\n}',
        ),
        (
            '{\n  "fields": {"y": {}}\n}',
            '{\n  "fields": {"y": {}, "x": {"type": "hidden"}}\n}',
        ),
        (
            '{"fields": {\n  "y": {}\n}}',
            '{"fields": {\n  "y": {},\n  "x": {\n    "type": "hidden"\n  }\n}}',
        ),
    ],
)
def test_the_layout_inside_an_object_follows_the_neighbours(before: str, after: str) -> None:
    assert put(before, "x", {"type": "hidden"}, inside=("fields",)) == after


def test_bytes_that_are_not_utf_8_stay() -> None:
    before = b'{"a": "\xff\xe9", "fields": {}}'
    after = with_member(Document("m", before), "x", 1, inside=("fields",))
    assert after == b'{"a": "\xff\xe9", "fields": {"x": 1}}'


def test_the_last_of_repeated_objects_is_changed() -> None:
    before = '{"fields": {"a": 1}, "fields": {"b": 2}}'
    after = put(before, "x", 1, inside=("fields",))
    assert after == '{"fields": {"a": 1}, "fields": {"b": 2, "x": 1}}'


@pytest.mark.parametrize("depth", [900, 1100, 9000])
def test_deep_files_are_edited_or_stay_unchanged(depth: int) -> None:
    deep = '{"a": ' + "[" * depth + "]" * depth + "}"
    try:
        assert is_inserted(deep, put(deep))
    except UserError as error:
        assert str(error) == "m: cannot add `oauth` safely; add it by hand"


def test_a_large_file_is_edited_quickly() -> None:
    many = json.dumps({f"k{number}": {"a": [number]} for number in range(60_000)}, indent=2)
    assert len(put(many)) - len(many) < 100
