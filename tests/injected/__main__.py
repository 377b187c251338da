"""Stop commands that write at each system call, make each call fail, and run two at once.

`python -m tests.injected` tries all commands at all points, `python -m tests.injected NAME...`
those whose names start so. `--every 10` tries a tenth, `--every 0` only counts. `--pairs 50` runs
two of each pair of commands at once, 50 times each; with names, of those whose names both start so.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.injected import law, pairs
from tests.injected.commands import Command, of_files, with_servers
from tests.injected.tracing import why_not


def table(commands: list[Command], scratch: Path, every: int) -> int:
    """Print a row for each command; return how often the law was broken."""
    broken = 0
    print("| command | points | tried | not reached | law broken | seconds |")
    print("|---|---|---|---|---|---|")
    for command in commands:
        start = time.monotonic()
        known = law.whole(command, scratch)
        found = missed = 0
        wanted = [*law.all_injections(known.points).items()][::every] if every else []
        for injection, point in wanted:
            has_come, why = law.tried(command, scratch, known, point, injection)
            missed += not has_come
            if why:
                found += 1
                print(f"  {injection.option}: {why.why}\n    {why.point}", flush=True)
        seconds = time.monotonic() - start
        numbers = f"{len(known.points)} | {len(wanted)} | {missed} | {found} | {seconds:.0f}"
        print(f"| {command.name} | {numbers} |", flush=True)
        broken += found
    return broken


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.injected", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="how a command's name starts")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="1 of N points; 0: none")
    parser.add_argument("--pairs", type=int, metavar="TIMES", help="run pairs so often instead")
    given = parser.parse_args()
    if given.every < 0 or (given.pairs is not None and given.pairs < 1):
        parser.error("--every must be at least 0, and --pairs at least 1")
    if why := why_not():
        sys.exit(why)
    with TemporaryDirectory() as name:
        folder = Path(name)
        if given.pairs:
            return pairs.show(folder, given.pairs, given.names)
        with with_servers(folder) as others:
            commands = [*of_files(), *others]
            if given.names:
                known = ", ".join(one.name for one in commands)
                commands = [one for one in commands if one.name.startswith(tuple(given.names))]
                if not commands:
                    parser.error(f"no command starts so; there are {known}")
            return table(commands, folder / "scratch", given.every)


if __name__ == "__main__":
    sys.exit(bool(main()))
