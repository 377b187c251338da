"""Measure how the time of a check grows with its findings, and with their exemptions.

    python -m benchmarks.many_findings [--size N] [--formats text,sarif] [--rounds N]

One manifest has N wrong permissions, another one 8 N. Each is checked as it is, with exemptions
for all, and with a baseline that has them; a configuration has at most 1 MiB. The times are
processor times of whole processes, the shortest of some rounds; eight times the input may take
8 x 1.15 times as long.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import ROOT, verdict

SIZE, TIMES = 1250, 8
FORMATS = "text,sarif,gitlab"
MOST = 1.15 * TIMES
RULES = ("P002", "P003")
"""Each wrong permission has a finding of each; a rule reports at most 10,000 in a file."""

Command = tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.many_findings", description=__doc__)
    parser.add_argument(
        "--size", type=int, default=SIZE, help=f"wrong permissions (default {SIZE})"
    )
    parser.add_argument("--formats", default=FORMATS, help=f"default {FORMATS}")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        for line in lines(Path(scratch), given.rounds, given.size, given.formats):
            print(line, flush=True)


def lines(scratch: Path, rounds: int, size: int = SIZE, formats: str = FORMATS) -> Iterator[str]:
    """Yield the table, a line when it is measured."""
    sizes = (size, TIMES * size)
    folders = [made(scratch / str(one), one) for one in sizes]
    columns = "".join(f"{len(RULES) * one:>10,}" for one in sizes)
    yield f"{'Findings in one manifest, CPU':<34}{columns}   times"
    for name, command in cases(formats.split(",")):
        times = [min(cpu_time(folder, command) for _ in range(rounds)) for folder in folders]
        grown = times[1] / times[0]
        yield f"  {name:<32}{times[0]:>8.2f} s{times[1]:>8.2f} s{grown:>8.1f}{verdict(grown, MOST)}"


def cases(formats: list[str]) -> Iterator[tuple[str, Command]]:
    """Yield the name and the arguments of each case."""
    for form in formats:
        more = ("--isolated", "--format", form)
        yield form, more
        yield f"{form}, exempted", ("--config", "exempt.toml", "--format", form)
        yield f"{form}, baselined", (*more, "--baseline", "baseline.json")
    yield "write a baseline", ("--isolated", "--write-baseline", "--baseline", "written.json")


def made(folder: Path, size: int) -> Path:
    """Write a manifest with findings, a configuration that exempts each, and a baseline."""
    folder.mkdir()
    value = json.loads((ROOT / "fixtures" / "sunmeter" / "manifest.konnector").read_text("utf-8"))
    names = [f"p{number}" for number in range(size)]
    wrong = {"type": "io.cozy.bills", "verbs": ["get"], "description": 3}
    value["permissions"] |= dict.fromkeys(names, wrong)
    (folder / "manifest.konnector").write_text(json.dumps(value, indent=1), "utf-8")
    entries = [
        f'{{code="P003",path="/*",pointer="/permissions/{name}/description",reason="x"}}'
        for name in names
    ]
    entries += ['{code="P002",path="*",pointer="/permissions/*/verbs/*",reason="x"}']
    exempt = ",\n".join(entries)
    (folder / "exempt.toml").write_text(f"per-file-ignores = [\n{exempt}\n]\n", "utf-8")
    cpu_time(folder, ("--isolated", "--write-baseline", "--baseline", "baseline.json"))
    return folder


def cpu_time(folder: Path, command: Command) -> float:
    """Return the seconds of processor time of one check."""
    arguments = ["check", "manifest.konnector", "--select", ",".join(RULES), *command]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "manifest_lint", *arguments],
            cwd=folder,
            stdout=output,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)}: exit code {process.returncode}")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
