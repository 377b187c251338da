"""Does something again whenever a file changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import click

from manifest_lint.config.find import NAME
from manifest_lint.errors import Interrupted, UserError
from manifest_lint.reports.text import visible

_NOT_WATCHED = ("node_modules", "dist", ".git")

_LOOK_AFTER = 200
"""Milliseconds after which we look for ourselves at what is not watched: a few files."""


def follow(paths: Iterable[Path], once: Callable[[], int], written: Iterable[Path]) -> int:
    """Run once, and again after each change below some paths, until somebody stops it: 0 then.

    What cannot be done is told, and tried again after the next change. `written` are files that
    we write ourselves.
    """
    try:
        from watchfiles import Change, DefaultFilter, watch
    except ModuleNotFoundError:
        raise UserError(
            "--watch: needs watchfiles, which is not installed; install it with"
            " `pip install 'manifest-lint[watch]'`"
        ) from None

    ours = {os.path.abspath(path) for path in written}  # noqa: PTH100

    class Filter(DefaultFilter):
        ignore_dirs = (*DefaultFilter.ignore_dirs, *_NOT_WATCHED)

        def __call__(self, change: Change, path: str) -> bool:
            if path.endswith(".unfinished") or os.path.abspath(path) in ours:  # noqa: PTH100
                return False
            return super().__call__(change, path)

    # A file that an editor replaces is another one afterwards: its folder is what stays.
    folders = sorted({path if path.is_dir() else path.parent for path in paths})

    def turns() -> Iterator[None]:
        """Give a turn at first, and one after each change, also of those during a turn."""
        while True:
            seen, opened = _seen(folders), True
            there = [folder for folder in folders if folder.is_dir()]
            for changes in watch(
                *there,
                watch_filter=Filter(),
                debounce=300,
                step=50,
                rust_timeout=_LOOK_AFTER,
                yield_on_timeout=True,
            ):
                if opened or changes:
                    yield
                opened = False
                if _seen(folders) != seen:
                    break  # to watch the folders that are there now

    try:
        for number, _ in enumerate(turns()):
            if number and sys.stdout.isatty():
                click.clear()
            _run(once)
    except (Interrupted, KeyboardInterrupt):
        pass
    return 0


def _seen(folders: Iterable[Path]) -> dict[Path, tuple[int, ...]]:
    """Tell what the watch of some folders does not.

    Of the folders, which they are, for another may come in place of one; of the files above them
    that may be a configuration, their state.
    """
    found: dict[Path, tuple[int, ...]] = {}
    for folder in folders:
        with suppress(OSError):
            state = folder.stat()
            found[folder] = (state.st_dev, state.st_ino)
        for path in _configurations_above(folder.absolute()):
            with suppress(OSError):
                state = path.stat()
                found[path] = (state.st_ino, state.st_mtime_ns, state.st_size)
    return found


def _configurations_above(folder: Path) -> Iterator[Path]:
    """Give the files above a folder that are looked for, up to what holds .git: see config."""
    while folder != folder.parent and not (folder / ".git").exists():
        folder = folder.parent
        yield from (folder / name for name in (NAME, "pyproject.toml"))


def _run(once: Callable[[], int]) -> None:
    try:
        once()
    except (UserError, OSError) as error:
        click.echo(f"manifest-lint: {visible(' '.join(str(error).split()))}", err=True)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
