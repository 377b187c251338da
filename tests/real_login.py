"""Logins of the command line at a real OpenID provider, whose pages a program fills in."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin

from manifest_lint.api.tokens import Page
from tests.command import PATIENCE
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.provider_login import CLIENTS, ISSUER, SCOPES, Kind
from tests.servers import free_port, metadata, openid_provider
from tests.servers.metadata import Handler

_FORM = re.compile(r'<form [^>]*action="([^"]+)"[^>]*>\s*<input [^>]*name="prompt" value="(\w+)"')


class Providers(dict[Kind, str]):
    """The origin of each kind of provider, which is also its issuer.

    `loopback` is the port to which the client LOOP is sent back.
    """

    loopback = 0


@contextmanager
def real_providers(folder: Path, kinds: tuple[Kind, ...]) -> Iterator[Providers]:
    """Run providers without TLS at the loopback, where the command can reach them."""
    methods = ["client_secret_basic", "client_secret_post"]
    found = Providers()
    found.loopback = free_port()
    sunmeter = {
        "client_id": "SUNMETER",
        "redirect_uris": ["https://oauthcallback.mycozy.cloud/accounts/sunmeter/redirect"],
    }
    loop = {"client_id": "LOOP", "redirect_uris": [f"http://127.0.0.1:{found.loopback}/callback"]}
    with ExitStack() as running:
        for kind in kinds:
            own = folder / kind
            own.mkdir()
            port = running.enter_context(
                openid_provider(
                    own,
                    clients=[*CLIENTS, CLIENTS[0] | loop, CLIENTS[0] | sunmeter],
                    scopes=SCOPES,
                    clientAuthMethods=methods[:1] if kind == "basic only" else methods,
                    acceptsGet=kind == "with GET",
                    features={"revocation": {"enabled": True}},
                )
            )
            found[kind] = f"http://127.0.0.1:{port}"
        yield found


def connector(folder: Path, origin: str, scope: Any = "read write", /, **changes: Any) -> Path:
    """Write a connector, "x" or `_id`, whose provider is at an origin, and return its folder."""
    slug = changes.get("_id", "x")
    manifest = with_changes(MANIFEST, slug=slug, oauth={"scope": scope})
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    document = json.dumps(with_changes(ACCOUNT_TYPE, **changes))
    (folder / "account-types-def.json").write_text(document.replace(ISSUER, origin))
    (folder / "manifest-lint.toml").write_text('redirect-domains = ["cozy.rocks"]')
    return folder


def stored(folder: Path) -> dict[str, Any]:
    """Return the fields in the configuration of a developer."""
    text = (folder / "konnector-dev-config.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["fields"]
    return found


def read_body(request: BaseHTTPRequestHandler) -> str:
    """Return the body of a request. If it is not read, the client may not receive the answer."""
    return request.rfile.read(int(request.headers.get("Content-Length") or 0)).decode()


def answering(status: int, body: bytes = b"", **headers: str) -> Handler:
    """Return what reads a request, and answers as tests.servers.metadata does."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        read_body(request)
        metadata.answering(status, body, **headers)(request)

    return answer


def person(page: Page) -> str:
    """Log in and consent as a person does, and return what is then in the browser's address bar."""
    return walked(page.authorize_url)


def walked(url: str) -> str:
    """Follow a login from its URL to where the provider sends the browser, or where it stays."""
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), _StaysThere(url), urllib.request.HTTPCookieProcessor()
    )
    place, headers, text = _open(browser, urllib.request.Request(url))
    for _ in ("login", "consent"):
        if form := _FORM.search(text):
            filled_in = {"prompt": form[2], "login": "alice", "password": "any"}
            action = urljoin(place, form[1])
            sent = urllib.request.Request(action, urlencode(filled_in).encode())
            place, headers, text = _open(browser, sent)
    return headers.get("Location") or place


def _open(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request
) -> tuple[str, HTTPMessage, str]:
    try:
        response = opener.open(request, timeout=PATIENCE)
    except HTTPError as error:
        response = error
    with response:
        return response.url, response.headers, response.read().decode()


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """Follows redirects only within the provider."""

    def __init__(self, url: str):
        self._origin = re.match(r"\w+://[^/]+/", url)

    def redirect_request(
        self, req: urllib.request.Request, *answer: Any
    ) -> urllib.request.Request | None:
        there = self._origin and answer[-1].startswith(self._origin[0])
        return super().redirect_request(req, *answer) if there else None
