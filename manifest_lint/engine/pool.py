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
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar

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
    by default they are forked, where this is safe. Raises UserError if one of them is killed or
    cannot be started, and what `work` raises. No process is left, not even if this one is killed.
    """
    context: Any = multiprocessing.get_context(method or _method())
    pool = ProcessPoolExecutor(jobs, context, _prepare, (prepare, given))
    waiting = _Waiting(pool, work, iter(tasks), jobs * _AHEAD)
    is_done = False
    show = threading.excepthook
    threading.excepthook = partial(waiting.give_up, show)
    try:
        with _held_signals():
            _start(waiting, jobs)
        while waiting.futures:
            yield waiting.futures[0].result()
            waiting.futures.popleft()
            waiting.fill()
        is_done = True
    except BrokenProcessPool:
        what = "a process of this check was killed, or had no memory left"
        raise UserError(f"--jobs {jobs}: {what}; use --jobs 1") from None
    finally:
        threading.excepthook = show
        ours = [*pool._processes.values()]  # others may have started some meanwhile
        pool.shutdown(wait=is_done, cancel_futures=True)
        for child in ours:
            child.kill()
            child.join()


class _Waiting(Generic[_T, _R]):
    """The tasks that wait in a pool: at most `most` at a time."""

    def __init__(
        self, pool: ProcessPoolExecutor, work: Callable[[_T], _R], tasks: Iterator[_T], most: int
    ):
        self._pool, self._work, self._tasks, self._most = pool, work, tasks, most
        self._is_broken = False
        self.futures: deque[Future[_R]] = deque()

    def fill(self) -> None:
        """Add tasks, as far as there are any. Raises BrokenProcessPool."""
        for task in islice(self._tasks, self._most - len(self.futures)):
            self.futures.append(self._pool.submit(self._work, task))
        if self._is_broken:
            raise BrokenProcessPool

    def give_up(self, show: Callable[..., object], what: threading.ExceptHookArgs) -> None:
        """Fail what is waited for if the pool's own thread has failed: it would never end."""
        if type(what.thread).__module__ != ProcessPoolExecutor.__module__:
            show(what)
            return
        self._is_broken = True
        for one in [*self.futures]:
            if not one.done():
                one.set_exception(BrokenProcessPool())


def _start(waiting: _Waiting[Any, Any], jobs: int) -> None:
    """Start the processes. Raises UserError where they, or threads, are limited."""
    try:
        waiting.fill()
    except (OSError, RuntimeError) as error:
        if isinstance(error, BrokenProcessPool):
            raise
        why = getattr(error, "strerror", None) or error
        what = f"--jobs {jobs}: processes cannot be started: {why}; use --jobs 1"
        raise UserError(what) from None


def _method() -> str | None:
    """Return how to start processes: a fork is the quickest, but does not copy threads."""
    is_alone = threading.active_count() == 1
    return "fork" if is_alone and sys.platform == "linux" else "spawn"


@contextmanager
def _held_signals() -> Iterator[None]:
    """Hold signals back: a process that has just started would take them as this one does."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Prepare a process: whoever has started it stops it, and it ends with whoever did."""
    for stop in _STOPS:
        with suppress(ValueError):
            signal.signal(stop, signal.SIG_IGN if stop == signal.SIGINT else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    try:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    except RuntimeError:  # threads are limited: whoever has started it says so
        os._exit(1)
    prepare(*given)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
