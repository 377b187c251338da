"""What is ruled out has no secret that a search would find, and most manifests are ruled out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document import go_json
from manifest_lint.document.document import Document
from manifest_lint.document.manifest_secrets import secrets_of_manifest
from manifest_lint.document.masking import known_forms_in
from manifest_lint.document.secret_names import secrets_by_name
from tests.connectors import SUNMETER
from tests.secret_samples import SAMPLES

AWS = SAMPLES["AWS Access Key"]
RANDOM = "9f8e7d6c5b4a3210"
KEYS = st.sampled_from(
    [
        *("a", "type", "name", "label", "value", "default", "options", "id", "key", "header"),
        *("fields", "locales", "permissions", "parameters", "notifications", "token_url"),
        *("password", "clientSecret", "pin", "appKey", "kty", "d", "secret_id", "private"),
        *("Value", "Type", AWS),
    ]
)
SCALARS = st.sampled_from(
    [
        *(None, True, 12, 123456, 1.5, "", "a", "password", "text", "hunter2", "client_secret"),
        *(RANDOM, f"token={RANDOM}", f"https://u:{RANDOM}@a.example", "your-secret-here", "$A"),
        *("screenshot123456.png", f"x{AWS[:12]}", f"see {AWS}", "https://:p@a.example"),
        *(f'{{"client_secret": "{RANDOM}"}}', "PRIVATE KEY", "-----BEGIN PRIVATE KEY-----", "oct"),
        *("A sentence of 2026.", "Basic dTo5ZjhlN2Q2YzViNGEzMjEw", AWS),
    ]
)
MANIFESTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def is_ruled_out(text: str) -> bool:
    return Document("manifest.konnector", text.encode()).has_no_secrets


def searched(value: Any, text: str) -> list[Any]:
    """Return what the searches find that are left out for what is ruled out."""
    return [*secrets_of_manifest(value, text), *secrets_by_name(value), *known_forms_in(text)]


@given(MANIFESTS, st.booleans())
def test_what_is_ruled_out_has_no_secret(manifest: Any, is_ascii: bool) -> None:
    text = json.dumps(manifest, ensure_ascii=is_ascii)
    assert not is_ruled_out(text) or searched(manifest, text) == []


@given(st.lists(st.tuples(KEYS, SCALARS), min_size=2, max_size=4))
def test_of_a_repeated_key_each_value_counts(members: list[tuple[str, Any]]) -> None:
    inner = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in members)
    text = f'{{"parameters": {{{inner}}}}}'
    value, _ = go_json.decode(text)
    assert not is_ruled_out(text) or searched(value, text) == []


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"fields": {"password": {"type": "password"}, "login": {"type": "text"}}},
        {"fields": {"token": {"type": "password", "label": "Token"}}},
        {"locales": {"en": {"fields": {"password": {"label": "Your password"}}}}},
        {"features": ["DOC_QUALIFICATION_V2", "SENTRY_V2"]},
        {"screenshots": ["screenshot1.png"], "vendor_link": "https://a.example/id1224102389"},
        {"author": "A. Author <a@example.org>", "source": "git@example.org:a/b.git"},
    ],
)
def test_what_manifests_mostly_have_is_ruled_out(members: dict[str, Any]) -> None:
    good = json.loads((SUNMETER / "manifest.konnector").read_text("utf-8"))
    manifest = good | members
    assert is_ruled_out(json.dumps(manifest, ensure_ascii=False))


def test_what_is_nested_deep_is_not_ruled_out() -> None:
    manifest: Any = {}
    for _ in range(30):
        manifest = {"a": manifest}
    assert not is_ruled_out(json.dumps(manifest))
