"""Does something again whenever a file changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from manifest_lint.errors import Interrupted, UserError
from manifest_lint.reports.text import visible

_NOT_WATCHED = ("node_modules", "dist", ".git")


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
    folders = {path if path.is_dir() else path.parent for path in paths}
    _run(once)
    try:
        for _ in watch(*folders, watch_filter=Filter(), debounce=300, step=50):
            if sys.stdout.isatty():
                click.clear()
            _run(once)
    except (Interrupted, KeyboardInterrupt):
        pass
    return 0


def _run(once: Callable[[], int]) -> None:
    try:
        once()
    except UserError as error:
        click.echo(f"manifest-lint: {visible(' '.join(str(error).split()))}", err=True)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
