"""X001, X005, X007 and X008: a connector and the account types given for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click import unstyle

from manifest_lint import Finding, check
from manifest_lint.document.document import Document
from manifest_lint.oauth.account_type import Given
from manifest_lint.project.connector import Connector
from manifest_lint.reports.formats import find
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sentences import summary
from manifest_lint.rules.registry import rules_on
from tests.connectors import (
    ACCOUNT_TYPE,
    MANIFEST,
    account_type,
    codes,
    of_manifest,
    only,
    with_changes,
)
from tests.growth import grows_with_its_input


def given(
    folder: Path, manifest: dict[str, Any], *account_types: dict[str, Any]
) -> tuple[Finding, ...]:
    """Check the good connector with changes, given good account types with changes."""
    (folder / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, **manifest)))
    documents = [with_changes(ACCOUNT_TYPE, **changes) for changes in account_types]
    (folder / "dump.json").write_text(json.dumps(documents))
    found = check([folder / "manifest.konnector"], account_types=[folder / "dump.json"])
    return tuple(f for f in found.findings if f.code in ("X001", "X005", "S012"))


@pytest.mark.parametrize(
    ("manifest", "ids", "expected"),
    [
        ({}, ["sunmeter"], []),
        ({}, ["other", "ctx/sunmeter"], []),
        ({}, ["other"], ["X001"]),
        ({"oauth": {"account_type": "other"}}, ["other"], []),
        ({"oauth": {"account_type": "sunmeter"}}, ["other"], ["X001"]),
        ({"oauth": {"account_type": None}}, ["null"], ["S012"]),
        ({"oauth": {"account_type": None}}, ["sunmeter"], ["S012"]),
        ({"oauth": {"account_type": "ctx/sunmeter"}}, ["ctx/sunmeter"], ["S012"]),
        ({"oauth": ...}, ["other"], []),
        ({"slug": ...}, ["other"], ["X001"]),
        ({"slug": ""}, ["other"], ["X001"]),
        ({}, [..., ...], ["X001"]),
        ({}, [], []),
    ],
)
def test_the_account_type_of_a_connector_must_be_given(
    tmp_path: Path, manifest: dict[str, Any], ids: list[Any], expected: list[str]
) -> None:
    (tmp_path / "account-types-def.json").write_text(
        json.dumps([with_changes(ACCOUNT_TYPE, _id=name) for name in ids])
    )
    findings = of_folder(tmp_path, manifest)
    assert codes(findings) == expected


def of_folder(folder: Path, manifest: dict[str, Any]) -> tuple[Finding, ...]:
    """Check the good connector with changes, with the account types next to it."""
    (folder / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, **manifest)))
    return check([folder], select=["X001", "X005", "S012", "J001"]).findings


@pytest.mark.parametrize("text", ["{broken", "[]"])
def test_unreadable_account_types_are_not_reported_missing_too(tmp_path: Path, text: str) -> None:
    (tmp_path / "account-types-def.json").write_text(text)
    assert set(codes(of_folder(tmp_path, {}))) <= {"J001"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("account-types-def.json", "[]", ["X007"]),
        ("account_types/README.txt", "none yet", ["X007"]),
        ("account-types-def.json", "{broken", []),
        ("account-types-def.json", "null", []),
        ("account_types/sunmeter.json", "", []),
    ],
)
def test_a_file_without_account_types_is_none(
    tmp_path: Path, name: str, text: str, expected: list[str]
) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    report = check([tmp_path], select=["X"])
    assert codes(report.findings) == expected
    assert ("0 account types" in unstyle(summary(report))) == bool(expected)


def test_a_document_by_itself_may_have_its_id_in_a_url(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    types = tmp_path / "account-types-def.json"
    types.write_text(json.dumps(with_changes(ACCOUNT_TYPE, _id=...)))
    manifest = tmp_path / "manifest.konnector"
    assert check([manifest], account_types=[types], select=["X"]).findings == ()


@pytest.mark.parametrize(
    ("ids", "which"), [(["sunmetre", "other"], "nearest"), (["other"], "only")]
)
def test_the_nearest_account_type_is_named(tmp_path: Path, ids: list[str], which: str) -> None:
    others = [{"_id": name} for name in ids]
    fix = only(given(tmp_path, {}, *others), "X001").fix
    assert fix is not None
    wanted = (
        f'write "{ids[0]}" as `oauth.account_type`, or add an account type with the slug as its id'
    )
    assert fix.title == wanted
    named = {"oauth": {"account_type": "sunmeter", "scope": ["read"]}}
    fix = only(given(tmp_path, named, *others), "X001").fix
    assert fix is not None
    assert fix.title == f'write "{ids[0]}", the {which} account type, or add one with this id'


def test_without_account_types_only_that_is_reported(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    report = check([tmp_path], select=["X"])
    assert only(report.findings, "X007").severity.label == "note"
    assert codes(report.findings) == ["X007"]
    assert unstyle(summary(report)) == "Found 1 note in 1 manifest and 0 account types."
    silent = check([tmp_path], select=["S"])
    assert unstyle(summary(silent)) == "No findings in 1 manifest and 0 account types."


@pytest.mark.parametrize("name", ["text", "github", "markdown", "html", "json", "jsonl"])
def test_every_summary_counts_no_account_types(tmp_path: Path, name: str) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    text = "\n".join(find(name)(Outcome(check([tmp_path], select=["X"]))))
    said = '"account_types": 0' if name.startswith("json") else "1 manifest and 0 account types"
    assert said in unstyle(text)


@pytest.mark.parametrize("manifest", [{"oauth": ...}, {"oauth": False}])
def test_a_connector_without_oauth_needs_no_account_type(
    tmp_path: Path, manifest: dict[str, Any]
) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, **manifest)))
    assert check([tmp_path], select=["X"]).findings == ()


def test_a_manifest_on_standard_input_needs_no_account_type() -> None:
    assert check(stdin=(None, json.dumps(MANIFEST).encode()), select=["X"]).findings == ()


def test_a_built_connector_has_no_account_type(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (tmp_path / "index.js").write_text("")
    assert check([tmp_path], select=["X"]).findings == ()


def test_a_misspelt_account_type_is_one_finding(tmp_path: Path) -> None:
    manifest = with_changes(MANIFEST, oauth={"account_type": "sunmetre"})
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    for given_id, found in (("sunmeter", ["X001"]), ("other", ["X001", "X008"])):
        documents = [with_changes(ACCOUNT_TYPE, _id=given_id)]
        (tmp_path / "account-types-def.json").write_text(json.dumps(documents))
        assert codes(check([tmp_path], select=["X001", "X008"]).findings) == found


def test_an_ignored_oauth_is_one_finding(tmp_path: Path) -> None:
    fields = {"login": {"type": "text"}}
    manifest = with_changes(MANIFEST, clientSide=True, fields=fields)
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    assert codes(check([tmp_path], select=["M019", "S", "X"]).findings) == ["M019"]


DELETES = {"on_delete_account": "onDeleteAccount.js"}


@pytest.mark.parametrize(
    ("named", "changes", "expected"),
    [
        ("other", {}, ["warning"]),
        ("other", DELETES, ["error"]),
        ("other", {"on_delete_account": ""}, ["warning"]),
        ("sunmeter", DELETES, []),
        ("", DELETES, []),
        (None, DELETES, []),
        ("ctx/sunmeter", DELETES, []),
        ("other", {"slug": ...}, []),
    ],
)
def test_another_account_type_than_the_slug_is_reported(
    named: Any, changes: dict[str, Any], expected: list[str]
) -> None:
    findings = of_manifest(oauth={"account_type": named, "scope": ["read"]}, **changes)
    assert [f.severity.label for f in findings if f.code == "X008"] == expected


@pytest.mark.parametrize(
    ("manifest", "mode", "expected"),
    [
        ({}, "authorization_code", []),
        ({}, "authorization_code+secret", []),
        ({}, "refresh_token", []),
        ({}, "secret", ["error"]),
        ({"oauth": ...}, "authorization_code", ["warning"]),
        ({"oauth": None}, "token", ["warning"]),
        ({"oauth": ...}, "authorization_code+secret", ["warning"]),
        ({"oauth": ...}, "secret", []),
        ({"oauth": ...}, "bi_webview", []),
        ({"oauth": ...}, "refresh_token", []),
        ({"oauth": {"account_type": "x"}}, "secret", []),
    ],
)
def test_connector_and_account_type_must_both_use_oauth_or_neither(
    tmp_path: Path, manifest: dict[str, Any], mode: str, expected: list[str]
) -> None:
    findings = given(tmp_path, manifest, {"_id": "sunmeter", "grant_mode": mode})
    assert [f.severity.label for f in findings if f.code == "X005"] == expected


def test_a_login_with_a_plain_secret_is_refused(tmp_path: Path) -> None:
    finding = only(given(tmp_path, {}, {"_id": "sunmeter", "grant_mode": "secret"}), "X005")
    assert finding.refused_by == ("login",)


def test_connectors_that_share_account_types_grow_with_their_number() -> None:
    rules = [one for one in rules_on("connector", plugins=False) if one.code[0] in "SX"]

    def make(size: int) -> list[Connector]:
        given = Given(account_type(_id=f"x{n}") for n in range(size))
        changes = {"oauth": {"scope": ["profile,email"]}, "on_delete_account": "a.js"}
        texts = [json.dumps({**MANIFEST, **changes, "slug": one.id}) for one in given]
        return [Connector(Document("m", text.encode()), account_types=given) for text in texts]

    def check_each(connectors: list[Connector]) -> None:
        for connector in connectors:
            found = [finding for rule in rules for finding in rule.check(connector)]
            assert len(found) == 2

    assert grows_with_its_input(make, check_each, 2000)
