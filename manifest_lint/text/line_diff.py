"""A unified diff of two lists of lines, in time that grows with them.

`difflib` alone takes quadratic time where lines are repeated, as those of JSON are. So lines that
each list has once are matched first, and difflib only compares the few lines between two of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

_MOST_COMPARED = 2_500
"""Lines of one list times those of the other, between two matched lines; of more, all change."""


def unified(old: Sequence[str], new: Sequence[str], name: str) -> Iterator[str]:
    """Yield the lines of a diff with three lines of context, if the lists differ.

    Lines have their ends; `name` is that of both files, which is quoted if it has to be.
    """
    for number, group in enumerate(_Lines(old, new).get_grouped_opcodes()):
        if not number:
            shown = _name(name)
            yield from (f"--- {shown}\n", f"+++ {shown}\n")
        (_, first, _, new_first, _), (_, _, last, _, new_last) = group[0], group[-1]
        yield f"@@ -{_range(first, last)} +{_range(new_first, new_last)} @@\n"
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[start:end])
                continue
            yield from (f"-{line}" for line in old[start:end])
            yield from (f"+{line}" for line in new[new_start:new_end])


def _name(name: str) -> str:
    """Write a file's name as git does in a diff, in which it can end no line.

    One that cannot be shown is quoted, with its bytes in octal; after one with a space is a tab,
    before which others than git would look for its end. So is the second of two `#`, which CI could
    read as the start of a command. [git-config, core.quotePath; git, diff.c; GNU patch, pch.c]
    """
    from manifest_lint.text.unseen import without_unseen

    quoted = "".join(char if char.isprintable() else _octal(char) for char in _escaped(name))
    quoted = re.sub("(?<=#)#", lambda found: _octal(found[0]), without_unseen(quoted, _octal))
    return f'"{quoted}"' if quoted != name else f"{name}\t" if " " in name else name


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _octal(char: str) -> str:
    # A byte of a name that is not UTF-8 is a lone surrogate [PEP 383].
    is_byte = "\udc80" <= char <= "\udcff"
    data = char.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    return "".join(f"\\{byte:03o}" for byte in data)


def _range(start: int, end: int) -> str:
    """Write which lines of a file a part has, as POSIX says of `diff -u`."""
    size = end - start
    return f"{start + 1}" if size == 1 else f"{start + bool(size)},{size}"


class _Lines(SequenceMatcher[str]):
    def __init__(self, old: Sequence[str], new: Sequence[str]):
        super().__init__(None, "", "")  # it need not index what it does not compare
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """Return the longest equal parts in order, and an empty one at the end."""
        blocks = [Match(0, 0, 0)]
        for one in self._equal():
            last = blocks[-1]
            if (last.a + last.size, last.b + last.size) == (one.a, one.b):
                blocks[-1] = Match(last.a, last.b, last.size + one.size)
            elif one.size:
                blocks.append(one)
        return [*blocks, Match(len(self._old), len(self._new), 0)]

    def _equal(self) -> Iterator[Match]:
        """Yield the equal parts in order, some of them empty."""
        at, new_at = 0, 0
        for one, other in _unique(self._old, self._new):
            yield from _between(self._old, self._new, (at, one), (new_at, other))
            yield Match(one, other, 1)
            at, new_at = one + 1, other + 1
        yield from _between(self._old, self._new, (at, len(self._old)), (new_at, len(self._new)))


def _unique(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where both have a line that each has once: the longest series in the same order."""
    counted, new_counted = Counter(old), Counter(new)
    places = {line: number for number, line in enumerate(new) if new_counted[line] == 1}
    pairs = [
        (number, places[line])
        for number, line in enumerate(old)
        if counted[line] == 1 and line in places
    ]
    ends: list[int] = []  # by the length of a series, the least place in `new` where one ends
    lengths = []
    for _, place in pairs:
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        lengths.append(length)
    wanted, series = len(ends) - 1, []
    for pair, length in zip(reversed(pairs), reversed(lengths), strict=True):
        if length == wanted:
            series.append(pair)
            wanted -= 1
    return reversed(series)


def _between(
    old: Sequence[str], new: Sequence[str], lines: tuple[int, int], others: tuple[int, int]
) -> Iterator[Match]:
    """Yield the equal parts between two matched lines: at the start, within and at the end."""
    (at, end), (new_at, new_end) = lines, others
    size, limit = 0, min(end - at, new_end - new_at)
    while size < limit and old[at + size] == new[new_at + size]:
        size += 1
    yield Match(at, new_at, size)
    at, new_at, limit = at + size, new_at + size, limit - size
    size = 0
    while size < limit and old[end - 1 - size] == new[new_end - 1 - size]:
        size += 1
    end, new_end = end - size, new_end - size
    if 0 < (end - at) * (new_end - new_at) <= _MOST_COMPARED:
        within = SequenceMatcher(None, old[at:end], new[new_at:new_end], autojunk=False)
        for one in within.get_matching_blocks():
            yield Match(at + one.a, new_at + one.b, one.size)
    yield Match(end, new_end, size)
