"""A cold check of one manifest, next to a Python that only imports what every check needs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import ROOT, Case, Contender, Target, ours, tool

SCHEMA = str(ROOT / "schemas" / "konnector.schema.json")
MANIFEST = "manifest.konnector"
RIVAL = (*tool("check-jsonschema", "check_jsonschema"), "--schemafile", SCHEMA)
FLOOR = Contender('python -c "import click, json"', (sys.executable, "-c", "import click, json"))


def cases(scratch: Path) -> Iterator[Case]:
    """Yield a clean manifest, and one with findings."""
    for title, fixture, most, code, proofs in (
        ("One clean manifest", "sunmeter", 1.55, 0, ("No findings in 1 manifest", "ok")),
        ("One manifest with findings", "faulty", 1.75, 1, ("S002", r"\$\.clientSide")),
    ):
        folder = Path(shutil.copytree(ROOT / "fixtures" / fixture, scratch / fixture))
        target = Target("CPU", most)
        contenders = (
            Contender("manifest-lint", (*ours(), "check", MANIFEST), (code,), proofs[0], target),
            Contender("check-jsonschema", (*RIVAL, MANIFEST), (code,), proofs[1]),
            FLOOR,
        )
        yield Case(title, folder, contenders, FLOOR.name)
