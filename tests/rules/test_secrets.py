"""K003 and K004: secrets in files that git tracks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from tests.connectors import ACCOUNT_TYPE, MANIFEST, codes, only, with_changes

SECRET = "9f8e7d6c5b4a3210"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def of_files(folder: Path, *, tracked: bool = True, **texts: Any) -> tuple[Finding, ...]:
    """Check the good connector in a git work tree, with these files next to it."""
    git(folder, "init")
    (folder / "src").mkdir()
    (folder / "manifest.konnector").write_text(json.dumps(MANIFEST))
    names = {"types": "account-types-def.json", "config": "konnector-dev-config.json"}
    for name, value in texts.items():
        (folder / names[name]).write_text(json.dumps(value, indent=2))
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
        ({"fields": SECRET}, []),
        ([SECRET], []),
    ],
)
def test_tracked_access_tokens_are_reported(
    tmp_path: Path, config: Any, expected: list[str]
) -> None:
    assert codes(of_files(tmp_path, config=config)) == expected


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
    monkeypatch.setattr(
        "manifest_lint.document.document.is_tracked", lambda path: asked.append(path)
    )
    config = {"fields": {"access_token": "<ACCESS_TOKEN>"}}
    of_files(tmp_path, config=config, types={**ACCOUNT_TYPE, "client_secret": "..."})
    assert asked == []
