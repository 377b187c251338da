"""Fetch the metadata that providers publish, from their own hosts only."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urljoin, urlsplit

from manifest_lint.network.deadline import Deadline
from manifest_lint.network.failure import Failure
from manifest_lint.network.http import Client, Request, Response
from manifest_lint.network.limits import PROVIDER_REQUEST
from manifest_lint.oauth.provider import Answer

PLACES = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
"""Where metadata are [RFC 8414 section 3; OpenID Connect Discovery 1.0 section 4]."""

_MOST_BYTES = 1024 * 1024
_MOST_REDIRECTS = 3
_AT_ONCE = 8
_REDIRECTS = (301, 302, 303, 307, 308)


def ask(
    origins: Iterable[str],
    environment: Mapping[str, str],
    *,
    allow_private: bool = False,
    seconds: float = PROVIDER_REQUEST,
) -> dict[str, Answer]:
    """Ask each origin for its metadata, and return the answers.

    Only the path of the metadata is sent. Proxies and certificates are those of the `environment`.
    Certificates are verified, and a redirect to another origin is not followed. An address that is
    not public is only asked with `allow_private`, which also allows plain HTTP there. `seconds` is
    the limit for each request. Raises UserError if the environment names a proxy or certificates
    that cannot be used.
    """
    origins = list(origins)
    asking = _Asking(Client(environment), allow_private, seconds)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(origins, pool.map(asking.answer, origins), strict=True))


class _NoAnswer(Exception):
    """Why there is no answer; `stops_login` if a user's browser would fail there too."""

    def __init__(self, why: str, *, stops_login: bool = False):
        super().__init__(why)
        self.stops_login = stops_login


class _Asking:
    """Asks origins, with the same client and limits."""

    def __init__(self, client: Client, allow_private: bool, seconds: float):
        self._client = client
        self._allow_private = allow_private
        self._seconds = seconds

    def answer(self, origin: str) -> Answer:
        """Return the answer of an origin, or why there is none."""
        why = "publishes no metadata"
        try:
            addresses = self._addresses(urlsplit(origin))
            for place in PLACES:
                response = self._get(origin, addresses, place)
                if response.status != 200:
                    continue
                metadata = _decoded(response.data)
                if metadata is None:
                    why = "publishes something that is not metadata"
                elif str(metadata.get("issuer")).rstrip("/") != origin:
                    why = "publishes the metadata of another issuer"  # RFC 8414 section 3.3
                else:
                    return Answer(metadata)
        except _NoAnswer as error:
            return Answer(None, str(error), error.stops_login)
        except Failure as failure:
            return Answer(None, failure.words(), failure.kind != "unreachable")
        return Answer(None, why)

    def _addresses(self, parts: SplitResult) -> list[str]:
        """Return the addresses to connect to, even if the name resolves differently later.

        The list is empty if a proxy resolves the name. Addresses that we can resolve must be public
        even then: a proxy is often inside a private network.
        """
        assert parts.hostname
        by_proxy = self._client.proxy_for(parts.geturl()) is not None
        try:
            addresses = Deadline(self._seconds).look_up(parts.hostname)
        except Failure:
            if not by_proxy:
                raise
            addresses = []
        if all(map(_is_public, addresses)):
            if parts.scheme != "https":
                raise _NoAnswer("is not asked without https")
        elif not self._allow_private:
            why = "is at a private address; use --allow-private to ask it"
            raise _NoAnswer(why, stops_login=True)
        return [] if by_proxy else addresses

    def _get(self, origin: str, addresses: list[str], path: str) -> Response:
        """Return the response for a path of an origin, after redirects within the origin."""
        url = f"{origin}{path}"
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._client.send(
                Request(
                    "GET",
                    url,
                    self._seconds,
                    lambda status: _MOST_BYTES if status == 200 else 0,
                    headers={"Accept": "application/json"},
                    addresses=addresses,
                )
            )
            if len(response.data) > _MOST_BYTES:
                raise _NoAnswer("publishes more than 1 MiB")
            if response.status not in _REDIRECTS or not response.location:
                return response
            url = _same_origin(origin, url, response.location)
        raise _NoAnswer("redirects too often")


def _decoded(data: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast


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
