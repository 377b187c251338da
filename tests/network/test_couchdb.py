"""Account types of a live CouchDB are read and checked; a server's errors are reported."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.network.couchdb import database
from tests.command import complaint, run
from tests.connectors import ACCOUNT_TYPE, SUNMETER, with_changes, written
from tests.servers import couchdb, free_port, metadata
from tests.servers.metadata import serving

DATABASE = "secrets%2Fio-cozy-account_types"
CANARY = "c4n4ry-S3CRET"
MANY = 1203


def put(url: str, value: Any = None) -> None:
    data = b"" if value is None else json.dumps(value).encode()
    headers = {"Content-Type": "application/json"}
    method = "PUT" if value is None else "POST"
    urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)).close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a CouchDB with many account types: one of them is for the connector "x"."""
    with couchdb(tmp_path_factory.mktemp("couchdb")) as origin:
        put(f"{origin}/{DATABASE}")
        others = [
            with_changes(ACCOUNT_TYPE, _id=f"s{n}", slug=f"s{n}", client_secret=CANARY)
            for n in range(MANY - 3)
        ]
        own = with_changes(ACCOUNT_TYPE, client_secret=CANARY)
        beta = with_changes(own, _id="beta/x", client_id="BETA", redirect_url="https://x")
        design = {"_id": "_design/x", "views": {}}
        put(f"{origin}/{DATABASE}/_bulk_docs", {"docs": [*others, own, beta, design]})
        yield origin


def checked(folder: Path, address: str, *arguments: str) -> dict[str, Any]:
    done = run("check", folder, "--account-types", address, "--format", "json", *arguments)
    assert done.stderr == ""
    assert CANARY not in done.stdout
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_all_documents_are_read_page_by_page(tmp_path: Path, server: str) -> None:
    report = checked(written(tmp_path), server)
    assert report["summary"]["account_types"] == MANY - 1
    assert "X001" not in {finding["code"] for finding in report["findings"]}


def test_a_tree_and_a_database_are_compared(tmp_path: Path, server: str) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        manifest = {"slug": name, "oauth": {"scope": "a"}}
        (tmp_path / name / "manifest.konnector").write_text(json.dumps(manifest))
    report = checked(tmp_path, server, "--select", "X,R001")
    found = Counter(finding["code"] for finding in report["findings"])
    # "y" has no document, and only those of "x" have a connector; all have the redirect URI of "x".
    assert found["X001"] == 1
    assert found["X006"] == MANY - 3
    assert found["R001"] == MANY - 3


def test_findings_across_documents_are_reported(tmp_path: Path, server: str) -> None:
    address = f"{server}/workspace%2Fio-cozy-account_types"
    put(address)
    uri = "https://oauthcallback.cozy.rocks/accounts/{}/redirect".format
    docs = [
        with_changes(ACCOUNT_TYPE, slug="y"),
        with_changes(ACCOUNT_TYPE, _id="y", redirect_uri=uri("y"), slug="y"),
        {"_id": "key", "grant_mode": "secret", "secret": CANARY, "slug": "y"},
        {"_id": "lost", "grant_mode": "secret", "secret": CANARY},
        with_changes(ACCOUNT_TYPE, _id="ctx/x", slug="x"),
        with_changes(ACCOUNT_TYPE, _id="z", redirect_uri=uri("z")),
    ]
    put(f"{address}/_bulk_docs", {"docs": docs})
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        manifest = {"slug": name, "oauth": {"scope": "a"}}
        (tmp_path / name / "manifest.konnector").write_text(json.dumps(manifest))
    report = checked(tmp_path, address, "--select", "X,R")
    found = Counter((one["code"], one["path"].rpartition("/")[2]) for one in report["findings"])
    # Both "x" and "y", of its slug, are in the way of the secret "key".
    assert found == {
        ("X002", "x"): 1,
        ("X003", "lost"): 1,
        ("X004", "x"): 1,
        ("X004", "y"): 1,
        ("X006", "z"): 1,
    }


def test_a_finding_names_the_document_by_its_address(tmp_path: Path, server: str) -> None:
    found = checked(written(tmp_path), server, "--select", "A001")["findings"]
    assert [finding["path"] for finding in found] == [f"{server}/{DATABASE}/beta%2Fx"]


