"""A removed comma or comment leaves no blank at the end of a line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.comments import comments_in, without_comments
from manifest_lint.document.removal import removal, removals
from tests.growth import grows_with_its_input


def without(text: str, *spans: tuple[int, int]) -> str:
    for start, end, new in reversed(removals(text, spans)):
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a": 1@@}', '{"a": 1}'),
        ('{"a": 1@@ }', '{"a": 1 }'),
        ('{"a": 1 @@}', '{"a": 1}'),
        ("[1 @@ ]", "[1 ]"),
        ("[@@1]", "[1]"),
        ("[1@@\n]", "[1\n]"),
        ("[1 @@\t\n]", "[1\n]"),
        ("[1 @@ \r\n]", "[1\r\n]"),
        ("[\n  @@\n  1\n]", "[\n  1\n]"),
        ("[\r\n@@\r\n1]", "[\r\n1]"),
        ("[\n  @@ 1]", "[\n  1]"),
        ("[1@@2]", "[1 2]"),
        ("[1 @@2]", "[1 2]"),
        ("@@\n{}", "{}"),
        ("{} @@", "{}"),
    ],
)
def test_what_is_around_a_removed_piece_is_tidy(before: str, after: str) -> None:
    start = before.index("@@")
    assert without(before, (start, start + 2)) == after


def test_neighbours_on_one_line_go_together() -> None:
    text = '{\n  /* a */ /* b */\n  "c": 1 /* d */ // e\n}'
    assert without(text, *comments_in(text)) == '{\n  "c": 1\n}'


PIECES = st.sampled_from(["/* a */", "// b\n", "/*\n*/", " ", "\t", "\n", "\r\n", "1", ",", '"c"'])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_without_comments_the_rest_is_the_same_and_no_line_end_has_a_blank(text: str) -> None:
    text = re.sub(r"[ \t]+(?=\r?\n|\Z)", "", text)
    after = without(text, *comments_in(text))
    assert re.findall(r"[^\s,]+|,", after) == re.findall(r"[^\s,]+|,", without_comments(text))
    assert not re.search(r"[ \t](?:\r?\n|\Z)", after)


def test_a_single_piece_is_one_edit() -> None:
    assert removal("[1, ]", 2, 3) == (2, 3, "")


@pytest.mark.parametrize("piece", ["\n/**/1,", "\n  /**/  1,"])
def test_the_time_grows_with_the_number_of_comments(piece: str) -> None:
    def remove(text: str) -> None:
        removals(text, comments_in(text))

    assert grows_with_its_input(lambda size: "\U0001f600" + piece * size, remove, 20_000)
