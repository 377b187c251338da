"""Make HTTP requests, with proxies and certificates as in curl, and with one deadline."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ProtocolError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from manifest_lint.errors import UserError
from manifest_lint.network import proxies
from manifest_lint.network.deadline import Deadline
from manifest_lint.network.failure import Failure
from manifest_lint.network.proxies import Proxy

_BUSY = (429, 502, 503, 504)
_PAUSE = 0.3
"""Seconds before the second attempt; each further pause is twice as long."""

_REFUSED_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_AUTHENTICATION = 407
_CERTIFICATES = "set a PEM file of certificates, or for SSL_CERT_DIR a folder of them"


@dataclass(frozen=True)
class Request:
    """A request.

    `seconds` is how long the whole request may take, with retries. `most` is called with the status
    and returns how many bytes of the body to read at most: a longer body has one more byte in the
    response. `addresses` are the only ones that a direct connection may go to; any if it is empty.
    With `is_exact`, path and query are sent as they are written: urllib3 would normalise them.
    """

    method: str
    url: str = field(repr=False)  # that of a token may have a secret
    seconds: float
    most: Callable[[int], int]
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    addresses: Sequence[str] = ()
    retries: int = 0
    is_exact: bool = False


@dataclass(frozen=True)
class Response:
    """A response: its status, its body up to the limit, and where it redirects to, if it does.

    `date` is the server's time as it was sent.
    """

    status: int
    data: bytes = field(repr=False)  # documents may have secrets
    location: str | None
    date: str | None = None

    @property
    def is_redirect(self) -> bool:
        """Whether what was asked for is elsewhere."""
        return self.status in (301, 302, 303, 307, 308)


class Client:
    """Makes requests with the proxies and certificates that an environment sets.

    For proxies, see `proxies.proxy_for`. Certificates are those of CURL_CA_BUNDLE, else of
    SSL_CERT_FILE and SSL_CERT_DIR, else the operating system's. It is thread-safe.
    """

    def __init__(self, environment: Mapping[str, str]):
        self._environment = environment

    def proxy_for(self, url: str) -> Proxy | None:
        """Return the proxy for a URL. Raises UserError for one that cannot be used."""
        return proxies.proxy_for(url, self._environment)

    def send(self, request: Request) -> Response:
        """Make a request. Redirects are not followed.

        Raises Failure if there was no response, and UserError if the environment names a proxy or
        certificates that cannot be used.
        """
        proxy = self.proxy_for(request.url)
        with Deadline(request.seconds) as deadline:
            for attempt in range(request.retries):
                try:
                    response = self._attempt(request, proxy, deadline)
                    if response.status not in _BUSY:
                        return response
                except Failure as failure:
                    if not failure.may_pass:
                        raise
                deadline.wait(_PAUSE * 2**attempt)
            return self._attempt(request, proxy, deadline)

    def _attempt(self, request: Request, proxy: Proxy | None, deadline: Deadline) -> Response:
        try:
            with self._manager(request, proxy, deadline) as manager:
                answer = manager.urlopen(
                    request.method,
                    request.url,
                    body=request.body,
                    headers=request.headers or {},
                    timeout=deadline.left(),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
                try:
                    most = request.most(answer.status)
                    data = answer.read(most + 1) if most else b""
                    if most and len(data) <= most:
                        answer.read(1)  # raises IncompleteRead if there is less than was announced
                finally:
                    answer.close()
        except (HTTPError, OSError, ValueError, http.client.HTTPException) as error:
            raise _failure(error, proxy, deadline) from None
        if deadline.passed:  # a body without a length ends where the socket is shut down
            raise deadline.late()
        if proxy and answer.status == _AUTHENTICATION:
            raise _refused_by(proxy, _AUTHENTICATION)
        headers = answer.headers
        return Response(answer.status, data, headers.get("Location"), headers.get("Date"))

    def _manager(
        self, request: Request, proxy: Proxy | None, deadline: Deadline
    ) -> urllib3.PoolManager:
        manager: urllib3.PoolManager
        context = self._certificates if self._needs_tls(request, proxy) else None
        if proxy:
            manager = urllib3.ProxyManager(
                proxy.url,
                proxy_headers=proxy.headers,
                proxy_ssl_context=context,
                ssl_context=context,
            )
        else:
            manager = urllib3.PoolManager(ssl_context=context)
        manager.pool_classes_by_scheme = _pools(deadline, proxy, request)
        return manager

    @staticmethod
    def _needs_tls(request: Request, proxy: Proxy | None) -> bool:
        return request.url.startswith("https:") or bool(proxy and proxy.url.startswith("https:"))

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        environment = self._environment
        bundle, folder = environment.get("CURL_CA_BUNDLE"), None
        names = "CURL_CA_BUNDLE"
        if not bundle:
            bundle, folder = environment.get("SSL_CERT_FILE"), environment.get("SSL_CERT_DIR")
            names = "SSL_CERT_FILE, SSL_CERT_DIR" if folder else "SSL_CERT_FILE"
        try:
            return ssl.create_default_context(cafile=bundle or None, capath=folder or None)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise UserError(f"{names}: cannot be read as certificates; {_CERTIFICATES}") from None


def _pools(
    deadline: Deadline, proxy: Proxy | None, request: Request
) -> dict[str, type[HTTPConnectionPool]]:
    """Return pools whose connections end with the deadline, and go only to the request's addresses.

    The host of a connection stays that of the URL, for TLS and the header Host.
    """

    def connect(connection: HTTPConnection) -> socket.socket:
        host, port = connection.host, connection.port or connection.default_port
        try:
            connected = deadline.connect(host, port, request.addresses)
        except Failure as failure:
            if proxy and not deadline.passed:
                why = f"the proxy {proxy.name}: {failure.why}"
                raise Failure(why, may_pass=failure.may_pass) from None
            raise
        for option in connection.socket_options or ():
            connected.setsockopt(*option)
        return connected

    class Plain(HTTPConnection):
        _new_conn = connect

        def putrequest(self, method: str, url: str, *skipped: Any, **skip: Any) -> None:
            super().putrequest(method, _target(request, url), *skipped, **skip)

    class Secure(HTTPSConnection):
        _new_conn = connect

        def putrequest(self, method: str, url: str, *skipped: Any, **skip: Any) -> None:
            super().putrequest(method, _target(request, url), *skipped, **skip)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _target(request: Request, normalised: str) -> str:
    """Return the target to send: path and query, and all of the URL to a proxy [RFC 9112 3.2]."""
    written = re.sub(r"(?<=//)[^/?]*@", "", request.url.partition("#")[0])
    if not request.is_exact or not written.isascii():
        return normalised
    if not normalised.startswith("/"):
        return written
    rest = re.sub(r"^[^/?]*//[^/?]*", "", written)
    return rest if rest.startswith("/") else f"/{rest}"


def _refused_by(proxy: Proxy, status: int) -> Failure:
    if status == _AUTHENTICATION:
        return Failure(f"the proxy {proxy.name} refuses the user and password in its URL")
    return Failure(f"the proxy {proxy.name} answers with status {status}", may_pass=status in _BUSY)


def _failure(error: Exception, proxy: Proxy | None, deadline: Deadline) -> Failure:
    """Return why there was no response; an exception's own message may quote a secret."""
    if deadline.passed or isinstance(error, TimeoutError | Urllib3TimeoutError):
        return deadline.late()
    if proxy and (refused := _REFUSED_TUNNEL.search(str(error))):
        return _refused_by(proxy, int(refused[1]))
    if proxy and isinstance(error, ProxyError):
        original = error.original_error
        why = _of_tls(original).why if _is_tls(original) else "the connection was closed"
        return Failure(f"the proxy {proxy.name}: {why}")
    if _is_tls(error):
        return _of_tls(error)
    cause = error.args[-1] if isinstance(error, ProtocolError) and error.args else error
    if isinstance(cause, http.client.IncompleteRead):
        return Failure("ends its answer too early", "broken", may_pass=True)
    if isinstance(cause, OSError):
        return Failure("the connection was closed", may_pass=True)
    return Failure("answers with something that is not HTTP", "broken", may_pass=True)


def _is_tls(error: Exception) -> bool:
    return isinstance(error, SSLError | ssl.SSLError)


def _of_tls(error: Exception) -> Failure:
    causes = [error, *error.args]
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Failure("has a certificate that cannot be verified", "certificate")
    return Failure("the TLS connection failed")  # the cause may be a firewall
