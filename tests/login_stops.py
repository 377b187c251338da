"""Logins and renewals that are stopped at a random moment: what they leave.

`python -m tests.login_stops 200` stops that many, and prints how they ended.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from tests.command import ROOT, moments
from tests.real_login import connector, read_body
from tests.servers import free_port
from tests.servers.metadata import serving

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
OLD = b'{\n  // mine\n  "fields": {\n    "refresh_token": "r3fresh"\n  }\n}\n'
NAME = "konnector-dev-config.json"


def provider(request: BaseHTTPRequestHandler) -> None:
    """Send each login back at once, and give a token for everything."""
    read_body(request)
    parts = urlsplit(request.path)
    if parts.path == "/token":
        body = b'{"access_token": "n3w-token", "refresh_token": "n3w-refresh"}'
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        return
    query = parse_qs(parts.query)
    request.send_response(302)
    back = f"{query['redirect_uri'][0]}?code=c0de&state={query['state'][0]}"
    request.send_header("Location", back)
    request.send_header("Content-Length", "0")
    request.end_headers()


class Stops:
    """Runs logins to a provider, and stops them."""

    def __init__(self, folder: Path, origin: str):
        self._folder = connector(folder, origin)
        self._config = self._folder / NAME
        self._port = free_port()
        browser = folder / "browser"
        browser.write_text('#!/bin/sh\ncurl --silent --location "$1" >/dev/null\n')
        browser.chmod(0o755)
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "BROWSER": str(browser)}
        self.seconds = max(self._ran(way) for way in (True, False))

    def stop_one(self, dice: random.Random) -> str:
        """Stop a run at a random moment; return how it ended. Raises AssertionError."""
        number = dice.choice(SIGNALS)
        process = self.started(dice.random() < 0.5)
        time.sleep(dice.uniform(0, self.seconds))
        with suppress(ProcessLookupError):
            process.send_signal(number)
        process.wait()
        self.nothing_left(process.pid)
        is_new = self.is_new()
        left = [one.name for one in self._folder.iterdir() if one.name.endswith(".unfinished")]
        assert not left or number == signal.SIGKILL, left
        for name in left:
            (self._folder / name).unlink()
        return f"{number.name}: {'written' if is_new else 'as it was'}"

    def started(self, renews: bool) -> subprocess.Popen[bytes]:
        """Start a renewal or a login in a session of its own."""
        self._config.write_bytes(OLD)
        options = ["--renew"] if renews else ["--loopback", str(self._port)]
        return subprocess.Popen(
            [sys.executable, "-m", "manifest_lint", "login", str(self._folder), *options],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _ran(self, renews: bool) -> float:
        start = time.monotonic()
        assert self.started(renews).wait() == 0
        assert self.is_new()
        return time.monotonic() - start

    def is_new(self) -> bool:
        """Return whether the new tokens are written; else the file is as it was. Raises if not."""
        data = self._config.read_bytes()
        if data == OLD:
            return False
        fields = json.loads(data.replace(b"// mine", b""))["fields"]
        assert fields["access_token"] == "n3w-token"
        assert fields["refresh_token"] == "n3w-refresh"
        return True

    def nothing_left(self, group: int) -> None:
        """Raise AssertionError if a process is left, or a port is still in use."""
        for _ in moments():
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                break
        else:
            raise AssertionError("a process is left")
        for _ in moments():  # another test may have a connection from this port
            with suppress(OSError), socket.create_server(("127.0.0.1", self._port)):
                return
        raise AssertionError("a port is still in use")


@contextmanager
def stops() -> Iterator[Stops]:
    """Run a provider, and yield what stops logins at it."""
    with TemporaryDirectory() as folder, serving(provider) as (origin, _):
        yield Stops(Path(folder), origin)


def main(number: int) -> None:
    dice = random.Random(number)
    with stops() as running:
        ended = Counter(running.stop_one(dice) for _ in range(number))
    for how, times in sorted(ended.items()):
        print(f"{times:4} {how}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
