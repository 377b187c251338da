"""X009: the scope that a service needs to give a refresh token."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_struct import field
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import asks_for_tokens
from manifest_lint.oauth.endpoint import endpoint_of
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, Finding, Fix, rule

_SCOPES = (
    ("login.microsoftonline.com", "/v2.0/", "offline_access"),
    (".auth0.com", "/", "offline_access"),
    (".okta.com", "/", "offline_access"),
    ("auth.atlassian.com", "/", "offline_access"),
    ("login.xero.com", "/", "offline_access"),
    ("twitter.com", "/i/oauth2/", "offline.access"),
    ("x.com", "/i/oauth2/", "offline.access"),
    ("api.prod.whoop.com", "/", "offline"),
)
"""Host or its end, a part of the path, and the scope that asks for a refresh token.

[the services' own manuals of their OAuth logins]
"""


@rule(
    "X009",
    "no-refresh-scope",
    severity=NOTE,
    defers_to=("S017",),
    compares=("account type", "auth_endpoint"),
)
def no_refresh_scope(connector: Connector) -> Iterator[Finding]:
    """The service gives a refresh token only if the scope asks for one.

    Without it the stack cannot renew the token: the connector works for an hour or so, and then the
    user must log in again.

    Bad: a connector for login.microsoftonline.com, version 2.0, with the scope "Files.Read"
    Good: the same with the scope "Files.Read offline_access"
    Source: the manuals of Atlassian, Auth0, Microsoft, Okta, WHOOP, X and Xero on their OAuth
    logins; cozy-stack model/account/type.go, RefreshAccount
    """
    if not wire.is_oauth(connector.value):
        return
    wanted = wire.javascript_text(wire.account_type_id(connector.value))
    texts = list(wire.texts_in(connector.value))
    written = " ".join(text for _, text in texts)
    scopes = set(written.replace("+", " ").replace(",", " ").split())
    for account_type in connector.account_types or ():
        url = endpoint_of(account_type, "auth_endpoint")
        if not url or account_type.service_id != wanted or not asks_for_tokens(account_type):
            continue
        extras = field(account_type.value, "extras")
        own: list[object] = [v for name, v in go_url.query_pairs(url.query) if name == "scope"]
        own += [extras.get("scope")] if isinstance(extras, dict) else []
        asked = scopes.union(*(scope.split() for scope in own if isinstance(scope, str)))
        for host, path, scope in _SCOPES:
            is_host = url.host == host or (host.startswith(".") and url.host.endswith(host))
            if is_host and path in url.path and scope not in asked:
                message = f"{url.host} gives a refresh token only with the scope `{scope}`"
                fix = Fix(f"add `{scope}` to the scope")
                at = ("oauth", "scope") if texts else ("oauth",)
                cause = texts[0][0] if texts else ()
                yield Finding(message, at, fix=fix, cause=cause)
                return
