"""Positions in a text as editors count them: lines and units from 0.

[Language Server Protocol 3.17, "Text Documents" and "Position"]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Literal

from lsprotocol.types import Position, PositionEncodingKind, Range

from manifest_lint.finding import Place
from manifest_lint.reports.columns import Columns

_END_OF_LINE = re.compile(r"\r\n|\n|\r")


def _starts(text: str) -> list[int]:
    """Return where each line starts."""
    if "\r" in text:
        return [0, *(found.end() for found in _END_OF_LINE.finditer(text))]
    lengths = map(len, text.split("\n"))
    return list(accumulate(map((1).__add__, lengths), initial=0))[:-1]


class Lines:
    """The lines of a text, and the positions of its characters in the agreed encoding."""

    def __init__(self, text: str, encoding: PositionEncodingKind | str):
        self._text = text
        self._starts = _starts(text)
        name: Literal["utf-8", "utf-16-le"] = (
            "utf-8" if encoding == PositionEncodingKind.Utf8 else "utf-16-le"
        )
        # In UTF-32, no character takes more than one unit.
        self._columns = Columns("" if encoding == PositionEncodingKind.Utf32 else text, name)

    def position(self, offset: int) -> Position:
        """Return the position of an offset in code points."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset) - 1
        return Position(line, self._units(self._starts[line], offset))

    def range(self, start: int, end: int) -> Range:
        """Return the range between two offsets."""
        return Range(self.position(start), self.position(end))

    def of_place(self, place: Place) -> Range:
        """Return the range of a finding's place."""
        return self.range(place.start, place.end)

    def offset(self, position: Position) -> int:
        """Return the offset of a position. After the end of a line, it is the end of the line.

        A position inside a character means the start of the character.
        """
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[position.line]
        last = position.line + 1 == len(self._starts)
        end = len(self._text) if last else self._starts[position.line + 1]
        while end > start and self._text[end - 1] in "\r\n":
            end -= 1
        return start + bisect_right(
            range(1, end - start + 1),
            position.character,
            key=lambda count: self._units(start, start + count),
        )

    def _units(self, start: int, end: int) -> int:
        return end - start + self._columns.between(start, end)
