"""Where and how a secret may be hidden in a bundle of 5 MB, and whether it is found.

`python -m tests.bundle.test_hiding_places` prints the table.
"""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import json
import quopri
import string
import time
import tracemalloc
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.bundle.known import Known
from manifest_lint.bundle.leaks import Search
from manifest_lint.document.secret import Secret
from tests.growth import grows_with_its_input

SECRET = "aZ9k-q7x_Wé/+mB4"
ASCII = SECRET.replace("é", "e")
BLOCK = 256 * 1024

Encode = Callable[[str], str | bytes]


def units(text: str, form: str) -> str:
    data = text.encode("utf-16-be")
    return "".join(
        form.format(int.from_bytes(data[at : at + 2], "big")) for at in range(0, len(data), 2)
    )


def split(text: str, size: int = 3) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def strings(text: str, joint: str, mark: str = '"', size: int = 3) -> str:
    return joint.join(f"{mark}{part}{mark}" for part in split(text, size))


def octal(text: str) -> str:
    return "".join(f"\\{ord(char):03o}" for char in text)


def every_second(text: str, form: str) -> str:
    return "".join(form.format(ord(c)) if at % 2 else c for at, c in enumerate(text))


def in_eval(code: str) -> str:
    return f"eval({json.dumps(code, ensure_ascii=False)})"


