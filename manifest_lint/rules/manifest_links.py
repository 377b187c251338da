"""M015, M016 and M024: addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.content.addresses import BARE_HOST, is_bare_host, lost_host, repository
from manifest_lint.cozy.template import leftover_of_developer
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text, quoted

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_GIT_SCHEMES = frozenset(
    ("git", "ssh", "http", "https", "git+ssh", "git+http", "git+https", "git+file", "registry")
)
_LIKE_SSH = r"[\w.-]+@[\w.-]+:\S+"
_SCHEME = r"[A-Za-z][A-Za-z0-9+-]*:"
_LINK = r"\]\(\s{0,9}<?([^\s()<>]+)"
_ENTITY = (
    r"&(nbsp(?=[A-Za-z0-9])|(?:#\d{2,6}|#[xX][\dA-Fa-f]{2,5}|[A-Za-z][A-Za-z0-9]{1,30})"
    r"(?![A-Za-z0-9;=]))"
)
_DEEPEST_TEXT = 8
_MOST_REPORTED = 100
"""At most this many links, and entities, are reported for one string: each fix reads it all.

One that is there more often is fixed at as many places.
"""


@rule("M015", "source", severity=WARNING, defers_to=("M011",))
def source(connector: Connector) -> Iterator[Finding]:
    """The `source` is not the address of this connector's git repository.

    Reviewers and users who look for the code find none, or another connector's. Without a
    registry, the stack installs from this address.

    Bad: {"source": "the code is on our forge"}
    Good: {"source": "https://git.example.org/connectors/sunmeter.git"}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-stack model/app/installer.go
    """
    written = connector.value.get("source")
    if not isinstance(written, str):
        return
    if not _is_git(written):
        message = f"`source` is not the address of a git repository: {quoted(written)}"
        yield Finding(message, ("source",))
        return
    other = connector.package.get("repository") if connector.package else None
    if isinstance(other, dict):
        other = other.get("url")
    there = repository(other) if isinstance(other, str) else None
    here = repository(written) if there else None
    if here and there and here != there:
        message = (
            f"`source` ({quoted(here)}) differs from `repository` in package.json ({quoted(there)})"
        )
        yield Finding(message, ("source",), fix=Fix("write the same repository in both"))


def _is_git(address: str) -> bool:
    """Return whether git, or a stack, may clone from an address."""
    scheme, _, rest = address.partition("://")
    if scheme in _GIT_SCHEMES:
        return rest.split() == [rest] and rest[0] != "/"
    return re.fullmatch(_LIKE_SSH, address) is not None


@rule("M016", "vendor-link", severity=WARNING, fix="unsafe", defers_to=("M011",))
def vendor_link(connector: Connector) -> Iterator[Finding]:
    """The `vendor_link` is not the address of a website.

    Apps show it as a link to the service; without `https://` the link leads to a page of the Cozy
    that does not exist. `http://` works, but is a note.

    Bad: {"vendor_link": "sunmeter.example"}
    Good: {"vendor_link": "https://sunmeter.example"}
    Source: cozy-apps-registry README, "Properties meaning"; WHATWG URL
    """
    for key in ("vendor_link", "vendorLink"):  # M003 reports the old name
        written = connector.value.get(key)
        if not isinstance(written, str):
            continue
        text = written.strip()
        if text[:8].lower() == "https://":
            continue
        if text[:7].lower() == "http://":
            why = "The link is not encrypted: an attacker on the network can redirect users."
            yield Finding(
                f"`{key}` uses http: write https",
                (key,),
                severity=NOTE,
                why=why,
                fix=_write(f"https://{text[7:]}", (key,)),
            )
        elif re.fullmatch(BARE_HOST, text):
            message = f"`{key}` does not start with https://: {quoted(written)}"
            yield Finding(message, (key,), fix=_write(f"https://{text}", (key,)))
        else:
            yield Finding(f"`{key}` is not a URL: {quoted(written)}", (key,))


def _write(text: str, pointer: Pointer) -> Fix:
    """Return a fix that writes another address, with an edit where the host name is valid."""
    edit = Edit(json.dumps(text, ensure_ascii=False), pointer)
    return Fix(f"write {quoted(text)}", False, (edit,) if lost_host(text) is None else ())


@rule("M024", "link", severity=WARNING, fix="unsafe", defers_to=("M016", "M011"))
def link(connector: Connector) -> Iterator[Finding]:
    """A link leads nowhere, or an HTML entity lacks its semicolon.

    Users who follow the link get an error: its host does not exist, or without `https://` it leads
    to a page of the app itself. An entity without its semicolon is shown as written; the site of
    the template's developer is a note.

    Bad: {"developer": {"name": "Example", "url": "https://www.example-service/com/"}}
    Good: {"developer": {"name": "Example", "url": "https://www.example-service.com/"}}
    Source: WHATWG URL; public suffix list; CommonMark 0.31, 2.5; the history of connectors
    """
    for pointer, value in _addresses(connector.value):
        if not isinstance(value, str):
            continue
        for finding in _of_address(pointer, value):
            if pointer[0] == "developer" and leftover_of_developer(connector.value) == "url":
                yield finding._replace(severity=NOTE, fix=None)  # M011 asks for another one
            else:
                yield finding
    manifest = connector.manifest
    if not (manifest.has_escapes or "&" in manifest.body or "](" in manifest.body):
        return  # most: no link and no entity, which may be escaped
    for pointer, text in _texts(connector):
        yield from _of_text(connector, pointer, text)


def _addresses(manifest: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    """Return each value that is an address."""
    for key in ("vendor_link", "vendorLink", "source"):
        if key in manifest:
            yield (key,), manifest[key]
    for key in ("developer", "terms"):
        if isinstance(around := manifest.get(key), dict):
            yield (key, "url"), around.get("url")
    if isinstance(domains := manifest.get("cookie_domains"), list):
        yield from ((("cookie_domains", index), item) for index, item in enumerate(domains))


_URLS = ("url", "vendor_link", "vendorLink")
"""The keys of addresses that are links and need a scheme; a `source` has other forms too."""


def _of_address(pointer: Pointer, value: str) -> Iterator[Finding]:
    text = value.strip()
    host = lost_host(text)
    if host is not None:
        yield Finding(f"{quoted(value)} leads nowhere: {_no_host(host)}", pointer)
    elif pointer[-1] in _URLS and text and not _has_scheme(text):
        fix = _write(f"https://{text}", pointer) if re.fullmatch(BARE_HOST, text) else None
        message = f"`{pointer_text(pointer)}` does not start with https://: {quoted(value)}"
        yield Finding(message, pointer, fix=fix)


def _has_scheme(text: str) -> bool:
    return text.startswith("https:") or re.match(_SCHEME, text) is not None


def _no_host(host: str) -> str:
    return f"{quoted(host)} is not a valid host" if host else "it has no host"


def _texts(connector: Connector) -> Iterator[tuple[Pointer, str]]:
    """Return each string that users read and that may have a link or an entity.

    They are in `locales`, and descriptions outside of it.
    """
    manifest = connector.value
    waiting: list[tuple[Pointer, Any]] = [
        (("locales",), manifest.get("locales")),
        (("description",), manifest.get("description")),
    ]
    if isinstance(partnership := manifest.get("partnership"), dict):
        waiting.append((("partnership", "description"), partnership.get("description")))
    for permission in connector.written_permissions:
        waiting.append((permission.at("description"), permission.read("description")))
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            if _may_have_one(value):
                yield pointer, value
        elif isinstance(value, dict | list) and len(pointer) < _DEEPEST_TEXT:
            inside = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((*pointer, step), inner) for step, inner in inside if _may_have_one(inner)]


def _may_have_one(value: Any) -> bool:
    return not isinstance(value, str) or "](" in value or "&" in value  # few strings


def _of_text(connector: Connector, pointer: Pointer, text: str) -> Iterator[Finding]:
    """Report each wrong link and each entity without its semicolon once."""
    where = pointer_text(pointer)
    for target in _first(_LINK, text):
        host = lost_host(target)
        if host is not None:
            message = f"the link to {quoted(target)} in `{where}` leads nowhere: {_no_host(host)}"
            yield Finding(message, pointer)
        elif is_bare_host(target):
            fix = _in_text(connector, pointer, re.escape(f"]({target}"), f"](https://{target}")
            fix = fix._replace(title=f"write {quoted(f'https://{target}')}")
            message = f"the link to {quoted(target)} in `{where}` does not start with https://"
            yield Finding(message, pointer, fix=fix)
    if "&" in text:
        for entity in _first(_ENTITY, _without_urls(text)):
            if _is_entity(entity):
                end = "(?!;)" if entity == "nbsp" else "(?![A-Za-z0-9;=])"
                fix = _in_text(connector, pointer, f"&{entity}{end}", f"&{entity};")
                message = f"`&{entity}` in `{where}` lacks its semicolon"
                yield Finding(message, pointer, fix=fix)


def _first(pattern: str, text: str) -> Iterator[str]:
    return islice(dict.fromkeys(re.findall(pattern, text)), _MOST_REPORTED)


def _without_urls(text: str) -> str:
    """Remove what looks like a URL: `&` separates its parameters."""
    return " ".join(word for word in text.split() if "://" not in word and "?" not in word)


def _is_entity(name: str) -> bool:
    """Return whether `&name` is meant as an entity: browsers complete it, or it is an HTML 4 mark.

    Others may be words: `mail&phone`, `son&image`.
    """
    from html.entities import html5, name2codepoint  # only for a text with an `&`
    from unicodedata import category

    if name[0] == "#" or name in html5:
        return True
    char = chr(name2codepoint.get(name, 0))
    return category(char)[0] in "PZ" or char in "\u20ac\u0153\u0152"


def _in_text(connector: Connector, pointer: Pointer, pattern: str, new: str) -> Fix:
    """Return a fix that replaces parts of a string, the first ones if there are many."""
    place = connector.manifest.at(pointer)
    found = re.compile(pattern).finditer(connector.manifest.body, place.start, place.end)
    edits = tuple(Edit(new, span=one.span()) for one in islice(found, _MOST_REPORTED))
    return Fix(f"write {quoted(new)}", False, edits)
