"""Threads do steps in order, and stop."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from manifest_lint.archive.threads import Threads


def test_one_thread_does_steps_in_order() -> None:
    done: list[int] = []
    threads = Threads(1)
    tasks = [threads.start(partial(done.append, number)) for number in range(100)]
    for task in tasks:
        task.result()
    threads.stop()
    assert done == [*range(100)]


def test_a_result_is_that_of_its_step() -> None:
    threads = Threads(4)
    tasks = [threads.start(partial(int.__mul__, number, 2)) for number in range(100)]
    assert [task.result() for task in tasks] == [*range(0, 200, 2)]
    assert tasks[3].result() == 6
    threads.stop()


def test_an_error_is_raised_to_whoever_waits_and_the_next_step_is_done() -> None:
    threads = Threads(1)
    wrong, right = threads.start(lambda: 1 // 0), threads.start(lambda: 2)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            wrong.result()
    assert right.result() == 2
    threads.stop()


def test_a_step_that_has_been_started_ends_and_the_others_are_not_done() -> None:
    started, may_end = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        started.set()
        may_end.wait(60)
        done.append("first")

    threads = Threads(1)
    threads.start(first)
    threads.start(lambda: done.append("second"))
    started.wait(60)
    [thread] = threads._threads
    join = thread.join

    def let_it_end(timeout: float | None = None) -> None:
        may_end.set()
        join(timeout)

    thread.join = let_it_end  # type: ignore[method-assign]
    threads.stop()
    assert done == ["first"]


def test_nothing_started_is_stopped_at_once() -> None:
    Threads(1).stop()


@pytest.mark.parametrize("allowed", [0, 1, 2, 3])
def test_where_threads_are_limited_all_steps_are_done_by_fewer(
    allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, start = [None] * allowed, threading.Thread.start

    def limited(thread: threading.Thread) -> None:
        if not left:
            raise RuntimeError("can't start new thread")
        left.pop()
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    threads = Threads(2)
    tasks = [threads.start(partial(int.__mul__, number, 2)) for number in range(9)]
    wrong = threads.start(lambda: 1 // 0)
    assert [task.result() for task in tasks] == [*range(0, 18, 2)]
    with pytest.raises(ZeroDivisionError):
        wrong.result()
    threads.stop()
