"""`manifest-lint config`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from manifest_lint.api import settings
from manifest_lint.api.hiding import known_secrets
from manifest_lint.cli import options
from manifest_lint.errors import UserError
from manifest_lint.reports import configuration
from manifest_lint.reports.text import visible


@click.command("config", epilog=options.EXAMPLES["config"])
@click.argument("path", type=click.Path(path_type=Path), default=".", metavar="[PATH]")
@options.account_types
@options.select
@options.extend_select
@options.ignore
@options.exclude
@options.fail_on
@options.config
@options.isolated
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format."
)
def command(
    path: Path,
    account_types: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    fail_on: str | None,
    config: Path | None,
    isolated: bool,
    form: str,
) -> int:
    """Show the settings for a file, and where each comes from.

    PATH is a file or a connector's folder. Default: the current folder. The output is TOML, with
    paths relative to the current folder.
    """
    if any(map(options.is_address, account_types)):
        raise UserError("--account-types: config does not read databases; drop the URL")
    in_force = settings.settings_in_force(
        path,
        account_types=account_types,
        select=options.codes(select),
        extend_select=options.codes(extend_select),
        ignore=options.codes(ignore),
        exclude=exclude,
        fail_on=fail_on,
        config=config,
        isolated=isolated,
    )
    hide = known_secrets(
        path,
        account_types=account_types,
        environment=os.environ,
        config=config,
        isolated=isolated,
    )
    if form == "json":
        from manifest_lint.text.logged_json import dumps  # only for this format

        click.echo(dumps(configuration.as_json(path, in_force, hide)))
    else:
        for line in configuration.as_toml(path, in_force, hide):
            click.echo(visible(line))
    return 0
