"""Words with digits are found as a regular expression finds them, where it finds one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text.digits import has_long_word, has_word_with_digit
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("abcdefgh", False),
        ("abcdefg1", True),
        ("1-_bcdeF", True),
        ("abcdefg 1", False),
        ("abc.defg1", False),
        ("abcdefg\u0661", False),  # a digit, but not one from 0 to 9
        ("\u00e9bcdefg1", True),
        ("\ud800abcdefg1", True),
        ("1234567", False),
        ('"DOC_QUALIFICATION_V2"', False),  # a feature that many manifests name
        ('"SENTRY_V2"', False),
        ("DOC_QUALIFICATION_V2", True),
        ('"DOC_QUALIFICATION_V2", "abcdefg1"', True),
        ('"DOC_QUALIFICATION_V21"', True),
    ],
)
def test_a_word_of_eight(text: str, expected: bool) -> None:
    assert has_word_with_digit(text, 8) is expected


@given(st.text(st.sampled_from("ab1_- .\u00e9\u4e00\n")))
def test_what_an_expression_finds_is_found(text: str) -> None:
    expression = r"(?<![\w-])(?=[\w-]{0,99}[0-9])[\w-]{4}"
    assert has_word_with_digit(text, 4) or not re.search(expression, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("abcDefgh", True),
        ("abcDefg", False),
        ("abcdefgh", False),
        ("ABCDEFGH", False),
        ("ab-cd-efgh ABCD_EFGH abcD efgh", False),
        ("abcdefghi\nABcdefgh.", True),
        ("abcDefg1", False),
        ("\u00e9abcDefg", True),
    ],
)
def test_a_long_word_has_small_and_capital_letters(text: str, expected: bool) -> None:
    assert has_long_word(text, 8) is expected


@given(st.text(st.sampled_from("abAB1_- .\u00e9\n")))
def test_each_long_word_is_found(text: str) -> None:
    words = re.findall(r"(?a)[A-Za-z_-]{4,}", text)
    assert has_long_word(text, 4) or all(one.islower() or one.isupper() for one in words)


@pytest.mark.parametrize("piece", ["abcdefghi ", "abcdefghi", "ABCDEFGHI_"])
def test_long_words_are_looked_at_in_linear_time(piece: str) -> None:
    assert grows_with_its_input(
        lambda size: piece * size, lambda text: has_long_word(text, 8), 20_000
    )
