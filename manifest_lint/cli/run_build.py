"""Runs the connector's own build before it is packed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint.api.hiding import known_secrets
from manifest_lint.api.settings import settings_in_force
from manifest_lint.document.shown_command import shown_command
from manifest_lint.errors import UserError
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    import subprocess

    from manifest_lint.project.sources import Fetched


def run_build_of(
    folder: Path,
    config: Path | None,
    *,
    isolated: bool,
    wanted: bool,
    account_types: Iterable[Path] = (),
    fetched: Iterable[Fetched] = (),
) -> bool:
    """Run the configured build command of a connector or, if `wanted`, the default one.

    Returns whether there was one. It is shown without the secrets that the connector's account
    types and variables have. Its output goes to standard error. Raises UserError if it cannot
    be run, fails, or takes too long.
    """
    if not folder.is_dir():
        return False  # reported when the folder is read
    in_force = settings_in_force(folder, config=config, isolated=isolated)
    settings = in_force.settings
    command = settings.build_command or (_usual(folder) if wanted else "")
    if not command:
        return False
    import subprocess  # only to run a command

    origin = "".join(f" ({place})" for place in in_force.origins.get("build.command", ()))
    hide = known_secrets(
        folder,
        account_types=account_types,
        fetched=fetched,
        environment=os.environ,
        config=config,
        isolated=isolated,
    )
    shown = visible(hide(shown_command(command)))
    click.echo(f"Running {shown}{visible(hide(origin))}", err=True)
    output = sys.stderr.fileno() if sys.stderr else subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,  # so that we can stop all that it starts
    )
    try:
        code = process.wait(settings.build_time_limit)
    except subprocess.TimeoutExpired:
        limit = count(settings.build_time_limit, "second")
        raise UserError(
            f"{shown}: stopped after {limit}; raise `build.time-limit` in the configuration"
        ) from None
    finally:
        _stop(process)
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise UserError(f"{shown}: failed with {how}; see the output above")
    return True


def _usual(folder: Path) -> str:
    if not (folder / "package.json").is_file():
        raise UserError(f"{folder}: has no package.json; set `build.command` in the configuration")
    return "yarn build" if (folder / "yarn.lock").exists() else "npm run build"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a command that still runs, and every process that it started."""
    with suppress(OSError):  # all of them have ended
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows
            process.kill()
    process.wait()
