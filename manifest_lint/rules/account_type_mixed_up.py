"""A014 and A016: one value of an account type in place of another."""

from __future__ import annotations

import json
from collections.abc import Iterator

from manifest_lint.cozy.go_url import GoURL
from manifest_lint.document.secret import looks_real, variable
from manifest_lint.finding import Severity
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.endpoint import (
    are_swapped,
    endpoint_of,
    is_for_logins,
    is_for_tokens,
    is_metadata,
    path_of,
)
from manifest_lint.rules.base import WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import short

_ENDPOINTS = ("auth_endpoint", "token_endpoint")


@rule(
    "A014",
    "endpoint-mixed-up",
    on="account type",
    refused_by="login",
    fix="unsafe",
    defers_to=("A004",),
)
def endpoint_mixed_up(account_type: AccountType) -> Iterator[Finding]:
    """An endpoint is not the one that its key is for.

    Users log in at `auth_endpoint`, and the stack asks `token_endpoint` for tokens; a document
    below `/.well-known/` only lists them. It is a warning if only one of the two looks like
    another, or if they are the same, as they are for a few services.

    Bad: {"auth_endpoint": "https://provider.example/.well-known/openid-configuration"}
    Good: {"auth_endpoint": "https://provider.example/authorize"}
    Source: RFC 6749 section 3; RFC 8414 section 3; OpenID Connect Discovery 1.0 section 4; RFC
    7009; RFC 7662; RFC 8628; OpenID Connect Core 1.0 section 5.3; runs with a certified provider
    """
    if not account_type.is_oauth:
        return
    urls = {name: endpoint_of(account_type, name) for name in _ENDPOINTS}
    found = {name: url for name, url in urls.items() if url}
    is_known = False
    for name, url in found.items():
        if is_metadata(url):
            message = f"`{name}` is a document about the service: write the endpoint that it lists"
            yield Finding(message, account_type.at(name))
        elif what := _OF_OTHERS.get(path_of(url).rpartition("/")[2]):
            message = f"`{name}` looks like the one {what}"
            why = "No login finishes without the right endpoint."
            yield Finding(message, account_type.at(name), severity=WARNING, why=why)
        else:
            continue
        is_known = True
    if is_known or len(found) < 2:
        return
    login, tokens = found.values()
    severity: Severity | None = WARNING
    at, fix = account_type.at("auth_endpoint"), None
    if _place(login) == _place(tokens):
        message = "`auth_endpoint` and `token_endpoint` are the same"
    elif are_swapped(login, tokens):
        message = "`auth_endpoint` and `token_endpoint` are swapped"
        severity, fix = None, _swapped(account_type, "auth_endpoint", "token_endpoint")
    elif is_for_tokens(login):
        message = "`auth_endpoint` looks like the one for tokens, but users log in there"
    elif is_for_logins(tokens):
        message = "`token_endpoint` looks like the one for logins"
        at = account_type.at("token_endpoint")
    else:
        return
    yield Finding(message, at, severity=severity, fix=fix)


_OF_OTHERS = {
    **dict.fromkeys(("userinfo", "user_info"), "that describes the user"),
    **dict.fromkeys(("revoke", "revocation"), "that revokes tokens"),
    **dict.fromkeys(("introspect", "introspection"), "that says whether a token is valid"),
    **dict.fromkeys(("logout", "signout", "end_session", "endsession"), "where users log out"),
    **dict.fromkeys(("jwks", "jwks.json", "certs", "keys"), "that lists the service's keys"),
    **dict.fromkeys(("device_authorization", "device_code"), "for devices without a browser"),
}
"""What an endpoint is for, by the last step of its path, in small letters."""


def _place(url: GoURL) -> tuple[str, str]:
    """Return host and path: a slash at the end and a query may differ at the same endpoint."""
    return url.host, url.path.rstrip("/")


def _swapped(account_type: AccountType, one: str, other: str) -> Fix:
    """Return a fix that swaps two values; only in words if one may have a secret in it."""
    first, second = account_type.text(one), account_type.text(other)
    edits = (
        Edit(json.dumps(second), account_type.at(one)),
        Edit(json.dumps(first), account_type.at(other)),
    )
    may_hold_secret = any(mark in first + second for mark in "?@;")
    return Fix("write each in place of the other", False, () if may_hold_secret else edits)


@rule("A016", "client-mixed-up", on="account type", severity=WARNING, fix="unsafe")
def client_mixed_up(account_type: AccountType) -> Iterator[Finding]:
    """The client id and the client secret are the same, or swapped.

    The provider refuses every login. The client id is in the URL of the login page, so a secret in
    its place is also in every user's browser history.

    Bad: {"client_id": "$MAIF_CLIENT_ID", "client_secret": "$MAIF_CLIENT_ID"}
    Good: {"client_id": "$MAIF_CLIENT_ID", "client_secret": "$MAIF_CLIENT_SECRET"}
    Source: RFC 6749 sections 2.2, 2.3.1 and 4.1.1
    """
    if not account_type.is_oauth:
        return
    client, secret = account_type.text("client_id"), account_type.text("client_secret")
    names = variable(client).upper(), variable(secret).upper()
    pointer = account_type.at("client_id")
    if client and client == secret and (names[0] or looks_real(client)):
        message = "`client_id` and `client_secret` are the same"
        yield Finding(message, account_type.at("client_secret"))
        return
    is_secret = names[0].endswith("SECRET")
    is_id = names[1].endswith(("_ID", "CLIENTID")) and "SECRET" not in names[1]
    if is_secret and is_id:
        fix = _swapped(account_type, "client_id", "client_secret")  # the names of variables
        yield Finding("`client_id` and `client_secret` are swapped", pointer, fix=fix)
    elif is_secret:
        yield Finding(f"`client_id` is the variable of a secret: {short(names[0])}", pointer)
    elif is_id:
        message = f"`client_secret` is the variable of an id: {short(names[1])}"
        yield Finding(message, account_type.at("client_secret"))
