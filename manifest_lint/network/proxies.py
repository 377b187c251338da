"""Find the proxy for a request from the environment variables that curl reads.

The standard library's `urllib.request` differs: it does not prefer the lower-case variables,
matches `no_proxy` in the middle of a name, and has no CIDR blocks. So the rules are written out
here, and tests/network/test_proxies.py runs curl itself on each case. [curl: lib/url.c,
lib/noproxy.c]
"""

from __future__ import annotations

import ipaddress
import re
import socket
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlsplit

from manifest_lint.errors import UserError

_DEFAULT_PORTS = {"http": 1080, "https": 443}
"""The port of a proxy whose URL names none [curl: CURL_DEFAULT_PROXY_PORT]."""


@dataclass(frozen=True)
class Proxy:
    """A proxy: `url` is scheme, host and port, without credentials, as is the repr."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return the host and the port."""
        return self.url.partition("//")[2]


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for a URL, None for a direct connection.

    Raises UserError, which names the variable, for a proxy that cannot be used.
    """
    parts = urlsplit(url)
    # Not HTTP_PROXY: under CGI, the client of a request sets it with the header Proxy.
    own = ["http_proxy"] if parts.scheme == "http" else ["https_proxy", "HTTPS_PROXY"]
    variable = _first([*own, "all_proxy", "ALL_PROXY"], environment)
    if not variable:
        return None
    direct = environment.get(_first(["no_proxy", "NO_PROXY"], environment), "")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if is_direct(parts.hostname or "", port, direct):
        return None
    return _proxy(variable, environment[variable])


def basic(user: bytes, password: bytes) -> str:
    """Return the value of an authorization header with user and password [RFC 7617]."""
    return f"Basic {b64encode(user + b':' + password).decode('ascii')}"


def is_direct(host: str, port: int, no_proxy: str) -> bool:
    """Return whether a list as in NO_PROXY names a host.

    It has names, which include their subdomains, and addresses or CIDR blocks; a single `*` means
    all hosts. There are two differences from curl 7.88: as in Go, an entry may end in the port that
    it is for; and IPv6 addresses are compared in any notation and with CIDR blocks, as curl
    documents it, while curl compares them as strings.
    """
    if no_proxy == "*":
        return True
    host = _normal(host)
    return any(_names(entry, host, port) for entry in re.split("[ \t,]+", no_proxy) if entry)


def _first(names: list[str], environment: Mapping[str, str]) -> str:
    """Return the first variable that is set and not empty."""
    return next((name for name in names if environment.get(name)), "")


def _normal(host: str) -> str:
    """Return a host as curl's URL parser writes it: IPv4 as four numbers, a name in ASCII."""
    try:
        ascii = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:  # too long, or with characters that are not allowed in a name
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(ascii))  # it reads 127.1 and 0x7f000001 too
    except (OSError, ValueError):  # a name, and one with a NUL byte
        return ascii


def _names(entry: str, host: str, port: int) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _names_host(_without_port(entry, port), host)
    return _names_address(entry, address) or _names_address(_without_port(entry, port), address)


def _without_port(entry: str, port: int) -> str:
    """Return an entry without its port, or an empty string if it is for another port."""
    name, colon, digits = entry.rpartition(":")
    if not colon or not digits.isdecimal() or (":" in name and not name.endswith("]")):
        return entry
    return name.strip("[]") if int(digits) == port else ""


def _names_host(entry: str, host: str) -> bool:
    entry, host = entry.removesuffix(".").removeprefix(".").lower(), host.removesuffix(".").lower()
    return bool(entry) and (host == entry or host.endswith(f".{entry}"))


def _names_address(entry: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an entry is this address, or a block that contains it.

    Anything after the number of bits is ignored; no number or 0 means all bits [lib/noproxy.c].
    """
    network, _, length = entry.partition("/")
    digits = re.match(r"[+-]?[0-9]{1,9}", length)
    bits = (int(digits[0]) if digits else 0) or address.max_prefixlen
    try:
        other = ipaddress.ip_address(network)
    except ValueError:
        return False
    if other.version != address.version or not 0 < bits <= address.max_prefixlen:
        return False
    return (int(other) ^ int(address)) >> (address.max_prefixlen - bits) == 0


def _proxy(variable: str, value: str) -> Proxy:
    """Return the proxy in a variable. Messages do not quote it, as it may contain a password."""
    scheme, separator, _ = value.partition("://")
    scheme = scheme.lower() if separator else "http"
    if scheme not in _DEFAULT_PORTS:
        raise UserError(f"{variable}: the proxy is not http:// or https://; use one that is")
    try:
        parts = urlsplit(value if separator else f"http://{value}")
        host, port = parts.hostname, parts.port or _DEFAULT_PORTS[scheme]
    except ValueError:
        host, port = None, 0
    if not host or not host.isascii() or any(character.isspace() for character in host):
        raise UserError(f"{variable}: is not the URL of a proxy; set http://HOST:PORT")
    headers = {}
    if parts.username is not None:
        user, password = _bytes(parts.username), _bytes(parts.password or "")
        headers["Proxy-Authorization"] = basic(user, password)
    return Proxy(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}", headers)


def _bytes(text: str) -> bytes:
    """Return the bytes that a percent-encoded part of a URL means."""
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