def source_map(text: str) -> str:
    return json.dumps({"sourcesContent": [f"const k = '{text}'\n"]}, ensure_ascii=False)


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FOUND: dict[str, Encode] = {
    "string": lambda s: f'"{s}"',
    "comment": lambda s: f"/* {s} */",
    "identifier of a property": lambda s: f"a['{s}']=1",
    "URL-encoded query": lambda s: f"?k={quote(s, safe='')}",
    "form": lambda s: f"k={quote_plus(s)}&",
    "base64": lambda s: f"atob('{in_base64(s)}')",
    "base64 of Basic authentication": lambda s: f"Basic {in_base64(f'client:{s}')}",
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()),
    "base64 in pieces": lambda s: strings(in_base64(s), "+"),
    "hexadecimal": lambda s: f"Buffer.from('{s.encode().hex()}','hex')",
    "hexadecimal, capitals": lambda s: s.encode().hex().upper(),
    "JSON": json.dumps,
    "JSON, slashes escaped": lambda s: json.dumps(s).replace("/", "\\/"),
    "JSON in a string of JavaScript": lambda s: json.dumps(json.dumps({"k": s})),
    "escapes of \\x": lambda s: "".join(f"\\x{ord(c):02x}" for c in s),
    "escapes of \\u": lambda s: units(s, "\\u{:04x}"),
    "escapes of \\u{}": lambda s: "".join(f"\\u{{{ord(c):x}}}" for c in s),
    "escapes of \\u{} with zeros": lambda s: "".join(f"\\u{{{ord(c):06X}}}" for c in s),
    "octal escapes": octal,
    "every second character as \\x": lambda s: every_second(s, "\\x{:02X}"),
    "every second character as \\u{}": lambda s: every_second(s, "\\u{{{:x}}}"),
    "escapes without need": lambda s: "".join(f"\\{c}" if c in "Zk-W/" else c for c in s),
    "line continuations": lambda s: '"' + "\\\n".join(split(s)) + '"',
    "line continuations of Windows": lambda s: '"' + "\\\r\n".join(split(s)) + '"',
    "plus": lambda s: strings(s, "+"),
    "plus, one character each": lambda s: strings(s, "+", size=1),
    "plus on lines of their own": lambda s: strings(s, "\n        + ", "'"),
    "plus, other quotes": lambda s: '"' + s[:5] + "\"+'" + s[5:] + "'",
    "plus in parentheses": lambda s: f'("{s[:5]}")+("{s[5:]}")',
    "plus and escapes": lambda s: strings(s[:8], "+") + "+" + f'"{octal(s[8:])}"',
    ".concat()": lambda s: f'"{s[:4]}".concat("{s[4:9]}").concat("{s[9:]}")',
    ".concat() of several": lambda s: f'"{s[:4]}".concat("{s[4:9]}","{s[9:]}")',
    "[].join()": lambda s: f'[{strings(s, ",")}].join("")',
    "[].join(), one character each": lambda s: f"[{strings(s, ', ', size=1)}].join('')",
    "template of pieces": lambda s: f'`${{"{s[:5]}"}}{s[5:]}`',
    "template with a piece at its end": lambda s: f'`{s[:5]}${{"{s[5:]}"}}`',
    "template with a piece in the middle": lambda s: f"`{s[:5]}${{'{s[5:9]}'}}{s[9:]}`",
    "arguments of a function": lambda s: f"f({strings(s, ',')})",
    "code in eval, as webpack writes it": lambda s: in_eval(f"x('{s}')"),
    "pieces in eval": lambda s: in_eval(strings(s, " + ")),
    "escapes in eval": lambda s: in_eval(f'"{octal(s)}"'),
    "pieces on lines in eval": lambda s: in_eval(strings(s, " +\n  ")),
    "pieces on lines in a source map": lambda s: json.dumps([strings(s, " +\r\n\t")]),
    "array on lines in eval": lambda s: in_eval("[" + strings(s, ",\n") + "].join('')"),
    "array joined by signs of the pieces": lambda s: f'["{s[:3]}","{s[4:]}"].join("{s[3]}")',
    "array joined in eval": lambda s: in_eval(f'["{s[:3]}","{s[4:]}"].join("{s[3]}")'),
    "continued lines in eval": lambda s: in_eval('"' + "\\\n".join(split(s)) + '"'),
    "comments in eval": lambda s: in_eval(f'"{s[:8]}" + // x\n "{s[8:]}"'),
    "bytes on lines in eval": lambda s: in_eval("[" + ",\n ".join(map(str, s.encode())) + "]"),
    "[`concat`]()": lambda s: f'"{s[:4]}"[`concat`]("{s[4:]}")',
    '["concat"]() in eval': lambda s: in_eval(f'"{s[:4]}"["concat"]("{s[4:]}")'),
    "after // in a text": lambda s: f'("//u:".concat("{s[:4]}").concat("{s[4:]}"),\n"")',
    "in code in a comment": lambda s: f'f(a,\n  // "{s[:4]}".concat("{s[4:]}"),\n  b)',
    "after a text with /*": lambda s: f'f("/*",g);k="{s[:4]}"/*y*/+"{s[4:]}"',
    "form feed": lambda s: f'"{s[:4]}"\f+\v"{s[4:]}"',
    "its bytes as escapes": lambda s: "".join(f"\\x{byte:02x}" for byte in s.encode()),
    "its bytes as octal escapes": lambda s: "".join(f"\\{byte:03o}" for byte in s.encode()),
    "its bytes, 0x0061": lambda s: f"[{','.join(f'0x{byte:04x}' for byte in s.encode())}]",
    "numbers of characters": lambda s: f"String.fromCharCode({','.join(str(ord(c)) for c in s)})",
    "bytes": lambda s: f"Buffer.from([{', '.join(f'0x{b:02x}' for b in s.encode())}])",
    "HTML": lambda s: f"<p>{html.escape(s)}</p>",
    "HTML references": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "UTF-16 LE": lambda s: s.encode("utf-16-le"),
    "UTF-16 BE": lambda s: s.encode("utf-16-be"),
    "HTML references, hexadecimal": lambda s: "".join(f"&#x{ord(c):x};" for c in s),
    "HTML references, capitals": lambda s: "".join(f"&#X{ord(c):X};" for c in s),
    "HTML references with zeros": lambda s: "".join(f"&#{ord(c):07};" for c in s),
    "every second character as HTML": lambda s: every_second(s, "&#x{:x};"),
    "all percent-encoded": lambda s: "".join(f"%{b:02x}" for b in s.encode()),
    "all percent-encoded, capitals": lambda s: "".join(f"%{b:02X}" for b in s.encode()),
    "every second character percent-encoded": lambda s: every_second(s[:10], "%{:02x}") + s[10:],
    "comment between pieces": lambda s: f'"{s[:8]}"/*x*/+"{s[8:]}"',
    "comments around a plus": lambda s: f'"{s[:8]}" /** x */ + /* y **/ "{s[8:]}"',
    "comment on a line between pieces": lambda s: f'"{s[:8]}" + // x: "y"\n    "{s[8:]}"',
    "two comments between pieces": lambda s: f'"{s[:8]}" + // x\n // y\n "{s[8:]}"',
    "comments without space between": lambda s: f'"{s[:8]}"+/**//*x*/"{s[8:]}"',
    "comment after .concat": lambda s: f'"{s[:8]}".concat/*x*/("{s[8:]}")',
    "comment after many spaces": lambda s: f'"{s[:8]}" +\n{" " * 60}/*x*/ "{s[8:]}"',
    "in a comment between pieces": lambda s: f'"x"/*{s}*/+"y"',
    "pieces far apart": lambda s: strings(s, " +" + "\n" + " " * 120),
    '["concat"]()': lambda s: f'"{s[:4]}"["concat"]("{s[4:9]}")["concat"](\'{s[9:]}\')',
    "?.concat()": lambda s: f'"{s[:4]}"?.concat("{s[4:9]}", "{s[9:]}")',
    '[].join("-")': lambda s: '["' + s.replace("-", '","') + '"].join("-")',
    "['join'](`_`)": lambda s: "['" + s.replace("_", "', '") + "']['join'](`_`)",
    "bytes on a line each": lambda s: (
        "Buffer.from([\n" + ",\n".join(f"{' ' * 40}{b}" for b in s.encode()) + "\n])"
    ),
    "bytes, 0X41": lambda s: f"[{','.join(f'0X{b:02X}' for b in s.encode())}]",
    "base64 in lines": lambda s: base64.encodebytes(b"x" * 50 + s.encode() + b"x" * 50),
    "base64 in lines with indent": lambda s: base64.encodebytes(b"x" * 50 + s.encode()).replace(
        b"\n", b"\r\n    "
    ),
    "base64 in lines in a string": lambda s: json.dumps(
        base64.encodebytes(b"x" * 50 + s.encode() + b"x" * 50).decode()
    ),
    "hexadecimal in lines": lambda s: "\n".join(split(s.encode().hex(), 16)),
    "line continuations of U+2028": lambda s: '"' + "\\\u2028".join(split(s)) + '"',
    "UTF-16 in pieces": lambda s: strings(s, " + ").encode("utf-16-le"),
    "UTF-16 with escapes": lambda s: f'"{octal(s)}"'.encode("utf-16-be"),
    "UTF-16 with escapes in pieces": lambda s: f'"{octal(s[:6])}"["concat"]("{s[6:]}")'.encode(
        "utf-16-le"
    ),
    "accents as two code points": lambda s: unicodedata.normalize("NFD", s),
    "accents as one code point": lambda s: unicodedata.normalize("NFC", s),
    "two code points, URL-encoded": lambda s: quote(unicodedata.normalize("NFD", s), safe=""),
    "Latin-1": lambda s: s.encode("latin-1"),
    "Latin-1, URL-encoded": lambda s: quote(s.encode("latin-1"), safe=""),
    "Latin-1 in base64, as of btoa": lambda s: base64.b64encode(s.encode("latin-1")),
    "Basic authentication, URL-encoded": lambda s: "Basic " + in_base64("id:" + quote(s, safe="")),
    "Basic authentication, as of a form": lambda s: in_base64(f"id23:{quote_plus(s)}"),
    "Basic authentication of the secret alone": lambda s: in_base64(quote(s, safe="")),
    "source map in base64": lambda s: in_base64(source_map(s)),
    "source map in base64, ASCII only": lambda s: in_base64(json.dumps([f"k = {json.dumps(s)}"])),
    "source map": lambda s: json.dumps({"sourcesContent": [f"const k = '{s}'\n"]}),
}
"""Hiding places and ways: each is found."""

