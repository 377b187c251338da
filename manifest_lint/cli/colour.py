"""Whether output has colours: `--color`, and the variables that other programs read too."""

from __future__ import annotations

import os

import click

WHEN = ("auto", "always", "never")


def add_option(command: click.Command) -> None:
    """Add --color to a command that does not have it yet."""
    if any("--color" in parameter.opts for parameter in command.params):
        return
    option = click.Option(
        ["--color"],
        type=click.Choice(WHEN),
        expose_value=False,
        callback=lambda context, _, when: context.meta.__setitem__(__name__, when),
        help="Use colours: auto (the default) means only on a terminal.",
    )
    command.params.append(option)


def colour() -> bool | None:
    """Return whether output has colours; None if it has them only on a terminal.

    The first of these decides: `--color`; NO_COLOR [no-color.org]; FORCE_COLOR [force-color.org]
    and CLICOLOR_FORCE, then CLICOLOR=0 [bixense.com/clicolors]; TERM=dumb. A variable that is empty
    counts as not set, and so do FORCE_COLOR=0, as for Node, and CLICOLOR_FORCE=0.
    """
    context = click.get_current_context(silent=True)
    when = context.meta.get(__name__) if context else None
    if when:
        return {"auto": None, "always": True, "never": False}[when]
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if any(
        environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    is_without = environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb"
    return False if is_without else None
