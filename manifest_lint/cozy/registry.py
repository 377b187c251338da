"""What cozy-apps-registry refuses of a manifest and of a version.

[cozy-apps-registry registry/registry.go; the data of its runs: see docs/how-it-knows.md]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.go_struct import TEXT, Refusal, field, list_of_text, mapping, struct

if TYPE_CHECKING:
    from manifest_lint.document.document import Document

_SCREENSHOTS = list_of_text("a list of file names")
_MANIFEST = {
    **dict.fromkeys(("editor", "name", "slug", "version", "icon"), TEXT),
    "partnership": struct({"icon": TEXT, "description": TEXT}, "an object"),
    "screenshots": _SCREENSHOTS,
    "locales": mapping(struct({"screenshots": _SCREENSHOTS}, "an object"), "an object"),
}

_NUMBER = "(?:0|[1-9][0-9]{0,4})"
_RELEASE = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_VERSION = re.compile(rf"{_RELEASE.pattern}(?:-dev\.[a-f0-9]{{1,40}}|-beta.{_NUMBER})?")
_PACKAGE = struct({"version": TEXT}, "an object")

SIZE_LIMIT = 20 * 1024 * 1024
"""The registry refuses an archive of this many bytes [cozy-apps-registry registry/registry.go]."""

MANIFEST_NAMES = ("manifest.konnector", "manifest.webapp")
"""The first file of the archive that is named so, at any depth, is the manifest."""

PACKAGE_NAME = "package.json"
"""The last file of the archive that is named so, at any depth, tells the package's version."""

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


def is_version(published: str) -> bool:
    """Tell whether a version can be published: x.y.z, and `-beta.N` or `-dev.HEX` behind it.

    The point of `-beta.` is any character for the registry.
    """
    return _VERSION.fullmatch(published) is not None


def same_release(one: str, other: str) -> bool:
    """Tell whether the registry takes two versions for the same x.y.z."""
    left, right = (release(version).split(".") for version in (one, other))
    return len(left) == len(right) == 3 and left == right


@dataclass(frozen=True, slots=True)
class Package:
    """A package.json of an archive: its path, its version, and why it is refused, if it is.

    `version` is empty where it says none, or is refused.
    """

    path: str
    version: str = ""
    flaw: str = ""


def package(path: str, document: Document) -> Package:
    """Read a package.json as the registry does: null passes, text behind the document does not."""
    if document.error:
        return Package(path, flaw=f"is not JSON: {document.error.reason}")
    if document.has_bom:
        return Package(path, flaw="is not JSON: it begins with a byte order mark")
    if document.trailing is not None:
        return Package(path, flaw="is not JSON: text follows the document")
    if document.value is None:
        return Package(path)
    for refusal in _PACKAGE((), document.value):
        what = "`version` must be" if refusal.pointer else "must be"
        return Package(path, flaw=f"{what} {refusal.wanted}")
    return Package(path, text_of(document.value, "version"))


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
