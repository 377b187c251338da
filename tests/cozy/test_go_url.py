"""URLs are parsed and refused as Go does it."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.go_url import (
    GoURL,
    RefusedURL,
    as_requested,
    drops_pairs,
    encode_query,
    is_template,
    origin,
    parse,
    query_bytes,
    query_pairs,
    user_info,
    with_query,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://H.example:80/a?b#c", GoURL("https", "h.example", "/a", "b", True)),
        ("https://u:p@h.example", GoURL("https", "h.example", "", "", False)),
        ("https://[::1]:80/a", GoURL("https", "[::1]", "/a", "", False)),
        ("https://h.example:/", GoURL("https", "h.example", "/", "", False)),
        ("https://\u00e9.example", GoURL("https", "\u00e9.example", "", "", False)),
        ("https://%C3%A9.example", GoURL("https", "%c3%a9.example", "", "", False)),
        ("https://<a>", GoURL("https", "<a>", "", "", False)),
        ("https://[fe80::1%25a%20b%251]/", GoURL("https", "[fe80::1%25a%20b%251]", "/", "", False)),
        ("https://[::ffff:1.2.3.4]", GoURL("https", "[::ffff:1.2.3.4]", "", "", False)),
        ("https://x[::1]:80/", GoURL("https", "[::1]", "/", "", False)),
        ("https://a:1:2/", GoURL("https", "a:1", "/", "", False)),
        ("//h.example/a", GoURL("", "h.example", "/a", "", False)),
        ("///a", GoURL("", "", "///a", "", False)),
        ("mailto:a@b", GoURL("mailto", "", "", "", False)),
        ("localhost:80/a", GoURL("localhost", "", "", "", False)),
        ("/a:b", GoURL("", "", "/a:b", "", False)),
        ("a/b:c", GoURL("", "", "a/b:c", "", False)),
        ("a b", GoURL("", "", "a b", "", False)),
        ("?q=%zz", GoURL("", "", "", "q=%zz", False)),
        ("*", GoURL("", "", "*", "", False)),
        ("", GoURL("", "", "", "", False)),
    ],
)
def test_a_url_is_split_into_its_parts(text: str, expected: GoURL) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://a b/",
        "https://a\\b/",
        "https://a^b/",
        "https://%41/",
        "https://%C3%/",
        "https://[::1/",
        "https://[::1]a/",
        "https://[]/",
        "https://[v1.a]/",
        "https://[1.2.3.4]/",
        "https://[::1%zz]/",
        "https://[::%41]/",
        "https://[::1%en0]/",
        "https://[fe80::1%25]/",
        "https://[fe80::1%25%2F]/",
        "https://[fe80::1%25%C3%A9]/",
        "https://[fe80::1%25a b]/",
        "https://[00001::]/",
        "https://[a][::1]b/",
        "https://a]b[/",
        "https://a:b/",
        "https://u@v^@a/",
        "https://u^@a/",
        "https://%zz@a/",
        "https://a/%",
        "https://a/#%zz",
        "a\x00",
        "https://a/\x7f",
        "\thttps://a/",
        " https://a/",
        "1http://a",
        ":a",
        "::",
        "\u00e9:a",
    ],
)
def test_urls_that_go_refuses_are_refused(text: str) -> None:
    with pytest.raises(RefusedURL):
        parse(text)


@given(st.text(alphabet="ahtps1:/?#[]@%25&=;. \n<\u00e9\ud800", max_size=30))
def test_any_string_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text)
    except RefusedURL as refused:
        assert str(refused)


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("a=b&c", [("a", "b"), ("c", "")]),
        ("a=b=c&&a=", [("a", "b=c"), ("a", "")]),
        ("a+b=%2B+%C3%A9", [("a b", "+ \u00e9")]),
        ("a=1;b=2&c=3", [("c", "3")]),
        ("a=%zz&%=1&c=3", [("c", "3")]),
        ("a=%ff", [("a", "\ufffd")]),
        ("%e2%82=%ed%a0%80", [("\ufffd\ufffd", "\ufffd\ufffd\ufffd")]),
        ("", []),
    ],
)
def test_a_query_is_split_into_its_pairs(query: str, pairs: list[tuple[str, str]]) -> None:
    assert list(query_pairs(query)) == pairs
    assert drops_pairs(query) == (";" in query or "%zz" in query)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://<domain>/a", True),
        ("https://${HOST}/a", True),
        ("https://$HOST/a", True),
        ("https://{{ host }}/a", True),
        ("https://...", True),
        ("https://\u2026", True),
        ("https://h.example/a?$select=a", False),
        ("https://h.example/a<b", False),
        ("https://h.example", False),
    ],
)
def test_a_url_with_placeholders_is_recognised(text: str, expected: bool) -> None:
    assert is_template(text) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://u:p@h.example/a", "https://u:p@h.example/a?q=1"),
        ("https://u%40:p%2f@h.example", "https://u%40:p%2F@h.example?q=1"),
        ("https://u!@h.example", "https://u%21@h.example?q=1"),
        ("https://:@h.example", "https://:@h.example?q=1"),
        ("HTTPS://H.Example:80/A?x", "https://H.Example:80/A?q=1"),
        ("https://h.example/\u00e9 [b]'c", "https://h.example/%C3%A9%20%5Bb%5D%27c?q=1"),
        ("https://h.example/[b]'c%2f", "https://h.example/[b]'c%2f?q=1"),
        ("https://\u00e9.example/", "https://%C3%A9.example/?q=1"),
        ("https://[fe80::1%25en0]:80/", "https://[fe80::1%25en0]:80/?q=1"),
        ("http://h.example/a#f g", "http://h.example/a?q=1#f%20g"),
        ("http://h.example/a#", "http://h.example/a?q=1"),
        ("not a url", "not%20a%20url?q=1"),
        ("./a:b", "./a:b?q=1"),
        ("//h.example", "//h.example?q=1"),
        ("http:/a", "http:/a?q=1"),
        ("http:///a", "http:///a?q=1"),
        ("mailto:a@b?c", "mailto:a@b?q=1"),
        ("", "?q=1"),
        ("https://h.example/%E9", "https://h.example/%E9?q=1"),
        ("https://h.example/%e9 ", "https://h.example/%E9%20?q=1"),
        ("https://x[::1]/", "https://[::1]/?q=1"),
        ("https://h.example:/", "https://h.example:/?q=1"),
        ("%2A", "*?q=1"),
    ],
)
def test_a_url_is_written_again_with_another_query(text: str, written: str) -> None:
    assert with_query(text, "q=1") == written


@pytest.mark.parametrize("text", ["https://h.example/?a=1&b=%zz", "https://h.example/?", "?"])
def test_an_existing_query_is_kept(text: str) -> None:
    assert with_query(text, None) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://h.example:/", "https://h.example/"),
        ("https://h.example:?a=%zz", "https://h.example?a=%zz"),
        ("https://[::1]:/", "https://[::1]/"),
        ("https://h.example::/", "https://h.example:/"),
        ("https://h.example:0/", "https://h.example:0/"),
        ("HTTPS://u@h.example:/%E9", "https://u@h.example/%E9"),
        ("//:/a", "/a"),
    ],
)
def test_a_request_has_no_empty_port(text: str, written: str) -> None:
    assert as_requested(text) == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://u:p%40@h.example", ("u", "p@")),
        ("https://u@h.example", ("u", "")),
        ("https://@h.example", ("", "")),
        ("https://h.example/u:p@", None),
        ("mailto:u:p@h.example", None),
    ],
)
def test_user_info_is_decoded(text: str, expected: tuple[str, str] | None) -> None:
    assert user_info(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://H.example:443/a", "https://h.example"),
        ("https://h.example:0443", "https://h.example"),
        ("https://h.example:", "https://h.example"),
        ("https://h.example:0", "https://h.example:0"),
        ("http://h.example:000", "http://h.example:0"),
        ("http://h.example:443", "http://h.example:443"),
        ("ftp://h.example", ""),
        ("https:///a", ""),
    ],
)
def test_an_origin_has_a_port_unless_it_is_the_default(text: str, expected: str) -> None:
    assert origin(text) == expected


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_a_byte_that_is_not_utf_8_is_passed_on(key: bytes, value: bytes) -> None:
    query = f"{quote_plus(key)}={quote_plus(value)}"
    assert encode_query(query_bytes(query)) == query


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("ab:/@?#%2[] '"))
def test_writing_a_url_twice_changes_nothing(text: str) -> None:
    try:
        written = with_query(text, "q=1")
    except RefusedURL:
        return
    assert with_query(written, None) == written


@given(st.lists(st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]))] * 2)))
def test_a_written_query_is_read_back(pairs: list[tuple[str, str]]) -> None:
    found = list(query_pairs(encode_query(pairs)))
    assert found == sorted(pairs, key=lambda pair: pair[0].encode())
