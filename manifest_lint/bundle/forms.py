"""How a secret may be written in a file, and how what a file says is read back.

An encoding of the whole secret is a form of its own. What code writes in a mixed way, with escapes
and in pieces, is undone in the file: see `Reading`.
"""

from __future__ import annotations

import base64
import bisect
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from manifest_lint.content.escapes import escapes

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

LONGEST = 1024
"""Of a longer secret, only the first bytes are searched for."""

_UNDONE = 2
"""Code in a string, as webpack's `eval` has it, is escaped twice."""

_BETWEEN = b"\"'`+,()[]{}$ \t\r\n\\"
"""The bytes that may be between two pieces of a string, besides names of methods."""

_CONCAT = b".concat("

_JOINT = rb"""["'`](?:[\s+,()\[\]]|\.concat\(){1,40}["'`]|\$\{\s{0,40}["'`]|["'`]\s{0,40}\}"""
"""From the end of a piece of a string to the start of the next: `"+"`, `".concat("`, `","`.

`${"` and `"}` are the edges of a piece within a template.
"""


def forms(secret: str, shortest: int) -> dict[bytes, str]:
    """Return every form of a secret of at least `shortest` bytes, and its encoding.

    The encoding is empty for the plain form.
    """
    data = secret[:LONGEST].encode("utf-8", "surrogateescape")[:LONGEST]
    text = data.decode("utf-8", "ignore")  # a character may be cut at the end
    if any("\udc80" <= char <= "\udcff" for char in secret[:LONGEST]):
        text = ""  # its bytes are not UTF-8: without them it would be another secret
    found: dict[bytes, str] = {data: ""}
    found.setdefault(re.sub(rb"[\r\n]+", b"", data), "without its line breaks")
    for encode in (_of_urls, _of_json, _of_javascript, _of_numbers, _of_html):
        for form, how in encode(text, data):
            found.setdefault(form.encode(), how)
    for utf_16 in ("utf-16-le", "utf-16-be"):
        found.setdefault(text.encode(utf_16), "UTF-16")
    for shift in range(3):
        for form in _in_base64(data, shift):
            found.setdefault(form.encode(), "base64")
    return {form: how for form, how in found.items() if len(form) >= shortest}


def _of_urls(_: str, data: bytes) -> Iterator[tuple[str, str]]:
    from urllib.parse import quote, quote_plus

    for url in (quote(data), quote(data, safe=""), quote_plus(data), quote(data, safe="!'()*~")):
        yield url, "URL-encoded"
        yield re.sub("%..", lambda found: found[0].lower(), url), "URL-encoded"


def _of_json(text: str, _: bytes) -> Iterator[tuple[str, str]]:
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield escaped, "JSON"
        yield escaped.replace("/", "\\/"), "JSON"
        for_html = escaped
        for char in "<>&":  # Go and PHP write these so
            for_html = for_html.replace(char, f"\\u{ord(char):04x}")
        yield for_html, "JSON"


def _of_javascript(text: str, _: bytes) -> Iterator[tuple[str, str]]:
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        unquoted = escaped.replace('\\"', '"')  # what JavaScript need not escape between others
        yield unquoted, "JavaScript"
        yield unquoted.replace("'", "\\'"), "JavaScript"
        yield unquoted.replace("`", "\\`").replace("${", "\\${"), "JavaScript"
    if all(char <= "\xff" for char in text):
        yield "".join(f"\\x{ord(char):02x}" for char in text), "JavaScript"
        yield "".join(f"\\x{ord(char):02X}" for char in text), "JavaScript"
    units = text.encode("utf-16-be")
    pairs = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    for digits in ("04x", "04X"):
        yield "".join(f"\\u{unit:{digits}}" for unit in pairs), "JavaScript"


def _of_numbers(text: str, data: bytes) -> Iterator[tuple[str, str]]:
    for digits in (data.hex(), data.hex().upper()):
        yield digits, "hexadecimal"
    for codes in (list(data), [ord(char) for char in text]):
        for form in ("d", "#x", "#04x"):
            for comma in (",", ", "):
                yield comma.join(f"{code:{form}}" for code in codes), "numbers of characters"


def _of_html(text: str, _: bytes) -> Iterator[tuple[str, str]]:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield escaped, "HTML"
    yield escaped.replace('"', "&quot;"), "HTML"
    yield escaped.replace('"', "&quot;").replace("'", "&#x27;"), "HTML"
    yield escaped.replace('"', "&#34;").replace("'", "&#39;"), "HTML"
    yield "".join(f"&#{ord(char)};" for char in text), "HTML"
    yield "".join(f"&#x{ord(char):x};" for char in text), "HTML"


def _in_base64(data: bytes, shift: int) -> Iterator[str]:
    """Yield the characters that depend on the secret alone, whatever is before and after it."""
    encoded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
    sure = encoded[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
    yield sure
    yield sure.replace("+", "-").replace("/", "_")


def squeezed(data: bytes) -> bytes:
    """Return data without what may be between pieces of a string: quick, and with chance hits."""
    cuts = [cut for _, *span in _concat().find_matches_as_indexes(data) for cut in span]
    if cuts:
        starts, ends = [0, *cuts[1::2]], [*cuts[::2], len(data)]
        data = b"".join(data[start:end] for start, end in zip(starts, ends, strict=True))
    return data.translate(None, _BETWEEN)


@cache
def _concat() -> BytesAhoCorasick:
    """What finds `.concat(`: several times as quick as bytes.replace."""
    from ahocorasick_rs import BytesAhoCorasick, MatchKind

    return BytesAhoCorasick([_CONCAT], matchkind=MatchKind.LeftmostFirst)


class Reading:
    """Data as code reads it: with parts of it replaced, and where each byte comes from."""

    def __init__(self, data: bytes, parent: Reading | None = None):
        self.data = data
        self._parent = parent
        self._starts = [0]  # in this data, of each part that was kept
        self._origins = [0]  # of the same parts in the parent's data

    def origin(self, position: int) -> int:
        """Return where a byte of this reading is in the data that was read first."""
        if self._parent is None:
            return position
        part = bisect.bisect_right(self._starts, position) - 1
        inner = self._origins[part] + position - self._starts[part]
        limit = self._origins[part + 1] if part + 1 < len(self._origins) else inner
        return self._parent.origin(min(inner, limit))

    def has_changed(self, start: int, end: int) -> bool:
        """Return whether something was replaced within a range of this reading, at any level."""
        if self._parent is None:
            return False
        return self.origin(end) - self.origin(start) != end - start

    def replaced(self, spans: Iterator[tuple[int, int, bytes]]) -> Reading:
        """Return a reading in which each span (start, end, what is there instead) is replaced."""
        parts: list[bytes] = []
        origins = [0]
        at = 0
        for start, end, instead in spans:
            parts += self.data[at:start], instead
            origins += start, end
            at = end
        parts.append(self.data[at:])
        new = Reading(b"".join(parts), self)
        new._starts = [0, *accumulate(map(len, parts[:-1]))]
        new._origins = origins
        return new


def readings(data: bytes) -> Iterator[tuple[Reading, str]]:
    """Yield the data as code reads it, and how it was written: escaped, and in pieces."""
    reading = Reading(data)
    yield reading.replaced(_joints(data)), "joined from pieces"
    for _ in range(_UNDONE):
        if b"\\" not in reading.data:
            return
        reading = reading.replaced(escapes(reading.data))
        yield reading, "JavaScript"
        yield reading.replaced(_joints(reading.data)), "joined from pieces"


def _joints(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    return ((*found.span(), b"") for found in re.finditer(_JOINT, data))
