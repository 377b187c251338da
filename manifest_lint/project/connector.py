"""A connector: its manifest, the files around it, and the account types given for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.cozy import registry, stack
from manifest_lint.cozy.manifest import LISTED_VALUES, accepts_manifest
from manifest_lint.cozy.permission import Permission, permissions
from manifest_lint.cozy.vocabulary import LOCALE_KEYS
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.document.go_json import with_keys
from manifest_lint.files.disk import NotKept
from manifest_lint.oauth import wire

if TYPE_CHECKING:
    from manifest_lint.cozy.go_struct import Refusal
    from manifest_lint.document.schema import Rejection
    from manifest_lint.document.spans import Pointer
    from manifest_lint.files.disk import Files
    from manifest_lint.oauth.account_type import AccountType, Given

Layout = Literal["source", "built"]
MANIFEST_NAME = "manifest.konnector"

DEV_CONFIG = "konnector-dev-config.json"
"""A developer's settings for running a connector [cozy-konnector-libs, standalone]."""


ONLY_IN_A_LOCALE = frozenset(LOCALE_KEYS) - {"name"}
"""Keys of `locales` that are not languages: no language is called `permissions`."""


class Connector:
    """A connector, which the rules check.

    `files` is None if only the text of a manifest was given, `account_types` if none were given
    for this connector. `layout` says whether it is a source tree or a built folder: in the latter
    the manifest's paths must exist as they are written. `settings` are those for the manifest,
    `developers_files` are those with a developer's own fields: the konnector-dev-config.json next
    to it, and the importedData.json that standalone mode writes. `value` is the decoded manifest.
    """

    def __init__(
        self,
        manifest: Document,
        files: Files | None = None,
        layout: Layout = "source",
        account_types: tuple[AccountType, ...] | None = None,
        settings: Settings = DEFAULTS,
        developers_files: tuple[Document, ...] = (),
    ):
        self.manifest = manifest
        self.files = files
        self.layout = layout
        self.account_types = account_types
        self.settings = settings
        self.developers_files = developers_files
        self.value: dict[str, Any] = manifest.value

    @property
    def dev_config(self) -> Document | None:
        """The konnector-dev-config.json next to the manifest."""
        found = (one for one in self.developers_files if one.name.endswith(DEV_CONFIG))
        return next(found, None)

    @property
    def lacks_account_types(self) -> bool:
        """Whether a source tree of an OAuth connector was checked without any account type."""
        is_source = self.files is not None and self.layout == "source"
        return is_source and self.account_types is None and wire.is_oauth(self.value)

    @cached_property
    def given(self) -> Given:
        """The account types given for it, none if there are none."""
        from manifest_lint.oauth.account_type import Given  # only for an OAuth connector

        own = self.account_types or ()
        return own if isinstance(own, Given) else Given(own)

    @cached_property
    def package(self) -> dict[str, Any] | None:
        """The package.json next to the manifest; None if it does not exist or is not an object."""
        if not self.files or not self.files.exists("package.json"):
            return None
        try:
            package = Document("package.json", self.files.read("package.json", READ_LIMIT)).value
        except NotKept:  # of an archive the registry reads the last one anywhere: it may be another
            return None
        return package if isinstance(package, dict) else None

    @cached_property
    def locales(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Every language with its texts."""
        found = self.value.get("locales")
        languages = found.items() if isinstance(found, dict) else ()
        return tuple(
            [
                (language, texts)
                for language, texts in languages
                if isinstance(texts, dict) and language not in ONLY_IN_A_LOCALE
            ]
        )

    @cached_property
    def sent_scope(self) -> str:
        """The scope that the provider receives, empty for none."""
        return wire.sent_scope(self.value)

    @cached_property
    def stack_refusals(self) -> tuple[Refusal, ...]:
        """Every reason for which the stack refuses to install this connector."""
        return stack.refusals_of(self.manifest)

    @cached_property
    def written_permissions(self) -> tuple[Permission, ...]:
        """Every permission that is an object, also those that the stack refuses."""
        edit = self.manifest.edit
        before = edit.known.get("permissions", ()) if edit else ()
        found = tuple(permissions(self.value, self.stack_refusals, before))
        self.manifest.known["permissions"] = found
        return found

    @cached_property
    def permissions(self) -> tuple[Permission, ...]:
        """The permissions that it asks for, without those that the stack refuses."""
        return tuple(one for one in self.written_permissions if one.doctype and one.refused is None)

    @cached_property
    def registry_refusals(self) -> tuple[Refusal, ...]:
        """Every wrong type for which the registry refuses to publish it."""
        return self.manifest.search("registry", registry.manifest_refusals)

    @cached_property
    def rejections(self) -> tuple[Rejection, ...]:
        """What the schema does not allow, though stack and registry accept it; not listed values.

        Null in `permissions` is left out, as Go reads it as a missing key, and so is a scope of
        false, which means the same as null.
        """
        if accepts_manifest(self.value):
            return ()
        rest = dict(self.value)
        pointers = [
            with_keys(self.value, refusal.pointer)[0]
            for refusal in self.stack_refusals + self.registry_refusals
        ]
        if rest.get("permissions") is not None:
            pointers.append(("permissions",))
        if wire.scope(self.value) is False:
            pointers.append(("oauth", "scope"))
        for pointer in pointers:
            _remove(rest, pointer)
        for key, (listed, *_) in LISTED_VALUES.items():
            if key in rest:
                rest[key] = _with_texts(rest[key], listed)
        if accepts_manifest(rest):
            return ()
        from manifest_lint.document import schema  # few manifests need it

        return tuple(schema.explain("konnector", rest))


def password_fields(manifest: dict[str, Any]) -> frozenset[str]:
    """Return the fields of a decoded manifest whose values are hidden from people."""
    fields = manifest.get("fields")
    return frozenset(
        name
        for name, field in (fields.items() if isinstance(fields, dict) else ())
        if isinstance(field, dict) and field.get("type") == "password"
    )


def _remove(value: dict[str, Any], pointer: Pointer) -> None:
    """Remove the value at a pointer, or the list it is in; objects on the way are copied."""
    for place, step in enumerate(pointer, 1):
        inner = value.get(step) if isinstance(step, str) else None
        if place == len(pointer) or isinstance(inner, list):
            value.pop(str(step), None)
            return
        if not isinstance(inner, dict):
            return
        value[str(step)] = value = dict(inner)


def _with_texts(value: Any, text: str) -> Any:
    """Return a list with each string replaced by `text`, or `text` for a string."""
    if isinstance(value, list):
        return [text if isinstance(item, str) else item for item in value]
    return text if isinstance(value, str) else value
