"""The command line: the group of commands, and the one place where failures get an exit code."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` without its slow enums
import errno
import gc
import io
import os
import sys
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import Any, TextIO

import click

from manifest_lint._version import __version__
from manifest_lint.cli.colour import add_option
from manifest_lint.cli.complain import complain, safe
from manifest_lint.cli.variables import add_variables, origin
from manifest_lint.errors import Interrupted, UserError

_NAMES = (
    *("check", "build", "verify", "upgrade", "preview", "login", "provision"),
    *("exempt", "config", "init", "explain", "rules", "schema", "lsp", "completion"),
)
COMMANDS = {name: f"manifest_lint.cli.commands.{name}" for name in _NAMES}
COULD_NOT_WORK = 2
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _Commands(click.Group):
    """The commands. Each is imported only when it is called, so that a check starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        add_option(command)
        add_variables(cmd_name, command)
        _add_help(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from manifest_lint.text.wording import nearest  # only for an unknown command

            near = nearest(args[0], COMMANDS)
            if not near:
                raise
            message = f"{error.message.rstrip('.')}. Did you mean {near!r}?"
            raise click.UsageError(message, ctx) from None


def _add_help(command: click.Command) -> None:
    """Add --help to a command. To translate click's own, Python loads its list of locales."""
    if command.add_help_option:
        command.add_help_option = False
        command.params.append(_instead(["-h", "--help"], "Show this message and exit.", _help))


def _instead(names: list[str], text: str, shown: Callable[[click.Context], str]) -> click.Option:
    """Return an option that shows a text instead of what a command does."""

    def show(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
        if is_wanted and not context.resilient_parsing:
            click.echo(shown(context), color=context.color)
            context.exit()

    return click.Option(
        names, is_flag=True, expose_value=False, is_eager=True, help=text, callback=show
    )


def _help(context: click.Context) -> str:
    return context.get_help()


def _version(_: click.Context) -> str:
    return f"manifest-lint, version {__version__}"


@click.group(cls=_Commands, invoke_without_command=True)
@click.pass_context
def cli(context: click.Context) -> None:
    """Check and pack Cozy connectors: manifest, account types, redirect URI.

    Exit codes: 0 no errors, 1 errors (or what --fail-on names), 2 the command failed.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


cli.params.append(_instead(["-V", "--version"], "Show the version and exit.", _version))
_add_help(cli)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    It is 0 for no errors, 1 for errors, 2 if the command failed.
    """
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)  # a run is short and keeps most of what it makes
    gc.enable()
    _on_signals(_stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where the caller has closed it
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(arguments, "manifest-lint", standalone_mode=False)
        if sys.stdout and not sys.stdout.closed:  # the language server closes it
            sys.stdout.flush()
    except UserError as error:
        code = _complain(f"{error}{_origin(str(error), arguments)}")
    except click.ClickException as error:
        hint = ""
        if isinstance(error, click.UsageError) and error.ctx:
            hint = f"; see '{error.ctx.command_path} --help'"
        what = error.format_message().rstrip(".")
        code = _complain(f"{what}{_origin(what, arguments)}{hint}")
    except (Interrupted, click.Abort):
        _on_signals(_signal.SIG_IGN)  # the run ends anyway
        code = _complain("interrupted")
    except (BrokenPipeError, SystemExit) as ended:
        # The reader closed the pipe, as `head` does: a message would have no reader. Click exits
        # then, with 1, which means findings here; it exits with 0 when it has completed a word.
        code = 0
        if not isinstance(ended, SystemExit) or ended.code:
            code = COULD_NOT_WORK
            _discard(sys.stdout, sys.stderr)
    except OSError as error:
        code = _complain(_why(error))
    except MemoryError:
        code = None  # what took the memory is free after this block
    except Exception as error:
        if os.environ.get("MANIFEST_LINT_DEBUG"):
            import traceback

            click.echo(safe(traceback.format_exc()), err=True)
        kind = type(error).__name__
        hint = "run it again with MANIFEST_LINT_DEBUG=1 and report the traceback"
        code = _complain(f"internal error ({kind}): {hint}")
    else:
        code = code if isinstance(code, int) else 0
    return _complain("no memory is left; check less at once") if code is None else code


def _origin(message: str, arguments: list[str] | None) -> str:
    return origin(message, sys.argv[1:] if arguments is None else arguments)


def _complain(message: str) -> int:
    try:
        complain(message)
    except OSError:  # the exit code is all that is left to say it
        _discard(sys.stderr)
    return COULD_NOT_WORK


def _why(error: OSError) -> str:
    """Return what failed, and what to do; files are named by the error, or by a UserError."""
    what = error.strerror or str(error)
    if error.filename:
        return f"{error.filename}: {what}; check the path and its permissions"
    if isinstance(error, FileNotFoundError):
        return "the current folder does not exist any more; change to another one"
    if error.errno in _FULL:
        _discard(sys.stdout)
        return f"standard output cannot be written: {what}; free some space or send it elsewhere"
    return f"{what}; check the path and its permissions"


def _discard(*streams: TextIO | None) -> None:
    """Discard what streams that cannot be written still hold: at the end, Python would fail."""
    for stream in streams:
        if stream and not stream.closed:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _on_signals(do: Any) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the last one not on Windows
        number = getattr(_signal, name, None)
        if number and _signal.getsignal(number) != _signal.SIG_IGN:  # as nohup wants it
            _signal.signal(number, do)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted
