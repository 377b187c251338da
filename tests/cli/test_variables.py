"""Options that have their default from the environment, and those that must be typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from manifest_lint.cli.main import COMMANDS, cli
from manifest_lint.cli.variables import OPTIONS
from tests.command import ROOT, complaint, run
from tests.connectors import SUNMETER

FAULTY = "fixtures/faulty"


def variables() -> dict[str, str]:
    """Return each variable, and its command and option."""
    found = {}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command
        for option in command.params:
            if option.envvar:
                assert isinstance(option.envvar, str)
                found[option.envvar] = f"{name} {max(option.opts, key=len)}"
    return found


def test_a_variable_is_named_after_its_command_and_option() -> None:
    found = variables()
    assert found["MANIFEST_LINT_CHECK_FAIL_ON"] == "check --fail-on"
    assert found["MANIFEST_LINT_UPGRADE_OUTPUT_FILE"] == "upgrade --output-file"
    assert {one.split()[1] for one in found.values()} == OPTIONS
    assert not {one.split()[0] for one in found.values()} & {"init", "provision"}


def test_what_acts_or_lets_pass_must_be_typed() -> None:
    never = "fix unsafe-fixes write-baseline yes prune create-db run-build include allow-leak"
    never += " allow-private online to account-types install since against watch"
    assert not {f"--{name}" for name in never.split()} & OPTIONS


def test_the_page_lists_the_options_that_have_a_variable() -> None:
    page = (ROOT / "docs" / "terminal.md").read_text("utf-8")
    section = page.split("## Variables\n")[1].split("\n## ")[0]
    assert set(re.findall(r"`(--[\w-]+)`", section.split("\n\n")[1])) == OPTIONS


def test_a_variable_is_a_default_and_what_is_typed_replaces_it() -> None:
    environment = {"MANIFEST_LINT_CHECK_FAIL_ON": "never", "MANIFEST_LINT_CHECK_FORMAT": "json"}
    done = run("check", FAULTY, environment=environment)
    assert done.returncode == 0
    assert json.loads(done.stdout)["summary"]["errors"] > 0
    done = run("check", FAULTY, "--fail-on=error", "--format=concise", environment=environment)
    assert (done.returncode, done.stdout[0]) == (1, "f")


def test_a_variable_for_a_repeatable_option_has_several_values(tmp_path: Path) -> None:
    files = [tmp_path / "a.sarif", tmp_path / "b.jsonl"]
    environment = {
        "MANIFEST_LINT_CHECK_SELECT": "S002 A",
        "MANIFEST_LINT_CHECK_OUTPUT_FILE": f"sarif={files[0]} jsonl={files[1]}",
        "MANIFEST_LINT_CHECK_QUIET": "1",
    }
    done = run("check", FAULTY, environment=environment)
    assert set(re.findall(r": ([A-Z]\d{3}) ", done.stdout)) == {"S002", "A001", "A002"}
    assert all(file.stat().st_size for file in files)


def test_a_typed_option_of_the_same_value_replaces_it(tmp_path: Path) -> None:
    environment = {"MANIFEST_LINT_BUILD_FORMAT": "concise"}
    done = run("build", SUNMETER, "--out", tmp_path, "--json", environment=environment)
    assert json.loads(done.stdout)["verdict"] == "pass"


def test_an_option_that_must_be_typed_has_no_variable() -> None:
    environment = {"MANIFEST_LINT_CHECK_FIX": "1", "MANIFEST_LINT_CHECK_WRITE_BASELINE": "1"}
    done = run("check", "fixtures/sunmeter", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "variable", "value"),
    [
        ("check", "MANIFEST_LINT_CHECK_FAIL_ON", "perhaps"),
        ("check", "MANIFEST_LINT_CHECK_FORMAT", "perhaps"),
        ("check", "MANIFEST_LINT_CHECK_SELECT", "S001 Q9"),
        ("check", "MANIFEST_LINT_CHECK_QUIET", "perhaps"),
        ("check", "MANIFEST_LINT_CHECK_CONFIG", "missing.toml"),
        ("check", "MANIFEST_LINT_CHECK_OUTPUT_FILE", "sarif"),
        ("check", "MANIFEST_LINT_CHECK_COLOR", "perhaps"),
        ("rules", "MANIFEST_LINT_RULES_FORMAT", "perhaps"),
    ],
)
def test_a_wrong_value_names_the_variable(command: str, variable: str, value: str) -> None:
    paths = [FAULTY] if command == "check" else []
    assert variable in complaint(run(command, *paths, environment={variable: value}))


@pytest.mark.parametrize(
    ("arguments", "variable", "value"),
    [
        (["check", "missing-folder"], "MANIFEST_LINT_CHECK_FAIL_ON", "never"),
        (["check", "missing-folder"], "MANIFEST_LINT_CHECK_QUIET", "1"),
        (["check", FAULTY, "--format=bad"], "MANIFEST_LINT_CHECK_FORMAT", "json"),
        (["verify", "missing-file"], "MANIFEST_LINT_CHECK_FORMAT", "missing-file"),
    ],
)
def test_another_mistake_does_not_name_it(arguments: list[str], variable: str, value: str) -> None:
    assert "MANIFEST_LINT" not in complaint(run(*arguments, environment={variable: value}))
