"""Run the command line with strace, which counts system calls, and injects failures and signals.

The process is a child of the server of tests/warm.py: it imports nothing, so its system calls are
those of the command.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

from tests import warm
from tests.command import PATIENCE, moments

ERRORS = ("ENOSPC", "EIO", "EACCES")
SIGNALS = ("KILL", "TERM", "INT")

_CHANGES = {
    *("write", "pwrite64", "writev", "pwritev", "truncate", "ftruncate", "fallocate"),
    *("fsync", "fdatasync", "sync_file_range", "sendfile", "copy_file_range"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "utimensat"),
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("setxattr", "fsetxattr", "lsetxattr", "connect", "sendto", "sendmsg"),
}
_TO_WRITE = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b")
_CALL = re.compile(r"(\d+) +(\w+)\((.*)")


class Call(NamedTuple):
    """The `number`th system call of a name, from 1, in one thread."""

    name: str
    number: int


class Point(NamedTuple):
    """A call that changes a file or sends a request, and those around it in its thread."""

    call: Call
    before: Call
    after: Call
    shown: str


class Injection(NamedTuple):
    """What happens at a call: an error, or a signal."""

    call: Call
    what: str

    @property
    def option(self) -> str:
        kind = "error" if self.what in ERRORS else "signal"
        return f"inject={self.call.name}:{kind}={self.what}:when={self.call.number}"


class Ran(NamedTuple):
    """How a traced run ended: its exit code, negative for a signal, and what it has written."""

    code: int
    out: str
    err: str
    trace: str


def why_not() -> str:
    """Return why there is no strace here; empty if there is."""
    if not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
    return f"strace cannot trace here: {done.stderr.strip()[-100:]}" if done.returncode else ""


def traced(
    arguments: list[str],
    cwd: Path,
    environment: Mapping[str, str],
    injection: Injection | None = None,
    stdin: bytes = b"",
) -> Ran:
    """Run the command line with strace; without an injection, the trace has all system calls."""
    variables = {**os.environ, **environment, warm.STOPPED: "1"}
    with TemporaryDirectory() as own, TemporaryFile() as given, TemporaryFile() as out:
        with TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            files = [one.fileno() for one in (given, out, err)]
            running = warm.started(arguments, cwd, variables, files)
            log = Path(own) / "trace"
            options = ["-f", "-b", "execve", "-o", str(log), "-s", "60", "-p", str(running.pid)]
            if injection:
                options += ["-e", f"trace={injection.call.name}", "-e", injection.option]
            wait_until_stopped(running.pid)
            strace = subprocess.Popen(["strace", *options], stderr=subprocess.PIPE, text=True)
            assert strace.stderr
            attached = strace.stderr.readline()
            if "attached" not in attached:
                running.kill()
                raise OSError(attached)
            os.kill(running.pid, signal.SIGCONT)
            code = running.wait(PATIENCE)
            strace.stderr.read()
            strace.wait()
            strace.stderr.close()
            out.seek(0)
            err.seek(0)
            shown, errors = (file.read().decode("utf-8", "replace") for file in (out, err))
        return Ran(code, shown, errors, log.read_text("utf-8", "replace"))


def wait_until_stopped(pid: int) -> None:
    for _ in moments():
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return
    raise TimeoutError


def points(trace: str) -> list[Point]:
    """Return the calls of a trace that change something; the same of two threads is one point.

    Of lines that are shown one after the other, only the first is.
    """
    counts: dict[str, Counter[str]] = {}
    last: dict[str, Call] = {}
    found: dict[Call, Point] = {}
    open_points: dict[str, Call] = {}
    showing: set[str] = set()
    for line in trace.splitlines():
        match = _CALL.match(line)
        if not match:
            continue
        thread, name, rest = match.groups()
        counts.setdefault(thread, Counter())[name] += 1
        call = Call(name, counts[thread][name])
        if thread in open_points:
            point = open_points.pop(thread)
            found[point] = found[point]._replace(after=call)
        is_shown = name == "write" and rest.startswith(("1,", "2,"))
        if call not in found and _changes(name, rest) and not (is_shown and thread in showing):
            found[call] = Point(call, last.get(thread, call), call, line)
            open_points[thread] = call
            showing -= {thread}
            showing |= {thread} if is_shown else set()
        last[thread] = call
    return list(found.values())


def _changes(name: str, rest: str) -> bool:
    if name in ("open", "openat", "creat"):
        return bool(_TO_WRITE.search(rest)) and '"/dev/' not in rest
    return name in _CHANGES
