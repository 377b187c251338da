"""Check 1,000, 10,000 and 100,000 generated manifests: `python -m benchmarks.many_manifests`.

Prints time, memory of the largest process, and the time per manifest next to that of the fewest.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from benchmarks.__main__ import MANIFEST, generated, tool, user_environment

NUMBERS = (1_000, 10_000, 100_000)
_IN_A_FOLDER = 1_000


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.many_manifests", description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, help="default: 1000 10000 100000")
    parser.add_argument("--jobs", default="1", help="processes (default 1)")
    parser.add_argument("--format", default="jsonl", help="format of the report (default jsonl)")
    options = parser.parse_args()
    first = 0.0
    for number in options.numbers or NUMBERS:
        with TemporaryDirectory(prefix="benchmarks-") as scratch:
            write(Path(scratch, "many"), number)
            environment = user_environment(Path(scratch, "bytecode"))
            how = ("--format", options.format, "--jobs", options.jobs)
            measured(Path(scratch, "many", "0000", "0000"), how, environment)  # makes the bytecode
            wall, cpu, memory, size = measured(Path(scratch, "many"), how, environment)
        each = cpu / number
        first = first or each
        print(
            f"{number:>7,} manifests  wall {wall:7.1f} s  CPU {cpu:7.1f} s"
            f"  memory {memory:4.0f} MiB  report {size / 1e6:6.1f} MB"
            f"  {each * 1e3:.2f} ms each  x {each / first:.2f}",
            flush=True,
        )


def write(folder: Path, number: int) -> None:
    """Write manifests, the same ones each time, each in a folder of its own."""
    texts = list(generated())
    for at, text in zip(range(number), itertools.cycle(texts), strict=False):
        path = folder / f"{at // _IN_A_FOLDER:04}" / f"{at % _IN_A_FOLDER:04}" / MANIFEST
        path.parent.mkdir(parents=True)
        path.write_text(text.replace('"sunmeter', f'"sunmeter-{at}'), "utf-8")


def measured(
    folder: Path, how: tuple[str, ...], environment: dict[str, str]
) -> tuple[float, float, float, int]:
    """Return the wall and CPU time of a check, its memory in MiB, and the size of its report."""
    with TemporaryFile() as output:
        start = time.perf_counter()
        command = [*tool("manifest-lint", "manifest_lint"), "check", str(folder), *how]
        process = subprocess.Popen(command, stdout=output, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            sys.exit(f"{folder}: the check failed")
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.tell()


if __name__ == "__main__":
    main()
