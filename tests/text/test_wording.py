"""Values in messages are short, and on one line."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text.wording import nearest, quoted, short
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a key", "a key"),
        ("é \U0001f600", "é \U0001f600"),
        ("a\nb", "a\\u000ab"),
        ("\x1b[1m", "\\u001b[1m"),
        ("a\u2028\u202e\udcffb", "a\\u2028\\u202e\\udcffb"),
        ("\U000e0001b", "\\U000e0001b"),
        ("x" * 61, "x" * 57 + "..."),
        ("\0" * 20, "\\u0000" * 9 + "\\u0..."),
    ],
)
def test_a_value_is_shown_on_one_line(text: str, shown: str) -> None:
    assert short(text) == shown


def test_a_string_is_cut_before_it_is_written_as_json() -> None:
    assert quoted('a\n"b') == '"a\\n\\"b"'
    assert quoted("\n" * 9, 8) == '"' + "\\n" * 5 + '..."'


@given(st.text(), st.integers(4, 80))
def test_any_value_can_be_shown(text: str, limit: int) -> None:
    assert short(text, limit).isprintable()
    assert len(short(text, limit)) <= limit


def test_the_nearest_of_many_names_is_found() -> None:
    names = [f"Name-{number}" for number in range(5000)]
    assert nearest("Sunmetre", [*names, "sunmeter", "Torch"]) == "sunmeter"
    assert nearest("torhc", [*names, "sunmeter", "Torch"]) == "Torch"


def test_the_search_for_the_nearest_names_grows_with_their_number() -> None:
    def make(size: int) -> list[str]:
        return [f"n{number}" for number in range(size)]

    new = count()

    def find(names: list[str]) -> None:
        for _ in names:
            assert nearest(f"a much longer name {next(new)}", names) is None

    assert grows_with_its_input(make, find, 2000)
