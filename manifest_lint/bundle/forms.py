"""How a secret may be written in a file: each encoding of the whole secret is a form of its own.

What code writes in a mixed way, with escapes and in pieces, is undone in the file: see reading.py.
"""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Iterator

LONGEST = 1024
"""Of a longer secret, only the first bytes are searched for."""

NUMBERS = "numbers of characters"

_LEAST_PART = 8


def forms(secret: str, shortest: int) -> dict[bytes, str]:
    """Return every form of a secret of at least `shortest` bytes, and its encoding.

    The encoding is empty for the plain form.
    """
    found: dict[bytes, str] = {}
    for text, data in _spellings(secret):
        found.setdefault(data, "" if not found else "another encoding of its characters")
        found.setdefault(re.sub(rb"[\r\n]+", b"", data), "without its line breaks")
        found.setdefault(data.decode("latin-1").encode(), "a character for each byte")
        for encode in (_of_urls, _of_json, _of_javascript, _of_quotes, _of_numbers):
            for form, how in encode(text, data):
                found.setdefault(form.encode(), how)
        for utf_16 in ("utf-16-le", "utf-16-be"):
            found.setdefault(text.encode(utf_16), "UTF-16")
        for shift in range(3):
            for form in _in_base64(data, shift):
                found.setdefault(form.encode(), "base64")
    for written in _written_first(secret):
        for shift in range(3):
            for form in _in_base64(written, shift):
                found.setdefault(form.encode(), "base64 of encoded text")
    return {form: how for form, how in found.items() if len(form) >= shortest}


def _spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield the start of a secret, and its bytes in the encodings that files and code have.

    A character with an accent may be one or two code points [Unicode Standard Annex 15].
    """
    secret = secret[:LONGEST]
    data = secret.encode("utf-8", "surrogateescape")[:LONGEST]
    text = data.decode("utf-8", "ignore")  # a character may be cut at the end
    if any("\udc80" <= char <= "\udcff" for char in secret):
        text = ""  # its bytes are not UTF-8: without them it would be another secret
    yield text, data
    if not text or text.isascii():
        return
    from unicodedata import normalize

    for one in dict.fromkeys((text, normalize("NFC", text), normalize("NFD", text))):
        yield one, one.encode()
        if all(char <= "\xff" for char in one):
            yield one, one.encode("latin-1")  # as `btoa` takes it


def _written_first(secret: str) -> Iterator[bytes]:
    """Yield a secret as code writes it before it encodes that in base64, if it is not as it is.

    A client's secret is URL-encoded for Basic authentication [RFC 6749, section 2.3.1], and a
    source map within a file has strings of code in JSON.
    """
    from urllib.parse import quote, quote_plus

    text, data = next(_spellings(secret))
    urls = (quote(data, safe=""), quote(data, safe="!'()*~"), quote_plus(data))
    strings = dict.fromkeys((*_json_strings(text), *_javascript_strings(text)))
    within = (form for one in strings for form in _json_strings(one, ""))
    written = dict.fromkeys(form.encode() for form in (*urls, *strings, *within))
    yield from (one for one in written if one != data)


def _of_urls(text: str, data: bytes) -> Iterator[tuple[str, str]]:
    from urllib.parse import quote, quote_plus

    for url in (quote(data), quote(data, safe=""), quote_plus(data), quote(data, safe="!'()*~")):
        yield url, "URL-encoded"
        yield re.sub("%..", lambda found: found[0].lower(), url), "URL-encoded"
    yield "".join(f"%{byte:02x}" for byte in data), "URL-encoded"
    yield text.replace(" ", "+"), "URL-encoded"


def _of_json(text: str, _: bytes) -> Iterator[tuple[str, str]]:
    yield from ((escaped, "JSON") for escaped in _json_strings(text))


def _json_strings(text: str, escapes: str = "/<>&") -> Iterator[str]:
    """Yield a text as in JSON, also with each of these characters escaped."""
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        # JSON.stringify keeps these two, webpack does not.
        yield escaped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        if "/" in escapes:
            yield escaped.replace("/", "\\/")
        for_html = escaped
        for char in escapes.strip("/"):  # Go and PHP write these so
            for_html = for_html.replace(char, f"\\u{ord(char):04x}")
        yield for_html


def _javascript_strings(text: str) -> Iterator[str]:
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        unquoted = escaped.replace('\\"', '"')  # what JavaScript need not escape between others
        yield unquoted
        yield unquoted.replace("'", "\\'")
        yield unquoted.replace("`", "\\`").replace("${", "\\${")


def _of_javascript(text: str, _: bytes) -> Iterator[tuple[str, str]]:
    yield from ((escaped, "JavaScript") for escaped in _javascript_strings(text))
    if all(char <= "\xff" for char in text):
        yield "".join(f"\\x{ord(char):02x}" for char in text), "JavaScript"
        yield "".join(f"\\x{ord(char):02X}" for char in text), "JavaScript"


def _of_quotes(text: str, _: bytes) -> Iterator[tuple[str, str]]:
    """Yield a text as YAML, SQL, CSV and shells have it between quotes that it has too."""
    for quote, instead in (("'", "''"), ('"', '""'), ("'", "'\\''"), ("'", "'\"'\"'")):
        if quote in text:
            yield text.replace(quote, instead), "with doubled quotes"


def _of_numbers(text: str, data: bytes) -> Iterator[tuple[str, str]]:
    for digits in (data.hex(), data.hex().upper()):
        yield digits, "hexadecimal"
    for codes in (list(data), [ord(char) for char in text]):
        for form in ("d", "#x", "#04x", "#06x"):
            for comma in (",", ", "):
                yield comma.join(f"{code:{form}}" for code in codes), NUMBERS


def _in_base64(data: bytes, shift: int) -> Iterator[str]:
    """Yield the characters that depend on the secret alone, whatever is before and after it."""
    encoded = b2a_base64(b"\0" * shift + data, newline=False).decode().rstrip("=")
    sure = encoded[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
    yield sure
    yield sure.replace("+", "-").replace("/", "_")


def in_parts(form: bytes, how: str) -> tuple[bytes, ...]:
    """Return parts of a form: a file with it in lines, as base64 may be, has one of them."""
    if not how.startswith("base64") or len(form) < 2 * _LEAST_PART:
        return (form,)
    return form[: len(form) // 2], form[len(form) // 2 :]
