"""Columns as other programs count them: in UTF-16 code units, or in bytes of UTF-8."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import Literal

from manifest_lint.finding import Place

_WIDE = {"utf-16-le": re.compile("[\U00010000-\U0010ffff]"), "utf-8": re.compile("[^\0-\x7f]")}
_UNIT = {"utf-16-le": 2, "utf-8": 1}


class Columns:
    """The columns in one text. Each answer takes the logarithm of the text's length at most."""

    def __init__(self, text: str, encoding: Literal["utf-16-le", "utf-8"]):
        """Find the characters that take more than one unit of the encoding."""
        wide = () if text.isascii() else _WIDE[encoding].finditer(text)
        self._offsets = [found.start() for found in wide]
        sizes = (len(text[at].encode(encoding, "surrogatepass")) for at in self._offsets)
        self._more = list(accumulate((size // _UNIT[encoding] - 1 for size in sizes), initial=0))

    def start(self, place: Place) -> int:
        """Return the column of a place's start, from 1."""
        return place.column + self.between(place.start - place.column + 1, place.start)

    def end(self, place: Place) -> int:
        """Return the column just after a place, from 1."""
        return place.end_column + self.between(place.end - place.end_column + 1, place.end)

    def between(self, first: int, last: int) -> int:
        """Return how many more units than characters are between two offsets."""
        before, after = (self._more[bisect_left(self._offsets, one)] for one in (first, last))
        return after - before
