"""Writes a report to standard output in one format, and to files in others."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manifest_lint.cli.colour import colour
from manifest_lint.cli.complain import complain
from manifest_lint.cli.options import pages, width
from manifest_lint.errors import UserError
from manifest_lint.finding import Record
from manifest_lint.reports.names import FORMATS
from manifest_lint.text.wording import one_of

if TYPE_CHECKING:
    from manifest_lint.engine.built import Build
    from manifest_lint.engine.report import AsText, Report
    from manifest_lint.reports.formats import Format
    from manifest_lint.reports.outcome import Outcome

_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "TRAVIS_BUILD_DIR")
"""The variables in which GitHub, GitLab and Travis name the repository's folder."""

_FOR_PEOPLE = ("text", "concise")
"""Formats that people read on a terminal, in its encoding; the others are UTF-8."""

_ONLY_FINDINGS = ("concise", "gitlab", "rdjson")
"""Formats that can hold findings and nothing else."""

_WITHOUT_CHANGES = (*_ONLY_FINDINGS, "github", "junit", "sarif")
"""Formats that do not show what was compared."""

_MOST_OF_A_SUMMARY = 1024 * 1024
"""Bytes of a job summary that GitHub shows at most [GitHub Docs, Workflow commands]."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --format and --output-file to a command."""
    form = click.option(
        "--format",
        "form",
        metavar="FORMAT",
        default="text",
        shell_complete=_complete,
        help=f"Format of the report on standard output: {one_of(list(FORMATS))}.",
    )
    files = click.option(
        "--output-file",
        "output_files",
        multiple=True,
        metavar="FORMAT=PATH",
        shell_complete=_complete,
        help="Also write the report to a file, in this format. Repeatable.",
    )
    return form(files(command))


