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


@click.command("completion", epilog=_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print a completion script for a shell.

    It completes commands, options, rule codes, formats and schema names.
    """
    complete = get_completion_class(shell)
    assert complete
    program = context.find_root()
    script = complete(program.command, {}, "manifest-lint", VARIABLE)
    # Not complete.source(): it runs bash for its version; any of the last ten years will do.
    click.echo(script.source_template % script.source_vars())
    return 0
