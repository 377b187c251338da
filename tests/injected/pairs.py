"""Two commands that write, started at once on one folder and one database: what is lost.

What is there afterwards must be as after one and then the other, in either order. If one of them
says that it has not written, it is as after the other alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import combinations_with_replacement
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from tests import warm
from tests.command import INSTALL, PATIENCE
from tests.connectors import ACCOUNT_TYPE, SUNMETER, with_changes
from tests.injected.commands import account_type, drop, held_or_none
from tests.injected.law import is_unfinished
from tests.injected.tracing import wait_until_stopped
from tests.real_login import read_body
from tests.servers import couchdb
from tests.servers.database import asked
from tests.servers.metadata import serving

_READ_ELSEWHERE = ("b.json", "report.json", "dist/")
"""What quotes files that the other command may be changing: it must be whole, and no more."""


class Writer(NamedTuple):
    """A command of a pair. Those of one `place` meet: a folder or a database."""

    name: str
    arguments: tuple[str, ...]
    place: str = "folder"


def writers(database: str) -> list[Writer]:
    """Return the commands; a pair of the same is two of them."""
    exempt = ("exempt", "--reason", "ours", "--", "M003")
    found = [
        Writer("build", ("build", "-q")),
        Writer("check --fix", ("check", "--fix", "-q", "manifest.konnector")),
        Writer("check --unsafe-fixes", ("check", "--unsafe-fixes", "-q", "manifest.konnector")),
        Writer("baseline", ("check", "--write-baseline", "--baseline", "b.json", ".")),
        Writer("baseline of another", ("check", "--write-baseline", "--baseline", "b.json", "two")),
        Writer("report", ("check", "-q", "--output-file", "json=report.json", ".")),
        Writer("init", ("init", "--yes", *INSTALL)),
        Writer("exempt one", (*exempt, "manifest.konnector#/colour")),
        Writer("exempt another", (*exempt, "manifest.konnector#/sound")),
        Writer("login --renew", ("login", "--renew")),
    ]
    if database:
        to, prune = ("--to", database, "--yes"), ("--prune", "--max-delete", "3")
        found += [
            Writer("provision", ("provision", "one.json", *to), "database"),
            Writer("provision another", ("provision", "other.json", *to), "database"),
            Writer("provision --prune", ("provision", "one.json", *to, *prune), "database"),
        ]
    return found


class Provider:
    """A provider that accepts each refresh token once, and knows the last one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.last = "r0"
        self.refused = 0

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        given = parse_qs(read_body(request)).get("refresh_token", [""])[0]
        with self._lock:
            status, answer = 400, {"error": "invalid_grant"}
            if given == self.last:
                self.last = f"r{int(given[1:]) + 1}"
                answer = {"access_token": f"a-{self.last}", "refresh_token": self.last}
                status = 200
            else:
                self.refused += 1
        body = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


