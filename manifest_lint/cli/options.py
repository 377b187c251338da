"""Options that several commands share."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manifest_lint.cli.colour import colour
from manifest_lint.config.settings import FAIL_ON

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from manifest_lint.project.sources import Fetched

_BEFORE_A_BAR = 1.0
"""Seconds."""

_FIRST_VTE_WITH_LINKS = 5000
"""Version 0.50 of the library of GNOME's terminal and many others."""


class AnyPath(click.ParamType):  # type: ignore[type-arg]  # old clicks have none
    """A path that need not exist, as a Path or a string, as `click.Path` reads it.

    To translate the names of its paths, that one has Python load its list of locales.
    """

    name = "path"
    envvar_list_splitter = os.pathsep

    def __init__(self, kind: type[Path] | type[str]):
        self.kind = kind

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Return the path. Raises click.BadParameter if it is there, but cannot be read."""
        if os.path.exists(value) and not os.access(value, os.R_OK):  # noqa: PTH110  # is a string
            self.fail(f"Path {click.format_filename(value)!r} is not readable.", param, ctx)
        return self.kind(value)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return what makes a shell complete files and folders."""
        from click.shell_completion import CompletionItem  # only for a shell

        return [CompletionItem(incomplete, type="file")]


EXAMPLES = {
    "check": """\b
Examples:
  manifest-lint check
  manifest-lint check connectors/ --statistics --fail-on warning
  manifest-lint check manifest.konnector --account-types dump.json
  manifest-lint check - --stdin-filename manifest.konnector < manifest.konnector
""",
    "build": """\b
Examples:
  manifest-lint build
  manifest-lint build my-connector --out release/
  SOURCE_DATE_EPOCH=1700000000 manifest-lint build --account-types account-types-def.json
""",
    "config": """\b
Examples:
  manifest-lint config
  manifest-lint config connectors/x/manifest.konnector --format json
""",
}

account_types = click.option(
    "--account-types",
    multiple=True,
    metavar="PATH",
    help="File, folder or CouchDB dump with account types for every connector. Repeatable."
    " Default: account-types-def.json, account-types.json or account-types/ next to a manifest,"
    " also with `account_types`.",
)
account_types_or_database = click.option(
    "--account-types",
    multiple=True,
    metavar="PATH|URL",
    help="File, folder, CouchDB dump or CouchDB URL (couchdb://, http://, https://) with account"
    " types for every connector. Repeatable. Default: account-types-def.json, account-types.json"
    " or account-types/ next to a manifest, also with `account_types`.",
)

account_types_of_archive = click.option(
    "--account-types",
    multiple=True,
    metavar="PATH|URL",
    help="File, folder, CouchDB dump or CouchDB URL (couchdb://, http://, https://) with account"
    " types, whose secrets are searched for. Repeatable. Default: as configured, else none.",
)


