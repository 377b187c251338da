"""The text of a report, which may have long lines, in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_AT_ONCE = 500
"""Lines, or parts of lines, in a piece."""


class Unfinished(str):
    """A part of a line: what comes next is on the same line."""

    __slots__ = ()


def text_of(lines: Iterable[str]) -> Iterator[str]:
    """Yield the text of some lines, in pieces of many lines."""
    parts: list[str] = []
    for number, line in enumerate(lines, 1):
        parts.append(line if isinstance(line, Unfinished) else f"{line}\n")
        if number % _AT_ONCE == 0:
            yield "".join(parts)
            parts.clear()
    yield "".join(parts)
