"""`manifest-lint login`: at a certified provider, with what a person may do wrong."""

from __future__ import annotations

import json
import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from click import unstyle

from manifest_lint.api.tokens import Options, Page, login, renew
from manifest_lint.errors import UserError
from manifest_lint.network import loopback
from manifest_lint.network.loopback import Listener
from manifest_lint.oauth.logged_in import LoggedIn, Refusal
from manifest_lint.reports.login import FORMATS, text
from tests.command import PATIENCE
from tests.provider_login import Kind
from tests.real_login import Providers, answering, connector, person, real_providers, stored, walked
from tests.servers import free_port
from tests.servers.metadata import serving

NOW = 1764423000.0
OFFLINE = "openid read offline_access"
CONSENT = {"extras": {"prompt": "consent"}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    kinds: tuple[Kind, ...] = ("usual", "basic only", "with GET")
    with real_providers(tmp_path_factory.mktemp("providers"), kinds) as found:
        yield found


def options(folder: Path, **more: Any) -> Options:
    return Options(environment=more.pop("environment", {}), now=lambda: NOW, path=folder, **more)


def who(origin: str, token: str) -> int:
    """Return the status of a request that a connector makes with its token."""
    return status_of(f"{origin}/me", Authorization=f"Bearer {token}")[0]


def status_of(url: str, **headers: str) -> tuple[int, HTTPMessage, str]:
    """Return status, headers and text of a page."""
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers))
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return int(response.status), response.headers, response.read().decode()


@pytest.mark.parametrize(
    ("mode", "kind"), [("form", "usual"), ("basic", "basic only"), ("get", "with GET")]
)
def test_a_login_writes_a_token_that_works_and_can_be_renewed(
    tmp_path: Path, running: Providers, mode: str, kind: Kind
) -> None:
    folder = connector(tmp_path, running[kind], OFFLINE, token_mode=mode, **CONSENT)
    done = login(options(folder), person)
    assert done.refusal is None
    assert done.granted == tuple(OFFLINE.split())
    assert done.missing == ()
    assert done.written == ("access_token", "refresh_token", "token_type", "expires_at")
    first = stored(folder)
    assert first["token_type"] == "Bearer"
    assert first["expires_at"] == "2025-11-29T14:30:00Z"
    assert stat.S_IMODE((folder / "konnector-dev-config.json").stat().st_mode) == 0o600
    assert who(running[kind], first["access_token"]) == 200
    again = renew(options(folder))
    assert again.refusal is None
    second = stored(folder)
    assert second["access_token"] != first["access_token"]
    assert who(running[kind], second["access_token"]) == 200


def test_a_loopback_login_ends_and_says_what_it_has_not_proved(
    tmp_path: Path, running: Providers
) -> None:
    folder = connector(tmp_path, running["usual"], OFFLINE, client_id="LOOP", **CONSENT)
    port = running.loopback
    seen = {}

    def come_back(page: Page) -> str:
        assert page.wait
        assert page.redirect_uri == f"http://127.0.0.1:{port}/callback"
        origin = f"http://127.0.0.1:{port}"
        idle = socket.create_connection(("127.0.0.1", port))  # as browsers open some in reserve
        for place in ("/favicon.ico", "/callback", "/callback?state=x&code=y", "/callback?code=y"):
            seen[place] = status_of(f"{origin}{place}")[0]
        for host in ("evil.example", "127.0.0.1", f"localhost:{port}"):
            assert status_of(f"{origin}/callback", Host=host)[0] == 404
        back = walked(page.authorize_url)
        seen["back"], headers, text = status_of(back)
        assert "close this page" in text
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        with idle:
            return page.wait(60)

    done = login(options(folder, loopback=port), come_back)
    assert done.refusal is None
    assert list(seen.values()) == [404, 400, 400, 400, 200]
    assert any("redirect URI" in remark for remark in done.remarks)
    assert who(running["usual"], stored(folder)["access_token"]) == 200
    with socket.create_server(("127.0.0.1", port)):  # nothing listens there any more
        pass


