"""S010 to S014: the `oauth` object and the other parts of an OAuth connector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from manifest_lint.oauth import wire
from tests.conformance import SHARED
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes
from tests.growth import grows_with_its_input


def reported(code: str, **changes: Any) -> list[str]:
    return [f.severity.label for f in of_manifest(**changes) if f.code == code]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"fields": {"access_token": {"type": "hidden"}, "refresh_token": {}}}, []),
        ({"fields": ...}, ["note"]),
        ({"fields": {}}, ["note"]),
        ({"fields": {"login": {"type": "text"}}}, ["note"]),
        ({"fields": {"access_token": None}}, ["note"]),
        ({"fields": {"access_token": {"type": "text"}}}, ["note"]),
        ({"fields": {"access_token": {"type": "token"}}}, ["note"]),
        ({"fields": {"access_token": {}}}, ["note"]),
        ({"fields": {"access_token": "hidden"}}, []),
        ({"fields": {"access_token": {"type": ["hidden"]}}}, []),
        ({"fields": []}, []),
        ({"fields": {}, "oauth": ...}, []),
        ({"fields": {}, "oauth": None}, []),
    ],
)
def test_an_oauth_connector_needs_the_hidden_field(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert reported("S010", **changes) == expected


TOKEN = {"access_token": {"type": "hidden"}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"fields": {**TOKEN, "refresh_token": {"type": "text"}}}, []),
        ({"fields": {**TOKEN, "advancedFields": {"type": "folder"}}}, []),
        ({"fields": {**TOKEN, "region": {"type": "hidden"}}}, []),
        ({"fields": {**TOKEN, "login": {}}}, []),
        ({"fields": {**TOKEN, "login": "text"}}, []),
        ({"fields": {**TOKEN, "login": {"type": ["text"]}}}, []),
        ({"fields": {**TOKEN, "login": {"type": "text"}}}, ["warning"]),
        (
            {"fields": {"login": {"type": "text"}, "password": {"type": "password"}}},
            ["warning"],
        ),
        ({"fields": {"login": {"type": "text"}}, "oauth": ...}, []),
        ({"fields": {"login": {"type": "text"}}, "oauth": False}, []),
        ({"fields": {"login": {"type": "text"}}, "oauth": {}}, ["warning"]),
        ({"fields": ["login"]}, []),
        ({"fields": None}, []),
    ],
)
def test_an_oauth_connector_asks_for_no_field(changes: dict[str, Any], expected: list[str]) -> None:
    assert reported("S018", **changes) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, ["note"]),
        (True, ["note"]),
        ([], ["note"]),
        (["read"], ["note"]),
        ({"scope": None}, []),
        ({"account_type": "sunmeter"}, []),
        ({"account_type": "sunmeter", "nonce": "x"}, []),
        ({"scopes": ["read"]}, ["warning"]),
        ({"Scope": ["read"], "account_type": "sunmeter"}, ["warning"]),
        ({"scope": ["read"], "scopes": ["read"]}, []),
        (False, []),
        (None, []),
        (0, []),
        (1, []),
        ("", []),
        (..., []),
    ],
)
def test_an_empty_oauth_object_is_reported(value: Any, expected: list[str]) -> None:
    assert reported("S011", oauth=value) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sunmeter", []),
        ("service.example", []),
        (..., []),
        (None, ["error"]),
        ("", ["error"]),
        (0, ["error"]),
        (True, ["error"]),
        (["sunmeter"], ["error"]),
        ({}, ["error"]),
        ("ctx/sunmeter", ["error"]),
        ("sun?meter", ["error"]),
        ("100%", ["error"]),
    ],
)
def test_invalid_ids_of_account_types_are_reported(name: Any, expected: list[str]) -> None:
    block = with_changes({"scope": ["read"], "account_type": name})
    assert reported("S012", oauth=block) == expected


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ctx/sunmeter", "write the id without its context, which the stack adds"),
        ("sun?meter", "it is cut or changed in a URL's path"),
        ("..", "it is cut or changed in a URL's path"),
    ],
)
def test_it_is_said_why_an_id_does_not_reach_the_login(name: str, why: str) -> None:
    finding = only(of_manifest(oauth={"scope": ["read"], "account_type": name}), "S012")
    assert finding.message == f'`oauth.account_type` cannot be "{name}": {why}'


def test_null_is_an_invalid_name_of_an_account_type() -> None:
    finding = only(of_manifest(oauth={"scope": None, "account_type": None}), "S012")
    assert 'Harvest uses the id "null"' in finding.message
    assert finding.refused_by == ("login",)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (["openid profile email offline_access"], []),
        ("openid+profile", []),
        (["openid", "profile"], []),
        (["read write"], []),
        (["profile_limited"], []),
        (["profile"], ["note"]),
        ("read+email", ["note"]),
        (["read", "offline_access"], ["note"]),
        ("email,public_profile", []),
        (["https://www.googleapis.com/auth/contacts.readonly profile"], []),
        ("email,user", ["note"]),
        ([["profile"]], []),
        (None, []),
    ],
)
def test_openid_connect_scopes_need_openid(scope: Any, expected: list[str]) -> None:
    assert reported("S013", oauth={"scope": scope}) == expected


def of_dev_config(folder: Path, config: Any, **changes: Any) -> tuple[Finding, ...]:
    (folder / "src").mkdir()
    (folder / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, **changes)))
    text = config if isinstance(config, str) else json.dumps(config, indent=2)
    (folder / "konnector-dev-config.json").write_text(text)
    return check([folder], select=["S014", "J001"]).findings


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"fields": {"access_token": "<ACCESS_TOKEN>"}}, []),
        ({"fields": {"access_token": "S3CRET"}}, []),
        ({"fields": {"access_token": ""}}, ["S014"]),
        ({"fields": {"access_token": None}}, ["S014"]),
        ({"fields": {"token": "a"}}, ["S014"]),
        ({"fields": {"access_token": 12345678}}, ["S014"]),
        ({"fields": {"access_token": {"access_token": "a"}}}, ["S014"]),
        ({"fields": {"access_token": "Bearer a"}}, ["S014"]),
        ({"fields": {"access_token": "a\n"}}, ["S014"]),
        ({"fields": {"access_token": "'a'"}}, ["S014"]),
        ({"fields": {"access_token": "<ACCESS_TOKEN>"}}, []),
        ({"fields": {"access_token": "a b"}}, []),
        ({"fields": []}, ["S014"]),
        ({}, ["S014"]),
        ('{"fields": {"access_token": "a",}}', ["J001"]),
        ('{"fields": {"access_token": "a"}} // b', ["J001"]),
        ('{"fields": {/* "access_token": "a" */}}', ["J001", "S014"]),
        ([], ["J001"]),
    ],
)
def test_a_missing_token_for_development_is_reported(
    tmp_path: Path, config: Any, expected: list[str]
) -> None:
    assert codes(of_dev_config(tmp_path, config)) == expected


def test_the_finding_names_the_developers_configuration(tmp_path: Path) -> None:
    finding = only(of_dev_config(tmp_path, {"fields": {"token": "S3CRET"}}), "S014")
    assert finding.path.endswith("konnector-dev-config.json")
    assert finding.place.line == 2
    assert "S3CRET" not in repr(finding)


def test_without_oauth_no_token_is_required(tmp_path: Path) -> None:
    assert of_dev_config(tmp_path, {"fields": {}}, oauth=...) == ()


@pytest.mark.parametrize(
    ("oauth", "messages"),
    [
        (
            {"accountType": "x"},
            ["unknown key `oauth.accountType`: did you mean `account_type`?"],
        ),
        ({"client_id": "x"}, ["`oauth.client_id` is ignored: it is a key of the account type"]),
        ({"Grant_Mode": "x"}, ["`oauth.Grant_Mode` is ignored: it is a key of the account type"]),
        ({"clientId": "x"}, ["`oauth.clientId` is ignored: the account type has `client_id`"]),
        ({"grant_type": "x"}, ["`oauth.grant_type` is ignored: the account type has `grant_mode`"]),
        (
            {"authorizationURL": "x"},
            ["`oauth.authorizationURL` is ignored: the account type has `auth_endpoint`"],
        ),
        ({"Scope": ["a"]}, ["unknown key `oauth.Scope`: did you mean `scope`?"]),
        ({"zebra": 1, "": 2}, ["unknown key `oauth.zebra`", "unknown key `oauth.`"]),
        ({"a\nb\ud800": 1}, ["unknown key `oauth.a\\nb\ufffd`"]),
        ({"account_type": "x", "_comment": "a", "// b": "c"}, []),
        (
            {"client_secret": "$SECRET"},
            ["`oauth.client_secret` is ignored: it is a key of the account type"],
        ),
        ({"client_secret": "9f8e7d6c"}, []),
        ([], []),
        (None, []),
    ],
)
def test_unknown_keys_of_oauth_are_reported(oauth: Any, messages: list[str]) -> None:
    if isinstance(oauth, dict):
        oauth = {"scope": ["read"], **oauth}
    found = [one for one in of_manifest(oauth=oauth) if one.code == "S015"]
    assert sorted(one.message for one in found) == sorted(messages)
    assert {one.severity.label for one in found} <= {"warning"}


def test_many_unknown_keys_of_oauth_are_checked_quickly() -> None:
    def make(size: int) -> str:
        return json.dumps({"oauth": {f"account_typ{number}": 1 for number in range(size)}})

    assert grows_with_its_input(make, of_manifest, 8_000)


def test_the_recorded_runs_look_for_what_is_reported_here() -> None:
    file = SHARED / "oracle/login.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/oracle/login.jsonl, which is not here")
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        if not wire.is_oauth(case["manifest"]):
            continue
        wanted = case["expect"]["account_type_id"]
        start = case["expect"]["start_url"].split("/accounts/", 1)[1].split("/start", 1)[0]
        found = [f for f in of_manifest(**case["manifest"]) if f.code in ("S011", "S012")]
        names_one = isinstance(wanted, str) and wanted == start != "" and "/" not in start
        assert names_one == ("S012" not in codes(tuple(found)))
        if "S011" in codes(tuple(found)):
            assert not case["expect"].get("stack_scope")
