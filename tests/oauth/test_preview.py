"""Any login can be shown, in every format, without its secrets."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.masking import Hider
from manifest_lint.oauth.preview import preview
from manifest_lint.reports import preview as reports
from manifest_lint.reports.curl import commands
from tests.connectors import account_type

SECRET = "S3CRETlong-value"
_PIECES = (
    *("https://", "//", "p.example", "<d>", "[::1]", "[v1]", "u:p@", "@", ":", "/token", "?", "#"),
    *("a=b", "&", f"client_secret={SECRET}", "%zz", "%E9", "%25", "\ud800", "é", " ", "\n", "$X"),
    *("...", "mailto:x"),
)
_texts = st.lists(st.sampled_from(_PIECES), max_size=6).map("".join)
_endpoints = _texts | st.sampled_from(
    ["https://p.example/a", f"https://u:{SECRET}@p.example/x?k={SECRET}#{SECRET}"]
)


@given(
    scope=_texts | st.lists(_texts, max_size=2),
    fields=st.fixed_dictionaries(
        {"client_secret": st.just(SECRET)},
        optional={
            "_id": st.sampled_from(["x", "ctx/x", "%zz"]),
            "grant_mode": st.sampled_from([*GRANT_MODES, "q"]),
            "token_mode": st.sampled_from(["basic", "get", "form"]),
            "client_id": _texts,
            "auth_endpoint": _endpoints,
            "token_endpoint": _endpoints,
            "redirect_uri": _endpoints | st.none(),
            "extras": st.dictionaries(_texts, _texts, max_size=2),
        },
    ),
)
def test_any_login_is_shown_without_its_secret(scope: Any, fields: dict[str, Any]) -> None:
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    found = preview(manifest, (account_type(**fields),), hide=Hider((SECRET,)))
    lines = [*reports.text(found), *reports.mermaid(found), *commands(found)]
    assert SECRET not in "\n".join([*lines, json.dumps(reports.as_json(found))])


def test_a_remark_about_the_scope_is_next_to_it() -> None:
    manifest = {"slug": "x", "oauth": {"scope": ["a", "b"]}}
    found = preview(manifest, (account_type(),), hide=Hider((SECRET,)))
    start = found.steps[0]
    assert {"scope", "state"} <= {one.name for one in start.parameters}
    assert [one.name for one in start.parameters if one.remarks] == ["scope"]
    assert start.remarks == ()


@pytest.mark.parametrize(
    ("scope", "changes", "remark"),
    [
        (["a", "b"], {}, 'the manifest says ["a", "b"], but the stack reads "a+b"'),
        ("a;b", {}, 'the manifest says "a;b", but the stack reads no scope'),
        ("a+b", {}, 'the manifest says "a+b", but the stack reads "a b"'),
        (0, {}, 'the manifest says 0, but the stack reads "0"'),
        ("a  b", {}, 'the manifest says "a  b", but the stack reads "a  b"'),
        (["a", "a b"], {}, 'the manifest says ["a", "a b"], but the stack reads "a+a b"'),
        ([], {}, "the manifest says [], but the stack reads no scope"),
        (True, {}, 'the manifest says true, but the stack reads "true"'),
        ({}, {}, 'the manifest says {}, but the stack reads "[object Object]"'),
        (None, {}, "no scope is sent"),
        (False, {}, "no scope is sent"),
        (None, {}, "no scope is asked for"),
        (["a", "b"], {}, "from the mobile application, which decodes once more, it reads"),
        ("a%25b", {}, "from the mobile application, which decodes once more, it reads no scope"),
        ("a#b%", {}, "the mobile application opens no login"),
        ("a", {"auth_endpoint": "https://p.example/a?scope=z"}, "sent twice"),
        ("a", {"auth_endpoint": "https://p.example/a?b=%zz"}, "query is dropped"),
        ("a", {"redirect_uri": ...}, "no `redirect_uri` is registered"),
        ("a", {"token_mode": "post"}, '`token_mode` "post" is unknown'),
        ("a", {"token_mode": "get"}, "the client secret is in a URL"),
        (
            "a",
            {"token_mode": "get", "token_endpoint": "https://p.example/t?k=1"},
            "second `?` is sent",
        ),
        ("a", {"token_endpoint": ...}, "passes client id and secret to the connector"),
    ],
)
def test_what_is_not_sent_as_written_has_a_remark(
    scope: Any, changes: dict[str, Any], remark: str
) -> None:
    assert [one for one in remarks(scope, **changes) if remark in one]
    assert remarks(["a b"]) == []


def remarks(scope: Any, **changes: Any) -> list[str]:
    """Return the remarks on all steps of a login, and on their parameters."""
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    found = preview(manifest, (account_type(**changes),), hide=Hider(()))
    of_parameters = (one.remarks for step in found.steps for one in step.parameters)
    return list(chain(*(step.remarks for step in found.steps), *of_parameters))


def test_the_urls_of_a_login_are_there_unless_nothing_opens_them() -> None:
    manifest = {"slug": "x", "oauth": {"scope": "read"}}
    good = preview(manifest, (account_type(),), hide=Hider(()))
    start = good.start_url or ""
    assert start.startswith("https://alice.cozy.rocks/accounts/x/start?state=STATE")
    assert good.request_url == start
    assert good.mobile_url
    assert (good.authorize_url or "").startswith("https://provider.example/authorize?")
    manifest = {"slug": "x", "oauth": {"account_type": "%zz"}}
    bad = preview(manifest, (account_type(_id="%zz"),), hide=Hider(()))
    assert (bad.start_url, bad.request_url, bad.mobile_url, bad.authorize_url) == (None,) * 4


def test_a_preview_ends_with_the_step_at_which_the_login_stops() -> None:
    manifest = {"slug": "x", "oauth": {"scope": "read"}}
    found = preview(manifest, (account_type(grant_mode="q"),), hide=Hider(()))
    assert [(step.name, bool(step.stops)) for step in found.steps] == [
        ("start", False),
        ("authorize", True),
    ]
    assert found.requests == ()


def test_a_scope_of_the_endpoint_itself_is_asked_for() -> None:
    own = {"auth_endpoint": "https://p.example/a?scope=z"}
    assert "no scope is asked for" not in remarks(None, **own)
    assert "no scope is asked for" not in remarks("a")


@pytest.mark.parametrize(("mode", "method"), [("form", "POST"), ("basic", "POST"), ("get", "GET")])
def test_an_endpoint_that_go_refuses_until_it_is_filled_in_is_shown_as_written(
    mode: str, method: str
) -> None:
    url = "https://${HOST}/a"
    given = account_type(auth_endpoint=url, token_endpoint=url, token_mode=mode)
    found = preview({"slug": "x", "oauth": {}}, (given,), hide=Hider((SECRET,)))
    shown = {step.name: (step.method, step.address) for step in found.steps}
    assert not found.stops
    assert (shown["authorize"], shown["token"]) == (("GET", url), (method, url))
