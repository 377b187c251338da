"""Which values of a manifest are secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document import go_json, secret_forms
from manifest_lint.document.document import Document
from manifest_lint.document.manifest_secrets import secrets_of_manifest, secrets_of_text
from manifest_lint.document.masking import shown_text
from tests.growth import grows_with_its_input
from tests.secret_samples import SAMPLES, kind

RANDOM = "9f8e7d6c5b4a3210"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg9\n-----END PRIVATE KEY-----\n"


def found(manifest: Any) -> list[str]:
    """Return the place and the key of each secret, as `oauth.client_secret (client_secret)`."""
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    value, _ = go_json.decode(text)
    return [
        f"{'.'.join(map(str, one.pointer))} ({one.key})" for one in secrets_of_manifest(value, text)
    ]


def field(**descriptor: Any) -> dict[str, Any]:
    return {"fields": {"password": {"type": "password", **descriptor}}}


@pytest.mark.parametrize(
    ("manifest", "places"),
    [
        ({"oauth": {"client_secret": "9f8e7d6c"}}, "oauth.client_secret (client_secret)"),
        ({"oauth": {"clientSecret": "abcdefgh"}}, "oauth.clientSecret (clientSecret)"),
        ({"oauth": {"Client-Secret": "abc"}}, "oauth.Client-Secret (Client-Secret)"),
        ({"oauth": {"CLIENTSECRET": "abc"}}, "oauth.CLIENTSECRET (CLIENTSECRET)"),
        ({"oauth": {"client\u017fecret": "abc"}}, "oauth.client\u017fecret (client\u017fecret)"),
        ({"parameters": {"a": [{"api_secret": "z9"}]}}, "parameters.a.0.api_secret (api_secret)"),
        ({"parameters": {"private_key": PEM}}, "parameters.private_key (private_key)"),
        ({"parameters": {"auth_token": "\n abc"}}, "parameters.auth_token (auth_token)"),
        ({"password": "hunter2"}, "password (password)"),
        ({"password": "MyPassword"}, "password (password)"),
        ({"password": "correct-horse"}, "password (password)"),
        ({"password": "a"}, "password (password)"),
        ({"password": 123456}, "password (password)"),
        ({"_api_key": "abc"}, "_api_key (_api_key)"),
        ({"partnership": {"apiKey": "abc"}}, "partnership.apiKey (apiKey)"),
        ({"secrets": {"dev": {"a": "abc"}}}, "secrets.dev.a (secrets)"),
        ({"tokens": ["$A", "abc"]}, "tokens.1 (tokens)"),
        (field(default="hunter2"), "fields.password.default (password)"),
        (field(Default="hunter2"), "fields.password.Default (password)"),
        (
            {"fields": [{"name": "code", "type": "password", "default": "hunter2"}]},
            "fields.0.default (default)",
        ),
        (field(default=123456), "fields.password.default (password)"),
        (
            {"fields": {"code": {"type": "password", "default": "hunter2"}}},
            "fields.code.default (code)",
        ),
        (
            {"fields": {"advancedFields": {"clientSecret": {"type": "text", "default": "qwerty"}}}},
            "fields.advancedFields.clientSecret.default (clientSecret)",
        ),
        ({"fields": {"password": "hunter2"}}, "fields.password (password)"),
        ({"Fields": {"a": {"client_secret": "ab"}}}, "Fields.a.client_secret (client_secret)"),
        (
            {"permissions": {"a": {"client_secret": "ab"}}},
            "permissions.a.client_secret (client_secret)",
        ),
        ({"permissions": {"client_secret": "ab"}}, "permissions.client_secret (client_secret)"),
        (
            {"locales": {"en": {"client_secret": "9f8e7d6c5b4a3210"}}},
            "locales.en.client_secret (client_secret)",
        ),
        ('{"password": "a1", "password": "$B"}', "0 (password)"),
        ({"oauth": {"secret_id": RANDOM}}, "oauth.secret_id (secret_id)"),
        ({"oauth": {"consumer_secret": "ab"}}, "oauth.consumer_secret (consumer_secret)"),
        ({"parameters": {"consumerKey": RANDOM}}, "parameters.consumerKey (consumerKey)"),
        ({"parameters": {"signing_key": [RANDOM]}}, "parameters.signing_key.0 (signing_key)"),
        ({"parameters": {"APP-KEY": RANDOM}}, "parameters.APP-KEY (APP-KEY)"),
        ({"parameters": {"encryptionKey": RANDOM}}, "parameters.encryptionKey (encryptionKey)"),
        (
            {"parameters": [{"name": "client_secret", "value": "ab"}]},
            "parameters.0.value (client_secret)",
        ),
        (
            {"parameters": [{"key": "api_secret", "default": 123456}]},
            "parameters.0.default (api_secret)",
        ),
        ({"a": {"id": "clientSecret", "content": ["ab"]}}, "a.content.0 (clientSecret)"),
        ({"a": {"id": "app_key", "Value": RANDOM}}, "a.Value (app_key)"),
        (
            {"fields": [{"name": "client_secret", "default": "ab"}]},
            "fields.0.default (client_secret)",
        ),
        (
            {"permissions": {"client_secret": {"value": RANDOM}}},
            "permissions.client_secret.value (client_secret)",
        ),
        (
            {"permissions": {"client_secret": [RANDOM]}},
            "permissions.client_secret.0 (client_secret)",
        ),
        ({"headers": [["X-Api-Key", RANDOM]]}, "headers.0.1 (X-Api-Key)"),
        ({"headers": {"Authorization": f"Bearer {RANDOM}"}}, "headers.Authorization (Bearer)"),
        ({"a": f"Authorization: Bearer {RANDOM}"}, "a (Bearer)"),
        ({"a": [f"x=1&client_secret={RANDOM}&y"]}, "a.0 (client_secret)"),
        ({"a": f"https://a.example/?api_key={RANDOM}"}, "a (api_key)"),
        ({"a": f"X-Api-Key: {RANDOM}"}, "a (X-Api-Key)"),
        ({"locales": {"en": {"a": f"Use token={RANDOM} here"}}}, "locales.en.a (token)"),
        ({"a": '{"client_secret": "abcdefgh"}'}, "a (client_secret)"),
        ({"a": ['[{"name": "client_secret", "value": "abcdefgh"}]']}, "a.0 (client_secret)"),
        ({"a": json.dumps({"b": json.dumps({"password": 123456})})}, "a (password)"),
        ('{"a": {"token": "a1"}, "a": {}}', "0.token (token)"),
    ],
)
def test_a_value_under_a_key_of_a_secret_is_one(manifest: Any, places: str) -> None:
    assert found(manifest) == [places]


@pytest.mark.parametrize(
    "manifest",
    [
        {"oauth": {"client_secret": "$CLIENT_SECRET"}},
        {"oauth": {"client_secret": "${CLIENT_SECRET}"}},
        {"oauth": {"client_secret": "<CLIENT_SECRET>"}},
        {"oauth": {"client_secret": "..."}},
        {"oauth": {"client_secret": "{{CLIENT_SECRET_2}}"}},
        {"oauth": {"client_secret": "your secret"}},
        {"oauth": {"client_secret": "%sunmeter_v2%", "secret": "__SUNMETER_2__"}},
        {"oauth": {"client_secret": ""}},
        {"oauth": {"client_secret": None}},
        {"oauth": {"client_secret": True}},
        {"oauth": {"client_secret": {}}},
        {"oauth": {"token_endpoint": "https://a.example/1", "token_mode": "basic1"}},
        {"oauth": {"client_id": "1234567"}},
        {"oauth": {"consumer_key": "sunmeter", "app_key": "$APP_KEY"}},
        {"parameters": {"public_key": RANDOM, "foreignKey": RANDOM, "client_secret_id": RANDOM}},
        {"parameters": [{"name": "client_secret", "value": "$CLIENT_SECRET"}, {"name": "a"}]},
        {"parameters": [{"name": "client_secret", "title": RANDOM}]},
        {"parameters": [{"name": "login", "value": RANDOM}]},
        {"fields": {"a": {"options": [{"name": "API token", "value": "token2"}]}}},
        {"a": "client_secret=$CLIENT_SECRET_1234567890&token=your-token-goes-here"},
        {"a": f"access_token={'pk' + '.'}{RANDOM}", "b": f"tokens: {RANDOM} and more"[:23]},
        {"required": ["api_key", "code_2"], "a": [["token", "version2"]]},
        {"a": "token=[a-z0-9]{16}", "b": "getToken1 = function(abcdefgh1234567890)"},
        {"a": "Authorization: Basic authentication2", "b": "The bearer token is 123456 long"},
        {"a": '{"client_secret": "$CLIENT_SECRET"}', "b": "{not json 1234567890}"},
        {"parameters": {"token_url": "https://a.example/1", "tokenType": "jwt2"}},
        {"parameters": {"token": "https://a.example/1", "password": "a@b.example"}},
        {"parameters": {"token_lifetime": 3600, "maxTokens": 4096, "password_length": 1234}},
        {"parameters": {"secret_env": "CLIENT_SECRET_2"}},
        {"parameters": {"token": 12, "secret": {"id": "a1", "description": "b2", "n_url": "c3"}}},
        {"parameters": {"password": "#password", "apiKey": "api_key", "token": "true"}},
        {"parameters": {"password": "Le mot de passe du site"}},
        {"secretary": "a1", "secretariat": "b2", "private": "c3", "author": "d4", "compass": "e5"},
        field(),
        field(default=""),
        field(default=None),
        field(default="$PASSWORD"),
        field(
            label="Code2", description="Your 2nd password", pattern="^[a-z0-9]{8,30}$", min=10000
        ),
        field(options=[{"name": "a1", "value": "b2"}], autocomplete="current-password1"),
        {"fields": {"login": {"type": "text", "default": "user1"}}},
        {"fields": {"password": "password", "token": "hidden", "pwd": "text"}},
        {"fields": {"token": {"type": "dropdown", "options": ["a1", "b2"]}}},
        {
            "locales": {
                "fr": {"fields": {"password": {"label": "Code2", "description": "Clé n° 1"}}}
            }
        },
        {"locales": {"fr": {"messages": {"token": "https://a.example/very/long/1234"}}}},
        {"permissions": {"tokens": {"type": "io.cozy.a1", "verbs": ["GET"], "values": ["a1"]}}},
        {"notifications": {"password": {"description": "a1", "collapsible": True}}},
        {"data_types": ["token1"], "screenshots": ["password1.png"]},
        [{"a": "b1"}],
        "1",
        "null",
    ],
)
def test_placeholders_and_descriptions_are_not_secrets(manifest: Any) -> None:
    assert found(manifest) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("csrfToken", "input[name=csrf_token2]"),
        ("csrfToken", "form > input[name='token_1']"),
        ("csrfToken", "//input[@name='token1']/@value"),
        ("csrfToken", "#token-2"),
        ("password", ".login_password1"),
        ("token", "data.accessToken2"),
        ("token", "document.querySelector('#token1').value"),
        ("token", "(r)=>r.token1"),
        ("token", "$.data.token1"),
        ("token", "/api/v2/token"),
        ("token", "./tokens/list2.json"),
        ("password", "^[a-z0-9]{8,30}$"),
        ("password", "\\w{8,}1"),
        ("credentials", "same-origin"),
        ("credentials", "include"),
        ("credentials", "omit"),
        ("passwordRules", "8 chars"),
        ("passwordRules", "minlength8"),
        ("password", "At least 8 characters, 1 digit"),
        ("secret", "see 1password"),
        ("token_bucket", 5000),
        ("tokens", 32000),
        ("tokensPerMinute", "60k"),
        ("access_token", 1700000000),
        ("tokenKey", "access_token2"),
        ("token", "access_token2"),
        ("token", "X-Auth-Token-2"),
        ("login_token_key", "t0"),
        ("passwordKey", "pw2"),
        ("token", "JWT2"),
        ("token", "HS256"),
        ("token", "saml2"),
        ("token", "v2.0"),
        ("token", "OAuth1a"),
        ("secret", "ENV_TOKEN"),
        ("secret", "SUNMETER_V2_SECRET_1"),
        ("api_key", "YOUR_API_KEY_1"),
        ("client_secret", "your-client-secret-1"),
        ("client_secret", "yourClientSecret2"),
        ("client_secret", "TODO1"),
        ("client_secret", "REPLACE_ME_2"),
    ],
)
def test_selectors_code_names_sentences_and_numbers_are_no_secrets(key: str, value: Any) -> None:
    assert found({"parameters": {key: value}}) == []
    assert list(secrets_of_text(json.dumps({key: value})[:-1] + ",}")) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("password", one) for one in ("12345", "abc123", "hunter2", "p4ss.w0rd!", 12345)),
        *(("password", one) for one in ("Passw0rd", "password1", "secret12", "#1!aZ9", "Zebra99")),
        *(("token", one) for one in ("t0", "a1b2c3", "9f8e.7d6c.5b4a", "Bearer a1b2c3")),
        ("token", f"the token is {RANDOM}"),
        ("client_secret", "/9j4AAQ5kZ/Jg2"),
        ("client_secret", "aZ9_bX8-cY7_dW6"),
        ("client_secret", "A1B2C3_D4E5F6"),
        ("tokenKey", RANDOM),
        ("secretKey", "z9"),
        ("api_secret", 123456),
        ("client_secret", "your9f8e7d6c"),
    ],
)
def test_what_has_no_such_form_is_a_secret(key: str, value: Any) -> None:
    assert found({"parameters": {key: value}}) == [f"parameters.{key} ({key})"]


@given(
    st.text("abcdefABCDEF0123456789", min_size=16, max_size=40).filter(
        lambda text: sum(map(str.isdigit, text)) > 4
    )
)
def test_random_characters_have_no_such_form(text: str) -> None:
    assert found({"client_secret": text}) == ["client_secret (client_secret)"]


@given(
    manifest=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    key=st.sampled_from(["client_secret", "refreshToken", "API-KEY"]),
)
def test_a_secret_is_found_next_to_anything(manifest: Any, key: str) -> None:
    value = {"parameters": [manifest, {key: "9f8e7d6c5b4a3210"}]}
    assert f"parameters.1.{key} ({key})" in found(value)


@pytest.mark.parametrize("levels", [50, 100, 500, 4_990])
def test_a_secret_is_found_however_deep_it_is(levels: int) -> None:
    text = '{"a":[' * levels + '{"api_secret": "9f8e7d6c"}' + "]}" * levels
    value, _ = go_json.decode(text)
    values = {one.value for one in secrets_of_manifest(value, text)}
    assert values == {"9f8e7d6c"}
    document = Document("x", text.encode())
    assert "9f8e7d6c" not in (document.line(1) or "")


@pytest.mark.parametrize(
    "key", ["token_validity", "tokenVersion", "tokenPrefix", "passwordInput", "tokenizer"]
)
def test_what_is_said_about_a_secret_is_not_one(key: str) -> None:
    manifest = {"parameters": {key: "v2.0"}}
    assert list(secrets_of_manifest(manifest, json.dumps(manifest))) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_form_of_a_secret_is_found_under_any_key(name: str) -> None:
    manifest = {"a": ["b", SAMPLES[name]]}
    [found] = secrets_of_manifest(manifest, json.dumps(manifest))
    assert (found.pointer, found.value, found.key) == (("a", 1), SAMPLES[name], "")
    assert found.kind == kind(name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_form_of_a_secret_is_found_in_a_key(name: str) -> None:
    manifest = {"a": [{SAMPLES[name]: True}]}
    [found] = secrets_of_manifest(manifest, json.dumps(manifest))
    assert (found.pointer, found.value) == (("a", 0, SAMPLES[name]), SAMPLES[name])
    assert (found.key, found.kind, found.is_key) == ("", kind(name), True)


@pytest.mark.parametrize("around", ['{"kty":%s}', '{"kty":[1,%s]}', '{"kty":{"kty":%s}}'])
def test_a_key_under_its_own_name_is_found_and_hidden(around: str) -> None:
    key = SAMPLES["JSON Web Key"]
    document = Document("x", (around % key).encode())
    assert json.loads(key)["d"] in document.secrets
    assert json.loads(key)["d"] not in (document.line(1) or "")


def test_the_lines_of_a_private_key_are_found_and_hidden() -> None:
    lines = SAMPLES["Private Key"].splitlines()
    manifest = {"a": ["b", *lines, "c"]}
    text = json.dumps(manifest)
    [found] = secrets_of_manifest(manifest, text)
    assert (found.pointer, found.kind) == (("a", 1), "Private Key")
    shown = Document("x", text.encode()).line(1) or ""
    assert not any(line in shown for line in lines)


@pytest.mark.parametrize(
    "manifest",
    [
        {"a": f"curl -H 'Authorization: Bearer {RANDOM}'"},
        {"a": json.dumps({"client_secret": RANDOM})},
        {"parameters": [{"name": "client_secret", "value": RANDOM}]},
        {"signing_key": RANDOM, "a": [RANDOM]},
        {SAMPLES["GitHub Token"]: SAMPLES["GitHub Token"]},
    ],
)
def test_what_is_found_is_hidden(manifest: Any) -> None:
    line = Document("x", json.dumps(manifest).encode()).line(1)
    assert line
    assert RANDOM not in line
    assert SAMPLES["GitHub Token"] not in line


def test_a_broken_manifest_with_a_form_of_a_secret_is_not_shown() -> None:
    text = f'{{"{SAMPLES["GitHub Token"]}": 1,}}'
    assert Document("x", text.encode()).line(1) is None


@pytest.mark.parametrize("part", ["a_", "a1.", "[a=", "/a1", "a(", "a1 ", "\\d", "A1_"])
def test_a_long_value_is_read_in_time(part: str) -> None:
    def make(size: int) -> tuple[Any, str]:
        value = {"token": part * size + "9!"}
        return value, json.dumps(value)

    assert grows_with_its_input(make, lambda both: list(secrets_of_manifest(*both)), 20_000)


@pytest.mark.parametrize("part", ["token=1a", "a: a1 ", "--token ", "bearer ", "-u a:", '"[', "x1"])
def test_a_long_string_is_read_in_time(part: str) -> None:
    def make(size: int) -> tuple[Any, str]:
        value = [part * size]
        return value, json.dumps(value)

    assert grows_with_its_input(make, lambda both: list(secrets_of_manifest(*both)), 20_000)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"parameters": {"apiSecret": "S3"}}', '{"parameters": {"apiSecret": ****}}'),
        ('{"a": "S3", "password": "S3"}', '{"a": ****, "password": ****}'),
        ('{"password": 123456, "a": 1}', '{"password": ******, "a": 1}'),
        ('{"password": "S3",}', None),
        (
            '{"fields": {"password": {"type": "text"}}}',
            '{"fields": {"password": {"type": "text"}}}',
        ),
        (f'{{"password": "S3", "a": {"1" * 290}}}', f'{{"password": ****, "a": {"1" * 290}}}'),
    ],
)
def test_a_line_of_a_manifest_shows_no_secret(text: str, line: str | None) -> None:
    assert Document("x", text.encode()).line(1) == line


def test_a_manifest_of_20_mb_is_read_in_time() -> None:
    def make(size: int) -> tuple[Any, str]:
        text = json.dumps([{"password": f"$A{number}", "a": {}} for number in range(size)])
        return go_json.decode(text)[0], text

    assert grows_with_its_input(make, lambda both: list(secrets_of_manifest(*both)), 20_000)


LETTERS = str.maketrans("0123456789", "qwrtypsdfg")


def without_digits(sample: str) -> Iterator[str]:
    """Yield a secret without digits after some of its first characters, where it is still one."""
    for kept in range(40):
        text = sample[:kept] + sample[kept:].translate(LETTERS)
        if secret_forms.kind_of(text):
            yield text


HEXADECIMAL = "GitLab Token: OAuth secret"
"""It has a digit: sixty-four of its characters are of sixteen."""


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {HEXADECIMAL}))
def test_a_secret_that_has_no_digit_by_chance_is_found(name: str) -> None:
    for secret in dict.fromkeys(without_digits(SAMPLES[name])):
        for value in (secret, f"It is {secret} here"):
            text = json.dumps({"parameters": {"x": value}}, ensure_ascii=False)
            assert Document("manifest.konnector", text.encode()).found_secrets, secret
            assert secret not in shown_text(value)
