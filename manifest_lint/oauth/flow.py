"""A whole login, request by request: what each party sends, and where and why it stops.

`wire` computes the scope and the redirect URI, `start` the URL that opens the login, and
`token_request` what the stack asks for at the end; this module follows the login through them, byte
for byte as Harvest, the browser and the stack do. docs/how-it-knows.md says where the three differ.
[the sources named in these modules; the data of their runs are replayed by
`python -m tests.conformance wire`]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_to_bytes

from manifest_lint.cozy import go_url, stack
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.go_json import members
from manifest_lint.document.secret import is_placeholder
from manifest_lint.oauth import redirect_uri, wire
from manifest_lint.oauth.account_type import is_implicit
from manifest_lint.oauth.endpoint import (
    are_swapped,
    endpoint_of,
    has_a_lost_query,
    is_filled_in,
    is_metadata,
    unusable,
)
from manifest_lint.oauth.required import is_missing, is_never_issued, refused_keys
from manifest_lint.oauth.start import PLACEHOLDERS, Session, mobile_url, request_url, start_url
from manifest_lint.oauth.token_request import Request, token_requests
from manifest_lint.text.wording import quoted, short

if TYPE_CHECKING:
    from manifest_lint.oauth.account_type import AccountType

StepName = Literal["start", "lookup", "authorize", "redirect", "token"]
"""Where a login can stop, in order: at Harvest's URL, when the stack looks up the account type, on
the way to the provider, on the way back, and when the code is exchanged."""

_METADATA = "`{}` is a document about the service"


@dataclass(frozen=True, slots=True)
class Stop:
    """The step at which a login stops, and why."""

    step: StepName
    why: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One login, as far as it can be computed beforehand.

    `start_url` is the string that Harvest opens, None if it throws, `request_url` the URL that the
    browser makes of it, `stack_scope` the scope that the stack reads there. `mobile_url` is the URL
    that the mobile application requests in its place, None if it opens none, and `mobile_scope` the
    scope that the stack reads there, None if the login does not start there.

    The fields after these are None once the login has stopped, and without an account type; but
    `authorize_url` is also there if the stack redirects to it and the user's browser, or the
    provider, refuses it. `stops` has every reason, in order. If the connector exchanges the code
    itself, `token_request` is None too, and so is each request to an endpoint that Go refuses until
    a program fills it in.
    """

    start_url: str | None
    request_url: str | None
    stack_scope: str
    mobile_url: str | None
    mobile_scope: str | None
    redirect_uri: str | None
    authorize_url: str | None
    token_request: Request | None
    refresh_request: Request | None
    stops: tuple[Stop, ...]


def flow(
    manifest: dict[str, Any],
    account_type: AccountType | None,
    domain: str,
    session: Session = PLACEHOLDERS,
) -> Flow:
    """Return the login of a connector on an instance.

    `account_type` is the document that the stack finds there, None if it finds none; `domain` is
    the instance's, with its port if it has one.
    """
    stops: list[Stop] = []
    start, requested, on_mobile = _opened(manifest, domain, session, stops)
    uri = authorize = token = refresh = None
    if account_type is None:
        stops.append(Stop("lookup", "the stack has no account type with this id"))
    elif any(stack.account_type_refusals(account_type.value)):
        stops.append(Stop("lookup", "the stack cannot decode the account type"))
    elif refused := refused_keys(account_type):
        key, reason = next(iter(refused.items()))
        stops.append(Stop("lookup", f"CouchDB does not store it for `{short(key)}`: {reason}"))
    else:
        uri = wire.scalar(wire.redirect_uri(account_type, domain))
        try:
            scope = wire.sent_bytes(manifest)
            authorize = authorize_url(account_type, domain, scope, session)
        except CannotStart as error:
            stops.append(Stop("authorize", str(error)))
        else:
            stops += _never_logged_in(account_type)
            if why := _lost_on_its_way_back(account_type, uri, domain):
                stops.append(Stop("redirect", why))
        if account_type.text("token_endpoint"):
            token, refresh = _exchange(account_type, uri, session, stops)
        stops += (Stop("token", why) for why in _not_the_client(account_type, "client_secret"))
    return Flow(
        start,
        requested,
        wire.sent_scope(manifest),
        on_mobile,
        wire.mobile_scope(manifest),
        uri,
        authorize,
        token,
        refresh,
        tuple(stops),
    )


def _opened(
    manifest: dict[str, Any], domain: str, session: Session, stops: list[Stop]
) -> tuple[str | None, str | None, str | None]:
    """Return the string that Harvest opens, and the URLs that a browser and the mobile app request.

    What stops the login in a browser is added to `stops`.
    """
    name = wire.javascript_text(wire.account_type_id(manifest))
    try:
        start = start_url(manifest, domain, session)
    except ValueError:
        stops.append(Stop("start", "Harvest throws: it cannot decode a `%` in the id"))
        return None, None, None
    requested = request_url(start)
    if requested is None:
        stops.append(Stop("start", "the browser does not accept the start URL"))
        return start, None, None
    if not wire.reaches_its_route(name):
        stops.append(Stop("start", "the account type's id cannot be a segment of a URL's path"))
    try:
        return start, requested, request_url(mobile_url(start, session))
    except ValueError:
        return start, requested, None


class CannotStart(ValueError):
    """The stack does not make an authorize URL for this login; the message says why."""


