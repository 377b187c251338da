"""`manifest-lint check`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint import api
from manifest_lint.cli import options, output
from manifest_lint.document.document import READ_LIMIT
from manifest_lint.engine.report import Report
from manifest_lint.errors import UserError
from manifest_lint.network.address import DATABASE_SCHEMES
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    from manifest_lint.oauth.provider import Ask


@click.command("check", epilog=options.EXAMPLES["check"])
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--stdin-filename", metavar="PATH", help="The name that standard input goes under.")
@options.account_types_or_database
@options.select
@options.ignore
@options.fail_on
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and tell the rest.")
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="Mend also where the meaning changes: look at each with --diff first.",
)
@click.option("--diff", is_flag=True, help="Show what fixes would change, and change nothing.")
@click.option(
    "--online",
    is_flag=True,
    help="Ask the providers that account types name for their metadata, and compare (rules O).",
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="With --online: ask on private addresses too, and there without TLS.",
)
@options.baseline
@click.option(
    "--write-baseline",
    is_flag=True,
    help=f"Put off all that is found: write it to the baseline, {api.BASELINE} unless named.",
)
@options.config
@options.isolated
@output.options
@click.option("-q", "--quiet", is_flag=True, help="One line a finding, and no summary.")
@click.option("--statistics", is_flag=True, help="Count the findings by rule.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until stopped.")
def command(
    paths: tuple[Path, ...],
    stdin_filename: str | None,
    account_types: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    online: bool,
    allow_private: bool,
    baseline: Path | None,
    write_baseline: bool,
    config: Path | None,
    isolated: bool,
    form: str,
    output_files: tuple[str, ...],
    quiet: bool,
    statistics: bool,
    watch: bool,
) -> int:
    """Check manifests and the account types that go with them.

    PATH is a manifest, a file of account types, a konnector-dev-config.json (for the connector
    beside it), a connector's folder or a tree of many; the current folder if none is given. - is a
    manifest on standard input: with --fix, what comes of it goes to standard output, and the report
    to standard error.
    """
    if write_baseline and (fix or unsafe_fixes or diff):
        raise UserError("--write-baseline: give it alone, after the fixes")
    if baseline and not write_baseline and not baseline.exists():
        raise UserError(f"{baseline}: there is no such baseline; write it with --write-baseline")
    wanted = output.wanted(form, output_files, paths, isolated=isolated)
    if (wanted.form or wanted.files) and (diff or write_baseline):
        option = "--diff" if diff else "--write-baseline"
        raise UserError(f"{option}: is no report; leave --format and --output-file out")
    if allow_private and not online:
        raise UserError("--allow-private: is for --online; give that too")
    selected = options.codes(select)
    if not online and (
        code := next((c for c in selected if c.rstrip("0123456789").upper() == "O"), "")
    ):
        raise UserError(f"{code}: is told with --online alone; give that too")
    if watch and (write_baseline or diff or Path("-") in paths):
        raise UserError("--watch: shows the report of files again and again; give it without that")

    def once() -> int:
        files, fetched = options.account_types_of(account_types)
        with options.progress() as begin:
            report = api.check(
                [path for path in paths or (Path(),) if path != Path("-")],
                account_types=files,
                fetched=fetched,
                select=selected,
                ignore=options.codes(ignore),
                fail_on=fail_on,
                stdin=_stdin(paths, stdin_filename),
                config=config,
                isolated=isolated,
                baseline=baseline,
                fix="unsafe" if unsafe_fixes else "safe" if fix or diff else "",
                today=date.today(),
                ask=_ask(allow_private=allow_private) if online else None,
                begin=begin,
            )
        if write_baseline or diff:
            code = _write_baseline(report, baseline) if write_baseline else _show_diff(report)
            return _complain(report.refused) or code
        left_alone = api.write_fixes(report) if fix or unsafe_fixes else []
        streams = Path("-") in paths and (fix or unsafe_fixes)
        if streams:
            _write_mended(report)
        output.tell_report(wanted, report, quiet=quiet, statistics=statistics, err=streams)
        return _complain([*report.refused, *left_alone]) or int(report.fails())

    if not watch:
        return once()
    from manifest_lint.cli.watch import follow  # imports watchfiles

    named = [Path(name) for name in account_types if not name.startswith(DATABASE_SCHEMES)]
    named += [*(paths or (Path(),)), *filter(None, (config, baseline))]
    return follow(named, once, wanted.written)


def _complain(trouble: Iterable[str]) -> int:
    """Say what could not be done, a line each; return the exit code for it, 0 where nothing is."""
    code = 0
    for why in trouble:
        click.echo(f"manifest-lint: {visible(why)}", err=True)
        code = 2
    return code


def _ask(*, allow_private: bool) -> Ask:
    from manifest_lint.network import metadata  # imports an HTTP client: only for a provider

    return partial(metadata.ask, environment=os.environ, allow_private=allow_private)


def _stdin(paths: tuple[Path, ...], name: str | None) -> tuple[str | None, bytes] | None:
    if Path("-") in paths:
        if not sys.stdin:
            raise UserError("-: there is no standard input; name a file")
        return name, sys.stdin.buffer.read(READ_LIMIT + 1)
    if name:
        raise UserError("--stdin-filename: names standard input, so give - as a path too")
    return None


def _show_diff(report: Report) -> int:
    from manifest_lint.reports.diff import render
    from manifest_lint.reports.text import mended

    safe = sys.stdout.isatty()  # elsewhere every byte counts
    for line in render(report.rewrites):
        parts = (part if part in "\t\n" else visible(part) for part in re.split(r"([\t\n])", line))
        click.echo("".join(parts) if safe else line, nl=False)
    told = f"Would mend {mended(report)}." if report.rewrites else "Nothing to mend."
    click.echo(told, err=True)
    return 1 if report.rewrites else 0


def _write_mended(report: Report) -> None:
    """Write what came of standard input: the same bytes where nothing was mended."""
    [document] = [document for document in report.documents.values() if not document.path]
    sys.stdout.buffer.write(document.data)
    sys.stdout.flush()


def _write_baseline(report: Report, file: Path | None) -> int:
    for path, number in api.write_baseline(report, file or api.BASELINE):
        told = f"Put off {count(number, 'finding')} in {path}: check with --baseline {path}"
        click.echo(told)
    return 0