def _complete(_: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of formats that start with what is typed."""
    end = "=" if parameter.multiple else ""
    return [f"{name}{end}" for name in FORMATS if name.startswith(incomplete)]


class Wanted(Record):
    """The format for standard output (None for text) and those for files. All of them exist.

    No file is written through a link that leads out of the `named` files and folders, or out of
    the current folder.
    """

    name: str
    form: Format | None
    files: tuple[tuple[Format, Path], ...]
    named: tuple[Path, ...] = ()

    @property
    def written(self) -> list[Path]:
        """The files that are written."""
        return [path for _, path in self.files]

    @property
    def as_text(self) -> AsText | None:
        """What makes the text of some findings, if what is printed joins such texts."""
        if self.form is None:
            return None
        from manifest_lint.reports.formats import as_text

        return as_text(self.name)


def wanted(
    form: str, output_files: Iterable[str], named: Iterable[Path], *, isolated: bool = False
) -> Wanted:
    """Return the formats and files that the options name. Raises UserError for an unknown format.

    `named` are the paths that are checked. With `isolated`, only built-in formats are known.
    """
    files = []
    for text in output_files:
        name, _, path = text.partition("=")
        if not name or not path:
            raise UserError(
                f"--output-file {text}: must be FORMAT=PATH; FORMAT is {one_of(list(FORMATS))}"
            )
        if path == "-":
            raise UserError(
                f"--output-file {text}: - is not a file; use --format {name} for standard output"
            )
        files.append((_find(name, isolated=isolated), Path(path)))
    if len({os.path.realpath(path) for _, path in files}) < len(files):
        raise UserError("--output-file: two reports name the same file; change one of them")
    shown = None if form == "text" else _find(form, isolated=isolated)
    return Wanted(form, shown, tuple(files), tuple(named))


def _find(name: str, *, isolated: bool) -> Format:
    from manifest_lint.reports.formats import find  # not needed for text on a terminal

    return find(name, plugins=not isolated)


def root() -> Path:
    """Return the folder that report paths are relative to: the repository in CI, else `.`."""
    return Path(next(filter(None, map(os.environ.get, _ROOTS)), ""))


def write_report(
    wanted: Wanted, report: Report, *, quiet: bool, statistics: bool, err: bool = False
) -> None:
    """Write a report: see `write`. Text on a terminal needs no imports beyond these."""
    if wanted.form is None and not wanted.files:
        from manifest_lint.reports.text import render

        how = {"quiet": quiet, "statistics": statistics}
        lines = render(report, **how, width=width(), pages=pages(err=err))
        _print(lines, err=err)
        _say_the_rest(wanted, report, None, quiet=quiet)
        return
    from manifest_lint.reports.outcome import Outcome

    write(wanted, Outcome(report, root=root()), quiet=quiet, statistics=statistics, err=err)


def write(
    wanted: Wanted,
    outcome: Outcome,
    *,
    quiet: bool = False,
    statistics: bool = False,
    err: bool = False,
) -> None:
    """Write the report to standard output, or with `err` to standard error, and to the files.

    `quiet` and `statistics` apply to text. If one format fails, the others are still written; the
    one that failed writes nothing. Raises the first failure at the end, UserError if a file cannot
    be written.
    """
    if wanted.form or wanted.files:
        from manifest_lint.cli.made import made_of

        outcome = outcome._replace(made=made_of(outcome, wanted.named))
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
            lines = text.styled(outcome, **how, width=width(), pages=pages(err=err))
            _print(lines, err=err)
        else:
            from manifest_lint.cli.held import held  # not needed for text on a terminal

            with held(wanted.form(outcome)) as pieces:
                if wanted.name not in _FOR_PEOPLE:
                    in_utf8(err=err)
                for piece in pieces:
                    click.echo(piece, nl=False, color=colour(), err=err)

    attempt(show)
    _say_the_rest(wanted, outcome.report, outcome.build, quiet=quiet)
    if wanted.name == "github":
        attempt(_add_to_job_summary, outcome)
    documents = outcome.report.documents.values() if wanted.files else ()
    looked_at = {os.path.realpath(one.name) for one in documents if not one.is_link_out}
    for form, path in wanted.files:
        if os.path.realpath(path) in looked_at:
            what = f"--output-file: {path} is one of the checked files; name another file"
            failures.append(UserError(what))
        else:
            attempt(lambda form=form, path=path: _write(wanted, path, form(outcome)))
    if failures:
        raise failures[0]


def _say_the_rest(wanted: Wanted, report: Report, build: Build | None, *, quiet: bool) -> None:
    """Print what was skipped, compared or not searched for, and remarks, unless the report does."""
    is_short = wanted.name in _ONLY_FINDINGS or (quiet and wanted.form is None)
    if is_short and (report.expired or report.needless or report.exempted or report.gone):
        from manifest_lint.reports.entries import remarks
        from manifest_lint.reports.outcome import Outcome

        for line in remarks(Outcome(report, root=root())):
            complain(line)
    if is_short and (report.skipped or report.searched or build):
        from manifest_lint.reports.sentences import needless, not_searched, skipped

        for line in (*skipped(report), *not_searched(report), *needless(build)):
            complain(line)
    if report.changes and wanted.name in _WITHOUT_CHANGES:
        from manifest_lint.reports.compared import compared

        for line in compared(report):
            complain(line)


def in_utf8(*, err: bool = False) -> None:
    """Write UTF-8 to standard output (with `err`, standard error) whatever the locale is.

    For what programs read: many formats are UTF-8 by definition, and some say so at their start.
    """
    stream = sys.stderr if err else sys.stdout
    if isinstance(stream, io.TextIOWrapper):  # None where the caller has closed it
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _print(lines: Iterable[str], *, err: bool) -> None:
    shown = colour()
    for line in lines:
        click.echo(line, color=shown, err=err)


def _write(wanted: Wanted, path: Path, lines: Iterable[str]) -> None:
    from manifest_lint.files.disk import Tree, refuse_led_out
    from manifest_lint.files.write import made, write_file

    for named in (Path(), *wanted.named):
        refuse_led_out(path.parent, Tree(named if named.is_dir() else named.parent))
    from manifest_lint.cli.held import held

    with held(lines) as pieces, made(path.parent):
        write_file(path, (piece.encode("utf-8", "backslashreplace") for piece in pieces))


def _add_to_job_summary(outcome: Outcome) -> None:
    """Append the report in Markdown to the job summary, if this is a GitHub job."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    from manifest_lint.reports.markdown import within

    try:
        path = Path(file)
        size = path.stat().st_size if path.exists() else 0
        data = within(outcome, _MOST_OF_A_SUMMARY - size)
        with path.open("ab", buffering=0) as summary:
            try:
                while data:
                    data = data[summary.write(data) :]
            except BaseException:
                with suppress(OSError):  # it is a pipe or a device
                    summary.truncate(size)  # half a report may be no Markdown
                raise
    except OSError as error:
        what = "the job summary cannot be written"
        raise UserError(f"GITHUB_STEP_SUMMARY: {what}: {error.strerror}; unset it") from None
