"""Laws of places that hold for every document, tested without an editor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from manifest_lint.document.document import Document
from manifest_lint.editor import cursor, schemas
from manifest_lint.editor.positions import Lines
from tests.growth import grows_with_its_input

parts = st.sampled_from(
    ['"', '"a"', "{", "}", "[", "]", ":", ",", " ", "\n", "x", '"\\', "\U0001f600", "\r\n", "1"]
)


@given(st.lists(parts, max_size=40).map("".join), st.integers(0, 200))
def test_a_place_can_be_asked_for_in_any_text(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    place = cursor.at(text, offset)
    if place:
        assert place.start <= offset <= place.end <= len(text)
        schemas.at("konnector", place.pointer)
        schemas.at("account-type", place.pointer)


@given(st.data())
def test_the_place_in_json_is_that_of_the_document(data: st.DataObject) -> None:
    values = st.recursive(
        st.text(max_size=5) | st.integers(),
        lambda inner: st.dictionaries(st.text(max_size=3), inner) | st.lists(inner),
        max_leaves=8,
    )
    value = data.draw(st.dictionaries(st.text(max_size=3), values, min_size=1))
    text = json.dumps(value, indent=data.draw(st.sampled_from([None, 2])))
    document = Document("x", text.encode())
    pointer: tuple[str | int, ...] = ()
    inner: Any = value
    while isinstance(inner, dict | list) and inner:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        step = data.draw(st.sampled_from(keys))
        pointer, inner = (*pointer, step), inner[step]
    if isinstance(inner, dict | list):
        return
    place = document.at(pointer)
    found = cursor.at(text, place.start)
    assert found
    assert (found.pointer, found.role) == (pointer, "value")
    assert (found.start, found.end) == (place.start, place.end)


@given(
    st.text("ab\u00e9\U0001f600\n\r", max_size=30), st.sampled_from(["utf-8", "utf-16", "utf-32"])
)
def test_positions_lead_back_to_their_offsets(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":  # no position is within an end of line
            assert lines.offset(lines.position(offset)) == offset


@pytest.mark.parametrize("closed", ["", "1]"])
def test_the_time_to_find_a_place_grows_with_the_depth(closed: str) -> None:
    def make(size: int) -> tuple[str, int]:
        return '{"a":' + "[" * size + "1," * size + closed * size, 5 + size

    assert grows_with_its_input(make, lambda asked: cursor.at(*asked), 1_200)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("char", ["a", "\u00e9", "\U0001f600"])
def test_the_time_to_find_positions_grows_with_the_length_of_a_line(
    char: str, encoding: str
) -> None:
    def there_and_back(text: str) -> None:
        lines = Lines(text, encoding)
        for offset in range(0, len(text), 10):
            assert lines.offset(lines.position(offset)) == offset

    assert grows_with_its_input(lambda size: char * size, there_and_back, 20_000)


def test_a_position_after_a_line_or_within_a_character_has_an_offset() -> None:
    lines = Lines("\u00e9\U0001f600b\r\nc", "utf-16")
    assert [lines.offset(Position(0, units)) for units in range(6)] == [0, 1, 1, 2, 3, 3]
    assert [lines.offset(Position(1, 9)), lines.offset(Position(2, 0))] == [6, 6]
