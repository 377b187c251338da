"""What differs between the connectors of a tree and others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.document.document import Document
from manifest_lint.errors import UserError
from manifest_lint.finding import Record, Skip

if TYPE_CHECKING:
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.oauth.account_type import AccountType


class Named(Record):
    """The paths of account types that are named for a manifest, whatever is next to it.

    `configuration` is the absolute path of the file with the settings, if any, `extended` are those
    of the files that it extends; `is_nearest` says whether it was searched for, so that the old one
    may be another. `key` is its path in the tree that is compared, empty if it is elsewhere.
    """

    paths: tuple[Path, ...] = ()
    configuration: Path | None = None
    is_nearest: bool = False
    key: str = ""
    extended: tuple[Path, ...] = ()


TypesOf = Callable[[Path], Named]
"""Returns what is named for a manifest."""


class Changes:
    """What differs between the connectors of a tree and those it is compared with, `to`.

    `checked` are the files to check: manifests, and named files of account types. `before` has the
    old manifest by the name of the new one; it is published if `is_published`. `not_compared` says
    why, for those without one. The others are names: `changed`, `added` and `deleted` manifests,
    `renamed` ones by their old name, those whose account types differ in `types`; `unchanged` is a
    number. `refused` and `skipped` are as in Sources.

    `shared` are the files of account types that are named for connectors; `type_ids` are the ids of
    those in them that differ, or that connectors did not use before. `confidential` are old files
    whose secrets are masked too.
    """

    def __init__(self, to: str):  # making a dataclass takes as long as comparing fifty connectors
        self.to = to
        self.is_published = False
        self.checked: list[Path] = []
        self.before: dict[str, Document] = {}
        self.not_compared: dict[str, str] = {}
        self.changed: list[str] = []
        self.added: list[str] = []
        self.deleted: list[str] = []
        self.renamed: dict[str, str] = {}
        self.types: list[str] = []
        self.shared: set[str] = set()
        self.type_ids: set[str] = set()
        self.confidential: list[Document] = []
        self.unchanged = 0
        self.refused: list[UserError] = []
        self.skipped: list[Skip] = []
        self._upgrades: dict[str, Upgrade] = {}

    def upgrade(self, manifest: Document) -> Upgrade | None:
        """Return what happens when a manifest follows its old one; None if it has none.

        For the same document it is the same object: rules and reports ask for it.
        """
        old, known = self.before.get(manifest.name), self._upgrades.get(manifest.name)
        if old and not (known and known.new.manifest is manifest):
            from manifest_lint.cozy.upgrade import Upgrade  # only if something has changed

            known = Upgrade(old, manifest, is_published=self.is_published)
            self._upgrades[manifest.name] = known
        return known

    def account_types(self, given: Iterable[AccountType]) -> list[AccountType]:
        """Return the account types to check, and not only connectors with them.

        What was wrong with one in a file for many connectors is not what the changes did.
        """
        return [
            one
            for one in given
            if one.document.name not in self.shared or one.service_id in self.type_ids
        ]

    def documents(self, given: Iterable[Document]) -> list[Document]:
        """Return the files to check: of unchanged ones for many connectors, those not readable."""
        unchanged = self.shared - set(map(str, self.checked))
        return [one for one in given if one.error or one.name not in unchanged]
