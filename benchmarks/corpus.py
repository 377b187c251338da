"""A check of the corpus with one process and with two, next to check-jsonschema."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.manifests import write_corpus
from benchmarks.processes import Case, Contender, Target, ours
from benchmarks.starting import RIVAL

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


def cases(scratch: Path) -> Iterator[Case]:
    """Yield the check of all manifests."""
    folder = scratch / "corpus"
    title, paths = write_corpus(folder)
    check = (*ours(), "check", ".", "--format", "json")
    options = subprocess.run((*ours(), "check", "--help"), capture_output=True, text=True).stdout
    has_jobs = "--jobs" in options
    targets = [("1", Target("CPU", 1.25)), ("2", Target("wall", 0.75))] if has_jobs else []
    proof = f'"manifests": {len(paths)},'
    contenders = (
        *(
            Contender(f"manifest-lint -j{jobs}", (*check, "--jobs", jobs), (1,), proof, target)
            for jobs, target in targets
        ),
        Contender("manifest-lint", check, (1,), proof),
        Contender(
            "check-jsonschema",
            (*RIVAL, "--output-format", "json", *paths),
            (1,),
            '"filename": ',
        ),
        Contender(
            "json.loads, in one Python",
            (sys.executable, "-c", READ_ALL, *paths),
            (0,),
            f"read {len(paths)}",
        ),
    )
    yield Case(f"{len(paths)} {title}", folder, contenders, "check-jsonschema")
