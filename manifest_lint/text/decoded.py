"""Text without percent-encoding and escapes, and where each part of it was.

A secret can be written in many ways in a URL or in JSON, but is read in one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache

_DECODINGS = 2
"""How often a text is decoded: a login sends the URL that it goes to in the URL of another one."""

_HALF, _OTHER_HALF = rb"\\u[dD][89abAB][\da-fA-F]{2}", rb"\\u[dD][c-fC-F][\da-fA-F]{2}"
_ENCODED = (
    rb"%[\da-fA-F]{2}|\+"
    rb"|" + _HALF + _OTHER_HALF + rb"|\\u[\da-fA-F]{4}|\\U00(?:0[\da-fA-F]|10)[\da-fA-F]{4}"
    rb"|\\[\"\\/bfnrt]"
)
"""A byte in a URL, or a character in JSON or a message, that is not written as it is."""


def readings(data: bytes) -> Iterator[tuple[bytes, Callable[[int], int]]]:
    """Yield data decoded once and twice, if it has something to decode.

    With each is a function that returns where in the data an offset of it is.
    """
    offset: Callable[[int], int] = int
    for _ in range(_DECODINGS):
        if is_encoded(data):
            data, offset = _decoded(data, offset)
            yield data, offset


def is_encoded(data: bytes) -> bool:
    """Return whether some data may be something else once decoded: most texts are not."""
    return b"%" in data or b"\\" in data or b"+" in data


def _decoded(data: bytes, outer: Callable[[int], int]) -> tuple[bytes, Callable[[int], int]]:
    """Return data without percent-encoding and escapes, and where an offset of it is in `outer`."""
    from array import array  # only for such data; in lists, an escape takes ten times the memory

    decoded, ends, removed, done = bytearray(), array("q", [0]), array("q", [0]), 0
    for found in re.finditer(_ENCODED, data):
        decoded += data[done : found.start()] + _character(found[0])
        done = found.end()
        ends.append(len(decoded))
        removed.append(done - len(decoded))

    def offset(at: int) -> int:
        return outer(at + removed[bisect_right(ends, at) - 1])

    return bytes(decoded + data[done:]), offset


@lru_cache(1024)
def _character(written: bytes) -> bytes:
    """Return the bytes of one that is percent-encoded, a space in a URL, or an escape."""
    if written == b"+":
        return b" "
    if written.startswith(b"%"):
        return bytes.fromhex(written[1:].decode())
    if written == b"\\/":
        return b"/"
    halves = written.decode("unicode_escape").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
