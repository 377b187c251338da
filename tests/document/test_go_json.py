"""A file is JSON if Go's decoder accepts it, and its value is the one Go reads."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint.document.go_json import (
    MAX_DEPTH,
    NotJson,
    OutOfRange,
    RepeatedKeys,
    TooDeep,
    decode,
    fold,
    members,
)

TEXTS = st.text(st.characters(codec="utf-8")) | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
PIECES = [*'{}[]:,"0-.eE\\u \n\t', '"a"', "1", "true", "nul", "NaN", "-Infinity", "1e999", "\x00"]


def in_thread(recursion_limit: int, call: Callable[[], Any]) -> Any:
    """Make a call on its own stack, with this recursion limit."""
    results: list[Any] = []
    before, size = sys.getrecursionlimit(), threading.stack_size(256 * 1024 * 1024)
    thread = threading.Thread(target=lambda: results.append(call()))
    try:
        sys.setrecursionlimit(recursion_limit)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(before)
        threading.stack_size(size)
    [result] = results
    return result


def verdict(text: str) -> tuple[bool, int]:
    """Return whether a string is JSON, and where its first value ends or its mistake is."""
    try:
        return True, decode(text)[1]
    except NotJson as error:
        return False, error.offset


@given(VALUES | TEXTS, st.sampled_from([None, 0, 3]), st.booleans())
def test_json_that_python_writes_is_read_back(
    value: Any, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(value, allow_nan=False, indent=indent, ensure_ascii=ascii_only)
    assert decode(text) == (value, len(text))


@given(
    VALUES, st.sampled_from(["", " ", "\n\t\r "]), st.sampled_from(["x", "}", " [", '"', "\x00"])
)
def test_text_around_the_value_does_not_matter(value: Any, before: str, after: str) -> None:
    text = json.dumps([value])
    assert decode(before + text + after) == ([value], len(before + text))


@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join))
def test_any_string_decodes_or_is_not_json(text: str) -> None:
    is_json, offset = verdict(text)
    assert is_json <= offset <= len(text)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("[NaN]", 1),
        ("[Infinity]", 1),
        ("[-Infinity]", 1),
        ('{"NaN": NaN}', 8),
        ("", 0),
        ("\ufeff{}", 0),
        ("[01]", 2),
        ("[1,]", 3),
        ("['a']", 1),
        ('["\t"]', 2),
        ("[1\u00a0]", 2),
        ("[\u0661]", 1),
    ],
)
def test_text_that_go_refuses_is_not_json(text: str, offset: int) -> None:
    with pytest.raises(NotJson) as caught:
        decode(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize("literal", ["1e999", "-1E+309", "1.8e308", "9" * 309, "-" + "9" * 5000])
def test_a_number_beyond_a_float64_is_out_of_range(literal: str) -> None:
    with pytest.raises(OutOfRange) as caught:
        decode(f'{{"{literal}": [0, {literal}]}}')
    assert caught.value.literal == literal
    assert caught.value.offset == len(literal) + 9


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.7976931348623157e308", sys.float_info.max),
        ("9" * 308, 10**308 - 1),
        ("1" + "0" * 308, 1e308),
        ("1e-999", 0.0),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_a_number_within_a_float64_is_read(text: str, value: float) -> None:
    assert decode(text)[0] == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [
        ("[", "]", 1),
        ('{"a":', "}", 1),
        ('[{"a":', "}]", 2),
        ('{"a":[1, ', ' ,"]"]}', 2),
        ('["[{", [', "]]", 2),
    ],
)
def test_nesting_is_refused_beyond_go_s_limit(opening: str, closing: str, levels: int) -> None:
    times = MAX_DEPTH // levels
    within = opening * times + "0" + closing * times
    assert decode(within)[1] == len(within)
    with pytest.raises(TooDeep):
        decode(opening * times + "[]" + closing * times)


def test_brackets_side_by_side_are_not_nested() -> None:
    beside = "[" + "[], " * MAX_DEPTH
    within = beside + "[" * (MAX_DEPTH - 1) + "]" * MAX_DEPTH
    assert decode(within)[1] == len(within)
    with pytest.raises(TooDeep):
        decode(beside + "[" * MAX_DEPTH + "]" * (MAX_DEPTH + 1))


def test_depth_after_the_value_does_not_matter() -> None:
    assert decode("{}" + "[" * (MAX_DEPTH + 1)) == ({}, 2)


@pytest.mark.parametrize("value", ["1", '"a"', "null"])
def test_depth_after_a_value_without_brackets_does_not_matter(value: str) -> None:
    assert decode(value + " " + "[" * (MAX_DEPTH + 1))[1] == len(value)


@settings(max_examples=60)
@given(
    levels=st.lists(st.sampled_from(["[", '{"a":', '["]", ', '{"{": 1, "b":[']), min_size=1),
    depth=st.integers(150, 3000),
    place=st.floats(0, 1, exclude_max=True),
    mistake=st.sampled_from(
        ["", "[", "]", "{", "}", ",", '"', "\\", "1", ":", " ", "NaN", "1e999"]
    ),
    replaces=st.booleans(),
)
def test_deep_json_gives_the_same_result_as_with_a_deeper_stack(
    levels: list[str], depth: int, place: float, mistake: str, replaces: bool
) -> None:
    opening = [levels[number % len(levels)] for number in range(depth)]
    closing = [
        "".join("}" if char == "{" else "]" for char in reversed(level) if char in "[{")
        for level in (level.replace('"{"', "") for level in reversed(opening))
    ]
    text = "".join([*opening, "0", *closing])
    at = int(place * len(text))
    text = text[:at] + mistake + text[at + replaces :]
    is_json, end = in_thread(1000, lambda: verdict(text))
    expected, expected_end = in_thread(100_000, lambda: verdict(text))
    assert is_json == expected
    assert not is_json or end == expected_end


@pytest.mark.parametrize(
    ("before", "deep", "after"),
    [('{"a": ', "0", ', "b": 1,'), ("[{}, ", "[1,2,", ""), ('{"a": {"b": [], ', "", "")],
)
def test_a_mistake_in_deep_json_is_reported_at_its_place(
    before: str, deep: str, after: str
) -> None:
    opening = before + "[" * 3000 + deep
    text = opening + "]" * 3000 + after + "}"
    place = len(text) - 1 if after else len(opening if deep else before)
    assert in_thread(1000, lambda: verdict(text)) == (False, place)


def test_a_repeated_key_keeps_every_member_and_the_last_one_wins() -> None:
    value, _ = decode('{"a": 1, "b": {"c": 1}, "a": 2}')
    assert isinstance(value, RepeatedKeys)
    assert value == {"a": 2, "b": {"c": 1}}
    assert list(members(value)) == [("a", 1), ("b", {"c": 1}), ("a", 2)]
    assert list(members(value["b"])) == [("c", 1)]


@pytest.mark.parametrize(
    ("key", "folded"),
    [("Slug", "slug"), ("\u017fLUG", "slug"), ("\u212aey", "key"), ("\u0130d", "\u0130d")],
)
def test_keys_fold_as_go_folds_them(key: str, folded: str) -> None:
    assert fold(key) == folded


@given(st.binary(max_size=30))
def test_each_byte_that_is_not_utf8_reads_as_one_replacement(data: bytes) -> None:
    text = data.decode("utf-8", "go")
    valid = data.decode("utf-8", "ignore")
    assert text.count("\ufffd") - valid.count("\ufffd") == len(data) - len(valid.encode())


@pytest.mark.parametrize(
    ("text", "reason", "offset"),
    [
        ("[1, ]", "Expecting value", 4),
        ('{"a": [1,\n]}', "Expecting value", 10),
        ('{"a": 1,\n}', "Expecting property name enclosed in double quotes", 9),
    ],
)
def test_a_trailing_comma_is_the_same_mistake_on_each_python(
    text: str, reason: str, offset: int
) -> None:
    with pytest.raises(NotJson) as caught:
        decode(text)
    assert (caught.value.reason, caught.value.offset) == (reason, offset)
