"""K003 to K005: secrets in files that git tracks, and in the manifest."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from manifest_lint.reports.names import FORMATS
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, codes, of_manifest, only, with_changes
from tests.secret_samples import SAMPLES

EXAMPLE = "9f8e7d6c5b4a3210"
"""The secret that the documentation of K005 has."""

SECRET = "0d1c2b3a4f5e6978"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def of_files(folder: Path, *, tracked: bool = True, **texts: Any) -> tuple[Finding, ...]:
    """Check the good connector in a git work tree, with these files next to it."""
    git(folder, "init")
    (folder / "src").mkdir()
    fields = {**MANIFEST["fields"], "answer": {"type": "password"}}
    (folder / "manifest.konnector").write_text(json.dumps({**MANIFEST, "fields": fields}))
    names = {
        "types": "account-types-def.json",
        "config": "konnector-dev-config.json",
        "imported": "data/importedData.json",
        "imported_before": "importedData.json",
    }
    for name, value in texts.items():
        (folder / names[name]).parent.mkdir(exist_ok=True)
        text = value if isinstance(value, str) else json.dumps(value, indent=2)
        (folder / names[name]).write_text(text)
    if tracked:
        git(folder, "add", ".")
    found = check([folder]).findings
    assert SECRET not in repr(found)
    return tuple(finding for finding in found if finding.code in ("K003", "K004"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_secret": SECRET}, ["K003"]),
        ({"CLIENT_SECRET": SECRET, "client_secret": ...}, ["K003"]),
        ({"client_secret": "abcdefghijklmnop"}, ["K003"]),
        ({"client_secret": SECRET, "secret": SECRET, "grant_mode": "secret"}, ["K003", "K003"]),
        ({"client_secret": "...", "secret": {"key": "a"}}, []),
        ({"client_secret": "$SUNMETER_CLIENT_SECRET"}, []),
        ({"client_secret": "${CLIENT_SECRET}"}, []),
        ({"client_secret": "<CLIENT_SECRET>"}, []),
        ({"client_secret": "xxxxxxxx"}, []),
        ({"client_secret": "********"}, []),
        ({"client_secret": "your-client-secret"}, []),
        ({"client_secret": "CHANGE ME"}, []),
        ({"client_secret": "placeholder"}, []),
        ({"client_secret": "None"}, []),
        ({"client_secret": "fake-key"}, []),
        ({"client_secret": "testify-nonesuch"}, ["K003"]),
        ({"client_secret": ""}, []),
        ({"client_secret": ...}, []),
        ({"client_secret": [SECRET]}, []),
    ],
)
def test_tracked_client_secrets_are_reported(
    tmp_path: Path, changes: dict[str, Any], expected: list[str]
) -> None:
    types = with_changes(ACCOUNT_TYPE, **changes)
    assert codes(of_files(tmp_path, types=types)) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"fields": {"access_token": SECRET}}, ["K004"]),
        ({"fields": {"access_token": "<ACCESS_TOKEN>"}}, []),
        ({"fields": {"access_token": "your token here"}}, []),
        ({"fields": {"access_token": 1}}, []),
        ({"fields": {"password": SECRET, "refresh_token": SECRET}}, ["K004", "K004"]),
        ({"COZY_PARAMETERS": {"secret": {"key": SECRET}}}, ["K004"]),
        ({"fields": {"pin": 123456, "otp": "1234", "passcode": "98a7"}}, ["K004"] * 3),
        ({"fields": {"auth_code": "9f8e", "authCode": 9876, "password": 123456}}, ["K004"] * 3),
        ({"fields": {"smsCode": "123456", "cookie": "a1", "PIN": "0000"}}, ["K004"] * 3),
        ({"fields": {"signing_key": "a1b2c3", "cookies": ["sid=a1b2"]}}, ["K004", "K004"]),
        ({"fields": {"answer": "my first cat"}}, []),
        ({"fields": {"answer": "tom"}}, ["K004"]),
        ({"fields": {"pin": 1, "otp": "", "passcode": "$PASSCODE", "auth_code": "your code"}}, []),
        ({"fields": {"zip_code": "75001", "postalCode": 75001, "country_code": "FR1"}}, []),
        ({"fields": {"app_key": "drive", "user_key": "me", "auth_mode": "a1"}}, []),
        ('{"fields": {"pin": 123456, "answer": "tom", "zip": 75001,}}', ["K004", "K004"]),
        ({"fields": {"login": SECRET, "token_url": "https://a.example/1"}}, []),
        (f'// mine\n{{"fields": {{"access_token": "{SECRET}"}}}} // "token"', ["K004"]),
        (f'{{"fields": {{"access_token": "{SECRET}"}} /* never closed', ["K004"]),
        (f'{{"fields": {{"access_token": "{SECRET}",}}}}', ["K004"]),
        (f"{{fields: {{access_token: '{SECRET}', login: 'me'}}}}", ["K004"]),
        (f"fields:\n  access_token: {SECRET}\n", ["K004"]),
        (f'{{"fields": {{/* "access_token": "{SECRET}" */}}}}', []),
        ({"fields": SECRET}, []),
        ([SECRET], []),
    ],
)
def test_tracked_access_tokens_are_reported(
    tmp_path: Path, config: Any, expected: list[str]
) -> None:
    assert codes(of_files(tmp_path, config=config)) == expected


@pytest.mark.parametrize("name", ["imported", "imported_before"])
def test_tracked_secrets_that_standalone_mode_wrote_are_reported(tmp_path: Path, name: str) -> None:
    account = {"_id": "1", "auth": {"login": "me", "password": SECRET}}
    texts: dict[str, Any] = {name: {"io.cozy.accounts": [account]}}
    [finding] = of_files(tmp_path, **texts)
    assert finding.code == "K004"
    assert Path(finding.path).name == "importedData.json"
    assert finding.pointer == ("io.cozy.accounts", 0, "auth", "password")
    again = check([finding.path], select=["K004"])
    assert [one.code for one in again.findings] == ["K004"]


def test_tracked_secrets_next_to_an_unreadable_manifest_are_reported(tmp_path: Path) -> None:
    (tmp_path / "konnector-dev-config.json").write_text(f'{{"access_token": "{SECRET}"}}')
    (tmp_path / "account-types-def.json").write_text(
        json.dumps({**ACCOUNT_TYPE, "client_secret": SECRET})
    )
    (tmp_path / "manifest.konnector").write_text("{")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    assert codes(check(tmp_path, select="K").findings) == ["K003", "K004"]


def test_a_secret_in_a_file_that_is_not_json_is_reported_at_its_place(tmp_path: Path) -> None:
    text = f'{{\n// a\n"fields": {{"access_token": "{SECRET}",}}}}'
    [finding] = of_files(tmp_path, config=text)
    assert (finding.place.line, finding.place.column) == (3, 28)


def test_each_finding_is_at_the_secret(tmp_path: Path) -> None:
    config = {"fields": {"access_token": SECRET}}
    types = {**ACCOUNT_TYPE, "client_secret": SECRET}
    findings = of_files(tmp_path, config=config, types=types)
    places = {f.code: (Path(f.path).name, f.place.line) for f in findings}
    assert places == {
        "K003": ("account-types-def.json", 5),
        "K004": ("konnector-dev-config.json", 3),
    }
    assert only(findings, "K003").severity.label == "warning"


def test_a_file_that_git_does_not_track_may_hold_secrets(tmp_path: Path) -> None:
    config = {"fields": {"access_token": SECRET}}
    types = {**ACCOUNT_TYPE, "client_secret": SECRET}
    assert of_files(tmp_path, tracked=False, config=config, types=types) == ()


def test_git_is_run_only_if_there_may_be_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr("manifest_lint.files.git.is_tracked", lambda path: asked.append(path))
    config = {"fields": {"access_token": "<ACCESS_TOKEN>"}}
    of_files(tmp_path, config=config, types={**ACCOUNT_TYPE, "client_secret": "..."})
    assert asked == []


def test_a_secret_in_a_manifest_stops_the_build() -> None:
    finding = only(of_manifest(oauth={"scope": ["a"], "clientSecret": SECRET}), "K005")
    assert (finding.severity.label, finding.refused_by) == ("error", ("build",))
    assert finding.pointer == ("oauth", "clientSecret")
    assert finding.message == "`clientSecret` contains a secret, and manifests are public"
    assert SECRET not in repr(finding)


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"parameters": {"api_secret": SECRET, "private_key": [SECRET, "$A"]}}, 2),
        ({"parameters": {"api_secret": "$API_SECRET"}}, 0),
        ({"fields": {"password": {"type": "password", "default": SECRET}}}, 1),
        ({"fields": {"password": {"type": "password", "label": "password"}}}, 0),
        ({"x": {"token": "\ud800abc"}}, 1),
    ],
)
def test_secrets_in_a_manifest_are_reported_one_by_one(
    changes: dict[str, Any], number: int
) -> None:
    assert codes(of_manifest(**changes)).count("K005") == number


def test_a_deep_secret_is_reported_once_at_its_place() -> None:
    text = '{"api_secret": "a1b2", "a":' + "[" * 2_000 + '{"token": "c3d4"}' + "]" * 2_000 + "}"
    found = [one for one in of_manifest(text) if one.code == "K005"]
    assert [text[one.place.start : one.place.end] for one in found] == ['"a1b2"', '"c3d4"']


def test_the_line_of_a_finding_shows_no_secret(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(f'{{"slug": "x", "apiKey": "{SECRET}"}}')
    done = run("check", tmp_path, "--select", "K005")
    assert "K005" in done.stdout
    assert '"apiKey": **********' in done.stdout
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("format", FORMATS)
def test_no_report_shows_a_secret_that_is_a_key_or_cut(tmp_path: Path, format: str) -> None:
    token = SAMPLES["GitHub Token: fine-grained"]
    manifest = {
        **MANIFEST,
        token: True,
        "type": token,
        "categories": [f"{'a' * 30}?client_secret={SECRET * 4}"],
        "oauth": {"scope": ["a"], token: {"a": 1}},
        "fields": {token: {"type": f"{token}-2"}},
        "permissions": {**MANIFEST["permissions"], token: {token: 1}},
        "locales": {token: {"short_description": ""}},
    }
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest, indent=1))
    done = run("check", tmp_path, "--format", format)
    assert done.returncode == 1
    said = (done.stdout + done.stderr).replace(EXAMPLE, "")
    assert "K005" in said
    assert token[:16] not in said
    assert SECRET[:6] not in said


@pytest.mark.parametrize("format", FORMATS)
def test_no_report_shows_a_key_in_the_place_of_a_secret(tmp_path: Path, format: str) -> None:
    types = json.dumps({**ACCOUNT_TYPE, "client_secret": "HERE"}, indent=2)
    repeated = f'{{"{SECRET}": 1, "{SECRET}": 2}}'
    (tmp_path / "account-types-def.json").write_text(types.replace('"HERE"', repeated))
    (tmp_path / "manifest.konnector").write_text(json.dumps({**MANIFEST, "editor": [SECRET]}))
    done = run("check", tmp_path, "--format", format)
    assert "A008" in done.stdout
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("format", FORMATS)
def test_no_report_shows_a_form_of_a_secret_in_other_files(tmp_path: Path, format: str) -> None:
    token = SAMPLES["GitHub Token: fine-grained"]
    types = {**ACCOUNT_TYPE, token: 1, "grant_mode": token, "token_mode": f"x {token}"}
    config = {"fields": {token: 1}, "access_token": token}
    of_files(tmp_path, types=types, config=config)
    done = run("check", tmp_path, "--format", format)
    assert "A002" in done.stdout
    assert token[:16] not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "oauth",
    [
        {"account_type": "sunmeter"},
        {"account_type": 1},
        {"account_type": ""},
        {"account_type": None},
        {"account_type": ["a"]},
        {"Account_Type": "a"},
        {"account-type": "a", "scope": ["a"]},
        {"accountType": "a", "account_type": "a", "scope": ["a"]},
        {"client_id": "a"},
        {"grant_mode": "secret"},
        {"client_secret": SECRET},
        {"client_secret": "$A"},
        {"Scope": ["a"]},
        {"scope": ["a"], "": 1},
        {},
        [],
        "a",
        None,
    ],
)
def test_the_exit_code_says_whether_there_is_an_error(tmp_path: Path, oauth: Any) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps({**MANIFEST, "oauth": oauth}))
    done = run("check", tmp_path, "--format", "json")
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode == any(one["severity"] == "error" for one in findings)
    unknown = isinstance(oauth, dict) and set(oauth) - {"account_type", "scope"}
    reported = [one for one in findings if one["code"] in ("S015", "K005", "S011")]
    assert any(one["pointer"].startswith("/oauth/") for one in reported) == bool(unknown)
