"""The fingerprint of a line, as GitHub's action for uploads computes it where there is none.

[github/codeql-action, src/fingerprints.ts, "hash"]
"""

from __future__ import annotations

import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from operator import mul

_WINDOW = 100
"""A fingerprint depends on this many UTF-16 code units, blanks left out, from the line's start."""

_BASE, _MODULUS = 37, 2**64
_POWERS = [pow(_BASE, _WINDOW - 1 - place, _MODULUS) for place in range(_WINDOW)]
_END = 0xFFFF
"""Means the end of the file; zeros follow it."""

_BREAK = re.compile("\r\n?")


def line_hashes(data: bytes) -> list[str]:
    """Return the fingerprint of each line of a file, the first line's first.

    The bytes are read as UTF-8, and a line ends with LF, CR or both. Lines with the same digest are
    numbered. What is returned is linear in the number of lines.
    """
    text = _BREAK.sub("\n", data.decode("utf-8", "replace"))
    lines = text.replace(" ", "").replace("\t", "").split("\n")
    units = array("H", "\n".join(lines).encode(f"utf-16-{sys.byteorder[0]}e"))
    units.extend([_END, *[0] * _WINDOW])
    seen: Counter[int] = Counter()
    hashes = []
    for start in _starts(lines):
        digest = sum(map(mul, units[start : start + _WINDOW], _POWERS)) % _MODULUS
        seen[digest] += 1
        hashes.append(f"{digest:x}:{seen[digest]}")
    return hashes


def _starts(lines: list[str]) -> Iterator[int]:
    """Yield where each line starts, in UTF-16 code units."""
    start = 0
    for line in lines:
        yield start
        start += 1 + (len(line) if line.isascii() else len(line.encode("utf-16-le")) // 2)
