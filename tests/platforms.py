"""Where the package can be installed without a compiler: `make platforms` prints the table.

A cell has the number of packages, with `+` if the extra `fast` has a wheel there too. Where there is
no such set of wheels, it has what is missing. Needs the network, and uv: unlike pip, it resolves for
another platform with that platform's environment markers.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "manylinux x86-64": "x86_64-manylinux_2_28",
    "manylinux arm64": "aarch64-manylinux_2_28",
    "musllinux x86-64": "x86_64-unknown-linux-musl",
    "musllinux arm64": "aarch64-unknown-linux-musl",
    "macOS x86-64": "x86_64-apple-darwin",
    "macOS arm64": "aarch64-apple-darwin",
    "Windows x86-64": "x86_64-pc-windows-msvc",
    "Windows arm64": "aarch64-pc-windows-msvc",
}
KNOWN = {
    ("musllinux arm64", "3.14"): "no tree-sitter (its source needs a C compiler)",
    ("Windows arm64", "3.10"): "no regress (and python.org has no such Python)",
}
"""Cells that are known to have no wheels, with why."""


def packages(platform: str, python: str, *extras: str) -> int | str:
    """Return how many packages pip would install, ours included, or which has no wheel."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--only-binary", ":all:"),
            *("--no-header", "--no-annotate", "--output-file", "-"),
            *("--python-platform", PLATFORMS[platform], "--python-version", python),
            *(word for extra in extras for word in ("--extra", extra)),
            "pyproject.toml",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return 1 + sum("==" in line for line in done.stdout.splitlines())
    missing = re.search(r"Because ([\w-]+)", done.stderr)
    return missing[1] if missing else done.stderr.strip()[-200:]


def main() -> int:
    """Print the table; return 1 if a cell that is not known to be one has no wheels."""
    failed = False
    notes = []
    print("|" + "|".join(("", *PYTHONS)) + "|\n" + "|---" * (len(PYTHONS) + 1) + "|")
    for platform in PLATFORMS:
        cells = []
        for python in PYTHONS:
            found = packages(platform, python)
            if isinstance(found, int):
                fast = isinstance(packages(platform, python, "fast"), int)
                cells.append(f"{found}{' +' if fast else ''}")
            else:
                cells.append(f"no {found}")
                known = KNOWN.get((platform, python))
                failed |= known is None
                notes.append(f"{platform}, {python}: {known or f'no {found}: NOT KNOWN'}")
        print("|" + "|".join((platform, *cells)) + "|", flush=True)
    print(*notes, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
