"""A quick first look at data: without what may be between the pieces of a secret.

It has chance hits, and misses nothing that reading.py finds.
"""

from __future__ import annotations

import re
from functools import cache

from manifest_lint.bundle.reading import COMMENT, REFERENCE, character
from manifest_lint.content.escapes import unescaped
from manifest_lint.text.substrings import Finder, finder

_BETWEEN = b"\"'`+,()[]{}$ \t\r\n\\\0"
"""The bytes that may be between two pieces of a string, besides names of methods.

Zeros are between the letters of UTF-16.
"""

_IN_LOWER_CASE = bytes(range(256)).lower()
"""In any case: that of the digits in `\\x4B` or `%6b` does not matter."""

_CUT = (b"?.concat", b".concat", b'["concat"]', b"['concat']", b"\\\xe2\x80\xa8", b"\\\xe2\x80\xa9")
"""The last two are continued lines."""

_COMMENTS = (b"/*", b"//")
_AROUND = (b'"', b"'", b"`", b"+", b",", b"(", b")", b"[", b"]", b"\\")
_COMMENT = rb"(?:" + COMMENT + rb")\s{0,200}[\"'`+,()\[\]\\.?]"

_CODED = (*(b"%%%d" % digit for digit in range(2, 8)), b"&#")
_PERCENT = rb"%([2-7][0-9a-fA-F])"


def undone(data: bytes, *, printable: bool) -> bytes:
    """Return data without escapes and codes of characters, and without what UTF-16 adds.

    With `printable`, without escapes of printable ASCII only, which is quicker.
    """
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    data = unescaped(data, printable=printable)
    if _finder(_CODED)(data):
        data = re.sub(_PERCENT, lambda found: bytes((int(found[1], 16),)), data)
        data = re.sub(REFERENCE, character, data)
    return data


def squeezed(data: bytes) -> bytes:
    """Return data in lower case, without what may be between pieces of a string."""
    kept, comments, at = [], [], 0
    for which, start, end in _finder(_CUT + _COMMENTS)(data):
        if start < at:
            continue
        if which >= len(_CUT):
            comment = _comment(data, start)
            if not comment:
                continue
            comments.append(comment[0])
            end = comment.end() - 1
        kept.append(data[at:start])
        at = end
    if kept:
        data = b"".join([*kept, data[at:], *comments])
    return data.translate(_IN_LOWER_CASE, _BETWEEN)


def _comment(data: bytes, start: int) -> re.Match[bytes] | None:
    """Return the comment between two pieces that starts here, with one byte after it."""
    before = data[max(start - 40, 0) : start].rstrip()
    return re.compile(_COMMENT).match(data, start) if before.endswith(_AROUND) else None


@cache
def _finder(parts: tuple[bytes, ...]) -> Finder:
    """Return what finds any of these parts: several times as quick as a regular expression."""
    return finder(parts, "first")
