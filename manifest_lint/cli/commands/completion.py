"""`manifest-lint completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_EXAMPLES = """\b
Examples:
  eval "$(manifest-lint completion bash)"                 # in ~/.bashrc
  eval "$(manifest-lint completion zsh)"                  # in ~/.zshrc, after compinit
  manifest-lint completion fish > ~/.config/fish/completions/manifest-lint.fish
"""

VARIABLE = "_MANIFEST_LINT_COMPLETE"
"""The variable by which a shell asks for completions; click derives it from our name."""


def script(program: click.Command, shell: str) -> str:
    """Return the script with which bash, zsh or fish completes the command line of a program."""
    complete = get_completion_class(shell)
    assert complete
    made = complete(program, {}, "manifest-lint", VARIABLE)
    # Not made.source(): it runs bash for its version; any of the last ten years will do.
    return made.source_template % made.source_vars()


@click.command("completion", epilog=_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print a completion script for a shell.

    It completes commands, options, rule codes, formats and schema names.
    """
    click.echo(script(context.find_root().command, shell))
    return 0
