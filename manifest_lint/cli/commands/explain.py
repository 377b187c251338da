"""`manifest-lint explain`."""

from __future__ import annotations

import json

import click

from manifest_lint.cli import options
from manifest_lint.cli.colour import colour
from manifest_lint.reports import catalogue

_EXAMPLES = """\b
Examples:
  manifest-lint explain S002
  manifest-lint explain icon-missing F006
  manifest-lint explain S002 --format markdown
"""


@click.command("explain", epilog=_EXAMPLES)
@click.argument(
    "rules", nargs=-1, required=True, metavar="CODE...", shell_complete=options.complete_codes
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="Output format.",
)
def command(rules: tuple[str, ...], form: str) -> int:
    """Explain what a rule finds, why it matters, and how we know.

    CODE is a rule's code or name.
    """
    found = dict.fromkeys(catalogue.find(word) for word in rules)
    pages = [catalogue.page(rule) for rule in found]
    if form == "json":
        click.echo(json.dumps(catalogue.as_json(pages), indent=2))
    elif form == "markdown":
        click.echo("\n".join(map(catalogue.as_markdown, pages)), nl=False)
    else:
        for number, page in enumerate(pages):
            lines = ["", ""] * bool(number) + list(catalogue.as_text(page, options.width()))
            for line in lines:
                click.echo(line, color=colour())
    return 0
