"""What README.md shows is so."""

from __future__ import annotations

import re
import subprocess
import sys

from manifest_lint.finding import REFUSALS
from tests.command import ROOT, run

README = (ROOT / "README.md").read_text("utf-8")


def console_blocks() -> list[str]:
    """Give what is shown of commands and their output."""
    return re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def test_the_output_it_shows_is_real() -> None:
    blocks = console_blocks()
    assert len(blocks) == 3
    for block in blocks[:2]:  # the third needs a database: see test_provision.py
        command, expected = block.split("\n", 1)
        arguments = command.removeprefix("$ manifest-lint ").split()
        assert run(*arguments, environment={"COLUMNS": "100"}).stdout == expected


def test_the_options_it_names_exist() -> None:
    commands = ("check", "build", "verify", "preview", "provision")
    helps = "".join(run(command, "--help").stdout for command in commands)
    section = README.split("## Check")[1].split("## As a pre-commit hook")[0]
    section += README.split("## Packaging")[1].split("## From Python")[0]
    for option in re.findall(r"--[a-z]+(?:-[a-z]+)*", section):
        assert option in helps


def test_it_explains_everybody_who_refuses() -> None:
    assert re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE) == list(REFUSALS)


def test_its_python_runs() -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    code = code.replace('"my-connector"', '"fixtures/sunmeter"').replace(
        '"dump.json"', '"fixtures/sunmeter/account-types-def.json"'
    )
    code = code.replace('build("fixtures/sunmeter")', 'build("fixtures/sunmeter", out=OUT)')
    script = f"import tempfile\nOUT = tempfile.mkdtemp()\n{code}\nimport shutil; shutil.rmtree(OUT)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
