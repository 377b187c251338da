"""What the official template writes into a manifest, and which of it is left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.vocabulary import (
    TEMPLATE_DESCRIPTIONS,
    TEMPLATE_DEVELOPER,
    TEMPLATE_DOCTYPES,
    TEMPLATE_HOST,
    TEMPLATE_ICONS,
    TEMPLATE_REPOSITORIES,
    TEMPLATE_SCREENSHOTS,
    TEMPLATE_STARTS,
    TEMPLATE_TEXTS,
)

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_REPOSITORIES = tuple(f"/{name}" for name in TEMPLATE_REPOSITORIES)
_TEXTS: dict[str, frozenset[str]] = {
    **TEMPLATE_TEXTS,
    "developer": TEMPLATE_DEVELOPER,
    "locales": TEMPLATE_DESCRIPTIONS,
    "permissions": TEMPLATE_DOCTYPES,
    "screenshots": TEMPLATE_SCREENSHOTS,
}


_LONGEST = max(map(len, (*TEMPLATE_DESCRIPTIONS, *TEMPLATE_TEXTS["name"])))
"""Characters of the longest text under the keys of TEMPLATE_STARTS, and more than in a start."""

_NAMED_LIKE_ITS_NAME = r"cozy konnector .+|.+ [ck]onnector(?: v\d+)?"
"""A name that holds what the template is, next to what the connector is for."""

_OWNERS = r"(?i)(?:^|[/:])(?:konnectors|cozy|linagora)/"
_COZY = ("cozy", "linagora", "twake")
_COZY_SITE = r"(?:https?://)?(?:www\.)?cozy\.io/?"


def is_leftover(pointer: Pointer, value: str) -> bool:
    """Return whether a template wrote this value of a manifest, or the start of it."""
    first = str(pointer[0])
    texts, text = _texts(first), value.strip()
    if first in TEMPLATE_STARTS:
        text = text[: _LONGEST + 1].lower()  # descriptions may be long
        return text in texts or text.startswith(TEMPLATE_STARTS[first])
    text = text.lower()
    if first == "source":
        path = text.split("#", 1)[0].removesuffix("/").removesuffix(".git")
        return f"/{path.replace(':', '/')}".endswith(_REPOSITORIES)
    if first in ("vendor_link", "vendorLink"):
        host = text.split("://", 1)[-1].split("/", 1)[0]
        return text in TEMPLATE_TEXTS["vendor_link"] or f".{host}".endswith(f".{TEMPLATE_HOST}")
    return text in texts


def is_adapted(pointer: Pointer, value: str) -> bool:
    """Return whether only the start of a value is the template's."""
    text, first = value.strip().lower(), str(pointer[0])
    return text not in _texts(first) and text.startswith(TEMPLATE_STARTS.get(first, ()))


def _texts(key: str) -> frozenset[str]:
    """Return what templates write under a key of a manifest, and below it."""
    return _TEXTS.get(key, frozenset())


def _is_of_cozy(text: str) -> bool:
    small = text.lower()
    return any(name in small for name in _COZY)


def reads_like_the_name(name: str) -> bool:
    """Return whether a name is the service's and the word of the template's: `X connector`."""
    if "onnector" not in name.lower():
        return False  # most names
    return re.fullmatch(_NAMED_LIKE_ITS_NAME, name.strip(), re.IGNORECASE) is not None


def leftover_of_developer(manifest: dict[str, Any]) -> str | None:
    """Return which key of `developer` is still the template's, Cozy's; None if neither is.

    It is `url` for a developer of another name, and `name` if editor and source are others' too.
    """
    developer = manifest.get("developer")
    if not isinstance(developer, dict):
        return None
    name, url = developer.get("name"), developer.get("url")
    if not isinstance(name, str) or not name:
        return None
    if not _is_of_cozy(name):
        is_left = (
            isinstance(url, str)
            and _is_of_cozy(url)
            and re.fullmatch(_COZY_SITE, url.strip(), re.IGNORECASE)
        )
        return "url" if is_left else None
    editor, source = manifest.get("editor"), manifest.get("source")
    of_others = (
        isinstance(editor, str)
        and editor != ""
        and not _is_of_cozy(editor)
        and isinstance(source, str)
        and source != ""
        and not re.search(_OWNERS, source)
    )
    return "name" if of_others else None


def is_icon(data: bytes) -> bool:
    """Return whether a file is a template's icon."""
    if len(data) not in TEMPLATE_ICONS:
        return False
    import hashlib  # slow to load: only for a file of that size

    return hashlib.md5(data, usedforsecurity=False).hexdigest() == TEMPLATE_ICONS[len(data)]


LARGEST_ICON = max(TEMPLATE_ICONS)
"""The bytes of the largest icon of a template."""
