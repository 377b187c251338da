"""No request lasts longer than documented, however slowly a server sends."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from manifest_lint.errors import UserError
from manifest_lint.network import limits, metadata
from manifest_lint.network.couchdb import Database, Limits, database
from manifest_lint.network.deadline import Deadline
from manifest_lint.network.failure import Failure
from tests.command import ROOT
from tests.servers.slow import BODY, CHUNKED, COUNTED, HEADER, dripping

SHORT = 0.3
"""Seconds; a dripping server would take far longer."""

STARTS = {"header": HEADER, "body": BODY, "counted body": COUNTED, "chunked body": CHUNKED}


@pytest.fixture(params=STARTS)
def slow(request: pytest.FixtureRequest) -> Iterator[tuple[int, list[bytes]]]:
    with dripping(STARTS[request.param]) as (port, sent):
        yield port, sent


def at(port: int, **seconds: float) -> Database:
    return database(f"http://127.0.0.1:{port}", "--to", {}, Limits(**seconds))


def test_couchdb_is_cut_off(slow: tuple[int, list[bytes]]) -> None:
    port, sent = slow
    started = time.monotonic()
    with pytest.raises(UserError, match=r"no answer within 0\.3 seconds; check the address"):
        at(port, request=SHORT).exists()
    assert time.monotonic() - started >= SHORT
    assert sent  # it kept sending


def test_a_write_to_couchdb_is_cut_off(slow: tuple[int, list[bytes]]) -> None:
    with pytest.raises(UserError, match=r"no answer within 0\.3 seconds"):
        at(slow[0], request=SHORT).put([{"_id": "x"}])


def test_reading_all_of_a_database_is_cut_off(slow: tuple[int, list[bytes]]) -> None:
    for read in (lambda db: list(db.values()), lambda db: db.get(["x"])):
        with pytest.raises(UserError, match=r"was not read within 0\.3 seconds; use a dump"):
            read(at(slow[0], reading=SHORT))


def test_a_provider_is_cut_off(slow: tuple[int, list[bytes]]) -> None:
    port, sent = slow
    origin = f"http://127.0.0.1:{port}"
    answer = metadata.Asking({}, allow_private=True, seconds=SHORT)([origin])[origin]
    assert answer.why == "could not be reached from here: no answer within 0.3 seconds"
    assert not answer.stops_login
    assert sent


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_cut_off(slow: tuple[int, list[bytes]], scheme: str) -> None:
    origin = f"{scheme}://127.0.0.1:1"
    environment = {f"{scheme}_proxy": f"http://127.0.0.1:{slow[0]}"}
    answer = metadata.Asking(environment, allow_private=True, seconds=SHORT)([origin])[origin]
    assert not answer.stops_login
    late, tls = "no answer within 0.3 seconds", "the TLS connection failed"
    # The proxy opens a tunnel, but the data in it is not TLS.
    assert answer.why.endswith((late, tls) if scheme == "https" else late)


def test_tls_is_cut_off() -> None:
    with dripping((b"\x16\x03\x03\xff\xff",)) as (port, _):  # a record that does not end
        origin = f"https://127.0.0.1:{port}"
        answer = metadata.Asking({}, allow_private=True, seconds=SHORT)([origin])[origin]
    assert answer.why.startswith("could not be reached from here:")
    assert not answer.stops_login


def test_a_name_that_no_server_resolves_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        answered.wait(60)
        return []

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    with pytest.raises(Failure, match=r"no answer within 0\.3 seconds"):
        Deadline(SHORT).look_up("slow.example")
    answered.set()


def test_waiting_for_another_attempt_counts() -> None:
    with Deadline(SHORT) as deadline, pytest.raises(Failure, match="no answer within"):
        deadline.wait(60)


def test_the_documented_limits_are_those_of_the_code() -> None:
    assert Limits() == Limits(limits.COUCHDB_REQUEST, limits.COUCHDB_READING) == Limits(30, 300)
    assert limits.PROVIDER_REQUEST == 5
    provision, check = (
        re.sub(r"\s+", " ", (ROOT / "docs" / page).read_text("utf-8"))
        for page in ("provision.md", "check.md")
    )
    couchdb = (
        "times out after {:g} seconds, including retries, and reading a whole database after {:g}"
    )
    assert couchdb.format(limits.COUCHDB_REQUEST, limits.COUCHDB_READING) in provision
    assert f"times out after {limits.PROVIDER_REQUEST:g} seconds" in check
    shorter = "times out after {:g} seconds, and reading a whole database after {:g}"
    assert shorter.format(limits.COUCHDB_REQUEST, limits.COUCHDB_READING) in check