def complete_codes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the codes and names of rules that start with what is typed."""
    from click.shell_completion import CompletionItem

    from manifest_lint.rules.registry import all_rules

    before, comma, start = incomplete.rpartition(",")
    by_code = [(rule.code, rule.name) for rule in all_rules()]
    by_name = [(name, code) for code, name in by_code] if start else []
    return [
        CompletionItem(f"{before}{comma}{one}", help=other)
        for one, other in (*by_code, *by_name)
        if one.upper().startswith(start.upper())
    ]


select = click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    shell_complete=complete_codes,
    help="Run only these rules, by code or name: S, A001,R. Repeatable.",
)
extend_select = click.option(
    "--extend-select",
    multiple=True,
    metavar="CODES",
    shell_complete=complete_codes,
    help="Run these rules too, in addition to those that the configuration selects. Repeatable.",
)
exclude = click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave these folders and manifests out of the search, as .gitignore does. Repeatable.",
)
ignore = click.option(
    "--ignore",
    multiple=True,
    metavar="CODES",
    shell_complete=complete_codes,
    help="Skip these rules. Repeatable.",
)
fail_on = click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    help="Exit with 1 for findings of this severity or worse. Default: error.",
)
config = click.option(
    "--config",
    type=AnyPath(Path),
    metavar="FILE",
    help="Use this configuration for all files. Default: the nearest one for each file.",
)
jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Check many connectors in N processes. Default: one for each core.",
)
baseline = click.option(
    "--baseline",
    type=AnyPath(Path),
    metavar="FILE",
    help="Hide the findings in this file; they are only counted.",
)
require_secrets = click.option(
    "--require-secrets",
    is_flag=True,
    help="Exit with 2 if a secret cannot be searched for, for example if its variable is not set.",
)
isolated = click.option("--isolated", is_flag=True, help="Read no configuration, load no plugins.")


def codes(values: Iterable[str]) -> list[str]:
    """Split `S,A001` as given to --select and --ignore."""
    return [code for value in values for code in value.replace(",", " ").split()]


def account_types_of(named: Iterable[str]) -> tuple[list[Path], list[Fetched]]:
    """Split the values of --account-types into paths and documents fetched from databases."""
    paths, fetched = [], []
    for name in named:
        if not is_address(name):
            paths.append(Path(name))
            continue
        from manifest_lint.api.databases import account_types_in  # only for a database

        fetched += account_types_in(name, "--account-types", os.environ)
    return paths, fetched


def processes(wanted: int | None) -> int:
    """Return in how many processes to check: those that are wanted, else one for each core.

    A process that is not forked looks for modules in the current folder, which may be an untrusted
    one: before Python 3.11 nothing prevents that, and then it is one.
    """
    if sys.platform != "linux":
        if sys.version_info < (3, 11):
            return 1
        os.environ["PYTHONSAFEPATH"] = "1"
    if wanted:
        return wanted
    if hasattr(os, "process_cpu_count"):  # from Python 3.13
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on Windows and macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_address(name: str) -> bool:
    """Return whether a name is a URL: it may contain a password, so messages do not show it."""
    from manifest_lint.network.address import DATABASE_SCHEMES  # only with --account-types

    if name.lower().startswith(tuple(scheme.rstrip("/") for scheme in DATABASE_SCHEMES)):
        return True
    before, at, _ = name.partition("@")
    return "://" in name or (bool(at) and ":" in before and not Path(name).exists())


def width() -> int:
    """Return the width to write in: the terminal's, at most what is still easy to read."""
    try:  # as shutil.get_terminal_size does, without the archives that shutil loads
        columns = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):
            columns = 0
    return min(columns or 100, 120)


def pages(*, err: bool = False) -> Path | None:
    """Return the folder of the rule pages, if we write to a terminal that shows links.

    A terminal cannot be asked, so this is a list of those that do. The pages are in the wheel, or
    in the checkout.
    """
    stream = sys.stderr if err else sys.stdout
    if not (stream and stream.isatty()) or colour() is False or os.environ.get("TERM") == "dumb":
        return None
    if not _knows_links():
        return None
    inside = Path(__file__).parent.parent
    shipped = inside / "docs" / "rules"
    return shipped if shipped.is_dir() else inside.parent / "docs" / "rules"


def _knows_links() -> bool:
    environment = os.environ
    vte = environment.get("VTE_VERSION", "")
    if forced := environment.get("FORCE_HYPERLINK"):  # as npm's supports-hyperlinks reads it
        return forced != "0"
    return (
        environment.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm", "vscode", "ghostty")
        or environment.get("TERM") in ("xterm-kitty", "alacritty", "foot", "xterm-ghostty")
        or any(name in environment for name in ("WT_SESSION", "KONSOLE_VERSION"))
        or (vte.isdecimal() and int(vte) >= _FIRST_VTE_WITH_LINKS)
    )


@contextmanager
def progress() -> Iterator[Callable[[int], Callable[[int], None]]]:
    """Show a progress bar on a terminal once something takes more than a second.

    Yields a function: call it with the total number of bytes, and call what it returns with the
    number of bytes done since the last call.
    """
    with ExitStack() as stack:

        def start(total: int) -> Callable[[int], None]:
            started, waiting = time.monotonic(), 0
            show: Callable[[int], None] | None = None

            def done(number: int) -> None:
                nonlocal show, waiting
                waiting += number
                if not show and time.monotonic() - started > _BEFORE_A_BAR:
                    bar = click.progressbar(length=total, file=sys.stderr)
                    show = stack.enter_context(bar).update
                if show:
                    show(waiting)
                    waiting = 0

            return done

        yield start if sys.stderr and sys.stderr.isatty() else lambda _: lambda _: None
