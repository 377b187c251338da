r"""A quick first look at data: without what may be between the pieces of a secret.

It has chance hits, and misses nothing that reading.py finds, but two ways of writing that are
not seen in practice: numbers both decimal and hexadecimal, and a backslash as `\x5c`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from manifest_lint.bundle.reading import Reading, comments, decoded, separated
from manifest_lint.content.escapes import unescaped
from manifest_lint.text.substrings import Finder, finder

_BETWEEN = b"\"'`+,()[]{}$ \t\r\n\v\f\\\0"
"""The bytes that may be between two pieces of a string, besides names of methods.

Zeros are between the letters of UTF-16.
"""

_IN_LOWER_CASE = bytes(range(256)).lower()
"""In any case: that of the digits in `\\x4B` or `%6b` does not matter."""

_BLANK = rb"\\(?:[nrt]|u0000)"
"""An escape of what may be between two pieces, or two letters of UTF-16."""

_ESCAPED_QUOTE = rb"\\\\*([\"'`])"

_CUT = (
    *(b"?.concat", b".concat"),
    *(
        b"[%s%sconcat%s%s]" % (2 * (slash, quote))
        for slash in (b"", b"\\")
        for quote in (b'"', b"'", b"`")
    ),
    *(b"\\\xe2\x80\xa8", b"\\\xe2\x80\xa9"),
)
"""Names of methods, also with escaped quotes, and continued lines."""

_COMMENTS = (b"/*", b"//")

_JOIN = b"join"
_CODES = (
    *(b"%%%d" % digit for digit in range(2, 8)),
    *(b"&#", b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;"),
)
"""How codes of printable characters start."""

_MORE_CODES = tuple(b"%%%c" % byte for byte in b"cCdDeEfF")
"""How codes of other ones start in a URL, which are UTF-8."""


def squeezed(data: bytes, *, printable: bool) -> Iterator[bytes]:
    """Yield data in lower case, without escapes and what may be between pieces of a string.

    It follows without comments, with joined arrays, and without other codes of characters, if it
    has any. With `printable`, it keeps escapes of what is not printable ASCII, which is quicker.
    """
    data = _undone(data, printable=printable)
    yield from _cut(data)
    marks = (_JOIN, *_CODES) if printable else (_JOIN, *_CODES, *_MORE_CODES)
    has = {marks[which] for which, *_ in _finder(marks)(data)}
    if _JOIN in has:
        quoted = re.sub(_ESCAPED_QUOTE, rb"\1", data)
        if arrays := list(separated(quoted)):
            yield _squeezed(Reading(quoted).replaced(arrays).data, [])
    if has - {_JOIN}:
        yield _squeezed(decoded(data), [])  # joined and decoded: both is rare


def squeezed_forms(form: bytes, *, printable: bool) -> Iterator[bytes]:
    """Yield what a form of a secret is in squeezed data, also if its escapes are none there."""
    yield from _cut(form)
    yield from squeezed(form, printable=printable)


def _undone(data: bytes, *, printable: bool) -> bytes:
    """Return data without escapes, and without what UTF-16 adds."""
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"\\" not in data:
        return data
    return unescaped(re.sub(_BLANK, b"\n", data), printable=printable)


def _cut(data: bytes) -> Iterator[bytes]:
    """Yield data in lower case without the ends of pieces, then also without comments."""
    found = _finder(_CUT + _COMMENTS)(data)
    cuts = [(start, end) for which, start, end in found if which < len(_CUT)]
    yield _squeezed(data, cuts)
    between = list(comments(data, (start for which, start, _ in found if which >= len(_CUT))))
    if between:
        yield _squeezed(data, sorted(cuts + between))


def _squeezed(data: bytes, cuts: list[tuple[int, int]]) -> bytes:
    kept, at = [], 0
    for start, end in cuts:
        if start >= at:
            kept.append(data[at:start])
            at = end
    if kept:
        data = b"".join([*kept, data[at:]])
    return data.translate(_IN_LOWER_CASE, _BETWEEN)


@cache
def _finder(parts: tuple[bytes, ...]) -> Finder:
    """Return what finds any of these parts: several times as quick as a regular expression."""
    return finder(parts, "first")
