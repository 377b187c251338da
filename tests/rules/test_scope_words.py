"""S016 and S017: the words of the scope."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.connectors import MANIFEST, of_manifest
from tests.growth import grows_with_its_input


def reported(code: str, scope: Any) -> list[str]:
    return [f.severity.label for f in of_manifest(oauth={"scope": scope}) if f.code == code]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scope1 scope2", ["error"]),
        ("scope1", ["error"]),
        ("scope1+scope2", ["error"]),
        ("scope", ["error"]),
        ("scope1 scope2 scope3", ["error"]),
        ("scope_1 scope_2", ["error"]),
        ("read <scope2>", ["error"]),
        ("read, ...", ["error"]),
        ("read ${SCOPE}", ["error"]),
        ("read {id}", []),
        ("user/*.read $x", []),
        ("scopes", ["error"]),
        ("...", ["error"]),
        ("\u2026", ["error"]),
        ("<SCOPE>", ["error"]),
        ("<your scopes here>", ["error"]),
        ("$SCOPE", ["error"]),
        ("${SCOPE}", ["error"]),
        ("{{ scope }}", ["error"]),
        ("{scope}", ["error"]),
        ("[scopes]", ["error"]),
        ("YOUR_SCOPE", ["error"]),
        ("votre-scope", ["error"]),
        ("TODO", ["error"]),
        (" xxx ", ["error"]),
        ("scope=read", ["warning"]),
        ("'read write'", ["warning"]),
        ("`read`", ["warning"]),
        ("read", []),
        ("scope3", []),
        ("scope:read", []),
        ("todo:write", []),
        ("'", []),
        ("''", []),
        ("read:scope1", []),
        ("x", []),
        ("$", []),
        ("", []),
    ],
)
def test_a_scope_that_is_not_filled_in_is_reported(text: str, expected: list[str]) -> None:
    assert reported("S016", [text]) == expected
    assert reported("S016", text) == expected


def test_no_scope_is_not_an_example() -> None:
    none: tuple[Any, ...] = (None, False, True, {}, [], [None], 1)
    for scope in none:
        assert reported("S016", scope) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("openid offline_acces", "offline_access"),
        ("openid offline-access", "offline_access"),
        ("openid Offline_Access", "offline_access"),
        ("openid offlineaccess", "offline_access"),
        ("OpenID profile", "openid"),
        ("opnid profile", "openid"),
        ("profile+openidd", "openid"),
        ("openid profile offline_access", ""),
        ("tweet.read offline.access", ""),
        ("offline", ""),
        ("online_access", ""),
        ("opened", ""),
        ("open", ""),
        ("open_id", ""),
        ("openid:read", ""),
        ("orders", ""),
        ("profil emial", ""),
    ],
)
def test_a_misspelt_scope_of_openid_is_reported(text: str, meant: str) -> None:
    found = [f.message for f in of_manifest(oauth={"scope": [text]}) if f.code == "S017"]
    assert [message.endswith(f"did you mean `{meant}`?") for message in found] == [True] * bool(
        meant
    )


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("scope=read", ["read"]),
        ("'read write'", ["read write"]),
        ("scope=", []),
        ("'scope1'", []),
        ("openid offline_acces", ["openid offline_access"]),
        ("OpenID offline_acces", ["openid offline_acces", "OpenID offline_access"]),
        ("offline_acces offline_access", []),
    ],
)
def test_the_fix_writes_the_scope_alone(text: str, fixed: list[str]) -> None:
    found = [f for f in of_manifest(oauth={"scope": [text]}) if f.code in ("S016", "S017")]
    assert found
    edits = [edit.text for one in found if one.fix for edit in one.fix.edits]
    assert [json.loads(written) for written in edits] == fixed


def test_a_list_of_examples_is_reported_once() -> None:
    assert reported("S016", ["scope1", "scope2"]) == ["error"]
    assert reported("S016", ["scope1", "read"]) == []


@pytest.mark.parametrize("word", ["offline_acces{} ", "scope1 ", "<", "{", "[a"])
def test_a_long_scope_is_checked_quickly(word: str) -> None:
    def make(size: int) -> str:
        text = "".join(word.replace("{}", str(number)) for number in range(size))
        return json.dumps({**MANIFEST, "oauth": {"scope": [text]}})

    assert grows_with_its_input(make, of_manifest, 4_000)
