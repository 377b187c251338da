"""Which hidings of secrets are seen to be removed, by the canary's tests.

`python -m tests.unhide` removes each hiding of the package in turn, in a temporary copy, and runs
the outputs in which it makes a difference until one shows a secret. Where another hiding covers it,
it removes that too. It prints what became of each, and ends with exit code 1 if one is not seen
that is not in tests/unhide/reasons.py. `python -m tests.unhide WORD` does so for those whose lines
have a word, such as the path of a module. With
`--alone`, none is removed with others. Which output showed a secret is kept in
artifacts/unhide.json, and tried first in the next run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import tree
from tests.canary.connector import write
from tests.canary.outputs import databases
from tests.command import ROOT
from tests.unhide import removed, sites

KNOWN = ROOT / "artifacts" / "unhide.json"
"""What was found, so that the next run tries it first."""


def _copy(root: Path) -> None:
    """Copy what git has of the repository, or will have."""
    for name in tree.files():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name, follow_symlinks=False)


def main(wanted: list[str]) -> int:
    """Try the hidings whose lines have one of the words; return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the databases are stopped too
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        root = folder / "copy"
        _copy(root)
        found = sites.change(ROOT / "manifest_lint", root / "manifest_lint")
        shutil.copy(removed.__file__, root / "manifest_lint" / "_removed.py")
        for name in ("connector", "couchdb"):
            (folder / name).mkdir()
        write(folder / "connector")
        with databases(folder / "couchdb") as addresses:
            (folder / "sites").write_text(json.dumps(found))
            (folder / "addresses").write_text(json.dumps(addresses))
            command = [sys.executable, "-m", "tests.unhide.tries", str(folder), str(KNOWN), *wanted]
            path = {**os.environ, "PYTHONPATH": str(root)}
            return subprocess.run(command, cwd=root, env=path).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
