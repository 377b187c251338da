"""A011 to A013, A015: what a grant mode, and a refresh token, need besides a login's keys."""

from __future__ import annotations

import json
from collections.abc import Iterator

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_struct import field
from manifest_lint.document.secret import bare
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens, is_aggregator
from manifest_lint.oauth.names import written_as
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import listed, quoted


@rule("A011", "secret-missing", on="account type", severity=WARNING, defers_to=("A001",))
def secret_missing(account_type: AccountType) -> Iterator[Finding]:
    """A grant mode with a secret has no `secret`.

    The stack passes `secret` to the connector, which gets null here. Without a secret, leave out
    `+secret`.

    Bad: {"grant_mode": "authorization_code+secret", "slug": "x"}
    Good: {"grant_mode": "authorization_code+secret", "slug": "x", "secret": "$SECRET"}
    Source: cozy-stack model/account/type.go, HasSecretGrant, and worker/exec/konnector.go; their
    runs
    """
    if not account_type.has_secret_grant or field(account_type.value, "secret") is not None:
        return
    cause = written_as(account_type, "secret")
    mode = quoted(account_type.grant_mode)
    message = f"`secret` {account_type.gap('secret')}: the grant mode {mode} passes it on"
    yield Finding(message, account_type.at("secret"), cause=cause)


@rule("A012", "aggregator-endpoints", on="account type", severity=WARNING, defers_to=("A001",))
def aggregator_endpoints(account_type: AccountType) -> Iterator[Finding]:
    """An aggregator's account type has no page to reconnect or to manage accounts.

    Harvest sends users there when a bank asks for their consent again, or when they want to change
    an account. Without the endpoint the stack's page sends them to itself again, until the browser
    gives up.

    Bad: {"grant_mode": "bi_webview"}
    Good: {"grant_mode": "bi_webview", "manage_endpoint": "https://b.fr", "reconnect_endpoint": "https://b.fr"}
    Source: cozy-stack model/account/type.go, MakeManageURL and MakeReconnectURL, and
    web/accounts/oauth.go; their runs
    """
    if not is_aggregator(account_type):
        return
    names = ("reconnect_endpoint", "manage_endpoint")
    if missing := [name for name in names if not account_type.text(name)]:
        message = f"{listed([f'`{name}`' for name in missing])} missing: users cannot"
        message += f" {' or '.join(name.removesuffix('_endpoint') for name in missing)} accounts"
        yield Finding(
            message, account_type.at(missing[0]), cause=written_as(account_type, missing[0])
        )


@rule("A013", "client-white-space", on="account type", refused_by="login", fix="unsafe")
def client_white_space(account_type: AccountType) -> Iterator[Finding]:
    """There is white space or an invisible character around the client id or secret.

    The stack sends it to the provider, which knows the value without it and refuses every login.
    Values that are copied from a page or a file often have some.

    Bad: {"client_id": "ID "}
    Good: {"client_id": "ID"}
    Source: cozy-stack model/account/type.go; its runs
    """
    if not account_type.is_oauth:
        return
    for name in ("client_id", "client_secret"):
        written = account_type.text(name)
        kept = bare(written)
        if written and not kept:
            yield Finding(f"`{name}` is only white space", account_type.at(name))
        if not kept or kept == written:
            continue
        at_start, at_end = not written.startswith(kept), not written.endswith(kept)
        where = " and ".join(["starts"] * at_start + ["ends"] * at_end)
        message = f"`{name}` {where} with white space or an invisible character"
        pointer = account_type.at(name)
        # What is written in place of a secret would be shown.
        edits = (Edit(json.dumps(kept), pointer),) if name == "client_id" else ()
        yield Finding(message, pointer, fix=Fix("remove it", False, edits))


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
