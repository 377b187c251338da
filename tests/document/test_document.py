"""A JSON file: the line and column of its parts, and which lines may be shown."""

from __future__ import annotations

import gc
import json
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from manifest_lint.document.document import INSTALL_LIMIT, READ_LIMIT, Document
from manifest_lint.document.secret_names import SECRET_KEYS
from manifest_lint.document.spans import Pointer
from manifest_lint.text.wording import pointer_text

if TYPE_CHECKING:
    from manifest_lint.document.document import Kind

BOM = b"\xef\xbb\xbf"


def corners(document: Document, pointer: Pointer, *, of_key: bool = False) -> tuple[int, ...]:
    """Return line and column of both ends of a value or a key."""
    place = document.key(pointer) if of_key else document.at(pointer)
    return place.line, place.column, place.end_line, place.end_column


@pytest.mark.parametrize(
    ("data", "pointer", "value", "key"),
    [
        (b'{"a": 1}', ("a",), (1, 7, 1, 8), (1, 2, 1, 5)),
        (b'{\n "a": [\n  1,\n  2]}', ("a", 1), (4, 3, 4, 4), (4, 3, 4, 4)),
        (b'{\n "a": [\n  1,\n  2]}', ("a",), (2, 7, 4, 5), (2, 2, 2, 5)),
        (b'{\n "a": 1}', (), (1, 1, 1, 2), (1, 1, 1, 2)),
        (b'{\n "a": 1}', ("b",), (1, 1, 1, 2), (1, 1, 1, 2)),
        (b'{"a":\n {"b": 1}}', ("a", "c"), (2, 2, 2, 10), (2, 2, 2, 10)),
        (b'{"a":\n {"b": 1}}', ("a", "c", "d"), (2, 2, 2, 10), (2, 2, 2, 10)),
        (b'{"a": 1,\r\n"b": 2\r\n}', ("b",), (2, 6, 2, 7), (2, 1, 2, 4)),
        (BOM + b'{"a": 1}', ("a",), (1, 8, 1, 9), (1, 3, 1, 6)),
        ('{"\U0001f600é": 1}'.encode(), ("\U0001f600é",), (1, 8, 1, 9), (1, 2, 1, 6)),
        (b'{"\xff\xfe": 1}', ("\ufffd\ufffd",), (1, 8, 1, 9), (1, 2, 1, 6)),
        (b'{"a": 1, "a": 2}', ("a",), (1, 15, 1, 16), (1, 10, 1, 13)),
        (b'{"a": 1, "a": 2}', (0,), (1, 7, 1, 8), (1, 2, 1, 5)),
        (b' {"a": 1,}', ("a",), (1, 2, 1, 3), (1, 2, 1, 3)),
        (b"", (), (1, 1, 1, 1), (1, 1, 1, 1)),
    ],
)
def test_parts_have_the_places_that_an_editor_shows(
    data: bytes, pointer: Pointer, value: tuple[int, ...], key: tuple[int, ...]
) -> None:
    document = Document("x", data)
    assert corners(document, pointer) == value
    assert corners(document, pointer, of_key=True) == key


