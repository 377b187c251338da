"""The URL at which a provider sends a user back: whether it is of this login, and what it has.

[RFC 6749 section 4.1.2; cozy-stack web/accounts/oauth.go, redirect]
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence

from manifest_lint.cozy import browser_url, go_url
from manifest_lint.errors import UserError
from manifest_lint.oauth.tokens import Refused

Query = dict[str, list[str]]
"""The parameters that the provider sends back, without the state, as Go's url.Values has them."""

_AROUND = ("\x1b[200~", "\x1b[201~", '"', "'", "<", ">")
"""What a URL is pasted with: the marks of a terminal, and quotes."""

_AGAIN = "run login again"


def returned(url: str, redirect_uri: str, state: str, endpoint: str) -> Query:
    """Return what is in the URL of a browser that a provider has sent back.

    `endpoint` is the provider's, where the login started. Raises UserError if the URL is not that
    of this login, Refused if the provider refused it.
    """
    for mark in _AROUND:
        url = url.strip().removeprefix(mark).removesuffix(mark)
    if not url.strip():
        raise UserError(f"no URL was pasted, and nothing was written; {_AGAIN}")
    place, wanted = _place(url), _place(redirect_uri)
    if place is None:
        raise UserError(f"what was pasted is not a URL; copy all of the address bar, and {_AGAIN}")
    if place != wanted:
        if place[:1] == (_place(endpoint) or ())[:1]:
            raise Refused("the browser is still at the provider, which refused it on its own page")
        what = "the pasted URL is not the redirect URI's"
        raise UserError(f"{what}: it must start with {redirect_uri}; {_AGAIN}")
    query = browser_url.parse(url).query or ""
    pairs = list(go_url.query_bytes(query))
    if not is_state(pairs, state) and not _is_error_without_state(pairs):
        raise UserError(f"the pasted URL is of another login; paste the new one: {_AGAIN}")
    return values(pairs)


def is_state(pairs: Iterable[tuple[str, str]], state: str) -> bool:
    """Return whether the first `state` of a query is this one; it takes the same time for any."""
    found = next((value for name, value in pairs if name == "state"), "")
    return hmac.compare_digest(found.encode(errors="surrogateescape"), state.encode())


def _is_error_without_state(pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether a URL says only what went wrong: some providers leave the state out then."""
    names = {name for name, _ in pairs}
    return "error" in names and not names & {"state", "code"}


def values(pairs: Iterable[tuple[str, str]]) -> Query:
    """Return the parameters without the state. Raises Refused if there is no code."""
    found: Query = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    found.pop("state", None)
    error = found.get("error", [""])[0]
    if error:
        description = found.get("error_description", [""])[0]
        why = ": ".join(filter(None, (error, description)))
        raise Refused(why, error, tokens=tuple(found.get("code", ())))
    if not found.get("code", [""])[0]:
        raise Refused("the provider sent you back without a `code`")
    return found


def _place(url: str) -> tuple[str, str] | None:
    """Return origin and path as a browser has them; None if it does not accept the URL."""
    try:
        parts = browser_url.parse(url)
    except ValueError:
        return None
    return parts.origin, parts.path
