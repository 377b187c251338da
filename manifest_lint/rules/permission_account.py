"""P013: the permission without which no run starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.permission import Permission, documented_near
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import ERROR, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_ACCOUNTS = "io.cozy.accounts"


@rule(
    "P013",
    "account-unreadable",
    refused_by="run",
    defers_to=("M001", "P001", "P002", "P003", "P005", "P010"),
)
def account_unreadable(connector: Connector) -> Iterator[Finding]:
    """A connector on the server may not read its account.

    It reads the account first, so every run ends in an error, and an OAuth token is never renewed.
    Without `oauth` this is a warning: a connector may do without the libraries that read it.

    Bad: {"oauth": {"scope": ["read"]}, "permissions": {"f": {"type": "io.cozy.files"}}}
    Good: {"oauth": {"scope": ["read"]}, "permissions": {"f": {"type": "io.cozy.accounts"}}}
    Source: cozy-konnector-libs, BaseKonnector.js; cozy-stack web/data/accounts.go, getAccount, and
    web/accounts/oauth.go, refresh; their runs
    """
    asked = connector.value.get("permissions", {})
    if field(connector.value, "clientSide") is True or not isinstance(asked, dict):
        return
    opening = [one for one in connector.written_permissions if one.covers(_ACCOUNTS)]
    reading = [one for one in opening if "GET" in one.verbs]
    account_type = wire.account_type_id(connector.value)
    if any(not _leaves_out(one, account_type) for one in reading):
        return
    severity = ERROR if wire.is_oauth(connector.value) else WARNING
    if opening:
        first = (reading or opening)[0]
        name, at = pointer_text(first.pointer), first.at("values" if reading else "verbs")
        what, why = ("remove `values`", _WHY_NOT_VALUES) if reading else ("add `GET`", None)
        message = f"`{name}` does not let the connector read its account: {what}"
        fix = None if reading else Fix('add "GET"')
        yield Finding(message, at, severity=severity, why=why, fix=fix, cause=first.refused or at)
        return
    message = f"no permission for `{_ACCOUNTS}`: the connector cannot read its account"
    fix = Fix(f'add one, {{"type": "{_ACCOUNTS}"}}')
    near = _misspelt(connector.written_permissions)
    yield Finding(message, ("permissions",), "key", severity=severity, fix=fix, cause=near)


_WHY_NOT_VALUES = (
    "An account's id is made at the login, and its type is the id of the account type, so these"
    " values leave it out. Then every run ends in an error, and an OAuth token is never renewed."
)


def _leaves_out(permission: Permission, account_type: object) -> bool:
    """Return whether the values of a permission cannot be those of the connector's accounts.

    Without a selector they are ids, and CouchDB makes a new one for each account. The type is the
    account type's id, with its context if it has one.
    """
    if permission.selector != "account_type" or not isinstance(account_type, str):
        return bool(permission.values) and not permission.selector
    types = {value.rpartition("/")[2] for value in permission.values}
    return bool(types) and account_type not in types


def _misspelt(permissions: tuple[Permission, ...]) -> Pointer | None:
    """Return where a permission is refused or misspelt that was perhaps meant."""
    for permission in permissions:
        doctype = permission.doctype.lower()
        if doctype == _ACCOUNTS or documented_near(doctype) == _ACCOUNTS:
            return permission.refused or permission.at("type")
    return None
