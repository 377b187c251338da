"""A model of the OAuth flow: what each party really sends.

Harvest, in the browser, builds the start URL from the manifest; the stack reads it and sends the
user on to the provider, with the scope and the redirect URI that this module computes.
[cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js and konnectors.js; cozy-stack
web/accounts/oauth.go and model/account/type.go; the data of their runs are replayed by
`python -m tests.conformance wire`]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, unquote_to_bytes

from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.go_url import has_bad_escape, query_bytes

if TYPE_CHECKING:
    from manifest_lint.oauth.account_type import AccountType

ABSENT: Any = object()
"""Means JavaScript's `undefined`: a key that is not there."""

_DROPPED_BY_BROWSER = str.maketrans("", "", "\t\n\r")


def is_oauth(manifest: dict[str, Any]) -> bool:
    """Return whether Harvest treats the connector as an OAuth one.

    It does if `oauth` is truthy in JavaScript: empty objects and lists are.
    [harvest helpers/konnectors.js]
    """
    value = manifest.get("oauth")
    if isinstance(value, dict | list):
        return True
    return bool(value)


def account_type_id(manifest: dict[str, Any]) -> Any:
    """Return the account type's id as Harvest reads it: `oauth.account_type`, or else `slug`.

    It is the raw value, even null; ABSENT if neither is there. [harvest helpers/konnectors.js]
    """
    return _member(manifest.get("oauth"), "account_type", manifest.get("slug", ABSENT))


def scope(manifest: dict[str, Any]) -> Any:
    """Return `oauth.scope` as written, ABSENT if it is not there."""
    return _member(manifest.get("oauth"), "scope", ABSENT)


def javascript_text(value: Any) -> str:
    """Return the string that JavaScript's String() makes of a decoded JSON value, or of ABSENT."""
    if isinstance(value, str):
        return value
    if value is ABSENT:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_leaf_texts(value))
    if isinstance(value, dict):
        return "[object Object]"
    return _javascript_number(value)


def scope_in_start_url(manifest: dict[str, Any]) -> str | None:
    """Return the scope as Harvest puts it, undecoded, into the start URL; None if there is none.

    Absent, null and false send none. A list is joined with `%2B`. decodeURIComponent decodes what
    URLSearchParams has encoded, except for spaces, which have become `+`.
    """
    value = scope(manifest)
    if value is ABSENT or value is None or value is False:
        return None
    if isinstance(value, list):
        text = "%2B".join("" if item is None else javascript_text(item) for item in value)
    else:
        text = javascript_text(value)
    return plus(scalar(text))


def sent_scope(manifest: dict[str, Any]) -> str:
    """Return the scope that the stack reads from a browser's request; "" if there is none."""
    return scalar(sent_bytes(manifest))


def sent_bytes(manifest: dict[str, Any]) -> str:
    """Return the scope that the stack passes on, with a surrogate escape for each odd byte.

    The browser drops tabs and newlines and cuts the URL at `#`. Go splits the query at `&`, drops
    each pair with a `;` or a bad `%`, reads `+` as a space and decodes percent-encoding. The first
    `scope` that is left counts.
    """
    text = scope_in_start_url(manifest)
    return "" if text is None else scope_read(f"scope={text}")


def mobile_scope(manifest: dict[str, Any]) -> str | None:
    """Return the scope that the stack reads from the mobile application's request.

    The application decodes the start URL once more: "" if there is no scope left, None if the login
    does not open, because what is after a `#` cannot be decoded, or its session code is after one.
    """
    text = scope_in_start_url(manifest)
    if text is None:
        return ""
    query, _, fragment = f"scope={text}".translate(_DROPPED_BY_BROWSER).partition("#")
    try:
        decoded(fragment)
    except ValueError:
        return None
    again = "&".join(f"{plus(key)}={plus(value)}" for key, value in form_pairs(query))
    return None if "#" in again else scalar(scope_read(again))


def scope_read(query: str) -> str:
    """Return the first `scope` that Go reads from what a browser sends of a query."""
    sent = query.translate(_DROPPED_BY_BROWSER).split("#", 1)[0]
    return next((value for key, value in query_bytes(sent) if key == "scope"), "")


