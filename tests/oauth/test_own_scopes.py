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
        ("https://www.facebook.com/v21.0/dialog/oauth", "public_profile,email"),
        ("https://www.strava.com/oauth/authorize", "read,activity:read_all"),
        ("https://account.withings.com/oauth2_user/authorize2", "user.info,user.metrics"),
        ("https://slack.com/oauth/v2/authorize", "channels:read,chat:write"),
        ("https://www.tiktok.com/v2/auth/authorize/", "user.info.basic,video.list"),
        ("https://www.instagram.com/oauth/authorize", "a,b"),
        ("https://api.instagram.com/oauth/authorize", "user_profile,user_media"),
        ("https://www.pinterest.com/oauth/", "boards:read,pins:read"),
        ("https://link.tink.com/1.0/authorize/", "accounts:read,transactions:read"),
        ("https://connect.deezer.com/oauth/auth.php", "basic_access,email,offline_access"),
        ("https://todoist.com/oauth/authorize", "data:read,data:delete"),
        ("https://oauth.vk.com/authorize", "friends,photos"),
        ("https://acme.myshopify.com/admin/oauth/authorize", "read_orders,read_products"),
        ("https://accounts.zoho.com/oauth/v2/auth", "ZohoBooks.invoices.READ,AaaServer.profile"),
        ("https://accounts.zoho.eu/oauth/v2/auth", "ZohoBooks.invoices.READ,AaaServer.profile"),
        ("https://accounts.zoho.in/oauth/v2/auth", "ZohoBooks.invoices.READ,AaaServer.profile"),
        ("https://accounts.zoho.jp/oauth/v2/auth", "ZohoBooks.invoices.READ,AaaServer.profile"),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "offline_access a.b"),
        ("https://auth.atlassian.com/authorize", "read:me offline_access"),
        ("https://login.xero.com/identity/connect/authorize", "a offline_access"),
        ("https://acme.eu.auth0.com/authorize", "a offline_access"),
        ("https://acme.okta.com/oauth2/v1/authorize", "a offline_access"),
        ("https://auth.truelayer.com/", "accounts offline_access"),
        ("https://www.amazon.com/ap/oa", "profile"),
        ("https://www.amazon.fr/ap/oa", "profile"),
        ("https://www.amazon.co.uk/ap/oa", "profile"),
        ("https://www.amazon.de/ap/oa", "profile"),
        ("https://www.fitbit.com/oauth2/authorize", "activity profile"),
        ("https://login.uber.com/oauth/v2/authorize", "profile"),
        ("https://discord.com/oauth2/authorize", "identify email"),
        ("https://appleid.apple.com/auth/authorize", "name email"),
        ("https://cloud.ouraring.com/oauth/authorize", "daily email"),
        ("https://accounts.google.com/o/oauth2/v2/auth", "profile email"),
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
