"""Listen on the loopback for a browser that a provider sends back [RFC 8252 section 7.3]."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from manifest_lint.errors import UserError
from manifest_lint.text.wording import count

HOST = "127.0.0.1"
PATH = "/callback"

_PORT_OF_HTTP = 80
_SECONDS = 10.0
"""How long one connection may take: a browser also opens some that it does not use."""

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_PAGE = '<!doctype html><html lang="en"><title>manifest-lint</title><p>{}</p></html>\n'
_DONE = "The provider has sent you back. You can close this page, and go on in the terminal."
_OTHER = "This is not the answer to the login that manifest-lint waits for."
_NOTHING = "There is nothing here."


class Listener:
    """A server for one login, on a port of the loopback. Use it as a context manager, once.

    `accepts` is called with the query of each request that comes back, and returns whether it is
    the answer to this login. Other requests do not end the waiting. Raises UserError if the port
    cannot be had.
    """

    def __init__(self, port: int, accepts: Callable[[str], bool]):
        self._url = ""
        self._came = threading.Event()
        came, listener = self._came, self
        # A browser leaves out the port of the scheme.
        hosts = (f"{HOST}:{port}", *([HOST] if port == _PORT_OF_HTTP else []))

        class Handler(BaseHTTPRequestHandler):
            timeout = _SECONDS
            server_version, sys_version = "manifest-lint", ""

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                names_us = self.headers.get("Host", "") in hosts
                if path != PATH or not names_us:  # a page elsewhere may resolve its name to us
                    self._answer(404, _NOTHING)
                elif came.is_set() or not accepts(query):
                    self._answer(400, _OTHER)
                else:
                    self._answer(200, _DONE)
                    listener._url = f"http://{HOST}:{port}{self.path}"
                    came.set()

            def send_error(self, code: int, *_: object) -> None:  # Python's page has other headers
                self.close_connection = True
                self._answer(code, _NOTHING)

            def _answer(self, status: int, text: str) -> None:
                body = _PAGE.format(text).encode()
                self.send_response(status)
                for name, value in _HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                with suppress(OSError):  # the browser has gone: the answer counts all the same
                    self.end_headers()  # sends them
                    self.wfile.write(body)
                    self.wfile.flush()

            def log_message(self, *_: object) -> None:  # it would show the code
                pass

        try:
            self._server = _Server((HOST, port), Handler)
        except OSError as error:
            why = f"port {port} cannot be used: {(error.strerror or 'it is taken').lower()}"
            what = "name another one that is registered at the provider"
            raise UserError(f"--loopback: {why}; {what}") from None
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seconds: int) -> str:
        """Return the URL at which the browser came back. Raises UserError if it does not."""
        for _ in range(seconds):  # a signal that came just before a waiting is only seen after it
            if self._came.wait(1):
                break
        else:
            time = count(seconds, "second")
            what = f"no browser came back within {time}, and nothing was written"
            raise UserError(f"{what}; see the provider's page, and run login again")
        return self._url


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:  # it would print a traceback
        pass
