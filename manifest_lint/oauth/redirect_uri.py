"""The redirect URI that an account type registers: its parts, and whether it leads back to it."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

from manifest_lint.cozy.go_url import is_template
from manifest_lint.document.go_json import fold
from manifest_lint.document.secret import is_placeholder
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.names import written_as
from manifest_lint.oauth.unfilled import left_in
from manifest_lint.text.wording import short


def registered(account_type: AccountType) -> str:
    """Return the redirect URI as written; "" if it is missing, not used or still a template."""
    uri = account_type.text("redirect_uri")
    if not account_type.is_oauth or is_placeholder(uri) or is_template(uri):
        return ""
    return "" if left_in("redirect_uri", uri) else uri


_SENT_AS = ("redirect_uri", "redirect_url")


def is_sent(account_type: AccountType) -> bool:
    """Return whether the login sends the redirect URI, and does not leave it to the provider."""
    return not wire.authorize_parameters(account_type).isdisjoint(_SENT_AS)


def unread_key(account_type: AccountType) -> str:
    """Return the key that has the redirect URI and that the stack does not read, "" if none has."""
    if account_type.text("redirect_uri"):
        return ""
    for key, value in account_type.value.items():
        if fold(key) == "redirect_url" and value not in (None, ""):
            return key
    pointer = written_as(account_type, "redirect_uri")
    return str(pointer[-1]) if pointer else ""


def unfilled(account_type: AccountType) -> str:
    """Return one line on what the redirect URI still has to be filled in with, "" if nothing is.

    The readers of a README fill it in.
    """
    is_readme = account_type.document.kind == "readme"
    return "" if is_readme else left_in("redirect_uri", account_type.text("redirect_uri"))


def path_after_placeholder(account_type: AccountType) -> str:
    """Return the path of a redirect URI whose host alone is a placeholder; "" for any other."""
    uri = account_type.text("redirect_uri")
    found = re.fullmatch(r"https?://([^/?#]+)(/[\w./-]+)", uri)
    is_known = found and is_template(found[1])
    is_filled_in = is_known and account_type.is_oauth and not left_in("redirect_uri", uri)
    return found[2] if found and is_filled_in else ""


def unusable(uri: str) -> str:
    """Return one line on why no login comes back to a registered redirect URI, "" if one may."""
    parts = parts_of(uri)
    if parts is None and parts_of(uri.strip()):
        return "`redirect_uri` starts or ends with white space"
    if parts is None:
        return "`redirect_uri` must be an absolute URL without white space or a wrong port"
    if is_after_another_scheme(parts):
        return f"`redirect_uri` has {short(parts.netloc.rstrip(':'))}:// twice"
    return ""


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
    """Return whether the path is not this account type's; a slash at the end is ignored.

    The stack decodes the id in it, and nothing else. [labstack/echo echo.go, GetPath]
    """
    parts = parts_of(registered(account_type))
    if parts is None or not account_type.id:
        return False
    found = re.fullmatch("/accounts/([^/]*)/redirect", parts.path.rstrip("/"))
    return not found or unquote(found[1]) != account_type.service_id
