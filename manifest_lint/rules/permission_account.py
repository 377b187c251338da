"""P013: the permission without which no run starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.permission import ACCOUNTS, Permission, documented_near
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.project.keys import written_as
from manifest_lint.rules.base import ERROR, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer


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
    if not isinstance(asked, dict):
        return
    account_type = wire.account_type_id(connector.value)
    if any(one.reads_accounts(account_type) for one in connector.written_permissions):
        return  # most
    if field(connector.value, "clientSide") is True:
        return
    opening = [one for one in connector.written_permissions if one.covers(ACCOUNTS)]
    reading = [one for one in opening if "GET" in one.verbs]
    severity = ERROR if wire.is_oauth(connector.value) else WARNING
    if opening:
        first = (reading or opening)[0]
        name, at = pointer_text(first.pointer), first.at("values" if reading else "verbs")
        what, why = ("remove `values`", _WHY_NOT_VALUES) if reading else ("add `GET`", None)
        message = f"`{name}` does not let the connector read its account: {what}"
        fix = None if reading else Fix('add "GET"')
        yield Finding(message, at, severity=severity, why=why, fix=fix, cause=first.refused or at)
        return
    message = f"no permission for `{ACCOUNTS}`: the connector cannot read its account"
    misspelt = None if "permissions" in connector.value else written_as(connector.value)
    if misspelt and (written := misspelt.get("permissions")):
        message += f"; did you misspell `permissions` as `{short(written)}`?"
        fix = Fix("rename it to `permissions`")
        yield Finding(message, (written,), "key", severity=severity, fix=fix)
        return
    fix = Fix(f'add one, {{"type": "{ACCOUNTS}"}}')
    near = _not_an_object(asked) or _misspelt(connector.written_permissions)
    yield Finding(message, ("permissions",), "key", severity=severity, fix=fix, cause=near)


_WHY_NOT_VALUES = (
    "An account's id is made at the login, and its type is the id of the account type, so these"
    " values leave it out. Then every run ends in an error, and an OAuth token is never renewed."
)


_MOST_COMPARED = 100
"""In this many permissions a misspelt doctype is looked for, as in P010: it is slow."""


def _not_an_object(permissions: dict[str, Any]) -> Pointer | None:
    """Return where a permission is written as its doctype alone."""
    names = (name for name, entry in permissions.items() if entry in (ACCOUNTS, [ACCOUNTS]))
    return next((("permissions", name) for name in names), None)


def _misspelt(permissions: tuple[Permission, ...]) -> Pointer | None:
    """Return where a permission is refused or misspelt that was perhaps meant."""
    for permission in permissions[:_MOST_COMPARED]:
        doctype = permission.doctype.lower()
        if not doctype and permission.refused and _may_mean_accounts(permission):
            return permission.refused
        doctype = doctype.strip().replace("-", ".")
        if doctype == ACCOUNTS or documented_near(doctype) == ACCOUNTS:
            return permission.refused or permission.at("type")
    return None


def _may_mean_accounts(permission: Permission) -> bool:
    """Return whether a permission without a doctype is for accounts, by its name or its values."""
    is_named_so = "account" in permission.name.lower()
    return is_named_so or any(one in (ACCOUNTS, [ACCOUNTS]) for one in permission.value.values())
