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
    Source: cozy-konnector-libs, BaseKonnector.js; cozy-stack web/accounts/oauth.go, refresh
    """
    asked = connector.value.get("permissions", {})
    if field(connector.value, "clientSide") is True or not isinstance(asked, dict):
        return
    opening = [one for one in connector.written_permissions if one.covers(_ACCOUNTS)]
    if any("GET" in one.verbs for one in opening):
        return
    severity = ERROR if wire.is_oauth(connector.value) else WARNING
    if opening:
        name, at = pointer_text(opening[0].pointer), opening[0].at("verbs")
        message = f"`{name}` does not let the connector read its account: add `GET`"
        cause = opening[0].refused or at
        yield Finding(message, at, severity=severity, fix=Fix('add "GET"'), cause=cause)
        return
    message = f"no permission for `{_ACCOUNTS}`: the connector cannot read its account"
    fix = Fix(f'add one, {{"type": "{_ACCOUNTS}"}}')
    near = _misspelt(connector.written_permissions)
    yield Finding(message, ("permissions",), "key", severity=severity, fix=fix, cause=near)


def _misspelt(permissions: tuple[Permission, ...]) -> Pointer | None:
    """Return where a permission is refused or misspelt that was perhaps meant."""
    for permission in permissions:
        doctype = permission.doctype.lower()
        if doctype == _ACCOUNTS or documented_near(doctype) == _ACCOUNTS:
            return permission.refused or permission.at("type")
    return None