def test_a_connector_without_an_account_type_in_the_database_is_reported(
    tmp_path: Path, server: str
) -> None:
    manifest = {"slug": "y", "oauth": {"scope": "a"}}
    (written(tmp_path) / "manifest.konnector").write_text(json.dumps(manifest))
    found = checked(tmp_path, server, "--select", "X001")["findings"]
    assert [finding["code"] for finding in found] == ["X001"]


def test_a_build_uses_account_types_of_a_database(tmp_path: Path, server: str) -> None:
    done = run("build", SUNMETER, "--account-types", server, "--out", tmp_path, "-q")
    assert done.returncode == 1
    assert "X001" in done.stdout  # there is none for it
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["", "/", f"/{DATABASE}", "/secrets%2Fio-cozy-account_types/"])
@pytest.mark.parametrize("scheme", ["http", "couchdb"])
def test_the_database_may_be_named_or_not(
    tmp_path: Path, server: str, scheme: str, path: str
) -> None:
    address = f"{server.replace('http', scheme, 1)}{path}"
    done = run("preview", written(tmp_path), "--account-types", address, "--context", "beta")
    assert (done.returncode, done.stderr) == (0, "")
    assert "client_id      BETA" in done.stdout
    assert CANARY not in done.stdout


def test_findings_of_a_database_can_be_baselined(tmp_path: Path, server: str) -> None:
    folder = written(tmp_path)
    arguments = ["--account-types", server, "--baseline", str(tmp_path / "b.json")]
    assert run("check", folder, *arguments, "--write-baseline").returncode == 0
    assert CANARY not in (tmp_path / "b.json").read_text()
    done = run("check", folder, *arguments, "--fail-on", "note")
    assert (done.returncode, done.stderr) == (0, "")


def test_documents_of_a_database_are_not_fixed(tmp_path: Path, server: str) -> None:
    line = complaint(run("check", written(tmp_path), "--account-types", server, "--fix"))
    assert "cannot change documents of a database" in line


def test_a_wrong_password_is_reported_in_one_line_without_it(tmp_path: Path, server: str) -> None:
    address = server.replace("//", f"//admin:{CANARY}@")
    line = complaint(run("check", written(tmp_path), "--account-types", address))
    assert "refuses the user" in line
    assert CANARY not in line


@pytest.mark.parametrize(
    ("address", "environment", "expected"),
    [
        ("couchdb://h", {}, None),
        ("couchdb://u:p%40@h", {"COUCHDB_USER": "v", "COUCHDB_PASSWORD": "q"}, ("u", "p@")),
        ("couchdb://u@h", {"COUCHDB_PASSWORD": "q"}, ("u", "q")),
        ("couchdb://h", {"COUCHDB_USER": "v", "COUCHDB_PASSWORD": "q"}, ("v", "q")),
        ("couchdb://h", {"COUCHDB_USER": "v"}, ("v", "")),
    ],
)
def test_credentials_are_chosen_in_order(
    tmp_path: Path,
    address: str,
    environment: dict[str, str],
    expected: tuple[str, str] | None,
) -> None:
    found = database(address, "--to", {"NETRC": str(tmp_path / "none"), **environment})
    assert found.credentials == expected
    assert found.name == f"http://h:5984/{DATABASE}"
    assert repr(found) == f"Database('http://h:5984/{DATABASE}')"


