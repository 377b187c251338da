"""Places of the parts of a JSON file: each pointer leads to its value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.spans import Pointer, Spans
from tests.growth import grows_with_its_input

KEYS = st.text(max_size=6) | st.sampled_from(["a", "1E+5", 'x": -1E+5, "', "\\", "\U0001f600", ""])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
NUMBERS = ["-0", "1E+5", "-1E+9", "0.50E-03", "1e5", "-0.0E0", "1.0E+5", "12345678901234567890"]


def every_part(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield the pointer to a value and to all values in it."""
    yield pointer, value
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from every_part(inner, (*pointer, index))
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_part(inner, (*pointer, key))


def written(value: Any, choose: Random) -> str:
    """Write a value as JSON, with numbers, strings and white space in any form."""
    space = choose.choice(["", " ", "\n", "\r\n\t"])
    ascii_only = choose.choice([True, False])
    if isinstance(value, list):
        items = [written(inner, choose) for inner in value]
        return f"[{space}{f'{space},'.join(items)}]"
    if isinstance(value, dict):
        pairs = [
            f"{json.dumps(key, ensure_ascii=ascii_only)}{space}:{written(inner, choose)}"
            for key, inner in value.items()
        ]
        return f"{{{f',{space}'.join(pairs)}{space}}}"
    if type(value) in (int, float) and choose.choice([True, False]):
        return choose.choice(NUMBERS)
    return space + json.dumps(value, ensure_ascii=ascii_only)


@given(VALUES, st.randoms(use_true_random=False))
def test_every_pointer_leads_to_its_value_and_its_key(shape: Any, choose: Random) -> None:
    text = written(shape, choose)
    spans = Spans(text)
    for pointer, value in every_part(json.loads(text)):
        span = spans.value(pointer)
        assert span is not None
        assert json.loads(text[slice(*span)]) == value
        assert text[slice(*span)] == text[slice(*span)].strip()
        key = spans.key(pointer)
        if pointer and isinstance(pointer[-1], str):
            assert key is not None
            assert json.loads(text[slice(*key)]) == pointer[-1]
        else:
            assert key is None


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "\u00e9"]), VALUES), min_size=1, max_size=5))
def test_an_index_leads_to_a_member_and_a_key_to_the_last_of_its_name(
    members: list[tuple[str, Any]],
) -> None:
    text = ",".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in members)
    text = f'["\U0001f600", {{{text}}}]'
    spans = Spans(text)
    found = []
    for index in range(len(members)):
        key, value = spans.key((1, index)), spans.value((1, index))
        assert key is not None and value is not None
        found.append((json.loads(text[slice(*key)]), json.loads(text[slice(*value)])))
        last = max(place for place, (name, _) in enumerate(members) if name == members[index][0])
        assert spans.value((1, members[index][0])) == spans.value((1, last))
    assert found == members


@pytest.mark.parametrize(
    "pointer", [("x",), ("a", 2), ("a", "b"), ("s", 0), (2,), ("a", 0, 0), ("n", "x")]
)
def test_a_pointer_to_nothing_leads_nowhere(pointer: Pointer) -> None:
    spans = Spans('{"a": [1, 2], "s": "text"}')
    assert spans.value(pointer) is None
    assert spans.key(pointer) is None


def test_every_scalar_is_given_with_the_keys_above_it() -> None:
    text = '{"a": [1, {"b": "x"}], "k\\u0065y": {"c": [true, null]}, "n": 1E+5}'
    found = {(keys, text[start:end]) for keys, start, end in Spans(text).scalars()}
    assert found == {
        (("a",), "1"),
        (("a", "b"), '"x"'),
        (("key", "c"), "true"),
        (("key", "c"), "null"),
        (("n",), "1E+5"),
    }


def test_a_very_deep_value_has_a_place() -> None:
    text = '{"a":' * 5000 + "1" + "}" * 5000
    assert Spans(text).value(("a",) * 5000) == (25_000, 25_001)


@pytest.mark.parametrize(
    ("text", "pointer", "removed"),
    [
        ('{"a": 1, "b": 2}', ("a",), '"a": 1, '),
        ('{"a": 1, "b": 2}', ("b",), ', "b": 2'),
        ('{\n  "a": 1\n}', ("a",), '\n  "a": 1\n'),
        ('{"a": [\n  1\n]}', ("a", 0), "\n  1\n"),
    ],
)
def test_what_goes_with_a_member(text: str, pointer: Pointer, removed: str) -> None:
    span = Spans(text).member(pointer)
    assert span
    assert text[slice(*span)] == removed


def test_the_members_to_remove_grow_with_their_number() -> None:
    def make(size: int) -> tuple[str, list[str]]:
        keys = [f"k{n}" for n in range(size)]
        return json.dumps(dict.fromkeys(keys, 0)), keys

    def find(made: tuple[str, list[str]]) -> None:
        spans = Spans(made[0])
        for key in made[1]:
            assert spans.member((key,))

    assert grows_with_its_input(make, find, 4000)