def said(port: int, request: bytes) -> bytes:
    """Return what a port answers to bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


HOST = b"Host: 127.0.0.1:%d\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /callback?state=ours HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"<b>x</b> /callback?state=ours HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"GET /callback?state=no HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /callback?state=ours HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", 404),
        (b"GET /callback?state=ours HTTP/1.1\r\nHost: x\r\n" + HOST + b"\r\n", 404),
        (b"GET /callback?state=%%ff%%zz&<script> HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ],
)
def test_no_other_request_ends_a_loopback_or_is_repeated_in_its_answer(
    request_: bytes, status: int
) -> None:
    port = free_port()
    with Listener(port, lambda query: query == "state=ours") as listener:
        answer = said(port, request_.replace(b"%d", b"%d" % port).replace(b"%%", b"%"))
        assert answer.startswith(b"HTTP/1.0 %d " % status)
        head, _, page = answer.partition(b"\r\n\r\n")
        assert b"Content-Security-Policy: default-src 'none'" in head
        assert b"Cache-Control: no-store" in head
        assert b"<b>x" not in answer
        assert b"script" not in page
        own = b"GET /callback?state=ours HTTP/1.1\r\n" + HOST % port + b"\r\n"
        assert said(port, own).startswith(b"HTTP/1.0 200 ")
        assert listener.wait(1) == f"http://127.0.0.1:{port}/callback?state=ours"


@pytest.mark.parametrize("fails", ["flush_headers", "end_headers"])
def test_a_browser_that_takes_no_answer_has_come_back(
    monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def gone(_: object) -> None:
        raise ConnectionResetError

    port = free_port()
    monkeypatch.setattr(BaseHTTPRequestHandler, fails, gone)
    with Listener(port, lambda query: query == "state=ours") as listener:
        said(port, b"GET /callback?state=ours HTTP/1.1\r\n" + HOST % port + b"\r\n")
        assert listener.wait(1) == f"http://127.0.0.1:{port}/callback?state=ours"


@pytest.mark.parametrize(("port", "status"), [(80, b"200"), (81, b"404")])
def test_a_browser_leaves_out_the_port_of_the_scheme(
    monkeypatch: pytest.MonkeyPatch, port: int, status: bytes
) -> None:
    free = free_port()  # 80 may be taken, or need rights
    made = loopback._Server
    monkeypatch.setattr(loopback, "_Server", lambda _, handler: made(("127.0.0.1", free), handler))
    with Listener(port, lambda _: True):
        answer = said(free, b"GET /callback?state=x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert answer.split(b" ")[1] == status


@pytest.mark.parametrize(
    ("asked", "scope", "granted", "missing"),
    [
        ("read write", "read,write", ("read", "write"), ()),
        ("read write", "read, user:email", ("read", "user:email"), ("write",)),
        ("read,activity:read", "read,activity:read", ("read,activity:read",), ()),
        ("read write", "", (), ("read", "write")),
    ],
)
def test_scopes_may_have_commas_between_them(
    tmp_path: Path, asked: str, scope: str, granted: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    body = json.dumps({"access_token": "a", "scope": scope}).encode()
    with serving(answering(200, body)) as (origin, _):
        done = login(options(connector(tmp_path, origin, asked)), came_back)
    assert (done.granted, done.missing) == (granted, missing)


def test_a_token_that_has_expired_already_is_said_to_have(tmp_path: Path) -> None:
    with serving(answering(200, b'{"access_token": "a", "expires_in": -90}')) as (origin, _):
        done = login(options(connector(tmp_path, origin)), came_back)
    why = "The token has expired, at 2025-11-29T13:28:30Z: `expires_in` is -90"
    assert why in map(unstyle, text(done))


def test_a_port_in_use_is_refused(tmp_path: Path, running: Providers) -> None:
    folder = connector(tmp_path, running["usual"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} cannot be used"):
            login(options(folder, loopback=port), person)


def test_a_loopback_that_nobody_comes_back_to_ends(tmp_path: Path, running: Providers) -> None:
    folder = connector(tmp_path, running["usual"])
    with pytest.raises(UserError, match="no browser came back within 1 second,"):
        login(
            options(folder, loopback=running.loopback),
            lambda page: page.wait(1) if page.wait else "",
        )


@pytest.mark.parametrize("format", FORMATS)
def test_a_check_writes_nothing_and_revokes_the_token(
    tmp_path: Path, running: Providers, format: str
) -> None:
    folder = connector(tmp_path, running["usual"], OFFLINE, **CONSENT)
    before = sorted(folder.iterdir())
    done = login(options(folder, check_only=True), person)
    assert sorted(folder.iterdir()) == before
    assert done.revoked == "revoked"
    shown = "\n".join(FORMATS[format](done))
    assert "S3CRET" not in shown
    assert "token" in shown
    if format == "json":
        assert json.loads(shown)["granted"] == OFFLINE.split()
        assert [step["name"] for step in json.loads(shown)["steps"]] == ["authorize", "token"]
    if format == "junit":
        assert ElementTree.fromstring(shown).find("testsuite").get("failures") == "0"  # type: ignore[union-attr]


def test_what_a_provider_writes_is_no_markup_in_a_report() -> None:
    answer = "<script>%0A::error::\x1b[31m\u202e & 100%"
    done = LoggedIn("x", "x", "https://x.example", refusal=Refusal("token", "", answer))
    [command] = FORMATS["github"](done)
    assert command.startswith("::error title=manifest-lint login::Login of x")
    assert len(command.splitlines()) == 1
    assert "<script>%250A::error::" in command
    page = "\n".join(FORMATS["html"](done))
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not {"\x1b", "\u202e"} & set(page + command)


RETURNED = "https://oauthcallback.cozy.rocks/accounts/x/redirect"


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("", "no URL was pasted"),
        ("  \n", "no URL was pasted"),
        ("hello", "is not a URL"),
        ("code=abc&state=x", "is not a URL"),
        (f"{RETURNED}?code=c&state=0123", "is of another login"),
        (f"{RETURNED}?code=c", "is of another login"),
        (f"{RETURNED}?error=e&code=c", "is of another login"),
        (f"{RETURNED}?error=e&state=0123", "is of another login"),
        (f"http{RETURNED[5:]}?code=c&state=STATE", "it must start with"),
        ("https://evil.example/accounts/x/redirect?code=c&state=STATE", "it must start with"),
        (f"{RETURNED}/y?code=c&state=STATE", "it must start with"),
        (f"{RETURNED[:-1]}?code=c&state=STATE", "it must start with"),
    ],
)
def test_a_wrong_url_is_refused(tmp_path: Path, running: Providers, pasted: str, why: str) -> None:
    folder = connector(tmp_path, running["usual"])

    def come_back(page: Page) -> str:
        [state] = parse_qs(urlsplit(page.authorize_url).query)["state"]
        return pasted.replace("STATE", state)

    with pytest.raises(UserError, match=why):
        login(options(folder), come_back)
    assert not (folder / "konnector-dev-config.json").exists()


@pytest.mark.parametrize(
    "around", ["{}", " {}\n", "<{}>", '"{}"', "\x1b[200~{}\x1b[201~", "{}#_=_"]
)
def test_a_pasted_url_may_have_something_around_it(
    tmp_path: Path, running: Providers, around: str
) -> None:
    folder = connector(tmp_path, running["usual"])
    done = login(options(folder), lambda page: around.format(person(page)))
    assert done.refusal is None


def test_an_expired_code_is_refused_and_nothing_is_written(
    tmp_path: Path, running: Providers
) -> None:
    folder = connector(tmp_path, running["usual"])
    used = ""

    def twice(page: Page) -> str:
        nonlocal used
        back = person(page)
        [code] = parse_qs(urlsplit(back).query)["code"]
        if not used:
            used = code
        return back.replace(code, used)

    login(options(folder, check_only=True), twice)
    done = login(options(folder), twice)
    assert done.refusal
    assert (done.refusal.request, done.refusal.error) == ("token", "invalid_grant")
    assert not (folder / "konnector-dev-config.json").exists()


def test_access_denied_is_what_the_provider_answers(tmp_path: Path, running: Providers) -> None:
    folder = connector(tmp_path, running["usual"])

    def refuses(page: Page) -> str:
        [state] = parse_qs(urlsplit(page.authorize_url).query)["state"]
        markup = "%3Cb%3EEnd-User%20aborted%1b[31m%3C/b%3E"
        return f"{RETURNED}?error=access_denied&error_description={markup}&state={state}"

    done = login(options(folder), refuses)
    assert done.refusal
    assert done.refusal.error == "access_denied"
    assert "\x1b[31m" not in "".join(map(unstyle, text(done)))


ANSWERS: list[tuple[int, bytes, str]] = [
    (200, b"<!doctype html><title>Log in</title>", "status 200, with a web page"),
    (200, b"access_token=a&token_type=bearer", "status 200, with a text that is not JSON"),
    (200, b"", "status 200, and the body is empty"),
    (200, b"[]", "status 200, with JSON that is not an object"),
    (200, b'{"access_token": 12345678}', "`access_token` is not a string"),
    (200, b'{"access_token": "a", "expires_in": "3600"}', "`expires_in` is not a whole number"),
    (200, b'{"access_token": "a", "expires_in": 1.5}', "`expires_in` is not a whole number"),
    (200, b'{"token_type": "Bearer"}', "the answer has no `access_token`"),
    (200, b'{"error": "bad_verification_code"}', "status 200, bad_verification_code"),
    (201, b'{"access_token": "a"}', "status 201"),
    (200, b'{"access_token": "a"} {}', "with a text that is not JSON"),
    (500, b'{"error": "<script>x</script>"}', "status 500, <script>x</script>"),
    (302, b"", "status 302, a redirect"),
    (200, b'{"access_token": "' + b"a" * 2_000_000, "with more than 1 MiB"),
]


@pytest.mark.parametrize(("status", "body", "why"), ANSWERS)
def test_an_answer_that_the_stack_refuses_is_reported(
    tmp_path: Path, status: int, body: bytes, why: str
) -> None:
    with serving(answering(status, body, Location="/token")) as (origin, heard):
        folder = connector(tmp_path, origin)
        done = login(options(folder), came_back)
    assert done.refusal
    assert done.refusal.request == "token"
    assert why in done.refusal.answer
    assert len(heard) == 1
    assert not (folder / "konnector-dev-config.json").exists()


def came_back(page: Page) -> str:
    """Return the URL that a provider sends back, without asking it."""
    [state] = parse_qs(urlsplit(page.authorize_url).query)["state"]
    return f"{RETURNED}?code=C0DE-of-th1s&state={state}"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (
            {"access_token": "a", "token_type": "bearer", "expires_in": 60},
            {"token_type": "bearer", "expires_at": "2025-11-29T13:31:00Z"},
        ),
        ({"id_token": "a"}, {"expires_at": "0001-01-01T00:00:00Z"}),
        ({"access_token": "", "id_token": "a"}, {"expires_at": "0001-01-01T00:00:00Z"}),
        ({"Access_Token": "a"}, {"expires_at": "0001-01-01T00:00:00Z"}),
        ({"access_token": "a", "expires_in": 10**30 // 10**12}, {}),
    ],
)
def test_what_the_stack_accepts_is_written(
    tmp_path: Path, body: dict[str, Any], fields: dict[str, Any]
) -> None:
    with serving(answering(200, json.dumps(body).encode())) as (origin, _):
        folder = connector(tmp_path, origin)
        assert login(options(folder), came_back).refusal is None
    assert stored(folder).items() >= {"access_token": "a", **fields}.items()


def test_without_a_token_endpoint_the_connector_is_handed_what_it_needs(tmp_path: Path) -> None:
    folder = connector(tmp_path, "http://127.0.0.1:9", token_endpoint=...)
    done = login(options(folder), lambda page: f"{came_back(page)}&caf%E9=%C3%A9&x=1&x=2")
    assert done.written == ("expires_at", "query", "client_id", "client_secret")
    assert stored(folder) == {
        "client_id": "ID",
        "client_secret": "S3CRET",
        "expires_at": "0001-01-01T00:00:00Z",
        "query": {"code": ["C0DE-of-th1s"], "caf\ufffd": ["\u00e9"], "x": ["1", "2"]},
    }


@pytest.mark.parametrize(
    ("changes", "environment", "why"),
    [
        ({"grant_mode": "token"}, {}, "whose logins never end; see A002"),
        ({"grant_mode": "token_redirect_url"}, {}, "whose logins never end; see A002"),
        ({"grant_mode": "bi_webview"}, {}, "only its aggregator can log in"),
        ({"grant_mode": "bi_webauth+secret", "slug": "x"}, {}, "only its aggregator can log in"),
        ({"grant_mode": "secret", "slug": "x"}, {}, "there is no login, and no token"),
        ({"grant_mode": "refresh_token"}, {}, "does not start a login in the grant mode"),
        ({"grant_mode": "unknown"}, {}, "does not start a login in the grant mode"),
        ({"client_secret": "$A_SECRET"}, {}, r"\$A_SECRET is not set"),
        ({"client_secret": "$A_SECRET"}, {"A_SECRET": ""}, r"\$A_SECRET is empty"),
        ({"client_secret": "<SECRET>"}, {}, "is a placeholder that names no variable"),
        ({"auth_endpoint": "file:///etc/passwd"}, {}, "is not an absolute URL"),
        ({"auth_endpoint": "javascript:alert(1)"}, {}, "is not an absolute URL"),
        ({"auth_endpoint": "/authorize"}, {}, "is not an absolute URL"),
        ({"auth_endpoint": "//provider.example/a"}, {}, "is not a URL with http or https"),
        ({"auth_endpoint": ...}, {}, "`auth_endpoint` is missing"),
        ({"client_id": ""}, {}, "`client_id` is empty"),
        ({"token_endpoint": "ftp://provider.example"}, {}, "not an absolute URL"),
        ({"redirect_uri": ...}, {}, "name that with --domain"),
        ({"redirect_uri": "https://a.cozy.rocks/x"}, {}, "does not lead to the stack's route"),
        ({"_id": "y", "redirect_uri": RETURNED.replace("x", "y")}, {}, ""),
    ],
)
def test_what_cannot_work_is_refused_before_the_browser_opens(
    tmp_path: Path, changes: dict[str, Any], environment: dict[str, str], why: str
) -> None:
    folder = connector(tmp_path, "http://127.0.0.1:9", **changes)
    if not why:  # a manifest that names no account type that is there
        (folder / "manifest.konnector").write_text('{"slug": "z", "oauth": {"scope": "a"}}')
        why = 'no account type has the id "z"'

    def never(_: Page) -> str:
        raise AssertionError("the browser was opened")

    with pytest.raises(UserError, match=why) as caught:
        login(options(folder, environment=environment), never)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"grant_mode": "authorization_code+secret", "slug": "x", "secret": "s3cret-y"}, {}),
        ({"_id": "beta/x"}, {"context": "beta"}),
        ({"client_secret": "$A_SECRET"}, {"environment": {"A_SECRET": "S3CRET"}}),
        ({"skip_state_on_token": True}, {}),
    ],
)
def test_what_the_rules_of_the_stack_allow_works(
    tmp_path: Path, running: Providers, changes: dict[str, Any], more: dict[str, Any]
) -> None:
    folder = connector(tmp_path, running["usual"], **changes)
    if "_id" in changes:
        (folder / "manifest.konnector").write_text(
            '{"slug": "x", "version": "1.0.0", "oauth": {"scope": "read write"}}'
        )
    done = login(options(folder, **more), person)
    assert done.refusal is None
    assert done.granted == ("read", "write")


def test_the_instances_own_redirect_uri_is_sent(tmp_path: Path) -> None:
    folder = connector(tmp_path, "http://127.0.0.1:9", redirect_uri=...)
    seen = []

    def stays(page: Page) -> str:
        seen.append(page.redirect_uri)
        return page.authorize_url

    done = login(options(folder, domain="Alice.cozy.rocks"), stays)
    assert seen == ["https://alice.cozy.rocks/accounts/x/redirect"]
    assert done.refusal


@pytest.mark.parametrize(
    ("date", "is_remarked"),
    [
        ("Sat, 29 Nov 2025 13:30:00 GMT", False),
        ("Sat, 29 Nov 2025 13:34:00 GMT", False),
        ("Sat, 29 Nov 2025 15:30:00 GMT", True),
        ("Mon, 29 Nov 1999 13:30:00 GMT", True),
        ("yesterday", False),
    ],
)
def test_a_clock_that_differs_is_remarked(tmp_path: Path, date: str, is_remarked: bool) -> None:
    def answer(request: Any) -> None:
        request.date_time_string = lambda: date
        answering(200, b'{"access_token": "a", "expires_in": 60}')(request)

    with serving(answer) as (origin, _):
        done = login(options(connector(tmp_path, origin)), came_back)
    assert any("clock" in remark for remark in done.remarks) is is_remarked


def test_what_changes_in_a_configuration_meanwhile_is_kept(tmp_path: Path) -> None:
    with serving(answering(200, b'{"access_token": "a"}')) as (origin, _):
        folder = connector(tmp_path, origin)
        config = folder / "konnector-dev-config.json"
        config.write_text('{"fields": {}}')

        def changes(page: Page) -> str:
            config.write_text('{"fields": {"login": "x"}}')
            return came_back(page)

        login(options(folder), changes)
    fields = stored(folder)
    assert (fields["login"], fields["access_token"]) == ("x", "a")


@pytest.mark.parametrize(
    ("domain", "may_leave"),
    [
        (None, False),
        ("cozy.rocks", True),
        ("https://Cozy.Rocks/", True),
        ("alice.cozy.rocks", False),
    ],
)
def test_it_is_said_if_the_page_is_that_of_an_instance(
    tmp_path: Path, domain: str | None, may_leave: bool
) -> None:
    pages: list[Page] = []

    def come_back(page: Page) -> str:
        pages.append(page)
        return ""

    folder = connector(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(UserError, match="no URL was pasted"):
        login(options(folder, domain=domain), come_back)
    assert [page.may_leave for page in pages] == [may_leave]


def test_no_refresh_token_is_kept_if_none_is_wanted(tmp_path: Path) -> None:
    body = b'{"access_token": "a", "refresh_token": "r3fresh-2"}'
    with serving(answering(200, body)) as (origin, _):
        folder = connector(tmp_path, origin)
        old = '{"fields": {"refresh_token": "r3fresh-1", "login": "x"}}'
        (folder / "konnector-dev-config.json").write_text(old)
        done = login(options(folder, keep_refresh_token=False), came_back)
    assert done.removed == ("refresh_token",)
    assert stored(folder) == {
        "login": "x",
        "access_token": "a",
        "expires_at": "0001-01-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("published", "status", "ended"),
    [
        ({}, 200, "not revoked: the provider publishes no address for it (RFC 7009)"),
        ({"revocation_endpoint": "ORIGIN/revoke"}, 200, "revoked"),
        ({"revocation_endpoint": "ORIGIN/revoke"}, 503, "not revoked: the provider answers"),
        ({"revocation_endpoint": "ORIGIN/revoke"}, 307, "not revoked: status 307, a redirect"),
        ({"revocation_endpoint": "file:///x"}, 200, "not revoked: the provider publishes no"),
        ({"revocation_endpoint": ["x"]}, 200, "not revoked: the provider publishes no"),
        (
            {"revocation_endpoint": "ORIGIN/revoke", "token_endpoint": "ORIGIN/other"},
            200,
            "not revoked: the provider publishes no",
        ),
    ],
)
def test_a_token_is_only_revoked_where_its_provider_publishes(
    tmp_path: Path, published: dict[str, Any], status: int, ended: str
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        origin = f"http://{request.headers['Host']}"
        if request.path == "/token":
            answering(200, b'{"access_token": "a"}')(request)
        elif request.path == "/revoke":
            answering(status, b"", Location="/")(request)
        else:
            metadata = {"issuer": "ORIGIN", "token_endpoint": "ORIGIN/token", **published}
            answering(200, json.dumps(metadata).replace("ORIGIN", origin).encode())(request)

    with serving(answer) as (origin, heard):
        done = login(options(connector(tmp_path, origin), check_only=True), came_back)
    assert done.refusal is None
    assert done.revoked.startswith(ended)
    is_sent = any(line.startswith("POST /revoke ") for line in heard)
    assert is_sent == (ended == "revoked" or "status" in ended or "answers" in ended)
