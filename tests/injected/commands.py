"""The commands that write, each with a folder in which it changes something."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

from tests.command import INSTALL, ROOT
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes
from tests.login_stops import OLD, provider
from tests.real_login import connector
from tests.servers import couchdb, free_port
from tests.servers.database import asked, held
from tests.servers.metadata import answering, serving

FAULTY = ROOT / "fixtures" / "faulty"
NAME = "connector"
TEMPORARY = "temporary"


class Command(NamedTuple):
    """A command, and what is there before it.

    `prepare` fills the folder NAME. `together` is whether its files are all old or all new,
    `changes` whether it changes something, and `appends` whether it does so once more. `reset`
    sets what is elsewhere, and `elsewhere` returns it.
    """

    name: str
    prepare: Callable[[Path], None]
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = {}
    together: bool = False
    changes: bool = True
    appends: bool = False
    reset: Callable[[], None] = lambda: None
    elsewhere: Callable[[], dict[str, Any]] = dict


def _faulty(folder: Path) -> None:
    shutil.copytree(FAULTY, folder)
    (folder / "manifest-lint.toml").write_text('ignore = ["L"]  # ours\n')


def _summed_up(folder: Path) -> None:
    _faulty(folder)
    (folder / "summary.md").write_text("of another step\n")


def _built(folder: Path) -> None:
    shutil.copytree(SUNMETER, folder)
    for part in ("sunmeter-1.2.0", f"sunmeter-{MANIFEST['version']}"):
        for end in ("tar.gz", "tar.gz.sha256", "tar.gz.report.json"):
            (folder / "dist").mkdir(exist_ok=True)
            (folder / "dist" / f"{part}.{end}").write_text("old")


def _repository(folder: Path) -> None:
    hidden = shutil.ignore_patterns("account-types-def.json", "build")
    shutil.copytree(SUNMETER, folder, ignore=hidden)
    text = json.dumps(with_changes(MANIFEST, oauth=..., fields={}), indent=2)
    (folder / "manifest.konnector").write_text(text)
    (folder / ".gitignore").write_text("node_modules/\n")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    address = "git@github.com:a/b.git"
    subprocess.run(["git", "remote", "add", "origin", address], cwd=folder, check=True)


def _baselined(folder: Path) -> None:
    _faulty(folder)
    entry = {"path": "gone/manifest.konnector", "code": "M001"}
    (folder / "b.json").write_text(json.dumps({"format": 1, "findings": [entry]}))


_OAUTH = (
    *("--oauth", "--scope", "openid", "--domain", "mycozy.cloud"),
    *("--auth-endpoint", "https://service.example/oauth/authorize"),
    *("--token-endpoint", "https://service.example/oauth/token"),
)
_REASON = ("--reason", "an app of ours reads it")
_REPORTS = ("--output-file", "json=reports/new/a.json", "--output-file", "html=b.html")


def of_files() -> list[Command]:
    """Return the commands that write files only."""
    fix = ("check", "--fix", "-q", ".")
    return [
        Command("build", _built, ("build", "-q"), together=True),
        Command("build, its first", lambda f: _first(f), ("build", "-q"), together=True),
        Command("build --output-file", _built, ("build", "-q", *_REPORTS), together=False),
        Command("check --fix", _faulty, fix),
        Command("check --unsafe-fixes", _faulty, (*fix[:1], "--unsafe-fixes", *fix[2:])),
        Command("check --write-baseline, a new one", _faulty, ("check", "--write-baseline", ".")),
        Command(
            "check --write-baseline",
            _baselined,
            ("check", "--write-baseline", "--baseline", "b.json", "."),
        ),
        Command("check --output-file", _faulty, ("check", "-q", *_REPORTS, ".")),
        Command(
            "check --format github",
            _summed_up,
            ("check", "-q", "--format", "github", "."),
            {"GITHUB_STEP_SUMMARY": "summary.md"},
            appends=True,
        ),
        Command("verify --output-file", _verified, ("verify", "-q", "a.tar.gz", *_REPORTS)),
        Command(
            "upgrade --output-file",
            _verified,
            ("upgrade", "-q", "a.tar.gz", ".", *_REPORTS),
        ),
        Command("init", _repository, ("init", "--yes", *INSTALL)),
        Command("init --oauth", _repository, ("init", "--yes", *_OAUTH, *INSTALL)),
        Command("exempt", _faulty, ("exempt", "M002", "manifest.konnector", *_REASON)),
        Command("exempt, the first", _bare, ("exempt", "M002", "manifest.konnector", *_REASON)),
    ]


def _first(folder: Path) -> None:
    shutil.copytree(SUNMETER, folder)


def _bare(folder: Path) -> None:
    shutil.copytree(FAULTY, folder)


def _verified(folder: Path) -> None:
    shutil.copytree(SUNMETER, folder)
    archive = folder / "a.tar.gz"
    names = sorted(path.name for path in (folder / "build").iterdir())
    subprocess.run(["tar", "czf", str(archive), "-C", str(folder / "build"), *names], check=True)
    (folder / "b.html").write_text("old")


@contextmanager
def with_servers(folder: Path, *, provisions: bool = True) -> Iterator[list[Command]]:
    """Run a provider and a CouchDB, and yield the commands that send requests."""
    with ExitStack() as stack:
        origin, _ = stack.enter_context(serving(_provider))
        found = list(_logins(folder, origin))
        if provisions:
            server = folder / "server"
            server.mkdir()
            found += _provisions(stack.enter_context(couchdb(server)))
        yield found


def _provider(request: BaseHTTPRequestHandler) -> None:
    known = ("/token", "redirect_uri=")
    (provider if any(one in request.path for one in known) else answering(404))(request)


def _logins(folder: Path, origin: str) -> Iterator[Command]:
    browser = folder / "browser"
    browser.write_text('#!/bin/sh\ncurl --silent --location "$1" >/dev/null\n')
    browser.chmod(0o755)
    port = free_port()

    def logged_in(own: Path) -> None:
        own.mkdir()
        connector(own, origin)
        (own / "konnector-dev-config.json").write_bytes(OLD)

    def new(own: Path) -> None:
        own.mkdir()
        connector(own, origin)

    to_browser = {"BROWSER": str(browser)}
    loopback = ("login", "--loopback", str(port))
    yield Command("login --renew", logged_in, ("login", "--renew"))
    yield Command("login --loopback", logged_in, loopback, to_browser)
    yield Command("login --loopback, the first", new, loopback, to_browser)
    yield Command(
        "login --check --loopback", logged_in, (*loopback, "--check"), to_browser, changes=False
    )


def _provisions(origin: str) -> Iterator[Command]:
    database = f"{origin}/secrets%2Fio-cozy-account_types"
    # The old document has a field of its own, which stays.
    old = {"x": with_changes(ACCOUNT_TYPE, _id="x", client_id="OLD", reconnect_endpoint="x")}
    arguments = ("provision", "account-types.json", "--to", origin, "--yes")

    def reset(documents: dict[str, dict[str, Any]]) -> None:
        drop(database)
        if documents:
            asked("PUT", database)
            for id, document in documents.items():
                asked("PUT", f"{database}/{id}", document)

    def elsewhere() -> dict[str, Any]:
        return held_or_none(database)

    def files(own: Path) -> None:
        own.mkdir()
        wanted = [account_type(id) for id in ("x", "y")]
        (own / "account-types.json").write_text(json.dumps(wanted))

    yield Command("provision", files, arguments, reset=lambda: reset(old), elsewhere=elsewhere)
    yield Command(
        "provision --prune",
        files,
        (*arguments, "--prune", "--max-delete", "1"),
        reset=lambda: reset({**old, "z": account_type("z")}),
        elsewhere=elsewhere,
    )
    yield Command(
        "provision --create-db",
        files,
        (*arguments, "--create-db"),
        reset=lambda: reset({}),
        elsewhere=elsewhere,
    )


def account_type(id: str, **changes: Any) -> dict[str, Any]:
    """Return a good account type with an id."""
    uri = f"https://oauthcallback.cozy.rocks/accounts/{id}/redirect"
    return with_changes(ACCOUNT_TYPE, _id=id, redirect_uri=uri, **changes)


def held_or_none(database: str) -> dict[str, Any]:
    """Return the documents of a database, none if there is no database."""
    try:
        return held(database)
    except OSError:
        return {}


def drop(database: str) -> None:
    with suppress(OSError):  # there is none
        asked("DELETE", database)


def place(command: Command, scratch: Path) -> Path:
    """Make the folder of a command anew, and set what is elsewhere; return the folder."""
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / TEMPORARY).mkdir(parents=True)
    command.prepare(scratch / NAME)
    command.reset()
    return scratch / NAME


def environment(command: Command, scratch: Path) -> dict[str, str]:
    """Return the variables that a command is run with."""
    fixed = {"COLUMNS": "100", "SOURCE_DATE_EPOCH": "0"}
    return {**fixed, "TMPDIR": str(scratch / TEMPORARY), **command.environment}
