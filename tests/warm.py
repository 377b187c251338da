"""Run the command line in a process that has imported it, as a start takes longer than a check.

Each process that runs tests starts one server, which imports the package and forks a child for
each run. The child becomes what `python -m manifest_lint` is, with the arguments, folder,
environment and open files that it gets. Only the modules are there already, so what a start loads
is tested elsewhere, in tests/cli/test_start.py.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TextIO, cast

ROOT = Path(__file__).parent.parent

STOPPED = "TESTS_STOPPED"

_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "UNHIDE_")
"""Starts of the names of variables that are read when Python or a module starts."""

_AT_IMPORT = {name: value for name, value in os.environ.items() if name.startswith(_AT_START)}

_LIBRARIES = ("jsonschema", "jinja2", "packaging.licenses", "tree_sitter_javascript", "urllib3")
"""What modules of the package import in functions."""


def can_run(changes: Iterable[str]) -> bool:
    """Return whether a child of the server is as a new process in which these variables change."""
    now = {name: value for name, value in os.environ.items() if name.startswith(_AT_START)}
    return now == _AT_IMPORT and not any(name.startswith(_AT_START) for name in changes)


class Running:
    """A run of the command line, with its process id."""

    def __init__(self, server: socket.socket):
        self._server = server
        self.pid = int.from_bytes(_received(server, 8), "big")

    def wait(self, seconds: float) -> int:
        """Return the exit code, negative for a signal, as in subprocess. Raises TimeoutExpired."""
        self._server.settimeout(seconds)
        try:
            status = int.from_bytes(_received(self._server, 8), "big")
        except TimeoutError:
            self.kill()
            _received(self._server, 8)
            raise subprocess.TimeoutExpired("manifest-lint", seconds) from None
        finally:
            self._server.settimeout(None)
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """End the process."""
        os.kill(self.pid, signal.SIGKILL)


def started(
    arguments: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    files: Sequence[int],
    number: int = 0,
) -> Running:
    """Start the command line; `files` are its standard input, output and error output.

    The server with a `number` runs one after the other. With the variable STOPPED in the
    environment, the process stops before it does anything, until it gets SIGCONT.
    """
    server = _server(os.getpid(), number)
    wanted = json.dumps([list(arguments), str(cwd), dict(environment)]).encode()
    socket.send_fds(server, [len(wanted).to_bytes(8, "big")], list(files))
    server.sendall(wanted)
    return Running(server)


@lru_cache
def _server(_: int, __: int) -> socket.socket:
    """Start the server of a process; it ends when its socket is closed, at the latest with it."""
    ours, its = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.warm", str(its.fileno())],
        cwd=ROOT,
        pass_fds=[its.fileno()],
        env={**os.environ, "PYTHONPATH": ""},
    )
    its.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # called first
    return ours


def _received(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def _serve(connection: socket.socket) -> None:
    """Fork a child for each run that is asked for."""
    while True:
        size, files, _, _ = socket.recv_fds(connection, 8, 3)
        if not size:
            return
        wanted = _received(connection, int.from_bytes(size, "big"))
        child = os.fork()
        if not child:
            connection.close()
            _become(files, *json.loads(wanted))
        for file in files:
            os.close(file)
        connection.sendall(child.to_bytes(8, "big"))
        connection.sendall(os.waitpid(child, 0)[1].to_bytes(8, "big"))


def _become(
    files: Sequence[int], arguments: list[str], cwd: str, environment: dict[str, str]
) -> None:
    """Become the command line, and end."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.stdin = _opened(0, "r", sys.stdin)
    sys.stdout = _opened(1, "w", sys.stdout)
    sys.stderr = _opened(2, "w", sys.stderr)
    sys.argv[1:] = arguments
    sys.path[:1] = [cwd, str(ROOT)]  # as `python -m` and PYTHONPATH do
    if os.environ.pop(STOPPED, None):
        os.kill(os.getpid(), signal.SIGSTOP)
    code = 0
    try:
        runpy.run_module("manifest_lint", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        assert isinstance(end.code, int)
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if not stream.closed:
            stream.flush()
    os._exit(code)  # to take all modules apart would take as long as the run


def _opened(number: int, mode: str, before: TextIO) -> TextIO:
    """Open a standard stream as Python does when it starts."""
    buffering = 1 if number == 2 else -1
    stream = open(number, mode, buffering, before.encoding, before.errors, closefd=False)  # noqa: SIM115
    return cast(TextIO, stream)


def _use_all() -> None:
    """Check once in every format: what is compiled at first use is ready then."""
    from manifest_lint import check
    from manifest_lint.reports.formats import find
    from manifest_lint.reports.names import FORMATS
    from manifest_lint.reports.outcome import Outcome

    outcome = Outcome(check(ROOT / "fixtures", isolated=True))
    for name in FORMATS:
        for _ in find(name, plugins=False)(outcome):
            pass


def _main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    package = import_module("manifest_lint")
    names = [module.name for module in walk_packages(package.__path__, "manifest_lint.")]
    for name in (*names, *_LIBRARIES):
        if not name.endswith("__main__"):
            import_module(name)
    _use_all()
    gc.freeze()  # so that the children share it
    _serve(connection)


if __name__ == "__main__":
    _main()
