"""`manifest-lint schema`."""

from __future__ import annotations

import click

from manifest_lint.api.rules import schema

_EXAMPLES = """\b
Examples:
  manifest-lint schema
  manifest-lint schema konnector > konnector.schema.json
"""

NAMES = {
    "konnector": "a connector's manifest",
    "account-type": "an account type, or a file with one",
    "config": "manifest-lint.toml",
    "report": "the output of --format json",
}


@click.command("schema", epilog=_EXAMPLES)
@click.argument("name", type=click.Choice(list(NAMES)), required=False, metavar="[NAME]")
def command(name: str | None) -> int:
    """Print a JSON Schema for an editor. Without NAME, list all schemas.

    All use draft-07, the version that editors support best.
    """
    if name is None:
        for known, what in NAMES.items():
            click.echo(f"{known:12}  {what}")
    else:
        click.echo(schema(name), nl=False)
    return 0
