"""Connectors and account types for tests: good ones, and changes to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from manifest_lint import Finding, check
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.document.document import Document
from manifest_lint.engine.run import check_upgrade
from manifest_lint.oauth.account_type import AccountType

FIXTURES = Path(__file__).parent.parent / "fixtures"
SUNMETER = FIXTURES / "sunmeter"

MANIFEST: dict[str, Any] = json.loads((SUNMETER / "manifest.konnector").read_text("utf-8"))
"""A manifest without findings."""

ACCOUNT_TYPE: dict[str, Any] = {
    "_id": "x",
    "grant_mode": "authorization_code",
    "client_id": "ID",
    "client_secret": "S3CRET",
    "auth_endpoint": "https://provider.example/authorize",
    "token_endpoint": "https://provider.example/token",
    "redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect",
}
"""An account type without findings."""


def with_changes(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a document with changes; `...` removes a key."""
    return {key: value for key, value in {**base, **changes}.items() if value is not ...}


def of_manifest(text: str | bytes | None = None, /, **changes: Any) -> tuple[Finding, ...]:
    """Check a string, or the good manifest with changes, without files around it."""
    if text is None:
        text = json.dumps(with_changes(MANIFEST, **changes), indent=2)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return check(stdin=(None, data)).findings


def of_account_type(text: str | None = None, /, **changes: Any) -> tuple[Finding, ...]:
    """Check a string, or the good account type with changes, as a file of its own."""
    if text is None:
        text = json.dumps(with_changes(ACCOUNT_TYPE, **changes), indent=2)
    return check(stdin=("account-types-def.json", text.encode())).findings


def of_upgrade(
    old: dict[str, Any], new: dict[str, Any], *, is_published: bool = True
) -> tuple[Finding, ...]:
    """Return what is found when the good manifest with changes follows one with others.

    Both have the version of the good manifest, unless the changes name another one.
    """
    before, after = (
        Document(name, json.dumps(with_changes(MANIFEST, **changes), indent=2).encode())
        for name, changes in (("old", old), ("new", new))
    )
    upgrade = Upgrade(before, after, is_published=is_published)
    report = check_upgrade(upgrade, DEFAULTS._replace(select=("U",)), plugins=False)
    return report.findings


def severities(code: str, **changes: Any) -> list[str]:
    """Return the severities of a rule's findings in the good account type with changes."""
    return [f.severity.label for f in of_account_type(**changes) if f.code == code]


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """Return the codes of findings, sorted."""
    return sorted(finding.code for finding in findings)


def only(findings: tuple[Finding, ...], code: str) -> Finding:
    """Return the one finding of a rule."""
    [finding] = [finding for finding in findings if finding.code == code]
    return finding


def account_type(**changes: Any) -> AccountType:
    """Return the good account type with changes."""
    text = json.dumps(with_changes(ACCOUNT_TYPE, **changes))
    document = Document("account type", text.encode("utf-8", "surrogatepass"))
    return AccountType(document, (), document.value, document.value.get("_id", ""))


def written(folder: Path, scope: Any = "read", /, **changes: Any) -> Path:
    """Write a connector "x" and its account type."""
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    document = with_changes(ACCOUNT_TYPE, **changes)
    (folder / "account-types-def.json").write_text(json.dumps(document))
    return folder
