"""Texts of a manifest as its author changes them, one edit after another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random

SECRET = "9f8e7d6c5b4a3210"

START = json.dumps(
    {
        "name": "Sun",
        "slug": "sun",
        "type": "konnector",
        "version": "1.0.0",
        "permissions": {
            "bills": {"type": "io.cozy.bills", "verbs": ["GET"], "description": "Needed"},
            "files": {"type": "io.cozy.files", "selector": "id", "values": ["a", "b"]},
            "accounts": {"type": "io.cozy.accounts"},
        },
        "fields": {"login": {"type": "text"}, "password": {"type": "password", "label": "Mot"}},
        "locales": {
            "fr": {"short_description": "Caf\u00e9 \U0001f600", "permissions": {"bills": {}}},
            "en": {"short_description": "Coffee", "fields": {"a": {"label": "b"}}},
        },
        "parameters": {"list": [["client", {"x": "y"}], {"name": "n", "value": {"deep": "z"}}]},
        "oauth": {"scope": ["read", "write"], "account_type": "sun"},
        "terms": {"url": "https://example.org/", "version": "1"},
    },
    indent=2,
    ensure_ascii=False,
)

PIECES = (
    *('"', "{", "}", "[", "]", ",", ":", "\n", "\t", " ", "x", "1", "0", "-", "\\", "\u00e9"),
    *("\U0001f600", "\\ud83d", "\\n", "null", "true", "[]", "{}", "\r\n", "\u2028", "A" * 30),
    *('"x": {},', '"type": 1,', '"TYPE": "io.cozy.x",', '"verbs": ["get"],', "1e999", "NaN"),
    *(SECRET, f'"client_secret": "{SECRET}",', f'"token": "{SECRET}",', f" token={SECRET} "),
    *(f'{{"name": "client_secret", "value": "{SECRET}"}},', "client_secret", "password", "kty"),
    *(f"ghp_{SECRET}{SECRET}abcd", f"https://u:{SECRET}@example.org/", f"pin: {SECRET}"),
    *('"permissions": {"a": {"type": "*"}},', '"Permissions": {},', '"screenshots": 5,'),
    *('"locales": {"en": {"screenshots": "x"}},', '"created_at": "2026-01-01T00:00:00Z",'),
)
"""What an author types or pastes: parts of JSON, secrets, keys that mean something."""

_STRING = r'"(?:[^"\\]|\\.)*"'
_WORDS = (
    *("type", "name", "value", "values", "verbs", "password", "client_secret", "token", "label"),
    *("kty", "permissions", "locales", "default", "options", "a", "x", SECRET, "fields", "TYPE"),
)
_VALUES = (
    *(
        f'"{SECRET}"',
        '"password"',
        '"text"',
        "null",
        "12345678",
        "[]",
        "{}",
        '["client_secret", 1]',
    ),
    *('{"type": "password", "default": "x1y2z3"}', '{"a": 1, "a": 2}', '"io.cozy.*"', "1", "true"),
    *('{"name": "api_key", "value": {"x": "9f8e7d6c"}}', '"-----BEGIN PRIVATE KEY-----"'),
    *(f'{{"client_secret": "{SECRET}"}}', f'"ghp_{SECRET}{SECRET}abcd"', '"io.cozy.x"'),
)


def edits(choose: Random, most: int) -> Iterator[str]:
    """Yield a manifest's text as it is at first, and after each of some edits."""
    text, good = START, START
    yield text
    for _ in range(most):
        if choose.random() < 0.1:
            good = START
        if choose.random() < 0.1 or not (_is_json(text) or choose.random() < 0.3):
            text = good  # repaired, or undone
        else:
            text = _edited(text, choose)
        yield text
        if _is_json(text):
            good = text


def _edited(text: str, choose: Random) -> str:
    """Return a text with something inserted, deleted, replaced or pasted once more."""
    if choose.random() < 0.6:
        return _with_other_part(text, choose)
    at = choose.choice([found.start() for found in re.finditer(r'["{}\[\],]|\b', text)] or [0])
    at = min(len(text), max(0, at + choose.choice([0, 0, 0, 1, -1])))
    gone = choose.choice([0, 0, 0, 0, 1, 2, 5, 30])
    new = choose.choice([*PIECES, "", ""])
    if choose.random() < 0.1:
        start = choose.randrange(len(text) + 1)
        new = text[start : start + choose.randrange(200)]
    return text[:at] + new + text[at + gone :]


def _with_other_part(text: str, choose: Random) -> str:
    """Return a text with another string, key, member or item, which mostly leaves it JSON."""
    start, end = choose.choice([found.span() for found in re.finditer(_STRING, text)] or [(0, 0)])
    kind = choose.choice(["longer", "shorter", "other", "member", "item"])
    if kind == "longer":
        return text[: end - 1] + choose.choice([*_WORDS, *PIECES]) + text[end - 1 :]
    if kind == "shorter":
        return text[: start + 1] + text[start + 2 :]
    if kind == "other":
        return text[:start] + choose.choice(_VALUES) + text[end:]
    new = choose.choice(_VALUES)
    if kind == "member":
        new = f'"{choose.choice(_WORDS)}": {new}'
    return f"{text[:start]}{new}, {text[start:]}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
