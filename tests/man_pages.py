"""The man pages, from the help of the commands: `python -m tests.share` writes them.

click-man writes what click knows of a command; we add the examples, which it leaves out.
"""

from __future__ import annotations

import click
from click_man.core import generate_man_page  # type: ignore[import-untyped]  # it has no types

from manifest_lint import __version__
from manifest_lint.cli.main import COMMANDS, cli


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    top = click.Context(cli, info_name="manifest-lint")
    found = {"manifest-lint.1": _page(top) + _commands(top)}
    for name in COMMANDS:
        command = cli.get_command(top, name)
        assert command
        found[f"manifest-lint-{name}.1"] = _page(click.Context(command, top, info_name=name))
    return found


def _page(context: click.Context) -> str:
    # It would cut a summary after 45 letters.
    context.command.short_help = context.command.get_short_help_str(200)
    # Without a date, or with an empty one, the page would have today's.
    text: str = generate_man_page(context, __version__, "DATE").replace('"DATE"', '""', 1)
    lines = (context.command.epilog or "").removeprefix("\b\nExamples:\n").rstrip().split("\n")
    if lines == [""]:
        return text
    return "\n".join([text.rstrip(), ".SH EXAMPLES", ".nf", *map(_escaped, lines), ".fi", ""])


def _commands(top: click.Context) -> str:
    """List the commands: click-man does not see lazily imported ones."""
    lines = [".SH COMMANDS"]
    for name in COMMANDS:
        command = cli.get_command(top, name)
        assert command
        what = _escaped(command.get_short_help_str(200))
        lines += [".TP", f"\\fBmanifest-lint-{name}\\fP(1)", what]
    return "\n".join([*lines, ""])


def _escaped(line: str) -> str:
    """Escape a line so that it is not read as a request, and a hyphen stays one."""
    return "\\&" + line.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
