"""Known secrets are found in packed files in every encoding."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from manifest_lint import verify
from manifest_lint.bundle.known import SHORTEST, Known
from manifest_lint.bundle.leaks import Search
from manifest_lint.document.secret import Secret, bare
from tests.archives import good, tar_gz
from tests.connectors import ACCOUNT_TYPE, with_changes

SECRET = 'aZ9/k+q"x$\u00e9-7{'


def in_base64(text: str, before: bytes = b"") -> str:
    return base64.b64encode(before + text.encode() + b"tail").decode()


def escaped(text: str, form: str) -> str:
    units = text.encode("utf-16-be")
    return "".join(
        form.format(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2)
    )


def pieces(text: str, mark: str = '"', plus: str = "+") -> str:
    return f"{mark}{plus}{mark}".join(f"\\{char}" if char == mark else char for char in text)


def with_small_digits(url: str) -> str:
    return re.sub("%..", lambda found: found[0].lower(), url)


ENCODINGS: dict[str, tuple[Callable[[str], str], str]] = {
    "plain": (lambda text: text, ""),
    "URL": (lambda text: quote(text, safe=""), "URL-encoded"),
    "URL, slashes kept": (quote, "URL-encoded"),
    "URL, small digits": (lambda text: with_small_digits(quote(text, safe="")), "URL-encoded"),
    "form": (quote_plus, "URL-encoded"),
    "base64": (in_base64, "base64"),
    "base64 after a byte": (lambda text: in_base64(text, b"u"), "base64"),
    "base64 after two bytes": (lambda text: in_base64(text, b"u:"), "base64"),
    "base64 for URLs": (lambda text: in_base64(text).replace("+", "-").replace("/", "_"), "base64"),
    "hexadecimal": (lambda text: text.encode().hex(), "hexadecimal"),
    "hexadecimal, capitals": (lambda text: text.encode().hex().upper(), "hexadecimal"),
    "JSON": (lambda text: json.dumps(text), "JSON"),
    "JSON, not ASCII": (lambda text: json.dumps(text, ensure_ascii=False), "JSON"),
    "JSON, slashes escaped": (lambda text: json.dumps(text).replace("/", "\\/"), "JSON"),
    "JavaScript, single quotes": (lambda text: "'" + text.replace("'", "\\'") + "'", ""),
    "JavaScript, template": (lambda text: text.replace("`", "\\`").replace("${", "\\${"), ""),
    "JavaScript, \\u": (lambda text: escaped(text, "\\u{:04x}"), "JavaScript"),
    "JavaScript, \\U": (lambda text: escaped(text, "\\u{:04X}"), "JavaScript"),
    "JavaScript, \\x": (lambda text: escaped(text, "\\x{:02x}"), "JavaScript"),
    "pieces": (pieces, "joined from pieces"),
    "pieces in single quotes": (lambda text: pieces(text, "'"), "joined from pieces"),
    "pieces with spaces": (lambda text: pieces(text, "`", " + "), "joined from pieces"),
}  # fmt: skip


def found(data: bytes, *secrets: str, size: int = 1 << 18) -> list[tuple[str, int, str]]:
    search = Search(Known(f"s{number}", Secret(text)) for number, text in enumerate(secrets))
    search.start("x.js")
    for at in range(0, len(data), size):
        search.feed(data[at : at + size])
    return [(leak.secret, leak.offset, leak.how) for leak in search.leaks]


@pytest.fixture(scope="module")
def bundle() -> bytes:
    """Make 5 MB of one-line code, and no secret in it."""
    line = 'function a(b,c){return b[c]+"x"+\'y\'+`${c}`+"a"+"b"}var d=\'%2F\\u00e9\';'
    return (line * (5_000_000 // len(line) + 1)).encode()


@pytest.mark.parametrize("name", ENCODINGS)
def test_each_encoding_is_found_in_a_large_bundle(bundle: bytes, name: str) -> None:
    encode, how = ENCODINGS[name]
    planted = encode(SECRET).encode()
    at = 3_333_333
    [leak] = found(bundle[:at] + b"=" + planted + b"=" + bundle[at:], SECRET)
    assert leak[0] == "s0"
    assert at <= leak[1] <= at + 8
    if how:
        assert leak[2] == how


@pytest.mark.parametrize("mark", ["'", "`"])
@pytest.mark.parametrize("before", [b"", b"u", b"u:"])
def test_a_secret_with_quotes_is_found_in_a_source_map_in_base64(mark: str, before: bytes) -> None:
    secret = "aZ9/k+q'x`$7-w\"2"
    code = f"k = {mark}{secret.replace(mark, chr(92) + mark)}{mark}"
    planted = in_base64(json.dumps({"sourcesContent": [code]}), before)
    assert [leak[0] for leak in found(planted.encode(), secret)] == ["s0"]


def test_a_bundle_without_a_secret_has_no_leaks(bundle: bytes) -> None:
    assert found(bundle, SECRET, "another-S3CRET") == []


@pytest.mark.parametrize(
    "code",
    [
        "'aZ9/k+' +\n      'q-7x'",
        "`aZ9/k+`\n  + `q-7x`",
        '"aZ9\\u002fk+q-7x"'.replace("\\u002f", "/"),
    ],
)
def test_pieces_on_separate_lines_are_found(code: str) -> None:
    assert [leak[0] for leak in found(code.encode(), "aZ9/k+q-7x")] == ["s0"]


def test_many_copies_of_one_secret_do_not_hide_another() -> None:
    data = b"a1b2c3d4 " * 3000 + b"x9y8z7w6"
    assert [leak[0] for leak in found(data, "a1b2c3d4", "x9y8z7w6")] == ["s0", "s1"]


def test_a_secret_in_the_name_of_a_file_is_found() -> None:
    search = Search([Known("s", Secret("a1b2c3d4"))])
    search.start("lib/a1b2c3d4.js")
    assert [(leak.secret, leak.offset, leak.how) for leak in search.leaks] == [
        ("s", 0, "in its name")
    ]


@pytest.mark.parametrize(
    ("text", "secret"),
    [("\\x31\\x32", "\u043a\u043b\u044e\u0447\u0438\u043a12"), ("a<b>c&d1", "a<b>c&d2")],
)
def test_other_strings_are_not_found(text: str, secret: str) -> None:
    assert found(text.encode(), secret) == []


def test_the_place_of_a_secret_is_right_after_what_code_reads_otherwise() -> None:
    code = b"x = '\\x41bc'; y = '\\x42\\x43de'; z = 'a1b2c3d4'"
    assert found(code, "a1b2c3d4") == [("s0", code.index(b"a1b2c3d4"), "")]


def test_a_secret_that_is_not_utf_8_is_found_as_bytes() -> None:
    assert found(b"x=a1b2c3\xff\xfe;", "a1b2c3\udcff\udcfe") == [("s0", 2, "")]
    assert found(b"x=a1b2c3", "a1b2c3\udcff\udcfe") == []


@pytest.mark.parametrize(
    "code", ["'C:\\\\101a1b2c3d4'", "\\101a1b2c3d4", "\\u0041a1b2c3", "\\\\u0041a1b2c3d4"]
)
def test_a_backslash_before_a_secret_does_not_hide_it(code: str) -> None:
    secret = code.strip("'").rpartition("\\")[2]
    assert [leak[0] for leak in found(code.encode(), secret)] == ["s0"]


def test_a_secret_in_json_as_go_writes_it_is_found() -> None:
    assert found(b'"a\\u003cb\\u003ec\\u0026d1"', "a<b>c&d1") == [("s0", 1, "JSON")]


NAMED = (("&quot;", '"'), ("&amp;", "&"), ("&gt;", ">"), ("&apos;", "'"), ("&lt;", "<"))


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ("'pa''ss-w0rd-x'", "pa'ss-w0rd-x"),  # YAML, SQL
        ('"pa""ss-w0rd-x"', 'pa"ss-w0rd-x'),  # CSV
        ("'pa'\"'\"'ss w0rd'", "pa'ss w0rd"),  # shells
        ("'pa'\\''ss w0rd'", "pa'ss w0rd"),
        ("k=correct+horse*battery%7E1", "correct horse*battery~1"),  # URLSearchParams
        ("k=correct+horse!(battery)", "correct horse!(battery)"),
        ("<a k='pa&apos;ss-w0rd'/>", "pa'ss-w0rd"),
        ("pa&apos;ss&quot;w0rd&lt;x&gt;&amp;y", "pa'ss\"w0rd<x>&y"),
        *((f"passw0rd<{named}x12", f"passw0rd<{char}x12") for named, char in NAMED),
        (base64.b64encode(rb'{"k":"ab\/cd1e1f"}').decode(), "ab/cd1e1f"),
        (base64.b64encode(rb'{"k":"ab1cd\u0026e1"}').decode(), "ab1cd&e1"),
        ('"k": "q83vEjRW+//vEjRWeJA=",\n "b": "c"', "q83vEjRW+//vEjRWeJA="),
        (json.dumps("".join(f"{char}\0" for char in "a1b2c3d4")), "a1b2c3d4"),  # UTF-16
        ("$'caf\\303\\251-w0rd'", "café-w0rd"),
    ],
)
def test_a_secret_is_found_as_files_have_it(written: str, secret: str) -> None:
    assert [leak[0] for leak in found(written.encode(), secret)] == ["s0"]


@pytest.mark.parametrize("numbers", ["149,50,51,52,53,54", "49,50,51,52,53,541", "0x310,0x32"])
def test_a_part_of_a_number_is_not_one(numbers: str) -> None:
    assert found(f"[{numbers}]".encode(), "123456", "212121") == []


def test_each_secret_with_a_form_in_common_is_reported() -> None:
    data = base64.b64encode(b"password-12346")
    assert {leak[0] for leak in found(data, "password-12345", "password-12346")} == {"s0", "s1"}


TEXTS = (
    st.text(st.characters(codec="utf-8", max_codepoint=0xFF), min_size=SHORTEST, max_size=40)
    .map(bare)
    .filter(lambda text: len(text) >= SHORTEST)
)
FORMS = [name for name in ENCODINGS if not name.startswith(("JavaScript", "pieces", "URL, small"))]


@settings(max_examples=300)
@given(
    TEXTS,
    st.sampled_from(FORMS),
    st.binary(max_size=600),
    st.binary(max_size=90),
    st.integers(1, 700),
)
@example("\x00" * 6, "base64", b"", b"", 1)
@example("0000\x1f\\", "JSON", b"", b"", 1)
def test_any_secret_is_found_in_every_encoding_and_block_size(
    secret: str, name: str, before: bytes, after: bytes, size: int
) -> None:
    planted = ENCODINGS[name][0](secret).encode()
    if len(ENCODINGS[name][0](secret)) < SHORTEST:
        return
    [leak] = found(before + planted + after, secret, size=size)
    [whole] = found(before + planted + after, secret)
    # How it is written may differ: half of an escaped backslash may be read alone.
    assert leak[:2] == whole[:2]
    assert leak[0] == "s0"


@given(st.text("ab1+", min_size=5, max_size=20), st.integers(1, 99), st.integers(0, 300))
def test_pieces_are_found_across_blocks(tail: str, size: int, before: int) -> None:
    secret = f"a{tail}"  # a plus alone between two quotes may be a joint
    data = b"=" * before + f'"{pieces(secret)}"'.encode() + b"=" * 300
    assert [leak[0] for leak in found(data, secret, size=size)] == ["s0"]


def test_verify_looks_for_the_secrets_that_it_is_given(tmp_path: Path) -> None:
    value = with_changes(ACCOUNT_TYPE, _id="sunmeter", client_secret="a1b2c3d4e5")
    account_types = tmp_path / "account-types.json"
    account_types.write_text(json.dumps(value))
    members = [*good(), ("lib/x.js", "const s = atob('YTFiMmMzZDRlNQ==')")]
    done = verify("-", stream=io.BytesIO(tar_gz(members)), account_types=account_types)
    [finding] = [one for one in done.report.findings if one.code == "K001"]
    [leak] = done.archive.leaks
    assert finding.refused_by == ("build",)
    assert finding.message == (
        "lib/x.js contains the secret `client_secret` of sunmeter at byte 16, base64"
        f" (fingerprint {leak.fingerprint})"
    )
    assert "a1b2c3d4e5" not in repr(done)
