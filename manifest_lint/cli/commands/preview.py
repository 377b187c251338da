"""`manifest-lint preview`."""

from __future__ import annotations

from pathlib import Path

import click

from manifest_lint.api import logins
from manifest_lint.cli import options
from manifest_lint.cli.colour import colour
from manifest_lint.errors import UserError
from manifest_lint.reports import preview as reports
from manifest_lint.reports.curl import commands
from manifest_lint.reports.text import visible

_EXAMPLES = """\b
Examples:
  manifest-lint preview
  manifest-lint preview my-connector --domain alice.mycozy.cloud
  manifest-lint preview my-connector --account-types dump.json --context beta
  manifest-lint preview my-connector --curl
"""


@click.command("preview", epilog=_EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option(
    "--domain",
    metavar="DOMAIN",
    help="The user's instance. Default: one in the domain of the redirect URI.",
)
@click.option("--context", metavar="NAME", default="", help="The instance's context, if any.")
@options.account_types_or_database
@options.config
@options.isolated
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "mermaid"]),
    default="text",
    help="Output format.",
)
@click.option("--curl", is_flag=True, help="Print curl commands to try the login by hand.")
def command(
    path: Path,
    domain: str | None,
    context: str,
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    form: str,
    curl: bool,
) -> int:
    """Show what a login will send, and where it would stop.

    DIR is a connector's folder or its manifest. Default: the current folder. Nothing is sent. Lines
    with ! show where a request differs from what you wrote. The exit code is 1 if the login would
    fail.
    """
    if curl and form != "text":
        raise UserError(f"--curl cannot be used with --format {form}; drop one of them")
    files, fetched = options.account_types_of(account_types)
    found = logins.preview(
        path,
        domain=domain,
        context=context,
        account_types=files,
        fetched=fetched,
        config=config,
        isolated=isolated,
    )
    if form == "json":
        from manifest_lint.text.logged_json import dumps  # only for this format

        lines = iter([dumps(reports.as_json(found), indent=2)])
    elif curl:
        lines = commands(found)
    elif form == "mermaid":
        lines = reports.mermaid(found)
    else:
        lines = reports.text(found, options.width())
    for line in lines:
        click.echo(line, color=colour())
    for skip in found.skipped if form != "json" else ():
        click.echo(visible(f"Skipped {skip.what}: {skip.why}."), err=True)
    return 1 if found.stops else 0
