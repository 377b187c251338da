"""What cozy-apps-registry refuses in a manifest and in a version.

[cozy-apps-registry registry/registry.go; the data of its runs: see docs/how-it-knows.md]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.go_struct import TEXT, Refusal, field, list_of_strings, mapping, struct
from manifest_lint.document.go_json import STRING, OutOfRange
from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.document.document import Document

_SCREENSHOTS = list_of_strings("a list of file names")
_OBJECT_OF_MANIFEST = struct(
    {
        **dict.fromkeys(("editor", "name", "slug", "version", "icon"), TEXT),
        "partnership": struct({"icon": TEXT, "description": TEXT}, "an object"),
        "screenshots": _SCREENSHOTS,
        "locales": mapping(struct({"screenshots": _SCREENSHOTS}, "an object"), "an object"),
    },
    "an object",
)

_NUMBER = "(?:0|[1-9][0-9]{0,4})"
_RELEASE = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
_VERSION = rf"{_RELEASE}(?:-dev\.[a-f0-9]{{1,40}}|-beta.{_NUMBER})?"
_STRING_OR_NUMBER = rf"(?s){STRING}|(-?)(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_PACKAGE = struct({"version": TEXT}, "an object")

MANIFEST_NAMES = ("manifest.konnector", "manifest.webapp")
"""The first file of the archive with such a name, at any depth, is the manifest."""

PACKAGE_NAME = "package.json"
"""The last file of the archive with this name, at any depth, has the package's version."""

_IN_SLUGS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def manifest_refusals(manifest: dict[str, Any]) -> Iterator[Refusal]:
    """Yield the wrong types that make the registry refuse to publish this manifest."""
    yield from _OBJECT_OF_MANIFEST((), manifest)


def release(version: str) -> str:
    """Return a version cut as the registry does to compare it: at `-dev.`, else at `-beta.`."""
    for suffix in ("-dev.", "-beta."):
        if suffix in version:
            return version.split(suffix, 1)[0]
    return version


def is_version(published: str) -> bool:
    """Return whether a version can be published: x.y.z, with or without `-beta.N` or `-dev.HEX`.

    The registry accepts any character for the point of `-beta.`.
    """
    return re.fullmatch(_VERSION, published) is not None


def is_slug(text: str) -> bool:
    """Return whether an application can be created with a slug, and installed by it."""
    return bool(text) and _IN_SLUGS.issuperset(text)


def same_release(one: str, other: str) -> bool:
    """Return whether the registry treats two versions as the same x.y.z."""
    left, right = (release(version).split(".") for version in (one, other))
    return len(left) == len(right) == 3 and left == right


class Package(Record):
    """A package.json of an archive: its path, its version, and why the registry refuses it.

    `version` is empty if there is none, or if the file is refused. `why_refused` is empty if it is
    not refused; `{}` in it is the place of the file's name.
    """

    path: str
    version: str = ""
    why_refused: str = ""


def package(path: str, document: Document) -> Package:
    """Read a package.json as the registry does: it accepts null, and no text after the document.

    It decodes `version` only, so other numbers can have any size.
    """
    if isinstance(document.error, OutOfRange) and not document.has_bom:
        from manifest_lint.document.document import Document  # only for such numbers

        document = Document(path, re.sub(_STRING_OR_NUMBER, _small, document.body).encode())
    if document.error:
        from manifest_lint.document.causes import causes  # only for broken JSON

        cause = next(iter(causes(document.body)))
        line = document.place(cause.start, cause.end).line
        return Package(path, why_refused=f"{{}} is not JSON: {cause.message} (line {line})")
    if document.has_bom:
        return Package(path, why_refused="{} is not JSON: it starts with a byte order mark")
    if document.trailing is not None:
        return Package(path, why_refused="{} is not JSON: text follows the document")
    if document.value is None:
        return Package(path)
    for refusal in _PACKAGE((), document.value):
        what = "`version` in {}" if refusal.pointer else "{}"
        return Package(path, why_refused=f"{what} must be {refusal.wanted}")
    return Package(path, text_of(document.value, "version"))


def _small(token: re.Match[str]) -> str:
    """Return a string as it is, and 0 in place of a number, with its sign."""
    return token[0] if token[0].startswith('"') else f"{token[1]}0"


def is_publishable(version: str) -> bool:
    """Return whether a version can be published from a manifest with this one.

    It must be x.y.z: each number has up to five digits and no leading zero. A `-dev.` or `-beta.`
    suffix is cut first.
    """
    numbers = release(version).split(".")
    return len(numbers) == 3 and all(map(_is_number, numbers))


def _is_number(text: str) -> bool:
    is_decimal = text.isascii() and text.isdecimal() and len(text) <= 5
    return is_decimal and (text == "0" or text[0] != "0")


def text_of(manifest: dict[str, Any], key: str) -> str:
    """Return what the registry reads for a string field; "" if there is none."""
    value = field(manifest, key)
    return value if isinstance(value, str) else ""
