"""Where the package can be installed without a compiler: `make platforms` prints the table.

A cell has the number of packages, with `+` if the extra `fast` has a wheel there too. If a package
has none, the cell names it. Needs the network, and uv: unlike pip, it resolves for another platform
with that platform's environment markers.
"""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
            *("--no-header", "--no-annotate"),
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
    """Print the table; return 1 if the cells without wheels are not those that are known."""
    places = [(platform, python) for platform in PLATFORMS for python in PYTHONS]
    with ThreadPoolExecutor(8) as pool:  # uv waits for the index
        cells = dict(zip(places, pool.map(lambda place: cell(*place), places), strict=True))
    print("|" + "|".join(("", *PYTHONS)) + "|\n" + "|---" * (len(PYTHONS) + 1) + "|")
    for platform in PLATFORMS:
        print("|" + "|".join((platform, *(cells[platform, python] for python in PYTHONS))) + "|")
    missing = {place for place, text in cells.items() if text.startswith("no ")}
    for platform, python in sorted(missing):
        print(f"{platform}, {python}: {KNOWN.get((platform, python), 'NOT KNOWN')}")
    return 0 if missing == KNOWN.keys() else 1


def cell(platform: str, python: str) -> str:
    """Return what the table has for a platform and a Python."""
    found = packages(platform, python)
    if not isinstance(found, int):
        return f"no {found}"
    return f"{found} +" if isinstance(packages(platform, python, "fast"), int) else str(found)


if __name__ == "__main__":
    sys.exit(main())
