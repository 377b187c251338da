"""The redirect URI that an account type registers: its parts, and whether it leads back to it."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

from manifest_lint.cozy.go_url import is_template
from manifest_lint.document.secret import is_placeholder
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.unfilled import left_in


def registered(account_type: AccountType) -> str:
    """Return the redirect URI as written; "" if it is missing, not used or still a template."""
    uri = account_type.text("redirect_uri")
    if not account_type.is_oauth or is_placeholder(uri) or is_template(uri):
        return ""
    return "" if left_in("redirect_uri", uri) else uri


def parts_of(uri: str) -> SplitResult | None:
    """Return the parts of an absolute URL; None for another string, and with spaces or controls."""
    if not uri.isprintable() or " " in uri:
        return None
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises ValueError if it is not a port
    except ValueError:
        return None
    return parts if parts.scheme and parts.netloc else None


def is_after_another_scheme(parts: SplitResult) -> bool:
    """Return whether a URL is one after another scheme: `https://https://oauthcallback.x`."""
    return parts.hostname in ("http", "https")


def leads_elsewhere(account_type: AccountType) -> bool:
    """Return whether the path is not this account type's; a slash at the end is ignored."""
    parts = parts_of(registered(account_type))
    if parts is None or not account_type.id:
        return False
    wanted = ["", "accounts", account_type.service_id, "redirect"]
    return [unquote(step) for step in parts.path.rstrip("/").split("/")] != wanted
