"""`explain` and `rules`, as a user runs them."""

from __future__ import annotations

import json

import pytest

from manifest_lint.rules.registry import all_rules
from tests.command import complaint, run

OWN = [rule for rule in all_rules() if not rule.plugin]


def listed(*arguments: str) -> list[str]:
    """Return the codes that `rules` lists."""
    done = run("rules", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    return [rule["code"] for rule in json.loads(done.stdout)["rules"]]


def test_a_rule_is_explained_as_text() -> None:
    done = run("explain", "s002", environment={"COLUMNS": "80"})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("S002 scope-array-joined-with-plus [error: refused by login]\n")
    assert max(map(len, done.stdout.splitlines())) <= 100
    for part in ("Bad:\n  {\n", "Good:\n  {\n", "Source: cozy-libs ", "Fix: ", "Since: 0.1.0"):
        assert part in done.stdout


def test_several_rules_are_explained_once_each() -> None:
    done = run("explain", "F001", "icon-missing", "S002")
    assert done.stdout.count("F001 icon-missing") == 1
    assert "\n\n\nS002 " in done.stdout


def test_a_rule_is_explained_as_markdown_and_as_json() -> None:
    assert run("explain", "F001", "--format", "markdown").stdout.startswith(
        "# F001: icon-missing\n"
    )
    [rule] = json.loads(run("explain", "F001", "--format", "json").stdout)["rules"]
    assert (rule["code"], rule["refused_by"]) == ("F001", ["build"])


def test_rules_are_found_by_a_word() -> None:
    done = run("explain", "scope", environment={"COLUMNS": "120"})
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines, last = done.stdout.splitlines()
    own = [rule.code for rule in OWN if "scope" in rule.name.split("-")]
    assert head.startswith("code")
    assert [line[:4] for line in lines if line[:4].strip()] == own
    assert last == f"{len(own)} rules for scope; see 'manifest-lint explain CODE'."
    found = json.loads(run("explain", "scope", "--format", "json").stdout)["rules"]
    assert [rule["code"] for rule in found] == own


def test_the_only_rule_with_a_word_is_explained() -> None:
    assert run("explain", "byte-order-mark").stdout.startswith("J003 byte-order-mark ")
    assert run("explain", "byte order").stdout.startswith("J003 byte-order-mark ")
    assert run("explain", "array-joined").stdout.startswith("S002 scope-array-joined-with-plus ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "S0002"], "S0002: no rule has this code or name; did you mean S002"),
        (["explain", "S"], "see 'manifest-lint rules --family S'"),
        (["explain", "scpoe-type"], "did you mean S001 (scope-type)?"),
        (["explain", "F001", "zyzzyva"], "zyzzyva: no rule has this code or name"),
        (["explain", ""], '"": no rule has this code or name'),
        (["explain", "z" * 999], "z...: no rule has this code or name"),
        (["explain"], "Missing argument 'WORD...'"),
        (["rules", "--family", "Q"], "Q: no rule has a code that starts with it"),
        (["rules", "--severity", "bad"], "--severity"),
        (["rules", "--fixable=perhaps"], "--fixable"),
    ],
)
def test_an_unknown_rule_or_family_is_reported_in_one_line(
    arguments: list[str], message: str
) -> None:
    assert message in complaint(run(*arguments))


def test_all_rules_are_listed() -> None:
    done = run("rules", environment={"COLUMNS": "120"})
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines, last = done.stdout.splitlines()
    assert head.split() == ["code", "name", "severity", "refused", "by", "fix", "summary"]
    assert [line[:4] for line in lines if line[:4].strip()] == [rule.code for rule in OWN]
    assert last.startswith(f"{len(OWN)} rules; ")


def test_rules_are_filtered() -> None:
    assert listed() == [rule.code for rule in OWN]
    assert {code[0] for code in listed("--family", "S,F", "--family", "x")} == {"S", "F", "X"}
    assert listed("--severity", "note") == [r.code for r in OWN if r.severity.label == "note"]
    assert listed("--fixable") == [rule.code for rule in OWN if rule.fix]
    assert listed("--fixable=safe") == [rule.code for rule in OWN if rule.fix == "safe"]
    assert listed("--family", "F", "--severity", "error", "--fixable=unsafe") == [
        "F001",
        "F003",
        "F006",
    ]


def test_a_filter_may_match_no_rule() -> None:
    done = run("rules", "--family", "X", "--fixable=safe", "--severity", "note")
    assert (done.returncode, done.stdout) == (0, "0 rules; see 'manifest-lint explain CODE'.\n")


def test_rules_are_listed_as_a_markdown_table() -> None:
    done = run("rules", "--family", "F", "--format", "markdown")
    assert done.stdout.startswith("## F: the files that the manifest names\n\n| code | name |")
    assert "| F001 | icon-missing | error/warning | build |" in done.stdout


@pytest.mark.parametrize("command", ["explain", "rules"])
def test_the_help_has_examples(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"  manifest-lint {command} " in done.stdout.split("Examples:")[1]
