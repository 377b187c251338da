"""The files of this project."""

from __future__ import annotations

import subprocess
import tempfile

from tests.command import ROOT


def files() -> list[str]:
    """Return the path of each file, tracked or new, that git does not ignore.

    The source distribution, unpacked, has no repository: an empty one elsewhere reads .gitignore.
    """
    with tempfile.TemporaryDirectory() as empty:
        where = []
        if not (ROOT / ".git").exists():
            subprocess.run(["git", "init", "-q", "--bare", empty], check=True)
            where = [f"--git-dir={empty}", f"--work-tree={ROOT}"]
        listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(
            ["git", *where, *listed], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
    return sorted(name for name in done.stdout.split("\0") if name and (ROOT / name).exists())
