"""No output contains a secret: put a canary in every secret place, and search all output.

`python -m tests.canary.outputs` lists places and outputs; `python -m tests.unhide` shows that these
tests fail if any hiding is removed.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from manifest_lint import UserError, build, check, preview, provision, verify, write_baseline
from manifest_lint.api.settings import settings_in_force
from manifest_lint.project.sources import Fetched
from tests.canary.connector import account_type, live, write
from tests.canary.outputs import RUNS, Mode, databases, output_of
from tests.canary.places import SECRETS, leaked
from tests.cli.test_terminal import watching
from tests.command import run
from tests.language_server import Server


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("connector")
    write(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, connector: Path) -> Path:
    return Path(shutil.copytree(connector, tmp_path / "x"))


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with databases(tmp_path_factory.mktemp("couchdb")) as found:
        yield found


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("mode", ["pipe", "terminal"])
def test_no_output_shows_a_secret(
    folder: Path, addresses: dict[str, str], name: str, mode: Mode
) -> None:
    live(addresses["server"])
    output = output_of(name, mode, folder, addresses)
    assert output.code == RUNS[name][0], output.texts
    assert "Traceback" not in "".join(output.texts.values())
    assert output.leaks == []


@pytest.mark.parametrize("place", ["password", "netrc"])
def test_credentials_of_the_environment_are_not_shown(
    folder: Path, addresses: dict[str, str], place: str
) -> None:
    environment = {"COUCHDB_USER": "me", "COUCHDB_PASSWORD": SECRETS["password"]}
    if place == "netrc":
        netrc = folder / "netrc"
        netrc.write_text(f'machine 127.0.0.1 login me password "{SECRETS["netrc"]}"\n')
        netrc.chmod(0o600)
        environment = {"NETRC": str(netrc)}
    arguments = ("provision", "good.json", "--to", addresses["server"], "--yes")
    done = run(*arguments, cwd=folder, environment={**os.environ, **environment})
    assert "refuses the user" in done.stderr  # they were sent
    assert leaked("stdout", done.stdout) + leaked("stderr", done.stderr) == []


def test_the_language_server_sends_no_secret(folder: Path) -> None:
    server = Server("utf-16")
    try:
        sent = []
        misled = folder / ".misled" / "manifest.konnector"
        for path in (
            misled,
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
    assert leaked("server", json.dumps([sent, server.shown], ensure_ascii=False)) == []


def test_watching_shows_no_secret(folder: Path) -> None:
    with watching(folder, "--account-types=good.json", ".") as (wait_for, log):
        wait_for("M0")
        manifest = folder / "manifest.konnector"
        manifest.write_text(manifest.read_text("utf-8").replace('"x"', '"y"', 1), "utf-8")
        wait_for("M0")
        assert leaked("watch", log.read_text()) == []


def test_python_shows_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    typed = f"https://me:{quote(SECRETS['typed'], safe='')}@x.example"
    done = build("sound", out="dist")
    shown: list[object] = [
        check(".", account_types=["good.json", "wrong.json"]),
        check(["comma.json", "cut.json", "raw.json"]).documents,
        preview(".", account_types="good.json"),
        preview(".", account_types="good.json").requests,
        done,
        replace(done, url=f"{typed}/x.tgz"),
        verify("leaky.tar.gz", account_types="good.json"),
        settings_in_force("commanded"),
        Fetched.of("x", account_type()),
    ]
    for call in (
        lambda: check(typed),
        lambda: check(".", account_types=typed),
        lambda: check(".", select=[typed]),
        lambda: preview(typed),
        lambda: build(typed),
        lambda: build("sound", config=typed),
        lambda: write_baseline(check("."), default=f"{typed}/x/y"),
        lambda: verify(typed),
        lambda: provision(typed),
        lambda: provision("good.json", to=f"postgres://me:{typed}@h"),
    ):
        with pytest.raises(UserError) as failed:
            call()
        shown.append(failed.value)
    assert leaked("python", "\n".join(f"{one!r} {one}" for one in shown)) == []


@pytest.mark.parametrize(
    # Encodings of a shorter one are in other text by chance: it is only searched for as it is.
    "secret",
    [one for one in SECRETS.values() if len(one.encode()) > 5],
)
def test_the_search_finds_secrets(secret: str) -> None:
    data = secret.encode()
    for text in (
        *(base64.b64encode(before + data + b"tail").decode() for before in (b"", b"u", b"u:")),
        f'{{"a": {json.dumps(secret)}}}',
        f"https://x.example/?a={quote(secret, safe='')}&b",
        f"a={quote_plus(secret)}",
        f"Traceback: {secret!r}",
        data.hex(),
    ):
        assert leaked("x", text)
