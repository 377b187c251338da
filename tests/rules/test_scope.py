"""S: what is told of `oauth.scope` is what goes over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from manifest_lint import oauth
from tests.conformance import SHARED
from tests.connectors import MANIFEST, codes, of_manifest, only


def scope_codes(scope: Any) -> list[str]:
    return [code for code in codes(of_manifest(oauth={"scope": scope})) if code[0] == "S"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (["a b"], []),
        ("a b", []),
        (["https://www.provider.example/auth/contacts read:user"], []),
        (None, []),
        (False, []),
        (["a", "b"], ["S002"]),
        (["a", "", "b"], ["S002", "S004"]),
        (["a", ""], ["S002", "S004"]),
        ({}, ["S001"]),
        (True, ["S001"]),
        (1, ["S001"]),
        ([1], ["S001"]),
        ([["a", "b"]], ["S001"]),
        ([None], ["S001"]),
        (["a&b"], ["S003"]),
        (["a#b"], ["S003"]),
        ("a;b", ["S003"]),
        ("x%", ["S003"]),
        ("%zz", ["S003"]),
        ("a\tb", ["S003"]),
        ('"a"', ["S003"]),
        ("é", ["S003"]),
        ([], ["S004"]),
        ("", ["S004"]),
        ([""], ["S004"]),
        ("a%20b", ["S007"]),
        ("a%2Bb", ["S007"]),
        ("a+b", ["S008"]),
        (["a+b+c"], ["S008"]),
    ],
)
def test_the_rules_for_a_scope(scope: Any, expected: list[str]) -> None:
    assert scope_codes(scope) == expected


def test_a_list_says_what_the_provider_receives_and_how_to_mend_it() -> None:
    finding = only(of_manifest(oauth={"scope": ["a", "b"]}), "S002")
    assert 'the provider receives "a+b"' in finding.message
    assert finding.refused_by == ("login",)
    assert finding.fix is not None
    assert not finding.fix.safe
    assert [edit.text for edit in finding.fix.edits] == ['["a b"]']


@pytest.mark.parametrize(
    ("scope", "severity"),
    [("a&b", "error"), ("é", "warning"), ("a%20b", "warning"), ("a+b%20c", "error")],
)
def test_what_does_not_arrive_as_meant_is_an_error(scope: str, severity: str) -> None:
    findings = [f for f in of_manifest(oauth={"scope": scope}) if f.code in ("S003", "S007")]
    assert [finding.severity.label for finding in findings] == [severity]


@pytest.mark.parametrize(
    ("scope", "severity"),
    [([["a b"]], "warning"), ([None], "warning"), ([["a", "b"]], "error"), ([1], "error")],
)
def test_what_arrives_by_accident_is_no_error(scope: Any, severity: str) -> None:
    assert only(of_manifest(oauth={"scope": scope}), "S001").severity.label == severity


def test_a_list_however_deep_is_judged() -> None:
    for depth in (300, 900, 3000):
        text = json.dumps(MANIFEST).replace(
            json.dumps(MANIFEST["oauth"]), '{"scope": ' + "[" * depth + "]" * depth + "}"
        )
        assert "S001" in codes(of_manifest(text))


def test_a_connector_without_oauth_has_no_scope() -> None:
    assert codes(of_manifest(oauth=...)) == []


def test_whenever_another_scope_is_sent_than_was_written_somebody_says_so() -> None:
    file = SHARED / "oracle/wire.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/oracle/wire.jsonl, which is not here")
    silent = []
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        manifest = {**MANIFEST, **case["manifest"]}
        if "stack_scope" not in case["expect"] or not oauth.is_oauth(manifest):
            continue
        scope = oauth.scope(manifest)
        parts = scope if isinstance(scope, list) else [scope]
        meant = " ".join(part for part in parts if isinstance(part, str))
        told = [f.code for f in of_manifest(**case["manifest"]) if f.code[0] == "S"]
        if meant != case["expect"]["stack_scope"] and not told:
            silent.append(case["manifest"])
    assert silent == []