class Pairs:
    """Runs commands in a folder, alone and two at once."""

    def __init__(self, scratch: Path, provider: Provider, origin: str, database: str):
        self._folder = scratch / "connector"
        self._provider = provider
        self._origin = origin
        self._database = database
        self._dice = random.Random(24)
        self._is_of_database = False

    def run(self, one: Writer, other: Writer, times: int) -> list[str]:
        """Run two at once so often; return how each that broke the law did."""
        self._is_of_database = one.place == "database"
        allowed: dict[tuple[bool, bool], list[dict[str, Any]]] = {
            (True, True): [self._after(one, other), self._after(other, one)],
            (True, False): [self._after(one)],
            (False, True): [self._after(other)],
        }
        span = max(self._alone(one), self._alone(other))
        wrong: list[str] = []
        for _ in range(times):
            self._prepare()
            ends = self._at_once(one, other, self._dice.uniform(-span, span))
            wrong += self._wrong(allowed, *ends)
        return wrong

    def _after(self, *writers: Writer) -> dict[str, Any]:
        self._prepare()
        for writer in writers:
            self._at_once(writer, None, 0)
        return self._state()

    def _alone(self, writer: Writer) -> float:
        self._prepare()
        start = time.monotonic()
        self._at_once(writer, None, 0)
        return time.monotonic() - start

    def _wrong(
        self,
        allowed: dict[tuple[bool, bool], list[dict[str, Any]]],
        one: tuple[int, str],
        other: tuple[int, str] = (0, ""),
    ) -> Iterator[str]:
        now = self._state()
        for code, err in (one, other):
            if code not in (0, 1, 2) or "Traceback" in err or (code == 2 and err.count("\n") != 1):
                yield f"exit code {code}: {err!r}"
        # One that fails may have found its work done.
        wanted = [*allowed[True, True]]
        if one[0]:
            wanted += allowed[False, True]
        if other[0]:
            wanted += allowed[True, False]
        if now not in wanted:
            by_path = {
                path: None
                for state in (now, *wanted)
                for path in state
                if all(now.get(path) != each.get(path) for each in wanted)
            }
            yield f"lost or mixed: {', '.join(by_path) or 'a mixture'}; {one[1]!r} {other[1]!r}"

    def _prepare(self) -> None:
        shutil.rmtree(self._folder.parent, ignore_errors=True)
        shutil.copytree(SUNMETER, self._folder)
        path = self._folder / "manifest.konnector"
        manifest = json.loads(path.read_text())
        changes = {"data_types": ["bill", "bill"], "langs": ["en", "en"], "langauges": 1}
        path.write_text(json.dumps(manifest | changes | {"colour": "x", "sound": "y"}, indent=2))
        shutil.copytree(self._folder, self._folder / "two")
        (self._folder / "two" / "package.json").unlink()
        types = self._folder / "account-types-def.json"
        document = json.loads(types.read_text())
        document["token_endpoint"] = f"{self._origin}/token"
        types.write_text(json.dumps(document))
        (self._folder / "konnector-dev-config.json").write_text(
            '{"fields": {"refresh_token": "r0"}}'
        )
        (self._folder / ".gitignore").write_text("node_modules/\n")
        (self._folder / "temporary").mkdir()
        for name, fields in (
            ("one", {"client_id": "ONE"}),
            ("other", {"manage_endpoint": "https://provider.example/apps"}),
        ):
            documents = [account_type(id, **fields) for id in ("x", name)]
            (self._folder / f"{name}.json").write_text(json.dumps(documents))
        self._provider.last, self._provider.refused = "r0", 0
        if self._is_of_database:
            drop(self._database)
            asked("PUT", self._database)
            live = with_changes(ACCOUNT_TYPE, _id="x", client_id="OLD", reconnect_endpoint="x")
            asked("PUT", f"{self._database}/x", live)

    def _at_once(self, one: Writer, other: Writer | None, offset: float) -> list[tuple[int, str]]:
        """Start one, and the other later by `offset` seconds; return the exit codes and errors."""
        with ExitStack() as stack:
            null = stack.enter_context(Path(os.devnull).open("r+b"))
            started = []
            for number, writer in enumerate((one, other)):
                if writer:
                    err = stack.enter_context(TemporaryFile())
                    files = (null.fileno(), null.fileno(), err.fileno())
                    variables = {
                        **os.environ,
                        "TMPDIR": str(self._folder / "temporary"),
                        "SOURCE_DATE_EPOCH": "0",
                        warm.STOPPED: "1",
                    }
                    arguments = [*writer.arguments]
                    running = warm.started(arguments, self._folder, variables, files, number)
                    wait_until_stopped(running.pid)
                    started.append((running, err))
            for running, _ in started if offset >= 0 else reversed(started):
                os.kill(running.pid, signal.SIGCONT)
                if running is not started[-1 if offset >= 0 else 0][0]:
                    time.sleep(abs(offset))
            ends = []
            for running, err in started:
                code = running.wait(PATIENCE)
                err.seek(0)
                ends.append((code, err.read().decode()))
            return ends

    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if is_unfinished(name) or (name.startswith("temporary/")):
                found[name] = "left"
            elif path.is_file():
                data = path.read_bytes()
                found[name] = self._whole(name, data) if name.startswith(_READ_ELSEWHERE) else data
        if self._is_of_database:
            found |= {f"document {id}": one for id, one in held_or_none(self._database).items()}
        config = json.loads((self._folder / "konnector-dev-config.json").read_text())["fields"]
        is_last = config["refresh_token"] == self._provider.last
        found["konnector-dev-config.json"] = "the last token" if is_last else "a spent token"
        found["refused"] = self._provider.refused
        return found

    def _whole(self, name: str, data: bytes) -> Any:
        if name == "b.json":
            paths = {one["path"].partition("/")[0] for one in json.loads(data)["findings"]}
            return sorted(paths)
        if name.endswith(".json"):
            json.loads(data)
        if name.endswith(".sha256"):
            archive = (self._folder / name.removesuffix(".sha256")).read_bytes()
            assert data.decode().startswith(hashlib.sha256(archive).hexdigest())
        return "whole"


@contextmanager
def pairs(folder: Path, *, provisions: bool = True) -> Iterator[tuple[Pairs, list[Writer]]]:
    """Run a provider and a CouchDB; yield what runs pairs, and the commands."""
    provider = Provider()
    with ExitStack() as stack:
        origin, _ = stack.enter_context(serving(provider))
        server = ""
        if provisions:
            (folder / "server").mkdir()
            server = stack.enter_context(couchdb(folder / "server"))
        database = f"{server}/secrets%2Fio-cozy-account_types" if server else ""
        yield Pairs(folder / "pairs", provider, origin, database), writers(server)


def all_pairs(writers: list[Writer]) -> list[tuple[Writer, Writer]]:
    """Return each pair that meets in one place, two of the same too."""
    both = combinations_with_replacement(writers, 2)
    return [(one, other) for one, other in both if one.place == other.place]


def show(folder: Path, times: int, names: list[str]) -> int:
    """Print a row for each pair; return how many broke the law."""
    broken = 0
    print("| at once | times | law broken |\n|---|---|---|")
    with pairs(folder) as (running, found):
        for one, other in all_pairs(found):
            if names and not all(each.name.startswith(tuple(names)) for each in (one, other)):
                continue
            wrong = Counter(running.run(one, other, times))
            print(f"| {one.name}, {other.name} | {times} | {wrong.total()} |", flush=True)
            for why, number in wrong.items():
                print(f"  {number} times: {why}", flush=True)
            broken += bool(wrong)
    return broken
