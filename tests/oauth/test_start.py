"""The URL that opens a login, in a browser and in the mobile application."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.go_url import query_pairs
from manifest_lint.oauth import wire
from manifest_lint.oauth.start import Session, mobile_url, request_url, start_url
from tests.oauth.test_wire import TOKEN

DOMAIN = "alice.cozy.example"


def opened(scope: Any = "read", name: Any = "x") -> str:
    """Return the part of the start URL after `accounts/`."""
    manifest = {"slug": "x", "oauth": {"scope": scope, "account_type": name}}
    start = start_url(manifest, DOMAIN, Session())
    assert start.startswith(f"https://{DOMAIN}/")
    return start.removeprefix(f"https://{DOMAIN}/")


def query(scope: str) -> str:
    return f"accounts/x/start?state=STATE&nonce=NONCE&scope={scope}&slug=home"


@pytest.mark.parametrize(
    ("scope", "written"),
    [
        ("a b", "a+b"),
        (["a", "b"], "a%2Bb"),
        ("a&b", "a&b"),
        ("a~*'b", "a~*'b"),
        ("100%", "100%"),
    ],
)
def test_harvest_opens_a_url_that_it_has_decoded(scope: Any, written: str) -> None:
    assert opened(scope) == query(written)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("é", "accounts/é/start?state=STATE&nonce=NONCE&scope=read&slug=home"),
        ("a%41", "accounts/aA/start?state=STATE&nonce=NONCE&scope=read&slug=home"),
        ("..", "start?state=STATE&nonce=NONCE&scope=read&slug=home"),
        ("a\tb", "accounts/ab/start?state=STATE&nonce=NONCE&scope=read&slug=home"),
        ("a?state=1&b", "accounts/a?state=STATE&b/start=&nonce=NONCE&scope=read&slug=home"),
        ("a#b", "accounts/a?state=STATE&nonce=NONCE&scope=read&slug=home#b/start"),
        ("\ud800", "accounts/\ufffd/start?state=STATE&nonce=NONCE&scope=read&slug=home"),
    ],
)
def test_an_id_is_a_part_of_the_url(name: str, url: str) -> None:
    assert opened(name=name) == url


@pytest.mark.parametrize("name", ["%zz", "a%", "%4", "%FF", "%ed%a0%80", "a#%zz"])
def test_harvest_throws_for_an_id_that_it_cannot_decode(name: str) -> None:
    with pytest.raises(ValueError):
        opened(name=name)


@pytest.mark.parametrize(
    ("scope", "in_a_browser", "on_mobile"),
    [
        ("read write", "read write", "read write"),
        (["read write"], "read write", "read write"),
        ("a+b", "a b", "a b"),
        (["a", "b"], "a+b", "a b"),
        (["a%2Bb"], "a+b", "a b"),
        (["a%25b"], "a%b", ""),
        (["a%252Bb"], "a%2Bb", "a+b"),
        (["x%"], "", ""),
        (["a%26b"], "a&b", "a"),
        (["a%3Bb"], "a;b", ""),
        (["a;b"], "", ""),
        (["a%09b"], "a\tb", "ab"),
        (["a%20b"], "a b", "a b"),
        (["%E9"], "\ufffd", "\ufffd"),
        ("a#b", "a", "a"),
        ("a#b%", "a", None),
        (["a%23b"], "a#b", None),
        (None, "", ""),
        ([], "", ""),
        ("é😀", "é😀", "é😀"),
    ],
)
def test_the_mobile_application_decodes_once_more(
    scope: Any, in_a_browser: str, on_mobile: str | None
) -> None:
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    assert wire.sent_scope(manifest) == in_a_browser
    assert wire.mobile_scope(manifest) == on_mobile


def received(url: str | None) -> dict[str, str]:
    """Return the parameters that the stack reads from a URL that a browser requests."""
    assert url
    pairs = list(query_pairs(url.partition("#")[0].partition("?")[2]))
    return dict(reversed(pairs))


_scopes = st.text("a%/?#&;+ =%25%2B\t\ud800é", max_size=9) | st.text(max_size=9)


@given(_scopes | st.lists(_scopes, max_size=3))
def test_a_scope_is_the_one_in_the_urls_that_are_opened(scope: Any) -> None:
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    start = start_url(manifest, DOMAIN, Session())
    assert received(request_url(start)).get("scope", "") == wire.sent_scope(manifest)
    on_mobile = wire.mobile_scope(manifest)
    try:
        found = received(request_url(mobile_url(start, Session())))
    except ValueError:
        assert on_mobile is None
    else:
        assert ("session_code" not in found) == (on_mobile is None)
        assert on_mobile is None or found.get("scope", "") == on_mobile


@given(st.lists(TOKEN, min_size=1))
def test_scopes_with_spaces_between_arrive_everywhere(tokens: list[str]) -> None:
    manifest = {"slug": "x", "oauth": {"scope": [" ".join(tokens)]}}
    assert wire.mobile_scope(manifest) == wire.sent_scope(manifest) == " ".join(tokens)


def test_an_invalid_url_is_not_opened_by_a_browser() -> None:
    assert request_url("https://a b/") is None
