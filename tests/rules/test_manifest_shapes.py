"""M013, M014, M018 to M021: values with their own format."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, Severity
from manifest_lint.content.regular_expression import mistake
from manifest_lint.rules.manifest_shapes import _SHOWN_BY_STORE
from tests.connectors import codes, of_manifest

NO_GROUP = (
    "invalid group modifier"
    if sys.version_info >= (3, 11)
    else "invalid token at named capture group identifier"
)


def reported(code: str, **changes: Any) -> list[Finding]:
    findings = [finding for finding in of_manifest(**changes) if finding.code == code]
    assert all(finding.severity is Severity.WARNING for finding in findings)
    return findings


@pytest.mark.parametrize("hours", [[0, 5], [15, 21], [0, 24], [23, 24], [0.5, 1.5]])
def test_two_hours_are_a_valid_interval(hours: Any) -> None:
    assert reported("M013", time_interval=hours) == []


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ([22, 5], "the first hour of `time_interval` must be smaller: 22 is not before 5"),
        ([5, 5], "the first hour of `time_interval` must be smaller: 5 is not before 5"),
        ([0, 25], "both hours of `time_interval` must be from 0 to 24, not 0 and 25"),
        ([-1, 5], "both hours of `time_interval` must be from 0 to 24, not -1 and 5"),
        ([900, 1700], "both hours of `time_interval` must be from 0 to 24, not 900 and 1700"),
        ([], "`time_interval` must have two hours, not 0"),
        ([5], "`time_interval` must have two hours, not 1"),
        ([1, 2, 3], "`time_interval` must have two hours, not 3"),
    ],
)
def test_an_invalid_interval_is_reported(hours: Any, message: str) -> None:
    assert [finding.message for finding in reported("M013", time_interval=hours)] == [message]


@pytest.mark.parametrize("hours", [None, "0-5", {"start": 0}, ["0", "5"], [0, None], [0, True]])
def test_another_rule_reports_hours_that_are_not_numbers(hours: Any) -> None:
    assert codes(of_manifest(time_interval=hours)) in (["M002"], ["M002", "M002"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        r"\bsunmeter\b",
        r"\b(sun|meter).*(a|b)\b",
        r"c\.p\.(c\.)?a\.m",
        # Without the flag u, JavaScript accepts these.
        r"\_ ] } { a{ a{,2} \p{L} \1 \u12 [\w-.]",
        "(?<name>a)|(?<name>b)",
        "(?i:a)|(?s-im:b)|(?-i:c)",
        "(?<=a)b(?!c)",
        "(\ud800)",
        # Beyond these limits the engine fails or crashes.
        "(" * 100_000,
        "a|" * 1_000_000,
        "(a)" * 700_000,
    ],
)
def test_a_javascript_expression_is_accepted(text: str) -> None:
    assert mistake(text) is None


def test_one_nested_too_deeply_is_invalid_or_not_known() -> None:
    assert mistake("(" * 1_500) in (None, "unbalanced parenthesis")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(ddfip|drfip).*(paye|remuneration", "unbalanced parenthesis"),
        ("a)", "unbalanced parenthesis"),
        ("[a", "unbalanced bracket"),
        ("[z-a]", "range values reversed, start char code is greater than end char code"),
        ("*a", "invalid atom character"),
        ("a++", "invalid atom character"),
        ("(?i)a", NO_GROUP),
        ("(?P<name>a)", NO_GROUP),
        ("a{2,1}", "invalid quantifier"),
        ("\\", "incomplete escape"),
        ("(\ud800", "unbalanced parenthesis"),
    ],
)
def test_an_invalid_javascript_expression_is_reported(text: str, reason: str) -> None:
    assert mistake(text) == reason


@given(st.text("ab\\.|^$-/()[]{}*+?", max_size=12))
def test_every_plain_expression_is_valid(text: str) -> None:
    from regress import Regex, RegressError

    try:
        Regex(text)
    except RegressError:
        assert mistake(text) is not None
    else:
        assert mistake(text) is None


def test_a_plain_expression_loads_no_engine() -> None:
    program = (
        "import sys\n"
        "from manifest_lint.content.regular_expression import mistake\n"
        "mistake(r'\\bsunmeter\\b|sun meter')\n"
        "assert 'regress' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("value", "found"),
    [(r"\bsun(meter)?\b", []), (r"\bsun(meter\b", ["M014"]), (1, ["M002"]), (None, ["M002"])],
)
def test_the_expression_for_bank_operations(value: Any, found: list[str]) -> None:
    assert codes(of_manifest(banksTransactionRegExp=value)) == found


@pytest.mark.parametrize(
    "url",
    ["https://www.example.org", "http://example.org/~me/?a=b&c=[1]#d", "https://example.org:8080/"],
)
def test_a_named_developer_is_accepted(url: str) -> None:
    assert reported("M018", developer={"name": "Example", "url": url}) == []


@pytest.mark.parametrize(
    ("developer", "expected"),
    [
        ({}, ["`developer.name` is missing", "`developer.url` is missing"]),
        ({"name": " ", "url": ""}, ["`developer.name` is empty", "`developer.url` is empty"]),
        ({"name": "Example"}, ["`developer.url` is missing"]),
        ({"name": "X", "url": "mailto:x@example.org"}, ["the store does not show the"]),
        ({"name": "X", "url": "https://localhost/"}, ["the store does not show the"]),
        ({"name": "X", "url": "https://example.org/a%20b"}, ["the store does not show the"]),
        ({"name": "X", "url": "https://example.org/a b"}, ["the store does not show the"]),
    ],
)
def test_a_developer_that_the_store_does_not_show_is_reported(
    developer: Any, expected: list[str]
) -> None:
    messages = [finding.message for finding in reported("M018", developer=developer)]
    assert len(messages) == len(expected)
    assert all(map(str.startswith, messages, expected))


@pytest.mark.parametrize(
    ("developer", "code"),
    [
        (..., "M001"),
        ("Example", "M002"),
        ({"name": None, "url": 1}, "M002"),
        ({"name": "Example", "url": "example.org"}, "M024"),
        ({"name": "Example", "url": "https://www.example/org"}, "M024"),
        ({"name": "yourname", "url": "your web site"}, "M011"),
    ],
)
def test_another_rule_reports_some_developers(developer: Any, code: str) -> None:
    assert set(codes(of_manifest(developer=developer))) == {code}


@given(st.text("a.-/:% é", max_size=12))
def test_the_store_shows_what_its_own_expression_matches(rest: str) -> None:
    of_the_store = (
        r"^(?:http(s)?:\/\/)?[\w.-]+(?:\.[\w.-]+)+[\w\-._~:/?#[\]@!$&'()*+,;=.]+\Z"  # Python's $
    )
    for url in (rest, f"https://{rest}"):
        matched = re.match(of_the_store, url, re.ASCII)
        assert bool(matched) == bool(re.fullmatch(_SHOWN_BY_STORE, url))


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"clientSide": True}, ["oauth"]),
        ({"clientSide": True, "oauth": {}}, ["oauth"]),
        ({"clientSide": True, "oauth": None}, []),
        ({"clientSide": True, "oauth": ...}, []),
        ({"clientSide": True, "on_delete_account": "a.js"}, ["oauth", "on_delete_account"]),
        ({"clientSide": True, "oauth": ..., "on_delete_account": ""}, []),
        ({"clientSide": False, "on_delete_account": "a.js"}, []),
        ({"clientSide": "true"}, []),
    ],
)
def test_server_keys_are_reported_for_a_connector_on_the_users_device(
    changes: dict[str, Any], keys: list[str]
) -> None:
    assert [finding.pointer for finding in reported("M019", **changes)] == [(key,) for key in keys]


UNSHOWN = "the store does not show the terms"
TERMS = {"id": "sunmeter-terms", "version": "2024-01", "url": "https://www.sunmeter.example/tos"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"url": ...}, [f"`terms.url` is missing: {UNSHOWN}"]),
        (
            {"id": ..., "version": ""},
            [f"`terms.id` is missing: {UNSHOWN}", f"`terms.version` is empty: {UNSHOWN}"],
        ),
        ({"version": "1.0"}, ['`terms.version` must not contain `.`: "1.0"']),
        ({"id": "a:b@c"}, ['`terms.id` must not contain `:` `@`: "a:***@c"']),
    ],
)
def test_incomplete_or_unusable_terms_are_reported(
    changes: dict[str, Any], expected: list[str]
) -> None:
    terms = {key: value for key, value in {**TERMS, **changes}.items() if value is not ...}
    assert [finding.message for finding in reported("M020", terms=terms)] == expected


@pytest.mark.parametrize("char", "*+~.()'\"!:@")
def test_a_character_that_terms_must_not_hold(char: str) -> None:
    assert len(reported("M020", terms={**TERMS, "id": f"a{char}b", "version": f"{char}1"})) == 2


@pytest.mark.parametrize("terms", [None, [], "x", {**TERMS, "id": 1}, {**TERMS, "version": None}])
def test_another_rule_reports_terms_of_a_wrong_type(terms: Any) -> None:
    assert reported("M020", terms=terms) == []


def path(value: Any, *more: Any) -> dict[str, Any]:
    return {"folders": [{"defaultDir": value}, *more]}


@pytest.mark.parametrize(
    "changes",
    [
        path("$administrative/$konnector/$account"),
        path("$photos"),
        path("/Education/"),
        path("Education/$konnector"),
        path("/$administrative//$konnector/"),
        path("a$/5$"),
        {"folders": []},
        {"folders": {}},
        {"folders": ["$photos"]},
        path(1),
        {"aggregator": {"accountId": "bank-aggregator"}},
        {"aggregator": {"accountId": None}},
        {"aggregator": "x", "partnership": [], "messages": {}},
        {"partnership": {"domain": "budget-insight.com", "description": "By X"}},
        {"messages": []},
        {"parameters": {"bankId": 40}},
    ],
)
def test_a_valid_value_is_accepted(changes: dict[str, Any]) -> None:
    assert reported("M021", **changes) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        (path("$administratif/$konnector"), ("folders", 0, "defaultDir")),
        (path("$administrative/$Konnector"), ("folders", 0, "defaultDir")),
        (path("$administrative/my $konnector"), ("folders", 0, "defaultDir")),
        (path("${administrative}/bills"), ("folders", 0, "defaultDir")),
        (path("Photos/$photos"), ("folders", 0, "defaultDir")),
        (path(""), ("folders", 0, "defaultDir")),
        ({"folders": [{}]}, ("folders", 0, "defaultDir")),
        (path("$photos", {"defaultDir": "$administrative"}), ("folders", 1)),
        ({"aggregator": {}}, ("aggregator", "accountId")),
        ({"aggregator": {"accountId": ""}}, ("aggregator", "accountId")),
        ({"partnership": {"description": "By X"}}, ("partnership", "domain")),
        ({"messages": ["success_message"]}, ("messages", 0)),
    ],
)
def test_a_value_that_its_readers_do_not_accept_is_reported(
    changes: dict[str, Any], pointer: tuple[str | int, ...]
) -> None:
    assert [finding.pointer for finding in reported("M021", **changes)] == [pointer]


def test_the_nearest_variable_is_named() -> None:
    [finding] = reported("M021", **path("$administratif/$konnector"))
    assert finding.fix and finding.fix.title == "write `$administrative`"


@pytest.mark.parametrize(
    ("texts", "found"),
    [({"a": "A", "b": "B"}, []), ({"a": "A"}, [("messages", 1)]), ({"a": "A", "bb": "B"}, [])],
)
def test_a_message_without_a_text_is_reported(texts: dict[str, str], found: list[Any]) -> None:
    locales = {"en": {"short_description": "x", "messages": texts}, "fr": {"messages": 1}}
    findings = reported("M021", messages=["a", "b"], locales=locales)
    assert [finding.pointer for finding in findings] == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = ("time_interval", "banksTransactionRegExp", "developer", "clientSide", "on_delete_account")
BELOW = ("id", "url", "version", "name", "defaultDir", "accountId", "domain", "messages")


@given(
    st.dictionaries(
        st.sampled_from((*KEYS, "terms", "folders", "aggregator", "partnership", "messages")),
        JSON | st.dictionaries(st.sampled_from(BELOW), JSON) | st.lists(st.just({}), max_size=2),
        max_size=5,
    )
)
def test_any_value_can_be_checked(changes: dict[str, Any]) -> None:
    for finding in of_manifest(**changes):
        assert "\n" not in finding.message
