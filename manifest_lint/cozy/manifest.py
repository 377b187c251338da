"""The form of a manifest, checked by code compiled from its schema (tests/compile_schemas.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manifest_lint.cozy import accept_konnector

MANIFEST_KEYS: frozenset[str] = accept_konnector.PROPERTIES
"""The keys of a manifest that the platform documents or reads."""


LISTED_VALUES: Mapping[str, tuple[str, ...]] = accept_konnector.LISTED
"""The values that are allowed for a key, for the keys with a list of them."""


def accepts_manifest(manifest: dict[str, Any]) -> bool:
    """Return whether a manifest follows schemas/konnector.schema.json."""
    try:
        accept_konnector.validate(manifest)  # type: ignore[no-untyped-call]  # generated
    except accept_konnector.Rejected:
        return False
    return True


PUBLISHED_WITH = ("slug", "editor", "version")
WANTED = (
    "name",
    "type",
    "icon",
    "source",
    "categories",
    "developer",
    "locales",
    "permissions",
    "vendor_link",
)
RECOMMENDED = ("langs", "data_types", "manifest_version")
EXPECTED = frozenset((*PUBLISHED_WITH, *WANTED, *RECOMMENDED))
"""Keys that a manifest should have: to publish, for what users see, and as documented."""
