"""No secret of a login is in an output, the list of processes, or a file but the configuration."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from manifest_lint.reports.login import FORMATS
from tests.real_login import connector, read_body
from tests.servers import free_port
from tests.servers.metadata import Handler, serving
from tests.terminal import Terminal, terminal

SECRETS = {
    "client_secret": "Cl1ent+S3cret/of_tests=",
    "code": "c0de/4-0Ab_Of.a+Login",
    "access_token": "acc3ss.T0ken-of_tests~1",
    "refresh_token": "refr3sh/T0ken+of_tests=",
    "id_token": "1dT0ken.of-tests_0000001",
    "old": "0ld-T0ken.of_an+earlier/login",
}
SECRETS["basic"] = b64encode(f"ID:{SECRETS['client_secret']}".encode()).decode()
EVERY = " ".join(SECRETS.values())
TOKENS: dict[str, object] = {
    name: SECRETS[name] for name in ("access_token", "refresh_token", "id_token")
}
GRANTED = {**TOKENS, "expires_in": 60, "scope": f"read {SECRETS['access_token']}"}
ANSWERS: dict[str, tuple[int, bytes]] = {
    "tokens": (200, json.dumps(GRANTED).encode()),
    "an error": (400, json.dumps({**TOKENS, "error": "x", "error_description": EVERY}).encode()),
    "an error with secrets as its code": (401, json.dumps({**TOKENS, "error": EVERY}).encode()),
    "an error in a 200": (200, json.dumps({**GRANTED, "error": f"x {EVERY}"}).encode()),
    "a page": (200, f"<html>{EVERY}</html>".encode()),
    "a wrong type": (200, json.dumps({"access_token": [EVERY]}).encode()),
    "a redirect": (302, EVERY.encode()),
    "nothing": (200, b""),
}
OPTIONS = {
    "login": [],
    "renew": ["--renew"],
    **{f"check as {form}": ["--check", "--format", form] for form in FORMATS},
}


def answering_with(status: int, body: bytes) -> Handler:
    def answer(request: BaseHTTPRequestHandler) -> None:
        read_body(request)
        is_token = request.path.startswith("/token")
        request.send_response(status if is_token else 404)
        request.send_header("Location", f"/elsewhere?{quote(EVERY)}")
        request.end_headers()
        request.wfile.write(body if is_token else b"")

    return answer


def leaked(text: str) -> list[str]:
    """Return the names of secrets in a text, as they are, encoded or with the escapes of JSON."""
    return [
        name
        for name, secret in SECRETS.items()
        for form in (secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1])
        if form in text
    ]


def written(folder: Path, origin: str, mode: str) -> Path:
    connector(folder, origin, client_secret="$CANARY_SECRET", token_mode=mode)
    fields = {"access_token": SECRETS["old"], "refresh_token": SECRETS["old"]}
    (folder / "konnector-dev-config.json").write_text(json.dumps({"fields": fields}))
    return folder


def run_to_its_end(shell: Terminal, *, pastes: bool) -> None:
    if pastes:
        shell.until("Paste the URL")
        found = re.search(r"https?://\S+/authorize\?\S+", shell.shown)
        assert found
        query = parse_qs(urlsplit(found[0]).query)
        assert leaked(listed_processes()) == []
        code = quote(SECRETS["code"], safe="")
        shell.type(f"{query['redirect_uri'][0]}?code={code}&state={query['state'][0]}\n")
    shell.end()


def listed_processes() -> str:
    """Return the command lines of all processes; an environment is its owner's alone."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_text("utf-8", "replace"))
        except OSError:  # it has ended
            continue
    return "\n".join(found)


PAIRS = [
    (option, answer)
    for option in OPTIONS
    for answer in ANSWERS
    if option in ("login", "renew", "check as json") or answer in ("tokens", "an error")
]


@pytest.mark.parametrize(("option", "answer"), PAIRS)
def test_no_secret_leaves_a_login(tmp_path: Path, option: str, answer: str) -> None:
    with serving(answering_with(*ANSWERS[answer])) as (origin, _):
        folder = written(tmp_path, origin, "basic")
        environment = {"CANARY_SECRET": SECRETS["client_secret"], "MANIFEST_LINT_DEBUG": "1"}
        arguments = ["login", str(folder), "--no-browser", *OPTIONS[option]]
        with terminal(*arguments, environment=environment) as shell:
            run_to_its_end(shell, pastes=option != "renew")
    unsent = {"code"} if option == "renew" else set()  # a provider cannot echo it
    assert set(leaked(shell.shown)) <= unsent
    assert "Traceback" not in shell.shown
    for file in folder.rglob("*"):
        if file.name != "konnector-dev-config.json":
            assert leaked(file.read_text()) == [], file
    config = (folder / "konnector-dev-config.json").read_text()
    is_kept = answer != "tokens" or option.startswith("check")
    assert (SECRETS["old"] in config) == is_kept
    assert ("client_secret" in leaked(config), "code" in leaked(config)) == (False, False)


def test_no_secret_is_shown_if_the_provider_cannot_be_reached(tmp_path: Path) -> None:
    folder = written(tmp_path, f"http://127.0.0.1:{free_port()}", "get")
    environment = {"CANARY_SECRET": SECRETS["client_secret"], "MANIFEST_LINT_DEBUG": "1"}
    with terminal("login", str(folder), "--no-browser", environment=environment) as shell:
        run_to_its_end(shell, pastes=True)
    assert leaked(shell.shown) == []
    assert "127.0.0.1: could not be reached from here: connection refused" in shell.shown
