"""A whole login, request by request: what each party sends, and where and why it stops.

`wire` computes the scope and the redirect URI; this module writes the URLs and requests around
them, byte for byte as Harvest, the browser and the stack do. docs/how-it-knows.md says where the
three differ. [the sources named in `wire`; the data of their runs are replayed by
`python -m tests.conformance wire`]
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_to_bytes

from manifest_lint.cozy import go_url, stack
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.go_json import members
from manifest_lint.document.secret import Secret
from manifest_lint.oauth import wire
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from manifest_lint.oauth.account_type import AccountType

StepName = Literal["start", "lookup", "authorize", "redirect", "token"]
"""Where a login can stop, in order: at Harvest's URL, when the stack looks up the account type, on
the way to the provider, on the way back, and when the code is exchanged."""

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Session:
    """The values that each login makes up; tests and previews use these placeholders."""

    state: str = "STATE"
    nonce: str = "NONCE"
    app: str = "home"
    code: str = "CODE"
    refresh_token: str = "REFRESH_TOKEN"


@dataclass(frozen=True, slots=True)
class Stop:
    """The step at which a login stops, and why."""

    step: StepName
    why: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the stack sends to the provider.

    `parameters` are in the order in which they are sent: in the URL of a GET, in the body of a
    POST. `basic` is client id and secret if they are sent as HTTP Basic. `url`, `body` and
    `headers` call `text_of` with each Secret and write what it returns.
    """

    method: Literal["GET", "POST"]
    endpoint: str
    parameters: tuple[tuple[str, str | Secret], ...]
    basic: tuple[str, Secret] | None = None

    def url(self, text_of: Callable[[Secret], str]) -> str:
        """Return the URL. Raises go_url.RefusedURL if Go refuses it."""
        url = self.endpoint
        if self.method == "GET":
            # The stack does not check for a query in the endpoint: two `?` are sent.
            url += f"?{self._encoded(text_of)}"
        return go_url.with_query(url, None)

    def body(self, text_of: Callable[[Secret], str]) -> str:
        """Return the body, empty for a GET."""
        return self._encoded(text_of) if self.method == "POST" else ""

    def headers(self, text_of: Callable[[Secret], str]) -> dict[str, str]:
        """Return the headers of a POST and of HTTP Basic, whose credentials are one Secret."""
        found = {}
        if self.method == "POST":
            found["Content-Type"] = FORM
            found["Accept"] = "application/json"
        if self.basic:
            name, secret = self.basic
            pair = f"{name}:{secret.reveal()}".encode()
            found["Authorization"] = f"Basic {text_of(Secret(base64.b64encode(pair).decode()))}"
        return found

    def _encoded(self, text_of: Callable[[Secret], str]) -> str:
        return go_url.encode_query(
            (name, text_of(value) if isinstance(value, Secret) else value)
            for name, value in self.parameters
        )


@dataclass(frozen=True, slots=True)
class Flow:
    """One login, as far as it can be computed beforehand.

    `start_url` is the string that Harvest opens, `request_url` the URL that the browser makes of
    it, `stack_scope` the scope that the stack reads there. The fields after these are None once the
    login has stopped, and without an account type; `stops` has every reason, in order. If the
    connector exchanges the code itself, `token_request` is None too.
    """

    start_url: str
    request_url: str | None
    stack_scope: str
    redirect_uri: str | None
    authorize_url: str | None
    token_request: Request | None
    refresh_request: Request | None
    stops: tuple[Stop, ...]


def flow(
    manifest: dict[str, Any],
    account_type: AccountType | None,
    domain: str,
    session: Session = Session(),  # frozen
) -> Flow:
    """Return the login of a connector on an instance.

    `account_type` is the document that the stack finds there, None if it finds none; `domain` is
    the instance's, with its port if it has one.
    """
    stops: list[Stop] = []
    start = start_url(manifest, domain, session)
    requested = request_url(start)
    name = wire.javascript_text(wire.account_type_id(manifest))
    if requested is None:
        stops.append(Stop("start", "the browser does not accept the start URL"))
    elif not wire.reaches_its_route(name):
        stops.append(Stop("start", "the account type's id cannot be a segment of a URL's path"))
    scope = wire.sent_scope(manifest)
    uri = authorize = token = refresh = None
    if account_type is None:
        stops.append(Stop("lookup", "the stack has no account type with this id"))
    elif any(stack.account_type_refusals(account_type.value)):
        stops.append(Stop("lookup", "the stack cannot decode the account type"))
    else:
        uri = wire.scalar(wire.redirect_uri(account_type, domain))
        try:
            authorize = authorize_url(account_type, domain, scope, session)
        except CannotStart as error:
            stops.append(Stop("authorize", str(error)))
        if authorize is not None and (why := _lost_on_its_way_back(account_type, uri)):
            stops.append(Stop("redirect", why))
        token, refresh = _token_requests(account_type, uri, session, stops)
    return Flow(start, requested, scope, uri, authorize, token, refresh, tuple(stops))


