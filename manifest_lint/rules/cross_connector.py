"""X: between the manifest and the account types."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import asks_for_tokens
from manifest_lint.oauth.endpoint import endpoint_of
from manifest_lint.project.connector import Connector
from manifest_lint.project.keys import written_as
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, quoted, shown


@rule(
    "X001",
    "no-account-type",
    refused_by="login",
    defers_to=("S012", "M001", "M002"),
    compares=("account type", "_id"),
)
def no_account_type(connector: Connector) -> Iterator[Finding]:
    """No account type has the id that the connector asks for.

    Harvest sends the user to `/accounts/<id>/start`, where the id is `oauth.account_type` or, if
    that is missing, the slug. The stack finds no account type with that id, and the login page
    fails.

    Bad: an OAuth connector "x", given only the account type "y"
    Good: an OAuth connector "x", given the account type "x"
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js; cozy-stack
    web/accounts/oauth.go
    """
    manifest = connector.value
    # A file that is broken or empty has none either: then it is not known which there are.
    if not connector.account_types or not wire.is_oauth(manifest):
        return
    named = isinstance(manifest.get("oauth"), dict) and "account_type" in manifest["oauth"]
    pointer = ("oauth", "account_type") if named else ("slug",)
    written = wire.account_type_id(manifest)
    if not named and (not isinstance(written, str) or not written):
        yield Finding("the slug is missing: without it, no account type can be found", pointer)
        return
    wanted = wire.javascript_text(written)
    ids = connector.given.by_service_id
    # The id of a single document may be only in the URL that it is sent to.
    unnamed = any(not one.id and not one.pointer for one in connector.given.named(""))
    if wanted in ids or unnamed:
        return
    near = nearest(wanted, ids)
    likely = near or (next(iter(ids)) if len(ids) == 1 else "")
    fix = None
    if likely and named:
        which = "nearest" if near else "only"
        fix = Fix(f"write {quoted(likely)}, the {which} account type, or add one with this id")
    elif likely:
        fix = Fix(
            f"write {quoted(likely)} as `oauth.account_type`, or add an account type with the slug"
            " as its id"
        )
    yield Finding(f"no account type has the id {quoted(wanted)}", pointer, fix=fix)


@rule("X007", "account-types-not-found", severity=NOTE, defers_to=("M019",))
def account_types_not_found(connector: Connector) -> Iterator[Finding]:
    """An OAuth connector was checked without any account type.

    Most mistakes that stop a login are in the account type or between it and the manifest: grant
    mode, endpoints, redirect URI, id. None of these could be checked.

    Bad: a folder with an OAuth connector, without a file of account types
    Good: the same folder with account-types-def.json
    Source: the platform's tutorial on OAuth connectors
    """
    if connector.lacks_account_types:
        message = "`oauth` was checked alone: no account type was found"
        fix = Fix("pass its file with --account-types, or write account-types-def.json here")
        yield Finding(message, ("oauth",), "key", fix=fix)


@rule(
    "X008",
    "account-type-not-slug",
    refused_by="run",
    defers_to=("S012", "X001"),
    compares=("account type", "_id"),
)
def account_type_not_slug(connector: Connector) -> Iterator[Finding]:
    """The type of accounts is not the slug, and `on_delete_account` is never run.

    The stack takes an account's type for the slug of its connector: it runs the script of another
    one, or deleting a whole Cozy fails where none has this slug, and a repair of orphans fails too
    or removes the accounts. Without `on_delete_account` it is a warning, and where only the account
    type of a context, such as `ctx/x`, gives accounts another type.

    Bad: {"oauth": {"account_type": "y", "scope": ["read"]}, "on_delete_account": "onDelete.js"}
    Good: {"oauth": {"scope": ["read"]}, "on_delete_account": "onDelete.js"}
    Source: cozy-stack model/account/accounts.go, model/instance/lifecycle/destroy.go and
    web/instances/fixers.go; their runs
    """
    manifest = connector.value
    block, slug = manifest.get("oauth"), manifest.get("slug")
    if not isinstance(block, dict) or not isinstance(slug, str) or not slug:
        return
    named = block.get("account_type", slug)
    if named == slug:
        yield from _of_a_context(connector, slug)
    if not isinstance(named, str) or not named or named == slug:
        return
    pointer = ("oauth", "account_type")
    message = f"the account type {quoted(named)} is not the slug {quoted(slug)}"
    fix = Fix("use the slug as the account type's id, and remove this key")
    # Misspelt, if there is one with the slug: X001 says so, and the slug repairs both.
    is_misspelt = bool(connector.given.named(slug))
    cause = () if wire.reaches_its_route(named) and not is_misspelt else pointer
    if manifest.get("on_delete_account"):
        yield Finding(f"`on_delete_account` is never run: {message}", pointer, fix=fix, cause=cause)
    else:
        why = (
            "The stack takes an account's type for the slug of its connector. If none is published"
            " under that name, deleting a whole Cozy fails; else a repair of orphans removes the"
            " accounts."
        )
        message += ", which the stack expects"
        yield Finding(message, pointer, severity=WARNING, why=why, fix=fix, cause=cause)


def _of_a_context(connector: Connector, slug: str) -> Iterator[Finding]:
    """Report `on_delete_account` where accounts get the id of an account type with its context.

    The stack gives it to those for which it has asked for a token. [model/account/type.go,
    RequestAccessToken]
    """
    if not connector.value.get("on_delete_account"):
        return
    ids = [
        one.id
        for one in connector.given.named(slug)
        if one.context and one.grant_mode in _CODE and asks_for_tokens(one)
    ]
    if ids:
        message = f"`on_delete_account` is never run for accounts of {quoted(ids[0])}"
        why = (
            "They have this type, which the stack takes for the slug of their connector: it finds"
            " none, and deleting a whole Cozy of the context fails too."
        )
        fix = Fix(f"use one account type {quoted(slug)} in all contexts, or remove the script")
        yield Finding(message, ("on_delete_account",), severity=WARNING, why=why, fix=fix)


_CODE = ("authorization_code", "authorization_code+secret")


@rule(
    "X005",
    "oauth-on-one-side",
    severity=WARNING,
    defers_to=("S012", "M003"),
    compares=("account type", "grant_mode"),
)
def oauth_on_one_side(connector: Connector) -> Iterator[Finding]:
    """Only one of the manifest and the account type is for OAuth.

    Harvest opens the login page only for a manifest with `oauth`, so without it no user can log
    in. An account type with the grant mode `secret` has no login page: a connector with `oauth`
    then fails with "Wrong account type".

    Bad: a manifest without `oauth`, given an account type of its slug that is for OAuth
    Good: the same manifest with `oauth`
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js; cozy-stack
    model/account/type.go; their runs
    """
    manifest = connector.value
    if not connector.account_types:
        return
    cause = ("oauth", "account_type")
    wanted = wire.javascript_text(wire.account_type_id(manifest))
    modes = {own.grant_mode for own in connector.given.named(wanted)}
    if wire.is_oauth(manifest):
        if "secret" in modes:
            message = (
                f"`oauth` needs a login page, but the account type {quoted(wanted)} has the grant"
                ' mode "secret"'
            )
            refused = ("login",)
            yield Finding(
                message, ("oauth",), "key", severity=ERROR, refused_by=refused, cause=cause
            )
    elif waiting := sorted(modes & _LOGGED_IN_WITH):
        mode = quoted(waiting[0])
        how = f"is {shown(manifest['oauth'])}" if "oauth" in manifest else "is missing"
        message = f"`oauth` {how}, but the account type {quoted(wanted)} has the grant mode {mode}"
        # It may be there, misspelt: M003 reports that.
        written = {} if "oauth" in manifest else written_as(manifest)
        key = written.get("oauth", "oauth")
        yield Finding(message, ("oauth",), fix=Fix("write `oauth` with the scope"), cause=(key,))


# The bi_ modes are left out: Harvest knows their connectors by `partnership` too.
_LOGGED_IN_WITH = {mode for mode in GRANT_MODES if not mode.startswith(("bi_", "secret"))}

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
    if not connector.account_types or not wire.is_oauth(connector.value):
        return
    wanted = wire.javascript_text(wire.account_type_id(connector.value))
    texts = list(wire.texts_in(connector.value))
    written = " ".join(text for _, text in texts)
    scopes = set(written.replace("+", " ").replace(",", " ").split())
    for account_type in connector.given.named(wanted):
        url = endpoint_of(account_type, "auth_endpoint")
        if not url or not asks_for_tokens(account_type):
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
