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
_SEVERAL = rb"(?:(?:" + COMMENT + rb")\s{0,200})+"
_SIGN = rb"[\"'`+,()\[\]\\.?]"

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
    kept, comments, at, tried = [], [], 0, 0
    for which, start, end in _finder(_CUT + _COMMENTS)(data):
        if start < tried:
            continue
        if which >= len(_CUT):
            if not _may_be_between(data[max(start - 40, at) : start]):
                continue
            found = re.compile(_SEVERAL).match(data, start)
            if not found:
                continue
            end = tried = found.end()
            if not re.compile(_SIGN).match(data, end):
                continue
            comments.append(found[0])
        kept.append(data[at:start])
        at = tried = end
    if kept:
        data = b"".join([*kept, data[at:], *comments])
    return data.translate(_IN_LOWER_CASE, _BETWEEN)


def _may_be_between(before: bytes) -> bool:
    """Whether a comment may be between two pieces: if nothing is left before it, or a sign is."""
    before = before.rstrip()
    return not before or before.endswith(_AROUND)


@cache
def _finder(parts: tuple[bytes, ...]) -> Finder:
    """Return what finds any of these parts: several times as quick as a regular expression."""
    return finder(parts, "first")
