"""The requests of a login for people to read: who sends what to whom, with remarks.

A remark says where a request is not as written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from manifest_lint.cozy import go_url
from manifest_lint.cozy.vocabulary import TOKEN_MODES
from manifest_lint.document.masking import shown_address, shown_parameter, shown_url
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, is_implicit
from manifest_lint.oauth.flow import Flow, StepName
from manifest_lint.oauth.hiding import shown_parts, shown_value
from manifest_lint.oauth.start import Session
from manifest_lint.oauth.token_request import Request
from manifest_lint.text.wording import quoted, short

BROWSER, STACK, PROVIDER = "Harvest", "stack", "provider"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as its receiver reads it; `remarks` say where that is not what was written."""

    name: str
    value: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a login: `address` is its URL without the query.

    `place` says where the parameters are, in the "query" or in the "body". `stops` are the reasons
    why the login stops here, if it does.
    """

    name: StepName
    sender: str
    receiver: str
    method: str
    address: str
    parameters: tuple[Parameter, ...]
    place: str = "query"
    headers: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()


def steps(
    manifest: dict[str, Any],
    account_type: AccountType | None,
    found: Flow,
    session: Session,
    *,
    are_given: bool,
) -> Iterator[Step]:
    """Yield the requests of a login, also those after the one at which it stops.

    `account_type` is the document that the stack finds, `found` the login with the requests that
    may be shown. `are_given` says whether there are any account types.
    """
    stops = {step: [stop.why for stop in found.stops if stop.step == step] for step in _STEPS}
    if not wire.is_oauth(manifest):
        stops["start"].insert(0, "Harvest does not open a login page: the manifest has no `oauth`")
    if not are_given:
        stops["lookup"] = ["no account types: pass their files with --account-types"]
    yield _start(manifest, found, (*stops["start"], *stops["lookup"]))
    if account_type is None or found.redirect_uri is None:
        return
    yield _authorize(account_type, found, tuple(stops["authorize"]))
    yield _redirect(account_type, found.redirect_uri, session, tuple(stops["redirect"]))
    yield _token(account_type, found.token_request, tuple(stops["token"]))
    if found.refresh_request:
        yield _request(found.refresh_request)


_STEPS: tuple[StepName, ...] = ("start", "lookup", "authorize", "redirect", "token")
_OWN_URI = (
    "no `redirect_uri` is registered: this is the instance's own, different for each user, and most"
    " providers refuse it"
)


def _start(manifest: dict[str, Any], found: Flow, stops: tuple[str, ...]) -> Step:
    """Return the step that opens the login, with remarks where its scope is."""
    url = found.request_url or found.start_url
    address, sent = shown_parts(url or "")
    about_scope = tuple(_scope_remarks(manifest, found))
    parameters = tuple(
        Parameter(name, value, about_scope if name == "scope" else ()) for name, value in sent
    )
    remarks = () if any(name == "scope" for name, _ in sent) else about_scope
    method = "GET" if url else ""
    return Step("start", BROWSER, STACK, method, address, parameters, remarks=remarks, stops=stops)


def _redirect(
    account_type: AccountType, uri: str, session: Session, stops: tuple[str, ...]
) -> Step:
    """Return the step back to the stack."""
    implicit = is_implicit(account_type)
    given = ("access_token", "ACCESS_TOKEN") if implicit else ("code", session.code)
    address, registered = shown_parts(uri)
    own = [(name, shown_parameter(name, value)) for name, value in registered]
    parameters = tuple(Parameter(*pair) for pair in (*own, given, ("state", session.state)))
    remarks = () if account_type.text("redirect_uri") else (_OWN_URI,)
    return Step(
        "redirect", PROVIDER, STACK, "GET", address, parameters, remarks=remarks, stops=stops
    )


def _scope_remarks(manifest: dict[str, Any], found: Flow) -> Iterator[str]:
    """Yield remarks if the stack reads other scopes than the manifest has, in a browser or not."""
    written, sent, on_mobile = wire.scope(manifest), found.stack_scope, found.mobile_scope
    if found.start_url is None:
        return
    if written is wire.ABSENT or written is None or written is False:
        yield "no scope is sent"
    elif sent.split(" ") != _tokens(written):
        says = short(json.dumps(written, ensure_ascii=False), 200)
        yield f"the manifest says {says}, but the stack reads {_named(sent)}"
    if on_mobile is None:
        yield "the mobile application opens no login, as it decodes this URL once more"
    elif on_mobile != sent:
        yield f"from the mobile application, which decodes once more, it reads {_named(on_mobile)}"


def _named(scope: str) -> str:
    return quoted(scope) if scope else "no scope"


def _tokens(scope: Any) -> list[str] | None:
    """Return the scopes that an author has written, None if one is not a string."""
    items = scope if isinstance(scope, list) else [scope]
    if not all(isinstance(item, str) for item in items):
        return None
    return [token for item in items for token in item.split()]


def _authorize(account_type: AccountType, found: Flow, stops: tuple[str, ...]) -> Step:
    """Return the step to the provider."""
    endpoint = account_type.text("auth_endpoint")
    if found.authorize_url is None:
        shown = shown_url(endpoint)
        return Step("authorize", STACK, PROVIDER, "GET" if shown else "", shown, (), stops=stops)
    address, sent = shown_parts(found.authorize_url)
    seen: set[str] = set()
    parameters = []
    for name, value in sent:
        remarks = []
        if name in seen:
            remarks.append("sent twice: the provider decides which one counts")
        if name in ("redirect_uri", "redirect_url") and not account_type.text("redirect_uri"):
            remarks.append(_OWN_URI)
        seen.add(name)
        parameters.append(Parameter(name, shown_parameter(name, value), tuple(remarks)))
    remarks = []
    if go_url.drops_pairs(go_url.parse(endpoint).query):
        remarks.append("part of `auth_endpoint`'s query is dropped: it has a `;` or a bad `%`")
    if not found.stack_scope and "scope" not in seen:
        remarks.append("no scope is asked for")
    return Step(
        "authorize",
        STACK,
        PROVIDER,
        "GET" if address else "",
        address,
        tuple(parameters),
        remarks=tuple(remarks),
        stops=stops,
    )


def _token(account_type: AccountType, request: Request | None, stops: tuple[str, ...]) -> Step:
    """Return the step that exchanges the code for a token."""
    mode = account_type.text("token_mode")
    if request is None:
        endpoint = account_type.text("token_endpoint")
        is_filled_in = endpoint and not stops
        method = "GET" if mode == "get" else "POST"
        remark = (
            "no `token_endpoint`: the stack passes client id and secret to the connector, which"
            " must exchange the code itself"
        )
        shown = shown_address(endpoint.partition("?")[0])
        return Step(
            "token",
            STACK,
            PROVIDER,
            method if is_filled_in else "",
            shown,
            (),
            remarks=() if endpoint else (remark,),
            stops=stops,
        )
    remarks = []
    if mode and mode not in TOKEN_MODES:
        remarks.append(f"`token_mode` {quoted(mode)} is unknown and read as `form`")
    if request.method == "GET":
        remarks.append("the client secret is in a URL, and servers log URLs")
        if "?" in request.endpoint:
            remarks.append("`token_endpoint` has a query, and a second `?` is sent after it")
    return replace(_request(request), remarks=tuple(remarks), stops=stops)


def _request(request: Request) -> Step:
    sent = tuple(Parameter(name, shown_value(value)) for name, value in request.parameters)
    headers = tuple(request.headers(shown_value).items())
    place = "query" if request.method == "GET" else "body"
    address = request.endpoint
    return Step("token", STACK, PROVIDER, request.method, address, sent, place, headers)
