"""Which rules may explain why a provider refused a login.

[RFC 6749 sections 4.1.2.1 and 5.2; the answers of a certified provider in tests/provider_faults.py]
"""

from __future__ import annotations

import re

from manifest_lint.oauth.tokens import Refused

PKCE = "O006: the provider requires PKCE, and the stack sends no code challenge"
"""What the rule O006 warns of has happened; it cannot be seen without asking the provider."""

_PKCE = r"(?i)\bpkce\b|code[ _]?(?:challenge|verifier)"
_REDIRECT = ("R001", "R002", "R003", "R004", "R005", "R006", "R007", "R008", "R009", "A001")
_SCOPE = ("S",)
_CLIENT = ("A003", "A005", "A010", "A006", "A014")
_AUTHORIZE = {
    "access_denied": _SCOPE,
    "invalid_scope": _SCOPE,
    "unsupported_response_type": ("A002",),
    "unauthorized_client": ("A002", "A003"),
    "invalid_request": ("A003", "A004", "A007", *_REDIRECT, *_SCOPE),
}
_TOKEN = {
    "invalid_client": _CLIENT,
    "unauthorized_client": _CLIENT,
    "invalid_grant": _REDIRECT,
}
_ENDPOINT = ("A004", "A005", "A014")


def needs_pkce(refused: Refused) -> bool:
    """Return whether the provider has refused a login without a code challenge."""
    return re.search(_PKCE, refused.why) is not None


def codes_for(request: str, refused: Refused) -> tuple[str, ...]:
    """Return the codes of rules whose findings may explain a refusal, or how the codes start.

    `request` is "authorize", "token" or "renewal".
    """
    if request == "authorize":
        return _AUTHORIZE.get(refused.error, ("A", "R", "S", "X"))
    if refused.error in _TOKEN:
        return _TOKEN[refused.error]
    return (*_ENDPOINT, *_CLIENT) if refused.status != 200 else _ENDPOINT
