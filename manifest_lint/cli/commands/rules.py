"""`manifest-lint rules`."""

from __future__ import annotations

import json

import click

from manifest_lint.api.rules import rules
from manifest_lint.cli import options
from manifest_lint.cli.colour import colour
from manifest_lint.finding import Severity
from manifest_lint.reports import catalogue
from manifest_lint.text.wording import count

_EXAMPLES = """\b
Examples:
  manifest-lint rules
  manifest-lint rules --family S,R --severity error
  manifest-lint rules --fixable=safe
  manifest-lint rules --format json
"""


@click.command("rules", epilog=_EXAMPLES)
@click.option(
    "--family",
    multiple=True,
    metavar="CODES",
    help="Only rules whose code starts with this: S, M00,R. Repeatable.",
)
@click.option(
    "--severity",
    multiple=True,
    type=click.Choice([severity.label for severity in reversed(Severity)]),
    help="Only rules of this severity. Repeatable.",
)
@click.option(
    "--fixable",
    is_flag=False,
    flag_value="any",
    type=click.Choice(["any", "safe", "unsafe"]),
    help="Only rules with a fix; =safe: only rules whose fixes are all safe.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="Output format.",
)
def command(
    family: tuple[str, ...], severity: tuple[str, ...], fixable: str | None, form: str
) -> int:
    """List the rules, including those of installed plugins.

    error/note: some findings of the rule are errors, others notes.
    """
    pages = [
        page
        for page in map(catalogue.page, rules(options.codes(family)))
        if (not severity or page.severity in severity)
        and (not fixable or page.fix == fixable or (page.fix and fixable == "any"))
    ]
    if form == "json":
        click.echo(json.dumps(catalogue.as_json(pages), indent=2))
    elif form == "markdown":
        click.echo(catalogue.as_markdown_table(pages), nl=False)
    else:
        for line in catalogue.as_table(pages, options.width()) if pages else ():
            click.echo(line, color=colour())
        click.echo(f"{count(len(pages), 'rule')}; see 'manifest-lint explain CODE'.")
    return 0