def form_pairs(query: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs that a browser reads from a query.

    [WHATWG URL, URLSearchParams]
    """
    for pair in filter(None, query.split("&")):
        key, _, value = pair.replace("+", " ").partition("=")
        yield unquote(key), unquote(value)


def plus(text: str) -> str:
    """Return a decoded string as it is in a query that has been written and decoded again."""
    return text.replace(" ", "+")


def decoded(text: str) -> str:
    """Return a string without percent-encoding, as JavaScript's decodeURIComponent does.

    Raises ValueError where that throws: at a bad escape, or if what it decodes is not UTF-8.
    """
    if has_bad_escape(text):
        raise ValueError("a `%` without two hex digits after it")
    return unquote_to_bytes(text).decode()


def authorize_parameters(account_type: AccountType) -> frozenset[str]:
    """Return the names of the parameters that the stack adds to the authorize URL.

    It adds them after those written there. They depend on the grant mode; an unknown one is read
    as `authorization_code`. `scope` is always included here, though the stack does not send it if
    the connector has none.
    """
    mode = account_type.grant_mode.removesuffix("+secret")
    names = {"state", "scope", *_MODE_PARAMETERS.get(mode, ("response_type", "client_id"))}
    skips = field(account_type.value, "skip_redirect_uri_on_authorize") is True
    return frozenset(names if skips or mode == "token_redirect_url" else {*names, "redirect_uri"})


_MODE_PARAMETERS = {
    "token_redirect_url": ("response_type", "redirect_url"),
    "bi_webauth": ("client_id", "token"),
    "bi_webview": ("client_id", "code"),
}


def reaches_its_route(account_type_id: str) -> bool:
    """Return whether an id, as one segment of a URL's path, reaches the stack as written.

    Harvest decodes the whole start URL, and the browser parses it again. So characters that end a
    path or a segment do not arrive, nor do percent signs, and `.` and `..` are resolved.
    """
    ends = any(char in _ENDS_A_PART for char in scalar(account_type_id))
    return account_type_id not in ("", ".", "..") and not ends


_ENDS_A_PART = "/\\?#%\t\n\r\ufffd"
"""U+FFFD is here because half of a surrogate pair is read as that; Harvest cannot encode it."""


def fate(account_type_id: str) -> str:
    """Return what becomes of an id that does not reach its route, after `is`."""
    try:
        decoded(account_type_id)
    except ValueError:
        return "not decoded: Harvest throws, and opens no login page"
    return "cut or changed in a URL's path"


def redirect_uri(account_type: AccountType, domain: str) -> str:
    """Return the redirect URI that is used on an instance.

    It is the registered one, else the instance's own, which has the whole document id.
    """
    registered = account_type.text("redirect_uri")
    return registered or own_redirect_uri(account_type.id, domain)


def own_redirect_uri(account_type_id: str, domain: str) -> str:
    """Return the redirect URI that the stack makes up if none is registered.

    It has the whole id, context included.
    """
    return f"https://{domain}{redirect_path(account_type_id)}"


def redirect_path(account_type_id: str) -> str:
    """Return the path to which a provider sends a user back, encoded as Go's net/url does."""
    return f"/accounts/{quote(scalar(account_type_id), safe='/$&+,:;=@')}/redirect"


def _member(value: Any, key: str, default: Any) -> Any:
    return value.get(key, default) if isinstance(value, dict) else default


def _leaf_texts(items: list[Any]) -> Iterator[str]:
    """Yield the string of every item; nested lists are flattened, an empty list is empty."""
    waiting = list(reversed(items))
    while waiting:  # no recursion: lists may be nested 10,000 deep
        item = waiting.pop()
        if isinstance(item, list) and item:
            waiting += reversed(item)
        else:
            yield "" if item is None or item == [] else javascript_text(item)


def _javascript_number(value: int | float) -> str:
    """Return a number as JavaScript writes it: with an exponent only below 1e-6 or from 1e21 on."""
    number = float(value)
    if 1e-6 <= abs(number) < 1e21 or not number:
        from decimal import Decimal  # only for a scope that is a number, which is wrong anyway

        digits = format(Decimal(repr(abs(number))), "f")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return f"-{digits}" if number < 0 else digits
    mantissa, _, exponent = repr(number).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def scalar(text: str) -> str:
    """Return a string with U+FFFD for each half of a surrogate pair, as Go and URLs have it."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


def texts_in(manifest: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield pointer and value of each string in the scope that is not empty."""
    written = scope(manifest)
    if isinstance(written, str) and written:
        yield ("oauth", "scope"), written
    elif isinstance(written, list):
        for index, item in enumerate(written):
            if isinstance(item, str) and item:
                yield ("oauth", "scope", index), item
