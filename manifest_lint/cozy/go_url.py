"""URLs as Go's net/url parses, refuses and writes them.

The stack parses the endpoints of an account type this way; a refused one stops the login.
[golang net/url url.go, Parse, as of Go 1.25.5, with which the stack was run; the data of runs are
replayed by `python -m tests.conformance wire`]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote, unquote_to_bytes

from manifest_lint.finding import Record

_BAD_ESCAPE = r"%(?![0-9A-Fa-f]{2})"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_IN_SCHEME = frozenset(f"{_LETTERS}0123456789+.-")
_IN_MOST_HOSTS = frozenset(f"{_LETTERS}0123456789.-_")
_CONTROL = r"[\x00-\x1f\x7f]"
_OWN_PORTS = {"http": "80", "https": "443"}
_PORT = r":[0-9]*"
_NOT_IN_USER_INFO = r"[^A-Za-z0-9._:~!$&'()*+,;=%@-]"
_ODD_IN_HOST = r"[\x00-\x20#/?@\\^`{|}\x7f]"
# In a host, Go accepts percent-encoding only for bytes beyond ASCII, and for `%`; in the zone of an
# IPv6 address only for a space, and for what may be written without it.
_NOT_IN_HOST = rf"{_ODD_IN_HOST}|%(?![89A-Fa-f]|25)"
_NOT_IN_ZONE = rf"(?i){_ODD_IN_HOST}|%(?:[0189A-F]|2[3F]|3F|40|5[CE]|60|7[BCDF])"
_MARKS = ("<", "$", "{{", "...", "\u2026")
"""One of them is in each part that is to be filled in."""

_TO_BE_FILLED_IN = r"<[^<>]*>|\$\{|\{\{|\$[A-Z][A-Z_]|\.{3}|\u2026"


class RefusedURL(ValueError):
    """A string that Go does not accept as a URL; the message says why, and does not quote it."""


class GoURL(Record):
    """The parts of a URL; `scheme` and `host` are in lower case, `host` without the port."""

    scheme: str
    host: str
    path: str
    query: str
    has_fragment: bool

    @property
    def is_web(self) -> bool:
        """Whether a browser, or the stack, can go there: http or https, and a host."""
        return self.scheme in ("http", "https") and bool(self.host)


def has_bad_escape(text: str) -> bool:
    """Return whether a percent sign in a text does not start a percent-encoding."""
    return "%" in text and re.search(_BAD_ESCAPE, text) is not None


def parse(text: str) -> GoURL:
    """Return the parts of a URL as Go parses it. Raises RefusedURL if Go refuses it (rarely)."""
    parts = _split(text)
    host = parts.authority.host if parts.authority else ""
    return GoURL(
        parts.scheme, host.lower(), parts.path, parts.query or "", parts.fragment is not None
    )


def origin(text: str) -> str:
    """Return the origin of a URL: `scheme://host`, and the port unless it is the default one.

    It is empty if the URL is not http or https. Raises RefusedURL if Go refuses it. [RFC 6454]
    """
    parts = _split(text)
    if parts.scheme not in _OWN_PORTS or not parts.authority or not parts.authority.host:
        return ""
    port = parts.authority.port[1:]
    number = port and (port.lstrip("0") or "0")
    shown = f":{number}" if number and number != _OWN_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{parts.authority.host.lower()}{shown}"


def with_query(text: str, query: str | None) -> str:
    """Return a URL as Go writes it with another query, or with its own if `query` is None.

    The scheme is in lower case. Characters that path, fragment and user info may not have are
    encoded; the rest stays. Raises RefusedURL. [golang net/url url.go, URL.String]
    """
    return _written(_split(text), query)


def as_requested(text: str) -> str:
    """Return a URL as Go's HTTP client writes it: as in with_query, without an empty port.

    Raises RefusedURL. [golang net/http request.go, NewRequest]
    """
    parts = _split(text)
    if parts.authority and parts.authority.port == ":":
        parts = parts._replace(authority=parts.authority._replace(port=""))
    return _written(parts, None)


def user_info(text: str) -> tuple[str, str] | None:
    """Return the decoded name and password of a URL, None if it has none. Raises RefusedURL.

    Go's HTTP client sends them as HTTP Basic. [golang net/http client.go, send]
    """
    authority = _split(text).authority
    if authority is None or authority.user_info is None:
        return None
    name, _, password = authority.user_info.partition(":")
    return unquote(name, errors="surrogateescape"), unquote(password, errors="surrogateescape")


def _written(parts: _Parts, query: str | None) -> str:
    written = f"{parts.scheme}:" if parts.scheme else ""
    path = _encoded(parts.path, _IN_PATH, _LEFT_IN_PATH) if parts.path != "%2A" else "*"
    if parts.opaque:
        written += parts.opaque
    elif authority := parts.authority:
        info, host = authority.user_info, authority.host + authority.port
        if info is not None:
            name, colon, password = info.partition(":")
            quoted = (quote(unquote_to_bytes(part), _IN_USER_INFO) for part in (name, password))
            written += f"//{colon.join(quoted) if colon else next(quoted)}@"
        elif host or (path and parts.scheme):
            written += "//"
        written += quote(unquote_to_bytes(host), _IN_HOST) + path
    else:
        in_first_step = ":" in path.split("/", 1)[0] and not written
        written += f"./{path}" if in_first_step else path
    kept = parts.query if query is None else query
    if kept or parts.query == "":
        written += f"?{kept}"
    if parts.fragment:
        written += f"#{_encoded(parts.fragment, _IN_FRAGMENT, _LEFT_IN_FRAGMENT)}"
    return written


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a query as Go's Values.Encode writes it: sorted by key, equal keys as they come.

    A byte that is not UTF-8 is a surrogate escape, as in query_bytes.
    """
    return "&".join(
        f"{_escaped(key)}={_escaped(value)}"
        for key, value in sorted(pairs, key=lambda pair: pair[0].encode(errors="surrogateescape"))
    )


