"""J: findings on a file as JSON, their places, and who refuses it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import UserError, check
from manifest_lint.document.document import INSTALL_LIMIT, READ_LIMIT, Document
from manifest_lint.engine.checks import MOST_OF_A_KIND
from manifest_lint.engine.fix import applied
from manifest_lint.rules.json_size import too_large
from manifest_lint.rules.json_text import byte_order_mark
from tests.connectors import ACCOUNT_TYPE, MANIFEST, codes, of_account_type, of_manifest, only

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("[]", "the top level must be an object, not a list"),
        ("null", "the top level must be an object, not `null`"),
        ('"x"', 'the top level must be an object, not the string `"x"`'),
        ('{"slug": "x",}', "trailing comma"),
        ('{"a": 1e999}', "the number 1e999 does not fit in a 64-bit float"),
        ('{"a":' * 10_001, "nested deeper than 10,000 levels"),
    ],
)
def test_a_file_that_is_not_a_manifest_is_refused_by_stack_and_registry(
    text: str, message: str
) -> None:
    [finding] = of_manifest(text)
    assert (finding.code, finding.message) == ("J001", message)
    assert finding.refused_by == ("install", "publish")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"fields": {}} // "S3"\n// b', ['// "S3"']),
        ('/* "S3"\n*/ {"fields": {}} /* b */', ['/* "S3"']),
        ('{"fields": {}} /* "S3" is never closed', ['/* "S3" is never closed']),
        ('{"fields": {"a": "http://b/*c*/"}}', []),
        ('{"fields": {},} // "S3"', [",", '// "S3"']),
        ('// "S3"', ['// "S3"', ""]),
        ("# a\n{}", ["# a"]),
    ],
)
def test_comments_of_a_developer_are_reported_once(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "manifest.konnector").write_text("{}")
    (tmp_path / "konnector-dev-config.json").write_text(text)
    findings = check([tmp_path], select=["J"]).findings
    assert [text[one.place.start : one.place.end] for one in findings] == found
    assert {(one.code, one.severity.label) for one in findings} <= {("J001", "warning")}
    comments = [one for one in findings if one.message.startswith("standalone mode")]
    assert len(comments) == any(piece.startswith("/") and len(piece) > 1 for piece in found)
    assert "S3" not in repr(findings)


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("konnector-dev-config.json", "", 1),
        ("importedData.json", " \n", 0),
        ("importedData.json", "{", 1),
        ("importedData.json", '[{"amount": 2}]', 0),
        ("konnector-dev-config.json", "[]", 1),
        ("data/importedData.json", "", 0),
        ("data/importedData.json", "{} // a", 1),
    ],
)
def test_an_empty_file_of_standalone_mode_is_a_good_one(
    tmp_path: Path, name: str, text: str, number: int
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "manifest.konnector").write_text("{}")
    (tmp_path / name).write_text(text)
    assert len(check([tmp_path], select=["J"]).findings) == number


def test_every_mistake_is_reported_at_its_place_in_one_pass() -> None:
    text = '{\n  "a": 1, // one\n  "b": [2,],\n  \'c\': "\\."\n}'
    places = [(f.place.line, f.place.column) for f in of_manifest(text)]
    assert places == [(2, 11), (3, 10), (4, 3), (4, 9)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{\n  "a": {\n    "b": {\n      "c": 1\n    },\n  "d": {\n    "e": 2\n  }\n}\n', (2, 8)),
        ('{\n\t"a": {\n\t\t"b": 1\n}\n', (2, 7)),
        ('{\n  "a": {\n    "b": [1\n  }\n', (1, 1)),
        ('{\n"a": {\n"b": 1,\n"c": 2\n}\n', (1, 1)),
        ('{"a": {"b": 1}', (1, 1)),
    ],
)
def test_an_unclosed_bracket_is_found_by_its_indentation(text: str, place: tuple[int, int]) -> None:
    [at] = [f.place for f in of_manifest(text) if f.message == "this `{` is never closed"]
    assert (at.line, at.column) == place


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  a": "b",\n  "c": 1\n}', "the key `a` needs double quotes"),
        ('{\n  "a": b",\n  "c": 1\n}', "the string `b` needs double quotes"),
        ('{\n  "a": [b"],\n  "c": 1\n}', "the string `b` needs double quotes"),
    ],
)
def test_a_missing_opening_quote_is_one_mistake(text: str, message: str) -> None:
    found = [finding for finding in of_manifest(text) if finding.code == "J001"]
    assert [finding.message for finding in found] == [message]


def test_odd_spaces_become_as_many_plain_ones() -> None:
    text = '{\n\u00a0 "a":\u00a0"b\u00a0",\u00a0\n  \u200b"c": [], // \u00a0\n  "d": 1\n}\n'
    after, _ = applied(Document("m", text.encode()), of_manifest(text))
    assert after.decode() == '{\n  "a": "b\u00a0",\n  "c": [],\n  "d": 1\n}\n'


def test_a_byte_order_mark_is_refused_and_the_rest_checked_all_the_same() -> None:
    findings = of_manifest(BOM + b'{"clientSide": "true"}')
    mark = only(findings, "J003")
    assert mark.refused_by == ("install", "publish")
    assert mark.fix is not None
    assert mark.fix.safe
    assert "M002" in codes(findings)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"name": "\xff"}', "byte 0xFF is not UTF-8: save the file as UTF-8"),
        (
            b'{"name": "\\ud800"}',
            r"`\ud800` is only half of a character: write the other `\u` escape too",
        ),
    ],
)
def test_couchdb_refuses_invalid_characters_from_the_registry(data: bytes, message: str) -> None:
    finding = only(of_manifest(data), "J003")
    assert (finding.message, finding.refused_by, finding.place.column) == (
        message,
        ("publish",),
        11,
    )


@pytest.mark.parametrize("secret", [b"S3CRET\xe9", b"S3CRET\\udc00"])
def test_couchdb_refuses_invalid_characters_in_an_account_type(secret: bytes) -> None:
    text = json.dumps(ACCOUNT_TYPE).encode().replace(b"S3CRET", secret)
    finding = only(check(stdin=("account-types-def.json", text)).findings, "J003")
    assert finding.refused_by == ("login",)
    assert "S3CRET" not in repr(finding)


def test_a_developers_file_with_an_invalid_character_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "manifest.konnector").write_text("{}")
    (tmp_path / "konnector-dev-config.json").write_bytes(b'{"a": "\xe9"}')
    finding = only(check([tmp_path]).findings, "J003")
    assert finding.severity.label == "warning"


def test_the_end_of_a_file_that_is_read_in_part_is_not_an_invalid_character() -> None:
    cut = b'{"a": "' + b"a" * (READ_LIMIT - 7) + "\u00e9".encode()[:1]
    assert list(byte_order_mark(Document("a manifest", cut))) == []


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert "J003" not in codes(of_manifest('{"name": "\\ud83d\\ude00 \\\\ud800"}'))


def test_text_after_the_document_is_refused_only_by_the_registry() -> None:
    finding = only(of_manifest('{"slug": "x"}\n}, "y": 1}'), "J004")
    assert finding.refused_by == ("publish",)
    assert (finding.place.line, finding.place.column) == (2, 1)


@pytest.mark.parametrize(("size", "refused"), [(2_097_152, False), (2_097_153, True)])
def test_the_stack_reads_two_mebibytes(size: int, refused: bool) -> None:
    frame = b'{"slug": "x", "a": ""}'
    data = frame.replace(b'""', b'"' + b"a" * (size - len(frame)) + b'"')
    assert len(data) == size
    assert ("J005" in codes(of_manifest(data))) == refused


def filled(character: str, count: int, **changes: Any) -> bytes:
    text = json.dumps({"slug": "x", "a": "", **changes}, ensure_ascii=False)
    return text.replace('"a": ""', f'"a": "{character * count}"').encode()


@pytest.mark.parametrize(
    ("data", "refused_by"),
    [
        (filled("<", 340_000), None),
        (filled("<", 349_600), ("install",)),
        (filled("a", 1_500_000), None),
        (filled("\u2028", 349_600), ("install",)),
        (filled("<", 1_000_000) + b"x", None),
        (filled("<", 1_000_000, name="\ufffd").replace("\ufffd".encode(), b"\xff"), None),
        (b'{"a": [' + b"1e20," * 300_000 + b"1]}", ("install",)),
        (b'{"a": [' + b"1e20," * 380_000 + b"1]}", ("install",)),
    ],
)
def test_the_registry_serves_a_manifest_in_more_bytes(
    data: bytes, refused_by: tuple[str, ...] | None
) -> None:
    found = [finding.refused_by for finding in too_large(Document("a manifest", data))]
    assert found == ([refused_by] if refused_by else [])


@pytest.mark.parametrize(
    ("character", "size", "refused"),
    [("a", 7_999_000, False), ("a", 8_000_000, True), ("\u00e9", 4_000_000, True)],
)
def test_couchdb_stores_eight_million_bytes_without_white_space(
    character: str, size: int, refused: bool
) -> None:
    frame = b'{"slug": "x",' + b" " * 1_000_000 + b'"a": ""}'
    data = frame.replace(b'""', b'"' + character.encode() * size + b'"')
    found = {who for f in too_large(Document("a manifest", data)) for who in f.refused_by or ()}
    assert found == ({"install", "publish"} if refused else {"install"})


@pytest.mark.parametrize(("size", "refused"), [(7_999_000, False), (8_000_000, True)])
def test_couchdb_stores_eight_million_bytes_of_each_account_type(size: int, refused: bool) -> None:
    text = json.dumps([{**ACCOUNT_TYPE, "extras": {"a": "a" * size}}, {"_id": "y"}])
    found = [f.refused_by for f in of_account_type(text) if f.code == "J005"]
    assert found == ([("login",)] if refused else [])


@pytest.mark.parametrize(("levels", "refused"), [(9_999, False), (10_000, True)])
def test_the_registry_cannot_read_back_what_is_nested_too_deep(levels: int, refused: bool) -> None:
    text = '{"x": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"
    found = [f.refused_by for f in of_manifest(text) if f.code == "J005"]
    assert found == ([("publish",)] if refused else [])


@pytest.mark.parametrize("value", ["[" * 10_000 + "]" * 10_000, "1e400"])
def test_the_stack_cannot_decode_what_couchdb_may_store(value: str) -> None:
    text = json.dumps(ACCOUNT_TYPE)[:-1] + f', "secret": {value}}}'
    finding = only(of_account_type(text), "J001")
    assert finding.refused_by == ("login",)
    assert "CouchDB" not in finding.why


def test_a_too_large_file_of_account_types_is_reported() -> None:
    with pytest.raises(UserError, match="is larger than 20 MiB, the limit; split it"):
        of_account_type('[{"_id": "' + "x" * READ_LIMIT + '"}]')


def test_white_space_beyond_two_mebibytes_is_not_read() -> None:
    assert "J005" not in codes(of_manifest(b'{"slug": "x"}' + b" " * INSTALL_LIMIT))


@pytest.mark.parametrize(
    "text",
    [
        '{"_id": "x", "client_secret": "S3CRET",}',
        '{"_id": "x", "client_secret": S3CRET}',
        "{\"_id\": \"x\", 'client_secret': 'S3CRET'}",
        '{"_id": "x", "client_secret": "S3CRET',
        '"S3CRET"',
    ],
)
def test_a_broken_account_type_stops_the_login_and_keeps_its_secret(text: str) -> None:
    findings = of_account_type(text)
    assert set(codes(findings)) == {"J001"}
    assert findings[0].refused_by == ("login",)
    assert "S3CRET" not in repr(findings)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"a": 1,\n "a": 2}', [(1, 2)]),
        ('{"a": 1,\n "b": 2,\n "a": 2,\n "a": 3}', [(1, 2), (3, 2)]),
        ('{"a": [{}, {"b": {"c": 1, "\\u0063": []}}]}', [(1, 19)]),
        ('[{"a": {"a": 1}}, {"a": "\\"a\\": 1, a"}]', []),
        ('{"a": 1, "A": 2}', []),
        ('{"a": 1} {"a": 1, "a": 2}', []),
        ('{"": {}, "": {"": []}}', [(1, 2)]),
        ('{"a": 1, "a": 2', []),
    ],
)
def test_a_repeated_key_is_reported_where_it_is_ignored(
    text: str, places: list[tuple[int, int]]
) -> None:
    found = [f for f in of_manifest(text) if f.code == "J002"]
    assert [(f.place.line, f.place.column) for f in found] == places
    assert all(f.severity.label == "warning" for f in found)


def test_a_repeated_key_has_the_numbers_of_the_list_items_and_of_the_member_it_is_in() -> None:
    finding = only(of_manifest('{"a": [{}, [1, {"b": 0, "c": 1, "c": 2}]]}'), "J002")
    assert finding.pointer == ("a", 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ('{"a": "x",\n "a" : "x"\n}', '{"a" : "x"\n}'),
        ('{"b": 0, "a": {"c": [1]}, "a": {"c": [1]}, "d": 1}', '{"b": 0, "a": {"c": [1]}, "d": 1}'),
        ('{"a": 1, "a": 2, "a": 1}', '{"a": 2, "a": 1}'),
        ('{"a": 1, "a": 2}', None),
        ('{"a": 1, "a": 1.0}', None),
        ('{"a": true, "a": 1}', None),
        ('{"a": {"b": 1}, "a": {"b": 1, "c": 2}}', None),
    ],
)
def test_only_a_key_with_the_same_value_is_removed(text: str, fixed: str | None) -> None:
    findings = [f for f in of_manifest(text) if f.code == "J002"]
    with_edits = [f for f in findings if f.fix and f.fix.edits]
    assert bool(with_edits) == (fixed is not None)
    if fixed is not None:
        assert all(f.fix and f.fix.safe for f in with_edits)
        assert applied(Document("m", text.encode()), with_edits)[0].decode() == fixed


def test_a_repeated_key_of_account_types_is_reported_without_its_values() -> None:
    text = '{"_id": "x", "client_secret": "S3CRET", "client_secret": "S3CRET2"}'
    finding = only(of_account_type(text), "J002")
    assert finding.message == 'duplicate key "client_secret": only the last one counts'
    assert finding.pointer == (1,)
    assert "S3CRET" not in repr(finding)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ('{"a": 1, "a": 2, "a": 3}', ["the last one", "the last one"]),
        ('{"a": 1, "a": 2,\n"a": 3}', ["the one in line 2", "the one in line 2"]),
        ('{"a": 1,\n"a": 2, "a": 3}', ["the one in line 2", "the last one"]),
    ],
)
def test_the_key_that_counts_is_named_by_its_line_if_it_is_another(
    text: str, counts: list[str]
) -> None:
    found = check(stdin=(None, text.encode()), select="J002").findings
    assert [f.message for f in found] == [f'duplicate key "a": only {one} counts' for one in counts]


@pytest.mark.parametrize("depth", [50, 90, 99, 100, 150, 990, 1000, 3000, 9999])
def test_a_repeated_key_is_found_at_any_depth(depth: int) -> None:
    for before, after in (('{"a":', "}"), ("[", "]")):
        text = before * (depth - 1) + '{"b": 1, "b": 2}' + after * (depth - 1)
        findings = check(stdin=(None, text.encode()), select="J002").findings
        assert codes(findings) == ["J002"]


def test_keys_repeated_at_every_depth_are_checked_quickly() -> None:
    text = '{"a":"x","a":' * 9000 + '"x"' + "}" * 9000
    assert len(check(stdin=(None, text.encode()), select="J002").findings) == 9000


PAIRS = st.recursive(
    st.sampled_from(["1", '"{"', '"\\\\"', "[]", "{}", "null"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(st.sampled_from(["a", "b", "\\u0061", ""]), inner), max_size=4).map(
            lambda pairs: "{" + ", ".join(f'"{key}": {value}' for key, value in pairs) + "}"
        ),
    ),
    max_leaves=12,
)


@given(PAIRS)
def test_only_repeated_keys_are_reported_and_a_fix_changes_no_value(text: str) -> None:
    again = 0

    def count(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal again
        again += len(pairs) - len(dict(pairs))
        return dict(pairs)

    text = f'{{"top": {text}}}'
    value = json.loads(text, object_pairs_hook=count)
    findings = check(stdin=(None, text.encode()), select="J002").findings
    assert len(findings) == again
    fixed, _ = applied(Document("m", text.encode()), findings)
    assert json.loads(fixed) == value


def test_the_findings_of_one_file_are_limited() -> None:
    text = "{" + '"":0,' * 30_000 + '"":0}'
    found = check(stdin=(None, text.encode()), select="J002").findings
    assert len(found) == MOST_OF_A_KIND


SENT = json.dumps(MANIFEST, ensure_ascii=False, indent=2)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (SENT.encode("utf-16"), "the file is UTF-16, not text in UTF-8"),
        (SENT.encode("utf-16-le"), "the file is UTF-16, not text in UTF-8"),
        (SENT.encode("utf-16-be"), "the file is UTF-16, not text in UTF-8"),
        ("{}".encode("utf-16-le"), "the file is UTF-16, not text in UTF-8"),
        *(
            (text.encode(encoding), "the file is UTF-32, not text in UTF-8")
            for text in (SENT, "{}", '"\u6f22"')
            for encoding in ("utf-32", "utf-32-le", "utf-32-be")
        ),
        (b"\0\0\xfe\xff" + SENT.encode("utf-32-be"), "the file is UTF-32, not text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "the file is binary, not text in UTF-8"),
        (gzip.compress(SENT.encode()), "the file is binary, not text in UTF-8"),
        (bytes(range(256)), "the file is binary, not text in UTF-8"),
        (bytes(512), "the file is binary, not text in UTF-8"),
    ],
)
def test_a_file_that_is_not_text_is_one_finding(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "manifest.konnector").write_bytes(data)
    [finding] = check([tmp_path]).findings
    assert (finding.code, finding.message) == ("J001", message)
    assert finding.refused_by == ("install", "publish")


def test_without_the_rule_on_json_utf_16_is_reported_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_bytes(SENT.encode("utf-16"))
    assert codes(check([tmp_path], ignore=["J001"]).findings) == ["J003"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"slug": "é",}'.encode("latin-1"), ["J001", "J003"]),
        (b'{"slug": "\0"}', ["J001"]),
    ],
)
def test_broken_json_is_reported_next_to_bytes_that_are_not_utf_8(
    data: bytes, expected: list[str]
) -> None:
    assert codes(of_manifest(data)) == expected
