"""Where each part of a JSON text is.

Only for text that has been decoded already. An object is scanned when a caller asks for something
in it. Other values are skipped: the standard library's decoder, written in C, finds where each
ends. This module is imported for the first place that is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in typeshed

from manifest_lint.document.go_json import STRING

Pointer = tuple[str | int, ...]
"""The path from the top of a document to a value: keys of objects, indexes of arrays.

An index into an object means its n-th member, the only way to name a repeated key. A key means the
last member of that name, as Go and JavaScript read it.
"""

_FAR = 20
"""For a pointer of more steps, scanning each object by itself would take too long."""

_END_OF = json.JSONDecoder(
    object_pairs_hook=len, parse_int=len, parse_float=len, parse_constant=len
).scan_once  # type: ignore[attr-defined]  # set by JSONDecoder.__init__, as its subclasses use it
_WHITE = " \t\n\r"
_SPACE = re.compile(rf"[{_WHITE}]*")
_MEMBER = re.compile(
    rf"({STRING})[{_WHITE}]*:[{_WHITE}]*(?:({STRING}|[-+.\w]+)[{_WHITE}]*,?[{_WHITE}]*)?",
    re.DOTALL,
)
"""A key, and its value unless that is an object or an array."""

_COMMA = re.compile(rf"[{_WHITE}]*,?[{_WHITE}]*")
_TOKEN = re.compile(rf'{STRING}|[\[\]{{}},]|[^{_WHITE}\[\]{{}},:"]+', re.DOTALL)

Span = tuple[int, int]


_Member = tuple[Span | None, Span, int]
"""Where the key and the value of a member of an object are, and its index.

