"""Try a sample of mutants with the tests: `python -m tests.mutants [--each N] [FOLDER…]`.

It works in two copies of the sources, where ../shared is absent, and prints a table. The exit code
is 1 if the score of a folder is below 90 %, or a survivor has no reason in survivors.toml, and 2 if
a test that has noticed a mutant fails without one too.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import current_process
from pathlib import Path
from typing import Any, NamedTuple

try:
    from attrs import evolve
    from cosmic_ray.mutating import mutate_and_test, mutate_code  # type: ignore[import-not-found]
    from cosmic_ray.plugins import get_operator  # type: ignore[import-not-found]
except ImportError as missing:
    sys.exit(f"{missing.name} is not installed: run `make mutants`")

from tests.mutants import FOLDERS
from tests.mutants.choice import defined_at, rounds
from tests.mutants.sample import sampled
from tests.mutants.tried import TOO_LONG

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent.parent
LEAST, WORST = 90, 80
"""Percent that each folder should have, and below which the table says so in other words."""

PATIENCE = 900
"""Seconds, for a mutant that waits and takes no CPU time."""


class Tried(NamedTuple):
    """A mutant that was tried: where it is, its line before and after, and what came of it.

    `by` is the test that failed.
    """

    folder: str
    module: str
    operator: str
    before: str
    after: str
    outcome: str
    by: str


def copied(to: Path) -> None:
    """Copy the sources, as git has them, and compile them: a test run starts in half the time."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (source := ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, to / name)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "manifest_lint", "tests"], cwd=to)


def enter(scratch: str) -> None:
    """Let a worker work in a copy of its own."""
    Path(scratch).chmod(0o755)  # some tests change to another user, who has to read the code
    place = Path(scratch) / current_process().name
    copied(place)
    os.chdir(place)
    os.environ["CI"] = "true"  # Hypothesis tries the same examples at each run
    os.environ["PYTHONPATH"] = ""


def try_one(mutant: Any) -> Tried:
    """Try one mutant in this worker's copy."""
    module = Path(mutant.module_path).relative_to(ROOT)
    text = module.read_text("utf-8")
    name = defined_at(module, mutant.start_pos[0])
    for paths in rounds(module, name, Path("tests")):
        files = [str(path) for path in paths]
        command = f"{sys.executable} -m tests.mutants.tried {' '.join(files)}"
        result = mutate_and_test([evolve(mutant, module_path=module)], command, PATIENCE)
        outcome = str(result.test_outcome.value) if result.test_outcome else "not made"
        if TOO_LONG in (result.output or "") or result.output == "timeout":
            outcome = "timed out"
        if outcome != "survived":
            break
    operator = get_operator(mutant.operator_name)()
    before, after = _changed(text, mutate_code(text, operator, mutant.occurrence) or text)
    kind = mutant.operator_name.partition("/")[2]
    failed = re.search("^(?:FAILED|ERROR) tests/(\\S+)", result.output or "", re.M)
    by = failed[1] if failed and outcome == "killed" else ""
    return Tried(module.parent.name, module.name, kind, before, after, outcome, by)


def failing(tests: list[str]) -> list[str]:
    """Return those of some tests that fail without a mutant, in this worker: they killed none."""
    command = [sys.executable, "-m", "tests.mutants.tried", *tests]
    if not tests or not subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        return []
    if len(tests) == 1:
        return tests
    half = len(tests) // 2
    return failing(tests[:half]) + failing(tests[half:])


def _changed(before: str, after: str) -> tuple[str, str]:
    """Return the first line that differs, before and after, without the space around it."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    one, other = next(((a, b) for a, b in pairs if a != b), ("", ""))
    return one.strip(), other.strip()


def reasons() -> dict[tuple[str, str, str], str]:
    """Return why each known survivor is right, by module and its lines."""
    entries = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text("utf-8"))
    return {
        (one["module"], one["before"], one["after"]): one["reason"]
        for one in entries.get("survivor", [])
    }


def table(tried: list[Tried]) -> Iterator[tuple[str, bool]]:
    """Yield the lines of the table, and whether each folder's score is high enough."""
    yield "folder    mutants  killed  survived  timed out  score  verdict", True
    for folder in dict.fromkeys(one.folder for one in tried):
        outcomes = [one.outcome for one in tried if one.folder == folder]
        killed, survived = outcomes.count("killed"), outcomes.count("survived")
        late = outcomes.count("timed out")
        score = 100 * killed / (killed + survived or 1)
        line = f"{folder:10}{len(outcomes):7}{killed:8}{survived:10}{late:11}{score:6.1f}%"
        yield f"{line}  {verdict(score)}", score >= LEAST


def verdict(score: float) -> str:
    """Return what a folder's score in percent means."""
    if score >= LEAST:
        return f"at least {LEAST} %"
    return f"below {LEAST} %" if score >= WORST else f"below {WORST} %"


def main() -> int:
    """Try the mutants, print the table and the survivors; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.mutants")
    parser.add_argument("--each", type=int, default=60, help="mutants of each folder")
    parser.add_argument("--seed", type=int, default=24, help="which ones")
    parser.add_argument("--workers", type=int, default=2, help="processes at once")
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    given = parser.parse_args()
    package = ROOT / "manifest_lint"
    mutants = [m for name in given.folders for m in sampled(package / name, given.each, given.seed)]
    tried: list[Tried] = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        ProcessPoolExecutor(given.workers, initializer=enter, initargs=(scratch,)) as pool,
    ):
        for one in pool.map(try_one, mutants):
            tried.append(one)
            by = f" by {one.by}" if one.by else ""
            print(f"{one.outcome:9} {one.folder}/{one.module} {one.operator}{by}", flush=True)
            if one.outcome != "killed":
                print(f"          - {one.before}\n          + {one.after}", flush=True)
        # Of a test with parameters all are run: a space in one cuts its name off.
        noticed = sorted({f"tests/{one.by.partition('[')[0]}" for one in tried if one.by})
        halves = (noticed[::2], noticed[1::2])
        if wrong := [name for found in pool.map(failing, halves) for name in found]:
            print("fail without a mutant too:", *wrong, sep="\n", file=sys.stderr)
            return 2
    known = reasons()
    lines = list(table(tried))
    print(*(line for line, _ in lines), sep="\n")
    alive = [one for one in tried if one.outcome == "survived"]
    new = [o for o in alive if (f"{o.folder}/{o.module}", o.before, o.after) not in known]
    for one in new:
        print(f"without a reason: {one.folder}/{one.module}: {one.before} -> {one.after}")
    return 0 if all(is_enough for _, is_enough in lines) and not new else 1


if __name__ == "__main__":
    sys.exit(main())
