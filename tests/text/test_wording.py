"""Values in messages are short, and on one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text.wording import quoted, short


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
