"""Check that work grows linearly with its input, whatever the speed of the machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Input = TypeVar("Input")

TIMES = 8
"""How many times larger the large input is: quadratic work takes 64
times as long."""

MOST = 4 * TIMES
"""The large input may take at most this many times as long: caches are slower for more data."""

ATTEMPTS = 5


def grows_with_its_input(
    make: Callable[[int], Input], work: Callable[[Input], object], size: int
) -> bool:
    """Compare the processor time for an input of a size with that for an eighth of it.

    Of several attempts the shortest times count: another process can only make them longer.
    """
    inputs = make(size // TIMES), make(size)
    work(inputs[0])  # the first one also loads modules
    best = [float("inf"), float("inf")]
    for _ in range(ATTEMPTS):
        for number, one in enumerate(inputs):
            start = time.process_time()
            work(one)
            best[number] = min(best[number], time.process_time() - start)
        if best[1] <= MOST * best[0]:
            return True
    return False
