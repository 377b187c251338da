"""Time whole processes side by side: `python -m benchmarks [--rounds N]`.

Every round runs every contender once, each time in another order, so that a slow moment of the
machine affects all alike; medians are compared. Nothing is asserted except that each contender did
its work: the figures are for reading.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from time import perf_counter

from benchmarks.bundles import LARGE, SIZE, write_connector

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "manifests.jsonl"
SCHEMA = str(ROOT / "schemas" / "konnector.schema.json")
MANIFEST = "manifest.konnector"

RIVALS = ("check-jsonschema", "jsonschema")
GENERATED = 1500
FAULTS: tuple[dict[str, object], ...] = (
    {"version": "1.0"},
    {"clientSide": "true"},
    {"categories": ["other"]},
    {"oauth": {"scope": ["consumption.read", "contracts.read"]}},
    {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["get"]}}},
)

DETECT = """
import sys
from pathlib import Path
from manifest_lint.bundle.detectors import suspects
print(list(suspects(Path(sys.argv[1]).read_bytes())))
"""

READ_ALL = """
import json, sys
read = 0
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    try:
        json.loads(data)
    except ValueError:
        pass
    read += 1
print("read", read)
"""


@dataclass(frozen=True, slots=True)
class Contender:
    """A command, the exit codes of one that worked, and a pattern that its output then has."""

    name: str
    command: tuple[str, ...]
    codes: tuple[int, ...]
    proof: str


@dataclass(frozen=True, slots=True)
class Case:
    """Contenders for one piece of work, in the folder they run in: first ours, then its rival."""

    title: str
    folder: Path
    contenders: tuple[Contender, ...]
    target: float


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="runs of each contender (default 9)")
    rounds: int = parser.parse_args().rounds
    if rounds < 1:
        parser.error("--rounds: at least one is needed")
    print(facts(rounds))
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        environment = user_environment(Path(scratch, "bytecode"))
        for case in cases(Path(scratch)):
            print(f"\n{table(case, medians(case, rounds, environment))}", flush=True)


def facts(rounds: int) -> str:
    try:
        packages = ", ".join(f"{name} {version(name)}" for name in RIVALS)
    except PackageNotFoundError as error:
        sys.exit(f"{error.name}: is not installed here; run `make bench`, which installs it")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{python}, {machine}; {packages}; medians of {rounds} rounds"


def user_environment(bytecode: Path) -> dict[str, str]:
    """Return an environment in which every contender finds its bytecode, as if installed.

    A checkout's may be missing or not writable, where pip has compiled its rival's.
    """
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {"PYTHONPYCACHEPREFIX": str(bytecode)}


def cases(scratch: Path) -> Iterator[Case]:
    ours = tool("manifest-lint", "manifest_lint")
    rival = (*tool("check-jsonschema", "check_jsonschema"), "--schemafile", SCHEMA)
    python = Contender(
        'python -c "import json"', (sys.executable, "-c", "import json"), codes=(0,), proof=""
    )

    for title, fixture, target, code, proofs in (
        ("One clean manifest", "sunmeter", 0.40, 0, ("No findings in 1 manifest", "ok")),
        ("One manifest with findings", "faulty", 0.45, 1, ("S002", r"\$\.clientSide")),
    ):
        folder = scratch / fixture
        shutil.copytree(ROOT / "fixtures" / fixture, folder)
        checkers = (
            Contender("manifest-lint", (*ours, "check", MANIFEST), (code,), proofs[0]),
            Contender("check-jsonschema", (*rival, MANIFEST), (code,), proofs[1]),
        )
        yield Case(title, folder, (*checkers, python), target)

    yield from packaging(scratch, ours, python)

    # The last one: Linux counts the memory of reading it for the processes started later too.
    folder = scratch / "corpus"
    title, paths = write_corpus(folder)
    yield Case(
        f"{len(paths)} {title}",
        folder,
        (
            Contender(
                "manifest-lint",
                (*ours, "check", ".", "--format", "json"),
                (1,),
                f'"manifests": {len(paths)},',
            ),
            Contender(
                "check-jsonschema",
                (*rival, "--output-format", "json", *paths),
                (1,),
                '"filename": ',
            ),
            Contender(
                "json.loads, in one Python",
                (sys.executable, "-c", READ_ALL, *paths),
                (0,),
                f"read {len(paths)}",
            ),
        ),
        target=1.5,
    )


def packaging(scratch: Path, ours: tuple[str, ...], python: Contender) -> Iterator[Case]:
    """Yield the cases on bundles, including the search for known secrets."""
    connector = write_connector(scratch / "bundle")
    packed = f"tar -cf - build | gzip -9 > {scratch}/packed.tar.gz && ls -s {scratch}/packed.tar.gz"
    yield Case(
        "A bundle of 10 MB, built",
        connector,
        (
            Contender("manifest-lint", (*ours, "build"), (0,), "Packed 4 files"),
            Contender("tar | gzip -9", ("sh", "-c", packed), (0,), r"^[1-9]"),
            Contender(
                "its detectors (K002), alone",
                (sys.executable, "-c", DETECT, "build/index.js"),
                (0,),
                r"^\[\]",
            ),
        ),
        target=1.3,
    )
    for title, size in (("Its archive, verified", SIZE), ("One near the limit, verified", LARGE)):
        connector = scratch / str(size)
        out = write_connector(connector, size) / "dist"
        subprocess.run((*ours, "build", connector), check=True, capture_output=True)
        [archive] = map(str, out.glob("*.tar.gz"))
        yield Case(
            title,
            connector,
            (
                Contender("manifest-lint", (*ours, "verify", archive), (0,), "sunmeter 1.2.0: 4"),
                Contender("tar -tzf", ("tar", "-tzf", archive), (0,), "index.js"),
                python,
            ),
            target=1.5,
        )


def tool(script: str, module: str) -> tuple[str, ...]:
    """Return the command of a script next to this Python, or else of its module."""
    beside = shutil.which(script, path=str(Path(sys.executable).parent))
    return (beside,) if beside else (sys.executable, "-m", module)


def write_corpus(folder: Path) -> tuple[str, list[str]]:
    """Write a folder for each manifest; return what they are, and their paths below `folder`."""
    title, texts = "generated manifests", generated()
    if CORPUS.is_file():
        lines = CORPUS.read_text("utf-8").strip().split("\n")
        title, texts = "manifests of the corpus", (json.loads(line)["text"] for line in lines)
    paths = []
    for number, text in enumerate(texts, start=1):
        path = folder / f"{number:04}" / MANIFEST
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        paths.append(path.relative_to(folder).as_posix())
    return title, paths


def generated() -> Iterator[str]:
    """Vary the good fixture, the same way each time; every third manifest has a fault."""
    good = json.loads((ROOT / "fixtures" / "sunmeter" / MANIFEST).read_text("utf-8"))
    for number in range(GENERATED):
        fields = {f"field_{field}": {"type": "text"} for field in range(number % 10)}
        varied = good | {
            "slug": f"sunmeter-{number}",
            "version": f"1.{number}.0",
            "fields": good["fields"] | fields,
        }
        fault = FAULTS[number // 3 % len(FAULTS)] if number % 3 == 2 else {}
        yield json.dumps(varied | fault, indent=2, ensure_ascii=False)


def medians(case: Case, rounds: int, environment: dict[str, str]) -> list[tuple[float, float]]:
    """Run every contender; return the median time of each in milliseconds, in their order.

    The most memory that it took comes with it, in MiB: that of its largest process.
    """
    times: dict[str, list[float]] = {contender.name: [] for contender in case.contenders}
    memory: dict[str, float] = {}
    for number in range(rounds + 1):
        first = number % len(case.contenders)
        for contender in (*case.contenders[first:], *case.contenders[:first]):
            took, peak = measured(contender, case.folder, environment)
            memory[contender.name] = max(peak, memory.get(contender.name, 0))
            if number:  # the round before the first warms up: bytecode, and the disk's cache
                times[contender.name].append(took)
    return [(median(times[name]), memory[name]) for name in times]


def measured(
    contender: Contender, folder: Path, environment: dict[str, str]
) -> tuple[float, float]:
    """Time one process, and return its memory. Exits if the process did not do its work."""
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
        took = (perf_counter() - start) * 1000
        process.returncode = code = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        said = output.read().decode()
        if code not in contender.codes or not re.search(contender.proof, said):
            said = errors.read().decode().strip() or said[:2000]
            sys.exit(f"{contender.name}: did not do its work, exit code {code}: {said}")
    return took, used.ru_maxrss / 1024


def table(case: Case, taken: Sequence[tuple[float, float]]) -> str:
    rival = case.contenders[1].name
    head = f"{case.title:<36}{'median':>10}{'memory':>10}   of {rival}"
    rows = [
        f"  {contender.name:<34}{took:>7.0f} ms{memory:>6.0f} MiB{took / taken[1][0]:>8.2f}"
        for contender, (took, memory) in zip(case.contenders, taken, strict=True)
    ]
    rows[0] += f"   target: at most {case.target:.2f}"
    return "\n".join((head, *rows))


if __name__ == "__main__":
    main()
