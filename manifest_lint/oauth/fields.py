"""What a connector finds in its `fields` after a login, as the stack hands it over.

[cozy-stack model/account/accounts.go, OauthInfo; cozy-konnector-libs BaseKonnector, which merges
`oauth` of the account into the fields]
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.return_url import Query
from manifest_lint.oauth.tokens import Tokens

Fields = dict[str, Any]
"""The values of fields by their names; None for one that is removed, as it is of an older login."""

_OF_A_LOGIN = ("access_token", "refresh_token", "token_type", "expires_at", "query")
NEVER = "0001-01-01T00:00:00Z"
"""Go's zero time: the stack hands it over if the provider does not say when a token expires."""


def of_login(tokens: Tokens, now: float) -> Fields:
    """Return the fields after an exchange; `now` are seconds since 1970."""
    return dict.fromkeys(_OF_A_LOGIN) | _sent(tokens) | {"expires_at": expiry(tokens, now)}


def of_renewal(tokens: Tokens, now: float) -> Fields:
    """Return the fields that a renewal changes: the stack keeps what the answer does not have."""
    found = _sent(tokens)
    found.pop("token_type", None)
    return found | ({"expires_at": expiry(tokens, now)} if tokens.expires_in else {})


def without_exchange(account_type: AccountType, query: Query) -> Fields:
    """Return the fields of a connector that exchanges the code itself: no `token_endpoint`."""
    given = {
        "client_id": account_type.text("client_id"),
        "client_secret": account_type.client_secret.reveal(),
    }
    found: Fields = {name: value or None for name, value in given.items()}
    found["query"] = {_as_json(name): list(map(_as_json, query[name])) for name in query}
    return dict.fromkeys(_OF_A_LOGIN) | {"expires_at": NEVER} | found


def _as_json(text: str) -> str:
    """Return a text as Go writes it in JSON: U+FFFD for each byte that is not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def expiry(tokens: Tokens, now: float) -> str:
    """Return when a token expires, in RFC 3339; NEVER if the provider does not say."""
    if not tokens.expires_in:
        return NEVER
    return at(now + tokens.expires_in)


def at(seconds: float) -> str:
    """Return a time, in seconds since 1970, in RFC 3339; the nearest one that has a year."""
    start = datetime(1970, 1, 1, tzinfo=timezone.utc)
    try:
        found = start + timedelta(seconds=int(seconds))
    except OverflowError:
        found = start.replace(year=1 if seconds < 0 else 9999)
    return found.isoformat().replace("+00:00", "Z")


def seconds_of(text: str) -> float | None:
    """Return the seconds since 1970 of a time in RFC 3339, None if it is not one."""
    try:
        whole = re.sub(r"\.[0-9]+", "", text.strip().upper())  # Go's has up to nine digits
        found = datetime.fromisoformat(whole.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.timestamp() if found.tzinfo and found.year > 1 else None


def _sent(tokens: Tokens) -> Fields:
    names = ("access_token", "refresh_token", "token_type")
    return {name: value for name in names if (value := getattr(tokens, name))}
