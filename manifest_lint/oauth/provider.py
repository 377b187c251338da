"""The metadata that the provider of an account type publishes, and where to ask for them.

Nothing here uses the network: the caller passes an `Ask`.
[RFC 8414; OpenID Connect Discovery 1.0]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from manifest_lint.cozy import go_url
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.oauth.account_type import AccountType

_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Answer:
    """An origin's answer: its metadata, or `why` there are none.

    `stops_login` is True if a user's browser would stop there too, and False if the host could only
    not be reached from this machine. The metadata are untrusted: they can hold any JSON value.
    """

    metadata: Mapping[str, Any] | None = None
    why: str = ""
    stops_login: bool = False


Ask = Callable[[Iterable[str]], Mapping[str, Answer]]
"""Asks origins (`https://host[:port]`) for their metadata, and returns the answer of each."""


def once(ask: Ask) -> Ask:
    """Return an `Ask` that asks each origin only once, and remembers the answer."""
    known: dict[str, Answer] = {}

    def asking(origins: Iterable[str]) -> Mapping[str, Answer]:
        known.update(ask([origin for origin in origins if origin not in known]))
        return known

    return asking


def origin_of(account_type: AccountType) -> str:
    """Return the origin to ask for an account type's metadata, or "" if there is none to ask.

    It is the origin of `auth_endpoint`, to which an OAuth login goes. There is none for an
    aggregator's web view (`bi_...`), which is not an OAuth server, for a URL with a part to fill
    in, and for one that Go refuses.
    """
    mode, written = account_type.grant_mode, account_type.text("auth_endpoint")
    by_oauth = mode in GRANT_MODES and mode.startswith(("authorization_code", "token"))
    if not by_oauth or go_url.is_template(written) or written != written.strip():
        return ""
    try:
        scheme, slashes, host = go_url.origin(written).partition("//")
        origin = scheme + slashes + host.encode("idna").decode("ascii") if host else ""
    except ValueError:  # Go refuses it, or it is not a host name
        return ""
    return origin if _ORIGIN.fullmatch(origin) else ""
