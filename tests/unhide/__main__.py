"""Which hidings of secrets are seen to be removed, by the canary's tests.

`python -m tests.unhide` removes each hiding of the package in turn, in a temporary copy, and runs
the outputs in which it makes a difference until one shows a secret. It prints each as caught or
not, and ends with exit code 1 if one is not caught that is not in tests/unhide/reasons.py.
`python -m tests.unhide WORD` does so for those whose lines have a word.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from tests import tree
from tests.canary.connector import live, write
from tests.canary.outputs import RUNS, Mode, copied, databases, output_of
from tests.command import ROOT
from tests.unhide import removed, sites
from tests.unhide.reasons import REASONS
from tests.unhide.sites import Site

_TESTS = ("python", "language_server", "watching", "credentials")
"""Words in the names of the other tests of tests/test_canary.py."""

_IN_TESTS = ("api/", "editor/")
"""Where the tests show more than commands do, which hide once more."""

_MOST = 8
"""An output that shows a secret is among the first ones, in which little else is hidden."""

_WORKERS = os.cpu_count() or 1


class Row(NamedTuple):
    """An output: of a command in a mode, or what a test of the canary searches."""

    mode: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.mode})"


ROWS = (
    *(Row("pipe", name) for name in RUNS),
    *(Row("test", name) for name in _TESTS),
    *(Row("terminal", name) for name in RUNS if name.startswith("what init")),
)


class Worker:
    """A copy of the repository with a database, in which modules are changed."""

    def __init__(self, folder: Path, stack: ExitStack, connector: Path, package: Path):
        self.package = package
        self.root = folder / "copy"
        self.folder = folder
        self.connector = connector
        self.ticks = count(1)
        for name in tree.files():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name, follow_symlinks=False)
        shutil.copy(removed.__file__, self.root / "manifest_lint" / "_removed.py")
        (folder / "couchdb").mkdir()
        self.addresses = stack.enter_context(databases(folder / "couchdb"))

    def write(self, module: str, text: str) -> None:
        """Write a module, with another time for each version: Python compares only that."""
        path = self.root / "manifest_lint" / module
        path.write_text(text, "utf-8")
        moment = 1_000_000_000 + next(self.ticks)
        os.utime(path, (moment, moment))

    def restore(self, module: str) -> None:
        """Write a module as it is."""
        self.write(module, (self.package / module).read_text("utf-8"))

    def leaks(self, row: Row, log: Path | None = None) -> list[str]:
        """Return the secrets in an output."""
        if row.mode == "test":
            return self._leaks_of_test(row.name, log)
        live(self.addresses["server"])
        folder = copied(self.connector, self.folder / "x")
        more = {removed.LOG: str(log)} if log else {}
        mode: Mode = "terminal" if row.mode == "terminal" else "pipe"
        return output_of(row.name, mode, folder, self.addresses, self.root, more).leaks

    def _leaks_of_test(self, name: str, log: Path | None) -> list[str]:
        command = [sys.executable, "-m", "pytest", "tests/test_canary.py", "-q", "-x"]
        done = subprocess.run(
            [*command, "-p", "no:cacheprovider", "-k", name],
            cwd=self.root,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(self.root), removed.LOG: str(log or "")},
        )
        return re.findall(r"\w+: \w+ as [\"'].*?[\"']", done.stdout) if done.returncode else []


def differences(workers: SimpleQueue[Worker], found: list[Site]) -> dict[int, list[Row]]:
    """Return the outputs in which each hiding makes a difference; the likeliest to show it first.

    That is an output in which few others do.
    """
    firsts = _firsts(found)
    idle = [workers.get() for _ in range(_WORKERS)]
    for worker in idle:
        for module, first in firsts.items():
            worker.write(module, sites.watched(worker.package, module, first))
        workers.put(worker)

    def numbers(row: Row) -> set[int]:
        worker = workers.get()
        print(f"{row} ...", file=sys.stderr)
        try:
            log = worker.folder / "log"
            log.unlink(missing_ok=True)
            if leaks := worker.leaks(row, log):
                raise SystemExit(f"{row} shows a secret with all hidings: {leaks}")
            return set(map(int, log.read_text().split())) if log.exists() else set()
        finally:
            workers.put(worker)

    with ThreadPoolExecutor(_WORKERS) as pool:
        by_row = dict(zip(ROWS, pool.map(numbers, ROWS), strict=True))
    idle = [workers.get() for _ in range(_WORKERS)]
    for worker in idle:
        for module in firsts:
            worker.restore(module)
        workers.put(worker)
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(ROWS, key=lambda one: (one.mode == "test", len(by_row[one]))):
        for number in by_row[row]:
            rows[number].append(row)
    for site in found:
        if site.module.startswith(_IN_TESTS):
            rows[site.number].sort(key=lambda row: row.mode != "test")
        if "repr=False" in site.what or site.what.startswith("@shown_errors"):
            rows[site.number] = [Row("test", "python")]
    return rows


def _firsts(found: list[Site]) -> dict[str, int]:
    """Return the number of the first hiding of each module."""
    return {site.module: site.number for site in reversed(found)}


def caught(workers: SimpleQueue[Worker], site: Site, first: int, rows: list[Row]) -> Row | None:
    """Return the first output that shows a secret without a hiding, None if none does."""
    worker = workers.get()
    try:
        worker.write(site.module, sites.without(worker.package, site, first))
        return next((row for row in rows[:_MOST] if worker.leaks(row)), None)
    finally:
        worker.restore(site.module)
        workers.put(worker)


def results(wanted: list[str]) -> Iterator[tuple[Site, Row | None, int]]:
    """Yield each hiding, the output that shows that it is removed, and in how many it matters."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        package = Path(shutil.copytree(ROOT / "manifest_lint", Path(folder) / "package"))
        found = sites.sites(package)
        firsts = _firsts(found)
        connector = Path(folder) / "connector"
        connector.mkdir()
        write(connector)
        workers: SimpleQueue[Worker] = SimpleQueue()
        for number in range(_WORKERS):
            workers.put(Worker(Path(folder) / str(number), stack, connector, package))
        rows = differences(workers, found)
        missed = sum(not rows[one.number] for one in found)
        print(f"{len(found)} hidings, {missed} of them in no output", file=sys.stderr)
        chosen = [one for one in found if not wanted or any(word in str(one) for word in wanted)]
        with ThreadPoolExecutor(_WORKERS) as pool:
            seen = pool.map(
                lambda site: caught(workers, site, firsts[site.module], rows[site.number]), chosen
            )
            for site, row in zip(chosen, seen, strict=True):
                yield site, row, len(rows[site.number])


def main(wanted: list[str]) -> int:
    """Print what became of each hiding; return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the databases are stopped too
    start, kinds, unused = time.monotonic(), Counter[str](), dict(REASONS)
    for site, row, outputs in results(wanted):
        key = f"{site.module}: {site.what}"
        why = unused.pop(key, "")
        kind = "caught" if row else "excepted" if why else "NOT CAUGHT"
        kinds[kind] += 1
        hint = f"in {outputs} outputs, hidden again" if outputs else "no output has it"
        print(f"{kind}: {site} -> {row or why or hint}", flush=True)
    for key in () if wanted else unused:
        print(f"NOT NEEDED in tests/unhide/reasons.py: {key}")
        kinds["NOT NEEDED"] += 1
    seconds = time.monotonic() - start
    print(", ".join(f"{number} {kind}" for kind, number in kinds.items()), f"in {seconds:.0f} s")
    return 1 if kinds["NOT CAUGHT"] or kinds["NOT NEEDED"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
