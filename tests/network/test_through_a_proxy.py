"""Both clients through a real proxy, proxy.py, on the loopback: plain, and with CONNECT."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.errors import UserError
from manifest_lint.network import metadata
from manifest_lint.network.couchdb import database
from tests.command import complaint, run
from tests.connectors import ACCOUNT_TYPE, written
from tests.network.certificates import Authority, authority
from tests.servers import couchdb, free_port, proxy
from tests.servers.database import asked, fields, file_of, held
from tests.servers.metadata import answering, serving

USER, PASSWORD = "me", "c4n4ry-S3CRET"
NOT_REACHED = "could not be reached from here:"


@pytest.fixture(scope="module")
def couch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a CouchDB; return the address of a database in it."""
    with couchdb(tmp_path_factory.mktemp("couchdb")) as origin:
        address = f"{origin}/secrets%2Fio-cozy-account_types"
        asked("PUT", address)
        yield address


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    with proxy(tmp_path_factory.mktemp("proxy"), f"{USER}:{PASSWORD}") as running:
        yield running


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("certificates"))


def url(port: int, password: str = PASSWORD) -> str:
    return f"http://{USER}:{password}@127.0.0.1:{port}"


def publishing(request: BaseHTTPRequestHandler) -> None:
    """Answer as a provider whose metadata have the requested origin."""
    issuer = f"https://{request.headers['Host']}"
    answering(200, json.dumps({"issuer": issuer}).encode())(request)