MIXED, ESCAPED = "decimal and hexadecimal bytes", "an escaped escape"
"""Only missed by the first look."""

MISSED: dict[str, tuple[Encode, str]] = {
    "compressed": (lambda s: gzip.compress(s.encode()), "nothing inside a file is unpacked"),
    "backwards": (lambda s: s[::-1], "only running the code shows what it makes"),
    "rot13": (lambda s: codecs.encode(s, "rot13"), "only running the code shows what it makes"),
    "base64 twice": (lambda s: in_base64(in_base64(s)), "one encoding of a whole secret is undone"),
    "variables": (lambda s: f'a="{s[:8]}";b="{s[8:]}"', "only running the code joins them"),
    "long comment between pieces": (
        lambda s: f'"{s[:8]}"+/*{"x" * 300}*/"{s[8:]}"',
        "200 bytes of a comment are read: a longer search is slow in a hostile file",
    ),
    "comments in a list of bytes": (
        lambda s: ", /* x */".join(str(b) for b in s.encode()),
        "minifiers remove comments, and few people comment each byte",
    ),
    MIXED: (
        lambda s: ",".join(f"0x{b:02x}" if b % 2 else f"{b}" for b in s.encode()),
        "no program writes both in one list",
    ),
    "object of bytes": (
        lambda s: json.dumps(dict(enumerate(s.encode()))),
        "what JSON makes of a Uint8Array, which few programs write into code",
    ),
    ESCAPED: (
        lambda s: "".join(f"\\x5cx{byte:02x}" for byte in s.encode()),
        "a backslash is written as two of them, and not by its number",
    ),
    "pieces in another case": (
        lambda s: f'"{s.upper()}".toLowerCase()',
        "only running the code shows what it makes",
    ),
    "named references of HTML": (
        lambda s: s.replace("é", "&eacute;").replace("+", "&plus;"),
        "of 2,231 names, those that escaping writes are searched for",
    ),
    "quoted-printable": (
        lambda s: quopri.encodestring(s.encode()),
        "an encoding of mail, and not of bundles",
    ),
    "UTF-16 in base64": (
        lambda s: base64.b64encode(s.encode("utf-16-le")),
        "one encoding of a whole secret is undone",
    ),
    "pieces added to a variable": (
        lambda s: f'a="{s[:8]}";a+="{s[8:]}"',
        "only running the code joins them",
    ),
    "fromCharCode for each character": (
        lambda s: "+".join(f"String.fromCharCode({ord(c)})" for c in s),
        "only running the code shows what it makes",
    ),
    "pieces that are replaced": (
        lambda s: f'"{s[:8]}!{s[8:]}".replace("!", "")',
        "only running the code shows what it makes",
    ),
    "numbers of characters, shifted": (
        lambda s: ",".join(str(ord(c) + 1) for c in s),
        "only running the code shows what it makes",
    ),
    "%u escapes": (
        lambda s: units(s, "%u{:04x}"),
        "a form that only the obsolete `escape` writes",
    ),
}
"""What is missed, and why."""


