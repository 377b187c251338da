"""Print the figures of benchmarks/README.md: `python -m benchmarks [--rounds N] [--only NAMES]`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import medians, table, user_environment

RIVALS = ("check-jsonschema", "jsonschema")

# The last ones take the most memory, which Linux counts for the processes started later too.
PARTS = (
    *("starting", "since", "packaging", "many_findings", "many_manifests"),
    *("corpus", "keystroke"),
)


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="runs of each (default 15)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"default {','.join(PARTS)}")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds: at least one is needed")
    names: list[str] = given.only.split(",")
    if unknown := set(names) - set(PARTS):
        parser.error(f"--only: {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    print(facts(given.rounds), flush=True)
    for name in names:
        with TemporaryDirectory(prefix="benchmarks-") as scratch:
            print()
            for line in lines(name, Path(scratch), given.rounds):
                print(line, flush=True)


def facts(rounds: int) -> str:
    try:
        packages = ", ".join(f"{name} {version(name)}" for name in RIVALS)
    except PackageNotFoundError as error:
        sys.exit(f"{error.name}: is not installed here; run `make bench`, which installs it")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{python}, {machine}; {packages}; medians of {rounds} rounds"


def lines(part: str, scratch: Path, rounds: int) -> Iterator[str]:
    """Yield the lines of a part; a folder is for its files."""
    module = import_module(f"benchmarks.{part}")  # the memory of what is started includes ours
    if hasattr(module, "lines"):
        yield from module.lines(scratch, rounds)
        return
    environment = user_environment(scratch / "bytecode")
    for number, case in enumerate(module.cases(scratch)):
        yield ("\n" if number else "") + table(case, medians(case, rounds, environment))


if __name__ == "__main__":
    main()
