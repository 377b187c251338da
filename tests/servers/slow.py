"""A server on the loopback whose answer never ends: it sends a byte now and then."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

HEADER = (b"H", b"T", b"T", b"P", b"/", b"1", b".", b"1", b" ", b"2", b"0", b"0", b"\r\n", b"X: ")
"""The start of a response whose header does not end."""

BODY = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",)
"""The header of a response whose body does not end."""

COUNTED = (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",)
"""The same with the length of the body."""

CHUNKED = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",)
"""The same in chunks."""


@contextmanager
def dripping(start: tuple[bytes, ...], pause: float = 0.02) -> Iterator[tuple[int, list[bytes]]]:
    """Run it; yield its port and what it has sent: `start` piece by piece, then spaces."""
    sent: list[bytes] = []
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # until the client closes the connection
            for piece in chain(start, repeat(b" ")):
                connection.sendall(piece)
                sent.append(piece)
                if stopped.wait(pause):
                    return

    def accept() -> None:
        with suppress(OSError):  # until it is closed
            while True:
                connection, _ = server.accept()
                thread = threading.Thread(target=serve, args=(connection,))
                threads.append(thread)
                thread.start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server.getsockname()[1], sent
        finally:
            stopped.set()
            server.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()
