"""The text of a report, which may have long lines, in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_AT_ONCE = 200_000
"""Characters in a piece: a part of a line may have the findings of a whole file."""


class Unfinished(str):
    """A part of a line: what comes next is on the same line."""

    __slots__ = ()


def text_of(lines: Iterable[str]) -> Iterator[str]:
    """Yield the text of some lines, in pieces of many lines."""
    parts: list[str] = []
    size = 0
    for line in lines:
        parts.append(line if isinstance(line, Unfinished) else f"{line}\n")
        size += len(line)
        if size > _AT_ONCE:
            yield "".join(parts)
            parts.clear()
            size = 0
    yield "".join(parts)
