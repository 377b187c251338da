"""A server between the tool and another one, to do something at a chosen request."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Hook = Callable[[int], "tuple[int, bytes] | None"]
"""Is given the number of a write, from 1. What it gives is the answer to it, in place of the
server's: a status and a body."""


@contextmanager
def between(
    origin: str, before: Hook = lambda _: None, after: Hook = lambda _: None
) -> Iterator[str]:
    """Forward everything to a server, and call the hooks around each write of documents."""
    writes = 0

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            nonlocal writes
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            is_write = self.path.endswith("/_bulk_docs")
            writes += is_write
            answer = before(writes) if is_write else None
            if answer is None:
                answer = self._server_s(data)
                answer = (after(writes) if is_write else None) or answer
            with suppress(OSError):  # the client may have been killed
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

        do_POST = do_PUT = do_GET

        def _server_s(self, data: bytes | None) -> tuple[int, bytes]:
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(origin + self.path, data, headers, method=self.command)
            try:
                with urllib.request.urlopen(request) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.read()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
