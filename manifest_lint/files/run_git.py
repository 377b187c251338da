"""Run git in a folder, without running any program of that folder. Only this module starts git.

A repository's own configuration can name programs: to watch files, to run on events, to fetch a
missing object (in a partial clone, `uploadpack` is a command). And git takes any folder with the
layout of a bare repository for one, even if its files are tracked in another. So git is started at
the top of the work tree, with every transport (`GIT_ALLOW_PROTOCOL`), hooks, the file system
monitor and bare repositories that it comes across disabled; without the caller's `GIT_*`
variables, which would point it elsewhere; without a prompt; within a time limit; and from a `PATH`
without the checked folder. [git-config, git(1) "Environment Variables"; tests/test_hostile_git.py]

We start git rather than read its files with dulwich, so that the index, its sparse and split
forms, linked worktrees and the user's own excludes mean what they mean to the user; dulwich would
be 9 MB more to trust with hostile bytes. pathspec knows neither the index nor global excludes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from manifest_lint.errors import Skipped
from manifest_lint.files.work_tree import is_in, outermost

SECONDS = 30.0
"""How long git may take to answer: less in a work tree after others where it has not answered."""

_OPTIONS = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "safe.bareRepository=explicit"),
)
_SETTINGS = {
    # A list of only empty names. A name in it would allow a remote's `vcs` of that name, and on
    # Windows an empty value is the same as no value.
    "GIT_ALLOW_PROTOCOL": ":",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
    **dict.fromkeys(("GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF"), "0"),
}
_silent: set[Path] = set()
"""Tops of work trees where git has not answered in time: a run waits for each only once."""


class GitRefused(Exception):
    """Git ran and failed with the exit code `code`."""

    def __init__(self, code: int):
        super().__init__(f"exit code {code}")
        self.code = code


def ask(top: Path, arguments: Sequence[str], data: bytes = b"", *, index: str = "") -> str:
    """Run git at the top of a work tree and return what it prints.

    `index` is the path of the index to read, empty for the usual one. Raises GitRefused if it
    fails, Skipped if it cannot be run or does not answer in time.
    """
    import subprocess  # only to ask git

    if top in _silent:
        raise _no_answer(top)
    folders = _search_path(top, os.getcwd(), os.environ.get("PATH", os.defpath))  # noqa: PTH109
    program = _program(folders)
    if not program:
        raise Skipped("git is not installed; install it")
    environment = {name: value for name, value in os.environ.items() if not _misleads(name)}
    environment |= _SETTINGS | {
        "PATH": os.pathsep.join(folders),
        "GIT_CEILING_DIRECTORIES": str(top.parent),
        **({"GIT_INDEX_FILE": index} if index else {}),
    }
    try:
        process = subprocess.Popen(
            [program, *_OPTIONS, *arguments],
            cwd=top,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that the processes it starts can be stopped with it
        )
    except OSError as error:
        raise Skipped(f"git cannot be run: {error.strerror}; check its installation") from None
    with process:
        try:
            # In all at most twice as long: the checked folder may have many work trees.
            answer, complaint = process.communicate(data, SECONDS / 2 ** len(_silent))
        except subprocess.TimeoutExpired:
            _silent.add(top)
            raise _no_answer(top) from None
        finally:
            _stop(process.pid)
            process.kill()
    if b"dubious ownership" in complaint:
        raise Skipped(
            f"git does not trust {top}, which belongs to another user; if you do, run"
            f" git config --global --add safe.directory {top}"
        )
    if process.returncode:
        raise GitRefused(process.returncode)
    return answer.decode("utf-8", "surrogateescape")


def _no_answer(top: Path) -> Skipped:
    return Skipped(f"{top}: git did not answer in time")


def _misleads(name: str) -> bool:
    """Return whether a variable points git elsewhere, like those that git sets for a hook."""
    return name.upper().startswith("GIT_") or name.upper() in ("SSH_ASKPASS", "LANGUAGE")


@cache
def _search_path(top: Path, current: str, path: str) -> tuple[str, ...]:
    """Return the folders of PATH to look for git in, without those that a repository controls.

    Folders in the work trees around the checked and the current folder do not count: the checked
    one may be a submodule, and npm puts the `node_modules/.bin` of every folder above first. The
    root does not count: cron and containers run programs there.
    """
    around = [outermost(Path(os.path.realpath(folder))) for folder in (top, current)]
    checked = [folder for folder in around if folder != os.path.dirname(folder)]  # noqa: PTH120
    return tuple(
        folder
        for folder in path.split(os.pathsep)
        if os.path.isabs(folder)  # noqa: PTH117
        and "node_modules" not in Path(folder).parts
        and not any(is_in(os.path.realpath(folder), one) for one in checked)
    )


def _program(folders: Iterable[str]) -> str | None:
    """Return the path of git; shutil, which could find it too, loads three decompressors."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in folders:
        program = os.path.join(folder, name)  # noqa: PTH118
        if os.path.isfile(program) and os.access(program, os.X_OK):  # noqa: PTH113
            return program
    return None


def _stop(group: int) -> None:
    """Kill the processes that git started and that still run."""
    import signal

    try:
        os.killpg(group, signal.SIGKILL)
    except (OSError, AttributeError):  # all have ended; Windows has no process groups
        return
