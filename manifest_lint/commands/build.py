"""`manifest-lint build`."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import click

from manifest_lint import api
from manifest_lint.commands import options
from manifest_lint.errors import UserError
from manifest_lint.reports.json import render_build
from manifest_lint.reports.text import render, visible
from manifest_lint.wording import count


@click.command("build", epilog=options.EXAMPLES["build"])
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option(
    "--build-dir",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="What the connector's own build has written; build/ in DIR unless given or configured.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where the archive and its report go; dist/ in DIR unless given or configured.",
)
@options.account_types_or_database
@options.config
@options.isolated
@click.option("-q", "--quiet", is_flag=True, help="One line a finding, and no summary.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else.")
def command(
    folder: Path,
    build_dir: Path | None,
    out: Path | None,
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Check a connector and pack what its build has written.

    DIR is the connector's folder, the current one if none is given. Writes <slug>-<version>.tar.gz,
    its .sha256 and .report.json; nothing at all if a finding is an error. The same files give the
    same bytes; SOURCE_DATE_EPOCH sets the time of the archived files.
    """
    files, fetched = options.account_types_of(account_types)
    done = api.build(
        folder,
        build_dir=build_dir,
        out=out,
        account_types=files,
        fetched=fetched,
        mtime=_source_date_epoch(),
        config=config,
        isolated=isolated,
        today=date.today(),
    )
    if as_json:
        click.echo(json.dumps(render_build(done), indent=2))
        return 1 if done.archive is None else 0
    for line in render(done.report, quiet=quiet, width=options.width()):
        click.echo(line, color=options.colour())
    if done.archive is None:
        if not quiet:
            click.echo("Nothing was packed: mend the errors first.")
        return 1
    if not quiet:
        for item in done.left_out:
            click.echo(f"Left out {visible(item.path)}: {item.why}.")
        size = count(done.size, "byte")
        archive = visible(str(done.archive))
        click.echo(f"Packed {count(len(done.files), 'file')} into {archive} ({size}).")
        click.echo(f"sha256 {done.sha256}")
    return 0


def _source_date_epoch() -> int | None:
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= 2**33:
        raise UserError(
            "SOURCE_DATE_EPOCH: is not a number of seconds since 1970; mend or unset it"
        )
    return int(value)
