"""Where any of many byte strings are in data, in one search.

ahocorasick-rs does that as quickly as one string is found. It has no wheel for some platforms
(musl, Windows on ARM), so it comes with the extra `fast`: without it, the strings are searched one
by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

Match = tuple[int, int, int]
"""The number of the string that was found, where it starts and where it ends."""

Kind = Literal["all", "first", "longest"]
"""Which are found where several overlap: all of them, or one of those that start first.

That is the first in the list, or the longest.
"""

_MOST_ONE_BY_ONE = 150
"""With more strings, looking at each byte of data is quicker than searching for each string."""

_LONGEST_PREFIX = 8


Finder = Callable[[bytes], list[Match]]
"""Returns what is found in data, in order: of the ends for "all", else of the starts."""


def finder(strings: Iterable[bytes], kind: Kind, *, table: bool | None = None) -> Finder:
    """Return what finds these strings, which are not empty.

    With `table`, the search is the quickest, but a table as large as all strings is made before it;
    if False, it is ready soonest; None leaves that to the number of strings.
    """
    strings = list(strings)
    try:
        return _rust_finder(strings, kind, table)
    except ImportError:
        return _PlainFinder(strings, kind)


def _rust_finder(strings: list[bytes], kind: Kind, table: bool | None) -> Finder:
    from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

    how = {None: None, True: Implementation.DFA, False: Implementation.ContiguousNFA}[table]
    kinds = {"first": MatchKind.LeftmostFirst, "longest": MatchKind.LeftmostLongest}
    search = BytesAhoCorasick(strings, kinds.get(kind, MatchKind.Standard), how)
    find = search.find_matches_as_indexes
    return find if kind != "all" else lambda data: find(data, overlapping=True)


class _PlainFinder:
    """Finds the same without ahocorasick-rs."""

    def __init__(self, strings: list[bytes], kind: Kind):
        self._strings = strings
        self._kind = kind
        self._prefix = min([_LONGEST_PREFIX, *map(len, strings)])
        self._by_prefix: dict[bytes, list[int]] = {}
        for number, one in enumerate(strings):
            self._by_prefix.setdefault(one[: self._prefix], []).append(number)

    def __call__(self, data: bytes) -> list[Match]:
        is_short = len(self._strings) <= min(_MOST_ONE_BY_ONE, len(data))
        found = self._one_by_one(data) if is_short else self._at_each_byte(data)
        if self._kind == "all":
            return sorted(found, key=lambda match: (match[2], match[1], match[0]))
        if self._kind == "first":
            ordered = sorted(found, key=lambda match: (match[1], match[0]))
        else:
            ordered = sorted(found, key=lambda match: (match[1], -match[2], match[0]))
        kept, done = [], 0
        for match in ordered:
            if match[1] >= done:
                kept.append(match)
                done = match[2]
        return kept

    def _one_by_one(self, data: bytes) -> Iterator[Match]:
        for number, one in enumerate(self._strings):
            start = data.find(one)
            while start >= 0:
                yield number, start, start + len(one)
                start = data.find(one, start + 1)

    def _at_each_byte(self, data: bytes) -> Iterator[Match]:
        length, numbers = self._prefix, self._by_prefix
        for start in range(len(data) - length + 1):
            for number in numbers.get(data[start : start + length], ()):
                one = self._strings[number]
                if data.startswith(one, start):
                    yield number, start, start + len(one)
