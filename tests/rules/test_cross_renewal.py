"""X009: the scope that a service needs to give a refresh token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes

MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"


def reported(
    folder: Path, endpoint: str, oauth: Any, /, select: tuple[str, ...] = ("X009",), **changes: Any
) -> list[str]:
    """Return the messages for the good connector with another scope and login page."""
    (folder / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, oauth=oauth)))
    named = {"_id": "sunmeter", "auth_endpoint": endpoint, **changes}
    (folder / "account-types-def.json").write_text(json.dumps(with_changes(ACCOUNT_TYPE, **named)))
    return [finding.message for finding in check([folder], select=select).findings]


@pytest.mark.parametrize(
    ("endpoint", "scope"),
    [
        (MICROSOFT, "offline_access"),
        ("https://acme.eu.auth0.com/authorize", "offline_access"),
        ("https://acme.okta.com/oauth2/v1/authorize", "offline_access"),
        ("https://auth.atlassian.com/authorize?audience=api.atlassian.com", "offline_access"),
        ("https://login.xero.com/identity/connect/authorize", "offline_access"),
        ("https://twitter.com/i/oauth2/authorize", "offline.access"),
        ("https://x.com/i/oauth2/authorize", "offline.access"),
        ("https://api.prod.whoop.com/oauth/oauth2/auth", "offline"),
    ],
)
def test_the_scope_for_a_refresh_token_is_named(tmp_path: Path, endpoint: str, scope: str) -> None:
    [message] = reported(tmp_path, endpoint, {"scope": ["read"]})
    assert message.endswith(f"gives a refresh token only with the scope `{scope}`")
    for written in (f"read {scope}", ["read", scope], [f"{scope}+read"]):
        assert reported(tmp_path, endpoint, {"scope": written}, ("X009", "S013")) == []


@pytest.mark.parametrize("oauth", [True, {"scope": None}, {"scope": []}, {"scope": "read"}])
def test_a_scope_is_needed_where_there_is_none(tmp_path: Path, oauth: Any) -> None:
    assert len(reported(tmp_path, MICROSOFT, oauth)) == 1


@pytest.mark.parametrize(
    ("endpoint", "changes"),
    [
        ("https://login.microsoftonline.com/common/oauth2/authorize", {}),
        (f"{MICROSOFT}?scope=offline_access", {}),
        (MICROSOFT, {"extras": {"scope": "read offline_access"}}),
        (MICROSOFT, {"token_endpoint": ...}),
        (MICROSOFT, {"_id": "other"}),
        ("https://auth0.com/authorize", {}),
        ("https://notauth0.com/authorize", {}),
        ("https://accounts.google.com/o/oauth2/v2/auth", {}),
        ("https://{tenant}.auth0.com/authorize", {}),
    ],
)
def test_another_login_needs_no_such_scope(
    tmp_path: Path, endpoint: str, changes: dict[str, Any]
) -> None:
    assert reported(tmp_path, endpoint, {"scope": ["read"]}, **changes) == []


def test_a_misspelt_scope_is_reported_once(tmp_path: Path) -> None:
    oauth = {"scope": ["read offline_acces"]}
    [message] = reported(tmp_path, MICROSOFT, oauth, ("X009", "S017"))
    assert "did you mean" in message
    assert len(reported(tmp_path, MICROSOFT, oauth)) == 1
