"""The form of a manifest, by code that is compiled from its schema (tests/compile_schemas.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manifest_lint.cozy import accept_konnector

MANIFEST_KEYS: frozenset[str] = accept_konnector.PROPERTIES
"""The keys of a manifest that somebody documents or reads."""


LISTED_VALUES: Mapping[str, tuple[str, ...]] = accept_konnector.LISTED
"""The authorised values of the keys that have such a list."""


def accepts_manifest(manifest: dict[str, Any]) -> bool:
    """Tell whether a manifest follows schemas/konnector.schema.json."""
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
"""Keys that are needed: to publish, for what users see, and by the documents."""
