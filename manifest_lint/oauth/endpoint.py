"""The endpoints of an account type, where they can be compared."""

from __future__ import annotations

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_url import GoURL
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.unfilled import left_in


def endpoint_of(account_type: AccountType, name: str) -> GoURL | None:
    """Return the endpoint under a key; None if it is missing, refused by Go or not filled in."""
    written = account_type.text(name)
    if not written or go_url.is_template(written) or left_in(name, written):
        return None
    try:
        url = go_url.parse(written)
    except go_url.RefusedURL:
        return None
    return None if has_scheme_twice(url) else url


def has_scheme_twice(url: GoURL) -> bool:
    """Return whether a URL is one after another scheme, as in `https://https://provider.example`."""
    return url.host in ("http", "https")
