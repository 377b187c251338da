"""A login for people to read: who sends what to whom, with remarks where it is not as written.

Everything here may be shown: secrets are masked, except placeholders.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from manifest_lint.cozy import go_url
from manifest_lint.cozy.domain import normalised
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.vocabulary import TOKEN_MODES
from manifest_lint.document.go_json import fold
from manifest_lint.document.masking import Hider, shown_address, shown_parameter, shown_url
from manifest_lint.document.secret import MASK, SECRET_KEYS, SHORTEST, Secret, is_placeholder
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, found_by_stack
from manifest_lint.oauth.flow import Flow, StepName, flow
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


@dataclass(frozen=True, slots=True)
class Preview:
    """A login of a connector on an instance, up to where it ends or stops.

    `account_type` is the document's id, None without one; `document` is the name of its file.
    """

    connector: str
    domain: str
    account_type: str | None
    document: str | None
    start_url: str | None
    request_url: str | None
    authorize_url: str | None
    steps: tuple[Step, ...]
    requests: tuple[Request, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the login stops before its end."""
        return any(step.stops for step in self.steps)


def preview(
    manifest: dict[str, Any],
    account_types: tuple[AccountType, ...],
    context: str = "",
    domain: str | None = None,
) -> Preview:
    """Return the login of a connector on an instance of a context, step by step.

    `account_types` are the documents of the stack. `domain` is the instance's; by default it is a
    subdomain of the one that the registered redirect URI names.
    """
    wanted = wire.javascript_text(wire.account_type_id(manifest))
    account_type = found_by_stack(account_types, wanted, context)
    domain = domain or _usual_domain(account_type)
    session = Session()
    hide = _hider(account_type)
    found = _with_shown_requests(flow(manifest, account_type, domain, session), hide)
    steps: list[Step] = []
    for step in _steps(manifest, account_type, found, session, are_given=bool(account_types)):
        steps.append(_without_secrets(step, hide))
        if step.stops:
            break
    requests = () if steps[-1].stops else (found.token_request, found.refresh_request)
    authorize = None if steps[0].stops else found.authorize_url
    return Preview(
        hide(wire.javascript_text(manifest.get("slug"))),
        hide(domain),
        hide(account_type.id) if account_type else None,
        account_type.document.name if account_type else None,
        hide(found.start_url),
        None if found.request_url is None else hide(found.request_url),
        None if authorize is None else hide(shown_url(authorize)),
        tuple(steps),
        tuple(request for request in requests if request),
    )


def _usual_domain(account_type: AccountType | None) -> str:
    """Return a domain for a preview: a subdomain of the registered one, if there is one."""
    try:
        host = urlsplit(account_type.text("redirect_uri")).netloc if account_type else ""
    except ValueError:  # no host name
        host = ""
    _, callback, found = host.rpartition("oauthcallback.")
    domain = normalised(found) if callback else None
    return f"alice.{domain}" if domain else "alice.cozy.example"


def _steps(
    manifest: dict[str, Any],
    account_type: AccountType | None,
    found: Flow,
    session: Session,
    *,
    are_given: bool,
) -> Iterator[Step]:
    stops = {step: [stop.why for stop in found.stops if stop.step == step] for step in _STEPS}
    start = found.request_url or found.start_url or ""
    address, sent = _parts(start)
    remarks = [_scope_remark(manifest, found.stack_scope)]
    if not wire.is_oauth(manifest):
        stops["start"].insert(0, "Harvest does not open a login page: the manifest has no `oauth`")
    if not are_given:
        stops["lookup"] = ["no account types: pass their files with --account-types"]
    yield Step(
        "start",
        BROWSER,
        STACK,
        "GET",
        address,
        tuple(
            Parameter(name, value, tuple(filter(None, remarks)) if name == "scope" else ())
            for name, value in sent
        ),
        remarks=() if any(name == "scope" for name, _ in sent) else tuple(filter(None, remarks)),
        stops=(*stops["start"], *stops["lookup"]),
    )
    if account_type is None or found.redirect_uri is None:
        return
    yield _authorize(account_type, found, tuple(stops["authorize"]))
    implicit = account_type.grant_mode.startswith("token")
    given = ("access_token", "ACCESS_TOKEN") if implicit else ("code", session.code)
    address, registered = _parts(found.redirect_uri)
    yield Step(
        "redirect",
        PROVIDER,
        STACK,
        "GET",
        address,
        tuple(
            Parameter(*pair)
            for pair in (*_shown_pairs(registered), given, ("state", session.state))
        ),
        remarks=() if account_type.text("redirect_uri") else (_OWN_URI,),
        stops=tuple(stops["redirect"]),
    )
    if implicit:
        return
    yield _token(account_type, found.token_request, tuple(stops["token"]))
    if found.refresh_request:
        yield _request(found.refresh_request)


_STEPS: tuple[StepName, ...] = ("start", "lookup", "authorize", "redirect", "token")
_OWN_URI = (
    "no `redirect_uri` is registered: this is the instance's own, different for each user, and most"
    " providers refuse it"
)