def query_pairs(query: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs that Go reads from a query, as it shows them.

    Those with a `;` or a bad `%` are dropped; each byte that is not UTF-8 is shown as U+FFFD.
    """
    for key, value in query_bytes(query):
        yield key.translate(_SHOWN), value.translate(_SHOWN)


def query_bytes(query: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs that Go reads from a query, with a surrogate escape for each odd byte.

    Go passes on a byte that is not UTF-8 as it is. [PEP 383; golang net/url, ParseQuery]
    """
    for pair in query.split("&"):
        if pair and ";" not in pair and not has_bad_escape(pair):
            key, _, value = pair.partition("=")
            yield _unescaped(key), _unescaped(value)


def drops_pairs(query: str) -> bool:
    """Return whether Go silently drops a part of a query."""
    return ";" in query or has_bad_escape(query)


def is_template(url: str) -> bool:
    """Return whether a part of a URL is still to be filled in: `<domain>`, `${HOST}`, `...`."""
    return any(mark in url for mark in _MARKS) and re.search(_TO_BE_FILLED_IN, url) is not None


class _Authority(Record):
    """What is between `//` and the path, as written; `user_info` is None without an `@`.

    `port` has its colon.
    """

    user_info: str | None
    host: str
    port: str


class _Parts(Record):
    """What Go finds in a URL, as written; None if the mark that starts a part is missing."""

    scheme: str
    opaque: str
    authority: _Authority | None
    path: str
    query: str | None
    fragment: str | None


def _split(text: str) -> _Parts:
    text, hash_mark, fragment = text.partition("#")
    if not text.isprintable() and re.search(_CONTROL, text):
        raise RefusedURL("it has a control character")
    if text.startswith(":"):
        raise RefusedURL("it starts with a colon")
    before, colon, after = text.partition(":")
    has_scheme = colon and before[0].isalpha() and _IN_SCHEME.issuperset(before)
    scheme = before.lower() if has_scheme else ""
    rest, mark, query = (after if has_scheme else text).partition("?")
    opaque, authority = "", None
    if not rest.startswith("/"):
        if scheme:  # what Go calls opaque, as in mailto:alice@cozy.example
            opaque, rest = rest, ""
        elif ":" in rest.split("/", 1)[0]:
            raise RefusedURL("the part before its first colon is not a scheme")
    elif rest.startswith("//") and (scheme or not rest.startswith("///")):
        before, slash, path = rest[2:].partition("/")
        authority = _authority(before)
        rest = slash + path
    if has_bad_escape(rest) or has_bad_escape(fragment):
        raise RefusedURL("it has a `%` without two hex digits after it")
    return _Parts(
        scheme,
        opaque,
        authority,
        rest,
        query if mark else None,
        fragment if hash_mark else None,
    )


def _authority(text: str) -> _Authority:
    """Return the parts of an authority. Raises RefusedURL if Go refuses one."""
    user_info, at_sign, host = text.rpartition("@")
    bracket = host.rfind("[")
    if bracket >= 0:
        host, port = _address(host[bracket:])  # Go drops what is before it, up to Go 1.25.7
    else:
        host, colon, number = host.rpartition(":") if ":" in host else (host, "", "")
        port = colon + number
    if port and not re.fullmatch(_PORT, port):
        raise RefusedURL("its port is not a number")
    is_plain = bracket >= 0 or _IN_MOST_HOSTS.issuperset(host)
    if not is_plain and (re.search(_NOT_IN_HOST, host) or has_bad_escape(host)):
        raise RefusedURL("its host has a character that is not allowed")
    if user_info and (re.search(_NOT_IN_USER_INFO, user_info) or has_bad_escape(user_info)):
        raise RefusedURL("the part before its `@` has a character that is not allowed")
    return _Authority(user_info if at_sign else None, host, port)


def _address(host: str) -> tuple[str, str]:
    """Return an IPv6 address in brackets, and what is after it. Raises RefusedURL."""
    address, bracket, port = host.rpartition("]")
    if not bracket:
        raise RefusedURL("the `[` of its host is not closed")
    number, mark, zone = address[1:].partition("%25")
    if has_bad_escape(zone) or re.search(_NOT_IN_ZONE, zone) or (mark and not zone):
        raise RefusedURL("its host has a zone that is not allowed")
    import ipaddress  # only for such a host

    try:
        ipaddress.IPv6Address(number.replace("%", " "))  # a zone is not a part of it
    except ValueError:
        raise RefusedURL("the part in `[]` is not an IPv6 address") from None
    return f"{address}]", port


# Characters that Go does not encode in a part (_IN), and those that it keeps if no others need it
# (_LEFT_IN).
_IN_USER_INFO = "-_.~$&+,;="
_IN_HOST = "-_.~!$&'()*+,;=:[]<>\""
_IN_PATH = "-_.~$&+,/:;=@"
_LEFT_IN_PATH = f"{_IN_PATH}!'()*[]%"
_IN_FRAGMENT = "-_.~$&+,/:;=?@!()*"
_LEFT_IN_FRAGMENT = f"{_IN_FRAGMENT}'[]%"


def _encoded(text: str, safe: str, left: str) -> str:
    """Return a part as it is if all its characters are allowed, else decoded and encoded again."""
    if quote(text, safe=left) == text:
        return text
    return quote(unquote_to_bytes(text), safe)


def _unescaped(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "surrogateescape")


def _escaped(text: str) -> str:
    return quote_plus(text, errors="surrogateescape")


_SHOWN = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