An item of an array has no key.
"""

_Members = dict[str | int, _Member]
"""What is directly in an object or an array, by index, and by key: the last of each."""


class _Open:
    """An object or an array whose end has not been reached."""

    __slots__ = ("count", "key", "members", "start")

    def __init__(self, start: int):
        self.start = start
        self.members: _Members = {}
        self.count = 0
        self.key: Span | None = None


class Spans:
    """The places of keys and values in one JSON text, as offsets in code points."""

    def __init__(self, text: str):
        self._text = text
        self._top: Span = self._after_space(0), len(text.rstrip(_WHITE))
        self._members: dict[int, _Members] = {}
        self._earlier: dict[int, tuple[int, _Members]] = {}
        self._values: dict[Pointer, Span | None] = {}
        self._is_complete = False

    def value(self, pointer: Pointer) -> Span | None:
        """Return start and end of the value at `pointer`, or None if there is none."""
        if pointer not in self._values:  # a finding and its fix ask for the same
            self._values[pointer] = self._found(pointer)
        return self._values[pointer]

    def key(self, pointer: Pointer) -> Span | None:
        """Return start and end of the key, quotes included, of the member at `pointer`, or None."""
        member = self._around(pointer).get(pointer[-1]) if pointer else None
        return member[0] if member else None

    def member(self, pointer: Pointer) -> Span | None:
        """Return start and end of a member or an item, with its comma and white space, or None.

        They are the ones before it, or after it if it is the first, and all white space if it is
        the only one. If this is removed, the rest is still JSON.
        """
        members = self._around(pointer) if pointer else {}
        if not pointer or pointer[-1] not in members:
            return None
        key, value, index = members[pointer[-1]]
        start, end = (key or value)[0], value[1]
        if index:
            start = members[index - 1][1][1]
        elif 1 in members:
            following, its_value, _ = members[1]
            end = (following or its_value)[0]
        elif around := self.value(pointer[:-1]):
            start, end = around[0] + 1, around[1] - 1
        return start, end

    def scalars(self) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """Yield every string, number and literal: the keys above it, its start and its end."""
        return (place for place, is_key in self._placed() if not is_key)

    def key_places(self) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """Yield every key: the keys above it, its start and its end, quotes included."""
        return (place for place, is_key in self._placed() if is_key)

    def _placed(self) -> Iterator[tuple[tuple[tuple[str, ...], int, int], bool]]:
        """Yield the place of every scalar and key, and whether it is a key."""
        self._scan_all()
        waiting: list[tuple[Span, tuple[str, ...]]] = [(self._top, ())]
        while waiting:
            (start, end), keys = waiting.pop()
            if self._text[start] not in "{[":
                yield (keys, start, end), False
                continue
            for step, (key, value, _) in self._members[start].items():
                if isinstance(step, int):
                    if key:
                        yield (keys, *key), True
                    waiting.append((value, (*keys, self._name(key)) if key else keys))

    def around(self, start: int, end: int) -> list[tuple[str | int, Span]]:
        """Return each object, list and string that a part of the text is inside of, from the top.

        Each is the step to it from the one before, and where it is; the first step means nothing.
        """
        found: list[tuple[str | int, Span]] = []
        inner: tuple[str | int, Span] | None = 0, self._top
        while inner and _is_inside(start, end, inner[1]):
            found.append(inner)
            at = inner[1][0]
            wanted = str if self._text[at] == "{" else int
            inner = next(
                (
                    (step, value)
                    for step, (_, value, _) in self._members_at(at).items()
                    if _is_inside(start, end, value) and isinstance(step, wanted)
                ),
                None,
            )
        return found

    def edited(self, text: str, around: list[Span], longer: int) -> Spans:
        """Return the places in a text after an edit, without scanning it again.

        `around` is where what is around the edit was, from the top. The edit is inside of the last,
        and makes it longer.
        """
        new = Spans(text)
        first, end = around[-1]
        outer = {start for start, _ in around[:-1]}
        # One that has been scanned anew meanwhile is no longer as it was earlier.
        known = self._earlier | {start: (0, members) for start, members in self._members.items()}
        for start, (moved, members) in known.items():
            if start in outer:
                new._members[start] = _moved(members, end, longer)
            elif start < first:
                new._earlier[start] = moved, members
            elif start >= end:
                new._earlier[start + longer] = moved + longer, members
        return new

    def _around(self, pointer: Pointer) -> _Members:
        around = self.value(pointer[:-1])
        return self._members_at(around[0]) if around else {}

    def _found(self, pointer: Pointer) -> Span | None:
        if len(pointer) > _FAR:
            self._scan_all()
        span = self._top
        for step in pointer:
            member = self._members_at(span[0]).get(step)
            if member is None:
                return None
            span = member[1]
        return span

    def _members_at(self, start: int) -> _Members:
        """Return what is directly in the object or array that starts at an offset; else nothing."""
        if start not in self._members:
            if self._is_complete or self._text[start] not in "{[":
                return {}
            if start in self._earlier:
                moved, members = self._earlier.pop(start)
                self._members[start] = _moved(members, 0, moved) if moved else members
                return self._members[start]
            try:
                self._members[start] = self._scanned(start)
            except RecursionError:  # something in it is nested too deep for the decoder
                self._scan_all()
        return self._members[start]

    def _scanned(self, start: int) -> _Members:
        text, members, index = self._text, _Members(), 0
        is_object = text[start] == "{"
        at = self._after_space(start + 1)
        while text[at] not in "}]":
            key, value = None, (-1, -1)
            if is_object and (found := _MEMBER.match(text, at)):
                key, value, at = found.span(1), found.span(2), found.end()
            if value[0] < 0:
                value = at, _END_OF(text, at)[1]
                at = _COMMA.match(text, value[1]).end()  # type: ignore[union-attr]  # always matches
            members[index] = member = key, value, index
            if key:
                members[self._name(key)] = member
            index += 1
        return members

    def _scan_all(self) -> None:
        """Scan every object and array, token by token: slower, but at any depth."""
        if self._is_complete:
            return
        open_ones: list[_Open] = []
        for found in _TOKEN.finditer(self._text):
            first = self._text[found.start()]
            if first in "{[":
                open_ones.append(_Open(found.start()))
            elif first in "}]":
                closed = open_ones.pop()
                self._members[closed.start] = closed.members
                self._enter((closed.start, found.end()), open_ones)
            elif first != ",":
                self._enter(found.span(), open_ones)
        self._is_complete = True

    def _enter(self, span: Span, open_ones: list[_Open]) -> None:
        """Add a key or a value to the innermost open object or array."""
        if not open_ones:
            return
        around = open_ones[-1]
        if self._text[around.start] == "{" and around.key is None:
            around.key = span
            return
        around.members[around.count] = member = around.key, span, around.count
        if around.key:
            around.members[self._name(around.key)] = member
        around.count, around.key = around.count + 1, None

    def _name(self, key: Span) -> str:
        name = self._text[key[0] + 1 : key[1] - 1]
        return scanstring(self._text, key[0] + 1)[0] if "\\" in name else name

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at


def _is_inside(start: int, end: int, span: Span) -> bool:
    """Return whether a part of a text is between the first and the last character of a span."""
    return span[0] < start and end < span[1]


def _moved(members: _Members, since: int, by: int) -> _Members:
    """Return where members are after an edit that moved everything from an offset on."""
    moved: _Members = {}
    for step, (key, value, index) in members.items():
        if value[0] >= since:
            key = (key[0] + by, key[1] + by) if key else None
            value = value[0] + by, value[1] + by
        elif value[1] >= since:  # the edit is in it
            value = value[0], value[1] + by
        moved[step] = key, value, index
    return moved
