"""The endpoints of an account type: whether a login can use them."""

from __future__ import annotations

import re

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_url import GoURL
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.unfilled import left_in

_OF_TOKENS = r"[/_-](access_?)?tokens?(\.\w+)?$"
_OF_LOGINS = r"/(oauth2?_?)?(authori[sz]e|authori[sz]ation|dialog/oauth)(\.\w+)?$"
_MAYBE_OF_LOGINS = r"/(auth|log[_-]?in|sign[_-]?in)(\.\w+)?$"
"""How the path of an endpoint ends, in small letters. `auth` alone may be of both."""


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


def is_filled_in(account_type: AccountType, name: str) -> bool:
    """Return whether a program, or the readers of a README, still fill in the endpoint `name`."""
    written = account_type.text(name)
    if left_in(name, written):
        return account_type.document.kind == "readme"
    return go_url.is_template(written)


def unusable(account_type: AccountType, name: str) -> str:
    """Return one line on why no login can use the endpoint `name`.

    It is "" if a login can, if there is no endpoint, and for what is still filled in.
    """
    written = account_type.text(name)
    if not written or is_filled_in(account_type, name):
        return ""
    if left := left_in(name, written):
        return left
    if written != written.strip():
        return f"`{name}` starts or ends with white space"
    try:
        url = go_url.parse(written)
    except go_url.RefusedURL as refused:
        return f"the stack refuses `{name}`: {refused}"
    borrows_scheme = name == "auth_endpoint" and url.host and not url.scheme  # a browser can
    if not url.is_web and not borrows_scheme:
        return f"`{name}` is not an absolute URL: write it with https:// and the host"
    if has_scheme_twice(url):
        return f"`{name}` has {url.host}:// twice"
    return ""


def has_scheme_twice(url: GoURL) -> bool:
    """Return whether a URL is one after another scheme, as in `https://https://provider.example`."""
    return url.host in ("http", "https")


def has_a_lost_query(account_type: AccountType, url: GoURL) -> bool:
    """Return whether `url`, that for tokens, has a query after which the stack adds another `?`."""
    return account_type.text("token_mode") == "get" and bool(url.query)


def is_metadata(url: GoURL | None) -> bool:
    """Return whether a URL is that of a document about the service, which lists its endpoints."""
    return url is not None and "/.well-known/" in path_of(url)


def are_swapped(login: GoURL | None, tokens: GoURL | None) -> bool:
    """Return whether `login` looks like one for tokens, and `tokens` like one for logins."""
    if login is None or tokens is None or not is_for_tokens(login):
        return False
    return is_for_logins(tokens) or bool(re.search(_MAYBE_OF_LOGINS, path_of(tokens)))


def is_for_tokens(url: GoURL) -> bool:
    """Return whether an endpoint looks like one for tokens."""
    path = path_of(url)  # most have none of these words: then no expression is compiled
    return "token" in path and bool(re.search(_OF_TOKENS, path))


def is_for_logins(url: GoURL) -> bool:
    """Return whether an endpoint looks like one for logins."""
    path = path_of(url)
    may_be_one = any(word in path for word in ("authori", "dialog"))
    return may_be_one and bool(re.search(_OF_LOGINS, path))


def path_of(url: GoURL) -> str:
    """Return the path of an endpoint in small letters, without a slash at its end."""
    return url.path.lower().rstrip("/")
