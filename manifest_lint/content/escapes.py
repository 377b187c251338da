"""The escapes in strings of JavaScript and JSON, and what they mean.

[ECMA-262, EscapeSequence and LegacyOctalEscapeSequence]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from manifest_lint.text.substrings import Finder, finder

_NUMBERS = (
    rb"(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})"
    rb"|u\{0{0,32}([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)"
)
_NUMBERED = rb"\\(?:" + _NUMBERS + rb")"
_PRINTABLE = (
    rb"\\(?:(?:x|u00)([2-7][0-9a-fA-F])|u\{0{0,32}([2-7][0-9a-fA-F])\}|(0?[4-7][0-7]|1[0-7]{2}))"
)
"""A numbered escape of a printable character: other ones are in tables of Unicode."""

LINE_BREAK = rb"\r\n|[\r\n]|\xe2\x80[\xa8\xa9]"
"""After a backslash, it only continues a string on the next line; the last are U+2028 and 2029."""

_ESCAPE = rb"(?s:\\(?:" + _NUMBERS + rb"|(" + LINE_BREAK + rb")|(.)))"

_NAMED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def escapes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the start and the end of each escape, and the bytes that it means, as UTF-8."""
    return ((*found.span(), _char(found)) for found in re.finditer(_ESCAPE, data))


def text_of(literal: bytes) -> bytes:
    """Return the text of what is between the quotes of a string."""
    return re.sub(_ESCAPE, _char, literal) if b"\\" in literal else literal


def unescaped(data: bytes, *, printable: bool = False) -> bytes:
    """Return data without its numbered escapes, whatever is before them.

    With `printable`, only those of printable ASCII, which is quicker.
    """
    if not _starts()(data):
        return data
    if printable:
        return re.sub(_PRINTABLE, _printable, data)
    return re.sub(_NUMBERED, _numbered, data)


@cache
def _starts() -> Finder:
    """Return what finds the start of a numbered escape: ten times as quick as `re`."""
    return finder([b"\\" + char.encode() for char in "ux01234567"], "first")


def _printable(found: re.Match[bytes]) -> bytes:
    digits, more, octal = found.groups()
    return bytes((int(octal, 8) if octal else int(digits or more, 16),))


def _numbered(found: re.Match[bytes]) -> bytes:
    return _of_number(*found.groups()) or found[0]


def _char(found: re.Match[bytes]) -> bytes:
    """Return what an escape means."""
    *numbers, line_break, other = found.groups()
    if line_break:
        return b""
    if other:
        return _NAMED.get(other, other)
    return _of_number(*numbers) or found[0]


def _of_number(
    pair: bytes | None,
    unit: bytes | None,
    point: bytes | None,
    byte: bytes | None,
    octal: bytes | None,
) -> bytes:
    """Return the character that a number means; nothing if there is none."""
    if pair:
        code = 0x10000 + ((int(pair[1:5], 16) & 0x3FF) << 10) + (int(pair[7:], 16) & 0x3FF)
    else:
        code = int(octal, 8) if octal else int(unit or point or byte or b"", 16)
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else b""
