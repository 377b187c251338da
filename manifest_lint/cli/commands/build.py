"""`manifest-lint build`."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Literal

import click

from manifest_lint import api
from manifest_lint.cli import options, output
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.reports.outcome import Outcome


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
@click.option(
    "--run-build/--no-run-build",
    default=None,
    help="Build the connector first; done if a command is configured for it and no --build-dir is"
    " given.",
)
@click.option("--just-built", is_flag=True, help="Do not ask whether the sources are newer.")
@click.option("--include", multiple=True, metavar="PATTERN", help="Pack this alone; repeatable.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave this out; repeatable.")
@click.option(
    "--channel",
    type=click.Choice(["beta", "dev"]),
    help="Make the version of what git says: x.y.z-beta.COMMITS or x.y.z-dev.COMMIT.",
)
@click.option(
    "--allow-leak",
    "allow_leaks",
    multiple=True,
    metavar="CODE:PATH:REASON",
    help="Answer for what K001 or K002 finds in some files; the report says so. Repeatable.",
)
@options.account_types_or_database
@options.config
@options.isolated
@output.options
@click.option("-q", "--quiet", is_flag=True, help="One line a finding, and no summary.")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
def command(
    folder: Path,
    build_dir: Path | None,
    out: Path | None,
    run_build: bool | None,
    just_built: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    channel: Literal["beta", "dev"] | None,
    allow_leaks: tuple[str, ...],
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    form: str,
    output_files: tuple[str, ...],
    quiet: bool,
) -> int:
    """Check a connector and pack what its build has written.

    DIR is the connector's folder, the current one if none is given. Writes <slug>-<version>.tar.gz,
    and beside it .sha256, .report.json, .publish.json and .intoto.json; nothing at all if a finding
    is an error. The same files give the same bytes; SOURCE_DATE_EPOCH sets the time of the archived
    files. Patterns are as in a .gitignore.
    """
    if run_build and build_dir:
        raise UserError("--run-build: builds the connector's own folder; leave --build-dir out")
    wanted = output.wanted(form, output_files, [folder], isolated=isolated)
    files, fetched = options.account_types_of(account_types)
    if run_build is not False and not build_dir:
        from manifest_lint.cli.run_build import run_build_of

        just_built |= run_build_of(folder, config, isolated=isolated, wanted=bool(run_build))
    with options.progress() as begin:
        done = api.build(
            folder,
            build_dir=build_dir,
            out=out,
            include=include,
            exclude=exclude,
            channel=channel or "",
            allow_leaks=allow_leaks,
            environment=os.environ,
            just_built=just_built,
            account_types=files,
            fetched=fetched,
            mtime=_source_date_epoch(),
            config=config,
            isolated=isolated,
            today=date.today(),
            begin=begin,
        )
    outcome = Outcome(done.report, build=done, fail_on=Severity.ERROR, root=output.root())
    output.tell(wanted, outcome, quiet=quiet)
    return 1 if done.archive is None else 0


def _source_date_epoch() -> int | None:
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= 2**33:
        raise UserError(
            "SOURCE_DATE_EPOCH: is not a number of seconds since 1970; mend or unset it"
        )
    return int(value)
