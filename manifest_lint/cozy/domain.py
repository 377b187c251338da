"""The domain of an instance: as people type it, and as stack and browser have it."""

from __future__ import annotations

import re

_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_NORMAL = rf"(?:{_LABEL}\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?(?::[1-9][0-9]{{3}})?"
_IN_MOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
_NOT_IN_DOMAIN = r"[\s\x00-\x1f\x7f\\?#@]"


def normalised(text: str) -> str | None:
    """Return a domain in small letters and ASCII, with its port unless that is the default one.

    `https://` before it and a dot or slash after it are left out. None if a browser does not accept
    it as a host, with or without a port. [WHATWG URL, host parsing; RFC 5891]
    """
    if _is_usual(text) or re.fullmatch(_NORMAL, text):
        return text
    from manifest_lint.cozy import browser_url  # only for what is not usual

    text = text.strip()
    has_scheme = re.match("https?://", text, re.IGNORECASE)
    if re.search(_NOT_IN_DOMAIN, text):
        return None
    try:
        url = browser_url.parse(text if has_scheme else f"https://{text}")
    except ValueError:
        return None
    host, colon, port = url.netloc.partition(":") if "[" not in url.host else (url.netloc, "", "")
    host = host.removesuffix(".")
    if url.path != "/" or not all(host.split(".")):
        return None
    return f"{host}{colon}{port}"


def _is_usual(text: str) -> bool:
    """Return whether a text is as most domains are: small letters in ASCII, without a port."""
    labels = text.split(".")
    are_sound = all(label and label[0] != "-" != label[-1] for label in labels)
    return are_sound and labels[-1][0].isalpha() and _IN_MOST.issuperset(text)


def host_of(text: str) -> str:
    """Return the host of a domain as a browser has it, without a port.

    It is the text itself if a browser accepts none.
    """
    found = normalised(text)
    return text if found is None or found.startswith("[") else found.partition(":")[0]