def _scope_remark(manifest: dict[str, Any], sent: str) -> str:
    """Return a remark if the stack reads other scopes than the manifest has; else empty."""
    written = wire.scope(manifest)
    if written is wire.ABSENT or written is None or written is False:
        return "no scope is sent"
    if sent.split(" ") == _tokens(written):
        return ""
    says = short(json.dumps(written, ensure_ascii=False), 200)
    return f"the manifest says {says}, but the stack reads {quoted(sent) if sent else 'no scope'}"


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
        return Step("authorize", STACK, PROVIDER, "GET", shown, (), stops=stops)
    address, sent = _parts(found.authorize_url)
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
        "GET",
        address,
        tuple(parameters),
        remarks=tuple(remarks),
        stops=stops,
    )


def _token(account_type: AccountType, request: Request | None, stops: tuple[str, ...]) -> Step:
    """Return the step that exchanges the code for a token."""
    if request is None:
        endpoint = account_type.text("token_endpoint")
        remark = (
            "no `token_endpoint`: the stack passes client id and secret to the connector, which"
            " must exchange the code itself"
        )
        shown = shown_address(endpoint.partition("?")[0])
        return Step(
            "token",
            STACK,
            PROVIDER,
            "",
            shown,
            (),
            remarks=() if endpoint else (remark,),
            stops=stops,
        )
    mode = account_type.text("token_mode")
    remarks = []
    if mode and mode not in TOKEN_MODES:
        remarks.append(f"`token_mode` {quoted(mode)} is unknown and read as `form`")
    if request.method == "GET":
        remarks.append("the client secret is in a URL, and servers log URLs")
        if "?" in request.endpoint:
            remarks.append("`token_endpoint` has a query, and a second `?` is sent after it")
    return replace(_request(request), remarks=tuple(remarks), stops=stops)


def _request(request: Request) -> Step:
    sent = tuple(Parameter(name, _shown(value)) for name, value in request.parameters)
    headers = tuple(request.headers(_shown).items())
    place = "query" if request.method == "GET" else "body"
    address = shown_endpoint(request)
    return Step("token", STACK, PROVIDER, request.method, address, sent, place, headers)


def shown_endpoint(request: Request) -> str:
    """Return the endpoint of a request with every value in its query masked: one may be a key."""
    address, query = _parts(go_url.with_query(request.endpoint, None))
    return "?".join(filter(None, (address, "&".join(f"{name}={MASK}" for name, _ in query))))


def _parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a URL up to its query, without user information, and the pairs that Go reads."""
    address, _, query = url.partition("#")[0].partition("?")
    return shown_address(address), list(go_url.query_pairs(query))


def _shown_pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, shown_parameter(name, value)) for name, value in pairs)


def _shown(value: str | Secret) -> str:
    """Return a value as it may be shown: a Secret is masked unless it is a placeholder."""
    if not isinstance(value, Secret):
        return value
    return value.reveal() if is_placeholder(value.reveal()) else MASK


def _hider(account_type: AccountType | None) -> Hider:
    """Return what masks an account type's secrets in other strings."""
    found = _secrets(account_type) if account_type else ()
    return Hider(
        secret for secret in found if len(secret) >= SHORTEST and not is_placeholder(secret)
    )


def _with_shown_requests(found: Flow, hide: Hider) -> Flow:
    """Return a login whose requests have only parameters that may be shown, and Secrets."""

    def shown(request: Request | None) -> Request | None:
        return request and replace(
            request,
            endpoint=shown_url(request.endpoint),
            parameters=tuple(
                (name, value if isinstance(value, Secret) else hide(shown_parameter(name, value)))
                for name, value in request.parameters
            ),
            basic=request.basic and (hide(request.basic[0]), request.basic[1]),
        )

    token, refresh = shown(found.token_request), shown(found.refresh_request)
    return replace(found, token_request=token, refresh_request=refresh)


def _without_secrets(step: Step, hide: Hider) -> Step:
    """Return a step with the secrets masked in all its parts."""
    return replace(
        step,
        address=hide(step.address),
        parameters=tuple(
            Parameter(hide(one.name), hide(one.value), tuple(map(hide, one.remarks)))
            for one in step.parameters
        ),
        remarks=tuple(map(hide, step.remarks)),
        stops=tuple(map(hide, step.stops)),
    )


def _secrets(account_type: AccountType) -> Iterator[str]:
    """Yield the client secret, and each value that is sent under the name of a secret.

    Such values are in `extras` and in the query of `auth_endpoint`.
    """
    if isinstance(field(account_type.value, "client_secret"), str):
        yield wire.scalar(account_type.client_secret.reveal())
    extras = field(account_type.value, "extras")
    pairs = list(extras.items()) if isinstance(extras, dict) else []
    pairs += _parts(account_type.text("auth_endpoint"))[1]
    yield from (
        wire.scalar(value)
        for name, value in pairs
        if isinstance(value, str) and fold(name) in SECRET_KEYS
    )
