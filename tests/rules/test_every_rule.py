"""Every rule has metadata, documentation and correct examples."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from manifest_lint import Finding
from manifest_lint.rules.base import ERROR, Rule
from manifest_lint.rules.registry import all_rules
from tests.connectors import codes, of_account_type, of_manifest, of_upgrade
from tests.rules.examples import example
from tests.short import is_long, sentences

RULES = all_rules()


def as_fragment(text: str) -> dict[str, Any] | None:
    """Decode an example; None for one in words, which no fragment can show."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    assert isinstance(value, dict)
    return value


FRAGMENTS = [rule for rule in RULES if as_fragment(example(rule, "Good")) is not None]
IN_WORDS = {
    *("O001", "O002", "O003", "O004", "O005", "O006"),
    *(f"B{number:03}" for number in range(1, 19)),
    "P011",
    "F001",
    "F002",
    "F003",
    "F005",
    "F007",
    "J002",
    "J003",
    "J005",
    "K001",
    "K002",
    "K003",
    "K004",
    "L005",
    "P008",
    "R007",
    "R008",
    "S014",
    "X001",
    "X002",
    "X003",
    "X004",
    "X005",
    "X006",
    "X007",
    "X009",
}
"""Rules whose examples are in words: their own tests show them."""


def found(rule: Rule, fragment: dict[str, Any]) -> tuple[Finding, ...]:
    if rule.subject == "account type":
        return of_account_type(**fragment)
    if rule.subject == "upgrade":
        return of_upgrade(fragment["old"], fragment["new"])
    return of_manifest(**fragment)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_documented(rule: Rule) -> None:
    summary = rule.doc.split("\n", 1)[0]
    assert re.fullmatch(r"[A-Z][0-9]{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert summary.endswith(".")
    assert rule.why.endswith(".")
    assert sentences(rule.why) <= 2
    assert example(rule, "Source")
    assert (rule.severity is ERROR) == bool(rule.refused_by)


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_examples_in_words_are_the_known_ones() -> None:
    in_words = {rule.code for rule in RULES} - {rule.code for rule in FRAGMENTS}
    assert in_words == IN_WORDS, "make `Bad` and `Good` JSON on one line, or change IN_WORDS"


@pytest.mark.parametrize("code", sorted(IN_WORDS))
def test_an_example_in_words_is_not_broken_json(code: str) -> None:
    [rule] = [rule for rule in RULES if rule.code == code]
    assert not example(rule, "Bad").startswith(("{", "["))


@pytest.mark.parametrize("rule", FRAGMENTS, ids=lambda rule: rule.code)
def test_the_bad_example_has_the_finding(rule: Rule) -> None:
    bad = example(rule, "Bad")
    fragment = as_fragment(bad)
    findings = of_manifest(bad) if fragment is None else found(rule, fragment)
    assert rule.code in codes(findings), "its `Bad` example has no finding of the rule"
    assert not any(is_long(finding.message) for finding in findings)


@pytest.mark.parametrize("rule", FRAGMENTS, ids=lambda rule: rule.code)
def test_the_good_example_has_no_finding(rule: Rule) -> None:
    fragment = as_fragment(example(rule, "Good"))
    assert fragment is not None
    assert rule.code not in codes(found(rule, fragment))


def test_the_good_documents_have_no_findings() -> None:
    assert of_manifest() == ()
    assert of_account_type() == ()
