"""A014 and A016: one value of an account type in place of another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.connectors import of_account_type, only, severities


@pytest.mark.parametrize(
    ("login", "tokens", "expected"),
    [
        ("https://p.example/authorize", "https://p.example/token", []),
        ("https://p.example/token", "https://p.example/authorize", ["error"]),
        ("https://p.example/oauth/Token/", "https://p.example/oauth2_authorize", ["error"]),
        ("https://p.example/access_token.php", "https://p.example/authorise.php", ["error"]),
        ("https://p.example/token", "https://p.example/t", ["warning"]),
        ("https://p.example/a", "https://p.example/authorize", ["warning"]),
        ("https://p.example/a", "https://p.example/dialog/oauth", ["warning"]),
        ("https://p.example/token", "https://p.example/auth", ["error"]),
        ("https://p.example/access_token", "https://p.example/login.php", ["error"]),
        ("https://p.example/oauth/token", "https://p.example/sign-in", ["error"]),
        ("https://p.example/connect/token", "https://p.example/connect/authorize", ["error"]),
        ("https://p.example/oauth", "https://p.example/oauth", ["warning"]),
        ("https://p.example/oauth", "https://P.example/oauth/?x=1", ["warning"]),
        ("https://p.example/oauth", "https://p.example/OAuth", []),
        ("https://p.example/login", "https://p.example/connect", []),
        ("https://p.example/a", "https://p.example/userinfo", ["warning"]),
        ("https://p.example/a", "https://p.example/oauth2/v1/keys", ["warning"]),
        ("https://p.example/a", "https://p.example/protocol/openid-connect/certs", ["warning"]),
        ("https://p.example/oauth2/revoke", "https://p.example/token", ["warning"]),
        ("https://p.example/logout", "https://p.example/jwks.json", ["warning"] * 2),
        ("https://p.example/a", "https://p.example/oauth2/introspect", ["warning"]),
        ("https://p.example/device_authorization", "https://p.example/token", ["warning"]),
        ("https://p.example/revoke/authorize", "https://p.example/userinfo/token", []),
        ("https://p.example/userinfo", ..., ["warning"]),
        ("https://p.example/token", "https://p.example/token", ["warning"]),
        ("https://p.example/.well-known/openid-configuration", "https://p.example/t", ["error"]),
        ("https://p.example/.well-known/x", "https://p.example/.well-known/x", ["error"] * 2),
        ("https://p.example/a", "https://p.example/r/.well-known/x", ["error"]),
        ("https://p.example/o/oauth2/auth", "https://p.example/o/oauth2/token", []),
        ("https://p.example/auth", "https://p.example/auth/token", []),
        ("https://p.example/tokenize", "https://p.example/t", []),
        ("https://p.example/authorize?x=/token", "https://p.example/t?x=/authorize", []),
        ("https://<host>/token", "https://<host>/authorize", []),
        ("https://p.example/a", ..., []),
        ("https://p .example/token", "https://p.example/t", []),
    ],
)
def test_an_endpoint_in_place_of_another_is_reported(
    login: Any, tokens: Any, expected: list[str]
) -> None:
    assert severities("A014", auth_endpoint=login, token_endpoint=tokens) == expected


def test_a_secret_grant_has_no_endpoints_to_mix_up() -> None:
    changes = {"auth_endpoint": "https://p.example/token", "grant_mode": "secret"}
    assert severities("A014", **changes) == []


@pytest.mark.parametrize(
    ("code", "one", "other", "values"),
    [
        ("A014", "auth_endpoint", "token_endpoint", ("https://p.fr/token", "https://p.fr/auth")),
        ("A016", "client_id", "client_secret", ("$A_CLIENT_SECRET", "$A_CLIENT_ID")),
    ],
)
def test_what_is_swapped_is_swapped_back(
    code: str, one: str, other: str, values: tuple[str, str]
) -> None:
    fix = only(of_account_type(**dict(zip((one, other), values, strict=True))), code).fix
    assert fix is not None
    assert not fix.safe
    by_place = sorted(fix.edits, key=lambda edit: edit.place.start)  # as the keys are written
    written = dict(zip((one, other), (json.loads(edit.text) for edit in by_place), strict=True))
    assert written == {one: values[1], other: values[0]}
    assert severities(code, **written) == []


def test_a_value_that_may_hold_a_secret_is_not_written() -> None:
    urls = {"auth_endpoint": "https://p.fr/token", "token_endpoint": "https://p.fr/auth?key=S3CRET"}
    fix = only(of_account_type(**urls), "A014").fix
    assert fix is not None
    assert fix.edits == ()


def test_services_whose_endpoints_have_unusual_names_are_not_reported() -> None:
    # As the manuals of these services have them.
    for login, tokens in (
        ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"),
        (
            "https://www.facebook.com/v2.12/dialog/oauth",
            "https://graph.facebook.com/oauth/access_token",
        ),
        ("https://github.com/login/oauth/authorize", "https://github.com/login/oauth/access_token"),
        ("https://www.strava.com/oauth/authorize", "https://www.strava.com/oauth/token"),
        (
            "https://account.withings.com/oauth2_user/authorize2",
            "https://wbsapi.withings.net/v2/oauth2",
        ),
        (
            "https://www.linkedin.com/oauth/v2/authorization",
            "https://www.linkedin.com/oauth/v2/accessToken",
        ),
        (
            "https://connect.deezer.com/oauth/auth.php",
            "https://connect.deezer.com/oauth/access_token.php",
        ),
        ("https://app.hubspot.com/oauth/authorize", "https://api.hubapi.com/oauth/v1/token"),
        ("https://slack.com/oauth/v2/authorize", "https://slack.com/api/oauth.v2.access"),
        (
            "https://login.live.com/oauth20_authorize.srf",
            "https://login.live.com/oauth20_token.srf",
        ),
        (
            "https://api.login.yahoo.com/oauth2/request_auth",
            "https://api.login.yahoo.com/oauth2/get_token",
        ),
        ("https://meetup.com/oauth2/authorize", "https://meetup.com/oauth2/access"),
    ):
        assert severities("A014", auth_endpoint=login, token_endpoint=tokens) == []


@pytest.mark.parametrize(
    ("client", "secret", "expected"),
    [
        ("$A_CLIENT_ID", "$A_CLIENT_SECRET", ""),
        ("$A_CLIENT_ID", "$A_CLIENT_ID", "`client_id` and `client_secret` are the same"),
        ("8f3kd02ls9", "8f3kd02ls9", "`client_id` and `client_secret` are the same"),
        ("$A_CLIENT_SECRET", "$A_CLIENT_ID", "`client_id` and `client_secret` are swapped"),
        ("${A_SECRET}", "9f8e7d6c", "`client_id` is the variable of a secret: A_SECRET"),
        ("8f3kd02ls9", "{{ CLIENT_ID }}", "`client_secret` is the variable of an id: CLIENT_ID"),
        ("$ID", "$VAULT_SECRET_ID", ""),
        ("$KEY", "$PAID", ""),
        ("...", "...", ""),
        ("<ID>", "<ID>", ""),
        ("xxxx", "xxxx", ""),
        ("changeme", "changeme", ""),
        ("", "", ""),
    ],
)
def test_a_client_id_in_place_of_a_secret_is_reported(
    client: str, secret: str, expected: str
) -> None:
    found = of_account_type(client_id=client, client_secret=secret)
    assert [f.message for f in found if f.code == "A016"] == [expected] * bool(expected)


def test_a_real_client_id_in_place_of_the_secret_is_not_shown() -> None:
    assert "8f3kd02ls9" not in repr(
        of_account_type(client_id="8f3kd02ls9", client_secret="8f3kd02ls9")
    )
