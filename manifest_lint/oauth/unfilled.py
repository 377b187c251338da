"""What is still to be filled in within a URL, as documentation writes it.

[RFC 6570; RFC 2606 section 3; manuals of Auth0, Microsoft and Okta]
"""

from __future__ import annotations

import re

from manifest_lint.document.secret import is_placeholder
from manifest_lint.text.wording import short

_AROUND = {"<": ">", '"': '"', "'": "'", "\u201c": "\u201d", "\u00ab": "\u00bb", "[": ")", "(": ")"}
"""What a URL may be copied with, such as the quotes of a shell, or a link in Markdown."""

_NOTATIONS = (
    r"<[^<>]*>|\.{3}|\u2026|(?<![${#])\{[A-Za-z_][\w. -]*\}(?!\})|\[[A-Za-z_][\w. -]*\]"
    r"|(?<=/):[A-Za-z_]\w*|%[A-Za-z]*[G-Zg-z][A-Za-z]*%|__[A-Za-z]+__"
    r"|(?<=/)(?i:(?:(?:your|votre)[-_]?(?:tenant|realm|directory|domain|instance|policy|slug)"
    r"|tenant)[-_]?(?:id|name)|(?:your|votre)[-_]?(?:tenant|realm|domain|slug))(?=/)"
    r"|(?<=/)(?:TENANT|REALM)(?=/)"
)
_MARKS = ("<", "...", "\u2026", "{", "[", "/:", "%", "__", "your", "votre", "tenant", "realm")
"""One of them is in each such part, in any case, but not in most URLs."""

_HOST = r"\w+://(?:oauthcallback\.)?([^/:?#@]*)"
_HOST_TO_REPLACE = (
    r"(?:.*\.)?(?:your|votre)[-_]?(?:own[-_]?)?(?:okta|auth0|sub)?[-_]?(?:domaine?|tenant|host"
    r"|instance|server|serveur|company|societe|organi[sz]ation|org|region|site|cozy)(?:name)?"
    r"(?:\..*)?|your\.(?:domain|host|instance)(?:\..*)?|domaine?(?:[-_]?name)?"
    r"|(?:.*\.)?example\.(?:com|net|org)|.*\.tld|x{3,}(?:\..*)?"
)
"""Only hosts that cannot be meant: `mydomain.fr` may be someone's own, and is left out."""

_REAL = (".your-server.de",)
"""Hosts that look so, but exist: those of Hetzner's customers."""

_WORDS = ("your", "votre", "domain", "example.", ".tld", "xxx")
"""One of them is in each such host. Few URLs have one, so few need the expression above."""


def left_in(name: str, url: str) -> str:
    """Return one line on what is still to be filled in within the URL `name`, "" if nothing is.

    What programs fill in, such as `${DOMAIN}`, and a URL that is a placeholder as a whole, such as
    `<URL>`, are left out.
    """
    if "://" in url and (around := _AROUND.get(url[:1])) and url.endswith(around):
        return f"remove what is around the URL in `{name}`: `{url[0]}` and `{around}`"
    if is_placeholder(url):
        return ""
    part = _part(url)
    return f"fill in `{short(part)}` in `{name}`: it is used as it is" if part else ""


def _part(url: str) -> str:
    small = url.lower()
    if any(mark in small for mark in _MARKS) and (found := re.search(_NOTATIONS, url)):
        return found[0]
    host = re.match(_HOST, url) if any(word in small for word in _WORDS) else None
    if not host or not any(word in host[1].lower() for word in _WORDS):
        return ""
    small = host[1].lower()
    if small.endswith(_REAL) or not re.fullmatch(_HOST_TO_REPLACE, small):
        return ""
    return host[1]
