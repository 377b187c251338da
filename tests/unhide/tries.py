"""What becomes of each hiding: run in the copy of the repository that has the changed package."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from tests.unhide.known import Known
from tests.unhide.reasons import REASONS
from tests.unhide.rows import LOGIN, PYTHON, ROWS, Row, Rows
from tests.unhide.sites import Site

_IN_OTHERS = ("api/", "editor/")
"""Where others than commands show more, as commands hide once more."""

_MOST = 24
"""An output that shows a secret is among the first ones, in which little else is hidden."""

_FEW = 6
"""Outputs for one that has a reason: to try more takes longest, and says nothing new."""

_MOST_PAIRS = 3


class Tried(NamedTuple):
    """What became of a hiding that was removed.

    `row` is the output that showed a secret, None if none did; `with_others` are the hidings that
    were removed with it; `outputs` the number of those in which it makes a difference.
    """

    site: Site
    row: Row | None
    with_others: tuple[Site, ...]
    outputs: int


class Tries:
    """Tries hidings; `known` has what showed them before, which is tried first.

    If it `is_alone`, no others are removed with one that is not seen to be removed.
    """

    def __init__(self, rows: Rows, found: list[Site], known: Known, *, is_alone: bool):
        self.is_alone = is_alone
        self.rows = rows
        self.found = found
        self.known = known
        self.leaks = cache(self._leaks)

    def _leaks(self, row: Row, without: frozenset[int]) -> Counter[str]:
        is_at_import = any(self.found[one].is_at_import for one in without)
        return self.rows.leaks(row, without, is_at_import=is_at_import)

    @cached_property
    def orders(self) -> dict[int, list[Row]]:
        """The outputs in which each hiding makes a difference, the likeliest first.

        Those showed a secret without the most other hidings, or few make a difference in them.
        """
        by_row = {row: self._differing(row) for row in ROWS}
        orders: dict[int, list[Row]] = defaultdict(list)
        likely = self.known.rows()

        def order(row: Row) -> tuple[bool, int, int]:
            return row.mode != "pipe", -likely[row], len(by_row[row])

        for row in sorted(ROWS, key=order):
            for number in by_row[row]:
                orders[number].append(row)
        for site in self.found:
            if site.module.startswith(_IN_OTHERS):
                orders[site.number].sort(key=lambda row: row.mode != "other")
            if site.is_at_import:
                orders[site.number] = [PYTHON, LOGIN]
        return orders

    def order_again(self) -> None:
        """Put first what has shown secrets without others since, which is known by now."""
        self.__dict__.pop("orders", None)

    def _differing(self, row: Row) -> set[int]:
        found = self.known.differing(row)
        if found is None:
            found = self.rows.differing(row)
            self.known.add_differing(row, found)
        return found

    def tried(self, site: Site) -> Tried:
        """Remove a hiding, alone and then with each that hides in the same output after it."""
        if before := self.known.shown(site):
            row, others = before
            if self._is_last(site, row, others):
                return Tried(site, row, self._sites(others), 0)
        tried = self._tried(site)
        self.known.add_shown(tried.site, tried.row, tried.with_others)
        return tried

    def _tried(self, site: Site) -> Tried:
        order = self.orders[site.number]
        has_reason = f"{site.module}: {site.what}" in REASONS
        for row in order[: _FEW if has_reason else _MOST]:
            if self.leaks(row, frozenset({site.number})):
                return Tried(site, row, (), len(order))
        for row in order[: 0 if self.is_alone or has_reason else _MOST_PAIRS]:
            if others := self._covering(site, row):
                return Tried(site, row, others, len(order))
        return Tried(site, None, (), len(order))

    def _is_last(self, site: Site, row: Row, others: frozenset[int]) -> bool:
        """Return whether a hiding is all that hides a secret in an output, without some others."""
        leaks = self.leaks(row, others | {site.number})
        return bool(leaks - self.leaks(row, others)) if others else bool(leaks)

    def _covering(self, site: Site, row: Row) -> tuple[Site, ...]:
        """Return the hidings without which this one is all that hides a secret in an output."""
        one = frozenset({site.number})
        others = frozenset(self.rows.differing(row, one)) - one
        # Where what shows everything is removed, this one makes no difference.
        showing = {other for other in others if self._shows_alone(other, row)}
        others -= showing
        if not self._is_last(site, row, others):
            alone = (frozenset({other}) for other in sorted(showing))
            others = next((one for one in alone if self._is_last(site, row, one)), frozenset())
        size = len(others)
        while size := size // 2:
            left = sorted(others)
            for start in range(0, len(left), size):
                fewer = others - {*left[start : start + size]}
                if self._is_last(site, row, fewer):
                    others = fewer
        return self._sites(others)

    def _shows_alone(self, number: int, row: Row) -> bool:
        before = self.known.shown(self.found[number])
        if before and not before[1]:
            return True  # most likely here too
        return bool(self.leaks(row, frozenset({number})))

    def _sites(self, numbers: frozenset[int]) -> tuple[Site, ...]:
        return tuple(self.found[one] for one in sorted(numbers))


def said(tried: Tried, why: str) -> tuple[str, str]:
    """Return the kind of a result, and what to say of it."""
    if tried.row and not tried.with_others:
        return "caught", str(tried.row)
    if tried.row:
        others = " and ".join(f"{one.module}:{one.line}" for one in tried.with_others)
        return "caught with another", f"{tried.row}, without {others} too"
    if why:
        return "excepted", why
    tries = f"no secret in the first {_MOST} of {tried.outputs} outputs"
    return "NOT CAUGHT", tries if tried.outputs else "no output has it"


def main(folder: Path, known: Path, wanted: list[str]) -> int:
    """Print what becomes of each hiding whose line has one of the words; return the exit code.

    `known` is the file for what is known from earlier runs.
    """
    start, kinds, unused = time.monotonic(), Counter[str](), dict(REASONS)
    found = [Site(*one) for one in json.loads((folder / "sites").read_text())]
    rows = Rows(folder, json.loads((folder / "addresses").read_text()))
    words = [word for word in wanted if word != "--alone"]
    tries = Tries(rows, found, Known(known, found), is_alone=words != wanted)
    for one in _tried(tries, words):
        why = unused.pop(f"{one.site.module}: {one.site.what}", "")
        kind, what = said(one, why)
        kinds[kind] += 1
        print(f"{kind}: {one.site} -> {what}", flush=True)
    for key in () if wanted else unused:
        print(f"NOT NEEDED in tests/unhide/reasons.py: {key}")
        kinds["NOT NEEDED"] += 1
    seconds = time.monotonic() - start
    print(", ".join(f"{number} {kind}" for kind, number in kinds.items()), f"in {seconds:.0f} s")
    return 1 if kinds["NOT CAUGHT"] or kinds["NOT NEEDED"] else 0


def _tried(tries: Tries, wanted: list[str]) -> Iterator[Tried]:
    later = []
    for site in tries.found:
        if not wanted or any(word in str(site) for word in wanted):
            tried = tries.tried(site)
            if tried.row or f"{site.module}: {site.what}" in REASONS:
                yield tried
            else:
                later.append(site)
    tries.order_again()
    yield from map(tries.tried, later)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
