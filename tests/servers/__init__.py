"""Real servers for tests: installed from npm and run on a free port of the loopback."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.command import PATIENCE, moments
from tests.outside import installing

FOLDER = Path(__file__).parent
_OPTIONS = ("--omit=optional", "--no-audit", "--no-fund", "--ignore-scripts")


def npm(*arguments: str, folder: Path, package: str) -> None:
    """Install into a folder with npm; skip the test if a package is not available."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: no {package}")
    command = ["npm", *arguments, *_OPTIONS]
    done = subprocess.run(
        command, cwd=folder, env=installing(), capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        pytest.skip(f"npm cannot install {package}: {done.stderr.strip()[-200:]}")


def installed(package: str, root: Path = FOLDER) -> Path:
    """Return the folder of an npm package of a package.json; skip the test if it is not there."""
    folder = root / "node_modules" / package
    with (FOLDER / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test runs may share a checkout
        if not folder.is_dir():
            npm("ci", folder=root, package=package)
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(command: list[str], origin: str, folder: Path) -> Iterator[None]:
    """Run a server until the block ends; wait first until it answers at its origin."""
    environment = {**os.environ, "NO_PROXY": "*", "PYTHONPATH": str(FOLDER.parent.parent)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
    try:
        for _ in moments():
            if process.poll() is not None:
                break
            try:
                urllib.request.urlopen(origin, timeout=5).close()
                break
            except urllib.error.HTTPError as error:  # an error is an answer too
                error.close()
                break
            except OSError:
                continue
        assert process.poll() is None, (folder / "log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def couchdb(folder: Path) -> Iterator[str]:
    """Run a server that speaks CouchDB's HTTP API, in memory, and yield its origin.

    It accepts anonymous writes, but refuses a wrong password.
    """
    script = installed("pouchdb-server") / "bin" / "pouchdb-server"
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    options = ["--in-memory", "--host", "127.0.0.1", "--port", str(port)]
    with running(["node", str(script), *options], origin, folder):
        yield origin


@contextmanager
def proxy(folder: Path, credentials: str = "") -> Iterator[tuple[int, Path]]:
    """Run a proxy for HTTP and CONNECT; yield its port and the file where it logs requests.

    It resolves names that end in `.invalid`, which are invalid elsewhere, to the loopback.
    `credentials` are `user:password`, without which it answers 407.
    """
    if not importlib.util.find_spec("proxy"):
        pytest.skip("proxy.py is not installed: pip install proxy.py")
    port = free_port()
    options = ["--hostname", "127.0.0.1", "--port", str(port), "--num-workers", "1"]
    options += ["--num-acceptors", "1", "--plugins", "tests.servers.names.Names"]
    if credentials:
        options += ["--basic-auth", credentials]
    log = folder / "requests"
    command = [sys.executable, "-m", "proxy", *options, "--log-file", str(log)]
    with running(command, f"http://127.0.0.1:{port}", folder):
        yield port, log


@contextmanager
def openid_provider(folder: Path, issuer: str = "", **configuration: Any) -> Iterator[int]:
    """Run a certified OpenID provider whose users and consents are made up; yield its port.

    Its issuer is `issuer`, or its own address. A client on the loopback sends the headers Host and
    X-Forwarded-Proto, as a proxy that ends the issuer's https would. `configuration` is that of
    oidc-provider.
    """
    installed("oidc-provider")
    port = free_port()
    issuer = issuer or f"http://127.0.0.1:{port}"
    options = json.dumps({"issuer": issuer, "port": port, **configuration})
    known = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    with running(["node", str(FOLDER / "provider.mjs"), options], known, folder):
        yield port
