"""A deadline for a request that also ends one whose bytes arrive slowly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from manifest_lint.network.failure import Failure


class Deadline:
    """The end of a request, `seconds` from now. Use it as a context manager, once.

    A socket's own time-out starts again with every byte. So at the end each socket that was
    connected here is shut down, which wakes up the threads that wait for it.
    """

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._passed = threading.Event()
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    @property
    def passed(self) -> bool:
        """Whether the end has come."""
        return self._passed.is_set() or time.monotonic() >= self._end

    def late(self) -> Failure:
        """Return what to raise when the end has come."""
        unit = "second" if self._seconds == 1 else "seconds"
        return Failure(f"no answer within {self._seconds:g} {unit}")

    def left(self) -> float:
        """Return how many seconds are left. Raises Failure if there are none."""
        left = self._end - time.monotonic()
        if left <= 0 or self._passed.is_set():
            raise self.late()
        return left

    def wait(self, seconds: float) -> None:
        """Wait. Raises Failure if the end comes first."""
        if self._passed.wait(min(seconds, self.left())) or self.passed:
            raise self.late()

    def look_up(self, host: str) -> list[str]:
        """Return the addresses of a host. Raises Failure if there are none, or not in time.

        The operating system's resolver cannot be stopped, so a separate thread waits for it.
        """
        answers: list[list[str]] = []

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                found = []
            answers.append([str(entry[4][0]) for entry in found])

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(self.left())
        if not answers:
            raise self.late()
        if not answers[0]:
            raise Failure("its name cannot be resolved")
        return answers[0]

    def connect(self, host: str, port: int, addresses: Sequence[str] = ()) -> socket.socket:
        """Return a socket that is connected to a host, and is shut down at the end.

        With `addresses` the host is not looked up again. Each address gets its share of the time.
        Raises Failure.
        """
        addresses = addresses or self.look_up(host)
        why = ""
        for number, address in enumerate(addresses):
            share = self.left() / (len(addresses) - number)
            try:
                connected = socket.create_connection((address, port), share)
            except TimeoutError:
                why = self.late().why
            except OSError as error:
                why = (error.strerror or "the connection failed").lower()
            else:
                connected.settimeout(self.left())
                self._watch(connected)
                return connected
        raise Failure(why, may_pass=True)

    def _watch(self, connected: socket.socket) -> None:
        with self._lock:
            # A duplicate, as TLS replaces the socket itself.
            self._sockets.append(connected.dup())
        if self._passed.is_set():
            self._cut()

    def _cut(self) -> None:
        self._passed.set()
        with self._lock:
            for watched in self._sockets:
                with suppress(OSError):  # the other end has closed it already
                    watched.shutdown(socket.SHUT_RDWR)
