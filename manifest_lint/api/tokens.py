"""Log in at a connector's provider as the stack does, and keep the developer's token."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, NamedTuple

from manifest_lint.api.attempt import Attempt, Options
from manifest_lint.api.errors import shown_errors
from manifest_lint.cozy import go_url
from manifest_lint.errors import UserError
from manifest_lint.files.alone import alone_in
from manifest_lint.network.token_endpoint import send
from manifest_lint.oauth import fields
from manifest_lint.oauth.logged_in import LoggedIn
from manifest_lint.oauth.login import Login, refuse_what_stops
from manifest_lint.oauth.return_url import is_state, returned
from manifest_lint.oauth.tokens import Refused, Tokens, tokens_in
from manifest_lint.project.developer import Developer, developer_in

__all__ = ["Options", "Page", "login", "renew"]

_NOT_PROVED = "the redirect URI of production was not tried; login without --loopback does that"


class Page(NamedTuple):
    """Where a person logs in: open `authorize_url` in a browser, and return where it ends.

    Without `wait`, the person copies the URL of the page that they are sent back to, which starts
    with `redirect_uri`; else call `wait` with a number of seconds. `may_leave` is whether that page
    may lead on to another one, as an instance's does.
    """

    authorize_url: str
    redirect_uri: str
    may_leave: bool
    wait: Callable[[int], str] | None

    def __repr__(self) -> str:
        return "Page(***)"


@shown_errors
def login(options: Options, come_back: Callable[[Page], str]) -> LoggedIn:
    """Log in with exactly the requests of the stack, and write what the connector is handed.

    `come_back` is given the page, and returns the URL at which the provider sends the person back.
    If the provider refuses, what is returned says so. Raises UserError, and writes nothing, for
    what stops the login in a preview, for a configuration that may not be written, and if there is
    no answer.
    """
    attempt = Attempt(options)
    if not options.check_only:
        developer_in(attempt.folder)  # before a person logs in for nothing
    refuse_what_stops(attempt.login)
    made = attempt.login
    with ExitStack() as stack:
        wait = None
        if options.loopback is not None:
            made, wait = _on_loopback(made, options.loopback, stack)
        start = f"https://oauthcallback.{made.domain}/"
        may_leave = bool(options.domain) and made.redirect_uri.lower().startswith(start)
        url = come_back(Page(made.authorize_url, made.redirect_uri, may_leave, wait))
    request = "authorize"
    try:
        query = returned(url, made.redirect_uri, made.session.state, made.authorize_url)
        attempt.learns(*query["code"])
        exchange = made.exchange(query["code"][0])
        if exchange is None:
            found = attempt.unexchanged(made)
            values = fields.without_exchange(made.account_type, query)
            return _written(found, attempt, values)
        request = "token"
        answer = send(attempt.sends(exchange), options.environment)
        tokens = tokens_in(answer.status, answer.body)
    except Refused as refused:
        return attempt.refused(request, refused, made)
    attempt.learns(tokens.access_token, tokens.refresh_token)
    now = options.now()
    found = attempt.granted(made, tokens, now, answer)
    if options.loopback is not None:
        found = replace(found, remarks=(*found.remarks, _NOT_PROVED))
    if options.check_only:
        from manifest_lint.api.revocation import revoked  # only for a check

        ended = revoked(made.account_type, tokens, options.environment)
        return replace(found, revoked=attempt.hide(ended))
    return _written(found, attempt, fields.of_login(tokens, now))


@shown_errors
def renew(options: Options, within: float | None = None) -> LoggedIn:
    """Renew the stored token as the stack does, and write what comes back.

    With `within`, only a token that expires within these seconds is renewed. Returns and raises as
    `login`.
    """
    attempt = Attempt(options)
    with alone_in(attempt.folder):  # a refresh token may be used once: another run waits for ours
        return _renewed(attempt, within)


def _renewed(attempt: Attempt, within: float | None) -> LoggedIn:
    options, developer = attempt.options, developer_in(attempt.folder)
    if within is not None and (valid := _left(developer, options.now())) > within:
        until = str(developer.fields.get("expires_at"))
        left = None if valid == float("inf") else int(valid)
        return LoggedIn(attempt.hide(attempt.name), "", "", lifetime=left, expires_at=until)
    token = developer.fields.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise UserError(f"{developer.path}: has no `refresh_token`; run login without --renew")
    attempt.learns(token)
    made = attempt.login
    refuse_what_stops(made)
    request = made.renewal(token)
    if request is None:
        what = "without `token_endpoint` the connector renews its token itself"
        raise UserError(f"{made.account_type.document.name}: {what}; run login without --renew")
    try:
        answer = send(attempt.sends(request), options.environment)
        tokens = tokens_in(answer.status, answer.body, renewal=True)
    except Refused as refused:
        return attempt.refused("renewal", refused, made)
    attempt.learns(tokens.access_token, tokens.refresh_token)
    now = options.now()
    found = attempt.granted(made, tokens, now, answer)
    remarks = [*found.remarks, *_kept(tokens, developer)]
    found = replace(found, is_renewal=True, has_refresh_token=True, remarks=tuple(remarks))
    return _written(found, attempt, fields.of_renewal(tokens, now))


def _kept(tokens: Tokens, developer: Developer) -> Iterator[str]:
    """Yield what a renewal has not changed."""
    if not tokens.access_token:
        yield "the answer has no `access_token`: the old one stays, as on the stack"
    if not tokens.expires_in and "expires_at" in developer.fields:
        yield "the answer has no `expires_in`: `expires_at` stays as it was, as on the stack"


def _on_loopback(login: Login, port: int, stack: ExitStack) -> tuple[Login, Callable[[int], str]]:
    """Return a login that comes back to a port of this machine, and what waits for it."""
    from manifest_lint.network import loopback  # only for --loopback

    made = login.sent_to(f"http://{loopback.HOST}:{port}{loopback.PATH}")

    def accepts(query: str) -> bool:
        return is_state(go_url.query_bytes(query), made.session.state)

    return made, stack.enter_context(loopback.Listener(port, accepts)).wait


def _left(developer: Developer, now: float) -> float:
    """Return for how many seconds the stored token is valid; infinity if it does not expire.

    Raises UserError if the configuration does not say it in RFC 3339.
    """
    until = developer.fields.get("expires_at")
    if until in (None, fields.NEVER):
        return float("inf") if developer.fields.get("access_token") else 0
    ends = fields.seconds_of(until) if isinstance(until, str) else None
    if ends is None:
        what = "`expires_at` is not a time such as 2026-01-31T12:00:00Z"
        raise UserError(f"{developer.path}: {what}; run login again")
    return ends - now


def _written(found: LoggedIn, attempt: Attempt, values: Mapping[str, Any]) -> LoggedIn:
    """Write fields to the configuration, and return their names with what was found."""
    if attempt.options.check_only:
        return found
    values = dict(values)
    if not attempt.options.keep_refresh_token:
        values["refresh_token"] = None
    with alone_in(attempt.folder):
        developer = developer_in(attempt.folder)  # as it is now: a login takes minutes
        before = developer.fields
        developer.write(values)
    remarks = list(found.remarks)
    if developer.has_comments:
        remarks.append(f"{developer.path} has comments, on which standalone mode crashes")
    return replace(
        found,
        file=str(developer.path),
        written=tuple(name for name, value in values.items() if value is not None),
        removed=tuple(name for name, value in values.items() if value is None and name in before),
        remarks=tuple(remarks),
    )
