"""The metadata that the provider of an account type publishes, and whom to ask for them.

Nothing here uses the network: the caller passes an `Ask`.
[RFC 8414; OpenID Connect Discovery 1.0]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from manifest_lint.cozy import go_url
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens

_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_SEGMENT = re.compile(r"(?!\.{1,2}$)[\w.~!$&'()*+,;=:@%-]{1,100}", re.ASCII)
_VERSION = re.compile(r"v\d+(\.\d+)*", re.ASCII)
_MOST_SEGMENTS = 4
"""An issuer's path of more segments is not looked for: `/auth/realms/NAME` has three."""

NONE = "publishes no metadata"
"""Why there are none, where nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An issuer's answer: its metadata, or `why` there are none.

    `stops_login` is True if a user's browser would stop there too, and False if the host could only
    not be reached from this machine. `of_host` is True if every issuer of the host would get this
    answer. The metadata are untrusted: they can hold any JSON value.
    """

    metadata: Mapping[str, Any] | None = None
    why: str = ""
    stops_login: bool = False
    of_host: bool = False

    def text(self, name: str) -> str:
        """Return a string of the metadata, empty if it has none."""
        value = (self.metadata or {}).get(name)
        return value if isinstance(value, str) else ""


Ask = Callable[[Iterable[str]], Mapping[str, Answer]]
"""Asks issuers (`https://host[:port][/path]`) for their metadata, and returns all answers."""


def once(ask: Ask) -> Ask:
    """Return an `Ask` that asks each issuer only once, and remembers the answer."""
    known: dict[str, Answer] = {}

    def asking(issuers: Iterable[str]) -> Mapping[str, Answer]:
        known.update(ask([issuer for issuer in issuers if issuer not in known]))
        return known

    return asking


def issuers_of(account_type: AccountType) -> tuple[str, ...]:
    """Return the issuers to ask for an account type's metadata, in this order; () for none.

    An issuer may have a path, such as `/realms/NAME`. It is not in the account type, so each prefix
    of the paths of `auth_endpoint` and `token_endpoint` may be one. First comes the host itself,
    which most providers are, then the longest prefix. The host of `auth_endpoint` comes first: an
    OAuth login goes there.

    There is none for an aggregator's web view (`bi_...`), which is not an OAuth server.
    """
    mode = account_type.grant_mode
    if mode not in GRANT_MODES or not mode.startswith(("authorization_code", "token")):
        return ()
    first = account_type.text("auth_endpoint")
    second = account_type.text("token_endpoint") if asks_for_tokens(account_type) else ""
    if not (origin := origin_of(first)):
        return ()
    found = [origin, *_below(origin, first)]
    if other := origin_of(second):
        found += [other, *_below(other, second)]
    return tuple(dict.fromkeys(found))


def origin_of(url: str) -> str:
    """Return the origin of an endpoint or issuer, or "" if there is none to ask.

    There is none for a URL with a part to fill in, and for one that Go refuses.
    """
    if go_url.is_template(url) or url != url.strip():
        return ""
    try:
        scheme, slashes, host = go_url.origin(url).partition("//")
        origin = scheme + slashes + host.encode("idna").decode("ascii") if host else ""
    except ValueError:  # Go refuses it, or it is not a host name
        return ""
    return origin if _ORIGIN.fullmatch(origin) else ""


def _below(origin: str, endpoint: str) -> Iterator[str]:
    """Yield an origin with each prefix of an endpoint's path, the longest first.

    A version may follow the issuer's path directly, and the endpoint's later:
    `/TENANT/v2.0` has the endpoint `/TENANT/oauth2/v2.0/authorize`.
    """
    path = re.split(r"[?#]", endpoint.partition("//")[2], maxsplit=1)[0]
    prefix: list[str] = []
    for segment in path.split("/")[1:-1][:_MOST_SEGMENTS]:
        if not _SEGMENT.fullmatch(segment):
            break
        prefix.append(segment)
    for length in range(len(prefix), 0, -1):
        yield "/".join([origin, *prefix[:length]])
        if length > 2 and _VERSION.fullmatch(prefix[length - 1]):
            yield "/".join([origin, *prefix[: length - 2], prefix[length - 1]])


def is_same_endpoint(written: str, published: str) -> bool:
    """Return whether two endpoints are the same; the first may have a query of its own."""
    return written == published or written.split("?", 1)[0] == published.split("?", 1)[0]
