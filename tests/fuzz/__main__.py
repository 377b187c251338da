"""Fuzz the readers of files: `python -m tests.fuzz [TARGET …] --runs N`.

With atheris, changes are guided by the lines that an input reaches; see requirements.txt. What an
input breaks is printed once for each place in the code, and the input is left in artifacts/fuzz:
move it to tests/fuzz/found/TARGET with the fix. `--coverage` prints which lines the inputs of the
last run reach, `--without FAULT` puts a fault back that was fixed: a run must find it.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import os
import subprocess
import sys
import time
import traceback
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fuzz.target import Target

ROOT = Path(__file__).parent.parent.parent
LEFT = ROOT / "artifacts" / "fuzz"
"""Where inputs are left: `corpus/TARGET` and `broken/TARGET`."""


class Run:
    """A run of one target: counts inputs, and keeps one for each place where a law is broken."""

    def __init__(self, name: str, number: int):
        from tests.fuzz.targets import TARGETS

        if name not in TARGETS:
            sys.exit(f"no target is {name}: name some of {', '.join(TARGETS)}")
        self.target: Target = TARGETS[name]
        self.number = number
        self.tried, self.broken = 0, dict[str, bytes]()
        self._start, self._wall = time.process_time(), time.monotonic()

    def one(self, data: bytes) -> None:
        """Try one input."""
        self.tried += 1
        try:
            self.target.check(data, False)
        except Exception as error:
            self._keep(data, error)

    def _keep(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-3:]))
        if where in self.broken:
            return
        self.broken[where] = data
        folder = LEFT / "broken" / self.target.name
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / hashlib.sha256(data).hexdigest()[:16]
        file.write_bytes(data)
        what = f"{type(error).__name__}: {error}"[:300]
        print(f"{self.target.name}: {what}\n  at {where}\n  {file.relative_to(ROOT)}", flush=True)

    def end(self) -> int:
        """Print the figures, and return the exit code."""
        cpu, wall = time.process_time() - self._start, time.monotonic() - self._wall
        what = f"{len(self.broken)} broken" if self.broken else "no law is broken"
        print(
            f"{self.target.name}: {self.tried:,} inputs, {cpu:.0f} s of CPU, {wall:.0f} s: {what}"
        )
        sys.stdout.flush()
        return 1 if self.broken else 0


def unguided(name: str, number: int, seed: int) -> int:
    """Try inputs that are changed without a guide."""
    run = Run(name, number)
    for data in run.target.inputs(number, seed):
        run.one(data)
    return run.end()


def guided(atheris: Any, name: str, number: int, seed: int) -> int:
    """Try inputs that atheris chooses. Ends the process, as libFuzzer does not return."""
    with atheris.instrument_imports(include=["manifest_lint"]):
        run = Run(name, number)
        for _, data in run.target.kept():
            run.one(data)  # imports what is imported late
        run.tried = 0

        def try_one(data: bytes) -> None:
            run.one(data)
            if run.tried >= number:
                code = run.end()
                atexit._run_exitfuncs()  # removes the files of this process
                os._exit(code)

        def change(data: bytes, most: int, seed: int) -> bytes:
            if seed % 8 == 0:
                mutated: bytes = atheris.Mutate(data, most)
                return mutated
            return run.target.changed(data, seed)[:most]

        corpus = LEFT / "corpus" / name
        corpus.mkdir(parents=True, exist_ok=True)
        folders = [str(one) for one in (corpus, *run.target.folders) if one.is_dir()]
        options = [f"-max_len={run.target.longest}", f"-seed={seed}", "-rss_limit_mb=3000"]
        options += ["-print_final_stats=1", "-timeout=100", "-verbosity=0"]
        options.append(f"-artifact_prefix={LEFT}/{name}-")
        atheris.Setup([sys.argv[0], *options, *folders], try_one, custom_mutator=change)
        atheris.Fuzz()
    return 2


def without(name: str, number: int) -> int:
    """Put a fault back; return 0 if its target finds it."""
    from tests.fuzz.faults import FAULTS, found

    if name not in FAULTS:
        sys.exit(f"no fault is {name}: name one of {', '.join(FAULTS)}")
    count = found(name, number)
    how = f"found with input {count:,}" if count else f"not found with {number:,} inputs"
    print(f"{name}: {how} of {FAULTS[name].target}")
    return 0 if count else 1


def coverage(name: str) -> int:
    """Print how many lines of the package all inputs that are left reach, and of its modules."""
    measure: ModuleType = import_module("coverage")
    measured = measure.Coverage(data_file=None, source_pkgs=["manifest_lint"])
    measured.start()
    run = Run(name, 0)
    inputs = [data for _, data in run.target.kept()]
    corpus = LEFT / "corpus" / name
    inputs += [file.read_bytes() for file in sorted(corpus.glob("*"))]
    for data in inputs:
        run.one(data)
    measured.stop()
    package, rows = ROOT / "manifest_lint", []
    for file in sorted(package.rglob("*.py")):
        _, lines, _, missing, _ = measured.analysis2(str(file))
        rows.append((file.relative_to(package).as_posix(), len(lines), len(lines) - len(missing)))
    print(f"{name}: {len(inputs):,} inputs reach {sum(row[2] for row in rows):,} lines")
    for part in run.target.modules:
        own = [row for row in rows if row[0] == part or row[0].startswith(f"{part}/")]
        lines, reached = sum(row[1] for row in own), sum(row[2] for row in own)
        print(f"  {part}: {reached:,} of {lines:,} lines ({100 * reached // max(1, lines)} %)")
    return 0


def _each(names: list[str], arguments: list[str]) -> int:
    """Run each target in a process of its own, as libFuzzer ends the process."""
    command = [sys.executable, "-m", "tests.fuzz", *arguments]
    codes = [subprocess.run([*command, name], cwd=ROOT).returncode for name in names]
    return max(codes)


def main(arguments: list[str]) -> int:
    """Return 1 if a law is broken, or a fault is not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all, if none is named")
    parser.add_argument("--runs", type=int, default=50_000, metavar="N", help="inputs of each")
    parser.add_argument("--seed", type=int, default=24, help="of the changes")
    parser.add_argument("--unguided", action="store_true", help="without atheris")
    parser.add_argument("--coverage", action="store_true", help="print the lines reached")
    parser.add_argument("--without", metavar="FAULT", help="see tests/fuzz/faults.py")
    given = parser.parse_args(arguments)
    if given.runs < 1:
        parser.error("--runs: must be at least 1")
    if given.coverage and not find_spec("coverage"):
        parser.error("--coverage: needs coverage, see tests/fuzz/requirements.txt")
    if given.without:
        return without(given.without, given.runs)
    atheris = None if given.unguided or not find_spec("atheris") else "atheris"
    if len(given.targets) != 1:
        from tests.fuzz.targets import TARGETS

        options = [one for one in arguments if one not in given.targets]
        return _each(given.targets or list(TARGETS), options)
    [name] = given.targets
    if given.coverage:
        return coverage(name)
    if atheris:
        return guided(import_module(atheris), name, given.runs, given.seed)
    if not given.unguided:
        print("atheris is not installed: changes are not guided", file=sys.stderr)
    return unguided(name, given.runs, given.seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
