"""Run a function on many things in several processes, which end whatever happens."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from manifest_lint.errors import UserError

_T = TypeVar("_T")
_R = TypeVar("_R")

_AHEAD = 3
"""Tasks that wait for each process: more would only keep more results in memory."""

_STOPS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def run(
    work: Callable[[_T], _R],
    tasks: Iterable[_T],
    jobs: int,
    prepare: Callable[..., None],
    given: tuple[Any, ...],
    method: str | None = None,
) -> Generator[_R, None, None]:
    """Yield what `work` returns for each task, in their order.

    Each process first calls `prepare` with what is `given`. `method` is how processes are started;
    by default they are forked, where this is safe. Raises UserError if one of them is killed, and
    what `work` raises. No process is left, not even if this one is killed.
    """
    before = set(multiprocessing.active_children())
    context: Any = multiprocessing.get_context(method or _method())
    pool = ProcessPoolExecutor(jobs, context, _prepare, (prepare, given))
    waiting: deque[Future[_R]] = deque()
    is_done = False
    try:
        left = iter(tasks)
        with _held_signals():
            _fill(pool, work, left, waiting, jobs)
        while waiting:
            yield waiting.popleft().result()
            _fill(pool, work, left, waiting, jobs)
        is_done = True
    except BrokenProcessPool:
        what = "a process of this check was killed, or had no memory left"
        raise UserError(f"--jobs {jobs}: {what}; use --jobs 1") from None
    finally:
        pool.shutdown(wait=is_done, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - before:
            child.kill()
            child.join()


def _fill(
    pool: ProcessPoolExecutor,
    work: Callable[[_T], _R],
    tasks: Iterator[_T],
    waiting: deque[Future[_R]],
    jobs: int,
) -> None:
    while len(waiting) < jobs * _AHEAD:
        try:
            waiting.append(pool.submit(work, next(tasks)))
        except StopIteration:
            return


def _method() -> str | None:
    """Return how to start processes: a fork is the quickest, but does not copy threads."""
    is_alone = threading.active_count() == 1
    return "fork" if is_alone and sys.platform == "linux" else "spawn"


@contextmanager
def _held_signals() -> Iterator[None]:
    """Hold signals back: a process that has just started would take them as this one does."""
    can_hold = hasattr(signal, "pthread_sigmask")  # not on Windows
    if can_hold:
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        if can_hold:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _prepare(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Prepare a process: whoever has started it stops it, and it ends with whoever did."""
    for stop in _STOPS:
        with suppress(ValueError):
            signal.signal(stop, signal.SIG_IGN if stop == signal.SIGINT else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare(*given)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
