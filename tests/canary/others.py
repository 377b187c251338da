"""What is shown by other ways than the output of one command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from manifest_lint import UserError, build, check, preview, provision, verify, write_baseline
from manifest_lint.api.exemptions import exempt
from manifest_lint.api.settings import settings_in_force
from manifest_lint.api.touched import connectors_of
from manifest_lint.archive.archive import Archive
from manifest_lint.bundle.build import Options
from manifest_lint.config.settings import Exemption
from manifest_lint.content.readme import Example, Examples
from manifest_lint.document.document import Document
from manifest_lint.document.manifest_secrets import Found
from manifest_lint.engine.report import Rewrite
from manifest_lint.network.couchdb import Database
from manifest_lint.network.http import Client, Request, Response
from manifest_lint.network.proxies import Proxy
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.sources import Fetched
from manifest_lint.provisioning.plan import Change, Wanted
from tests.canary.connector import account_type
from tests.canary.logins import by_logging_in
from tests.canary.many import by_checking_many
from tests.canary.places import SECRETS
from tests.cli.test_terminal import watching
from tests.command import ROOT, run
from tests.language_server import Server


def by_credentials(folder: Path, addresses: Mapping[str, str], place: str) -> str:
    """Return what a command prints whose credentials are in the environment or in .netrc."""
    environment = {"COUCHDB_USER": "me", "COUCHDB_PASSWORD": SECRETS["password"]}
    if place == "netrc":
        if sys.version_info < (3, 11):
            pytest.skip("Python 3.10 reads only ASCII, and no quotation marks, in .netrc")
        netrc = folder / "netrc"
        netrc.write_text(f'machine 127.0.0.1 login me password "{SECRETS["netrc"]}"\n')
        netrc.chmod(0o600)
        environment = {"NETRC": str(netrc)}
    arguments = ("provision", "good.json", "--to", addresses["server"], "--yes")
    done = run(*arguments, cwd=folder, environment={**os.environ, **environment})
    assert "refuses the user" in done.stderr  # they were sent
    return done.stdout + done.stderr


def by_the_language_server(folder: Path, _: Mapping[str, str]) -> str:
    """Return what the language server sends."""
    server = Server("utf-16")
    try:
        sent = []
        misled = folder / ".misled" / "manifest.konnector"
        for path in (
            misled,
            folder / ".hosted" / "manifest.konnector",
            *sorted(folder.glob("*.konnector")),
            *sorted(folder.glob("*.json")),
        ):
            text, uri = path.read_text("utf-8"), path.as_uri()
            server.open(uri, text)
            last = len(text.splitlines())
            document = {"textDocument": {"uri": uri}}
            for line in range(last):
                position = {"line": line, "character": 12}
                sent.append(server.ask("textDocument/hover", {**document, "position": position}))
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}}
            context: dict[str, list[Any]] = {"diagnostics": []}
            actions = {**document, "range": whole, "context": context}
            titles = server.ask("textDocument/codeAction", actions) or ()
            sent.append([action["title"] for action in titles])  # an edit may move a secret
        assert sum(map(len, server.shown.values())) > 10
        [failed] = server.shown[misled.as_uri()]
        assert "not found next to" in failed["message"]
    finally:
        server.stop()
    return json.dumps([sent, server.shown], ensure_ascii=False)


def by_watching(folder: Path, _: Mapping[str, str]) -> str:
    """Return what `check --watch` prints."""
    with watching(folder, "--account-types=good.json", ".") as (wait_for, log):
        wait_for("M0")
        manifest = folder / "manifest.konnector"
        manifest.write_text(manifest.read_text("utf-8").replace('"x"', '"y"', 1), "utf-8")
        wait_for("M0")
        return log.read_text()


def by_python(folder: Path, _: Mapping[str, str]) -> str:
    """Return what the Python API shows, in results and errors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return _by_python()


def _by_python() -> str:
    typed = f"https://me:{quote(SECRETS['typed'], safe='')}@x.example"
    done = build("sound", out="dist")
    shown: list[object] = [
        check(".", account_types=["good.json", "wrong.json"]),
        check(["comma.json", "cut.json", "raw.json"]).documents,
        preview(".", account_types="good.json"),
        preview(".", account_types="good.json").requests,
        done,
        done._replace(url=f"{typed}/x.tgz"),
        verify("leaky.tar.gz", account_types="good.json"),
        settings_in_force("commanded"),
        Fetched.of("x", account_type()),
        check(["comma.json"], fix="safe"),
        Request("PUT", typed, 1, abs, SECRETS["client_secret"].encode(), {"A": SECRETS["token"]}),
        Archive("x", kept={"x": SECRETS["token"].encode()}),
        AccountType(Document("x", b"{}", "account types"), (), account_type(), "x"),
        Options(Path("x"), Path("x"), lambda _: {}, environment={"X": SECRETS["filled"]}),
        Database("http://x.example", ("me", SECRETS["password"]), Client({})),
        Wanted("x", account_type(), {}),
        Change("x", account_type(), None, {}),
        Proxy("http://x.example", {"Proxy-Authorization": SECRETS["password"]}),
        Response(200, SECRETS["live"].encode(), None),
        Exemption(("M001",), "x", Path(), SECRETS["reason"]),
        Example(0, SECRETS["readme"]),
        Examples(SECRETS["readme"].encode(), ()),
        Found(("x",), SECRETS["strayed"], "token", None),
        Rewrite(Document("x", b"{}", "manifest"), SECRETS["strayed"].encode(), ()),
    ]
    for call in (
        lambda: check(typed),
        lambda: check(".", account_types=typed),
        lambda: check(".", select=[typed]),
        lambda: check(".", config=".refused6"),
        lambda: preview(typed),
        lambda: build(typed),
        lambda: build("sound", config=typed),
        lambda: write_baseline(check("."), default=f"{typed}/x/y"),
        lambda: verify(typed),
        lambda: provision(typed),
        lambda: exempt("M001", typed, reason="a reason"),
        lambda: connectors_of(["manifest.konnector"], {}, config=typed),
        lambda: provision("good.json", to=f"postgres://me:{typed}@h"),
    ):
        with pytest.raises(UserError) as failed:
            call()
        shown.append(failed.value)
    return "\n".join(f"{one!r} {one}" for one in shown)


def by_a_bug(folder: Path, _: Mapping[str, str]) -> str:
    """Return what is printed of an error of ours, with its traceback."""
    code = (
        "import sys; from manifest_lint.cli import main\n"
        "def fail(*_, **__): raise RuntimeError(sys.argv)\n"
        "main.cli.main = fail; main.main()"
    )
    typed = f"https://me:{quote(SECRETS['typed'], safe='')}@x.example"
    done = subprocess.run(
        [sys.executable, "-c", code, typed],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MANIFEST_LINT_DEBUG": "1"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" in done.stderr
    return done.stdout + done.stderr


OTHERS: Mapping[str, Callable[[Path, Mapping[str, str]], str]] = {
    "Python": by_python,
    "login": by_logging_in,
    "language server": by_the_language_server,
    "--watch": by_watching,
    "check of many": by_checking_many,
    "bug": by_a_bug,
    "credentials of the environment": partial(by_credentials, place="password"),
    "credentials of .netrc": partial(by_credentials, place="netrc"),
}
"""By their names; each is given a copy of the connector and the addresses of databases."""
