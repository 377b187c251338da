"""The entry points that installed packages offer to this one."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, distributions

from manifest_lint.files.search_path import of_environment


def entry_points(group: str) -> list[EntryPoint]:
    """Return the entry points of a group, only of packages in our environment.

    A package that is found twice counts once, as in importlib.metadata.entry_points.
    """
    found: dict[str, EntryPoint] = {}
    seen = set()
    for package in distributions(path=of_environment(sys.path)):
        entries = package.entry_points.select(group=group)
        name = package.metadata["Name"] if entries else ""
        if entries and name not in seen:
            seen.add(name)
            found |= {f"{name} {entry.name} {entry.value}": entry for entry in entries}
    return list(found.values())
