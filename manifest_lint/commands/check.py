"""`manifest-lint check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from manifest_lint import api
from manifest_lint.commands import options
from manifest_lint.document import READ_LIMIT
from manifest_lint.errors import UserError


@click.command("check", epilog=options.EXAMPLES["check"])
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--stdin-filename", metavar="PATH", help="The name that standard input goes under.")
@options.account_types
@options.select
@options.ignore
@options.fail_on
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-q", "--quiet", is_flag=True, help="One line a finding, and no summary.")
@click.option("--statistics", is_flag=True, help="Count the findings by rule.")
def command(
    paths: tuple[Path, ...],
    stdin_filename: str | None,
    account_types: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    form: str,
    quiet: bool,
    statistics: bool,
) -> int:
    """Check manifests and the account types that go with them.

    PATH is a manifest, a file of account types, a connector's folder or a tree of many; the
    current folder if none is given. - is a manifest on standard input.
    """
    stdin = None
    if Path("-") in paths:
        if not sys.stdin:
            raise UserError("-: there is no standard input; name a file")
        data = sys.stdin.buffer.read(READ_LIMIT + 1)
        stdin = (stdin_filename, data)
    elif stdin_filename:
        raise UserError("--stdin-filename: names standard input, so give - as a path too")
    report = api.check(
        [path for path in paths or (Path(),) if path != Path("-")],
        account_types=account_types,
        select=options.codes(select),
        ignore=options.codes(ignore),
        stdin=stdin,
    )
    threshold = options.SEVERITIES[fail_on]
    if form == "json":
        from manifest_lint.reports.json import render as render_json

        click.echo(json.dumps(render_json(report, threshold)))
    else:
        from manifest_lint.reports.text import render

        lines = render(report, quiet=quiet, statistics=statistics, width=options.width())
        for line in lines:
            click.echo(line, color=options.colour())
    return 1 if report.fails(threshold) else 0
