"""URLs as Go's net/url parses, refuses and writes them.

The stack parses the endpoints of an account type this way; a refused one stops the login.
[golang net/url url.go, Parse; the data of runs are replayed by `python -m tests.conformance wire`]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote_to_bytes

import manifest_lint.document.go_json  # noqa: F401  # brings the error handler "go"

BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
"""A percent sign that does not start a percent-encoding."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OWN_PORTS = {"http": "80", "https": "443"}
_PORT = re.compile(r":[0-9]*")
_NOT_IN_USER_INFO = re.compile(r"[^A-Za-z0-9._:~!$&'()*+,;=%@-]")
# In a host, Go accepts percent-encoding only for bytes beyond ASCII, and for `%` in a zone.
_NOT_IN_HOST = re.compile(r"%(?![89A-Fa-f]|25)|[\x00-\x20#/?@\\^`{|}\x7f]")
_TO_BE_FILLED_IN = re.compile(r"<[^<>]*>|\$\{|\{\{|\$[A-Z][A-Z_]|\.{3}|\u2026")


class RefusedURL(ValueError):
    """A string that Go does not accept as a URL; the message says why, and does not quote it."""


@dataclass(frozen=True, slots=True)
class GoURL:
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


def parse(text: str) -> GoURL:
    """Return the parts of a URL as Go parses it. Raises RefusedURL if Go refuses it (rarely)."""
    parts = _split(text)
    _, host, _ = _authority(parts.authority or "")
    return GoURL(
        parts.scheme, host.lower(), parts.path, parts.query or "", parts.fragment is not None
    )


def origin(text: str) -> str:
    """Return the origin of a URL: `scheme://host`, and the port unless it is the default one.

    It is empty if the URL is not http or https. Raises RefusedURL if Go refuses it. [RFC 6454]
    """
    parts = _split(text)
    _, host, port = _authority(parts.authority or "")
    if parts.scheme not in _OWN_PORTS or not host:
        return ""
    number = port[1:].lstrip("0")
    shown = f":{number}" if number and number != _OWN_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{host.lower()}{shown}"


def with_query(text: str, query: str | None) -> str:
    """Return a URL as Go writes it with another query, or with its own if `query` is None.

    The scheme is in lower case. Characters that path, fragment and user info may not have are
    encoded; the rest stays. Raises RefusedURL. [golang net/url url.go, URL.String]
    """
    parts = _split(text)
    written = f"{parts.scheme}:" if parts.scheme else ""
    path = _encoded(parts.path, _IN_PATH, _LEFT_IN_PATH)
    if parts.opaque:
        written += parts.opaque
    elif parts.authority is not None:
        user_info, host, port = _authority(parts.authority)
        if user_info is not None:
            name, colon, password = user_info.partition(":")
            quoted = (quote(unquote_to_bytes(part), _IN_USER_INFO) for part in (name, password))
            written += f"//{colon.join(quoted) if colon else next(quoted)}@"
        elif host or port or path:
            written += "//"
        written += quote(unquote_to_bytes(host + port), _IN_HOST) + path
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
    """Return a query as Go's Values.Encode writes it: sorted by key, equal keys as they come."""
    return "&".join(
        f"{quote_plus(key)}={quote_plus(value)}"
        for key, value in sorted(pairs, key=lambda pair: pair[0])
    )


def query_pairs(query: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs that Go reads from a query: those with a `;` or a bad `%` are dropped."""
    for pair in query.split("&"):
        if pair and ";" not in pair and not BAD_ESCAPE.search(pair):
            key, _, value = pair.partition("=")
            yield _unescaped(key), _unescaped(value)


def drops_pairs(query: str) -> bool:
    """Return whether Go silently drops a part of a query."""
    return ";" in query or BAD_ESCAPE.search(query) is not None


def is_template(url: str) -> bool:
    """Return whether a part of a URL is still to be filled in: `<domain>`, `${HOST}`, `...`."""
    return _TO_BE_FILLED_IN.search(url) is not None


class _Parts(NamedTuple):
    """What Go finds in a URL, as written; None if the mark that starts a part is missing."""

    scheme: str
    opaque: str
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def _split(text: str) -> _Parts:
    text, hash_mark, fragment = text.partition("#")
    if _CONTROL.search(text):
        raise RefusedURL("it has a control character")
    if text.startswith(":"):
        raise RefusedURL("it starts with a colon")
    found = _SCHEME.match(text)
    scheme = found[0].lower() if found else ""
    rest, mark, query = (text[found.end() + 1 :] if found else text).partition("?")
    opaque, authority = "", None
    if not rest.startswith("/"):
        if scheme:  # what Go calls opaque, as in mailto:alice@cozy.example
            opaque, rest = rest, ""
        elif ":" in rest.split("/", 1)[0]:
            raise RefusedURL("the part before its first colon is not a scheme")
    elif rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        _authority(authority)
        rest = slash + path
    if BAD_ESCAPE.search(rest) or BAD_ESCAPE.search(fragment):
        raise RefusedURL("it has a `%` that is not a percent-encoding")
    return _Parts(
        scheme,
        opaque,
        authority,
        rest,
        query if mark else None,
        fragment if hash_mark else None,
    )


def _authority(authority: str) -> tuple[str | None, str, str]:
    """Return user info, host and port, with its colon. Raises RefusedURL if Go refuses one."""
    user_info, at_sign, host = authority.rpartition("@")
    if host.startswith("["):
        end = host.rfind("]")
        if end < 0:
            raise RefusedURL("the `[` of its host is not closed")
        host, port = host[: end + 1], host[end + 1 :]
    else:
        host, colon, port = host.rpartition(":") if ":" in host else (host, "", "")
        port = colon + port
    if port and not _PORT.fullmatch(port):
        raise RefusedURL("its port is not a number")
    if _NOT_IN_HOST.search(host) or BAD_ESCAPE.search(host):
        raise RefusedURL("its host has a character that is not allowed")
    if _NOT_IN_USER_INFO.search(user_info) or BAD_ESCAPE.search(user_info):
        raise RefusedURL("the part before its `@` has a character that is not allowed")
    return (user_info if at_sign else None), host, port


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
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "go")
