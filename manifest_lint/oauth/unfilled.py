"""What is still to be filled in within a URL, as documentation writes it.

[RFC 6570; RFC 2606 section 3; manuals of Auth0, Microsoft and Okta]
"""

from __future__ import annotations

import re

from manifest_lint.document.secret import is_placeholder
from manifest_lint.text.wording import short

_NOTATIONS = re.compile(
    r"<[^<>]*>|\.{3}|\u2026|(?<![${#])\{[A-Za-z_][\w. -]*\}(?!\})|\[[A-Za-z_][\w. -]*\]"
    r"|(?<=/):[A-Za-z_]\w*"
)
_HOST = re.compile(r"^\w+://(?:oauthcallback\.)?([^/:?#@]*)")
_HOST_TO_REPLACE = re.compile(
    r"(?:.*\.)?(?:your|votre)[-_]?(?:own[-_]?)?(?:okta|auth0|sub)?[-_]?(?:domaine?|tenant|host"
    r"|instance|server|serveur|company|societe|organi[sz]ation|org|region|site|cozy)(?:name)?"
    r"(?:\..*)?|your\.(?:domain|host|instance)(?:\..*)?|domaine?(?:[-_]?name)?"
    r"|(?:.*\.)?example\.(?:com|net|org)|.*\.tld"
)
"""Only hosts that cannot be meant: `mydomain.fr` may be someone's own, and is left out."""


def left_in(name: str, url: str) -> str:
    """Return one line on what is still to be filled in within the URL `name`, "" if nothing is.

    What programs fill in, such as `${DOMAIN}`, and a URL that is a placeholder as a whole, such as
    `<URL>`, are left out.
    """
    if "://" in url and url.startswith("<") and url.endswith(">"):
        return f"remove `<` and `>` around `{name}`"
    if is_placeholder(url):
        return ""
    part = _part(url)
    return f"fill in `{short(part)}` in `{name}`: it is used as it is" if part else ""


def _part(url: str) -> str:
    if found := _NOTATIONS.search(url):
        return found[0]
    host = _HOST.match(url)
    return host[1] if host and _HOST_TO_REPLACE.fullmatch(host[1].lower()) else ""
