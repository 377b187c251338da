"""`manifest-lint check`."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint.api import connectors
from manifest_lint.cli import options, output
from manifest_lint.cli.complain import complain_of
from manifest_lint.errors import UserError
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    from manifest_lint.engine.report import Report
    from manifest_lint.oauth.provider import Ask


@click.command("check", epilog=options.EXAMPLES["check"])
@click.argument("paths", nargs=-1, type=options.AnyPath(Path), metavar="[PATH]...")
@click.option(
    "--touched",
    is_flag=True,
    help="PATHs are files that a commit changes: check the connectors that they, and the files that"
    " it deletes, belong to. For hooks.",
)
@click.option("--stdin-filename", metavar="PATH", help="File name to use for standard input.")
@options.account_types_or_database
@options.select
@options.extend_select
@options.ignore
@options.exclude
@click.option(
    "--force-exclude", is_flag=True, help="Also skip excluded files and folders that PATH names."
)
@options.fail_on
@click.option("--fix", is_flag=True, help="Apply safe fixes, and report the rest.")
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="Also apply fixes that may change the meaning: look at them with --diff first.",
)
@click.option("--diff", is_flag=True, help="Show what fixes would change, without changing it.")
@click.option(
    "--online",
    is_flag=True,
    help="Compare account types with the metadata that their providers publish (rules O).",
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="With --online: allow private addresses, and plain HTTP there.",
)
@click.option(
    "--since",
    metavar="REVISION",
    help="Check only connectors that differ from those at this git revision, and what the update"
    " does to users (rules U). A... is where HEAD left A.",
)
@click.option(
    "--against",
    type=options.AnyPath(str),  # a string: an empty one would be the current folder
    metavar="PATH",
    help="The same, compared with a folder of connectors, or with one manifest or archive.",
)
@options.baseline
@click.option(
    "--write-baseline",
    is_flag=True,
    help=f"Save all findings to the baseline. Default file: {connectors.BASELINE}.",
)
@options.jobs
@options.config
@options.isolated
@output.options
@click.option("-q", "--quiet", is_flag=True, help="One line per finding, no summary.")
@click.option("--statistics", is_flag=True, help="Show the number of findings for each rule.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
def command(
    paths: tuple[Path, ...],
    touched: bool,
    stdin_filename: str | None,
    account_types: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    force_exclude: bool,
    fail_on: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    online: bool,
    allow_private: bool,
    since: str | None,
    against: str | None,
    baseline: Path | None,
    write_baseline: bool,
    jobs: int | None,
    config: Path | None,
    isolated: bool,
    form: str,
    output_files: tuple[str, ...],
    quiet: bool,
    statistics: bool,
    watch: bool,
) -> int:
    """Check manifests and the account types that belong to them.

    PATH is a manifest, an account types file, a konnector-dev-config.json, a connector's folder, or
    a folder with many connectors. Default: the current folder, or the nearest one above with a
    manifest, up to the repository's root. Use - to read a manifest from standard input; with --fix,
    the fixed manifest goes to standard output and the report to standard error.
    """
    if write_baseline and (fix or unsafe_fixes or diff):
        option = "--unsafe-fixes" if unsafe_fixes else "--fix" if fix else "--diff"
        raise UserError(f"--write-baseline cannot be used with {option}; fix first, then write it")
    if baseline and not write_baseline and not baseline.exists():
        raise UserError(f"{baseline}: baseline not found; create it with --write-baseline")
    folder = Path()
    if touched and (since is not None or against is not None):
        paths, touched = (), False  # they find what differs themselves
    if touched:
        if watch or Path("-") in paths:
            other = "--watch" if watch else "standard input"
            raise UserError(f"--touched cannot be used with {other}; drop one of them")
        files = [name for name in account_types if not options.is_address(name)]
        paths = _touched(paths, files, exclude, config, isolated=isolated)
    elif not paths:
        paths = (folder := connectors.folder_to_check(exclude, config, isolated=isolated),)
        if folder != Path():
            what = "there is no manifest.konnector in or below the current folder"
            click.echo(f"Checking {visible(str(folder))}: {what}.", err=True)
    wanted = output.wanted(form, output_files, paths, isolated=isolated)
    if (wanted.form or wanted.files) and (diff or write_baseline):
        option = "--diff" if diff else "--write-baseline"
        raise UserError(f"{option} cannot be used with --format or --output-file; drop one of them")
    if allow_private and not online:
        raise UserError("--allow-private has no effect without --online; add --online")
    selected, added = options.codes(select), options.codes(extend_select)
    families = {code.rstrip("0123456789").upper(): code for code in (*added, *selected)}
    if not online and (code := families.get("O")):
        raise UserError(f"{_option(code, selected)} needs --online; add --online")
    if since is None and against is None and (code := families.get("U")):
        what = "needs --since or --against, or manifest-lint upgrade"
        raise UserError(f"{_option(code, selected)} {what}")
    if (since is not None or against is not None) and Path("-") in paths:
        option = "--since" if against is None else "--against"
        raise UserError(f"{option} cannot be used with standard input; use manifest-lint upgrade")
    if watch and (write_baseline or diff or Path("-") in paths):
        other = "--write-baseline" if write_baseline else "--diff" if diff else "standard input"
        raise UserError(f"--watch cannot be used with {other}; drop one of them")

    configurations: set[Path] = set()

    def once() -> int:
        files, fetched = options.account_types_of(account_types)
        with options.progress() as progress:
            report = connectors.check(
                [path for path in paths if path != Path("-")],
                account_types=files,
                fetched=fetched,
                select=selected,
                extend_select=added,
                exclude=exclude,
                force_exclude=force_exclude,
                is_partial=touched,
                ignore=options.codes(ignore),
                fail_on=fail_on,
                stdin=_stdin(paths, stdin_filename),
                config=config,
                isolated=isolated,
                baseline=baseline,
                fix="unsafe" if unsafe_fixes else "safe" if fix or diff else "",
                today=date.today(),
                ask=_ask(allow_private=allow_private) if online else None,
                progress=progress,
                since=since,
                against=against,
                jobs=options.processes(jobs),
                as_text=wanted.as_text,
            )
        for settings in report.settings.values() if watch else ():
            configurations.update(settings.files)
        if write_baseline or diff:
            if write_baseline:
                code = _write_baseline(report, baseline or folder / connectors.BASELINE)
            else:
                code = _show_diff(report, unsafe=unsafe_fixes)
            return complain_of(report.refused) or code
        not_fixed = connectors.write_fixes(report) if fix or unsafe_fixes else []
        streams = Path("-") in paths and (fix or unsafe_fixes)
        if streams:
            _write_fixed(report)
        output.write_report(wanted, report, quiet=quiet, statistics=statistics, err=streams)
        return complain_of([*report.refused, *not_fixed]) or int(report.fails())

    if not watch:
        return once()
    from manifest_lint.cli.watch import follow  # imports watchfiles

    named = [Path(name) for name in account_types if not options.is_address(name)]
    named += [*paths, *filter(None, (config, baseline))]
    return follow(named, once, wanted.written, configurations)


def _touched(
    files: tuple[Path, ...],
    account_types: list[str],
    exclude: tuple[str, ...],
    config: Path | None,
    *,
    isolated: bool,
) -> tuple[Path, ...]:
    """Return what to check for a hook, and say so if it is nothing."""
    from manifest_lint.api.touched import connectors_of  # only for hooks

    found = connectors_of(
        files,
        os.environ,
        account_types=account_types,
        exclude=exclude,
        config=config,
        isolated=isolated,
    )
    if not found:
        click.echo("None of the changed files belongs to a connector.", err=True)
    return tuple(found)


def _option(code: str, selected: list[str]) -> str:
    """Return the option that selects a code."""
    return f"--{'select' if code in selected else 'extend-select'} {code}"


def _ask(*, allow_private: bool) -> Ask:
    from manifest_lint.api import databases  # only to ask a provider

    return databases.providers(os.environ, allow_private=allow_private)


def _stdin(paths: tuple[Path, ...], name: str | None) -> tuple[str | None, bytes] | None:
    if Path("-") in paths:
        if not sys.stdin:
            raise UserError("-: standard input is closed; name a file")
        return name, sys.stdin.buffer.read(connectors.READ_LIMIT + 1)
    if name:
        raise UserError("--stdin-filename has no effect unless the path is -; add -")
    return None


def _show_diff(report: Report, *, unsafe: bool) -> int:
    from manifest_lint.reports.diff import render
    from manifest_lint.reports.sentences import fixed_count

    safe = sys.stdout.isatty()  # elsewhere every byte counts
    if not safe:
        output.in_utf8()
    for line in render(report.rewrites):
        parts = (part if part in "\t\n" else visible(part) for part in re.split(r"([\t\n])", line))
        click.echo("".join(parts) if safe else line, nl=False)
    summary = "Nothing to fix."
    if report.rewrites:
        summary = f"Would fix {fixed_count(report)}."
    elif not unsafe and any(one.fix and one.fix.edits for one in report.findings):
        summary = "Nothing to fix without --unsafe-fixes."
    click.echo(summary, err=True)
    return 1 if report.rewrites else 0


def _write_fixed(report: Report) -> None:
    """Write the fixed standard input: the same bytes if nothing was fixed."""
    [document] = [document for document in report.documents.values() if not document.path]
    sys.stdout.buffer.write(document.data)
    sys.stdout.flush()


def _write_baseline(report: Report, file: Path) -> int:
    from manifest_lint.reports.sentences import skipped  # only here without a whole report

    for line in skipped(report):
        click.echo(visible(line))
    for path, number in connectors.write_baseline(report, file):
        saved = f"Saved {count(number, 'finding')} to {path}."
        click.echo(f"{saved} Use --baseline {path} to hide them.")
    return 0
