"""Fetch the metadata that providers publish, from their own hosts only."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urljoin, urlsplit

from manifest_lint.network.deadline import Deadline
from manifest_lint.network.failure import Failure
from manifest_lint.network.http import Client, Request, Response
from manifest_lint.network.limits import PROVIDER_REQUEST
from manifest_lint.oauth.provider import NONE, Answer

_MOST_BYTES = 1024 * 1024
_MOST_REDIRECTS = 3
_MOST_URLS = 200
"""At most this many URLs of one host are asked."""

_MOST_SECONDS = 4
"""A host is asked for at most the time of this many requests."""

_AT_ONCE = 8


def urls_of(issuer: str) -> tuple[str, str]:
    """Return the URLs of an issuer's metadata, in the order in which they are asked.

    The first has the issuer's path after the well-known one, the second before it. [RFC 8414
    section 3.1; OpenID Connect Discovery 1.0 section 4.1]
    """
    origin, path = _split(issuer)
    return (
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{issuer}/.well-known/openid-configuration",
    )


class Asking:
    """Asks issuers for their metadata: an `oauth.provider.Ask`. It asks no URL twice.

    Only the URL of the metadata is sent. Proxies and certificates are those of the `environment`.
    Certificates are verified, and a redirect to another origin is not followed. An address that is
    not public is only asked with `allow_private`, which also allows plain HTTP there. `seconds` is
    the limit for each request.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        allow_private: bool = False,
        seconds: float = PROVIDER_REQUEST,
    ):
        self._client = Client(environment)
        self._allow_private = allow_private
        self._seconds = seconds
        self._hosts: dict[str, _Host] = {}

    def __call__(self, issuers: Iterable[str]) -> dict[str, Answer]:
        """Ask issuers, several hosts at once, and return the answer of each.

        Raises UserError if the environment names a proxy or certificates that cannot be used.
        """
        by_host: dict[str, list[str]] = {}
        for issuer in issuers:
            by_host.setdefault(_split(issuer)[0], []).append(issuer)
        for origin in by_host.keys() - self._hosts.keys():
            host = _Host(origin, self._client, self._seconds, allow_private=self._allow_private)
            self._hosts[origin] = host
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            asked = pool.map(lambda one: self._hosts[one].answers(by_host[one]), by_host)
            return {issuer: answer for some in asked for issuer, answer in some}


class _NoAnswer(Exception):
    """Why a URL has no answer."""


class _NotAsked(Exception):
    """Why no URL of a host is asked; `stops_login` if a user's browser would fail there too."""

    def __init__(self, why: str, *, stops_login: bool = False):
        super().__init__(why)
        self.stops_login = stops_login


