"""Pack a wheel of ours and all that it needs into one archive, for machines without a network.

`python -m tests.wheelhouse WHEEL FOLDER` writes the archive and its SHA-256 digest. Both are for
the Python and the kind of machine that run it. `--platform musllinux_1_2_x86_64` makes the one of
Alpine on another Linux; pip cannot do so for another system, as it would take the dependencies that
this system has [pip download: --platform]. pip takes a platform as it is written: repeat the option
for wheels of older ones.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.command import ROOT
from tests.outside import installing


def make(wheel: Path, folder: Path, platforms: Sequence[str] = ()) -> Path:
    """Write the archive with a wheel and its dependencies into a folder; return its path.

    The versions are those of constraints.txt. Raises SystemExit, after pip said why, if one of them
    has no wheel for the platforms. The first of these is in the archive's name.
    """
    version = wheel.name.split("-")[1]
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    machine = next(iter(platforms), sysconfig.get_platform())
    archive = folder / f"manifest-lint-{version}-wheelhouse-{python}-{machine}.tar"
    with tempfile.TemporaryDirectory() as scratch:
        _download(wheel, Path(scratch), platforms)
        pack(Path(scratch), archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n")
    return archive


def pack(wheels: Path, archive: Path) -> None:
    """Write the files of a folder into an archive: the same archive for the same files."""
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for file in sorted(wheels.iterdir()):
            member = tarfile.TarInfo(f"{archive.stem}/{file.name}")
            member.size = file.stat().st_size
            with file.open("rb") as data:
                tar.addfile(member, data)


def _download(wheel: Path, folder: Path, platforms: Sequence[str]) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
    command += ["--only-binary=:all:", "--constraint", str(ROOT / "constraints.txt")]
    command += ["--dest", str(folder), str(wheel)]
    command += [f"--platform={platform}" for platform in platforms]
    if code := subprocess.run(command, env=installing()).returncode:
        raise SystemExit(code)


def main() -> None:
    """Read the command line, pack, and print the digest."""
    parser = argparse.ArgumentParser(prog="python -m tests.wheelhouse", description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    shown = "another Linux, such as musllinux_1_2_x86_64; repeatable"
    parser.add_argument("--platform", default=[], action="append", help=shown)
    given = parser.parse_args()
    if not all("linux" in platform for platform in given.platform):
        parser.error("make the archive of another system on that system")
    archive = make(given.wheel, given.folder, given.platform)
    print(archive.with_name(f"{archive.name}.sha256").read_text("utf-8"), end="")


if __name__ == "__main__":
    main()
