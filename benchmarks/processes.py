"""Time whole processes side by side.

Every round runs every contender once, each time in another order, so that a slow moment of the
machine affects all alike; medians are compared. Nothing is asserted except that each contender did
its work: the figures are for reading.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO, Literal, NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Target(NamedTuple):
    """What the project wants: at most this many times the rival's wall or CPU time."""

    measure: Literal["wall", "CPU"]
    most: float


class Contender(NamedTuple):
    """A command, the exit codes of one that worked, and a pattern that its output then has."""

    name: str
    command: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    proof: str = ""
    target: Target | None = None


class Case(NamedTuple):
    """Contenders for one piece of work, in the folder they run in. The rival is one of them."""

    title: str
    folder: Path
    contenders: tuple[Contender, ...]
    rival: str


class Taken(NamedTuple):
    """What a contender took: seconds, and the most memory of one of its processes in MiB."""

    wall: float
    cpu: float
    memory: float


def ours() -> tuple[str, ...]:
    """Return the command of manifest-lint."""
    return tool("manifest-lint", "manifest_lint")


def tool(script: str, module: str) -> tuple[str, ...]:
    """Return the command of a script next to this Python, or else of its module."""
    beside = shutil.which(script, path=str(Path(sys.executable).parent))
    return (beside,) if beside else (sys.executable, "-m", module)


def user_environment(bytecode: Path) -> dict[str, str]:
    """Return an environment in which every contender finds its bytecode, as if installed.

    A checkout's may be missing or not writable, where pip has compiled its rival's.
    """
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {"PYTHONPYCACHEPREFIX": str(bytecode)}


def medians(case: Case, rounds: int, environment: dict[str, str]) -> list[Taken]:
    """Run every contender; return what each took, in their order.

    Its times are medians, its memory is the most of all rounds.
    """
    taken: dict[str, list[Taken]] = {contender.name: [] for contender in case.contenders}
    for number in range(rounds + 1):
        first = number % len(case.contenders)
        for contender in (*case.contenders[first:], *case.contenders[:first]):
            one = measured(contender, case.folder, environment)
            if number:  # the round before the first warms up: bytecode, and the disk's cache
                taken[contender.name].append(one)
    return [
        Taken(median(wall), median(cpu), max(memory))
        for wall, cpu, memory in (zip(*ones, strict=True) for ones in taken.values())
    ]


def measured(contender: Contender, folder: Path, environment: dict[str, str]) -> Taken:
    """Run one process with what it starts. Exits if it did not do its work."""
    with TemporaryFile() as output, TemporaryFile() as errors:
        start = perf_counter()
        process = subprocess.Popen(
            contender.command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = code = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if code not in contender.codes or not _has(output, contender.proof):
            output.seek(0)
            errors.seek(0)
            said = errors.read().decode().strip() or output.read(2000).decode(errors="replace")
            sys.exit(f"{contender.name}: did not do its work, exit code {code}: {said}")
    return Taken(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _has(output: IO[bytes], proof: str) -> bool:
    """Return whether a line of an output has a proof.

    Not all is read at once: Linux counts this process's memory for those that it starts next.
    """
    return not proof or any(re.search(proof, line.decode()) for line in output)


def table(case: Case, taken: Sequence[Taken]) -> str:
    """Return a table of what the contenders took, and of their times in those of the rival."""
    [against] = (
        took
        for contender, took in zip(case.contenders, taken, strict=True)
        if contender.name == case.rival
    )
    lines = [
        f"{case.title:<34}{'wall':>10}{'CPU':>10}{'memory':>10}   wall and CPU of {case.rival}"
    ]
    for contender, took in zip(case.contenders, taken, strict=True):
        ratios = {"wall": took.wall / against.wall, "CPU": took.cpu / against.cpu}
        line = (
            f"  {contender.name:<32}{took.wall * 1000:>7.0f} ms{took.cpu * 1000:>7.0f} ms"
            f"{took.memory:>6.0f} MiB{ratios['wall']:>7.2f}{ratios['CPU']:>7.2f}"
        )
        if target := contender.target:
            line += verdict(ratios[target.measure], target.most, f"{target.measure} at most ")
        lines.append(line)
    return "\n".join(lines)


def verdict(ratio: float, most: float, before: str = "at most ") -> str:
    """Return the words after a figure that has a target."""
    return f"   {before}{most:.2f}: {'met' if ratio <= most else 'MISSED'}"