def found(data: bytes, *secrets: str, size: int = BLOCK) -> list[tuple[str, int, str]]:
    search = Search(Known(f"s{number}", Secret(text)) for number, text in enumerate(secrets))
    search.start("x.js")
    for at in range(0, len(data), size):
        search.feed(data[at : at + size])
    return [(leak.secret, leak.offset, leak.how) for leak in search.leaks]


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return make_bundle()


def make_bundle() -> bytes:
    """Make 5 MB of code on one line, with pieces and escapes and no secret."""
    line = 'f(a,"b")+"c".concat("d")+`${"e"}g`+\'h\'+["i","j"].join("")+"\\x41\\n\\u00e9\\101";'
    return (line * (5_000_000 // len(line) + 1)).encode()


@pytest.mark.parametrize("name", FOUND)
def test_a_hidden_secret_of_ascii_is_found(name: str) -> None:
    hidden = FOUND[name](ASCII)
    assert found(hidden.encode() if isinstance(hidden, str) else hidden, ASCII)


def planted(bundle: bytes, encode: Encode, at: int) -> bytes:
    hidden = encode(SECRET)
    data = hidden.encode() if isinstance(hidden, str) else hidden
    return bundle[:at] + b";" + data + b";" + bundle[at:]


EDGE = BLOCK * 2 - 11
"""A place over the edge of two blocks."""


@pytest.mark.parametrize("name", FOUND)
def test_a_hidden_secret_is_found(bundle: bytes, name: str) -> None:
    [(_, offset, _)] = found(planted(bundle[: 3 * BLOCK], FOUND[name], EDGE), SECRET)
    assert EDGE <= offset <= EDGE + 120


@pytest.mark.parametrize("before", ["", "i", "id", "id1"])
@pytest.mark.parametrize(
    "secret", ['aZ9k"q7x', "aZ9k\\q7x", "aZ9k\u2028q7xé", "aZ9k/+=~*'q7x", "ß`${é&<"]
)
def test_special_characters_are_encoded_before_base64(secret: str, before: str) -> None:
    quoted = [quote(secret, safe=""), quote_plus(secret), quote(secret, safe="!'()*~")]
    strings = [json.dumps(secret), json.dumps(secret, ensure_ascii=False)]
    sources = [json.dumps(f"{before}{one}", ensure_ascii=False) for one in strings]
    for text in (*quoted, *strings, *sources):
        data = f"x {in_base64(f'{before}:{text}')} y".encode()
        assert [name for name, *_ in found(data, secret)] == ["s0"], text
        url_safe = base64.urlsafe_b64encode(f"{before}:{text}".encode())
        assert [name for name, *_ in found(url_safe, secret)] == ["s0"], text


@given(st.text(string.printable, min_size=6, max_size=20), st.text("ab1", max_size=4))
def test_any_secret_is_found_as_basic_authentication_requires(secret: str, client: str) -> None:
    header = in_base64(client + ":" + quote(secret, safe=""))
    assert len(found(f'"{header}"'.encode(), secret)) == 1


@pytest.mark.parametrize("name", MISSED)
def test_what_is_missed_is_known(bundle: bytes, name: str) -> None:
    assert found(planted(bundle[:BLOCK], MISSED[name][0], 1000), SECRET) == []


def test_of_at_least_40_hiding_places_at_least_36_are_found() -> None:
    assert len(FOUND) + len(MISSED) >= 40
    assert len(FOUND) >= 36
    assert all(why for _, why in MISSED.values())


def test_a_bundle_with_pieces_and_escapes_has_no_secret(bundle: bytes) -> None:
    assert found(bundle, SECRET, "another-S3CRET", "((((((", "a,b,c,d") == []


@given(
    st.text("ab1é/\U0001f600", min_size=6, max_size=12),
    st.sampled_from(sorted(set(FOUND) - {"escapes without need"})),
    st.integers(1, 200),
    st.integers(0, 200),
)
def test_the_block_size_does_not_change_what_is_found(
    secret: str, name: str, size: int, before: int
) -> None:
    try:
        hidden = FOUND[name](secret)
    except ValueError:
        return
    data = b"=" * before + (hidden.encode() if isinstance(hidden, str) else hidden) + b"=" * 99
    assert len(found(data, secret, size=size)) == len(found(data, secret))


class Reader(Search):
    """Reads every block as code does, without a first look."""

    def _may_have_more(self, _: bytes) -> bool:
        return True


WRAPPED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": json.dumps,
    "in eval": in_eval,
    "in a source map": source_map,
    "after a comment": "a + // x\n{}\n+ /* y */ b".format,
}


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("name", [*FOUND, *(one for one in MISSED if one not in (MIXED, ESCAPED))])
def test_the_first_look_misses_nothing(name: str, wrapped: str) -> None:
    encode = FOUND[name] if name in FOUND else MISSED[name][0]
    hidden = encode(SECRET)
    text = hidden if isinstance(hidden, str) else hidden.decode("utf-8", "surrogateescape")
    data = WRAPPED[wrapped](text).encode("utf-8", "surrogateescape")
    reader = Reader([Known("s0", Secret(SECRET))])
    reader.start("x.js")
    reader.feed(data)
    assert found(data, SECRET) == [(one.secret, one.offset, one.how) for one in reader.leaks]


SIGNS = ("+", ",", "(", ")", "[", "]", ".concat", "?.concat", '["concat"]', "['concat']")
COMMENTS = ("/**/", "/*x*/", "//y\n", '/* " */', "// '+\n", "/* * / */")


@given(
    st.sampled_from("\"'`"),
    st.lists(st.sampled_from((*SIGNS, *COMMENTS, " ", "\n", " " * 22)), max_size=9),
)
def test_a_secret_is_found_whatever_is_between_its_pieces(quote: str, between: list[str]) -> None:
    joint = quote + ("".join(between) or "+") + quote
    assert found(f"{SECRET[:8]}{joint}{SECRET[8:]}{quote};".encode(), SECRET)


HOSTILE: dict[str, bytes] = {
    "backslashes": b"\\",
    "escapes": b"\\x41",
    "points with zeros": b"\\u{0000000000",
    "joints": b'"+"',
    "quotes": b'"',
    "open joints": b'"' + b" " * 39,
    "decoys": b"a1 b2 c3 d4 ",
    "pieces of a decoy": b'"a1","b2",c3,"d4"',
    "punctuation": b"((((",
    "comments": b'"/*x*/',
    "open comments": b'"/*',
    "line comments": b'"//\n',
    "line comments with quotes": b'//"\n',
    "comments without space": b"/**/",
    "comments of decoys": b'"a1"/*b2*/+"c3d4"',
    "arrays": b'["a1","b2"].join("-")',
    "open arrays": b'["a1",',
    "numbers": b"0x61, 0x31 ,\n",
    "numbers and spaces": b"6" + b" " * 199,
    "references": b"&#x61;&#0049&#",
    "percent signs": b"%61%31%",
    "lines": b"a1b2\n   ",
    "zeros": b"a\0001\0b\0",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_a_hostile_file(name: str) -> None:
    assert grows_with_its_input(
        lambda size: HOSTILE[name] * (size // len(HOSTILE[name])),
        lambda data: found(data, "a1b2c3d4", "((((((+"),
        400_000,
    )


def test_a_line_of_30_mb_is_searched_block_by_block() -> None:
    block = (b'x("a","b");' * (BLOCK // 11 + 1))[:BLOCK]
    search = Search([Known("s", Secret(SECRET))])
    search.start("x.js")
    tracemalloc.start()
    try:
        for number in range(30_000_000 // BLOCK):
            search.feed(block)
            if number == 100:
                search.feed(f'"{SECRET[:4]}"+"{SECRET[4:]}"'.encode())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [leak.how for leak in search.leaks] == ["joined from pieces"]
    assert peak < 16_000_000


@pytest.mark.parametrize("size", [1024, 1025, 1_000_000])
def test_a_long_secret_is_found_by_its_start(size: int) -> None:
    secret = ("aZ9é" * (size // 4 + 1))[:size]
    data = b"x" * 300_000 + secret.encode() + b"x" * 9
    assert [leak[0] for leak in found(data, secret)] == ["s0"]


def main() -> None:
    """Print the table: each way, whether it is found, and as what."""
    bundle = make_bundle()
    start = time.process_time()
    ways = {**{name: (encode, "") for name, encode in FOUND.items()}, **MISSED}
    for name, (encode, why) in ways.items():
        leaks = found(planted(bundle, encode, EDGE), SECRET)
        how = f"found: {leaks[0][2] or 'plain'}" if leaks else f"missed: {why}"
        print(f"| {name} | {how} |")
    seconds = time.process_time() - start
    print(f"\n{len(FOUND)} of {len(ways)} found; {seconds / len(ways):.2f} s each")


if __name__ == "__main__":
    main()
