"""Asking the provider of an account type what it publishes of itself: its metadata.

They are asked for by whoever runs the check, see `Ask`: nothing here talks to anybody.
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
    """What came of asking an origin: the metadata, or else why there are none.

    `stops_login` says that a user's browser would stop there too; a host that only could not be
    reached from here has it not. Metadata are a stranger's: any value may be in them.
    """

    metadata: Mapping[str, Any] | None = None
    why: str = ""
    stops_login: bool = False


Ask = Callable[[Iterable[str]], Mapping[str, Answer]]
"""Asks origins for their metadata, `https://host[:port]`, and gives the answer of each."""


def once(ask: Ask) -> Ask:
    """Ask no origin a second time."""
    known: dict[str, Answer] = {}

    def asking(origins: Iterable[str]) -> Mapping[str, Answer]:
        known.update(ask([origin for origin in origins if origin not in known]))
        return known

    return asking


def origin_of(account_type: AccountType) -> str:
    """Give the origin to ask for an account type's metadata, empty where nobody is to be asked.

    That is the origin of `auth_endpoint`, where a login by OAuth goes to. An aggregator's web view
    (`bi_...`) is no OAuth server; what is still to be filled in, and what Go refuses, names none.
    """
    mode, written = account_type.grant_mode, account_type.text("auth_endpoint")
    by_oauth = mode in GRANT_MODES and mode.startswith(("authorization_code", "token"))
    if not by_oauth or go_url.is_template(written) or written != written.strip():
        return ""
    try:
        scheme, slashes, host = go_url.origin(written).partition("//")
        origin = scheme + slashes + host.encode("idna").decode("ascii") if host else ""
    except ValueError:  # Go refuses it, or it is no host name
        return ""
    return origin if _ORIGIN.fullmatch(origin) else ""