def start_url(manifest: dict[str, Any], domain: str, session: Session) -> str:
    """Return the string that Harvest opens: a URL whose percent-encoding it has decoded again."""
    name = wire.scalar(wire.javascript_text(wire.account_type_id(manifest)))
    if not go_url.BAD_ESCAPE.search(name):
        name = unquote_to_bytes(name).decode(errors="replace")
    parameters = {"state": session.state, "nonce": session.nonce}
    scope = wire.scope_in_start_url(manifest)
    if scope is not None:
        parameters["scope"] = scope
    parameters["slug"] = session.app
    query = "&".join(f"{key}={value}" for key, value in parameters.items())
    return f"https://{domain}/accounts/{name}/start?{query}"


def request_url(start: str) -> str | None:
    """Return the URL that the browser makes of a string; its fragment is not sent.

    None if the browser does not accept it as a URL. [WHATWG URL]
    """
    from ada_url import URL  # only for a flow: it costs more than a check

    try:
        return str(URL(start).href)
    except ValueError:
        return None


class CannotStart(ValueError):
    """The stack does not make an authorize URL for this login; the message says why."""


def authorize_url(
    account_type: AccountType,
    domain: str,
    scope: str,
    session: Session = Session(),
) -> str:
    """Return the URL to which the stack sends a user to log in at the provider.

    The endpoint's own query comes first, without what Go drops. Raises CannotStart.
    """
    endpoint = wire.scalar(account_type.text("auth_endpoint"))
    mode = account_type.grant_mode
    if mode not in GRANT_MODES or mode == "secret":
        raise CannotStart(f"the stack does not start a login in the grant mode {quoted(mode)}")
    try:
        query = go_url.parse(endpoint).query
        pairs = [*go_url.query_pairs(query), *_added(account_type, domain, scope, session)]
        return go_url.with_query(endpoint, go_url.encode_query(pairs))
    except go_url.RefusedURL as error:
        raise CannotStart(f"Go refuses `auth_endpoint`: {error}") from None


def _added(
    account_type: AccountType, domain: str, scope: str, session: Session
) -> Iterator[tuple[str, str]]:
    """Yield the parameters that the stack adds to the authorize URL."""
    uri = wire.scalar(wire.redirect_uri(account_type, domain))
    values = {
        "scope": scope,
        "state": session.state,
        "response_type": "token" if account_type.grant_mode.startswith("token") else "code",
        "client_id": wire.scalar(account_type.text("client_id")),
        "redirect_uri": uri,
        "redirect_url": uri,
        "token": "",
        "code": "",
    }
    for name in sorted(wire.authorize_parameters(account_type)):
        if name != "scope" or scope:
            yield name, values[name]
    extras = field(account_type.value, "extras")
    last = dict(members(extras)) if isinstance(extras, dict) else {}
    for name, value in last.items():
        yield wire.scalar(name), wire.scalar(value or "")


def _lost_on_its_way_back(account_type: AccountType, uri: str) -> str | None:
    """Return why the stack refuses a user who returns to a redirect URI, None if it accepts."""
    found = re.fullmatch(r"[^/?#]*//[^/?#]*/accounts/([^/?#]*)/redirect", uri.split("?", 1)[0])
    if not found:
        return "the redirect URI does not lead to the stack's route for logins"
    service = unquote_to_bytes(found[1]).decode(errors="replace")
    if service != account_type.service_id:
        wanted = account_type.service_id
        return f"the stack refuses it as a bad state: the redirect URI does not name `{wanted}`"
    return None


def _token_requests(
    account_type: AccountType, uri: str, session: Session, stops: list[Stop]
) -> tuple[Request | None, Request | None]:
    """Return the requests for a token and for its renewal; None for each if there is none.

    The connector makes them itself without a `token_endpoint`. A refused one is added to `stops`.
    """
    endpoint = wire.scalar(account_type.text("token_endpoint"))
    if not endpoint:
        return None, None
    try:
        go_url.parse(endpoint)
    except go_url.RefusedURL as error:
        stops.append(Stop("token", f"Go refuses `token_endpoint`: {error}"))
        return None, None
    exchange: list[tuple[str, str | Secret]] = [
        ("code", session.code),
        ("grant_type", "authorization_code"),
        ("nonce", session.nonce),
        ("redirect_uri", uri),
    ]
    if field(account_type.value, "skip_state_on_token") is not True:
        exchange.append(("state", session.state))
    renewal = [("grant_type", "refresh_token"), ("refresh_token", session.refresh_token)]
    return (
        _token_request(account_type, endpoint, exchange),
        _token_request(account_type, endpoint, renewal),
    )


def _token_request(
    account_type: AccountType, endpoint: str, parameters: Iterable[tuple[str, str | Secret]]
) -> Request:
    """Return a request to `token_endpoint`, with the client's credentials as `token_mode` says."""
    name = wire.scalar(account_type.text("client_id"))
    secret = Secret(wire.scalar(account_type.client_secret.reveal()))
    credentials = (("client_id", name), ("client_secret", secret))
    mode = account_type.text("token_mode")
    by_basic = mode == "basic"
    sent = sorted([*parameters, *(() if by_basic else credentials)], key=lambda pair: pair[0])
    basic = (name, secret) if by_basic else None
    return Request("GET" if mode == "get" else "POST", endpoint, tuple(sent), basic)
