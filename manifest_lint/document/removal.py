"""Remove a comma or a comment from JSON text, and leave no blank at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BLANK = " \t"
_LINE_END = re.compile(r"[ \t]*(?=\r?\n|\Z)")
_LINE_BREAK = re.compile(r"\r?\n")
_APART = " \t\r\n,:[]{}"
"""Between two other characters, one blank is left: `1/**/2` must not become `12`."""


def removal(text: str, start: int, end: int) -> tuple[int, int, str]:
    """Return the edit that removes `text[start:end]`, which is not in a string, and blanks at it.

    At the end of a line, all blanks around it go too, and a line that has nothing else goes as a
    whole. Elsewhere, only one of the blanks on both sides stays.
    """
    before, after = start, end  # slices up to them would copy the whole text for each edit
    while before and text[before - 1] in _BLANK:
        before -= 1
    starts_line = before == 0 or text[before - 1] == "\n"
    if at_end := _LINE_END.match(text, end):
        line_break = _LINE_BREAK.match(text, at_end.end())
        if starts_line and line_break:
            return before, line_break.end(), ""
        return before, at_end.end(), ""
    if starts_line:
        while text[after] in _BLANK:
            after += 1
        return start, after, ""
    if text[end] in _APART:
        return before, end, ""
    return start, end, "" if text[start - 1] in _APART else " "


def removals(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """Return the edits that remove several stretches, sorted, as `removal` does for one.

    Stretches with only blanks between them are removed as one.
    """
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip(_BLANK):
            start = joined.pop()[0]
        joined.append((start, end))
    return [removal(text, start, end) for start, end in joined]
