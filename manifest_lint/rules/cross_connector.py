"""X: between the manifest and the account types."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import ERROR, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, quoted, shown


@rule("X001", "no-account-type", refused_by="login", defers_to=("S012", "M001", "M002"))
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
    ids = {account_type.service_id for account_type in connector.account_types}
    # The id of a single document may be only in the URL that it is sent to.
    unnamed = any(not one.id and not one.pointer for one in connector.account_types)
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


@rule("X005", "oauth-on-one-side", severity=WARNING, defers_to=("S012",))
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
    modes = {own.grant_mode for own in connector.account_types if own.service_id == wanted}
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
        yield Finding(message, ("oauth",), fix=Fix("write `oauth` with the scope"))


# The bi_ modes are left out: Harvest knows their connectors by `partnership` too.
_LOGGED_IN_WITH = {mode for mode in GRANT_MODES if not mode.startswith(("bi_", "secret"))}
