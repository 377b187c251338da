"""What the registry and the stack read in the manifest of one version."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.cozy import couchdb, published, registry, stack
from manifest_lint.cozy.go_struct import fields_of
from manifest_lint.cozy.permission_set import Rules, rules_of, stored
from manifest_lint.cozy.versions import stripped

if TYPE_CHECKING:
    from manifest_lint.document.document import Document

Refused = Literal[
    "json",
    "types",
    "editor",
    "slug",
    "version",
    "characters",
    "size",
    "another slug",
    "same version",
    "archive",
]
"""Why the registry refuses a version: the manifest is not JSON or has wrong types; it has no
editor, no slug, or no version that can be published; it has characters that CouchDB refuses, or is
too large or nested too deep; its slug is not the application's; the version is published already;
or only the archive around it is at fault.
"""


class Release:
    """A manifest as the registry and the stack read it.

    `value` is empty if the manifest is not an object. What depends on permissions may only be asked
    of one that is installable.
    """

    def __init__(self, manifest: Document):
        self.manifest = manifest
        value = None if manifest.has_bom else manifest.value
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}

    @cached_property
    def is_installable(self) -> bool:
        """Whether the stack accepts it, from the registry, and CouchDB stores it.

        A web application's manifest is none of a connector.
        [cozy-stack model/app/installer.go, ReadManifest; cozy/couchdb.py]
        """
        manifest = self.manifest
        if (
            self.is_webapp
            or manifest.has_bom
            or manifest.too_large
            or not isinstance(manifest.value, dict)
        ):
            return False
        if any(stack.refusals_of(manifest)):
            return False
        if any(couchdb.refused_members(self.value, by_stack=True)):
            return False
        return not (
            published.too_large_for_stack(manifest) or published.too_large_when_served(manifest)
        )

    @property
    def is_webapp(self) -> bool:
        """Whether its file has the name of a web application's manifest."""
        return re.split(r"[/:\\]", self.manifest.name)[-1] == "manifest.webapp"

    @property
    def slug(self) -> str:
        """The slug, empty if there is none."""
        return registry.text_of(self.value, "slug")

    @property
    def version(self) -> str:
        """The version that it is published as, empty if there is none."""
        return stripped(self.written_version)

    @property
    def written_version(self) -> str:
        """The version as it is written, empty if there is none."""
        return registry.text_of(self.value, "version")

    @cached_property
    def refused(self) -> tuple[Refused, ...]:
        """Why the registry, or CouchDB below it, refuses it as the first version.

        Other reasons are those of an archive, see B001 to B018. [cozy-apps-registry
        registry/registry.go, downloadVersion; web/versions.go, createVersion; cozy/couchdb.py]
        """
        manifest = self.manifest
        if manifest.has_bom or manifest.trailing is not None or not self.value:
            return ("json",)
        found: list[Refused] = ["types"] if any(registry.manifest_refusals(self.value)) else []
        if not registry.text_of(self.value, "editor"):
            found.append("editor")
        if not self.slug:
            found.append("slug")
        if not registry.is_version(self.version) or not registry.same_release(
            self.version, self.written_version
        ):
            found.append("version")
        if published.is_changed_by_go(manifest):
            found.append("characters")
        too_deep = published.too_deep(manifest) is not None
        if too_deep or published.too_large_for_registry(manifest):
            found.append("size")
        return tuple(found)

    @cached_property
    def rules(self) -> Rules | None:
        """The permissions of its text; None without the key."""
        return rules_of(self.value)

    @cached_property
    def stored_rules(self) -> Rules:
        """The permissions as the database has them."""
        return stored(self.rules or ())

    @property
    def terms_version(self) -> str:
        """The version of its terms in its text, empty if there is none."""
        return _terms_version(self.value)

    @property
    def stored_terms_version(self) -> str:
        """The version of its terms once it is installed: the database sorts keys."""
        return _terms_version(_sorted(self.value))


def _terms_version(manifest: dict[str, Any]) -> str:
    """Return `terms.version` as Go reads it: null, and another `terms` without it, keep it."""
    found = ""
    for _, _, terms in fields_of(manifest, {"terms": None}):
        for _, _, version in fields_of(terms or {}, {"version": None}):
            found = found if version is None else version
    return found


def _sorted(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest with its keys in order, and the last of a repeated one.

    The keys of objects in it are in order too. [cozy-stack pkg/couchdb, JSONDoc]
    """
    return {
        key: dict(sorted(value.items())) if isinstance(value, dict) else value
        for key, value in sorted(manifest.items())
    }
