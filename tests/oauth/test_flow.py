"""What each party of a login sends, and where a login stops."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, check, preview
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.secret import Secret
from manifest_lint.finding import Severity
from manifest_lint.oauth.flow import Flow, flow
from manifest_lint.oauth.token_request import Request
from tests.conformance import replay
from tests.connectors import ACCOUNT_TYPE, account_type, of_account_type, written

DOMAIN = "alice.cozy.example"
SECRET = ACCOUNT_TYPE["client_secret"]


def login(scope: Any = "read", /, **changes: Any) -> Flow:
    """Follow the login of the connector "x" with the good account type, with changes."""
    return flow({"slug": "x", "oauth": {"scope": scope}}, account_type(**changes), DOMAIN)


def sent(request: Request | None) -> dict[str, Any]:
    assert request
    body, url = request.body(Secret.reveal), request.url(Secret.reveal)
    query = body if request.method == "POST" else url.rpartition("?")[2]
    headers = request.headers(Secret.reveal)
    return {"url": url.partition("?")[0], "headers": headers, **dict(parse_qsl(query))}


def steps(found: Flow) -> list[str]:
    return [stop.step for stop in found.stops]


def parameters(url: str | None) -> list[tuple[str, str]]:
    assert url
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def test_a_good_login_completes() -> None:
    found = login("read write")
    assert found.stops == ()
    query = "state=STATE&nonce=NONCE&scope=read+write&slug=home"
    assert found.start_url == f"https://{DOMAIN}/accounts/x/start?{query}"
    assert found.request_url == found.start_url
    assert found.stack_scope == "read write"
    assert parameters(found.authorize_url) == [
        ("client_id", "ID"),
        ("redirect_uri", ACCOUNT_TYPE["redirect_uri"]),
        ("response_type", "code"),
        ("scope", "read write"),
        ("state", "STATE"),
    ]


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("authorization_code", {"client_id", "redirect_uri", "response_type=code"}),
        ("authorization_code+secret", {"client_id", "redirect_uri", "response_type=code"}),
        ("token", {"client_id", "redirect_uri", "response_type=token"}),
        ("token_redirect_url", {"redirect_url", "response_type=token"}),
        ("bi_webauth", {"client_id", "redirect_uri", "token="}),
        ("bi_webauth+secret", {"client_id", "redirect_uri", "token="}),
        ("bi_webview", {"client_id", "redirect_uri", "code="}),
        ("bi_webview+secret", {"client_id", "redirect_uri", "code="}),
    ],
)
def test_each_grant_mode_sends_its_own_parameters(mode: str, names: set[str]) -> None:
    with_values = {"response_type", "token", "code"}
    found = parameters(login(None, grant_mode=mode).authorize_url)
    assert {f"{name}={value}" if name in with_values else name for name, value in found} == {
        *names,
        "state",
    }


@pytest.mark.parametrize(
    ("endpoint", "extras", "expected"),
    [
        ("https://p.example/a?scope=z", {}, [("scope", "z"), ("scope", "read")]),
        ("https://p.example/a?b=%zz&c=1", {}, [("c", "1"), ("scope", "read")]),
        ("https://p.example/a?b=1;c=2", {}, [("scope", "read")]),
        ("https://p.example/a?p=1", {"p": "2"}, [("p", "1"), ("p", "2"), ("scope", "read")]),
        ("https://p.example/a", {"scope": "z"}, [("scope", "read"), ("scope", "z")]),
        ("https://p.example/a", {"prompt": None}, [("prompt", ""), ("scope", "read")]),
    ],
)
def test_parameters_of_the_account_type_come_after_those_of_its_endpoint(
    endpoint: str, extras: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    usual = ("client_id", "redirect_uri", "response_type", "state")
    found = parameters(login(auth_endpoint=endpoint, extras=extras).authorize_url)
    assert [pair for pair in found if pair[0] not in usual] == expected


@pytest.mark.parametrize(
    ("mode", "method", "basic", "has_secret"),
    [
        ("form", "POST", False, True),
        ("", "POST", False, True),
        ("BASIC", "POST", False, True),
        ("basic", "POST", True, False),
        ("get", "GET", False, True),
    ],
)
def test_each_token_mode_has_its_own_request(
    mode: str, method: str, basic: bool, has_secret: bool
) -> None:
    request = login(token_mode=mode).token_request
    found = sent(request)
    assert request and request.method == method
    assert found["url"] == ACCOUNT_TYPE["token_endpoint"]
    assert ("Authorization" in found["headers"]) == basic
    assert found.get("client_secret") == (SECRET if has_secret else None)
    expected = {"code": "CODE", "grant_type": "authorization_code", "state": "STATE"}
    assert {**found, **expected, "nonce": "NONCE"} == found


def test_the_state_is_left_out_of_the_token_request_if_configured() -> None:
    assert "state" not in sent(login(skip_state_on_token=True).token_request)


@pytest.mark.parametrize(
    ("mode", "method", "basic", "has_secret"),
    [
        ("form", "POST", False, True),
        ("BASIC", "POST", False, True),
        ("basic", "POST", True, False),
        ("get", "GET", False, True),
    ],
)
def test_a_renewal_follows_the_token_mode(
    mode: str, method: str, basic: bool, has_secret: bool
) -> None:
    request = login(token_mode=mode).refresh_request
    assert request and request.method == method
    found = sent(request)
    assert ("Authorization" in found.pop("headers")) == basic
    credentials = {"client_id": "ID", "client_secret": SECRET} if has_secret else {}
    assert found == {
        "url": ACCOUNT_TYPE["token_endpoint"],
        **credentials,
        "grant_type": "refresh_token",
        "refresh_token": "REFRESH_TOKEN",
    }


def test_without_a_token_endpoint_the_connector_makes_the_exchange() -> None:
    found = login(token_endpoint=...)
    assert (found.token_request, found.refresh_request, found.stops) == (None, None, ())


@pytest.mark.parametrize(
    ("changes", "stop", "why"),
    [
        ({"grant_mode": "refresh_token"}, "authorize", "grant mode"),
        ({"grant_mode": "secret"}, "authorize", "grant mode"),
        ({"auth_endpoint": "https://p .example/"}, "authorize", "Go refuses `auth_endpoint`"),
        ({"token_endpoint": "https://p.example/%zz"}, "token", "Go refuses `token_endpoint`"),
        ({"token_endpoint": "p.example/token"}, "token", "is not an absolute URL"),
        ({"auth_endpoint": "https://[v1.a]/"}, "authorize", "Go refuses `auth_endpoint`"),
        ({"client_secret": ""}, "token", "the provider refuses the client"),
        ({"client_id": 1}, "lookup", "cannot decode"),
        ({"redirect_uri": "https://o.example/accounts/y/redirect"}, "redirect", "bad state"),
        (
            {"redirect_uri": "https://o.example/accounts/x/redirect/"},
            "redirect",
            "does not lead to the stack's route",
        ),
        ({"redirect_uri": "https://o.example/"}, "redirect", "does not lead to the stack's route"),
        (
            {"_id": "context/x", "redirect_uri": ...},
            "redirect",
            "does not lead to the stack's route",
        ),
    ],
)
def test_a_login_stops_at_a_mistake(changes: dict[str, Any], stop: str, why: str) -> None:
    found = login(**changes)
    assert steps(found) == [stop]
    assert why in found.stops[0].why
    assert (found.authorize_url is None) == (stop in ("authorize", "lookup"))


ONCE_MORE = "the browser is sent to the start page again and again: `auth_endpoint`"
NOT_REACHED = "the browser does not reach the login page: "
REFUSED = "the provider refuses the client: `client_id`"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"auth_endpoint": ...}, f"{ONCE_MORE} is missing"),
        ({"auth_endpoint": None}, f"{ONCE_MORE} is null"),
        ({"auth_endpoint": ""}, f"{ONCE_MORE} is empty"),
        ({"auth_endpoint": "nope"}, f"{NOT_REACHED}`auth_endpoint` is not an absolute URL"),
        ({"auth_endpoint": "/rel"}, f"{NOT_REACHED}`auth_endpoint` is not an absolute URL"),
        ({"auth_endpoint": "javascript:a(1)"}, f"{NOT_REACHED}`auth_endpoint` is not an absolute"),
        ({"auth_endpoint": "ftp://p.example/"}, f"{NOT_REACHED}`auth_endpoint` is not an absolute"),
        ({"auth_endpoint": "https://p.example/a "}, f"{NOT_REACHED}`auth_endpoint` starts or ends"),
        ({"auth_endpoint": "https://https://p.example"}, f"{NOT_REACHED}`auth_endpoint` has https"),
        ({"auth_endpoint": "https://p.example/{tenant}/a"}, f"{NOT_REACHED}fill in `{{tenant}}`"),
        ({"auth_endpoint": "https://p.example/.well-known/x"}, "no login page there"),
        ({"client_id": ...}, f"{REFUSED} is missing"),
        ({"client_id": None}, f"{REFUSED} is null"),
        ({"client_id": ""}, f"{REFUSED} is empty"),
        ({"client_id": "ID "}, f"{REFUSED} has characters that do not belong to it"),
        ({"client_id": "\u201cID\u201d"}, f"{REFUSED} has characters that do not belong to it"),
    ],
)
def test_a_login_that_the_stack_starts_may_stop_at_the_browser_or_the_provider(
    changes: dict[str, Any], why: str
) -> None:
    found = login(**changes)
    assert steps(found) == ["authorize"]
    assert why in found.stops[0].why
    assert found.authorize_url is not None


ENDPOINTS = (
    *(..., None, "", "nope", "/rel", "?a=b", "//p.example/a", "javascript:alert(1)", 1),
    *("ftp://p.example/", "mailto:a@p.example", "https://", "https://p .example/", "::bad"),
    *("https://p.example/a ", "https://https://p.example/a", "https://p.example/{tenant}/a"),
    *("https://p.example/.well-known/openid-configuration", "https://your-domain.com/a"),
    *(
        "https://p.example/a",
        "http://p.example/a",
        "https://p.example/a?b=1",
        "https://p.example/#",
    ),
    *("https://p.example/token", "https://p.example/authorize", "$ENDPOINT", "https://$HOST/a"),
    *("https://${HOST}/a", "https://p.example:$PORT/a", "${ENDPOINT:-https://p.example/a}"),
    *("https://p.example/...", "<https://p.example/a>", "%TENANT%", "$A", "<URL>"),
)
CLIENTS = (
    ...,
    None,
    "",
    " ",
    "ID",
    "ID ",
    "\u201cID\u201d",
    "'ID'",
    "\u00e9",
    "$ID",
    "<ID>",
    "...",
    1,
)


@pytest.mark.parametrize("mode", [*GRANT_MODES, "refresh_token", "", None, ...])
def test_a_preview_stops_wherever_check_finds_that_a_login_is_refused(mode: Any) -> None:
    for field, values in {
        "auth_endpoint": ENDPOINTS,
        "token_endpoint": ENDPOINTS,
        "client_id": CLIENTS,
        "client_secret": CLIENTS,
    }.items():
        for value in values:
            agree(grant_mode=mode, slug="x", **{field: value})


@pytest.mark.parametrize("auth", ENDPOINTS)
def test_a_preview_and_check_agree_on_two_endpoints(auth: Any) -> None:
    for token in ENDPOINTS:
        for token_mode in ("form", "get"):
            agree(auth_endpoint=auth, token_endpoint=token, token_mode=token_mode)


CALLBACK = "https://oauthcallback.cozy.rocks/accounts/x/redirect"
REDIRECTS = (
    *(
        ...,
        None,
        "",
        " ",
        "nope",
        "/accounts/x/redirect",
        "//x.fr/accounts/x/redirect",
    ),
    *(
        CALLBACK,
        f" {CALLBACK}",
        f"{CALLBACK}/",
        f"{CALLBACK}#",
        f"{CALLBACK}?a=b",
        f"https://{CALLBACK}",
    ),
    *(
        CALLBACK.replace("cozy.rocks", host)
        for host in ("<domain>", "co zy.fr", "x.fr:a", "x.fr:80")
    ),
    *(CALLBACK.replace("x", slug) for slug in ("other", "X", "%78", "", "a/b")),
    CALLBACK.replace("accounts", "%61ccounts"),
    *("$REDIRECT", "https://$HOST/accounts/x/redirect", "https://$HOST/other", "<URL>", 1),
    *("https://$HOST/accounts/x/redirect/", "https://$HOST:$PORT/accounts/x/redirect"),
)


@pytest.mark.parametrize("uri", REDIRECTS)
@pytest.mark.parametrize("more", [{}, {"skip_redirect_uri_on_authorize": True}, {"_id": "ctx/x"}])
def test_a_preview_and_check_agree_on_a_redirect_uri(uri: Any, more: dict[str, Any]) -> None:
    for mode in ("authorization_code", "authorization_code+secret"):
        agree(grant_mode=mode, slug="x", redirect_uri=uri, **more)


@pytest.mark.parametrize(
    "key", ["redirect_url", "Redirect_URL", "redirect_ur", "redirect-uri", "callback"]
)
@pytest.mark.parametrize("uri", [..., "", CALLBACK])
def test_a_preview_and_check_agree_on_a_key_that_the_stack_does_not_read(
    key: str, uri: Any
) -> None:
    for value in (CALLBACK, "", None):
        agree(**{key: value}, redirect_uri=uri)


@pytest.mark.parametrize(
    "changes",
    [
        *({"_id": one} for one in ("_x", "", None, 1, "_design/x", "x")),
        *({key: 1} for key in ("_comment", "_i", "_ID", "_ids", "_deleted", "_attachments", "x")),
        {"_rev": "1-x"},
    ],
)
def test_a_preview_and_check_agree_on_what_couchdb_stores(changes: dict[str, Any]) -> None:
    agree(**changes)


def test_a_preview_and_check_agree_on_a_file_with_a_revision(tmp_path: Path) -> None:
    folder = written(tmp_path, _rev="1-x")
    assert refused_by_login(check(folder).findings)
    assert [step.stops for step in preview(folder).steps] == [
        (
            "CouchDB does not store it for `_rev`: the document is new, or has another revision by"
            " now",
        )
    ]


def refused_by_login(findings: Iterable[Finding]) -> list[Finding]:
    """Return the errors that login refuses."""
    return [
        found
        for found in findings
        if found.severity is Severity.ERROR and "login" in found.refused_by
    ]


def agree(**changes: Any) -> None:
    """Assert that a login stops exactly if `check` has an error that login refuses.

    The grant mode `secret` is for no login, and no mistake.
    """
    refused = refused_by_login(of_account_type(**changes))
    stops = login(**changes).stops
    if changes.get("grant_mode") != "secret":
        assert bool(stops) == bool(refused), (changes, stops, refused)


@pytest.mark.parametrize(
    "changes",
    [
        {"_id": "context/x"},
        {"redirect_uri": ...},
        {"auth_endpoint": "//p.example/a"},
        {"auth_endpoint": "$ENDPOINT"},
        {"auth_endpoint": "https://${HOST}/a"},
        {"redirect_uri": "$REDIRECT_URI"},
        {"token_endpoint": "$TOKENS"},
        {"token_endpoint": "https://${HOST}/a"},
        {"client_id": "$ID"},
        {"client_id": "<ID>"},
        {"client_id": "$ID", "client_secret": ...},
    ],
)
def test_a_login_does_not_stop(changes: dict[str, Any]) -> None:
    assert login(**changes).stops == ()


@pytest.mark.parametrize("name", ["a/b", "", "a?b", "a#b", "..", "a%2Fb"])
def test_an_id_that_changes_in_a_url_stops_a_login_at_its_start(name: str) -> None:
    found = flow({"slug": "x", "oauth": {"account_type": name}}, account_type(_id=name), DOMAIN)
    assert steps(found)[0] == "start"


def test_without_an_account_type_a_login_stops_where_the_stack_looks_for_it() -> None:
    found = flow({"slug": "x", "oauth": {}}, None, DOMAIN)
    assert steps(found) == ["lookup"]
    assert (found.redirect_uri, found.authorize_url, found.token_request) == (None, None, None)


def test_an_id_that_harvest_cannot_decode_opens_nothing() -> None:
    found = flow({"slug": "x", "oauth": {"account_type": "%zz"}}, account_type(_id="%zz"), DOMAIN)
    assert (found.start_url, found.request_url, found.mobile_url) == (None, None, None)
    assert found.stops[0].step == "start"
    assert "Harvest throws" in found.stops[0].why


@pytest.mark.parametrize("mode", ["token", "token_redirect_url"])
@pytest.mark.parametrize(
    ("uri", "why"),
    [
        (ACCOUNT_TYPE["redirect_uri"], "not an instance"),
        (f"https://{DOMAIN}.evil.example/accounts/x/redirect", "not an instance"),
        (f"https://{DOMAIN}/accounts/x/redirect", "Harvest waits for a state"),
        (..., "Harvest waits for a state"),
    ],
)
def test_an_implicit_grant_never_finishes(mode: str, uri: Any, why: str) -> None:
    found = login(grant_mode=mode, redirect_uri=uri)
    assert steps(found) == ["redirect"]
    assert why in found.stops[0].why


def test_a_login_says_where_the_mobile_application_differs() -> None:
    found = login(["read", "write"])
    assert (found.stack_scope, found.mobile_scope) == ("read+write", "read write")
    assert found.mobile_url == (
        f"https://{DOMAIN}/accounts/x/start?state=STATE&nonce=NONCE&scope=read+write&slug=home"
        "&session_code=SESSION_CODE"
    )


def test_a_byte_that_is_not_utf_8_reaches_the_provider() -> None:
    found = login("%E9", auth_endpoint="https://p.example/a?q=%E9")
    assert found.stack_scope == "\ufffd"
    assert found.authorize_url
    assert "q=%E9" in found.authorize_url
    assert "scope=%E9" in found.authorize_url


@pytest.mark.parametrize("mode", ["form", "basic", "get"])
def test_a_token_request_has_no_empty_port(mode: str) -> None:
    found = login(token_mode=mode, token_endpoint="https://p.example:/token")
    assert sent(found.token_request)["url"] == "https://p.example/token"
    assert sent(found.refresh_request)["url"] == "https://p.example/token"


def test_user_information_of_the_token_endpoint_is_sent_as_http_basic() -> None:
    endpoint = "https://u:p%40@p.example/token"
    found = login(token_endpoint=endpoint)
    for request in (found.token_request, found.refresh_request):
        assert request
        assert request.headers(Secret.reveal)["Authorization"] == "Basic dTpwQA=="
    own = login(token_endpoint=endpoint, token_mode="basic").token_request
    assert own
    assert own.headers(Secret.reveal)["Authorization"] != "Basic dTpwQA=="


@pytest.mark.parametrize(
    ("mode", "exchange", "renewal"), [("form", True, False), ("basic", True, True)]
)
def test_a_token_request_says_what_it_accepts(mode: str, exchange: bool, renewal: bool) -> None:
    found = login(token_mode=mode)
    assert ("Accept" in sent(found.token_request)["headers"]) == exchange
    assert ("Accept" in sent(found.refresh_request)["headers"]) == renewal


def test_a_secret_is_shown_only_if_revealed() -> None:
    for mode in ("form", "basic", "get"):
        found = login(token_mode=mode)
        assert SECRET not in repr(found)
        for request in (found.token_request, found.refresh_request):
            assert request
            shown = f"{request.url(str)} {request.body(str)} {request.headers(str)}"
            assert SECRET not in shown
            assert "***" in shown or "%2A%2A%2A" in shown


_texts = st.text(max_size=12) | st.text("a%/?#&;+ =:@[]\\\t\ud800é", max_size=12)
_values = _texts | st.none() | st.booleans() | st.integers() | st.lists(_texts, max_size=3)


@given(
    scope=_values,
    account_type_id=_values,
    changes=st.dictionaries(
        st.sampled_from(
            [*ACCOUNT_TYPE, "token_mode", "extras", "slug", "skip_redirect_uri_on_authorize"]
        ),
        _values | st.sampled_from(GRANT_MODES) | st.dictionaries(_texts, _texts, max_size=3),
        max_size=4,
    ),
)
def test_any_connector_has_a_flow(
    scope: Any, account_type_id: Any, changes: dict[str, Any]
) -> None:
    manifest = {"slug": "x", "oauth": {"scope": scope, "account_type": account_type_id}}
    name = changes.get("_id", "x")
    changes["_id"] = name if isinstance(name, str) else "x"
    found = flow(manifest, account_type(**changes), DOMAIN)
    for request in (found.token_request, found.refresh_request):
        if request:
            request.url(Secret.reveal).encode()
            request.body(Secret.reveal).encode()
    if found.authorize_url is not None:
        found.authorize_url.encode("ascii" if not changes.get("auth_endpoint") else "utf-8")


CASE: dict[str, Any] = {
    "manifest": {"slug": "x", "oauth": {"scope": "read"}},
    "account_type": ACCOUNT_TYPE,
    "domain": DOMAIN,
}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("start_url", "https://x"),
        ("request_url", "https://x"),
        ("stack_scope", "x"),
        ("authorize_url", "https://x"),
        ("provider_scope", None),
        ("provider_redirect_uri", None),
        ("redirect_uri", "https://x"),
        ("service_id", "y"),
        ("has_secret_grant", True),
        ("token_request", {}),
        ("refresh_request", {}),
        ("authorize_error", "Wrong account type"),
        ("account_type_error", "json"),
        ("start_url_error", "URI malformed"),
        ("an unknown key", 1),
    ],
)
def test_a_replay_compares_every_key(tmp_path: Path, key: str, value: Any) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({**CASE, "expect": {}}))
    without = {what for _, what, _, _ in replay("wire", file)[1]}
    file.write_text(json.dumps({**CASE, "expect": {key: value}}))
    with_it = {what: expected for _, what, expected, _ in replay("wire", file)[1]}
    assert with_it[key] == (True if key.endswith("_error") else value)
    assert {*without, key} == {*with_it}


@pytest.mark.parametrize("error", [{}, {"start_url_error": "URI malformed"}])
def test_a_run_in_which_harvest_throws_has_no_urls(tmp_path: Path, error: dict[str, Any]) -> None:
    file = tmp_path / "cases.jsonl"
    manifest = {"slug": "x", "oauth": {"account_type": "%zz"}}
    expect = {"account_type_id": "%zz", "is_oauth": True, **error}
    file.write_text(json.dumps({**CASE, "manifest": manifest, "expect": expect}))
    assert replay("wire", file) == (1, [])
