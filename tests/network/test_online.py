"""`check --online` fetches the provider's metadata safely and compares them."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint import Finding, check
from manifest_lint.document.document import Document
from manifest_lint.network import metadata
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.provider import Answer, issuers_of
from tests.command import PATIENCE, complaint, run
from tests.connectors import ACCOUNT_TYPE, with_changes, written
from tests.servers import free_port, openid_provider
from tests.servers.metadata import Handler, answering, serving

CANARY = "c4n4ry-S3CRET"
ORIGIN = "https://provider.example"
PUBLISHED = {
    "issuer": ORIGIN,
    "authorization_endpoint": f"{ORIGIN}/authorize",
    "token_endpoint": f"{ORIGIN}/token",
    "scopes_supported": ["read", "write"],
    "response_types_supported": ["code"],
    "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
}


def reported(folder: Path, answer: Answer, scope: Any = "read", /, **changes: Any) -> list[Finding]:
    """Check a connector whose provider gave this answer; return the findings of the family O."""
    report = check(
        written(folder, scope, **changes), ask=lambda origins: dict.fromkeys(origins, answer)
    )
    return [finding for finding in report.findings if finding.code[0] == "O"]


@pytest.mark.parametrize(
    ("published", "scope", "changes", "expected"),
    [
        ({}, "read write", {}, []),
        ({}, None, {}, []),
        ({}, "read", {"auth_endpoint": f"{ORIGIN}/authorize?hd=x"}, []),
        ({}, "read", {"auth_endpoint": f"{ORIGIN}/v1/authorize"}, ["O002 warning"]),
        ({}, "read", {"token_endpoint": "https://tokens.example/token"}, ["O002 warning"]),
        ({}, "read", {"token_endpoint": "$TOKEN_ENDPOINT"}, []),
        ({}, "reed write", {}, ["O003 warning"]),
        ({}, ["read", "write"], {}, ["O003 warning"]),
        ({}, "a a b", {}, ["O003 warning", "O003 warning"]),
        ({"scopes_supported": ...}, "a", {}, []),
        ({"scopes_supported": "read"}, "a", {}, []),
        ({"scopes_supported": []}, "a", {}, ["O003 warning"]),
        ({}, "read", {"token_mode": "basic"}, []),
        ({}, "read", {"token_mode": "get"}, ["O004 error"]),
        ({"token_endpoint_auth_methods_supported": ["none"]}, "read", {}, ["O004 error"]),
        ({"token_endpoint_auth_methods_supported": []}, "read", {}, ["O004 error"]),
        ({"token_endpoint_auth_methods_supported": ...}, "read", {}, ["O004 note"]),
        ({"token_endpoint_auth_methods_supported": ...}, "read", {"token_mode": "basic"}, []),
        ({}, "read", {"token_mode": "get", "token_endpoint": ...}, []),
        ({}, "read", {"grant_mode": "token"}, ["O005 error"]),
        ({"response_types_supported": ["token"]}, "read", {}, ["O005 error"]),
        ({"response_types_supported": ["token"]}, "read", {"grant_mode": "token"}, []),
        ({"code_challenge_methods_supported": ["S256"]}, "read", {}, ["O006 note"]),
        ({"code_challenge_methods_supported": []}, "read", {}, []),
    ],
)
def test_published_metadata_are_compared(
    tmp_path: Path,
    published: dict[str, Any],
    scope: Any,
    changes: dict[str, Any],
    expected: list[str],
) -> None:
    answer = Answer(with_changes(PUBLISHED, **published))
    found = reported(tmp_path, answer, scope, **changes)
    assert sorted(f"{one.code} {one.severity.label}" for one in found) == expected
    assert all(one.refused_by == ("login",) for one in found if one.severity.label == "error")


def test_the_nearest_scope_is_named_where_the_scope_is_written(tmp_path: Path) -> None:
    [finding] = reported(tmp_path, Answer(PUBLISHED), "reads")
    assert finding.path.endswith("manifest.konnector")
    assert finding.pointer == ("oauth", "scope")
    assert finding.fix
    assert finding.fix.title == 'write "read", if you meant that scope'


@pytest.mark.parametrize(("stops_login", "severity"), [(True, "warning"), (False, "note")])
def test_a_provider_without_metadata_is_reported(
    tmp_path: Path, stops_login: bool, severity: str
) -> None:
    [finding] = reported(tmp_path, Answer(None, "is away", stops_login))
    assert (finding.code, finding.severity.label) == ("O001", severity)
    assert finding.message == f'"{ORIGIN}" is away'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(sorted([*PUBLISHED, "code_challenge_methods_supported"])), JSON)
)
def test_any_metadata_give_a_report(published: dict[str, Any]) -> None:
    text = json.dumps(ACCOUNT_TYPE).encode()
    check(stdin=("account-types-def.json", text), ask=lambda o: dict.fromkeys(o, Answer(published)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ORIGIN),
        ({"auth_endpoint": f"https://me:{CANARY}@Provider.example:443/a?k={CANARY}"}, ORIGIN),
        ({"auth_endpoint": "https://provider.example:8443/a"}, f"{ORIGIN}:8443"),
        ({"auth_endpoint": "http://[::1]:80/a"}, "http://[::1]"),
        ({"auth_endpoint": "https://bücher.example/a"}, "https://xn--bcher-kva.example"),
        ({"auth_endpoint": "https://${HOST}/a"}, ""),
        ({"auth_endpoint": "provider.example/a"}, ""),
        ({"auth_endpoint": "https://a b/"}, ""),
        ({"auth_endpoint": "ftp://provider.example/a"}, ""),
        ({"auth_endpoint": ...}, ""),
        ({"grant_mode": "secret"}, ""),
        ({"grant_mode": "bi_webview"}, ""),
        ({"grant_mode": "refresh_token"}, ""),
    ],
)
def test_the_host_of_a_login_is_asked_first(changes: dict[str, Any], expected: str) -> None:
    assert "".join(issuers(**{"token_endpoint": ..., **changes})[:1]) == expected


def issuers(**changes: Any) -> tuple[str, ...]:
    value = with_changes(ACCOUNT_TYPE, **changes)
    return issuers_of(AccountType(Document("x.json", b"{}"), (), value, "x"))


@pytest.mark.parametrize(
    ("auth", "token", "below"),
    [
        ("/authorize", "/token", []),
        ("", "", []),
        ("?to=/a/b/c", "#/a/b/c", []),
        ("/realms/x/auth", "/realms/x/token", ["/realms/x", "/realms"]),
        ("/realms/x/auth?to=/a/b", "/realms/y/token", ["/realms/x", "/realms", "/realms/y"]),
        ("/o/v2.0/auth", "/o/v2.0/token", ["/o/v2.0", "/o"]),
        ("/T/oauth2/v2.0/a", "/T/x", ["/T/oauth2/v2.0", "/T/v2.0", "/T/oauth2", "/T"]),
        ("/a/b/c/d/e/f/auth", "", ["/a/b/c/d", "/a/b/c", "/a/b", "/a"]),
        ("/a//b/auth", "/a/../b/token", ["/a"]),
        ("/a/é/auth", "/a/%C3%A9/token", ["/a", "/a/%C3%A9"]),
        (f"/{'a' * 101}/auth", "/", []),
    ],
)
def test_each_prefix_of_a_path_may_be_an_issuer(auth: str, token: str, below: list[str]) -> None:
    """A version may also follow the tenant directly."""
    found = issuers(auth_endpoint=f"{ORIGIN}{auth}", token_endpoint=f"{ORIGIN}{token}")
    assert found == tuple(f"{ORIGIN}{path}" for path in ("", *below))


OTHER = "https://tokens.example"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (ORIGIN, f"{ORIGIN}/a", OTHER, f"{OTHER}/t")),
        ({"grant_mode": "token"}, (ORIGIN, f"{ORIGIN}/a")),  # nothing is sent to the second
        ({"token_endpoint": "$TOKEN"}, (ORIGIN, f"{ORIGIN}/a")),
        ({"auth_endpoint": "$AUTH"}, ()),
    ],
)
def test_both_hosts_are_asked(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    endpoints = {"auth_endpoint": f"{ORIGIN}/a/auth", "token_endpoint": f"{OTHER}/t/token"}
    assert issuers(**{**endpoints, **changes}) == expected


def test_each_origin_is_asked_once_in_a_run(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(origins: Iterable[str]) -> Mapping[str, Answer]:
        origins = list(origins)
        asked.extend(origins)
        return dict.fromkeys(origins, Answer(PUBLISHED))

    documents = [with_changes(ACCOUNT_TYPE, _id=f"s{n}", redirect_url="x") for n in range(300)]
    (tmp_path / "types.json").write_text(json.dumps(documents))
    check(account_types=tmp_path / "types.json", ask=ask, fix="safe")  # checks several times
    assert asked == [ORIGIN]


def asked(origin: str, seconds: float = PATIENCE) -> Answer:
    return metadata.Asking({}, allow_private=True, seconds=seconds)([origin])[origin]


def dripping(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:  # until the client closes the connection
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "why", "stops_login"),
    [
        (answering(404), "publishes no metadata", False),
        (answering(500), "publishes no metadata", False),
        (answering(200, b"<html>"), "publishes something that is not metadata", False),
        (answering(200, b"[]"), "publishes something that is not metadata", False),
        (answering(200, b"[" * 100_000), "publishes something that is not metadata", False),
        (answering(200, b"{}"), "publishes the metadata of another issuer", False),
        (answering(200, b'{"issuer": 1}'), "publishes the metadata of another issuer", False),
        (answering(200, b" " * (50 << 20)), "publishes more than 1 MiB", False),
        (answering(302, Location="/again"), "redirects too often", False),
        (answering(302, Location="https://[::1"), "redirects to another origin", False),
        (answering(302, Location="file:///etc/passwd"), "redirects to another origin", False),
        (
            lambda request: request.wfile.write(b"junk\r\n\r\n"),
            "answers with something that is not HTTP",
            True,
        ),
        (lambda _: None, "could not be reached from here: the connection was closed", False),
    ],
)
def test_an_invalid_answer_is_reported(answer: Handler, why: str, stops_login: bool) -> None:
    with serving(answer) as (origin, heard):
        found = asked(origin)
    assert found.metadata is None
    assert found.why.startswith(why)
    assert found.stops_login == stops_login
    assert 1 <= len(heard) <= 8


def silent(request: BaseHTTPRequestHandler) -> None:
    request.rfile.read(1)  # until the client closes the connection


@pytest.mark.parametrize("answer", [dripping, silent])
def test_a_missing_answer_is_given_up(answer: Handler) -> None:
    with serving(answer) as (origin, _):
        found = asked(origin, 1.0)
    why = "could not be reached from here: no answer within 1 second"
    assert found == Answer(None, why, of_host=True)


@pytest.mark.parametrize("place", [0, 1])
def test_metadata_are_found_at_both_places_and_through_a_redirect(place: int) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        origin = f"http://{request.headers['Host']}"
        if f"{origin}{request.path}" == metadata.urls_of(origin)[place]:
            answering(301, Location="/here")(request)
        else:
            body = json.dumps({"issuer": f"{origin}/", "x": 1}).encode()
            answering(200 if request.path == "/here" else 404, body)(request)

    with serving(answer) as (origin, heard):
        assert asked(origin).metadata == {"issuer": f"{origin}/", "x": 1}
    assert len(heard) == 2 + place


Pages = dict[str, Any]
"""What a provider publishes: JSON values by path."""


def publishing(pages: Pages) -> Handler:
    def answer(request: BaseHTTPRequestHandler) -> None:
        page = pages.get(request.path)
        answering(200 if page else 404, json.dumps(page).encode())(request)

    return answer


def published(issuer: str, endpoints: str) -> dict[str, Any]:
    """Return the metadata of an issuer whose endpoints are below another path."""
    named = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
    values = {name: f"{endpoints}/{last}" for name, last in named.items()}
    return PUBLISHED | {"issuer": issuer, **values}


ROOT = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"
REALM = "/realms/x/protocol/openid-connect"
UNTIL_REALM = [
    *(ROOT, OPENID),
    *(f"{ROOT}{REALM}", f"{REALM}{OPENID}"),
    *(f"{ROOT}/realms/x/protocol", f"/realms/x/protocol{OPENID}"),
    f"{ROOT}/realms/x",
]
UNTIL_TENANT = [
    *(ROOT, OPENID),
    *(f"{ROOT}/T/oauth2/v2.0", f"/T/oauth2/v2.0{OPENID}"),
    f"{ROOT}/T/v2.0",
]


@pytest.mark.parametrize(
    ("issuer", "place", "endpoints", "requests"),
    [
        ("", ROOT, "", [ROOT]),
        ("", OPENID, "", [ROOT, OPENID]),
        ("/", OPENID, "/o/oauth2/v2", [ROOT, OPENID]),  # as at Auth0 and Google
        ("/realms/x", f"{ROOT}/realms/x", REALM, UNTIL_REALM),  # as in Keycloak
        ("/realms/x", f"/realms/x{OPENID}", REALM, [*UNTIL_REALM, f"/realms/x{OPENID}"]),
        ("/T/v2.0", f"{ROOT}/T/v2.0", "/T/oauth2/v2.0", UNTIL_TENANT),  # as at Microsoft
        ("/T/v2.0", f"/T/v2.0{OPENID}", "/T/oauth2/v2.0", [*UNTIL_TENANT, f"/T/v2.0{OPENID}"]),
    ],
)
@pytest.mark.parametrize("is_shared", [False, True])
def test_an_issuer_with_a_path_is_found(
    tmp_path: Path, issuer: str, place: str, endpoints: str, requests: list[str], is_shared: bool
) -> None:
    """What was asked, what was found: also where the host itself is another issuer."""
    pages: Pages = {}
    with serving(publishing(pages)) as (origin, heard):
        pages[place] = published(f"{origin}{issuer}", f"{origin}{endpoints}")
        if is_shared and issuer.strip("/"):
            pages[ROOT] = published(origin, f"{origin}/of-the-host")
            requests = [one for one in requests if one != OPENID]  # the first place has it
        written(
            tmp_path,
            "reed",
            auth_endpoint=f"{origin}{endpoints}/authorize",
            token_endpoint=f"{origin}{endpoints}/token",
        )
        done = run("check", tmp_path, "--online", "--allow-private", "--select", "O", "-q")
    assert [one.split(" ", 2)[1] for one in heard] == requests
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["O003"], done.stdout


def test_what_was_asked_in_vain_is_said(tmp_path: Path) -> None:
    with serving(answering(404)) as (origin, heard):
        endpoints = {
            "auth_endpoint": f"{origin}{REALM}/auth",
            "token_endpoint": f"{origin}{REALM}/token",
        }
        written(tmp_path, **endpoints)
        done = run("check", tmp_path, "--online", "--allow-private", "--select", "O")
    paths = [one.split(" ", 2)[1] for one in heard]
    assert len(paths) == len(set(paths)) == 10
    said = f'"{origin}" publishes no metadata; also asked "/realms", "/realms/x" and 2 more'
    assert f"O001 {said} [note]" in done.stdout
    shown = " ".join(done.stdout.split())
    assert f'"{origin}/realms/x/protocol"' in shown


def test_metadata_of_an_issuer_that_was_not_asked_are_not_used(tmp_path: Path) -> None:
    """RFC 8414 section 3.3: their issuer must be identical."""
    pages: Pages = {}
    with serving(publishing(pages)) as (origin, _):
        endpoints = {"auth_endpoint": f"{origin}/realms/x/a", "token_endpoint": f"{origin}/t"}
        pages[f"/realms/x{OPENID}"] = PUBLISHED | {"issuer": f"{origin}/realms/y"}
        written(tmp_path, "reed", **endpoints)
        done = run("check", tmp_path, "--online", "--allow-private", "--select", "O", "-q")
    [said] = done.stdout.splitlines()
    assert f'O001 "{origin}/realms/x" publishes the metadata of another issuer [note]' in said


@pytest.mark.parametrize(
    ("issuer", "is_its_own"),
    [
        ("/{tenantid}/v2.0", True),
        ("/{tenantid}/v2.0/", True),
        ("/{tenantid}", False),
        ("/{tenantid}/common/v2.0", False),
        ("{tenantid}", False),
        ("/common/v2.0", True),
        ("/{tenant}/v2.0", False),
    ],
)
def test_the_metadata_for_all_tenants_have_a_placeholder_for_one(
    tmp_path: Path, issuer: str, is_its_own: bool
) -> None:
    """As Microsoft publishes them for `common` and `organizations`."""
    pages: Pages = {}
    with serving(publishing(pages)) as (origin, _):
        endpoints = f"{origin}/common/oauth2/v2.0"
        pages[f"/common/v2.0{OPENID}"] = published("", endpoints) | {"issuer": f"{origin}{issuer}"}
        auth, token = f"{endpoints}/authorize", f"{endpoints}/token"
        written(tmp_path, "reed", auth_endpoint=auth, token_endpoint=token)
        done = run("check", tmp_path, "--online", "--allow-private", "--select", "O", "-q")
    [line] = done.stdout.splitlines()
    assert line.split()[1] == ("O003" if is_its_own else "O001")


def test_the_metadata_with_most_of_the_endpoints_count(tmp_path: Path) -> None:
    pages: Pages = {}
    with serving(publishing(pages)) as (origin, _):
        pages[ROOT] = published(origin, f"{origin}/other")
        pages[f"{ROOT}/a"] = published(f"{origin}/a", f"{origin}/a")
        pages[f"{ROOT}/a/b"] = published(f"{origin}/a/b", f"{origin}/a/b")
        endpoints = {
            "auth_endpoint": f"{origin}/a/b/old",
            "token_endpoint": f"{origin}/a/token",
        }
        written(tmp_path, **endpoints)
        done = run("check", tmp_path, "--online", "--allow-private", "--select", "O")
    assert done.stdout.count("O002") == 1
    assert f'check whether it should be "{origin}/a/authorize"' in done.stdout


def test_the_host_of_the_token_endpoint_may_be_the_issuer(tmp_path: Path) -> None:
    pages: Pages = {}
    with serving(answering(404)) as (front, heard), serving(publishing(pages)) as (origin, _):
        pages[OPENID] = published(origin, origin) | {"authorization_endpoint": f"{front}/a"}
        written(tmp_path, "reed", auth_endpoint=f"{front}/a", token_endpoint=f"{origin}/token")
        done = run("check", tmp_path, "--online", "--allow-private", "--select", "O", "-q")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["O003"], done.stdout
    assert len(heard) == 2


def test_no_url_is_asked_twice_for_several_account_types(tmp_path: Path) -> None:
    pages: Pages = {}
    with serving(publishing(pages)) as (origin, heard):
        pages[f"{ROOT}/realms/b"] = published(f"{origin}/realms/b", f"{origin}/realms/b")
        documents = [
            with_changes(
                ACCOUNT_TYPE,
                _id=f"s{name}{number}",
                auth_endpoint=f"{origin}/realms/{name}/authorize",
                token_endpoint=f"{origin}/realms/{name}/token",
            )
            for name in "abc"
            for number in range(20)
        ]
        (tmp_path / "types.json").write_text(json.dumps(documents))
        written(tmp_path)
        options = ("--account-types", tmp_path / "types.json", "--online", "--allow-private")
        done = run("check", tmp_path, *options, "--select", "O", "-q", "--fix")
    paths = [one.split(" ", 2)[1] for one in heard]
    assert len(paths) == len(set(paths)) == 2 + 2 + 2 + 1 + 2  # the host, realms, a, b, c
    assert done.stdout.count("O001") == 40  # those of a and c


def test_a_host_is_asked_a_bounded_number_of_urls() -> None:
    with serving(answering(404)) as (origin, heard):
        some = [f"{origin}/{number}" for number in range(300)]
        answers = metadata.Asking({}, allow_private=True, seconds=PATIENCE)(some)
    assert len(heard) == 200
    assert len({answer.why for answer in answers.values()}) == 2
    assert answers[some[-1]].why.startswith("was not asked further")


def test_a_slow_host_is_asked_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(404)) as (origin, heard):
        moments = iter(range(0, 1000, 4))
        clock = SimpleNamespace(monotonic=lambda: next(moments))
        monkeypatch.setattr(metadata, "time", clock)
        asking = metadata.Asking({}, allow_private=True, seconds=5)
        answers = asking([f"{origin}/{number}" for number in range(20)])
    assert len(heard) == 6  # of four seconds each: in all more than four times five
    assert list(answers.values())[-1].why.startswith("was not asked further")


def test_a_redirect_of_one_place_does_not_hide_the_other() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        origin = f"http://{request.headers['Host']}"
        if request.path == OPENID:
            answering(200, json.dumps({"issuer": origin}).encode())(request)
        else:
            answering(302, Location="https://away.example/")(request)

    with serving(answer) as (origin, _):
        assert asked(origin).metadata == {"issuer": origin}


def test_another_origin_is_never_followed() -> None:
    with serving(answering(200)) as (other, heard):
        away = answering(302, Location=f"{other}/x")
        with serving(away) as (origin, _):
            assert asked(origin).why.startswith("redirects to another origin")
    assert heard == []


def test_a_private_address_is_not_asked_unless_allowed() -> None:
    with serving(answering(404)) as (origin, heard):
        name = origin.replace("127.0.0.1", "localhost")
        mapped = origin.replace("127.0.0.1", "[::ffff:127.0.0.1]")
        answers = metadata.Asking({})([origin, name, mapped])
    assert all("private address" in answer.why for answer in answers.values())
    assert heard == []


@pytest.mark.parametrize(
    "address",
    [
        "::ffff:10.0.0.1",
        "::ffff:0:10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::a00:1",
        "2002:a00:1::",
        "::10.0.0.1",
        "::1",
        "fec0::1",
        "fd00::1",
        "fe80::1%eth0",
        "10.0.0.1",
        "169.254.169.254",
    ],
)
def test_no_private_address_is_hidden_in_another(address: str) -> None:
    assert not metadata._is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_a_public_address_is_asked(address: str) -> None:
    assert metadata._is_public(address)


def test_a_host_of_many_addresses_is_given_the_whole_time_to_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: looked_up(*a, **k) * 80)

    def late(request: BaseHTTPRequestHandler) -> None:
        time.sleep(1)  # longer than an equal share of the time per address
        answering(404)(request)

    with serving(late) as (origin, _):
        assert asked(origin, 60.0).why == "publishes no metadata"


def test_a_certificate_is_verified(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("needs openssl, which is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    where = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *named, *where], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(answering(404), context) as (origin, heard):
        found = asked(origin)
    assert (found.why, found.stops_login) == ("has a certificate that cannot be verified", True)
    assert heard == []


def test_an_unreachable_host_is_reported() -> None:
    not_reached = "could not be reached from here:"
    down = asked(f"http://127.0.0.1:{free_port()}")
    assert (down.why, down.stops_login) == (f"{not_reached} connection refused", False)
    unknown = asked("https://no-such-host.invalid")
    assert (unknown.why, unknown.stops_login) == (
        f"{not_reached} its name cannot be resolved",
        False,
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections and never answers
        origin = f"https://127.0.0.1:{silent.getsockname()[1]}"
        assert asked(origin, 0.5).why == f"{not_reached} no answer within 0.5 seconds"


def test_no_secret_is_sent_or_shown(tmp_path: Path) -> None:
    with serving(answering(404)) as (origin, heard):
        endpoint = f"{origin.replace('//', f'//me:{CANARY}@')}/authorize?key={CANARY}"
        endpoints = {"auth_endpoint": endpoint, "token_endpoint": endpoint}
        folder = written(tmp_path, client_secret=CANARY, **endpoints)
        done = run("check", folder, "--online", "--allow-private", "--select", "O")
    assert (done.returncode, done.stderr) == (0, "")
    assert f'O001 "{origin}" publishes no metadata' in done.stdout
    assert len(heard) == 2
    assert CANARY not in "".join([done.stdout, *heard])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "O"], "--select O needs --online"),
        (["--select", "S,o003"], "--select o003 needs --online"),
        (["--allow-private"], "--allow-private has no effect without --online"),
    ],
)
def test_options_that_need_online_are_refused_without_it(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    assert message in complaint(run("check", written(tmp_path), *arguments))


def test_rules_of_a_plugin_may_start_with_the_same_letter(tmp_path: Path) -> None:
    done = run("check", written(tmp_path), "--select", "OPS001")
    assert "OPS001: no rule has a code that starts with it" in complaint(done)


def test_without_the_option_no_request_is_made(tmp_path: Path) -> None:
    with serving(answering(404)) as (origin, heard):
        run("check", written(tmp_path, auth_endpoint=f"{origin}/authorize"))
    assert heard == []


def test_a_real_provider_is_compared(tmp_path: Path) -> None:
    configuration: dict[str, Any] = {
        "scopes": ["openid", "read"],
        "clientAuthMethods": ["client_secret_basic"],
    }
    with openid_provider(tmp_path, **configuration) as port:
        origin = f"http://127.0.0.1:{port}"
        endpoints = {"auth_endpoint": f"{origin}/authorize", "token_endpoint": f"{origin}/token"}
        arguments = ("--online", "--allow-private", "--select", "O", "--format", "json")

        def found(scope: str, **changes: Any) -> list[str]:
            folder = written(tmp_path, scope, **{**endpoints, **changes})
            report = json.loads(run("check", folder, *arguments).stdout)
            return [finding["code"] for finding in report["findings"]]

        assert found("openid read", token_mode="basic") == ["O006"]
        assert found("openid reed", token_mode="basic") == ["O006", "O003"]
        assert found("openid read", token_mode="form") == ["O006", "O004"]
        assert found("openid read", token_mode="basic", grant_mode="token") == ["O005"]
        assert found("openid", token_mode="basic", auth_endpoint=f"{origin}/v1") == ["O002", "O006"]
