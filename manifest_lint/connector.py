"""A connector: its manifest, the files around it, and the account types given for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint import registry, schema, stack
from manifest_lint.document import READ_LIMIT, Document

if TYPE_CHECKING:
    from manifest_lint.account_types import AccountType
    from manifest_lint.files import Files
    from manifest_lint.go_struct import Refusal

Layout = Literal["source", "built"]
MANIFEST_NAME = "manifest.konnector"


class Connector:
    """What the rules judge.

    `files` is None where only a text was given, `account_types` where none were given for this
    connector. `layout` tells a source tree from a built folder, in which the manifest's paths
    must exist as they are written. `value` is the decoded manifest.
    """

    def __init__(
        self,
        manifest: Document,
        files: Files | None = None,
        layout: Layout = "source",
        account_types: tuple[AccountType, ...] | None = None,
    ):
        self.manifest = manifest
        self.files = files
        self.layout = layout
        self.account_types = account_types
        self.value: dict[str, Any] = manifest.value

    @cached_property
    def package(self) -> dict[str, Any] | None:
        """The package.json beside the manifest, None if there is none that is an object."""
        if not self.files or not self.files.exists("package.json"):
            return None
        package = Document("package.json", self.files.read("package.json", READ_LIMIT)).value
        return package if isinstance(package, dict) else None

    @cached_property
    def stack_refusals(self) -> tuple[Refusal, ...]:
        """All for which the stack refuses to install this connector."""
        text_follows = self.manifest.trailing is not None
        return tuple(stack.manifest_refusals(self.value, text_follows=text_follows))

    @cached_property
    def registry_refusals(self) -> tuple[Refusal, ...]:
        """All wrong types for which the registry refuses to publish it."""
        return tuple(registry.manifest_refusals(self.value))

    @cached_property
    def rejections(self) -> tuple[schema.Rejection, ...]:
        """All that the schema does not allow."""
        if schema.accepts_manifest(self.value):
            return ()
        return tuple(schema.explain("konnector", self.value))
