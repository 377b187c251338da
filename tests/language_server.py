"""Run the language server as a process and talk to it in bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from typing import Any

from tests.command import ROOT

START = {"line": 0, "character": 0}


class Server:
    """A server process; `shown` has the last diagnostics of each URI."""

    def __init__(self, encoding: str, *options: str):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "manifest_lint", "lsp", *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.encoding = encoding
        self.number = 0
        self.shown: dict[str, list[dict[str, Any]]] = {}
        general = {"general": {"positionEncodings": [encoding]}}
        answer = self.ask(
            "initialize", {"processId": None, "rootUri": None, "capabilities": general}
        )
        assert answer["capabilities"]["positionEncoding"] == encoding
        self.send("initialized", {})

    def stop(self) -> None:
        """Kill the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe
            with suppress(BrokenPipeError):  # input it had not read yet
                pipe.close()

    def send(self, method: str, params: Any, **more: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self.send_bytes(body)

    def send_bytes(self, body: bytes) -> None:
        """Send what may not be a message."""
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        """Send a request, and read up to its answer."""
        self.number += 1
        self.send(method, params, id=self.number)
        message = self.answer(self.number)
        assert "error" not in message, message
        return message["result"]

    def answer(self, number: int | str) -> Any:
        """Read up to the answer to a request, by its id."""
        while True:
            message = self._message()
            if message.get("method") == "textDocument/publishDiagnostics":
                self.shown[message["params"]["uri"]] = message["params"]["diagnostics"]
            if message.get("id") == number and "method" not in message:
                return message

    def _message(self) -> Any:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self.process.stdout.read(length))

    def document(self, method: str, uri: str, **more: Any) -> None:
        """Send a document, and wait until the server has handled it."""
        self.send(
            f"textDocument/{method}", {"textDocument": {"uri": uri, **more.pop("of", {})}, **more}
        )
        self.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": START})

    def open(self, uri: str, text: str) -> None:
        self.document("didOpen", uri, of={"languageId": "json", "version": 1, "text": text})

    def change(self, uri: str, text: str, version: int) -> None:
        self.document("didChange", uri, of={"version": version}, contentChanges=[{"text": text}])

    def codes(self, uri: str) -> list[str]:
        return [one["code"] for one in self.shown.get(uri, ())]
