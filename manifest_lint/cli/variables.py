"""Defaults of options from the environment: MANIFEST_LINT_CHECK_FAIL_ON is `check --fail-on`.

Only options that choose what is read and how it is shown. What writes, deletes, runs a program,
asks a server or lets something pass is only done if it is typed, and no option with a password is
read from here. `exempt`, `init`, `login` and `provision` read none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

import click

OPTIONS = frozenset(
    (
        *(
            "--select",
            "--extend-select",
            "--ignore",
            "--fail-on",
            "--baseline",
            "--config",
            "--isolated",
        ),
        *("--jobs", "--format", "--output-file", "--quiet", "--statistics", "--color"),
        *("--build-dir", "--out", "--require-secrets", "--domain"),
    )
)
"""The options that have a variable, in the commands that have them."""

_WITHOUT = ("exempt", "init", "login", "provision")

_YES_AND_NO = ("1", "true", "t", "yes", "y", "on", "0", "false", "f", "no", "n", "off")
"""What click reads as the value of a flag."""


def add_variables(name: str, command: click.Command) -> None:
    """Let the options of a command have defaults from the environment."""
    for option in command.params:
        for long in OPTIONS.intersection(option.opts) if name not in _WITHOUT else ():
            option.envvar = _variable(name, long)


def origin(message: str, arguments: Iterable[str]) -> str:
    """Return from which variables what a message is about comes; empty if from none.

    `arguments` are those of the command line: an option there has not its value from a variable.
    """
    typed = [argument.partition("=")[0] for argument in arguments]
    used = (
        f"{option} is from {variable}"
        for name in typed[:1]
        for option, variable in _set(name)
        if option not in typed and _is_about(message, option, os.environ[variable])
    )
    return "".join(f"; {one}" for one in used)


def _set(name: str) -> Iterator[tuple[str, str]]:
    """Yield each option of a command that a variable sets, and the variable."""
    for option in sorted(OPTIONS):
        variable = _variable(name, option)
        if name not in _WITHOUT and os.environ.get(variable):
            yield option, variable


def _variable(name: str, option: str) -> str:
    return f"MANIFEST_LINT_{name}_{option[2:]}".upper().replace("-", "_")


def _is_about(message: str, option: str, value: str) -> bool:
    words = (word for word in re.split(r"[\s,]+", value) if word.lower() not in _YES_AND_NO)
    shown = (re.escape(word) for word in (option, *words) if word)
    return bool(re.search(rf"(?<![\w-])(?:{'|'.join(shown)})(?![\w-])", message))
