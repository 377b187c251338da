"""S: findings on `oauth.scope` match what is sent to the provider."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.oauth import wire
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
        ("a b a", ["S005"]),
        (["a b  a"], ["S005", "S006"]),
        (["a", "a"], ["S002"]),
        ("a%20a", ["S007"]),
        ("a+b+a", ["S005", "S008"]),
        (" a", ["S006"]),
        ("a ", ["S006"]),
        (["a  b"], ["S006"]),
        ([" ", "a"], ["S002", "S004"]),
        ("a++b ", ["S008"]),
        ("a,b", ["S009"]),
        (["a,b", "c"], ["S002", "S009"]),
        ("profile", ["S013"]),
        (["openid profile"], []),
        ("a%20b", ["S007"]),
        ("a%2Bb", ["S007"]),
        ("a+b", ["S008"]),
        (["a+b+c"], ["S008"]),
    ],
)
def test_the_rules_for_a_scope(scope: Any, expected: list[str]) -> None:
    assert scope_codes(scope) == expected


@pytest.mark.parametrize(
    ("scope", "code", "received"),
    [
        (["a", "b"], "S002", 'receives "a+b" (right on mobile only)'),
        (["a+b", "c"], "S002", 'receives "a b+c"; mobile: "a b c"'),
        ("a%2Bb", "S007", 'receives "a+b"; mobile: "a b"'),
        ("a%25b", "S007", 'receives "a%b"; mobile: no scope'),
        ("a%20b", "S007", 'receives "a b"'),
        ("a#b%", "S003", 'receives "a" (no login opens on mobile)'),
        ("a&b", "S003", 'receives "a"'),
        ("a;b", "S003", "receives no scope"),
        ("a+b", "S008", 'receives "a b"'),
    ],
)
def test_a_message_says_what_arrives_from_a_browser_and_on_mobile(
    scope: Any, code: str, received: str
) -> None:
    assert only(of_manifest(oauth={"scope": scope}), code).message.endswith(received)


def test_a_list_is_reported_with_what_the_provider_receives_and_a_fix() -> None:
    finding = only(of_manifest(oauth={"scope": ["a", "b"]}), "S002")
    assert 'the provider receives "a+b"' in finding.message
    assert finding.refused_by == ("login",)
    assert finding.fix is not None
    assert not finding.fix.safe
    assert finding.fix.title == 'write ["a b"]: all scopes in one string'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["a", "b"]', '["a b"]'),
        ('[ "a","b" ]', '[ "a b" ]'),
        ('[\n      "a",\n      "b",\n      "c"\n    ]', '[\n      "a b c"\n    ]'),
        ('[\r\n\t"a",\r\n\t"b"]', '[\r\n\t"a b"]'),
    ],
)
def test_the_fix_of_a_list_keeps_its_layout(before: str, after: str) -> None:
    text = f'{{"slug": "x", "oauth": {{"scope": {before}}}}}'
    fix = only(of_manifest(text), "S002").fix
    assert fix is not None
    assert [edit.text for edit in fix.edits] == [after]


@pytest.mark.parametrize(
    ("scope", "code", "fixed"),
    [
        ("b a b", "S005", "b a"),
        ("b+a+b", "S005", "b a"),
        (["b b  b"], "S005", "b"),
        (" a  b ", "S006", "a b"),
        ("a++b ", "S008", "a b"),
        ("\u00a0 \ud800", "S006", None),
    ],
)
def test_the_fix_of_a_scope_is_safe_and_leaves_nothing_to_fix(
    scope: Any, code: str, fixed: str | None
) -> None:
    findings = [f for f in of_manifest(oauth={"scope": scope}) if f.code == code]
    for fix in [finding.fix for finding in findings]:
        assert fix is not None
        assert fix.safe
        assert [json.loads(edit.text) for edit in fix.edits] == [fixed]
        assert scope_codes(fixed) == []
    assert len(findings) == (fixed is not None)


def test_a_scope_that_changes_on_the_way_has_no_guessed_fix() -> None:
    for scope in (["a#b", "c"], ["a%20b", "c"], ["", ""]):
        fix = only(of_manifest(oauth={"scope": scope}), "S002").fix
        assert fix is not None
        assert fix.edits == ()
        assert fix.title == "write all scopes in one string, separated by single spaces"


texts = st.lists(st.sampled_from(["a", "b", "+", " ", ",", "%", "%2B", '"', "\u00e9"])).map("".join)


@given(texts | st.lists(texts, max_size=3))
def test_a_fix_removes_its_finding_and_adds_none(scope: Any) -> None:
    reported = scope_codes(scope)
    for finding in of_manifest(oauth={"scope": scope}):
        if finding.code[0] == "S" and finding.fix and finding.fix.edits:
            [edit] = finding.fix.edits
            value = json.loads(edit.text)
            in_list = isinstance(scope, list) and isinstance(value, str)
            after = scope_codes([value] if in_list else value)
            assert finding.code not in after
            assert set(after) <= set(reported)


@pytest.mark.parametrize(
    ("scope", "severity"),
    [
        ("a&b", "error"),
        ("a\nb", "error"),
        ("a b\n", "warning"),
        ("a \tb", "warning"),
        ("a+b\n", "warning"),
        ("\t", "warning"),
        ("é", "warning"),
        ("a%20b", "warning"),
        ("a+b%20c", "warning"),
        ("a%2Bb", "error"),
        (["a%3Ab+c%2bd"], "error"),
        ("a%25b", "error"),
        ("a%26b", "error"),
        ("a%09b", "error"),
    ],
)
def test_a_scope_that_arrives_changed_is_an_error(scope: Any, severity: str) -> None:
    findings = [f for f in of_manifest(oauth={"scope": scope}) if f.code in ("S003", "S007")]
    assert [finding.severity.label for finding in findings] == [severity]


@pytest.mark.parametrize(
    ("scope", "severity"),
    [([["a b"]], "warning"), ([None], "warning"), ([["a", "b"]], "error"), ([1], "error")],
)
def test_a_scope_that_arrives_by_accident_is_not_an_error(scope: Any, severity: str) -> None:
    assert only(of_manifest(oauth={"scope": scope}), "S001").severity.label == severity


@pytest.mark.parametrize(("char", "name"), [("é", "`é`"), ("\u200b", "U+200B"), ("\x01", "U+0001")])
def test_an_invisible_character_is_named_by_its_code_point(char: str, name: str) -> None:
    finding = only(of_manifest(oauth={"scope": [f"openid{char}profile"]}), "S003")
    assert finding.message == f"{name} is not allowed in a scope (RFC 6749)"


def test_a_long_scope_is_shown_with_the_plus_that_joins_it() -> None:
    scope = ["https://www.provider.example/auth/contacts.readonly+offline_access", "email"]
    message = only(of_manifest(oauth={"scope": scope}), "S002").message
    assert 'contacts.readonly offline_access+email"' in message


def test_a_list_however_deep_is_checked() -> None:
    for depth in (300, 900, 3000):
        text = json.dumps(MANIFEST).replace(
            json.dumps(MANIFEST["oauth"]), '{"scope": ' + "[" * depth + "]" * depth + "}"
        )
        assert "S001" in codes(of_manifest(text))


def test_a_connector_without_oauth_has_no_scope() -> None:
    assert codes(of_manifest(oauth=...)) == []


def test_a_rule_reports_every_scope_that_is_sent_changed() -> None:
    file = SHARED / "oracle/login.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/oracle/login.jsonl, which is not here")
    silent = []
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        manifest = {**MANIFEST, **case["manifest"]}
        if "stack_scope" not in case["expect"] or not wire.is_oauth(manifest):
            continue
        scope = wire.scope(manifest)
        parts = scope if isinstance(scope, list) else [scope]
        meant = " ".join(part for part in parts if isinstance(part, str))
        reported = [f.code for f in of_manifest(**case["manifest"]) if f.code[0] == "S"]
        if meant != case["expect"]["stack_scope"] and not reported:
            silent.append(case["manifest"])
    assert silent == []
