"""Every command that README.md and docs/ show is run here, as a reader would.

A block of `console` shows commands and their exact output; a line with only `...` means that lines
are left out. A block of `sh` is a script: each of our commands in it must succeed, with or without
findings. A comment above a block that cannot be run says why: `<!-- test: not run, ...`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from manifest_lint import build
from tests.command import INSTALL, PATIENCE, ROOT
from tests.connectors import FIXTURES

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(
    r"(?:<!-- test: (?P<how>[^>]*) -->\n)?^```(?P<language>console|sh)\n(?P<text>.*?)^```",
    re.M | re.S,
)

WALKED = ("quickstart.md", "tutorial.md")
"""Pages whose scripts are run in order in an empty folder: each builds on those above it."""

STAND_INS = {
    "make": 'command make --directory "$ROOT" --dry-run "$@" > /dev/null',
    "pip": "true",
    "pipx": "true",
    "pre-commit": "true",
    "podman": "true",
    "curl": 'cat "$SCRATCH/sunmeter-1.2.0.tar.gz"',
}
"""What other programs of a page do here: they would build or install for minutes, or fetch from a
forge. Those of the integrations are run for real in tests of their own."""


@dataclass(frozen=True)
class Block:
    """A block of a page; `how` is what a comment above it says about its test."""

    page: Path
    line: int
    language: str
    text: str
    how: str


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text("utf-8")
        for found in _BLOCK.finditer(text):
            line = text.count("\n", 0, found.start("text"))
            yield Block(page, line, found["language"], found["text"], found["how"] or "")


BLOCKS = list(blocks())


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder with the files that the pages mention."""
    shutil.copytree(FIXTURES, tmp_path / "fixtures", ignore=shutil.ignore_patterns("node_modules"))
    for name, source in (("my-connector", "sunmeter"), ("my-first", "faulty")):
        shutil.copytree(FIXTURES / source, tmp_path / name)
    shutil.copytree(tmp_path / "my-connector", tmp_path / "connectors" / "one")
    shutil.copytree(tmp_path / "my-first", tmp_path / "connectors" / "two")
    for name in ("manifest.konnector", "account-types-def.json"):
        shutil.copy2(FIXTURES / "sunmeter" / name, tmp_path)
    account_type = json.loads((tmp_path / "account-types-def.json").read_text("utf-8"))
    (tmp_path / "dump.json").write_text(json.dumps([account_type]))
    made = build(FIXTURES / "sunmeter", out=tmp_path / "made")
    assert made.archive
    shutil.copy2(made.archive, tmp_path)
    shutil.copytree(tmp_path / "made", tmp_path / "dist")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def run(script: str, scratch: Path) -> tuple[str, str]:
    """Run a script in bash; return its output and its errors."""
    binary = scratch / ".bin" / "manifest-lint"
    binary.parent.mkdir(exist_ok=True)
    # Without a terminal, init writes only with --yes; this checkout may have no address.
    binary.write_text(
        f'#!/bin/sh\ntest "$1" = init && set -- "$@" --yes {" ".join(INSTALL)}\n'
        f'"{sys.executable}" -m manifest_lint "$@" 2> "$SCRATCH/.stderr"\ncode=$?\n'
        'test $code -eq 2 && { echo "$@:"; cat "$SCRATCH/.stderr"; } >> "$SCRATCH/.wrong"\n'
        "exit $code\n"
    )
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    functions = "".join(f"{name}() {{ {body}; }}\n" for name, body in STAND_INS.items())
    functions += 'command_not_found_handle() { echo "no command $1" >> "$SCRATCH/.wrong"; }\n'
    environment = {
        **os.environ,
        "PATH": f"{binary.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "ROOT": str(ROOT),
        "SCRATCH": str(scratch),
        "COLUMNS": "100",
    }
    done = subprocess.run(
        ["bash", "-c", functions + script],
        cwd=scratch,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    wrong = scratch / ".wrong"
    errors = wrong.read_text("utf-8") if wrong.exists() else ""
    return done.stdout, errors + done.stderr


def of(language: str) -> list[object]:
    walked = WALKED if language == "sh" else ()
    return [
        pytest.param(block, id=f"{block.page.name}:{block.line}")
        for block in BLOCKS
        if block.language == language and not block.how and block.page.name not in walked
    ]


@pytest.mark.parametrize("block", of("sh"))
def test_a_script_succeeds(block: Block, scratch: Path) -> None:
    assert run(block.text, scratch)[1] == ""


@pytest.mark.parametrize("name", WALKED)
def test_the_commands_of_a_page_can_be_run_in_order(name: str, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES, tmp_path / "fixtures", ignore=shutil.ignore_patterns("node_modules"))
    here = [block for block in BLOCKS if block.page.name == name and block.language == "sh"]
    steps = [block.text for block in here if not block.how]
    assert len(steps) >= 5
    printed, wrong = run("".join(steps), tmp_path)
    assert wrong == "", printed


@pytest.mark.parametrize("block", of("console"))
def test_a_command_prints_the_shown_output(block: Block, scratch: Path) -> None:
    for session in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, shown = session.split("\n", 1)
        printed, wrong = run(command, scratch)
        assert wrong == ""
        parts = (re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.M))
        assert re.fullmatch("(?:.*\n)*".join(parts), printed), printed


def test_a_block_that_is_not_run_says_why_and_where_it_is_tested() -> None:
    unrun = [block for block in BLOCKS if block.how]
    assert len(unrun) <= 16
    for block in unrun:
        assert block.how.startswith("not run, it ")
        if named := re.search(r"tests/[\w/]*test_\w+\.py", block.how):
            assert (ROOT / named[0]).is_file()
        else:
            assert "install" in block.how


def test_every_page_with_commands_is_tested() -> None:
    languages = {"console", "sh", "bash", "shell", "zsh"}
    for page in PAGES:
        text = page.read_text("utf-8")
        fences = re.findall(r"^```(\w+)", text, re.M)
        known = sum(block.page == page for block in BLOCKS)
        assert sum(language in languages for language in fences) == known
