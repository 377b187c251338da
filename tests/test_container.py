"""The recipe of the container: its words, its steps in a shell, and an image if it can be built."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tree
from tests.command import ROOT
from tests.connectors import SUNMETER
from tests.outside import installing

RECIPE = ROOT / "Containerfile"
CLEAN = "No findings in 1 manifest and 1 account type.\n"


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, RECIPE], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def instructions() -> list[tuple[str, str]]:
    """Return each instruction of the recipe and what comes after its name."""
    lines = [line for line in RECIPE.read_text("utf-8").splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ").splitlines()
    pairs = [line.split(None, 1) for line in whole if line.strip()]
    return [(name, rest) for name, rest in pairs]


def test_its_python_is_one_that_the_dependencies_have_wheels_for() -> None:
    # The images have no compiler: with a floating tag, the next Python breaks the build.
    [base] = [rest for name, rest in instructions() if name == "ARG"]
    number = base.partition("python:")[2].partition("-")[0]
    classifier = f'"Programming Language :: Python :: {number}"'
    assert number.count(".") == 1
    assert classifier in (ROOT / "pyproject.toml").read_text("utf-8")


def test_its_steps_run_in_a_shell(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in tree.files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)

    def here(text: str) -> str:
        for folder in ("/source", "/opt"):
            text = text.replace(folder, f"{tmp_path}{folder}")
        return text

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)  # as in the image
    path, command = os.environ["PATH"], []
    environment = {**installing(), "PATH": f"{tmp_path / 'bin'}{os.pathsep}{path}"}
    for name, rest in instructions():
        if name == "RUN":
            steps = ["sh", "-euc", here(rest)]
            done = subprocess.run(steps, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        elif name == "ENV":
            path = here(rest).removeprefix("PATH=").replace("$PATH", path)
        elif name in ("ENTRYPOINT", "CMD"):
            command += shlex.split(rest.strip("[]").replace(",", " "))
    ran = subprocess.run(
        command, cwd=SUNMETER, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert shutil.which(command[0], path=path) == f"{tmp_path}/opt/manifest-lint/bin/manifest-lint"
    assert (ran.returncode, ran.stdout) == (0, CLEAN)


@pytest.mark.parametrize("base", ["slim", "alpine"])
def test_an_image_can_be_built(base: str) -> None:
    builder = shutil.which("podman") or shutil.which("docker")
    if not builder or subprocess.run([builder, "info"], capture_output=True).returncode:
        pytest.skip("needs podman, or a running docker")
    [debian] = [rest.removeprefix("BASE=") for name, rest in instructions() if name == "ARG"]
    image, tag = debian.replace("slim", base), f"manifest-lint-test-{base}"
    command = [builder, "build", "--quiet", "--tag", tag, "--build-arg", f"BASE={image}"]
    done = subprocess.run([*command, "--file", RECIPE, ROOT], capture_output=True, text=True)
    if done.returncode and image.removeprefix("docker.io/library/") in done.stderr:
        pytest.skip(f"the base image cannot be had: {done.stderr.strip()[-100:]}")
    assert done.returncode == 0, done.stderr
    mount = f"{SUNMETER}:/connector:ro"
    run = [builder, "run", "--rm", "--volume", mount, tag, "check"]
    ran = subprocess.run(run, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, CLEAN)
