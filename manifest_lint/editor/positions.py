"""Positions in a text as editors count them: lines and units from 0.

[Language Server Protocol 3.17, "Text Documents" and "Position"]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from lsprotocol.types import Position, PositionEncodingKind, Range

from manifest_lint.finding import Place

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
        self._encoding = encoding
        self._starts = _starts(text)

    def position(self, offset: int) -> Position:
        """Return the position of an offset in code points."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset) - 1
        return Position(line, self._units(self._text[self._starts[line] : offset]))

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
        line = self._text[start:end].rstrip("\r\n")
        if line.isascii():
            return start + min(position.character, len(line))
        units = 0
        for index, char in enumerate(line):
            units += self._units(char)
            if units > position.character:
                return start + index
        return start + len(line)

    def _units(self, text: str) -> int:
        if text.isascii() or self._encoding == PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding == PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(char > "\uffff" for char in text)
