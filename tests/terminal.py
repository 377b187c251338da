"""A run of the command line on a terminal that a test types at while it runs."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.command import PATIENCE, ROOT


class Terminal:
    """What is shown so far is `shown`; `typed` is all that was typed."""

    def __init__(self, process: subprocess.Popen[bytes], leader: int):
        self.process = process
        self.shown = ""
        self._leader = leader

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until something is shown, and return it."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.shown)):
            assert time.monotonic() < end, self.shown
            assert self._read(), self.shown
        return found

    def type(self, text: str) -> None:
        """Type a text; what does not fit into the terminal yet waits until it is read."""
        data = text.encode()
        while data:
            data = data[os.write(self._leader, data[:1024]) :]
            time.sleep(0.01)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait for the end of the process, and return its exit code."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def _read(self) -> bool:
        try:
            part = os.read(self._leader, 65536)
        except OSError:  # the end, on Linux
            return False
        self.shown += part.decode()
        return bool(part)


@contextmanager
def terminal(
    *arguments: str | Path, environment: dict[str, str] | None = None
) -> Iterator[Terminal]:
    """Run `manifest-lint` with arguments on a terminal of its own."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "manifest_lint", *map(str, arguments)],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **(environment or {})},
        start_new_session=True,
    )
    os.close(follower)
    try:
        yield Terminal(process, leader)
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(leader)
