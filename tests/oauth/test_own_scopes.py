"""Services with a scope syntax of their own: what S009 and S013 leave out there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manifest_lint import check
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes


def reported(folder: Path, endpoint: str, scope: str) -> list[str]:
    oauth = {"scope": [scope]}
    (folder / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, oauth=oauth)))
    account_type = with_changes(ACCOUNT_TYPE, _id="sunmeter", auth_endpoint=endpoint)
    (folder / "account-types-def.json").write_text(json.dumps(account_type))
    return [finding.code for finding in check([folder], select=["S009", "S013"]).findings]


@pytest.mark.parametrize(
    ("endpoint", "scope"),
    [
        ("https://www.strava.com/oauth/authorize", "read,activity:read_all"),
        ("https://account.withings.com/oauth2_user/authorize2", "user.info,user.metrics"),
        ("https://acme.myshopify.com/admin/oauth/authorize", "read_orders,read_products"),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "offline_access a.b"),
        ("https://www.amazon.com/ap/oa", "profile"),
        ("https://discord.com/oauth2/authorize", "identify email"),
    ],
)
def test_a_known_service_has_scopes_of_its_own(tmp_path: Path, endpoint: str, scope: str) -> None:
    assert reported(tmp_path, endpoint, scope) == []


@pytest.mark.parametrize(
    ("endpoint", "scope", "expected"),
    [
        ("https://strava.com.example/oauth/authorize", "a,b", "S009"),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "profile a.b", "S013"),
        ("https://www.amazon.com/ap/oa", "email", "S013"),
    ],
)
def test_others_are_reported(tmp_path: Path, endpoint: str, scope: str, expected: str) -> None:
    assert reported(tmp_path, endpoint, scope) == [expected]
