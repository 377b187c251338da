"""The values that each party of the OAuth flow sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.document import Document
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TOKEN = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\#&;%+'),
    min_size=1,
)


def sent(scope: Any) -> str:
    return wire.sent_scope({"oauth": {"scope": scope}})


@pytest.mark.parametrize(
    ("scope", "received"),
    [
        (["scope1 scope2"], "scope1 scope2"),
        ("scope1 scope2", "scope1 scope2"),
        (["scope1", "scope2"], "scope1+scope2"),
        (["a b", "c"], "a b+c"),
        ("a+b", "a b"),
        (["a+b+c"], "a b c"),
        (["a&b"], "a"),
        (["a#b"], "a"),
        (["#a"], ""),
        (["a&b", "c;d"], "a"),
        (["a;b"], ""),
        (["a;b#c"], ""),
        (["a#b;c"], "a"),
        (["x%"], ""),
        (["x%zz"], ""),
        (["x%4"], ""),
        (["a%20b"], "a b"),
        (["a%2Bb"], "a+b"),
        (["a%2bb", "%41"], "a+b+A"),
        (["a%26b%23c%3Bd"], "a&b#c;d"),
        (["%FF"], "\ufffd"),
        (["a%\t20b"], "a b"),
        ("a\tb", "ab"),
        ("a\r\nb", "ab"),
        ("a  b ", "a  b "),
        ([], ""),
        ("", ""),
        (None, ""),
        (False, ""),
        (True, "true"),
        (0, "0"),
        (1.5, "1.5"),
        ({}, "[object Object]"),
        ({"a": 1}, "[object Object]"),
        ([["a", "b"], "c"], "a,b+c"),
        (["a", None, True, {}], "a++true+[object Object]"),
        ("é\U0001f600=?/:@", "é\U0001f600=?/:@"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_the_provider_receives_this_scope(scope: Any, received: str) -> None:
    assert sent(scope) == received


@given(st.lists(TOKEN, min_size=1))
def test_scope_tokens_arrive_as_they_are_only_with_spaces_between(tokens: list[str]) -> None:
    assert sent(" ".join(tokens)) == sent([" ".join(tokens)]) == " ".join(tokens)
    assert sent(tokens) == "+".join(tokens)
    assert sent("+".join(tokens)) == " ".join(tokens)


@given(st.recursive(st.none() | st.booleans() | st.integers() | FLOATS | st.text(), st.lists))
def test_a_sent_scope_is_one_line_unless_percent_encoded(scope: Any) -> None:
    received = sent(scope)
    assert received.encode().decode() == received  # half a surrogate pair would raise
    assert "%" in str(scope) or set(received).isdisjoint("\t\r\n")


@pytest.mark.parametrize("manifest", [{}, {"oauth": {}}, {"oauth": []}, {"oauth": "x"}])
def test_no_scope_is_sent_without_a_scope(manifest: dict[str, Any]) -> None:
    assert wire.scope(manifest) is wire.ABSENT
    assert wire.sent_scope(manifest) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (wire.ABSENT, "undefined"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        ("null", "null"),
        ({}, "[object Object]"),
        ([], ""),
        ([None], ""),
        ([None, None], ","),
        (["a", ["b", [None, "c"]], [], {}], "a,b,,c,,[object Object]"),
        (0, "0"),
        (-0.0, "0"),
        (-1, "-1"),
        (1.0, "1"),
        (1e2, "100"),
        (0.1, "0.1"),
        (-1.5, "-1.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (-1.5e21, "-1.5e+21"),
        (10**21, "1e+21"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (1e-6, "0.000001"),
        (1.5e-5, "0.000015"),
        (-1.25e-6, "-0.00000125"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (5e-324, "5e-324"),
        (2**53, "9007199254740992"),
        (2**53 + 1, "9007199254740992"),
        (9007199254740993.0, "9007199254740992"),
        pytest.param(
            123456789012345680000,
            "123456789012345680000",
        ),
    ],
)
def test_a_value_becomes_the_string_that_javascript_gives(value: Any, text: str) -> None:
    assert wire.javascript_text(value) == text


@given(FLOATS)
def test_the_string_of_a_number_is_that_number(number: float) -> None:
    text = wire.javascript_text(number)
    assert float(text) == number
    assert ("e" in text) == (number != 0 and not 1e-6 <= abs(number) < 1e21)


@pytest.mark.parametrize(
    ("value", "truthy"),
    [
        ({}, True),
        ([], True),
        (True, True),
        ("x", True),
        ("0", True),
        (" ", True),
        (1, True),
        (-0.5, True),
        (False, False),
        (None, False),
        ("", False),
        (0, False),
        (-0.0, False),
    ],
)
def test_a_connector_is_an_oauth_one_if_oauth_is_truthy(value: Any, truthy: bool) -> None:
    assert wire.is_oauth({"oauth": value}) is truthy
    assert wire.is_oauth({}) is False


@pytest.mark.parametrize(
    ("manifest", "account_type"),
    [
        ({"slug": "x", "oauth": {"account_type": "y"}}, "y"),
        ({"slug": "x", "oauth": {"account_type": None}}, None),
        ({"slug": "x", "oauth": {"account_type": ""}}, ""),
        ({"slug": "x", "oauth": {}}, "x"),
        ({"slug": "x", "oauth": True}, "x"),
        ({"slug": 1, "oauth": ["account_type"]}, 1),
        ({"oauth": {}}, wire.ABSENT),
    ],
)
def test_the_account_type_is_the_one_named_raw_or_the_slug(
    manifest: dict[str, Any], account_type: Any
) -> None:
    assert wire.account_type_id(manifest) == account_type


@pytest.mark.parametrize(
    ("registered", "account_type_id", "uri"),
    [
        ("https://oauthcallback.x/a", "x", "https://oauthcallback.x/a"),
        (None, "x", "https://bob.example:8080/accounts/x/redirect"),
        ("", "x", "https://bob.example:8080/accounts/x/redirect"),
        (1, "x", "https://bob.example:8080/accounts/x/redirect"),
        (None, "context/x", "https://bob.example:8080/accounts/context/x/redirect"),
        (None, "a b?#é%", "https://bob.example:8080/accounts/a%20b%3F%23%C3%A9%25/redirect"),
        (None, "$&+,:;=@~", "https://bob.example:8080/accounts/$&+,:;=@~/redirect"),
        pytest.param(
            None,
            "\ud800",
            "https://bob.example:8080/accounts/%EF%BF%BD/redirect",
        ),
    ],
)
def test_the_redirect_uri_is_the_registered_one_or_the_instance_s_own(
    registered: object, account_type_id: str, uri: str
) -> None:
    value = {"redirect_uri": registered, "redirect_url": "https://never.read"}
    account_type = AccountType(Document("x", b"{}"), (), value, account_type_id)
    assert wire.redirect_uri(account_type, "bob.example:8080") == uri
