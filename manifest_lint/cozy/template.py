"""Texts that the official template writes into a manifest, and which of them are left."""

from __future__ import annotations

from manifest_lint.cozy.vocabulary import (
    TEMPLATE_DESCRIPTIONS,
    TEMPLATE_DEVELOPER,
    TEMPLATE_DOCTYPES,
    TEMPLATE_HOST,
    TEMPLATE_REPOSITORIES,
    TEMPLATE_SCREENSHOTS,
    TEMPLATE_STARTS,
    TEMPLATE_TEXTS,
)
from manifest_lint.document.spans import Pointer

_REPOSITORIES = tuple(f"/{name}" for name in TEMPLATE_REPOSITORIES)
_BELOW = {
    "developer": TEMPLATE_DEVELOPER,
    "locales": TEMPLATE_DESCRIPTIONS,
    "permissions": TEMPLATE_DOCTYPES,
    "screenshots": TEMPLATE_SCREENSHOTS,
}


def is_leftover(pointer: Pointer, value: str) -> bool:
    """Return whether a template wrote this value of a manifest, or the start of it."""
    text, first = value.strip().lower(), str(pointer[0])
    if first == "source":
        path = text.split("#", 1)[0].removesuffix("/").removesuffix(".git")
        return f"/{path.replace(':', '/')}".endswith(_REPOSITORIES)
    if first in ("vendor_link", "vendorLink"):
        host = text.split("://", 1)[-1].split("/", 1)[0]
        return text in TEMPLATE_TEXTS["vendor_link"] or f".{host}".endswith(f".{TEMPLATE_HOST}")
    return text in _texts(first) or text.startswith(TEMPLATE_STARTS.get(first, ()))


def is_adapted(pointer: Pointer, value: str) -> bool:
    """Return whether only the start of a value is the template's."""
    text, first = value.strip().lower(), str(pointer[0])
    return text not in _texts(first) and text.startswith(TEMPLATE_STARTS.get(first, ()))


def _texts(key: str) -> frozenset[str]:
    """Return what templates write under a key of a manifest, and below it."""
    return _BELOW.get(key) or TEMPLATE_TEXTS.get(key) or frozenset()
