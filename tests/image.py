"""Build the container's image where no base image can be had: `make image`.

Needs root, debootstrap and buildah (`apt-get install debootstrap buildah`), and Debian's packages:
`make image MIRROR=…` names where from. A minimal Debian with the Python that the recipe names is
the base in place of `python:…-slim`; the rest is the recipe as it is, with its instructions. It
prints what a good and a faulty connector give in the container.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.command import ROOT
from tests.connectors import FIXTURES
from tests.outside import installing

RECIPE = ROOT / "Containerfile"
BASE = "localhost/python-on-debian"
CERTIFICATES = "/etc/ssl/certs"


def main() -> int:
    """Build, run both fixtures; return 1 if one of them has another exit code than it should."""
    [python] = re.findall(r"^ARG BASE=.*python:([\d.]+)", RECIPE.read_text("utf-8"), re.M)
    with tempfile.TemporaryDirectory() as scratch:
        buildah = Buildah(Path(scratch))
        base(buildah, Path(scratch) / "debian", f"python{python}")
        recipe = ("--build-arg", f"BASE={BASE}", "--file", str(RECIPE))
        shared = ("--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro")  # a proxy may have its own
        buildah("build", *shared, *recipe, "--tag", "manifest-lint", str(ROOT))
        container = buildah("from", "localhost/manifest-lint")
        codes = [
            buildah.run(container, FIXTURES / name, "manifest-lint", "check", "--format", "concise")
            for name in ("sunmeter", "faulty")
        ]
    return 0 if codes == [0, 1] else 1


class Buildah:
    """Runs buildah with its images in a folder, in no namespace that a container would lack."""

    def __init__(self, folder: Path) -> None:
        self._command = ["buildah", "--root", str(folder / "images")]
        self._command += ["--runroot", str(folder / "run")]
        chosen = {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
        self._environment = installing() | chosen

    def __call__(self, *arguments: str) -> str:
        """Return the last line that a command prints; ends the program if it fails."""
        command = [*self._command, *arguments]
        done = subprocess.run(command, env=self._environment, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(done.returncode)
        return done.stdout.strip().rpartition("\n")[2]

    def run(self, container: str, connector: Path, *command: str) -> int:
        """Run a command in a container on a connector; return its exit code."""
        mount = f"{connector}:/connector:ro"
        whole = [*self._command, "run", "--volume", mount, container, "--", *command]
        return subprocess.run(whole, env=self._environment).returncode


def base(buildah: Buildah, folder: Path, python: str) -> None:
    """Make an image of Debian with a Python, named as images of Python name it."""
    packages = f"{python},{python}-venv,ca-certificates"
    debian = ["debootstrap", "--variant=minbase", f"--include={packages}", "sid", str(folder)]
    debian += sys.argv[1:]  # a mirror
    subprocess.run(debian, env=installing(), check=True, stdout=sys.stderr)
    (folder / "usr/bin/python").symlink_to(python)
    container = buildah("from", "scratch")
    buildah("add", container, str(folder), "/")
    buildah("commit", "--rm", container, BASE)


if __name__ == "__main__":
    sys.exit(main())
