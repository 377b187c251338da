"""Measure how the time of a check grows with the number of manifests.

    python -m benchmarks.many_manifests [--numbers 1000,10000,100000] [--jobs N]

The manifests are generated, the same each time. 1,000 are checked 15 times, more of them less
often, in the format that has a line for each finding.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.manifests import generated, write
from benchmarks.processes import Case, Contender, medians, ours, user_environment, verdict

NUMBERS = (1_000, 10_000, 100_000)
ROUNDS = 15
MOST_GROWTH, MOST_MEMORY = 1.1, 200


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.many_manifests", description=__doc__)
    default = ",".join(map(str, NUMBERS))
    parser.add_argument("--numbers", default=default, help=f"of manifests (default {default})")
    parser.add_argument("--jobs", help="processes (default: as many as a check starts itself)")
    given = parser.parse_args()
    numbers = tuple(map(int, given.numbers.split(",")))
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        for line in lines(Path(scratch), ROUNDS, numbers, given.jobs):
            print(line, flush=True)


def lines(
    scratch: Path, rounds: int, numbers: tuple[int, ...] = NUMBERS, jobs: str | None = None
) -> Iterator[str]:
    """Yield the table, a line when it is measured; `rounds` are those of the smallest number."""
    environment = user_environment(scratch / "bytecode")
    yield f"{'Generated manifests':<34}{'wall':>10}{'CPU':>10}{'memory':>10}   for each manifest"
    first = 0.0
    for number in numbers:
        folder = scratch / str(number)
        write(folder, islice(generated(), number))
        check = (*ours(), "check", ".", "--format", "jsonl", *(("--jobs", jobs) if jobs else ()))
        case = Case("", folder, (Contender("", check, (1,), '"code"'),), "")
        [took] = medians(case, max(1, rounds * numbers[0] // number), environment)
        each = took.wall / number
        first = first or each
        line = f"  {number:<32,}{took.wall:>8.2f} s{took.cpu:>8.2f} s{took.memory:>6.0f} MiB"
        line += f"{each * 1000:>10.3f} ms"
        if number == numbers[-1]:
            line += verdict(each / first, MOST_GROWTH, f"{each / first:.2f} of the first, at most ")
        yield line + verdict(took.memory, MOST_MEMORY, "memory at most ")


if __name__ == "__main__":
    main()