class _Host:
    """Asks the issuers of one host, one after the other."""

    def __init__(self, origin: str, client: Client, seconds: float, *, allow_private: bool):
        self._origin = origin
        self._client = client
        self._seconds = seconds
        self._allow_private = allow_private
        self._addresses: list[str] | None = None
        self._responses: dict[str, Response] = {}
        self._spent = 0.0
        self._failed: Answer | None = None

    def answers(self, issuers: Iterable[str]) -> list[tuple[str, Answer]]:
        """Return each issuer with its answer; after one that is of the host, it is that of all."""
        return [(issuer, self._failed or self._answer(issuer)) for issuer in issuers]

    def _answer(self, issuer: str) -> Answer:
        why = NONE
        for url in urls_of(issuer):
            try:
                response = self._get(url)
            except _NoAnswer as error:
                why = str(error)
            except _NotAsked as error:
                self._failed = Answer(None, str(error), error.stops_login, of_host=True)
                return self._failed
            except Failure as failure:
                stops = failure.kind != "unreachable"
                self._failed = Answer(None, failure.words(), stops, of_host=True)
                return self._failed
            else:
                if response.status != 200:
                    continue
                metadata = _decoded(response.data)
                if metadata is None:
                    why = "publishes something that is not metadata"
                elif not _is_of(issuer, str(metadata.get("issuer"))):
                    why = "publishes the metadata of another issuer"  # RFC 8414 section 3.3
                else:
                    return Answer(metadata)
        return Answer(None, why)

    def _looked_up(self) -> list[str]:
        """Return the addresses to connect to, even if the name resolves differently later.

        The list is empty if a proxy resolves the name. Addresses that we can resolve must be public
        even then: a proxy is often inside a private network.
        """
        parts = urlsplit(self._origin)
        assert parts.hostname
        by_proxy = self._client.proxy_for(self._origin) is not None
        try:
            addresses = Deadline(self._seconds).look_up(parts.hostname)
        except Failure:
            if not by_proxy:
                raise
            addresses = []
        if all(map(_is_public, addresses)):
            if parts.scheme != "https":
                raise _NotAsked("is not asked without https")
        elif not self._allow_private:
            why = "is at a private address; use --allow-private to ask it"
            raise _NotAsked(why, stops_login=True)
        return [] if by_proxy else addresses

    def _get(self, url: str) -> Response:
        """Return the response for a URL of this host, after redirects within it."""
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._responses.get(url) or self._asked(url)
            self._responses[url] = response
            if len(response.data) > _MOST_BYTES:
                raise _NoAnswer("publishes more than 1 MiB")
            if not response.is_redirect or not response.location:
                return response
            url = _same_origin(self._origin, url, response.location)
        raise _NoAnswer("redirects too often")

    def _asked(self, url: str) -> Response:
        if len(self._responses) >= _MOST_URLS or self._spent > _MOST_SECONDS * self._seconds:
            raise _NotAsked("was not asked further: it has many URLs, or is slow")
        start = time.monotonic()
        try:
            if self._addresses is None:
                self._addresses = self._looked_up()
            return self._client.send(
                Request(
                    "GET",
                    url,
                    self._seconds,
                    lambda status: _MOST_BYTES if status == 200 else 0,
                    headers={"Accept": "application/json"},
                    addresses=self._addresses,
                )
            )
        finally:
            self._spent += time.monotonic() - start


def _split(issuer: str) -> tuple[str, str]:
    """Return the origin and the path of an issuer."""
    scheme, _, rest = issuer.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", slash + path


def _is_of(issuer: str, published: str) -> bool:
    """Return whether metadata with this `issuer` are those of the issuer that was asked.

    Those for all tenants of Microsoft, such as `/common/v2.0`, have `{tenantid}` for the tenant.
    [RFC 8414 section 3.3; learn.microsoft.com, OpenID Connect on the Microsoft identity platform]
    """
    before, tenant, after = published.rstrip("/").partition("{tenantid}")
    if not tenant:
        return before == issuer
    middle = issuer.removeprefix(before).removesuffix(after)
    return issuer == before + middle + after and middle != "" and "/" not in middle


def _decoded(data: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local or address in _LOCAL_USE:
            return False
        if any(address in network for network in _WITH_IPV4):
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        else:
            address = address.sixtofour or address
    return address.is_global and not address.is_multicast


_WITH_IPV4 = [
    ipaddress.ip_network(f"{start}0:0/96") for start in ("::ffff:", "::ffff:0:", "64:ff9b::", "::")
]
"""Addresses that end with one of IPv4, and may lead to it [RFC 4291, RFC 6052, RFC 7915]."""

_LOCAL_USE = ipaddress.ip_network("64:ff9b:1::/48")
"""The same within one network, wherever the address of IPv4 is in it [RFC 8215]."""


def _same_origin(origin: str, url: str, location: str) -> str:
    """Return the URL that a redirect leads to. Raises _NoAnswer if it has another origin."""
    try:
        to = urlsplit(urljoin(url, location))
        same = _origin_of(to) == _origin_of(urlsplit(origin))
    except ValueError:
        same = False
    if not same:
        raise _NoAnswer("redirects to another origin, which was not followed")
    return f"{origin}{to.path or '/'}" + (f"?{to.query}" if to.query else "")


def _origin_of(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
