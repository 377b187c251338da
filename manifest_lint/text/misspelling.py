"""Which known name a misspelt one was meant to be, for names that are much alike."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from os.path import commonprefix

_LONG = 9
"""In a name of at least this many letters, two may be wrong; in a shorter one, only one."""


def meant(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that differs least from `name`, by at most two letters, or None.

    In a short name, one letter may be missing, extra or swapped with its neighbour, but not
    replaced: `films` is not a misspelt `files`. In a long name, two letters may differ so, but not
    both be replaced: `note.settings` is not `home.settings`. Separators do not count as letters.
    """
    return _meant(name, tuple(known))


@lru_cache(256)  # many connectors have the same mistake
def _meant(name: str, known: tuple[str, ...]) -> str | None:
    most = 2 if len(name) >= _LONG else 1
    close = [other for other in known if abs(len(other) - len(name)) <= most]
    for other in close:
        if _letters(other) == _letters(name):
            return other
    distances = {other: _distance(name, other, most) for other in close}
    found = min(distances, key=lambda other: distances[other], default=None)
    if found is None or distances[found] > most:
        return None
    replaced = len(found) == len(name) and sorted(found) != sorted(name)
    return None if replaced and distances[found] == most else found


def _letters(name: str) -> str:
    return name.replace(".", "").replace("_", "")


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters to add, remove, replace or swap (optimal string alignment).

    If it is more than `most`, some larger number is returned: most names are soon known to be other
    ones. A start that both have does not count.
    """
    start = len(commonprefix((one, other)))  # noqa: RUF071  # letters are meant, not a path
    one, other = one[start:], other[start:]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        above, row = row, [i + 1]
        for j, wanted in enumerate(other):
            least = min(above[j + 1] + 1, row[j] + 1, above[j] + (letter != wanted))
            if i and j and letter == other[j - 1] and wanted == one[i - 1]:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        if min(above) > most < min(row):
            return most + 1
        before = above
    return row[-1]
