"""What cozy-apps-registry refuses of a manifest and of a version.

[cozy-apps-registry registry/registry.go; the data of its runs: see docs/how-it-knows.md]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from manifest_lint.go_struct import TEXT, Refusal, field, list_of_text, mapping, struct

_SCREENSHOTS = list_of_text("a list of file names")
_MANIFEST = {
    **dict.fromkeys(("editor", "name", "slug", "version", "icon"), TEXT),
    "partnership": struct({"icon": TEXT, "description": TEXT}, "an object"),
    "screenshots": _SCREENSHOTS,
    "locales": mapping(struct({"screenshots": _SCREENSHOTS}, "an object"), "an object"),
}

_NUMBER = "(?:0|[1-9][0-9]{0,4})"
_RELEASE = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")

SLUG = re.compile(r"[a-z0-9-]+")
"""The slugs with which an application can be created, and installed by name."""


def manifest_refusals(manifest: dict[str, Any]) -> Iterator[Refusal]:
    """Tell the wrong types for which the registry refuses to publish this manifest."""
    yield from struct(_MANIFEST, "an object")((), manifest)


def release(version: str) -> str:
    """Cut a version as the registry does before it compares: at `-dev.`, else at `-beta.`."""
    for suffix in ("-dev.", "-beta."):
        if suffix in version:
            return version.split(suffix, 1)[0]
    return version


def is_publishable(version: str) -> bool:
    """Tell whether some published version can match this one of a manifest.

    It must be x.y.z: each number has up to five digits and no leading zero. A `-dev.` or `-beta.`
    suffix is cut first.
    """
    return _RELEASE.fullmatch(release(version)) is not None


def text_of(manifest: dict[str, Any], key: str) -> str:
    """Give what the registry reads for a text field: empty where there is none."""
    value = field(manifest, key)
    return value if isinstance(value, str) else ""
