"""Run the command line as a user does."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from tests import warm

# A run in the background may ignore them, and what the tests start and stop would do the same.
for number in {signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)}:
    if signal.getsignal(number) == signal.SIG_IGN:
        by_default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, by_default)

ROOT = Path(__file__).parent.parent

PUBLIC = "https://git.example.org/cozy/manifest-lint.git"
"""An address that this repository might have."""

COMMIT = "0123456789abcdef0123456789abcdef01234567"

INSTALL = ("--install", f"{PUBLIC}@{COMMIT}")
"""For `init`: this checkout may be at no address that others have."""

_PROGRAM = ("-m", "manifest_lint")

PATIENCE = 300
"""Seconds after which a test gives up on a hanging process. A working
process needs far less, even on a slow machine."""


def moments() -> Iterator[None]:
    """Yield repeatedly, with a pause between, until a test's time limit."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        yield
        time.sleep(0.05)


def run(
    *arguments: str | Path,
    cwd: Path = ROOT,
    stdin: bytes = b"",
    environment: dict[str, str] | None = None,
    user: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `manifest-lint` with arguments; no terminal, and what it writes as text.

    It is a process of its own, but a new Python only for a test that names one of its variables,
    such as PYTHONPATH, or another one that is read at the start: see tests/warm.py.
    """
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **(environment or {})}
    if not user and warm.can_run(environment or {}):
        return _warm([*map(str, arguments)], cwd, stdin, variables)
    done = subprocess.run(
        [sys.executable, *_PROGRAM, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env=variables,
        capture_output=True,
        user=user,
        timeout=PATIENCE,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def _warm(
    arguments: list[str], cwd: Path, stdin: bytes, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run it in a child of the process that has imported it."""
    read, write = os.pipe()
    writer = threading.Thread(target=_write, args=(write, stdin))
    with TemporaryFile() as output, TemporaryFile() as errors:
        running = warm.started(arguments, cwd, variables, (read, output.fileno(), errors.fileno()))
        os.close(read)
        writer.start()
        code = running.wait(PATIENCE)
        writer.join()
        output.seek(0)  # the child has moved it
        errors.seek(0)
        texts = output.read().decode("utf-8"), errors.read().decode("utf-8")
    return subprocess.CompletedProcess(arguments, code, *texts)


def _write(file: int, data: bytes) -> None:
    with suppress(BrokenPipeError), open(file, "wb") as pipe:  # a descriptor
        pipe.write(data)


def on_a_terminal(
    *arguments: str | Path,
    cwd: Path = ROOT,
    answers: str = "",
    environment: dict[str, str] | None = None,
    program: tuple[str, str] = _PROGRAM,
) -> tuple[int, str]:
    """Run it on a terminal with typed answers; return the exit code and what it shows."""
    leader, follower = pty.openpty()
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **(environment or {})}
    files = (follower, follower, follower)
    process: warm.Running | subprocess.Popen[bytes]
    if program == _PROGRAM and warm.can_run(environment or {}):
        process = warm.started([*map(str, arguments)], cwd, variables, files)
    else:
        command = [sys.executable, *program, *map(str, arguments)]
        process = subprocess.Popen(command, -1, None, *files, cwd=cwd, env=variables)
    os.close(follower)
    limit = threading.Timer(PATIENCE, process.kill)  # one question more would wait forever
    limit.start()
    os.write(leader, answers.encode())
    shown = _all_of(leader)
    limit.cancel()
    return process.wait(PATIENCE), shown


def _all_of(terminal: int) -> str:
    """Read a terminal until no process has it open, and close our end."""
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the end, on Linux
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    return shown.decode()


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of a run that failed."""
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("manifest-lint: ")
    return line
