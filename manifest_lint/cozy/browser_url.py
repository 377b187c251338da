"""Web addresses as browsers read and write them; they differ from what Go accepts.

[WHATWG URL, as of 2025; only the schemes http and https, and no base]
"""

from __future__ import annotations

import re
from typing import NamedTuple

from manifest_lint.cozy import browser_host

_SCHEME = re.compile(r"(https?):[/\\]*", re.IGNORECASE)
_PARTS = re.compile(r"([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_OWN_PORTS = {"http": 80, "https": 443}

_OF_FRAGMENT = re.compile("[^!#-;=?-_a-~]")
_OF_QUERY = re.compile("[^!$-&(-;=?-~]")
_OF_PATH = re.compile("[^!$-;=@-\\]_a-z|~]")
_OF_USER = re.compile("[^!$-.0-9A-Z_a-z~]")


class BrowserURL(NamedTuple):
    """The parts of a URL, all in ASCII; `query` and `fragment` are None where there is none."""

    scheme: str
    user: str
    host: str
    port: str
    path: str
    query: str | None
    fragment: str | None

    @property
    def origin(self) -> str:
        """The scheme and the host, with the port unless that is the scheme's own."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        """The host, with the port unless that is the scheme's own."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def search(self) -> str:
        """The query with its `?`; empty if the query is."""
        return f"?{self.query}" if self.query else ""

    @property
    def hash(self) -> str:
        """The fragment with its `#`; empty if the fragment is."""
        return f"#{self.fragment}" if self.fragment else ""

    def __str__(self) -> str:
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}://{self.user}{self.netloc}{self.path}{query}{fragment}"


def parse(text: str) -> BrowserURL:
    """Return the parts of a web address. Raises ValueError if a browser does not accept it."""
    text = re.sub("[\ud800-\udfff]", "\ufffd", text).strip("".join(map(chr, range(33))))
    text = re.sub(r"[\t\n\r]", "", text)
    start = _SCHEME.match(text)
    if not start:
        raise ValueError("not http or https")
    scheme = start[1].lower()
    parts = _PARTS.fullmatch(text, start.end())
    assert parts  # it matches anything
    authority, path, query, fragment = parts.groups()
    user, at, address = authority.rpartition("@")
    host, port = _host_and_port(address, _OWN_PORTS[scheme])
    return BrowserURL(
        scheme,
        _user(user) if at else "",
        host,
        port,
        _path(path),
        None if query is None else _encoded(_OF_QUERY, query),
        None if fragment is None else _encoded(_OF_FRAGMENT, fragment),
    )


def _user(text: str) -> str:
    name, _, password = text.partition(":")
    name, password = _encoded(_OF_USER, name), _encoded(_OF_USER, password)
    return f"{name}:{password}@" if password else f"{name}@" if name else ""


def _host_and_port(text: str, own_port: int) -> tuple[str, str]:
    end = text.find("]") + 1 if text.startswith("[") else 0
    host, colon, port = text[end:].partition(":")
    if colon and not re.fullmatch("[0-9]*", port):
        raise ValueError("not a port")
    number = int(port.lstrip("0")[:6] or "0") if port else own_port
    if number > 65535:
        raise ValueError("not a port")
    return browser_host.host(text[:end] + host), "" if number == own_port else str(number)


def _path(text: str) -> str:
    """Return a path without `.` and `..`, also where they are percent-encoded."""
    kept: list[str] = []
    *_, last = names = re.split(r"[/\\]", text)[1:] or [""]
    for name in names:
        plain = re.sub("%2e", ".", name, flags=re.IGNORECASE) if len(name) <= 6 else name
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(_encoded(_OF_PATH, name))
            continue
        if name is last:
            kept.append("")
    return "/" + "/".join(kept)


def _encoded(odd: re.Pattern[str], text: str) -> str:
    return odd.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
