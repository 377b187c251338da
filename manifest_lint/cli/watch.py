"""Repeats a check whenever a file changes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint.cli.complain import complain
from manifest_lint.config.exclude import NOTHING_SET
from manifest_lint.config.find import NAMES, ends_search
from manifest_lint.errors import Interrupted, UserError

if TYPE_CHECKING:
    from watchfiles import Change

_TICK = 20_000_000
"""Nanoseconds: the time of a file that is written now may be a little in the past."""

_LOOK_AFTER = 200
"""Milliseconds between our own looks at the few files that are not watched."""


def follow(
    paths: Iterable[Path],
    once: Callable[[], int],
    written: Iterable[Path],
    read: Collection[Path] = (),
) -> int:
    """Run `once`, and again after each change below some paths, until interrupted; return 0.

    A failure is printed, and the next change starts another run. `written` are files that we write
    ourselves, `read` those that a run has read elsewhere: `once` may add to them.
    """
    try:
        from watchfiles import DefaultFilter
    except ModuleNotFoundError:
        raise UserError(
            "--watch needs watchfiles, which is not installed;"
            " run `pip install watchfiles` where manifest-lint is installed"
        ) from None

    ours = {os.path.abspath(path) for path in written}  # noqa: PTH100
    # Of what watchfiles ignores, what a search leaves out too.
    ignored = {one for one in DefaultFilter.ignore_dirs if NOTHING_SET.by(one, one, is_folder=True)}
    by_name = DefaultFilter(ignore_dirs=())  # the tree may be in a folder of such a name

    def counts(change: Change, path: str) -> bool:
        name = os.path.basename(path)  # noqa: PTH119
        if name in ignored or name.endswith(".unfinished") or os.path.abspath(path) in ours:  # noqa: PTH100
            return False
        return os.path.isdir(path) or by_name(change, path)  # noqa: PTH112

    # An editor may save by replacing the file, so we watch the folder.
    folders = sorted({path if path.is_dir() else path.parent for path in paths})

    try:
        for number, _ in enumerate(_turns(folders, ignored, counts, read)):
            if number and sys.stdout.isatty():
                click.clear()
            _run(once)
    except (Interrupted, KeyboardInterrupt):
        pass
    return 0


def _turns(
    folders: Iterable[Path],
    ignored: Container[str],
    counts: Callable[[Change, str], bool],
    read: Collection[Path],
) -> Iterator[None]:
    """Yield once at the start, and after each change, including changes during a run.

    `ignored` are names of folders that are not watched; `counts` says which changes matter. `read`
    are files that are looked at too.
    """
    from watchfiles import watch

    while True:
        seen, opened = _seen(folders, read), True
        there = _real_folders(folders, ignored)
        try:
            for changes in watch(
                *sorted(there),
                watch_filter=counts,
                debounce=300,
                step=50,
                rust_timeout=_LOOK_AFTER,
                yield_on_timeout=True,
                recursive=False,  # it would follow links out of the tree
            ):
                start = time.time_ns() - _TICK
                if opened or changes:
                    yield
                # The watch has not seen what changed before it started.
                others = opened and _real_folders(folders, ignored) != there
                opened = False
                now = _seen(folders, read)
                # What the run has read for the first time has not changed before it.
                new = {path: now[path] for path in read if path in now.keys() - seen.keys()}
                seen |= {path: state for path, state in new.items() if state[1] < start}
                if others or _moves_a_folder(changes, there) or now != seen:
                    break  # to watch the folders that are there now
        except FileNotFoundError:  # a folder was removed before it was watched
            continue
        except OSError as error:
            raise UserError(f"--watch: {error}; watch fewer or smaller folders") from None


def _real_folders(roots: Iterable[Path], ignored: Container[str]) -> set[str]:
    """Return the absolute paths of folders and all below them, except links and ignored names.

    Unreadable ones are left out: nothing in them is checked either.
    """
    found: set[str] = set()
    waiting = [os.path.abspath(root) for root in roots]  # noqa: PTH100
    while waiting:
        folder = waiting.pop()
        if folder in found:
            continue
        with suppress(OSError), os.scandir(folder) as entries:
            found.add(folder)
            for entry in entries:
                if entry.name not in ignored and entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return found


def _moves_a_folder(changes: Iterable[tuple[Change, str]], watched: Container[str]) -> bool:
    """Return whether a folder was added, removed or replaced."""
    return any(
        kind.name != "modified" and (path in watched or os.path.isdir(path))  # noqa: PTH112
        for kind, path in changes
    )


def _seen(folders: Iterable[Path], read: Iterable[Path]) -> dict[Path, tuple[int, ...]]:
    """Return the state of what the watch does not report.

    For the folders, their inode, as one may be replaced by another; for the configuration files
    above them, and those that were `read`, inode, time and size.
    """
    found: dict[Path, tuple[int, ...]] = {}
    files = list(read)
    for folder in folders:
        with suppress(OSError):
            state = folder.stat()
            found[folder] = (state.st_dev, state.st_ino)
        files += _configurations_above(folder.absolute())
    for path in files:
        with suppress(OSError):
            state = path.stat()
            found[path] = (state.st_ino, state.st_mtime_ns, state.st_size)
    return found


def _configurations_above(folder: Path) -> Iterator[Path]:
    """Yield the paths above a folder where a configuration may be, up to the one with .git."""
    while folder != folder.parent and not ends_search(str(folder)):
        folder = folder.parent
        yield from (folder / name for name in NAMES)


def _run(once: Callable[[], int]) -> None:
    try:
        once()
    except (UserError, OSError) as error:
        complain(str(error))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
