"""Which secrets were searched for."""

from __future__ import annotations

from manifest_lint.finding import Record


class Unsearched(Record):
    """A secret that cannot be searched for: its name, and why."""

    name: str
    why: str


class Searched(Record):
    """Which secrets a bundle was searched for, by name, and which could not be."""

    names: tuple[str, ...] = ()
    missed: tuple[Unsearched, ...] = ()
