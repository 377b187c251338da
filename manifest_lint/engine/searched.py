"""Which secrets were searched for."""

from __future__ import annotations

from typing import NamedTuple


class Unsearched(NamedTuple):
    """A secret that cannot be searched for: its name, and why."""

    name: str
    why: str


class Searched(NamedTuple):
    """Which secrets a bundle was searched for, by name, and which could not be."""

    names: tuple[str, ...] = ()
    missed: tuple[Unsearched, ...] = ()
