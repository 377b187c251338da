"""Services with a scope syntax of their own, by the host of their login page.

[the services' own manuals of their OAuth logins]
"""

from __future__ import annotations

from manifest_lint.oauth.account_type import Given
from manifest_lint.oauth.endpoint import endpoint_of

_BY_COMMAS = (
    *("www.facebook.com", "www.strava.com", "account.withings.com", "slack.com", "www.tiktok.com"),
    *("www.instagram.com", "api.instagram.com", "www.pinterest.com", "link.tink.com"),
    *("connect.deezer.com", "todoist.com", "oauth.vk.com", ".myshopify.com"),
    *("accounts.zoho.com", "accounts.zoho.eu", "accounts.zoho.in", "accounts.zoho.jp"),
)
_OFFLINE, _EMAIL, _PROFILE = ("offline_access",), ("email",), ("profile",)
_WITHOUT_OPENID = (
    *((host, _OFFLINE) for host in ("login.microsoftonline.com", "auth.atlassian.com")),
    *((host, _OFFLINE) for host in ("login.xero.com", ".auth0.com", ".okta.com")),
    ("auth.truelayer.com", _OFFLINE),
    *((host, _PROFILE) for host in (".amazon.com", ".amazon.fr", ".amazon.co.uk", ".amazon.de")),
    *((host, _PROFILE) for host in ("www.fitbit.com", "login.uber.com")),
    *((host, _EMAIL) for host in ("discord.com", "appleid.apple.com", "cloud.ouraring.com")),
    *((host, _EMAIL) for host in ("www.facebook.com",)),
    ("accounts.google.com", ("profile", "email")),
    ("connect.deezer.com", ("email", "offline_access")),
)
"""Host, or its end, and the scopes that need no `openid` there."""


def separates_by_commas(account_types: Given, service_id: str) -> bool:
    """Return whether the service of an account type is known to separate scopes by commas."""
    hosts = _login_hosts(account_types, service_id)
    return any(_is_of(host, known) for host in hosts for known in _BY_COMMAS)


def without_openid(account_types: Given, service_id: str) -> set[str]:
    """Return the scopes named as in OpenID Connect that the service gives without `openid`."""
    hosts = _login_hosts(account_types, service_id)
    return {
        name
        for known, names in _WITHOUT_OPENID
        if any(_is_of(host, known) for host in hosts)
        for name in names
    }


def _login_hosts(account_types: Given, service_id: str) -> list[str]:
    own = account_types.named(service_id)
    return [url.host for one in own if (url := endpoint_of(one, "auth_endpoint"))]


def _is_of(host: str, known: str) -> bool:
    return host == known or (known.startswith(".") and host.endswith(known))
