"""URLs as Go's net/url takes them apart, refuses them, and writes them again.

The stack parses the endpoints of an account type so; one that is refused stops the login.
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
"""A percent sign that begins no percent-encoding."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OWN_PORTS = {"http": "80", "https": "443"}
_PORT = re.compile(r":[0-9]*")
_NOT_IN_USER_INFO = re.compile(r"[^A-Za-z0-9._:~!$&'()*+,;=%@-]")
# Go lets percent-encoding stand in a host for bytes beyond ASCII alone, and for `%` in a zone.
_NOT_IN_HOST = re.compile(r"%(?![89A-Fa-f]|25)|[\x00-\x20#/?@\\^`{|}\x7f]")
_TO_BE_FILLED_IN = re.compile(r"<[^<>]*>|\$\{|\{\{|\$[A-Z][A-Z_]|\.{3}|\u2026")


class RefusedURL(ValueError):
    """A text that Go does not take for a URL; the message says why, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class GoURL:
    """The parts of a URL: `host` is in lower case and without the port, `scheme` in lower case."""

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
    """Take a URL apart as Go does. Raises RefusedURL for what Go refuses; that is not much."""
    parts = _split(text)
    _, host, _ = _authority(parts.authority or "")
    return GoURL(
        parts.scheme, host.lower(), parts.path, parts.query or "", parts.fragment is not None
    )


def origin(text: str) -> str:
    """Give the origin of a URL, `scheme://host` and the port unless it is the scheme's own.

    Empty for what is no address of the web. Raises RefusedURL for what Go refuses. [RFC 6454]
    """
    parts = _split(text)
    _, host, port = _authority(parts.authority or "")
    if parts.scheme not in _OWN_PORTS or not host:
        return ""
    number = port[1:].lstrip("0")
    shown = f":{number}" if number and number != _OWN_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{host.lower()}{shown}"


def with_query(text: str, query: str | None) -> str:
    """Give a URL as Go writes it again with another query, with its own if that is None.

    Scheme in lower case, what may not stand in path, fragment and user info encoded, the rest as
    it was. Raises RefusedURL. [golang net/url url.go, URL.String]
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
    """Write a query as Go's Values.Encode does: keys in order, of equal ones the first first."""
    return "&".join(
        f"{quote_plus(key)}={quote_plus(value)}"
        for key, value in sorted(pairs, key=lambda pair: pair[0])
    )


def query_pairs(query: str) -> Iterator[tuple[str, str]]:
    """Give the pairs that Go reads of a query: those with a `;` or a bad `%` are dropped."""
    for pair in query.split("&"):
        if pair and ";" not in pair and not BAD_ESCAPE.search(pair):
            key, _, value = pair.partition("=")
            yield _unescaped(key), _unescaped(value)


def drops_pairs(query: str) -> bool:
    """Tell whether Go drops something of a query without a word."""
    return ";" in query or BAD_ESCAPE.search(query) is not None


def is_template(url: str) -> bool:
    """Tell whether a part of a URL is still to be filled in: `<domain>`, `${HOST}`, `...`."""
    return _TO_BE_FILLED_IN.search(url) is not None


class _Parts(NamedTuple):
    """What Go finds in a URL, as written; None where the mark that begins a part is not there."""

    scheme: str
    opaque: str
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def _split(text: str) -> _Parts:
    text, hash_mark, fragment = text.partition("#")
    if _CONTROL.search(text):
        raise RefusedURL("it holds a control character")
    if text.startswith(":"):
        raise RefusedURL("it begins with a colon")
    found = _SCHEME.match(text)
    scheme = found[0].lower() if found else ""
    rest, mark, query = (text[found.end() + 1 :] if found else text).partition("?")
    opaque, authority = "", None
    if not rest.startswith("/"):
        if scheme:  # what Go calls opaque, as in mailto:somebody
            opaque, rest = rest, ""
        elif ":" in rest.split("/", 1)[0]:
            raise RefusedURL("what stands before its first colon is no scheme")
    elif rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        _authority(authority)
        rest = slash + path
    if BAD_ESCAPE.search(rest) or BAD_ESCAPE.search(fragment):
        raise RefusedURL("it holds a `%` that is no percent-encoding")
    return _Parts(
        scheme,
        opaque,
        authority,
        rest,
        query if mark else None,
        fragment if hash_mark else None,
    )


def _authority(authority: str) -> tuple[str | None, str, str]:
    """Check user info, host and port, and give each; the port with its colon."""
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
        raise RefusedURL("its host holds a character that no host may")
    if _NOT_IN_USER_INFO.search(user_info) or BAD_ESCAPE.search(user_info):
        raise RefusedURL("what stands before its `@` holds a character that may not")
    return (user_info if at_sign else None), host, port


# What Go leaves as it is when it encodes a part, and what it lets stand in one that was written so.
_IN_USER_INFO = "-_.~$&+,;="
_IN_HOST = "-_.~!$&'()*+,;=:[]<>\""
_IN_PATH = "-_.~$&+,/:;=@"
_LEFT_IN_PATH = f"{_IN_PATH}!'()*[]%"
_IN_FRAGMENT = "-_.~$&+,/:;=?@!()*"
_LEFT_IN_FRAGMENT = f"{_IN_FRAGMENT}'[]%"


def _encoded(text: str, safe: str, left: str) -> str:
    """Give a part as it is where all of it may stand there, else encoded anew."""
    if quote(text, safe=left) == text:
        return text
    return quote(unquote_to_bytes(text), safe)


def _unescaped(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "go")
