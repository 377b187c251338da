"""Where a report goes: to standard output in one format, and into files in others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from manifest_lint.cli.options import colour, pages, width
from manifest_lint.engine.report import Report
from manifest_lint.errors import UserError
from manifest_lint.reports.names import FORMATS
from manifest_lint.text.wording import one_of

if TYPE_CHECKING:
    from manifest_lint.reports.formats import Format
    from manifest_lint.reports.outcome import Outcome

_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "TRAVIS_BUILD_DIR")
"""Where GitHub, GitLab and Travis say which folder has the repository."""

_ONLY_FINDINGS = ("concise", "gitlab")
"""Formats that have no place for anything else."""

_MOST_OF_A_SUMMARY = 1024 * 1024
"""Bytes of a job summary that GitHub shows [GitHub Docs, Workflow commands, step isolation]."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options on formats to a command."""
    form = click.option(
        "--format",
        "form",
        metavar="FORMAT",
        default="text",
        shell_complete=_complete,
        help=f"How to tell it on standard output: {one_of(list(FORMATS))}.",
    )
    files = click.option(
        "--output-file",
        "output_files",
        multiple=True,
        metavar="FORMAT=PATH",
        shell_complete=_complete,
        help="Write the report into a file too, in a format of its own. Repeatable.",
    )
    return form(files(command))


def _complete(_: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Give a shell the names of formats that begin so."""
    behind = "=" if parameter.multiple else ""
    return [f"{name}{behind}" for name in FORMATS if name.startswith(incomplete)]


class Wanted(NamedTuple):
    """The format for standard output, None for text, and those for files; all are known.

    No link in the `named` files and folders, or in the current folder, leads the files out of them.
    """

    name: str
    form: Format | None
    files: tuple[tuple[Format, Path], ...]
    named: tuple[Path, ...] = ()

    @property
    def written(self) -> list[Path]:
        """The files that are written."""
        return [path for _, path in self.files]


def wanted(
    form: str, output_files: Iterable[str], named: Iterable[Path], *, isolated: bool = False
) -> Wanted:
    """Read what the options say. Raises UserError where a format is not known.

    `named` is what is looked at. When `isolated`, only our own formats are known.
    """
    files = []
    for text in output_files:
        name, _, path = text.partition("=")
        if not name or not path:
            raise UserError(
                f"--output-file {text}: give FORMAT=PATH; FORMAT is {one_of(list(FORMATS))}"
            )
        if path == "-":
            raise UserError(f"--output-file {text}: is for a file; give --format {name} for that")
        files.append((_find(name, isolated=isolated), Path(path)))
    if len({os.path.realpath(path) for _, path in files}) < len(files):
        raise UserError("--output-file: two reports are to go into one file; name another")
    shown = None if form == "text" else _find(form, isolated=isolated)
    return Wanted(form, shown, tuple(files), tuple(named))


def _find(name: str, *, isolated: bool) -> Format:
    from manifest_lint.reports.formats import find  # not for text at a terminal

    return find(name, plugins=not isolated)


def root() -> Path:
    """Give the folder from which other programs take paths: the repository's in CI, else ours."""
    return Path(next(filter(None, map(os.environ.get, _ROOTS)), ""))


def tell_report(
    wanted: Wanted, report: Report, *, quiet: bool, statistics: bool, err: bool = False
) -> None:
    """Tell a report: see `tell`. One at a terminal needs no more than this module."""
    if wanted.form is None and not wanted.files:
        from manifest_lint.reports.text import render

        how = {"quiet": quiet, "statistics": statistics}
        told = render(report, **how, width=width(), pages=pages(err=err))
        _print(told, err=err)
        _say_skipped(wanted, report, quiet=quiet)
        return
    from manifest_lint.reports.outcome import Outcome

    tell(wanted, Outcome(report, root=root()), quiet=quiet, statistics=statistics, err=err)


def tell(
    wanted: Wanted,
    outcome: Outcome,
    *,
    quiet: bool = False,
    statistics: bool = False,
    err: bool = False,
) -> None:
    """Write the report to standard output, or to standard error, and into the files.

    `quiet` and `statistics` are for text at a terminal. Each format is made by itself: one that
    fails does not lose the others, and what it has made of its report is not written. Raises the
    first failure at the end, UserError where a file cannot be written.
    """
    failures: list[Exception] = []

    def attempt(step: Callable[..., None], *arguments: Any) -> None:
        try:
            step(*arguments)
        except (BrokenPipeError, click.ClickException):
            raise
        except Exception as error:
            failures.append(error)

    def show() -> None:
        if wanted.form is None:
            from manifest_lint.reports import text

            how = {"quiet": quiet, "statistics": statistics}
            told = text.told(outcome, **how, width=width(), pages=pages(err=err))
            _print(told, err=err)
        else:
            _print(list(wanted.form(outcome)), err=err)

    attempt(show)
    _say_skipped(wanted, outcome.report, quiet=quiet)
    if wanted.name == "github":
        attempt(_add_to_job_summary, outcome)
    documents = outcome.report.documents.values()
    looked_at = {os.path.realpath(one.name) for one in documents if not one.is_link_out}
    for form, path in wanted.files:
        if os.path.realpath(path) in looked_at:
            what = f"--output-file: {path} is what was looked at; name another file"
            failures.append(UserError(what))
        else:
            attempt(lambda form=form, path=path: _write(wanted, path, form(outcome)))
    if failures:
        raise failures[0]


def _say_skipped(wanted: Wanted, report: Report, *, quiet: bool) -> None:
    """Say which rules were skipped to who does not see it in the report."""
    if report.skipped and (wanted.name in _ONLY_FINDINGS or (quiet and wanted.form is None)):
        from manifest_lint.reports.text import skipped, visible

        for line in skipped(report):
            click.echo(f"manifest-lint: {visible(line)}", err=True)


def _print(lines: Iterable[str], *, err: bool) -> None:
    shown = colour()
    for line in lines:
        click.echo(line, color=shown, err=err)


def _write(wanted: Wanted, path: Path, lines: Iterable[str]) -> None:
    from manifest_lint.files.disk import Tree, refuse_led_out, write_file

    for named in (Path(), *wanted.named):
        refuse_led_out(path.parent, Tree(named if named.is_dir() else named.parent))
    text = "".join(f"{line}\n" for line in lines)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}; check the path") from None
    write_file(path, text.encode("utf-8", "backslashreplace"))


def _add_to_job_summary(outcome: Outcome) -> None:
    """Append the report in Markdown to the summary of a job of GitHub's, where this is one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    from manifest_lint.reports.markdown import within

    try:
        path = Path(file)
        left = _MOST_OF_A_SUMMARY - (path.stat().st_size if path.exists() else 0)
        with path.open("ab") as summary:
            summary.write(within(outcome, left))
    except OSError as error:
        what = "the job summary cannot be written"
        raise UserError(f"GITHUB_STEP_SUMMARY: {what}: {error.strerror}; unset it") from None
