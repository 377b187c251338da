"""One model of the OAuth flow: what each party really sends.

Harvest, in the browser, builds the start URL from the manifest; the stack reads it and sends the
user on to the provider, with the scope and the redirect URI that this module gives.
[cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js and konnectors.js; cozy-stack
web/accounts/oauth.go and model/account/type.go; the data of their runs are replayed by
`python -m tests.conformance wire`]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.go_url import query_pairs

if TYPE_CHECKING:
    from manifest_lint.oauth.account_type import AccountType

ABSENT: Any = object()
"""Stands for JavaScript's `undefined`: a key that is not there."""

_DROPPED_BY_BROWSER = str.maketrans("", "", "\t\n\r")


def is_oauth(manifest: dict[str, Any]) -> bool:
    """Tell whether Harvest takes the connector for an OAuth one.

    It does if `oauth` is truthy in JavaScript: empty objects and lists are.
    [harvest helpers/konnectors.js]
    """
    value = manifest.get("oauth")
    if isinstance(value, dict | list):
        return True
    return bool(value)


def account_type_id(manifest: dict[str, Any]) -> Any:
    """Give the account type's id as Harvest takes it: `oauth.account_type` if there, else `slug`.

    The raw value, even null; ABSENT where neither is there. [harvest helpers/konnectors.js]
    """
    return _member(manifest.get("oauth"), "account_type", manifest.get("slug", ABSENT))


def scope(manifest: dict[str, Any]) -> Any:
    """Give `oauth.scope` as written, ABSENT where it is not there."""
    return _member(manifest.get("oauth"), "scope", ABSENT)


def javascript_text(value: Any) -> str:
    """Give the text that JavaScript's String() makes of a decoded JSON value, or of ABSENT."""
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
    """Give the scope as Harvest puts it, undecoded, into the start URL; None where it puts none.

    Absent, null and false send none. A list is joined with `%2B`. What URLSearchParams encodes,
    decodeURIComponent decodes again, but for spaces, which have become `+`.
    """
    value = scope(manifest)
    if value is ABSENT or value is None or value is False:
        return None
    if isinstance(value, list):
        text = "%2B".join("" if item is None else javascript_text(item) for item in value)
    else:
        text = javascript_text(value)
    return scalar(text).replace(" ", "+")


def sent_scope(manifest: dict[str, Any]) -> str:
    """Give the scope that the stack reads, and hands on to the provider: empty for none.

    The browser drops tabs and newlines and cuts the URL at `#`. Go splits the query at `&`, drops
    each pair that holds a `;` or a bad `%`, takes `+` for a space, decodes percent-encoding, and
    the first `scope` that is left counts.
    """
    text = scope_in_start_url(manifest)
    if text is None:
        return ""
    query = f"scope={text}".translate(_DROPPED_BY_BROWSER).split("#", 1)[0]
    return next((value for key, value in query_pairs(query) if key == "scope"), "")


def authorize_parameters(account_type: AccountType) -> frozenset[str]:
    """Name the parameters that the stack adds to the authorize URL, behind those written there.

    They depend on the grant mode; an unknown one counts for `authorization_code`. `scope` is among
    them, though it is left out where the connector asks for none.
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
    """Tell whether an id, as one part of a URL's path, reaches the stack as it is written.

    Harvest decodes the whole start URL, and the browser parses it again: what ends a path or a
    part of it does not arrive, nor do percent signs, and `.` and `..` are steps.
    """
    return account_type_id not in ("", ".", "..") and not _ENDS_A_PART.search(account_type_id)


_ENDS_A_PART = re.compile("[/\\\\?#%\\t\\n\\r\ud800-\udfff\ufffd]")
"""U+FFFD is what half of a surrogate pair is read as, which Harvest cannot put into a URL."""


def redirect_uri(account_type: AccountType, domain: str) -> str:
    """Give the redirect URI in force on an instance.

    The registered one, else the instance's own, which names the whole document id.
    """
    registered = account_type.text("redirect_uri")
    return registered or own_redirect_uri(account_type.id, domain)


def own_redirect_uri(account_type_id: str, domain: str) -> str:
    """Give the redirect URI that the stack makes up where none is registered.

    It names the whole id, context included.
    """
    return f"https://{domain}{redirect_path(account_type_id)}"


def redirect_path(account_type_id: str) -> str:
    """Give the path by which a provider sends a user back, encoded as Go's net/url does."""
    return f"/accounts/{quote(scalar(account_type_id), safe='/$&+,:;=@')}/redirect"


def _member(value: Any, key: str, default: Any) -> Any:
    return value.get(key, default) if isinstance(value, dict) else default


def _leaf_texts(items: list[Any]) -> Iterator[str]:
    """Give the text of every item; a list in a list comes item by item, an empty one as nothing."""
    waiting = list(reversed(items))
    while waiting:  # no recursion: text may be nested 10,000 deep
        item = waiting.pop()
        if isinstance(item, list) and item:
            waiting += reversed(item)
        else:
            yield "" if item is None or item == [] else javascript_text(item)


def _javascript_number(value: int | float) -> str:
    """Write a number as JavaScript does: with an exponent only below 1e-6, or from 1e21 on."""
    number = float(value)
    if 1e-6 <= abs(number) < 1e21 or not number:
        from decimal import Decimal  # only for a scope that is a number, which is wrong anyway

        digits = format(Decimal(repr(abs(number))), "f")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return f"-{digits}" if number < 0 else digits
    mantissa, _, exponent = repr(number).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def scalar(text: str) -> str:
    """Replace halves of surrogate pairs: neither a URL nor Go can hold them."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def texts_in(manifest: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give pointer and text of each text in the scope that is not empty."""
    written = scope(manifest)
    if isinstance(written, str) and written:
        yield ("oauth", "scope"), written
    elif isinstance(written, list):
        for index, item in enumerate(written):
            if isinstance(item, str) and item:
                yield ("oauth", "scope", index), item
