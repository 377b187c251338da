"""The messages of the language server that no editor should send, and those at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.language_server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server("utf-16")
    yield made
    made.stop()


def said(server: Server) -> str:
    """Return what the server wrote to standard error until it ended."""
    assert server.process.stderr
    return server.process.stderr.read().decode()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": {"uri": "file:///S3CRET"}}),
        ("textDocument/hover", "S3CRET"),
        ("textDocument/codeAction", None),
        ("textDocument/completion", {}),
        ("nothing/known", {"S3CRET": 1}),
    ],
)
def test_a_malformed_request_has_an_answer(server: Server, method: str, params: Any) -> None:
    server.send(method, params, id="mine")
    answer = server.answer("mine")
    assert answer["error"]["code"] in (-32600, -32601, -32602, -32603)
    assert server.ask("shutdown", None) is None
    server.send("exit", None)
    assert server.process.wait() == 0
    lines = said(server).splitlines()
    assert all("could not be handled" in line and "S3CRET" not in line for line in lines)


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b"\xff", b'{"jsonrpc": "2.0", "id": 1}'])
def test_what_is_no_message_does_not_end_the_server(server: Server, body: bytes) -> None:
    server.send_bytes(body)
    server.ask("shutdown", None)
    server.send("exit", None)
    assert server.process.wait() == 0
    assert "Traceback" not in said(server)


def test_after_the_end_a_request_is_refused(server: Server) -> None:
    server.ask("shutdown", None)
    server.send("shutdown", None, id="again")
    assert server.answer("again")["error"]["code"] == -32600
    server.send("exit", None)
    assert server.process.wait() == 0


def test_an_end_without_a_shutdown_is_an_error(server: Server) -> None:
    server.send("exit", None)
    assert server.process.wait() == 1
