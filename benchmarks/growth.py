"""Measure how processor time and memory grow with each kind of input.

    python -m benchmarks.growth [--rounds N] [--only WORDS]

Each kind is made with n parts and with 8 n. The times are processor times of whole processes with
what they start, the shortest of some rounds; the memory is the peak of the largest process. Eight
times the input may take 8 x 1.15 times as much of each, where n takes half a second at least.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterable, Iterator
from multiprocessing import Process
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.growing import KINDS, Kind
from benchmarks.processes import ROOT, Contender, Taken, measured, ours, user_environment, verdict

TIMES = 8
MOST = 1.15 * TIMES
SECONDS = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--only", default="", help="kinds whose names have these words")
    given = parser.parse_args()
    kinds = [kind for kind in KINDS if given.only in kind.name]
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        for line in lines(Path(scratch), given.rounds, kinds):
            print(line, flush=True)


def lines(scratch: Path, rounds: int, kinds: Iterable[Kind] = KINDS) -> Iterator[str]:
    """Yield the table, a line when it is measured."""
    environment = user_environment(scratch / "bytecode")
    warm = (*ours(), "check", "--isolated", "fixtures")  # compiles the modules
    subprocess.run(warm, cwd=ROOT, env=environment, capture_output=True)
    yield f"{'From n to 8 n':<31}{'n':>10}{'CPU':>16}{'times':>8}{'memory':>16}{'times':>8}"
    for number, kind in enumerate(kinds):
        folders = [scratch / f"{number}-{times}" for times in (1, TIMES)]
        for folder, times in zip(folders, (1, TIMES), strict=True):
            folder.mkdir()
            maker = Process(target=kind.make, args=(folder, times * kind.number))
            maker.start()  # Linux counts the memory of this process for those that it starts
            maker.join()
            if kind.first:
                first = (*ours(), *kind.first)
                subprocess.run(first, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        small, large = (least(kind, folder, rounds, environment) for folder in folders)
        yield row(kind, small, large)


def least(kind: Kind, folder: Path, rounds: int, environment: dict[str, str]) -> Taken:
    """Return the least of each that a command took in some rounds."""
    case = Contender(kind.name, (*ours(), *kind.command), (0, 1))
    taken = [measured(case, folder, environment) for _ in range(rounds)]
    wall, cpu, memory = (min(ones) for ones in zip(*taken, strict=True))
    return Taken(wall, cpu, memory)


def row(kind: Kind, small: Taken, large: Taken) -> str:
    """Return the line of a kind, with whether it grows more than it may."""
    times, memory = large.cpu / small.cpu, large.memory / small.memory
    line = f"  {kind.name:<29}{kind.number:>10,}{small.cpu:>7.2f} {large.cpu:>6.2f} s{times:>8.1f}"
    line += f"{small.memory:>7.0f} {large.memory:>4.0f} MiB{memory:>8.1f}"
    short = f"   n takes less than {SECONDS} s" if small.cpu < SECONDS else ""
    return line + verdict(max(times, memory), MOST) + short


if __name__ == "__main__":
    main()
