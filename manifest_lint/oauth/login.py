"""A login that is really made: its requests are those of the flow model, with real values.

[cozy-stack model/account/type.go, web/accounts/oauth.go; the modules below]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from manifest_lint.cozy import go_url
from manifest_lint.document.go_json import fold
from manifest_lint.errors import UserError
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, is_aggregator, is_implicit
from manifest_lint.oauth.flow import Flow, flow
from manifest_lint.oauth.start import Session
from manifest_lint.oauth.token_request import Request


@dataclass(frozen=True)
class Login:
    """A login of a connector with an account type whose placeholders are filled in.

    `domain` is the instance's. The repr shows no values.
    """

    manifest: dict[str, Any]
    account_type: AccountType
    domain: str
    session: Session

    def __repr__(self) -> str:
        return "Login(***)"

    @property
    def authorize_url(self) -> str:
        """The URL that opens the login at the provider."""
        return self._flow().authorize_url or ""

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the user back."""
        return self._flow().redirect_uri or ""

    @property
    def asked_scope(self) -> str:
        """The scope that the provider is asked for, "" for none."""
        return self._flow().stack_scope

    def exchange(self, code: str) -> Request | None:
        """Return the request for a token; None if the connector makes it itself."""
        return self._flow(code=code).token_request

    def renewal(self, refresh_token: str) -> Request | None:
        """Return the request for a new token; None if the connector makes it itself."""
        return self._flow(refresh_token=refresh_token).refresh_request

    def sent_to(self, redirect_uri: str) -> Login:
        """Return the same login with another redirect URI."""
        value = {k: v for k, v in self.account_type.value.items() if fold(k) != "redirect_uri"}
        value["redirect_uri"] = redirect_uri
        return replace(self, account_type=self.account_type._replace(value=value))

    def _flow(self, **own: str) -> Flow:
        return flow(self.manifest, self.account_type, self.domain, replace(self.session, **own))


def refuse_what_stops(login: Login) -> None:
    """Raise UserError for a login that cannot be made, or that would stop on an instance."""
    account_type = login.account_type
    mode = account_type.grant_mode
    name = f"{account_type.document.name}: the account type {account_type.id}"
    if is_implicit(account_type):
        raise UserError(f"{name} has the grant mode {mode}, whose logins never end; see A002")
    if is_aggregator(account_type):
        raise UserError(f"{name} has the grant mode {mode}: only its aggregator can log in")
    if mode == "secret":
        raise UserError(f"{name} has the grant mode secret: there is no login, and no token")
    if not wire.is_oauth(login.manifest):
        raise UserError("the manifest has no `oauth`, so there is no login; run init --oauth")
    found = flow(login.manifest, account_type, login.domain, login.session)
    for stop in found.stops:
        raise UserError(f"{name}: the login stops: {stop.why}; see manifest-lint preview")
    if not go_url.parse(found.authorize_url or "").is_web:
        raise UserError(f"{name}: `auth_endpoint` is not a URL with http or https; correct it")
