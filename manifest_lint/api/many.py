"""Check many connectors in parts, and in processes: only what is found in a part is kept."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from manifest_lint.api.settings import config_of
from manifest_lint.engine.part import Part, check_part
from manifest_lint.engine.parts import Parts, whole_values_needed
from manifest_lint.errors import UserError
from manifest_lint.finding import Skip
from manifest_lint.oauth.account_type_file import FOLDERS
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import Below
from manifest_lint.project.kinds import manifest_beside
from manifest_lint.project.sources import Sources, gather_files
from manifest_lint.rules.registry import all_rules

if TYPE_CHECKING:
    from manifest_lint.config.find import Config, Overrides
    from manifest_lint.engine.report import AsText, Report
    from manifest_lint.oauth.provider import Ask

MANY = 1_000
"""More connectors than these are checked in parts even in one process: all would take too much
memory."""
_LARGEST_PART = 250
_SMALLEST_PART = 8

_READ_FROM_ABOVE = [f"{os.sep}{name}{os.sep}" for name in (*FOLDERS, "data")]
"""Folders of a connector from which it reads JSON files, as they are in a path."""

_Task = tuple[Path, list[str]]
"""A folder that is searched, and some of the files that were found in it."""


class How(NamedTuple):
    """How to check, for processes too: `config`, `isolated` and `as_text` are as for `check`.

    `method` is how processes are started; None for the best one.
    """

    config: Path | None
    isolated: bool
    overrides: Overrides
    jobs: int
    method: str | None = None
    as_text: AsText | None = None


class Given(NamedTuple):
    """What a part is checked with."""

    settings_of: Config
    as_text: AsText | None
    plugins: bool
    whole_values: bool


_given: list[Given] = []
"""In a process that was started for this: it is not sent with each task."""


def _is_for_parts(found: dict[Path, Below], jobs: int) -> bool:
    """Return whether there are enough connectors to check them in parts, none of them twice."""
    number = sum(len(below.files) for below in found.values())
    if (jobs == 1 and number < MANY) or any(below.links for below in found.values()):
        return False
    if any(_shares_files(manifest) for below in found.values() for manifest in below.files):
        return False
    tops = sorted(folder.resolve() for folder in found)
    return not any(other.is_relative_to(top) for top, other in pairwise(tops))


def _shares_files(manifest: Path) -> bool:
    """Return whether a connector is in a folder from which another one reads files."""
    name = str(manifest)
    if not any(folder in name for folder in _READ_FROM_ABOVE):  # most are not
        return False
    outer = manifest_beside(manifest.with_suffix(".json"))
    in_data = manifest.parent.name == "data" and manifest.parent.with_name(MANIFEST_NAME).is_file()
    return outer is not None or in_data


def check_in_parts(
    found: dict[Path, Below],
    settings_of: Config,
    how: How,
    ask: Ask | None,
    done: Callable[[int], None],
) -> Report | None:
    """Check what is in folders that were searched.

    Returns None if that is not possible in parts, or not worth it. Raises UserError as `check`
    does.
    """
    if not _is_for_parts(found, how.jobs):
        return None
    plugins = not how.isolated
    files = [(folder, [str(file) for file in below.files]) for folder, below in found.items()]
    refused = [str(one) for below in found.values() for one in below.refused]
    skipped = [Skip(".gitignore", below.skipped) for below in found.values() if below.skipped]
    excluded = sum(len(below.excluded) for below in found.values())
    found.clear()  # paths take much memory
    tasks = list(_tasks(files, how.jobs))
    del files

    def load(part: int) -> Sources:
        folder, some = tasks[part]
        return gather_files(map(Path, some), folder, settings_of)

    parts = Parts(load, how.as_text)
    whole = whole_values_needed(ask, plugins=plugins)
    for part in _checked(tasks, settings_of, how, whole_values=whole):
        if part is None:
            return None
        parts.add(part)
        settings_of.unused.update(dict.fromkeys(part.unused))
        done(part.connectors)
    if not parts and refused:
        raise UserError(refused[0])
    folders = () if excluded else tuple(dict.fromkeys(folder for folder, _ in tasks))
    report = parts.report(ask, folders, refused, plugins=plugins)
    return report._replace(skipped=(*skipped, *report.skipped), excluded=excluded)


def _tasks(files: list[_Task], jobs: int) -> Iterator[_Task]:
    """Yield the parts: ever smaller ones, so that all processes end at nearly the same time."""
    left = sum(len(some) for _, some in files)
    for folder, some in files:
        start = 0
        while start < len(some):
            size = min(_LARGEST_PART, max(_SMALLEST_PART, left // (2 * jobs)))
            yield folder, some[start : start + size]
            start += size
            left -= size


def _checked(
    tasks: list[_Task], settings_of: Config, how: How, *, whole_values: bool
) -> Iterator[Part | None]:
    plugins = not how.isolated
    if how.jobs == 1:
        given = Given(settings_of, how.as_text, plugins, whole_values)
        yield from (_check(given, task) for task in tasks)
        return
    from manifest_lint.engine import pool  # only for many connectors

    all_rules(plugins=plugins)  # before processes are forked, so that each has them
    start = (how, whole_values)
    found = pool.run(_check_as_given, tasks, how.jobs, _start, start, how.method)
    try:
        yield from found
    finally:
        found.close()


def _start(how: How, whole_values: bool) -> None:
    settings_of = config_of(how.config, isolated=how.isolated, overrides=how.overrides)
    _given[:] = [Given(settings_of, how.as_text, not how.isolated, whole_values)]


def _check_as_given(task: _Task) -> Part | None:
    [given] = _given
    return _check(given, task)


def _check(given: Given, task: _Task) -> Part | None:
    """Check some connectors; returns None if all must be checked together: see _part."""
    part = _part(given, *task)
    gc.collect(1)  # the program collects rarely: a run that keeps everything has nothing to free
    return part


def _part(given: Given, folder: Path, files: list[str]) -> Part | None:
    """Check some connectors; returns None if they share account types, or are nested too deeply.

    What rules on all connectors compare is pickled, which can be half as deep as what is decoded.
    """
    sources = gather_files(map(Path, files), folder, given.settings_of)
    if sources.shared:
        return None
    try:
        part = check_part(
            sources, given.as_text, plugins=given.plugins, whole_values=given.whole_values
        )
    except RecursionError:
        return None
    return part._replace(unused=tuple(given.settings_of.unused))
