"""Which keys name secrets, and what is found under them."""

from __future__ import annotations

import pytest

from manifest_lint.document.secret_names import (
    named_secrets,
    names_a_secret,
    pairs_in,
    perhaps_names_a_secret,
    surely_names_a_secret,
)


@pytest.mark.parametrize(
    "key",
    [
        *("client_secret", "clientSecret", "CLIENT-SECRET", "client.secret", "consumer_secret"),
        *(
            "api_key",
            "APIKey",
            "password",
            "passphrase",
            "mot_de_passe",
            "refreshToken",
            "secretKey",
        ),
    ],
)
def test_some_keys_surely_name_a_secret(key: str) -> None:
    assert surely_names_a_secret(key)
    assert names_a_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        *("signing_key", "app_key", "appKey", "consumerKey", "ENCRYPTION_KEY", "sessionKey"),
        *("jwt_key", "secret_id", "pin", "PIN", "pinCode", "otp", "auth_code", "passcode"),
        *("sms_code", "security-code", "cookie", "authorization", "mfa_code"),
    ],
)
def test_some_keys_perhaps_name_a_secret(key: str) -> None:
    assert perhaps_names_a_secret(key)
    assert not surely_names_a_secret(key)
    assert names_a_secret(key)


@pytest.mark.parametrize(
    "key",
    [
        *("public_key", "foreignKey", "primary_key", "key", "zip_code", "postalCode", "code"),
        *("pinned", "shipping", "author", "session", "passage", "id", "client_id", "account_id"),
        *(
            "token_url",
            "nextToken",
            "session_id",
            "password_length",
            "client_secret_id",
            "opinion",
            "category_code",
        ),
    ],
)
def test_other_keys_do_not(key: str) -> None:
    assert not surely_names_a_secret(key)
    assert not perhaps_names_a_secret(key)


def test_numbers_of_enough_digits_are_found() -> None:
    value = {"pin": 123456, "otp": 12, "password": [1234567, True], "a": 123456}
    assert [text for *_, text in named_secrets(value)] == ["123456", "1234567"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"pin": 123456, "otp": 12, "a": 123456,}', ["123456"]),
        ('{"pin": "12", "password":"a\\"b" // c', ["12", 'a"b']),
        ('"pin": 123456abc', []),
        ('"password": -1.2345e', []),
    ],
)
def test_what_follows_a_key_in_broken_json_is_found(text: str, values: list[str]) -> None:
    assert [value for *_, value in pairs_in(text)] == values


@pytest.mark.parametrize("key", ["token_endpoint", "token_mode", "token_access_type"])
def test_what_is_public_in_an_account_type_is_not_hidden_elsewhere(key: str) -> None:
    assert not names_a_secret(key)
