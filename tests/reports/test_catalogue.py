"""The catalogue: rules' docstrings as pages, tables and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import click
import pytest

from manifest_lint import UserError
from manifest_lint.finding import Severity
from manifest_lint.reports import catalogue
from manifest_lint.rules.base import Finding, Rule, Subject
from manifest_lint.rules.registry import all_rules
from tests import rule_pages
from tests.rules.examples import example

RULES = all_rules()


def rule(doc: str, subject: Subject = "connector", plugin: str = "") -> Rule:
    """Return a rule with this docstring."""

    def documented(_: object) -> Iterable[Finding]:
        return ()

    documented.__doc__ = doc
    return Rule(
        "ACME001", "house-rule", subject, Severity.WARNING, (), "", documented, "1.2.0", plugin
    )


FULL = rule(
    """One line that
    is two.

    Why it
    matters.

    In a `<context>` it is a note, at <once> too.

    Bad: {"a": {"b": "x  y"}}
    Good: {"a": 1.0, "a": 2}
    Source: here
      and there
    """
)


def test_a_page_is_the_docstring_in_parts() -> None:
    page = catalogue.page(FULL)
    assert page.summary == "One line that is two."
    assert page.why == ("Why it matters.", "In a `<context>` it is a note, at <once> too.")
    assert page.bad == '{"a": {"b": "x  y"}}'
    assert page.good == '{"a": 1.0, "a": 2}'
    assert page.source == "here and there"
    assert (page.severity, page.lesser) == ("warning", ("note",))
    assert page.family == "ACME"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_whole_page(rule: Rule) -> None:
    page = catalogue.page(rule)
    assert all((page.summary, page.why, page.bad, page.good, page.source))
    assert " ".join(page.why) == rule.why
    assert (page.bad, page.good) == (example(rule, "Bad"), example(rule, "Good"))
    assert page.family in catalogue.FAMILIES or page.plugin


def test_a_severity_that_is_no_lower_is_not_shown_as_lower() -> None:
    assert catalogue.page(rule("It is.\n\nElsewhere a warning.")).lesser == ()


@pytest.mark.parametrize(
    ("source", "evidence", "shown"),
    [
        ("runs of the stack", "run", "run, and compared with what this rule reports"),
        ("model/app.go; its runs", "run", "run, and compared with what this rule reports"),
        ("worker/run.go, what it runs_on", "read", "read, not run"),
        ("a README", "read", "read, not run"),
    ],
)
def test_a_page_says_whether_its_source_was_run(source: str, evidence: str, shown: str) -> None:
    page = catalogue.page(rule(f"It is.\n\nSource: {source}"))
    assert page.evidence == evidence
    assert f"| Evidence | {shown} |" in catalogue.as_markdown(page)
    assert f"Evidence: {shown}" in list(catalogue.as_text(page, 80))


def test_the_page_of_a_plugin_may_be_bare() -> None:
    page = catalogue.page(rule("", plugin="acme-rules"))
    assert (page.summary, page.why, page.bad, page.source) == ("", (), "", "")
    assert "1.2.0 of the plugin acme-rules" in catalogue.as_markdown(page)
    assert "## ACME\n" in catalogue.as_markdown_table([page])
    assert list(catalogue.as_text(page, 80))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a": {"b": "x  y"}}', '{\n  "a": {\n    "b": "x  y"\n  }\n}'),
        ('{"é": []}', '{\n  "é": []\n}'),
        ('{"a": 1, "a": 2}', '{"a": 1, "a": 2}'),
        ('{"a": "\\u00e9"}', '{"a": "\\u00e9"}'),
        ('{"a": 1.0e5}', '{"a": 1.0e5}'),
        ('{"slug": "x",}', '{"slug": "x",}'),
        ("in words", "in words"),
    ],
)
def test_json_is_indented_unless_that_would_change_it(text: str, shown: str) -> None:
    assert catalogue.pretty(text) == shown


@pytest.mark.parametrize(
    "word", ["S002", "s002", "scope-array-joined-with-plus", "Scope-Array-Joined-With-Plus"]
)
def test_a_rule_is_found_by_code_or_name_in_any_case(word: str) -> None:
    assert catalogue.find(word).code == "S002"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("S0002", "did you mean S002 (scope-array-joined-with-plus)?"),
        ("icon-mising", "did you mean F001 (icon-missing)?"),
        ("s", "see 'manifest-lint rules --family S'"),
        ("J00", "see 'manifest-lint rules --family J00'"),
        ("", "see 'manifest-lint rules'"),
        ("?", "see 'manifest-lint rules'"),
        ("\N{LATIN SMALL LETTER LONG S}\n" * 9, "no rule has this code or name"),
    ],
)
def test_an_unknown_rule_is_reported_with_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(UserError, match=re.escape(hint)):
        catalogue.find(word)


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("s002", {"S002"}),
        ("Scope-Comma", {"S009"}),
        ("comma scope", {"S009"}),
        ("invalid characters", {"J003"}),  # in its first line
        ("rfc 6749 separates", {"S009"}),  # in its reasons
    ],
)
def test_rules_are_found_by_words(word: str, codes: set[str]) -> None:
    assert {rule.code for rule in catalogue.matching(word) if not rule.plugin} == codes


@pytest.mark.parametrize("word", ["", "?", "s", "J00", "S0002", "icon-mising", "[", "\\"])
def test_what_no_rule_has_is_reported(word: str) -> None:
    with pytest.raises(UserError):
        catalogue.matching(word)


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_prose_fits_the_terminal(width: int) -> None:
    for each in RULES:
        page = catalogue.page(each)
        words = {word for text in (page.summary, *page.why, page.source) for word in text.split()}
        for line in map(click.unstyle, catalogue.as_text(page, width)):
            if line.startswith("  "):
                continue  # an example is not broken, nor what follows a long word
            assert len(line) <= width or line.startswith(page.code) or line.split()[-1] in words


@pytest.mark.parametrize("width", [20, 50, 80, 100, 120])
def test_a_table_fits_the_terminal(width: int) -> None:
    pages = [catalogue.page(rule) for rule in RULES]
    lines = [click.unstyle(line) for line in catalogue.as_table(pages, width)]
    longest = max(len(word) for page in pages for word in page.summary.split())
    assert max(map(len, lines)) <= max(width, longest + 26)
    for page in pages:
        assert any(line.startswith(page.code) for line in lines)
    assert sum(len(line.split()) for line in lines) >= sum(len(p.summary.split()) for p in pages)


def test_markdown_shows_json_and_keeps_what_looks_like_a_tag() -> None:
    text = catalogue.as_markdown(catalogue.page(FULL))
    assert text.startswith("# ACME001: house-rule\n\nOne line that is two.\n")
    assert "In a `<context>` it is a note, at &lt;once> too." in text
    assert '```json\n{\n  "a": {\n    "b": "x  y"\n  }\n}\n```' in text
    assert "| Severity | warning; in some cases a note |" in text


def test_a_table_in_markdown_has_six_columns_in_every_line() -> None:
    page = catalogue.page(rule("A `a|b` | c."))
    *_, line = catalogue.as_markdown_table([page]).splitlines()
    assert len(re.findall(r"(?<!\\)\|", line)) == 7


def test_json_has_every_part() -> None:
    [page] = json.loads(json.dumps(catalogue.as_json([catalogue.page(FULL)])))["rules"]
    assert page["why"] == ["Why it matters.", "In a `<context>` it is a note, at <once> too."]
    assert {"code", "name", "severity", "refused_by", "fix", "since", "subject"} < page.keys()


def test_the_pages_on_disk_are_those_of_the_docstrings() -> None:
    on_disk = {file.name: file.read_text("utf-8") for file in rule_pages.FOLDER.glob("*")}
    wanted = rule_pages.pages()
    stale = sorted(name for name in {*on_disk, *wanted} if on_disk.get(name) != wanted.get(name))
    assert not stale, f"run `make docs`: {', '.join(stale)} in docs/rules/ differ from docstrings"
