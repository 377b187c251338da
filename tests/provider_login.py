"""Logins with a real OpenID provider: requests are sent as our model previews them."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit

from manifest_lint.document.secret import Secret
from manifest_lint.oauth.flow import Flow, flow
from manifest_lint.oauth.start import Session
from manifest_lint.oauth.token_request import Request
from tests.command import PATIENCE
from tests.connectors import ACCOUNT_TYPE, account_type
from tests.servers import openid_provider

ISSUER = "https://provider.example"
"""The provider whose endpoints the good account type names."""

DOMAIN = "alice.cozy.rocks"
STATE = "a state/of+its own"
NONCE = "1764423000000"

PLUS = {"client_id": "PLUS", "client_secret": "S3+CRET"}
PKCE = {"client_id": "PKCE"}
"""Changes for the account types of two more clients: see their names."""

_CLIENT = {
    "client_id": ACCOUNT_TYPE["client_id"],
    "client_secret": ACCOUNT_TYPE["client_secret"],
    "grant_types": ["authorization_code", "refresh_token"],
    "redirect_uris": [ACCOUNT_TYPE["redirect_uri"]],
}
CLIENTS = [_CLIENT, _CLIENT | PLUS, _CLIENT | PKCE | {"requires_pkce": True}]
SCOPES = ["openid", "offline_access", "read", "write"]
_FORM = re.compile(r'<form [^>]*action="([^"]+)"[^>]*>\s*<input [^>]*name="prompt" value="(\w+)"')


@dataclass(frozen=True)
class Refused(Exception):
    """The provider refused a request; this is what it said."""

    step: str
    status: int
    error: str
    description: str

    def __str__(self) -> str:
        return f"{self.step}: {self.status} {self.error}" + f": {self.description}".rstrip(": ")


@dataclass(frozen=True, slots=True)
class Login:
    """What the provider answers: where it sends the user, and tokens; None if none is renewed.

    `exchange` and `renewal` are the requests for them.
    """

    came_back: str
    exchange: Request
    tokens: dict[str, Any]
    renewal: Request | None = None
    renewed: dict[str, Any] | None = None


Kind = Literal["usual", "basic only", "with GET"]
"""A provider that accepts client secrets by HTTP Basic and in a form, one that accepts them only by
HTTP Basic, and one that also accepts a GET at its token endpoint."""

Providers = dict[Kind, int]
"""The port of each provider."""


@contextmanager
def providers(folder: Path) -> Iterator[Providers]:
    """Run one of each kind, with a folder for their output."""
    methods = ["client_secret_basic", "client_secret_post"]
    with ExitStack() as running:
        ports = {}
        for kind in get_args(Kind):
            own = folder / kind
            own.mkdir()
            ports[kind] = running.enter_context(
                openid_provider(
                    own,
                    ISSUER,
                    clients=CLIENTS,
                    scopes=SCOPES,
                    clientAuthMethods=methods[:1] if kind == "basic only" else methods,
                    acceptsGet=kind == "with GET",
                )
            )
        yield ports


def log_in(port: int, scope: Any = "read write", /, **changes: Any) -> Login:
    """Log in to the connector "x" with the good account type, with changes, as its flow previews.

    Raises Refused.
    """
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    document = account_type(**changes)

    def previewed(**own: str) -> Flow:
        return flow(manifest, document, DOMAIN, Session(STATE, NONCE, **own))

    came_back = _authorized(port, previewed().authorize_url or "")
    exchange = previewed(code=_answer(came_back)["code"]).token_request
    assert exchange
    tokens = _sent(port, "token", exchange)
    if "refresh_token" not in tokens:
        return Login(came_back, exchange, tokens)
    renewal = previewed(refresh_token=tokens["refresh_token"]).refresh_request
    assert renewal
    return Login(came_back, exchange, tokens, renewal, _sent(port, "renewal", renewal))


def _authorized(port: int, url: str) -> str:
    """Log in and consent as a user does; return the address the provider sends them back to."""
    browser = _opener(port, urllib.request.HTTPCookieProcessor())
    status, headers, text = _open(browser, urllib.request.Request(url))
    for _ in ("login", "consent"):
        if form := _FORM.search(text):
            filled_in = {"prompt": form[2], "login": "alice", "password": "any"}
            submission = urllib.request.Request(form[1], urlencode(filled_in).encode())
            status, headers, text = _open(browser, submission)
    came_back = headers.get("Location", "")
    found = _answer(came_back) if came_back else json.loads(text)
    if "error" in found:
        raise Refused("authorize", status, found["error"], found.get("error_description", ""))
    if not came_back:
        raise Refused("authorize", status, "no login", f"JSON that starts with {min(found)}")
    return came_back


def _sent(port: int, step: str, request: Request) -> dict[str, Any]:
    """Send a request of the stack as previewed, and return the provider's answer."""
    status, headers, text = _open(
        _opener(port),
        urllib.request.Request(
            request.url(Secret.reveal),
            request.body(Secret.reveal).encode() or None,
            request.headers(Secret.reveal),
            method=request.method,
        ),
    )
    sent_on = headers.get("Location", "")
    found: dict[str, Any] = _answer(sent_on) if sent_on else json.loads(text)
    if status != 200:
        raise Refused(step, status, found["error"], found["error_description"])
    return found


def _answer(came_back: str) -> dict[str, str]:
    parts = urlsplit(came_back)
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


def _open(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request
) -> tuple[int, HTTPMessage, str]:
    try:
        response = opener.open(request, timeout=PATIENCE)
    except HTTPError as error:
        response = error
    with response:
        return response.status, response.headers, response.read().decode()


def _opener(port: int, *more: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    no_proxy = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(no_proxy, _Loopback(port), _StaysThere(), *more)
    opener.addheaders = [("X-Forwarded-Proto", "https")]
    return opener


class _Loopback(urllib.request.HTTPSHandler):
    """Plays the network and the provider's proxy: every https host is at one port, without TLS."""

    def __init__(self, port: int):
        super().__init__()
        self._port = port

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        def connection(_: str, /, **options: Any) -> HTTPConnection:
            return HTTPConnection("127.0.0.1", self._port, timeout=options["timeout"])

        return self.do_open(connection, req)


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """Follows redirects only within the provider."""

    def redirect_request(
        self, req: urllib.request.Request, *answer: Any
    ) -> urllib.request.Request | None:
        there = answer[-1].startswith(f"{ISSUER}/")
        return super().redirect_request(req, *answer) if there else None
