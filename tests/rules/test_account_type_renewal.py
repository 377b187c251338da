"""A015: what a service needs to give a refresh token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors import of_account_type, only, severities

GOOGLE = "https://accounts.google.com/o/oauth2/v2/auth"


@pytest.mark.parametrize(
    ("endpoint", "parameter"),
    [
        (GOOGLE, "access_type=offline"),
        ("https://Accounts.Google.com/o/oauth2/auth?prompt=consent", "access_type=offline"),
        ("https://www.dropbox.com/oauth2/authorize", "token_access_type=offline"),
        ("https://www.reddit.com/api/v1/authorize", "duration=permanent"),
        ("https://accounts.zoho.eu/oauth/v2/auth", "access_type=offline"),
        ("https://accounts.zoho.com.au/oauth/v2/auth", "access_type=offline"),
    ],
)
def test_a_parameter_for_a_refresh_token_is_missing(endpoint: str, parameter: str) -> None:
    finding = only(of_account_type(auth_endpoint=endpoint), "A015")
    assert finding.severity.label == "note"
    assert f"`{parameter}`" in finding.message


@pytest.mark.parametrize(
    "changes",
    [
        {"auth_endpoint": f"{GOOGLE}?access_type=offline"},
        {"auth_endpoint": GOOGLE, "extras": {"access_type": "offline"}},
        {"auth_endpoint": GOOGLE, "extras": {"access_type": "online"}},
        {"auth_endpoint": GOOGLE, "token_endpoint": ...},
        {"auth_endpoint": GOOGLE, "grant_mode": "secret"},
        {"auth_endpoint": "https://accounts.google.com.example/auth"},
        {"auth_endpoint": "https://p.example/%zz"},
        {"auth_endpoint": "https://www.facebook.com/v2.12/dialog/oauth"},
    ],
)
def test_no_parameter_is_missing(changes: dict[str, Any]) -> None:
    assert severities("A015", **changes) == []
