"""`manifest-lint schema`."""

from __future__ import annotations

import click

from manifest_lint.document import schema

_EXAMPLES = """\b
Examples:
  manifest-lint schema
  manifest-lint schema konnector > konnector.schema.json
"""

NAMES = {
    "konnector": "a connector's manifest",
    "account-type": "an account type, or a file of one",
    "config": "manifest-lint.toml",
    "report": "what --format json gives",
}


@click.command("schema", epilog=_EXAMPLES)
@click.argument("name", type=click.Choice(list(NAMES)), required=False, metavar="[NAME]")
def command(name: str | None) -> int:
    """Print a JSON Schema for an editor; without a name, list them.

    All are of draft-07, the one that editors know best.
    """
    if name is None:
        for known, what in NAMES.items():
            click.echo(f"{known:12}  {what}")
    else:
        click.echo(schema.text(name), nl=False)
    return 0
