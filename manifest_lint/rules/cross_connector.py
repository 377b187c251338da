"""X: between the manifest and the account types."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import ERROR, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, quoted


@rule("X001", "no-account-type", refused_by="login", defers_to=("S012", "M001", "M002"))
def no_account_type(connector: Connector) -> Iterator[Finding]:
    """No account type has the id that the connector asks for.

    Harvest sends the user to `/accounts/<id>/start` on their instance, and the stack finds no
    document of that id: the login page fails. The id is `oauth.account_type`, else the slug.

    Bad: an OAuth connector "x", given only the account type "y"
    Good: an OAuth connector "x", given the account type "x"
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js; cozy-stack
    web/accounts/oauth.go
    """
    manifest = connector.value
    # None are given by a file that is broken or empty, too: J001 tells.
    if not connector.account_types or not wire.is_oauth(manifest):
        return
    named = isinstance(manifest.get("oauth"), dict) and "account_type" in manifest["oauth"]
    pointer = ("oauth", "account_type") if named else ("slug",)
    written = wire.account_type_id(manifest)
    if not named and (not isinstance(written, str) or not written):
        yield Finding("without a slug, no account type is found", pointer)
        return
    wanted = wire.javascript_text(written)
    ids = {account_type.service_id for account_type in connector.account_types}
    # A document by itself may have its id in the URL alone that it is sent to.
    unnamed = any(not one.id and not one.pointer for one in connector.account_types)
    if wanted in ids or unnamed:
        return
    near = nearest(wanted, ids)
    fix = Fix(f"the nearest one given is {quoted(near)}") if near else None
    if not near and len(ids) == 1 and all(ids):
        fix = Fix(f"the only one given is {quoted(*ids)}")
    yield Finding(f"no account type has the id {quoted(wanted)}", pointer, fix=fix)


@rule("X005", "oauth-on-one-side", severity=WARNING, defers_to=("S012",))
def oauth_on_one_side(connector: Connector) -> Iterator[Finding]:
    """Either the manifest or the account type is for OAuth, the other is not.

    Harvest opens the login page only for a manifest with `oauth`: without it the account type
    waits for logins that never come. An account type of the grant mode `secret` has no login page,
    and the stack answers "Wrong account type" to a connector with `oauth`.

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
    modes = {own.grant_mode for own in connector.account_types if own.service_id == wanted}
    if wire.is_oauth(manifest):
        if "secret" in modes:
            message = f"`oauth` is there, and the account type {quoted(wanted)} is a plain secret"
            refused = ("login",)
            yield Finding(
                message, ("oauth",), "key", severity=ERROR, refused_by=refused, cause=cause
            )
    elif waiting := sorted(modes & _LOGGED_IN_WITH):
        message = f"no `oauth`, but an account type {quoted(wanted)} for {quoted(waiting[0])}"
        yield Finding(message, ("oauth",), fix=Fix("write `oauth`, with the scope"))


# The bi_ modes are left out: Harvest knows their connectors by `partnership` too.
_LOGGED_IN_WITH = {mode for mode in GRANT_MODES if not mode.startswith(("bi_", "secret"))}
