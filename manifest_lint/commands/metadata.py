"""What providers publish of themselves: asked for over the network, of nobody else."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as TookTooLong

from manifest_lint.commands import http
from manifest_lint.provider import Answer

PLACES = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
"""Where metadata are [RFC 8414 section 3; OpenID Connect Discovery 1.0 section 4]."""

SECONDS = 5.0
"""How long one request may take, from the connection to its last byte."""

_MOST_BYTES = 1024 * 1024
_MOST_REDIRECTS = 3
_AT_ONCE = 8
_REDIRECTS = (301, 302, 303, 307, 308)


def ask(
    origins: Iterable[str], *, allow_private: bool = False, seconds: float = SECONDS
) -> dict[str, Answer]:
    """Ask each origin for its metadata.

    Nothing but the path of the metadata is sent. Certificates are verified, and a redirect to
    another origin is not followed. An address that is not public is not asked unless
    `allow_private`; then it may be without TLS.
    """
    origins = list(origins)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(lambda origin: _answer(origin, allow_private, seconds), origins)
        return dict(zip(origins, answers, strict=True))


class _NoAnswer(Exception):
    """Says why there is none; `unreachable` where nobody who can be trusted has answered."""

    def __init__(self, why: str, *, unreachable: bool = True, untrusted: bool = False):
        super().__init__(why)
        self.unreachable = unreachable
        self.untrusted = untrusted


def _answer(origin: str, allow_private: bool, seconds: float) -> Answer:
    why = "publishes no metadata"
    try:
        addresses = _addresses(
            urlsplit(origin), allow_private, proxied=bool(http.proxy_for(origin))
        )
        for place in PLACES:
            status, data = _get(origin, addresses, place, seconds)
            if status != 200:
                continue
            try:
                metadata = json.loads(data)
            except (ValueError, RecursionError):
                metadata = None
            if not isinstance(metadata, dict):
                why = "publishes something else than metadata"
            elif str(metadata.get("issuer")).rstrip("/") != origin:
                why = "publishes the metadata of another issuer"  # RFC 8414 section 3.3
            else:
                return Answer(metadata)
    except _NoAnswer as error:
        return Answer(None, str(error), error.unreachable, error.untrusted)
    return Answer(None, why)


def _addresses(parts: SplitResult, allow_private: bool, *, proxied: bool = False) -> list[str]:
    """Look a host up, and return its addresses: it is connected to these, whatever it says next.

    A proxy looks the host up itself: then there are none, and a name that is not known here may be
    known there.
    """
    assert parts.hostname
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if proxied and (parts.scheme == "https" or allow_private):
            return []
        raise _NoAnswer("has a name that is not known") from None
    addresses = [str(entry[4][0]) for entry in found]
    if all(map(_is_public, addresses)):
        if parts.scheme != "https":
            raise _NoAnswer("is not asked without https", unreachable=False)
    elif not allow_private:
        raise _NoAnswer("is at a private address; --allow-private has it asked there")
    return [] if proxied else addresses


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast


def _get(origin: str, addresses: list[str], path: str, seconds: float) -> tuple[int, bytes]:
    """Get a path of an origin: the status and the body."""
    for _ in range(_MOST_REDIRECTS + 1):
        status, location, data = _got(urlsplit(origin), addresses, path, seconds)
        if status not in _REDIRECTS or not location:
            return status, data
        try:
            to = urlsplit(urljoin(f"{origin}{path}", location))
            same = _origin_of(to) == _origin_of(urlsplit(origin))
        except ValueError:
            same = False
        if not same:
            raise _NoAnswer(
                "redirects to another origin, which was not followed", unreachable=False
            )
        path = to.path + (f"?{to.query}" if to.query else "")
    raise _NoAnswer("redirects without end", unreachable=False)


def _origin_of(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _got(
    parts: SplitResult, addresses: list[str], path: str, seconds: float
) -> tuple[int, str | None, bytes]:
    """Make one request: the status, where it redirects to, and the body."""
    if not addresses:
        return _got_by_proxy(f"{parts.scheme}://{parts.netloc}{path}", seconds)
    host, port = parts.hostname or "", _origin_of(parts)[2]
    late = threading.Event()
    connection = HTTPConnection(host, port)
    try:
        with closing(connection), _connected(addresses, port, seconds) as plain:
            with _cut_off(plain, seconds, late):
                connection.sock = _secured(plain, host) if parts.scheme == "https" else plain
                headers = {"Host": parts.netloc, "Accept": "application/json"}
                connection.request("GET", path, headers=headers)
                response = connection.getresponse()
                data = response.read(_MOST_BYTES + 1) if response.status == 200 else b""
            if len(data) > _MOST_BYTES:
                raise _NoAnswer("publishes more than 1 MiB", unreachable=False)
            if late.is_set():
                raise TimeoutError
            return response.status, response.getheader("Location"), data
    except ssl.SSLCertVerificationError:
        raise _NoAnswer("has a certificate that cannot be verified", untrusted=True) from None
    except (OSError, ValueError, HTTPException) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise _NoAnswer("does not answer in time") from None
        raise _NoAnswer("cannot be reached") from None


def _got_by_proxy(url: str, seconds: float) -> tuple[int, str | None, bytes]:
    """Make one request through a proxy."""

    def ask() -> tuple[int, str | None, bytes]:
        with http.pool(url, retries=False, timeout=seconds) as pool:
            accept = {"Accept": "application/json"}
            response = pool.request(
                "GET", url, headers=accept, preload_content=False, redirect=False
            )
            data = response.read(_MOST_BYTES + 1) if response.status == 200 else b""
            response.release_conn()
            return response.status, response.headers.get("Location"), data

    try:
        status, location, data = http.within(seconds, ask)
    except SSLError:
        raise _NoAnswer("has a certificate that cannot be verified", untrusted=True) from None
    except (http.TimedOut, TookTooLong):
        raise _NoAnswer("does not answer in time") from None
    except HTTPError:
        raise _NoAnswer("cannot be reached through the proxy") from None
    if len(data) > _MOST_BYTES:
        raise _NoAnswer("publishes more than 1 MiB", unreachable=False)
    return status, location, data


def _connected(addresses: list[str], port: int, seconds: float) -> socket.socket:
    """Connect to the first address that takes it; each is given its part of the time."""
    for number, address in enumerate(addresses, 1):
        try:
            connection = socket.create_connection((address, port), seconds / len(addresses))
        except OSError:
            if number == len(addresses):
                raise
        else:
            connection.settimeout(seconds)
            return connection
    raise AssertionError("a host that was looked up has an address")


def _secured(plain: socket.socket, host: str) -> socket.socket:
    context = ssl.create_default_context(cafile=os.environ.get("CURL_CA_BUNDLE") or None)
    return context.wrap_socket(plain, server_hostname=host)


@contextmanager
def _cut_off(connection: socket.socket, seconds: float, late: threading.Event) -> Iterator[None]:
    """Break a connection off in time: its own time-out begins anew with every byte."""
    other_end = connection.dup()  # what is given here may be given on to TLS

    def cut() -> None:
        late.set()
        with suppress(OSError):
            other_end.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        other_end.close()
