"""When output has colours."""

from __future__ import annotations

import pytest

from manifest_lint.cli.main import COMMANDS
from tests.command import complaint, on_a_terminal, run

CHECK = ("check", "fixtures/faulty", "-q")
XTERM = {"TERM": "xterm"}


@pytest.mark.parametrize(
    ("options", "environment", "on_terminal", "elsewhere"),
    [
        ([], {}, True, False),
        ([], {"NO_COLOR": ""}, True, False),
        ([], {"NO_COLOR": "1"}, False, False),
        ([], {"NO_COLOR": "0"}, False, False),  # any value [no-color.org]
        ([], {"TERM": "dumb"}, False, False),
        ([], {"CLICOLOR": "0"}, False, False),
        ([], {"CLICOLOR": "1"}, True, False),
        ([], {"FORCE_COLOR": "1"}, True, True),
        ([], {"FORCE_COLOR": "true"}, True, True),
        ([], {"FORCE_COLOR": "0"}, True, False),
        ([], {"FORCE_COLOR": ""}, True, False),
        ([], {"CLICOLOR_FORCE": "1"}, True, True),
        ([], {"CLICOLOR_FORCE": "0"}, True, False),
        ([], {"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, True, True),
        ([], {"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ([], {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
        (["--color", "always"], {"NO_COLOR": "1", "TERM": "dumb"}, True, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False, False),
        (["--color", "auto"], {"NO_COLOR": "1"}, True, False),
        (["--color", "auto"], {"FORCE_COLOR": "1"}, True, False),
        ([], {"MANIFEST_LINT_CHECK_COLOR": "always", "NO_COLOR": "1"}, True, True),
        (["--color=never"], {"MANIFEST_LINT_CHECK_COLOR": "always"}, False, False),
    ],
)
def test_the_first_that_is_set_decides(
    options: list[str], environment: dict[str, str], on_terminal: bool, elsewhere: bool
) -> None:
    environment = {**XTERM, **environment}
    shown = on_a_terminal(*CHECK, *options, environment=environment)[1]
    assert ("\x1b[" in shown) is on_terminal
    assert ("\x1b[" in run(*CHECK, *options, environment=environment).stdout) is elsewhere


@pytest.mark.parametrize("form", ["concise", "json", "github", "markdown", "html", "sarif"])
def test_a_format_for_programs_has_no_colours(form: str) -> None:
    done = run("check", "fixtures/faulty", "--color=always", "--format", form)
    assert done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_option(name: str) -> None:
    assert "--color [auto|always|never]" in run(name, "--help").stdout


def test_another_value_is_reported() -> None:
    assert "'--color': 'sometimes' is not one of" in complaint(run("check", "--color=sometimes"))
