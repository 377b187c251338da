"""Which rules may explain why a provider refused a login.

[RFC 6749 sections 4.1.2.1 and 5.2; the answers of a certified provider in tests/provider_faults.py]
"""

from __future__ import annotations

import re

from manifest_lint.oauth.tokens import Refused

PKCE = "O006: the provider requires PKCE, and the stack sends no code challenge"
"""What the rule O006 warns of has happened; it cannot be seen without asking the provider."""

CLIENT = "O004: check --online shows how the provider wants to receive the client's secret"
"""What to do if a client is refused, and no finding says why."""

_PKCE = r"(?i)\bpkce\b|code[ _]?(?:challenge|verifier)"
_REDIRECT = ("R", "A001")
_SCOPE = ("S",)
_CLIENT = ("A003", "A005", "A010")
_ANY = (*_REDIRECT, "A003", "A007", "A014", "A", *_SCOPE, "X")
_AUTHORIZE = {
    "access_denied": _SCOPE,
    "invalid_scope": _SCOPE,
    "unsupported_response_type": ("A002",),
    "unauthorized_client": ("A002", "A003"),
    "invalid_request": ("A003", "A007", "A004", *_REDIRECT, *_SCOPE),
}
_TOKEN = {
    "invalid_client": _CLIENT,
    "unauthorized_client": _CLIENT,
    "invalid_grant": _REDIRECT,
}
_ENDPOINT = ("A014", "A005", "A004")


def needs_pkce(refused: Refused) -> bool:
    """Return whether the provider has refused a login without a code challenge."""
    return re.search(_PKCE, refused.why) is not None


def codes_for(request: str, refused: Refused) -> tuple[str, ...]:
    """Return codes of rules whose findings may explain a refusal, or how they start; likely first.

    `request` is "authorize", "token" or "renewal".
    """
    if request == "authorize":
        return _AUTHORIZE.get(refused.error, _ANY)
    if refused.error in _TOKEN:
        return _TOKEN[refused.error]
    return (*_ENDPOINT, *_CLIENT) if refused.status != 200 else _ENDPOINT


def rank(code: str, codes: tuple[str, ...]) -> int:
    """Return how likely a rule is among such codes: 0 for the first."""
    return next(number for number, start in enumerate(codes) if code.startswith(start))
