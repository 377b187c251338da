"""The requests that the stack sends to `token_endpoint`: for a token, and later for a new one.

[cozy-stack model/account/type.go, RequestAccessToken and RefreshAccount; their runs]
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_struct import field
from manifest_lint.document.secret import Secret
from manifest_lint.oauth import wire
from manifest_lint.oauth.start import Session

if TYPE_CHECKING:
    from manifest_lint.oauth.account_type import AccountType

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the stack sends to the provider.

    `parameters` are in the order in which they are sent: in the URL of a GET, in the body of a
    POST. `basic` is client id and secret if they are sent as HTTP Basic, `user_info` the name and
    password of the endpoint, which Go sends as HTTP Basic otherwise. `accepts` is the header
    Accept. `url`, `body` and `headers` call `text_of` with each Secret and write what it returns.
    """

    method: Literal["GET", "POST"]
    endpoint: str
    parameters: tuple[tuple[str, str | Secret], ...]
    basic: tuple[str, Secret] | None = None
    user_info: Secret | None = None
    accepts: str = ""

    def url(self, text_of: Callable[[Secret], str]) -> str:
        """Return the URL. Raises go_url.RefusedURL if Go refuses it."""
        url = self.endpoint
        if self.method == "GET":
            # The stack does not check for a query in the endpoint: two `?` are sent.
            url += f"?{self._encoded(text_of)}"
        return go_url.as_requested(url)

    def body(self, text_of: Callable[[Secret], str]) -> str:
        """Return the body, empty for a GET."""
        return self._encoded(text_of) if self.method == "POST" else ""

    def headers(self, text_of: Callable[[Secret], str]) -> dict[str, str]:
        """Return the headers of a POST and of HTTP Basic, whose credentials are one Secret."""
        found = {}
        if self.method == "POST":
            found["Content-Type"] = FORM
        if self.accepts:
            found["Accept"] = self.accepts
        pair = self.user_info.reveal() if self.user_info else None
        if self.basic:
            name, secret = self.basic
            pair = f"{name}:{secret.reveal()}"
        if pair is not None:
            encoded = base64.b64encode(pair.encode(errors="surrogateescape")).decode()
            found["Authorization"] = f"Basic {text_of(Secret(encoded))}"
        return found

    def _encoded(self, text_of: Callable[[Secret], str]) -> str:
        return go_url.encode_query(
            (name, text_of(value) if isinstance(value, Secret) else value)
            for name, value in self.parameters
        )


def token_requests(
    account_type: AccountType, redirect_uri: str, session: Session
) -> tuple[Request, Request]:
    """Return the request for a token, and the one for its renewal, both as `token_mode` says.

    `redirect_uri` is the one in use on the instance. An unknown mode is read as `form`. Raises
    go_url.RefusedURL if Go refuses the endpoint.
    """
    exchange: list[tuple[str, str | Secret]] = [
        ("code", session.code),
        ("grant_type", "authorization_code"),
        ("nonce", session.nonce),
        ("redirect_uri", redirect_uri),
    ]
    if field(account_type.value, "skip_state_on_token") is not True:
        exchange.append(("state", session.state))
    renewal = [("grant_type", "refresh_token"), ("refresh_token", session.refresh_token)]
    mode = account_type.text("token_mode")
    return (
        _request(account_type, exchange, "" if mode == "get" else "application/json"),
        _request(account_type, renewal, "application/json" if mode == "basic" else ""),
    )


def revocation_request(account_type: AccountType, endpoint: str, token: str, hint: str) -> Request:
    """Return the request that ends a token; the stack never sends one.

    The credentials are sent as `token_mode` says, but in a form for `get`, which would put the
    token into a URL. `endpoint` is the provider's, `hint` the kind of token. [RFC 7009]
    """
    mode = "basic" if account_type.text("token_mode") == "basic" else "form"
    value = {**account_type.value, "token_endpoint": endpoint, "token_mode": mode}
    parameters = (("token", Secret(token)), ("token_type_hint", hint))
    return _request(account_type._replace(value=value), parameters, "application/json")


def _request(
    account_type: AccountType, parameters: Iterable[tuple[str, str | Secret]], accepts: str
) -> Request:
    """Return a request with the client's credentials where the token mode wants them."""
    endpoint = wire.scalar(account_type.text("token_endpoint"))
    name = wire.scalar(account_type.text("client_id"))
    secret = Secret(wire.scalar(account_type.client_secret.reveal()))
    mode = account_type.text("token_mode")
    in_header = mode == "basic"
    own = go_url.user_info(endpoint)
    credentials = () if in_header else (("client_id", name), ("client_secret", secret))
    return Request(
        "GET" if mode == "get" else "POST",
        endpoint,
        tuple(sorted([*parameters, *credentials], key=lambda pair: pair[0])),
        (name, secret) if in_header else None,
        Secret(":".join(own)) if own else None,
        accepts,
    )
