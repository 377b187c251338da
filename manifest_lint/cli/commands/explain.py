"""`manifest-lint explain`."""

from __future__ import annotations

import json
from itertools import chain

import click

from manifest_lint.cli import options
from manifest_lint.cli.colour import colour
from manifest_lint.reports import catalogue
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count

_EXAMPLES = """\b
Examples:
  manifest-lint explain S002
  manifest-lint explain icon-missing F006
  manifest-lint explain scope
  manifest-lint explain S002 --format markdown
"""


@click.command("explain", epilog=_EXAMPLES)
@click.argument(
    "rules", nargs=-1, required=True, metavar="WORD...", shell_complete=options.complete_codes
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

    WORD is a rule's code or name, or a word of it: if several rules have it, they are listed.
    """
    by_word = {word: catalogue.matching(word) for word in rules}
    pages = [catalogue.page(rule) for rule in dict.fromkeys(chain(*by_word.values()))]
    if form == "json":
        click.echo(json.dumps(catalogue.as_json(pages), indent=2))
    elif form == "markdown":
        click.echo("\n".join(map(catalogue.as_markdown, pages)), nl=False)
    elif several := [word for word, found in by_word.items() if len(found) > 1]:
        for line in catalogue.as_table(pages, options.width()):
            click.echo(line, color=colour())
        what = visible(f"{count(len(pages), 'rule')} for {' '.join(several)}")
        click.echo(f"{what}; see 'manifest-lint explain CODE'.")
    else:
        for number, page in enumerate(pages):
            lines = ["", ""] * bool(number) + list(catalogue.as_text(page, options.width()))
            for line in lines:
                click.echo(line, color=colour())
    return 0
