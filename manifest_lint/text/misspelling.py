"""Which known name a slightly different one was meant to be, where names are much alike."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_LONG = 9
"""From so many letters on, two may be wrong; a shorter name is another word too easily."""


def meant(name: str, known: Iterable[str]) -> str | None:
    """Give the first of the known names that is one or two letters from `name`.

    Of a short name one letter may be missing, too many or swapped with its neighbour, but no other
    stand in its place: `films` are not misspelt `files`. Of a long one that holds for two letters:
    `note.settings` is not `home.settings`. Separators do not count as letters.
    """
    return _meant(name, tuple(known))


@lru_cache(256)  # the same mistake stands in many connectors
def _meant(name: str, known: tuple[str, ...]) -> str | None:
    most = 2 if len(name) >= _LONG else 1
    close = [other for other in known if abs(len(other) - len(name)) <= most]
    for other in close:
        if _letters(other) == _letters(name):
            return other
    distances = {other: _distance(name, other) for other in close}
    found = min(distances, key=lambda other: distances[other], default=None)
    if found is None or distances[found] > most:
        return None
    replaced = len(found) == len(name) and sorted(found) != sorted(name)
    return None if replaced and distances[found] == most else found


def _letters(name: str) -> str:
    return name.replace(".", "").replace("_", "")


def _distance(one: str, other: str) -> int:
    """Count the letters to add, remove, replace or swap (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        above, row = row, [i + 1]
        for j, wanted in enumerate(other):
            least = min(above[j + 1] + 1, row[j] + 1, above[j] + (letter != wanted))
            if i and j and letter == other[j - 1] and wanted == one[i - 1]:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        before = above
    return row[-1]
