"""A015: what a service needs to give a refresh token."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_struct import field
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens
from manifest_lint.rules.base import NOTE, Finding, Fix, rule

_NEEDS = {
    "accounts.google.com": ("access_type", "offline"),
    "www.dropbox.com": ("token_access_type", "offline"),
    "www.reddit.com": ("duration", "permanent"),
    **dict.fromkeys(
        (
            *("accounts.zoho.com", "accounts.zoho.eu", "accounts.zoho.in", "accounts.zoho.jp"),
            *("accounts.zoho.sa", "accounts.zoho.com.au", "accounts.zoho.com.cn"),
            "accounts.zohocloud.ca",
        ),
        ("access_type", "offline"),
    ),
}
"""The parameter with which a service gives a refresh token, by the host of `auth_endpoint`.

[the services' own manuals of their OAuth logins]
"""


@rule("A015", "no-refresh-token", on="account type", severity=NOTE)
def no_refresh_token(account_type: AccountType) -> Iterator[Finding]:
    """The service gives a refresh token only if it is asked for one.

    Without it the stack cannot renew the token: the connector works for an hour or so, and then the
    user must log in again.

    Bad: {"auth_endpoint": "https://www.dropbox.com/oauth2/authorize", "token_endpoint": "$TOKENS"}
    Good: {"auth_endpoint": "https://www.dropbox.com/oauth2/authorize?token_access_type=offline"}
    Source: the manuals of Google, Dropbox, Reddit and Zoho on their OAuth logins; cozy-stack
    model/account/type.go, RefreshAccount
    """
    if not account_type.is_oauth or not asks_for_tokens(account_type):
        return
    try:
        url = go_url.parse(account_type.text("auth_endpoint"))
    except go_url.RefusedURL:
        return
    if url.host not in _NEEDS:
        return
    name, value = _NEEDS[url.host]
    extras = field(account_type.value, "extras")
    written = dict(go_url.query_pairs(url.query)) | (extras if isinstance(extras, dict) else {})
    if name not in written:
        message = f"{url.host} gives a refresh token only with `{name}={value}`"
        fix = Fix(f'write `"{name}": "{value}"` in `extras`')
        yield Finding(message, account_type.at("auth_endpoint"), fix=fix)
