"""What installed packages offer to this one: entry points, and files.

Only packages of our environment count, and none is imported.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, EntryPoint, PackagePath, distributions
from pathlib import Path, PurePosixPath

from manifest_lint.errors import UserError
from manifest_lint.files.search_path import of_environment

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
"""A package's name [PyPA specifications, "Names and normalization"]."""


class NotInstalled(UserError):
    """There is no such package, or it has no such file."""


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


def package_file(package: str, inside: str) -> Path:
    """Return the path of a file in an installed package, by its path in the package's folder.

    The files are those that the installer recorded, else those in the folder of that name: an
    installation for development records none. Raises NotInstalled.
    """
    if not _NAME.fullmatch(package):
        raise NotInstalled(f'"{package:.60}" is neither a path nor the name of a package')
    wanted = PurePosixPath(inside)
    if wanted.is_absolute() or ".." in wanted.parts or "\\" in inside:
        raise NotInstalled(f'"{inside:.60}" is not the path of a file in the package "{package}"')
    path = of_environment(sys.path)
    same = (one for one in distributions(path=path) if _plain(_name(one)) == _plain(package))
    found = next(same, None)
    if found is None:
        what = "is not installed where manifest-lint is; install it there with pip"
        raise NotInstalled(f'the package "{package}" {what}')
    recorded = [Path(file.locate()) for file in _files(found) if _is(file, wanted)]
    places = (*recorded, *_in_folder(package, wanted, path))
    there = [one for one in places if os.path.isfile(one)]  # noqa: PTH113  # pathlib's may raise
    if not there:
        raise NotInstalled(f'the package "{package}" has no file "{inside:.60}"; name another')
    return there[0]


_UNREADABLE = (OSError, ValueError, TypeError, KeyError, csv.Error)
"""What importlib.metadata raises for damaged files of a package, or for none of them."""


def _name(package: Distribution) -> str:
    """Return the name of a package; empty if it is damaged."""
    try:
        names = package.metadata.get_all("Name") or [""]
        return str(names[0])
    except _UNREADABLE:
        return ""


def _files(package: Distribution) -> list[PackagePath]:
    try:
        return list(package.files or ())
    except _UNREADABLE:
        return []


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is(file: PurePosixPath, wanted: PurePosixPath) -> bool:
    """Return whether a recorded file is the wanted one, in the package's folder or with it."""
    return wanted.parts in (file.parts, file.parts[1:]) and ".." not in file.parts


def _in_folder(package: str, wanted: PurePosixPath, path: list[str]) -> Iterator[Path]:
    """Yield where a file of a package would be that is a folder of the search path."""
    spec = PathFinder.find_spec(re.sub(r"[-.]+", "_", package), path)
    for folder in (spec and spec.submodule_search_locations) or ():
        yield Path(folder, wanted)
