"""`manifest-lint build`."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Literal

import click

from manifest_lint.api import archives
from manifest_lint.cli import options, output
from manifest_lint.cli.complain import complain, complain_of
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.reports.outcome import Outcome


@click.command("build", epilog=options.EXAMPLES["build"])
@click.argument("folder", type=options.AnyPath(Path), default=".", metavar="[DIR]")
@click.option(
    "--build-dir",
    type=options.AnyPath(Path),
    metavar="PATH",
    help="Folder that the connector's own build wrote. Default: as configured, or DIR/build.",
)
@click.option(
    "--out",
    type=options.AnyPath(Path),
    metavar="PATH",
    help="Folder for the archive and its report. Default: as configured, or DIR/dist.",
)
@click.option(
    "--run-build/--no-run-build",
    default=None,
    help="Run the connector's own build first. Default: only if a command is configured and"
    " --build-dir is not given.",
)
@click.option("--just-built", is_flag=True, help="Skip the stale-build check.")
@click.option(
    "--include",
    multiple=True,
    metavar="PATTERN|PATH:REASON",
    help="Pack only what the patterns match. PATH:REASON packs one file or folder too, though such"
    " files are never packed; the report lists it. Repeatable.",
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Do not pack these. Repeatable.")
@click.option(
    "--channel",
    type=click.Choice(["beta", "dev"]),
    help="Derive the version from git: x.y.z-beta.COMMITS or x.y.z-dev.COMMIT.",
)
@click.option(
    "--allow-leak",
    "allow_leaks",
    multiple=True,
    metavar="CODE:PATH:FINGERPRINT:REASON",
    help="Accept one secret in one file, as a finding of K001 or K002 names it; the report lists"
    " it. Repeatable.",
)
@options.require_secrets
@options.account_types_or_database
@options.config
@options.isolated
@output.options
@click.option("-q", "--quiet", is_flag=True, help="One line per finding, no summary.")
@click.option("--json", "as_json", is_flag=True, help="Same as --format json.")
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
    require_secrets: bool,
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    form: str,
    output_files: tuple[str, ...],
    quiet: bool,
    as_json: bool,
) -> int:
    """Check a connector and pack the output of its build.

    DIR is the connector's folder. Default: the current folder. Writes <slug>-<version>.tar.gz and,
    next to it, .sha256, .report.json, .publish.json and .intoto.json, or nothing if a finding is an
    error. The same files always give the same bytes; SOURCE_DATE_EPOCH sets the time stamp of the
    packed files. Patterns work as in .gitignore.
    """
    if run_build and build_dir:
        raise UserError("--run-build cannot be used with --build-dir; drop one of them")
    # With click 8.1, a flag with a value that shares `form` gives it False when it is absent.
    form = "json" if as_json else form
    wanted = output.wanted(form, output_files, [folder], isolated=isolated)
    files, fetched = options.account_types_of(account_types)
    if run_build is not False and not build_dir:
        from manifest_lint.cli.run_build import run_build_of

        just_built |= run_build_of(
            folder,
            config,
            isolated=isolated,
            wanted=bool(run_build),
            account_types=files,
            fetched=fetched,
        )
    with options.progress() as progress:
        done = archives.build(
            folder,
            build_dir=build_dir,
            out=out,
            include=include,
            exclude=exclude,
            channel=channel or "",
            allow_leaks=allow_leaks,
            environment=os.environ,
            require_secrets=require_secrets,
            just_built=just_built,
            account_types=files,
            fetched=fetched,
            mtime=_source_date_epoch(),
            config=config,
            isolated=isolated,
            today=date.today(),
            progress=progress,
        )
    if done.was_killed:
        complain("an earlier build was killed; the files that it had replaced were put back")
    outcome = Outcome(done.report, build=done, fail_on=Severity.ERROR, root=output.root())
    output.write(wanted, outcome, quiet=quiet)
    return complain_of(done.report.refused) or (1 if done.archive is None else 0)


def _source_date_epoch() -> int | None:
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= 2**33:
        raise UserError(
            f"SOURCE_DATE_EPOCH: {value!r} is not a number of seconds since 1970; fix or unset it"
        )
    return int(value)
