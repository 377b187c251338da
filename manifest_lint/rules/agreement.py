"""X: between the manifest and the account types."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint import oauth
from manifest_lint.connector import Connector
from manifest_lint.rules import Mend, Problem, rule
from manifest_lint.wording import nearest, quoted


@rule("X001", "no-account-type", refused_by="login")
def no_account_type(connector: Connector) -> Iterator[Problem]:
    """No account type has the id that the connector asks for.

    Harvest sends the user to `/accounts/<id>/start` on their instance, and the stack finds no
    document of that id: the login page fails. The id is `oauth.account_type`, else the slug.

    Bad: an OAuth connector "x", given only the account type "y"
    Good: an OAuth connector "x", given the account type "x"
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js; cozy-stack
    web/accounts/oauth.go
    """
    manifest = connector.value
    if connector.account_types is None or not oauth.is_oauth(manifest):
        return
    wanted = oauth.javascript_text(oauth.account_type_id(manifest))
    ids = {account_type.service_id for account_type in connector.account_types}
    if wanted in ids or any(wanted == account_type.id for account_type in connector.account_types):
        return
    named = isinstance(manifest.get("oauth"), dict) and "account_type" in manifest["oauth"]
    pointer = ("oauth", "account_type") if named else ("slug",)
    near = nearest(wanted, ids) or (next(iter(ids)) if len(ids) == 1 else None)
    message = f"no account type has the id {quoted(wanted)}"
    if not ids:
        message += ": none was found at all"
    fix = Mend(f"the nearest one given is {quoted(near)}") if near else None
    yield Problem(message, pointer, mend=fix)
