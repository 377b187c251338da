"""Comments in JSON: where they are, and the text without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.comments import comments_in, without_comments
from manifest_lint.document.document import Document
from tests.growth import grows_with_its_input

JSON_AND_COMMENTS = st.lists(
    st.sampled_from(
        ['"', "\\", "/", "*", "//", "/*", "*/", "\n", "\r", "a", "{", "é", "\U0001f600"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("{} // a", ["// a"]),
        ("// a\n{}//b\r\n//c", ["// a", "//b\r", "//c"]),
        ('{"a": "http://b/*c*/"}', []),
        (r'{"a": "\"//b", "c": "\\"} // d', ["// d"]),
        ("/* a\n// b */ {} /**/ /***/", ["/* a\n// b */", "/**/", "/***/"]),
        ("{} /* a", ["/* a"]),
        ("{} /*/ a", ["/*/ a"]),
        ('{"a // b', []),
        ('"a\n// b"', []),
        ("# a\n/ /a", []),
        ("", []),
    ],
)
def test_comments_are_found_outside_of_strings(text: str, comments: list[str]) -> None:
    assert [text[start:end] for start, end in comments_in(text)] == comments


@given(text=JSON_AND_COMMENTS)
def test_blanking_keeps_each_place_and_leaves_no_comment(text: str) -> None:
    blank = without_comments(text)
    assert [len(line) for line in blank.split("\n")] == [len(line) for line in text.split("\n")]
    assert list(comments_in(blank)) == []
    outside = list(text)
    for start, end in comments_in(text):
        outside[start:end] = blank[start:end]
    assert "".join(outside) == blank


def test_a_developers_file_has_the_places_of_its_text() -> None:
    data = b'\xef\xbb\xbf// \xf0\x9f\x98\x80\r\n{/* a\n*/ "fields": {"password": "\\ud800b"}} // c'
    document = Document("x", data, "developer's configuration")
    assert document.value == {"fields": {"password": "\ufffdb"}}
    place = document.at(("fields", "password"))
    assert (place.line, place.column, place.end_column) == (3, 27, 36)
    assert document.text[place.start : place.end] == r'"\ud800b"'
    assert [document.line(number) for number in (1, 2, 3)] == [
        "\ufeff****",
        "{****",
        '** "fields": {"password": *********}} ****',
    ]


@pytest.mark.parametrize("kind", ["manifest", "account types"])
def test_in_other_files_a_comment_is_not_json(kind: str) -> None:
    assert Document("x", b"{} // a\n", kind).trailing is not None  # type: ignore[arg-type]
    assert Document("x", b"// a\n{}", kind).error  # type: ignore[arg-type]


@pytest.mark.parametrize("piece", ["// a\n", "/*", '"a//', "/* b */ ", '"\\'])
def test_comments_are_found_in_time_for_a_large_file(piece: str) -> None:
    assert grows_with_its_input(lambda size: piece * size, without_comments, 200_000)


def test_nesting_as_deep_as_go_allows_keeps_its_secrets_blanked() -> None:
    text = "// a\n" + "[" * 9_999 + "1 /* b */" + "]" * 9_999
    document = Document("x", text.encode(), "developer's configuration")
    assert document.error is None
    assert document.trailing is None
