"""The one request to a token endpoint: what is sent, byte for byte, and what ends it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from manifest_lint.document.secret import Secret
from manifest_lint.errors import UserError
from manifest_lint.network.token_endpoint import send
from manifest_lint.oauth.start import Session
from manifest_lint.oauth.token_request import Request, token_requests
from tests.connectors import account_type
from tests.network.certificates import authority
from tests.real_login import answering, read_body
from tests.servers import free_port, metadata
from tests.servers.metadata import serving
from tests.servers.slow import BODY, CHUNKED, COUNTED, HEADER, dripping

ODD = {"client_id": "a b&c=d%2B\u00e9", "client_secret": "p+/ =&?#\u00fc"}
SESSION = Session("st/ate+", "1764423000000", code="4/0A b+c%", refresh_token="r/e+f=")


def requests(endpoint: str, mode: str) -> tuple[Request, Request]:
    document = account_type(token_endpoint=endpoint, token_mode=mode, **ODD)
    return token_requests(document, "https://oauthcallback.x.y/accounts/x/redirect", SESSION)


@pytest.mark.parametrize("path", ["/token", "/a/../token/./%7e%2f//x;y", "/t?x=1&y=%zz", "", "?a"])
@pytest.mark.parametrize("mode", ["form", "basic", "get"])
def test_a_request_is_sent_as_the_model_has_it(mode: str, path: str) -> None:
    bodies = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        bodies.append(read_body(request))
        metadata.answering(200, b"{}")(request)

    with serving(answer) as (origin, heard):
        sent = requests(f"{origin}{path}", mode)
        for request in sent:
            assert send(request, {}).status == 200
    for request, text, body in zip(sent, heard, bodies, strict=True):
        line, *headers = text.splitlines()
        target = request.url(Secret.reveal).removeprefix(origin)
        target = target if target.startswith("/") else f"/{target}"
        assert line == f"{request.method} {target} HTTP/1.1"
        assert body == request.body(Secret.reveal)
        wanted = {f"{name}: {value}" for name, value in request.headers(Secret.reveal).items()}
        assert wanted <= set(headers)
        assert "User-Agent: Go-http-client/1.1" in headers
        names = {header.partition(":")[0] for header in headers if header}
        own = {"Host", "Accept-Encoding", "User-Agent", "Content-Length"}
        assert names - own == set(request.headers(Secret.reveal))


@pytest.mark.parametrize("start", [HEADER, BODY, COUNTED, CHUNKED])
def test_an_answer_without_an_end_is_ended(start: tuple[bytes, ...]) -> None:
    with dripping(start) as (port, _):
        [request, _] = requests(f"http://127.0.0.1:{port}/token", "form")
        with pytest.raises(UserError, match=r"no answer within 0\.5 seconds; nothing"):
            send(request, {}, 0.5)


def test_an_answer_that_ends_too_early_is_none() -> None:
    cut = metadata.answering(200, b'{"access_token": "a"}', **{"Content-Length": "60"})
    with serving(cut) as (origin, heard):
        [request, _] = requests(f"{origin}/token", "form")
        with pytest.raises(UserError, match="ends its answer too early; nothing was written"):
            send(request, {})
    assert len(heard) == 1  # a code is good for one request


def test_a_certificate_that_is_not_valid_is_refused(tmp_path: Path) -> None:
    context = authority(tmp_path).server("127.0.0.1")
    with serving(answering(200, b"{}"), context) as (origin, heard):
        [request, _] = requests(f"{origin}/token", "form")
        with pytest.raises(UserError, match="has a certificate that cannot be verified"):
            send(request, {})
        assert heard == []
        assert send(request, {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}).status == 200


@pytest.mark.parametrize("mode", ["form", "basic", "get"])
def test_an_error_has_no_secret(mode: str) -> None:
    [request, _] = requests(f"http://127.0.0.1:{free_port()}/token", mode)
    with pytest.raises(UserError) as caught:
        send(request, {})
    why = "could not be reached from here: connection refused; nothing was written"
    assert str(caught.value) == f"127.0.0.1: {why}"
    assert caught.value.__cause__ is None