@pytest.mark.parametrize("place", ["environment", "netrc"])
def test_credentials_are_read_from_environment_or_netrc(
    tmp_path: Path, server: str, place: str
) -> None:
    environment = {"COUCHDB_USER": "admin", "COUCHDB_PASSWORD": CANARY}
    if place == "netrc":
        (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login admin password {CANARY}\n")
        (tmp_path / "netrc").chmod(0o600)
        environment = {"NETRC": str(tmp_path / "netrc")}
    arguments = ["--account-types", server]
    line = complaint(run("check", written(tmp_path), *arguments, environment=environment))
    assert "refuses the user" in line  # they were sent, and are wrong
    assert CANARY not in line


def test_a_missing_database_is_reported_in_one_line(tmp_path: Path, server: str) -> None:
    address = f"{server}/elsewhere"
    line = complaint(run("check", written(tmp_path), "--account-types", address))
    assert "the database does not exist" in line


def test_a_server_that_is_down_is_reported_in_one_line(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    line = complaint(run("check", written(tmp_path), "--account-types", address))
    assert f"{address}/{DATABASE}: could not be reached from here: connection refused" in line


@contextmanager
def answering(status: int, body: bytes, failures: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Run a server with one answer, after some failures; yield its origin, and what it is asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            failing = len(asked) <= failures
            self.send_response(503 if failing else status)
            answer = b"" if failing else body
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            with suppress(OSError):  # the reader may have closed the connection
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"<html>a login page</html>", "does not answer like a CouchDB"),
        (200, b'{"rows": [{"id": "x", "doc": {"_id": "x"', "does not answer like a CouchDB"),
        (200, b"[]", "does not answer like a CouchDB"),
        (200, b'{"rows": [1]}', "does not answer like a CouchDB"),
        (200, b'{"rows": ' + b"[" * 100_000, "is nested more than 500 deep"),
        (200, b'{"rows": []}', "no account type found there"),
        (200, b'{"rows": ["' + b"x" * (50 << 20) + b'"]}', "more than 20 MiB"),
        (302, b"", "answers with status 302, a redirect, which is not followed; give the address"),
        (403, b"", "does not let this user"),
        (418, b"", "answers with status 418"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_invalid_answer_is_reported_in_one_line(
    tmp_path: Path, status: int, body: bytes, why: str
) -> None:
    with answering(status, body) as (origin, asked):
        line = complaint(run("check", written(tmp_path), "--account-types", origin))
    assert why in line
    assert len(asked) == 1


def test_endless_pages_are_reported_in_one_line(tmp_path: Path) -> None:
    rows = [{"id": "x", "doc": ACCOUNT_TYPE}] * 300
    with answering(200, json.dumps({"rows": rows}).encode()) as (origin, asked):
        line = complaint(run("check", written(tmp_path), "--account-types", origin))
    assert "does not answer like a CouchDB" in line
    assert len(asked) == 2


@pytest.mark.parametrize(("failures", "works"), [(3, True), (4, False)])
def test_a_busy_server_is_asked_three_times_more(
    tmp_path: Path, failures: int, works: bool
) -> None:
    body = json.dumps({"rows": [{"id": "x", "doc": ACCOUNT_TYPE}]}).encode()
    with answering(200, body, failures) as (origin, asked):
        done = run("preview", written(tmp_path), "--account-types", origin)
    assert done.returncode == (0 if works else 2)
    assert len(asked) == 4
    if not works:
        assert "answers with status 503" in complaint(done)


def test_an_answer_that_ends_too_early_is_asked_for_again(tmp_path: Path) -> None:
    whole = json.dumps({"rows": [{"id": "x", "doc": ACCOUNT_TYPE}]}).encode()
    cut = metadata.answering(200, whole[:-9], **{"Content-Length": str(len(whole))})
    right = metadata.answering(200, whole)
    with serving(lambda request: (right if len(heard) > 3 else cut)(request)) as (origin, heard):
        assert run("preview", written(tmp_path), "--account-types", origin).returncode == 0
    with serving(cut) as (origin, heard):
        line = complaint(run("preview", tmp_path, "--account-types", origin))
    assert "ends its answer too early" in line
    assert len(heard) == 4


@pytest.mark.parametrize("address", ["couchdb://", "http://[::1", "http://a:port/"])
def test_an_invalid_address_is_reported_in_one_line(tmp_path: Path, address: str) -> None:
    assert "--account-types" in complaint(
        run("check", written(tmp_path), "--account-types", address)
    )


@pytest.mark.parametrize("password", ["S3cretPassw0rd"])
@pytest.mark.parametrize(
    "address", ["HTTP://u:{}@127.0.0.1:1", "ftp://u:{}@h", "http:/u:{}@h", "u:{}@h", "Https:u:{}@h"]
)
def test_an_invalid_address_shows_no_password(address: str, password: str) -> None:
    for command in ("check", "build", "preview"):
        done = run(command, SUNMETER, "--account-types", address.format(password))
        assert (done.returncode, password in done.stdout + done.stderr) == (2, False)
