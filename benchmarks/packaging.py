"""`build` next to `tar | gzip -9`, and `verify` next to `tar -tzf`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bundles import LARGE, SIZE, write_connector
from benchmarks.processes import Case, Contender, Target, ours
from benchmarks.starting import FLOOR

DETECT = """
import sys
from pathlib import Path
from manifest_lint.bundle.detectors import suspects
print(list(suspects(Path(sys.argv[1]).read_bytes())))
"""


def cases(scratch: Path) -> Iterator[Case]:
    """Yield a build that looks for a known secret, and two archives to verify."""
    connector = write_connector(scratch / "bundle")
    packed = f"tar -cf - build | gzip -9 > {scratch}/packed.tar.gz && ls -s {scratch}/packed.tar.gz"
    contenders = (
        Contender("manifest-lint", (*ours(), "build"), (0,), "Packed 4 files", Target("wall", 0.8)),
        Contender("tar | gzip -9", ("sh", "-c", packed), (0,), r"^[1-9]"),
        Contender(
            "its detectors (K002), alone",
            (sys.executable, "-c", DETECT, "build/index.js"),
            (0,),
            r"^\[\]",
        ),
    )
    yield Case("A bundle of 10 MB, built", connector, contenders, "tar | gzip -9")
    for title, size, most in (
        ("Its archive, verified", SIZE, 1.5),
        ("One near the limit, verified", LARGE, 1.1),
    ):
        connector = scratch / str(size)
        out = write_connector(connector, size) / "dist"
        subprocess.run((*ours(), "build", connector), check=True, capture_output=True)
        [archive] = map(str, out.glob("*.tar.gz"))
        verify, proof = (*ours(), "verify", archive), "sunmeter 1.2.0: 4"
        contenders = (
            Contender("manifest-lint", verify, (0,), proof, Target("wall", most)),
            Contender("tar -tzf", ("tar", "-tzf", archive), (0,), "index.js"),
            FLOOR,
        )
        yield Case(title, connector, contenders, "tar -tzf")