@given(st.text("a\u00e9\U0001f600\r\n"), st.data())
def test_columns_count_code_points_and_lines_end_at_newlines(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = Document("x", text.encode()).place(start, end)
    lines = text.split("\n")
    assert (place.start, place.end) == (start, end)
    for line, column, offset in [
        (place.line, place.column, start),
        (place.end_line, place.end_column, end),
    ]:
        assert len("\n".join([*lines[: line - 1], ""])) + column - 1 == offset
        assert 1 <= column <= len(lines[line - 1]) + 1


@pytest.mark.parametrize(
    ("data", "value", "trailing"),
    [
        (b" {} \r\n\t", {}, None),
        (b" {} \n }", {}, 6),
        (BOM + b"[1]", [1], None),
        (BOM + b"[1] x", [1], 5),
        (b'["\xc3\x28\xed\xa0\x80"]', ["\ufffd(\ufffd\ufffd\ufffd"], None),
        (b"[1,] x", None, None),
        (b"\xff", None, None),
    ],
)
def test_bytes_are_read_as_the_stack_reads_them(
    data: bytes, value: Any, trailing: int | None
) -> None:
    document = Document("x", data)
    assert (document.value, document.trailing) == (value, trailing)
    assert (document.error is None) == (value is not None)
    assert document.has_bom == data.startswith(BOM)


@pytest.mark.parametrize(
    ("data", "too_large"),
    [
        pytest.param(b"{}" + b" " * INSTALL_LIMIT, False, id="only space beyond"),
        pytest.param(b'{"a": "' + b"x" * (INSTALL_LIMIT - 9) + b'"}', False, id="to the last byte"),
        pytest.param(b'{"a": "' + b"x" * (INSTALL_LIMIT - 8) + b'"}', True, id="a byte beyond"),
        pytest.param(
            b'{"a": "' + "é".encode() * ((INSTALL_LIMIT - 8) // 2) + b'"}', True, id="two-byte text"
        ),
        pytest.param(b'{"a": "' + b"x" * (INSTALL_LIMIT - 7), False, id="broken, not beyond"),
        pytest.param(b'{"a": "' + b"x" * INSTALL_LIMIT, True, id="broken beyond"),
        pytest.param(
            b'{"a": "' + b"\xff" * 700_000 + b'"}' + b" " * INSTALL_LIMIT,
            False,
            id="bytes that are not UTF-8",
        ),
    ],
)
def test_a_document_is_too_large_if_it_ends_beyond_what_the_stack_reads(
    data: bytes, too_large: bool
) -> None:
    assert Document("x", data).too_large is too_large


def test_a_file_is_truncated_at_the_reading_limit() -> None:
    assert not Document("x", b" " * READ_LIMIT).is_truncated
    assert Document("x", b" " * (READ_LIMIT + 1)).is_truncated


INNOCENT = st.sampled_from(["_id", "extras", "docs", "client_id"])
SPELLINGS = st.sampled_from([*sorted(SECRET_KEYS), "Client_Secret", "\u017fecret", "PASSWORD"])


@given(
    secret=st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=1),
    key=SPELLINGS,
    around=st.lists(INNOCENT | st.integers(0, 2), max_size=4),
    as_list=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
    number=st.sampled_from(["1", "1E+5", "-0"]),
)
@example("\u2028\x85", "secret", [], False, None, False, "1E+5")
def test_a_secret_is_never_in_a_line(
    secret: str,
    key: str,
    around: list[str | int],
    as_list: bool,
    indent: int | None,
    ascii_only: bool,
    number: str,
) -> None:
    def written(secret: str) -> str:
        value: Any = {key: [secret, {"deep": secret}] if as_list else secret, "n": "NUMBER"}
        for step in around:
            value = [*["x"] * step, value] if isinstance(step, int) else {step: value, "other": "x"}
        text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
        return text.replace('"NUMBER"', number)

    body = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    assume(body not in written(""))
    document = Document("x", written(secret).encode(), "account types")
    lines = [document.line(number) for number in range(1, document.text.count("\n") + 2)]
    shown = "\n".join(line for line in lines if line is not None)
    assert None not in lines
    assert body not in shown
    assert [len(line or "") for line in lines] == [len(line) for line in document.text.split("\n")]
    if indent is None:
        assert "*" * (len(body) + 2) in shown


@pytest.mark.parametrize("text", ['{"secret": "S3",}', '{"apiKey": "S3\\"x", "b": 1'])
def test_a_broken_manifest_with_a_secret_shows_no_line(text: str) -> None:
    assert Document("x", text.encode()).line(1) is None


@pytest.mark.parametrize(
    "data", [b'{"client_secret": "S3",}', b'{"a": 1} "S3"', b'{"client_secret": "S3', b"S3", b""]
)
def test_a_confidential_file_that_is_not_one_document_shows_no_line(data: bytes) -> None:
    assert Document("x", data, "account types").line(1) is None


@pytest.mark.parametrize("secret", ["", "y", "sunmeter", "a1b2c3d4e5" * 100_000])
def test_a_secret_is_masked_in_its_place_whatever_it_is(secret: str) -> None:
    data = json.dumps({"_id": "sunmeter", "client_secret": secret}).encode()
    stars = "*" * len(f'"{secret}"')
    shown = Document("x", data, "account types").line(1)
    assert shown == f'{{"_id": "sunmeter", "client_secret": {stars}}}'


@pytest.mark.parametrize("mark", ["?", "#", r"\u003f", r"\u003F", r"\u0023", r"a\u0040"])
def test_an_endpoint_with_a_query_or_such_is_masked_however_it_is_written(mark: str) -> None:
    url = f'"https://x.fr/{mark}S3"'
    document = Document("x", f'{{"auth_endpoint": {url}}}'.encode(), "account types")
    assert document.masked == f'{{"auth_endpoint": {"*" * len(url)}}}'


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("account types", '{"secret": {"S3": {"b": 1}}}', '{"secret": {****: {***: *}}}'),
        ("account types", '[{"Client-Secret": [{"S3": 1}]}]', '[{"Client-Secret": [{****: *}]}]'),
        ("account types", '{"id": 1}\n{"secret": {"S3": 1}}', '{"id": 1}\n{"secret": {****: *}}'),
        ("account types", '{"extras": {"S3": "a"}}', '{"extras": {"S3": ***}}'),
        ("developer's configuration", '{"token": {"S3": 1}}', '{"token": {****: *}}'),
        ("manifest", '{"client_secret": {"S3": 1}}', '{"client_secret": {****: *}}'),
        ("manifest", '{"password": {"type": "b"}}', '{"password": {"type": "b"}}'),
    ],
)
def test_a_key_in_the_place_of_a_secret_is_masked(kind: Kind, text: str, shown: str) -> None:
    assert Document("x", text.encode(), kind).masked == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"secret": "S3"}', '{"secret": ****}'),
        ('{"Client_Token": S3, "b": 1}', '{"Client_Token": **, "b": 1}'),
        ('{"private_key": "S3', '{"private_key": ***'),
        ('{"fields": {"password": {"type": "password"}},}', None),
        ('{"fields": {"password": {"type": "password"}}}', None),
        ('{"oauth": {"clientSecret": "$NAME", "token": "..."}}', None),
        (
            '{"link": "https://me:S3/4@x.example/?a@b"}',
            '{"link": "https://********************@b"}',
        ),
        ('{"link": "couchdb:/me:S3@x"}', '{"link": "couchdb:/*****@x"}'),
        ('{"link": "me:S3@x"}', '{"link": "me:**@x"}'),
        ('{"link": "mailto:me@x.example"}', None),
        ('"S3"\r\n', None),
    ],
)
def test_a_manifest_shows_its_lines_without_values_of_secret_keys(
    text: str, shown: str | None
) -> None:
    document = Document("x", text.encode())
    assert document.line(1) == (text.rstrip("\r\n") if shown is None else shown)
    assert document.line(0) is None
    assert document.line(3) is None


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ((), "the document"),
        (("oauth", "scope", 0), "oauth.scope[0]"),
        ((1, "a"), "[1].a"),
        (("data-type", "a b", ""), 'data-type["a b"][""]'),
        (("é.\n",), '["é.\\n"]'),
    ],
)
def test_a_pointer_reads_as_a_person_writes_it(pointer: Pointer, text: str) -> None:
    assert pointer_text(pointer) == text


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', '{"a": 1e999}', "{'a': 1}"])
def test_a_broken_document_is_freed_without_the_garbage_collector(text: str) -> None:
    gc.disable()
    try:
        document = weakref.ref(Document("x", text.encode()))
        assert document() is None
    finally:
        gc.enable()
