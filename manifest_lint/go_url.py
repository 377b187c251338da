"""URLs as Go's net/url takes them apart, and refuses them.

The stack parses the endpoints of an account type so; one that is refused stops the login.
[golang net/url url.go, Parse; the data of runs are replayed by `python -m tests.conformance wire`]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import manifest_lint.go_json  # noqa: F401  # brings the error handler "go"

BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
"""A percent sign that begins no percent-encoding."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
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
    text, hash_mark, fragment = text.partition("#")
    if _CONTROL.search(text):
        raise RefusedURL("it holds a control character")
    if text.startswith(":"):
        raise RefusedURL("it begins with a colon")
    found = _SCHEME.match(text)
    scheme = found[0].lower() if found else ""
    rest, _, query = (text[found.end() + 1 :] if found else text).partition("?")
    host = ""
    if not rest.startswith("/"):
        if scheme:  # what Go calls opaque, as in mailto:somebody
            return GoURL(scheme, "", "", query, bool(hash_mark))
        if ":" in rest.split("/", 1)[0]:
            raise RefusedURL("what stands before its first colon is no scheme")
    elif rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        host = _host(authority)
        rest = slash + path
    if BAD_ESCAPE.search(rest) or BAD_ESCAPE.search(fragment):
        raise RefusedURL("it holds a `%` that is no percent-encoding")
    return GoURL(scheme, host.lower(), rest, query, bool(hash_mark))


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


def _host(authority: str) -> str:
    """Check user info, host and port, and give the host alone."""
    user_info, _, host = authority.rpartition("@")
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
    return host


def _unescaped(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "go")
