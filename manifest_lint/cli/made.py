"""How a report was made: the time, the command, the commit, and what its readers can look up."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manifest_lint.reports.made import Made
    from manifest_lint.reports.outcome import Outcome

_TIME = "%Y-%m-%d %H:%M UTC"


def made_of(outcome: Outcome, named: Iterable[Path]) -> Callable[[], Made]:
    """Return what says how the report on the `named` paths was made; it is worked out once."""

    @cache
    def made() -> Made:
        from manifest_lint.reports.made import Made
        from manifest_lint.scaffold import published
        from manifest_lint.scaffold.installed import public_address

        folder = _folder_of(named)
        # These know secrets that are in no file: they may be in an option, or in a path.
        hide = outcome.build.hide if outcome.build else outcome.hide if outcome.archive else str
        return Made(
            date=_now(),
            commit=lambda: _commit(folder or Path()),
            command=hide(_command()),
            configurations=tuple(dict.fromkeys(map(outcome.path, _configurations(outcome)))),
            folder=folder,
            address=public_address(),
            documentation=published.DOCUMENTATION,
        )

    return made


def _now() -> str:
    """Return the day and time: those of SOURCE_DATE_EPOCH if it is set, as for an archive."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(int(fixed), timezone.utc).strftime(_TIME)
    except (ValueError, OverflowError, OSError):
        return datetime.now(timezone.utc).strftime(_TIME)


def _command() -> str:
    from manifest_lint.document.masking import shown_text
    from manifest_lint.document.shown_command import shown_command

    # A shell's quotation marks may be in the middle of an address.
    arguments = map(shown_text, sys.argv[1:])
    return shown_command(shlex.join(["manifest-lint", *arguments]))


def _commit(folder: Path) -> str:
    """Return the commit that is checked out in a folder, empty if git cannot say."""
    from manifest_lint.errors import Skipped, UserError
    from manifest_lint.files import git
    from manifest_lint.files.run_git import GitRefused
    from manifest_lint.files.work_tree import top_of

    top = top_of(folder)
    try:
        return git.commit(top) if top else ""
    except (GitRefused, Skipped, UserError, OSError):
        return ""


def _configurations(outcome: Outcome) -> Iterable[str]:
    return (str(file) for one in outcome.report.settings.values() for file in one.files)


def _folder_of(named: Iterable[Path]) -> Path | None:
    """Return the folder that holds all that was named; None for standard input, or for nothing."""
    paths = [os.path.abspath(path) for path in named if path != Path("-")]  # noqa: PTH100
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in paths]  # noqa: PTH112, PTH120
    try:
        return Path(os.path.commonpath(folders)) if folders else None
    except ValueError:  # on Windows, on two drives
        return None