def test_couchdb_is_written_and_read_through_a_proxy(
    tmp_path: Path, couch: str, through: tuple[int, Path]
) -> None:
    port, log = through
    done = run(
        *("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", couch, "--yes"),
        environment={"http_proxy": url(port)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert held(couch) == {"x": fields()}
    host = couch.removeprefix("http://").partition("/")[0]
    assert f"POST {host}/" in log.read_text()  # on localhost too, as curl does
    assert PASSWORD not in done.stdout


@pytest.mark.parametrize(
    "environment", [{"no_proxy": "127.0.0.1"}, {"NO_PROXY": "*"}, {"NO_PROXY": "127.0.0.0/8"}]
)
def test_addresses_in_no_proxy_are_connected_to_directly(
    couch: str, environment: dict[str, str]
) -> None:
    closed = {"http_proxy": f"http://127.0.0.1:{free_port()}"}
    assert database(couch, "--to", {**closed, **environment}).exists()


@pytest.mark.parametrize(
    ("password", "port", "expected"),
    [
        ("c4n4ry-wrong", 0, "the proxy 127.0.0.1:{port} refuses the user and password"),
        (PASSWORD, 1, "the proxy 127.0.0.1:{port}: connection refused"),
    ],
)
def test_a_proxy_that_refuses_is_reported(
    tmp_path: Path,
    couch: str,
    through: tuple[int, Path],
    password: str,
    port: int,
    expected: str,
) -> None:
    port = free_port() if port else through[0]
    arguments = ("check", written(tmp_path), "--account-types", couch)
    line = complaint(run(*arguments, environment={"http_proxy": url(port, password)}))
    assert f"{couch}: {NOT_REACHED} {expected.format(port=port)}" in line
    assert "c4n4ry" not in line
    environment = {"https_proxy": url(port, password)}
    answers = metadata.Asking(environment)(["https://provider.invalid"])
    answer = answers["https://provider.invalid"]
    assert answer.why.startswith(f"{NOT_REACHED} {expected.format(port=port)}")
    assert "c4n4ry" not in answer.why
    assert not answer.stops_login


@pytest.mark.parametrize("variable", ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_provider_is_asked_over_tls_through_a_proxy(
    through: tuple[int, Path], ca: Authority, tmp_path: Path, variable: str
) -> None:
    port, log = through
    certificates = ca.certificate
    if variable == "SSL_CERT_DIR":
        shutil.copy2(certificates, tmp_path / "ca.pem")
        subprocess.run(["openssl", "rehash", tmp_path], check=True, capture_output=True)
        certificates = tmp_path
    with serving(publishing, ca.server("provider.invalid")) as (origin, heard):
        # Only the proxy can resolve this name.
        origin = origin.replace("127.0.0.1", "provider.invalid")
        environment = {"https_proxy": url(port), variable: str(certificates)}
        answer = metadata.Asking(environment)([origin])[origin]
    assert (answer.metadata, answer.why) == ({"issuer": origin}, "")
    assert f"CONNECT {origin.removeprefix('https://')}" in log.read_text()
    assert len(heard) == 1
    assert PASSWORD not in heard[0]
    assert "Proxy-Authorization" not in heard[0]


def test_the_command_asks_a_provider_through_a_proxy(
    tmp_path: Path, through: tuple[int, Path], ca: Authority
) -> None:
    with serving(publishing, ca.server("provider.invalid")) as (origin, heard):
        origin = origin.replace("127.0.0.1", "provider.invalid")
        folder = written(tmp_path, auth_endpoint=f"{origin}/authorize")
        environment = {"HTTPS_PROXY": url(through[0]), "CURL_CA_BUNDLE": str(ca.certificate)}
        done = run("check", folder, "--online", "--select", "O001", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "O001" not in done.stdout
    assert len(heard) == 1


def test_certificates_are_verified_through_a_proxy(
    through: tuple[int, Path], ca: Authority
) -> None:
    untrusted = ca.server("other.invalid")
    for trusted in ({}, {"CURL_CA_BUNDLE": str(ca.certificate)}):  # unknown, and of another name
        with serving(publishing, untrusted) as (origin, heard):
            origin = origin.replace("127.0.0.1", "provider.invalid")
            environment = {"https_proxy": url(through[0]), **trusted}
            answer = metadata.Asking(environment)([origin])[origin]
        assert answer.why == "has a certificate that cannot be verified"
        assert answer.stops_login
        assert heard == []


def test_a_provider_that_the_proxy_cannot_reach_does_not_stop_the_login(
    through: tuple[int, Path],
) -> None:
    origin = f"https://provider.invalid:{free_port()}"
    answer = metadata.Asking({"https_proxy": url(through[0])})([origin])[origin]
    assert answer.why.startswith(f"{NOT_REACHED} the proxy 127.0.0.1:{through[0]}")
    assert not answer.stops_login


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "2130706433"])
def test_private_addresses_are_refused_through_a_proxy_too(
    through: tuple[int, Path], host: str
) -> None:
    port, log = through
    origin = f"https://{host}:{free_port()}"
    answer = metadata.Asking({"https_proxy": url(port)})([origin])[origin]
    assert "private address" in answer.why
    assert f"CONNECT {host}" not in log.read_text()


def test_without_a_proxy_the_checked_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, ca: Authority
) -> None:
    looked_up = socket.getaddrinfo
    asked_for: list[str] = []

    def once(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "provider.invalid":
            asked_for.append(host)
            assert len(asked_for) == 1, "looked up twice: the second answer may be another"
            host = "127.0.0.1"
        return looked_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    with serving(publishing, ca.server("provider.invalid")) as (origin, _):
        origin = origin.replace("127.0.0.1", "provider.invalid")
        environment = {"CURL_CA_BUNDLE": str(ca.certificate)}
        answer = metadata.Asking(environment, allow_private=True)([origin])[origin]
    assert answer.metadata == {"issuer": origin}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"https_proxy": "socks5://me:c4n4ry@127.0.0.1:1"}, "https_proxy: the proxy is not"),
        ({"CURL_CA_BUNDLE": "/no/such/file"}, "CURL_CA_BUNDLE: cannot be read as certificates"),
        (
            {"CURL_CA_BUNDLE": "", "SSL_CERT_DIR": "", "SSL_CERT_FILE": __file__},
            "SSL_CERT_FILE: cannot be read as certificates",
        ),
    ],
)
def test_unusable_settings_are_reported_in_one_line(
    tmp_path: Path, environment: dict[str, str], expected: str
) -> None:
    database_ = database("https://127.0.0.1:1", "--to", environment)
    with pytest.raises(UserError, match=f"^{expected}") as caught:
        database_.exists()
    assert "c4n4ry" not in str(caught.value)
    with serving(answering(404)) as (
        origin,
        _,
    ):  # a server must answer before certificates are read
        folder = written(tmp_path, auth_endpoint=f"{origin.replace('http:', 'https:')}/a")
        arguments = ("check", folder, "--online", "--allow-private", "--select", "O001")
        assert expected in complaint(run(*arguments, environment=environment))
