"""What a release has: the source distribution, the wheel, and the archive for offline machines."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest

from manifest_lint import __version__
from manifest_lint.cli.main import COMMANDS
from manifest_lint.scaffold import published
from tests import share, tree, wheelhouse
from tests.command import ROOT
from tests.connectors import FIXTURES

pytest.importorskip("hatchling", reason="needs hatchling, which is not installed")

PAGE = ROOT / "docs/offline.md"
PAGES = ["manifest-lint", *(f"manifest-lint-{name}" for name in COMMANDS)]


def build(source: Path, target: Path) -> tuple[Path, Path]:
    """Build in a folder; return the source distribution and the wheel."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [sdist], [wheel] = target.glob("*.tar.gz"), target.glob("*.whl")
    return sdist, wheel


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"needs {name}, which is not installed")
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def archive(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheelhouse.make(built[1], tmp_path_factory.mktemp("wheelhouse"))


@pytest.fixture(scope="module")
def environment(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page on offline machines installs, without index, configuration, cache or proxy."""
    folder = tmp_path_factory.mktemp("offline")
    for file in archive.parent.iterdir():
        shutil.copy2(file, folder)
    [script] = re.findall(r"(?<=-->\n```sh\n).*?(?=^```)", PAGE.read_text("utf-8"), re.M | re.S)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    clean |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_NO_COMPILE": "1"}
    python = f'python3() {{ {shlex.quote(sys.executable)} "$@"; }}\n'
    command = ["bash", "-euc", python + script]
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{archive.name}: OK\n")
    return folder / "lint"


def with_share(environment: Path) -> dict[str, str]:
    """Return variables by which programs find the files of an environment, and no others."""
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "XDG_DATA_DIRS": str(environment / "share"), "HOME": str(environment)}


def test_share_is_what_the_commands_say() -> None:
    tested = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    newest = [line.partition(" ;")[0] for line in tested if "python_full_version <" not in line]
    for name in ("click", "click-man"):
        if f"{name}=={version(name)}" not in newest:
            pytest.skip(f"another version of {name} writes other pages")
    written = {
        file.relative_to(share.FOLDER).as_posix(): file.read_text("utf-8").rstrip("\n")
        for file in share.FOLDER.rglob("*")
        if file.is_file()
    }
    made = {name: text.rstrip("\n") for name, text in share.files().items()}
    assert written == made, "run `make share`"


def test_the_source_distribution_has_every_file_of_the_repository(
    built: tuple[Path, Path],
) -> None:
    with tarfile.open(built[0]) as tar:
        members = [name.partition("/")[2] for name in tar.getnames()]
    assert sorted(members) == sorted({*tree.files(), "PKG-INFO"})


def test_both_are_the_same_from_the_unpacked_source_distribution(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    sdist, wheel = built
    subprocess.run(["tar", "-xzf", sdist, "-C", tmp_path], check=True)
    again = build(tmp_path / sdist.name.removesuffix(".tar.gz"), tmp_path / "dist")
    assert [file.read_bytes() for file in again] == [sdist.read_bytes(), wheel.read_bytes()]


@pytest.fixture(scope="module")
def metadata(built: tuple[Path, Path]) -> Message:
    with zipfile.ZipFile(built[1]) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(wheel.read(name).decode())


def test_the_metadata_says_what_an_index_asks_for(metadata: Message) -> None:
    classifiers = metadata.get_all("Classifier", [])
    kinds = {classifier.partition(" :: ")[0] for classifier in classifiers}
    # No "License": the expression replaces it, and an index refuses both together (PEP 639).
    wanted = {"Development Status", "Environment", "Intended Audience", "Operating System"}
    assert kinds == wanted | {"Programming Language", "Topic", "Typing"}
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Description-Content-Type"] == "text/markdown"
    wanted_urls = [f"Source, {published.REPOSITORY}"] if published.REPOSITORY else []
    assert metadata.get_all("Project-URL", []) == wanted_urls
    lowest = metadata["Requires-Python"].removeprefix(">=3.")
    numbers = [
        int(classifier.rpartition(".")[2])
        for classifier in classifiers
        if classifier.startswith("Programming Language :: Python :: 3.")
    ]
    assert numbers == list(range(int(lowest), max(numbers) + 1))


def test_the_same_wheels_give_the_same_archive(tmp_path: Path) -> None:
    packed = []
    for names, mode in (("ba", 0o600), ("ab", 0o644)):
        wheels = tmp_path / names
        wheels.mkdir()
        for name in names:
            (wheels / name).write_text(name)
            (wheels / name).chmod(mode)
            os.utime(wheels / name, (mode, mode))
        wheelhouse.pack(wheels, tmp_path / "one.tar")
        packed.append((tmp_path / "one.tar").read_bytes())
    assert packed[0] == packed[1]


def test_an_archive_for_alpine_has_only_wheels_for_it(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    made = wheelhouse.make(built[1], tmp_path, ["musllinux_1_2_x86_64"])
    with tarfile.open(made) as tar:
        names = tar.getnames()
    assert [name for name in names if not name.endswith("-any.whl") and "musl" not in name] == []


@pytest.mark.parametrize(("fixture", "code"), [("sunmeter", 0), ("faulty", 1)])
def test_without_a_network_the_archive_is_enough(
    environment: Path, fixture: str, code: int
) -> None:
    command = str(environment / "bin/manifest-lint")
    done = subprocess.run([command, "check", FIXTURES / fixture], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, "")
    shown = subprocess.run([command, "--version"], capture_output=True, text=True)
    assert __version__ in shown.stdout


@pytest.mark.parametrize("page", PAGES)
def test_man_finds_the_page_of_an_installed_command(environment: Path, page: str) -> None:
    variables = {**os.environ, **with_share(environment)}
    variables.pop("MANPATH", None)  # then man looks next to the folders of PATH
    done = subprocess.run([program("man"), "-w", page], env=variables, capture_output=True)
    assert Path(done.stdout.decode().strip()) == environment / f"share/man/man1/{page}.1"


COMPLETES = {
    # bash-completion sources the file with the command's name when it is first completed.
    "bash": """
        source "$XDG_DATA_DIRS/bash-completion/completions/manifest-lint"
        COMP_WORDS=(manifest-lint che); COMP_CWORD=1
        _manifest_lint_completion manifest-lint; echo "${COMPREPLY[0]}" """,
    "fish": "complete --do-complete 'manifest-lint che'",
    # zsh needs a terminal to complete: compinit finds the function, which says whose it is.
    "zsh": """
        fpath=("$XDG_DATA_DIRS/zsh/site-functions" $fpath); autoload -Uz compinit; compinit -D -u
        [ "$_comps[manifest-lint]" = _manifest-lint ] && autoload +X _manifest-lint
        [[ "$functions[_manifest-lint]" == *_MANIFEST_LINT_COMPLETE=zsh_complete* ]] && echo check
    """,
}


@pytest.mark.parametrize("shell", COMPLETES)
def test_a_shell_finds_the_completion_of_an_installed_command(
    environment: Path, shell: str
) -> None:
    variables = {**os.environ, **with_share(environment)}
    command = [program(shell), "-c", COMPLETES[shell]]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.stdout.partition("\t")[0].strip() == "check", done.stderr