def authorize_url(
    account_type: AccountType,
    domain: str,
    scope: str,
    session: Session = PLACEHOLDERS,
) -> str | None:
    """Return the URL to which the stack sends a user to log in at the provider.

    The endpoint's own query comes first, without what Go drops. It is None if Go refuses an
    endpoint that is still filled in. Raises CannotStart.
    """
    endpoint = wire.scalar(account_type.text("auth_endpoint"))
    mode = account_type.grant_mode
    if mode not in GRANT_MODES or mode == "secret":
        raise CannotStart(f"the stack does not start a login in the grant mode {quoted(mode)}")
    try:
        query = go_url.parse(endpoint).query
        pairs = [*go_url.query_bytes(query), *_added(account_type, domain, scope, session)]
        return go_url.with_query(endpoint, go_url.encode_query(pairs))
    except go_url.RefusedURL as error:
        if is_filled_in(account_type, "auth_endpoint"):
            return None
        raise CannotStart(f"Go refuses `auth_endpoint`: {error}") from None


def _never_logged_in(account_type: AccountType) -> Iterator[Stop]:
    """Yield why no user logs in at the URL to which the stack redirects, whatever it is."""
    name = "auth_endpoint"
    url = endpoint_of(account_type, name)
    if gap := is_missing(account_type, name):
        why = "the browser is sent to the start page again and again"
        yield Stop("authorize", f"{why}: `{name}` {gap}")
    elif why := unusable(account_type, name):
        yield Stop("authorize", f"the browser does not reach the login page: {why}")
    elif is_metadata(url):
        yield Stop("authorize", f"the provider has no login page there: {_METADATA.format(name)}")
    elif are_swapped(url, endpoint_of(account_type, "token_endpoint")):
        why = "`auth_endpoint` and `token_endpoint` are swapped"
        yield Stop("authorize", f"the provider has no login page there: {why}")
    yield from (Stop("authorize", why) for why in _not_the_client(account_type, "client_id"))


def _not_the_client(account_type: AccountType, name: str) -> Iterator[str]:
    """Yield why the provider does not accept the client id or secret."""
    if gap := is_missing(account_type, name):
        yield f"the provider refuses the client: `{name}` {gap}"
    elif is_never_issued(account_type.text(name)):
        yield f"the provider refuses the client: `{name}` has characters that do not belong to it"


def _added(
    account_type: AccountType, domain: str, scope: str, session: Session
) -> Iterator[tuple[str, str]]:
    """Yield the parameters that the stack adds to the authorize URL."""
    uri = wire.scalar(wire.redirect_uri(account_type, domain))
    values = {
        "scope": scope,
        "state": session.state,
        "response_type": "token" if is_implicit(account_type) else "code",
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


def _lost_on_its_way_back(account_type: AccountType, uri: str, domain: str) -> str | None:
    """Return why a login ends when a user returns to a redirect URI, None if it goes on."""
    if is_implicit(account_type):
        on_instance = re.match(f"https?://{re.escape(domain)}(?![^/?#])", uri)
        return _IMPLICIT_ON_INSTANCE if on_instance else _IMPLICIT
    written = account_type.text("redirect_uri")
    if key := redirect_uri.unread_key(account_type):
        return f"{_NOT_REGISTERED}: the stack does not read `{short(key)}`"
    if not redirect_uri.is_sent(account_type):
        return None  # the provider has one of its own
    if why := redirect_uri.unfilled(account_type):
        return f"{_NOT_REGISTERED}: {why}"
    if is_placeholder(written) or go_url.is_template(written):
        path = redirect_uri.path_after_placeholder(account_type)
        wanted = wire.redirect_path(account_type.service_id)
        return _NO_ROUTE if path and account_type.id and path != wanted else None
    if written and (why := redirect_uri.unusable(written)):
        return f"{_NOT_REGISTERED}: {why}"
    found = re.fullmatch(r"[^/?#]*//[^/?#]*/accounts/([^/?#]*)/redirect", uri.split("?", 1)[0])
    if not found:
        return _NO_ROUTE
    service = unquote_to_bytes(found[1]).decode(errors="replace")
    if service != account_type.service_id:
        wanted = account_type.service_id
        return f"the stack refuses it as a bad state: the redirect URI does not name `{wanted}`"
    return None


_NO_ROUTE = "the redirect URI does not lead to the stack's route for logins"
_NOT_REGISTERED = "the provider does not know the redirect URI"

# [cozy-stack web/accounts/oauth.go, redirect; RFC 6749 section 4.2.2]
_IMPLICIT = (
    "a token in the query is refused on a host that is not an instance, and one in the fragment"
    " reaches no server"
)
_IMPLICIT_ON_INSTANCE = (
    "Harvest waits for a state that the stack does not send back with a token in the query, and one"
    " in the fragment reaches no server"
)


def _exchange(
    account_type: AccountType, uri: str, session: Session, stops: list[Stop]
) -> tuple[Request | None, Request | None]:
    """Return the requests to `token_endpoint`, None for each if Go refuses that.

    What stops the login there is added to `stops`.
    """
    is_later = is_filled_in(account_type, "token_endpoint")
    try:
        url = go_url.parse(wire.scalar(account_type.text("token_endpoint")))
    except go_url.RefusedURL as error:
        if not is_later:
            stops.append(Stop("token", f"Go refuses `token_endpoint`: {error}"))
        return None, None
    endpoint = endpoint_of(account_type, "token_endpoint")
    if is_later:
        pass  # its request is shown as it is written
    elif not url.is_web:
        stops.append(Stop("token", "`token_endpoint` is not an absolute URL with http or https"))
    elif why := unusable(account_type, "token_endpoint"):
        stops.append(Stop("token", f"the stack does not reach the provider: {why}"))
    elif is_metadata(endpoint):
        what = _METADATA.format("token_endpoint")
        stops.append(Stop("token", f"the provider gives no token there: {what}"))
    elif endpoint and has_a_lost_query(account_type, endpoint):
        stops.append(Stop("token", "the provider finds no client id after the second `?`"))
    return token_requests(account_type, uri, session)
