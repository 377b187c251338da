"""Whether a manifest is too large or too deep to be published, stored and served.

[cozy-stack model/app/installer.go, ManifestMaxSize; cozy/couchdb.py; runs of both decoders]
"""

from __future__ import annotations

import re

from manifest_lint.cozy import couchdb
from manifest_lint.document.document import INSTALL_LIMIT, Document
from manifest_lint.document.encoding import half_character, invalid_byte
from manifest_lint.document.go_json import MAX_DEPTH, deeper_than

_MAY_BE_SERVED_LARGER = INSTALL_LIMIT // 6
"""A `<` has one byte, and the registry serves it as six."""

_MAY_BE_STORED_LARGER = 1_500_000
"""Of a number such as 1e20, with its comma, the stack stores 22 bytes for five."""


_GROWS = r"[<>&\\\u2028\u2029]|[0-9][eE]"
"""What Go may write longer than it was: each by less than 25 bytes."""


def too_deep(manifest: Document) -> int | None:
    """Return where it is nested too deep for the registry to read it back, None if it is not."""
    return deeper_than(MAX_DEPTH - 1, manifest.body[: manifest.end])


def is_changed_by_go(manifest: Document) -> bool:
    """Return whether it has characters that Go replaces, and CouchDB refuses from the registry."""
    text = manifest.text[: manifest.end]
    return invalid_byte(manifest.data) is not None or half_character(text) is not None


def too_large_for_registry(manifest: Document) -> int:
    """Return its size in bytes if CouchDB refuses it from the registry, else 0."""
    if len(manifest.data) + couchdb.BESIDE_A_MANIFEST <= couchdb.MAX_SIZE:
        return 0
    size = couchdb.stored_size(manifest.value, by_go=False) + couchdb.BESIDE_A_MANIFEST
    return size if size > couchdb.MAX_SIZE else 0


def too_large_for_stack(manifest: Document) -> int:
    """Return its size in bytes if CouchDB refuses it from the stack, else 0."""
    if len(manifest.data) <= _MAY_BE_STORED_LARGER:
        return 0
    size = couchdb.stored_size(manifest.value, by_go=True)
    return size if size > couchdb.MAX_SIZE else 0


def too_large_when_served(manifest: Document) -> int:
    """Return its size in bytes as the registry serves it if the stack does not read that, else 0.

    It is not asked for one that cannot be published.
    """
    if len(manifest.data) < _MAY_BE_SERVED_LARGER:
        return 0
    if len(manifest.data) + 25 * len(re.findall(_GROWS, manifest.body)) <= INSTALL_LIMIT:
        return 0
    size = couchdb.served_size(manifest.value)
    return size if size > INSTALL_LIMIT else 0
