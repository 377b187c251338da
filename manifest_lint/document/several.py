"""Several JSON values in one text, each on a line of its own: JSON lines, and what jq writes.

couchbackup writes lists of documents so, CouchDB its changes as they come. [jsonlines.org;
@cloudant/couchbackup README; CouchDB, /{db}/_changes, feed=continuous]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from manifest_lint.document.go_json import MAX_DEPTH, NotJson, TooDeep, decode_at, deeper_than
from manifest_lint.document.spans import Pointer, Span, Spans

MOST_VALUES = 60_000
"""More values of a text are not read: callers refuse a file with fewer documents."""

_ANOTHER = re.compile(r"[ \t\r]*\n\s*[\[{]")
_SPACE = re.compile(r"[ \t\r\n]*")
_AT_A_LINES_START = re.compile(r"^[\[{]", re.MULTILINE)


class Part(NamedTuple):
    """A value, and where it is."""

    start: int
    end: int
    value: Any


class BrokenPart(NotJson):
    """A value after the first is not JSON; `text` is all, with only that value not blank."""

    def __init__(self, error: NotJson, text: str):
        super().__init__(error.reason, error.offset)
        self.text = text


def is_followed(text: str, end: int) -> bool:
    """Return whether a line after a value, which has this end, starts another one."""
    return _ANOTHER.match(text, end) is not None


def parts(text: str) -> list[Part]:
    """Return the values in a text, at most MOST_VALUES.

    Raises NotJson; a BrokenPart if only one of them is broken.
    """
    if (at := deeper_than(MAX_DEPTH + 1, f"[{text}")) is not None:
        raise TooDeep("nested too deep", at - 1)
    found: list[Part] = []
    at = _after_space(text, 0)
    while at < len(text) and len(found) < MOST_VALUES:
        try:
            value, end = decode_at(text, at)
        except NotJson as error:
            following = _AT_A_LINES_START.search(text, at + 1)
            cut = following.start() if following else len(text)
            blank = re.sub(r"[^\r\n]", " ", text[:at])
            raise BrokenPart(error, blank + text[at:cut]) from None
        found.append(Part(at, end, value))
        at = _after_space(text, end)
    return found


def _after_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # matches the empty string too


class SpansOfSeveral:
    """The places in a text of several values, as in `Spans`; a pointer's first step is an index."""

    def __init__(self, text: str, found: list[Part]):
        self._text = text
        self._parts = found
        self._spans: dict[int, Spans] = {}

    def value(self, pointer: Pointer) -> Span | None:
        """Return start and end of the value at `pointer`, or None if there is none."""
        if not pointer:
            return self._parts[0].start, self._parts[-1].end
        return self._moved("value", pointer)

    def key(self, pointer: Pointer) -> Span | None:
        """Return start and end of the key of the member at `pointer`, or None."""
        return self._moved("key", pointer)

    def member(self, pointer: Pointer) -> Span | None:
        """Return start and end of the member at `pointer`, or None."""
        return self._moved("member", pointer)

    def scalars(self) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """Yield every string, number and literal: the keys above it, its start and its end."""
        for number, part in enumerate(self._parts):
            for keys, start, end in self._of(number).scalars():
                yield keys, start + part.start, end + part.start

    def key_places(self) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """Yield every key: the keys above it, its start and its end."""
        for number, part in enumerate(self._parts):
            for above, start, end in self._of(number).key_places():
                yield above, start + part.start, end + part.start

    def _moved(self, name: str, pointer: Pointer) -> Span | None:
        number = pointer[0] if pointer else None
        if not isinstance(number, int) or not 0 <= number < len(self._parts):
            return None
        found: Span | None = getattr(self._of(number), name)(pointer[1:])
        start = self._parts[number].start
        return (found[0] + start, found[1] + start) if found else None

    def _of(self, number: int) -> Spans:
        if number not in self._spans:
            part = self._parts[number]
            self._spans[number] = Spans(self._text[part.start : part.end])
        return self._spans[number]
