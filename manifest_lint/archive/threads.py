"""Threads that do steps in the order in which they are given.

They are what a build needs of concurrent.futures, which takes 3 ms to import at every start.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Task(Generic[T]):
    """A step that a thread does, or will."""

    def __init__(self, step: Callable[[], T]):
        self._step = step
        self._value: list[T] = []
        self._error: BaseException | None = None
        self._running = Lock()
        self._running.acquire()

    def run(self) -> None:
        """Do the step; its error is for whoever waits."""
        try:
            self._value.append(self._step())
        except BaseException as error:
            self._error = error
        finally:
            self._running.release()

    def result(self) -> T:
        """Wait for the step, and return what it returned. Raises what it raised."""
        with self._running:
            if self._error is not None:
                raise self._error
            return self._value[0]


class Threads:
    """Up to `most` threads, which start the steps in the order in which they were given.

    Must be stopped. Where threads are limited they are fewer; without any, a step is done at once.
    """

    def __init__(self, most: int):
        self._most = most
        self._threads: list[Thread] = []
        self._waiting: SimpleQueue[Task[object] | None] = SimpleQueue()

    def start(self, step: Callable[[], T]) -> Task[T]:
        """Do a step as soon as a thread is free."""
        task = Task(step)
        self._waiting.put(task)  # type: ignore[arg-type]  # the queue needs no result
        if len(self._threads) < self._most:
            thread = Thread(target=self._work, daemon=True)
            try:
                thread.start()
                self._threads.append(thread)
            except RuntimeError:
                if not self._threads:
                    self._waiting.get().run()  # type: ignore[union-attr]  # it is this one
        return task

    def stop(self) -> None:
        """Wait for the steps that have been started; the others are not done."""
        with suppress(Empty):
            while True:
                self._waiting.get_nowait()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while task := self._waiting.get():
            task.run()
