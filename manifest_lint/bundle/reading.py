"""Data as code reads it: what code writes with escapes and in pieces is undone."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise

from manifest_lint.bundle.forms import NUMBERS
from manifest_lint.content.escapes import escapes

_UNDONE = 2
"""Code in a string, as webpack's `eval` has it, is escaped twice."""

_SPACE = rb"\s{1,200}(?!\s)"

_COMMENTS = rb"(?:(?:/\*(?:[^*/]|\*(?!/)|/(?!\*)){0,200}\*/|//[^\n]{0,200}\n)\s{0,200})+"
"""Several comments, one after another. If a second one seems to start within one, it is none."""

_BEFORE_COMMENT = (b'"', b"'", b"`", b"+", b",", b"(", b")", b"[", b"]", b"\\", b"concat")
_AFTER_COMMENT = rb"[\"'`+,()\[\]\\.?]"

_JOINT = (
    rb"""["'`](?:\[["'`]concat["'`]\]|(?:\?\.|\.)concat\b|[+,()\[\]]|"""
    + _SPACE
    + rb"""){1,40}["'`]|\$\{\s{0,40}["'`]|["'`]\s{0,40}\}"""
)
"""From the end of a piece of a string to the start of the next: `"+"`, `".concat("`, `","`.

`${"` and `"}` are the edges of a piece within a template.
"""

_PIECE = rb"""(?:"[^"\\\n]{0,200}"|'[^'\\\n]{0,200}'|`[^`\\\n]{0,200}`)"""
_JOINED = (
    rb"\[\s{0,200}("
    + _PIECE
    + rb"(?:\s{0,200},\s{0,200}"
    + _PIECE
    + rb"){1,200})\s{0,200},?\s{0,200}\]"
    rb"""(?:\.|\[["'`])join(?:["'`]\])?\(\s{0,40}["'`]([^"'`\\\n]{1,20})["'`]"""
)
"""`["a","b"].join("-")`"""

_BREAK = rb"(?<=[\w+/-])\r?\n[ \t]{0,200}(?=[\w+/=-])"
"""A break in the lines of an encoded text."""

_NUMBER = (
    rb"0(?<=[\[(,\s]0)[xX]([0-9a-fA-F]{1,6})(?=[\s,\])])"
    rb"|(?<=[0-9a-fA-F])\s{0,200},\s{0,200}(?=[0-9])"
)
"""A hexadecimal number in a list, and what is between two numbers."""

_REFERENCE = rb"&(?:#(?:[xX]0{0,9}([0-9a-fA-F]{1,6})|0{0,9}([0-9]{1,7}));?|(amp|lt|gt|quot|apos);)"
"""A character reference, by number or as escaping writes it [HTML, section 13.5]."""

_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}

_PERCENT = rb"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*"

Spans = Callable[[bytes], Iterator[tuple[int, int, bytes]]]


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

    def replaced(self, spans: Iterable[tuple[int, int, bytes]]) -> Reading:
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
    yield from _joined(reading)
    yield from _decoded(reading)
    if b"\0" in data:
        reading = reading.replaced(_cuts(rb"\0+")(data))
        yield reading, "UTF-16"
        yield from _joined(reading)
    for _ in range(_UNDONE):
        if b"\\" not in reading.data:
            return
        reading = reading.replaced(escapes(reading.data))
        yield reading, "JavaScript"
        yield from _joined(reading)
        yield from _decoded(reading)


def comments(data: bytes, starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield where comments are that may be between two pieces; `starts` are of `/*` and `//`."""
    tried = 0
    for start in starts:
        before = data[max(start - 40, 0) : start].rstrip()
        if start < tried or (before and not before.endswith(_BEFORE_COMMENT)):
            continue
        found = re.compile(_COMMENTS).match(data, start)
        if found:
            tried = found.end()
            if re.compile(_AFTER_COMMENT).match(data, tried):
                yield found.span()


def decoded(data: bytes) -> bytes:
    """Return data with the characters that its references and percent signs mean."""
    data = re.sub(_REFERENCE, _character, data)
    return re.sub(_PERCENT, _bytes, data)


def _joined(reading: Reading) -> Iterator[tuple[Reading, str]]:
    """Yield a reading with the pieces of strings, and the lines of encoded text, in one."""
    data = reading.data
    yield reading.replaced(_cuts(_JOINT)(data)), "joined from pieces"
    between = list(comments(data, (found.start() for found in re.finditer(rb"/[*/]", data))))
    if between:
        reading_without = reading.replaced((start, end, b" ") for start, end in between)
        joined = reading_without.replaced(_cuts(_JOINT)(reading_without.data))
        yield joined, "joined from pieces"
    if b"join" in data:
        yield reading.replaced(separated(data)), "joined from pieces"
    if b"\n" in data:
        yield reading.replaced(_cuts(_BREAK)(data)), "in lines"


def _decoded(reading: Reading) -> Iterator[tuple[Reading, str]]:
    """Yield a reading with the characters that numbers, references and percent signs mean."""
    yield reading.replaced(_numbers(reading.data)), NUMBERS
    yield reading.replaced(_references(reading.data)), "HTML"
    yield reading.replaced(_percents(reading.data)), "URL-encoded"


def _cuts(pattern: bytes) -> Spans:
    def spans(data: bytes) -> Iterator[tuple[int, int, bytes]]:
        return ((*found.span(), b"") for found in re.finditer(pattern, data))

    return spans


def separated(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield what is between two pieces of an array that is joined, and the separator."""
    for found in re.finditer(_JOINED, data):
        pieces = [one.span() for one in re.finditer(_PIECE, data[: found.end(1)][found.start(1) :])]
        at = found.start(1)
        for (_, end), (start, _) in pairwise(pieces):
            yield at + end - 1, at + start + 1, found[2]


def _numbers(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    for found in re.finditer(_NUMBER, data):
        yield (*found.span(), b"%d" % int(found[1], 16) if found[1] else b",")


def _references(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    return ((*found.span(), _character(found)) for found in re.finditer(_REFERENCE, data))


def _percents(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    return ((*found.span(), _bytes(found)) for found in re.finditer(_PERCENT, data))


def _character(found: re.Match[bytes]) -> bytes:
    """Return the character that a reference means, as it is if there is none."""
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else found[0]


def _bytes(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[0].replace(b"%", b"").decode())
