"""Reads the documents of one run: each once, with its settings, and the account types in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.config.exclude import ExcludedIn, nothing_set
from manifest_lint.config.find import Config
from manifest_lint.config.settings import Settings
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, read_file
from manifest_lint.finding import Record, Skip
from manifest_lint.oauth import account_type_file
from manifest_lint.oauth.account_type import AccountType, Given
from manifest_lint.oauth.account_type_file import account_types, looks_like_one, not_objects
from manifest_lint.project import kinds
from manifest_lint.project.connector import Connector
from manifest_lint.project.discovery import read_in
from manifest_lint.text.wording import pointer_text, quoted

if TYPE_CHECKING:
    from manifest_lint.document.document import Kind

SettingsOf = Callable[[Path | None], Settings]
"""Returns the settings for the file at a path; called with None for a document without a path."""


class Fetched(Record):
    """Account types that were not read from a file: their name in findings, and the JSON text."""

    name: str
    data: bytes

    def __repr__(self) -> str:
        return f"Fetched({self.name!r})"  # its text may have secrets

    @staticmethod
    def of(name: str, value: object) -> Fetched:
        """Return one made from a decoded JSON value."""
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return Fetched(name, text.encode("utf-8", "surrogatepass"))


class Draft(Record):
    """The bytes of a document in an editor, and what it was before the last edit, if anything."""

    data: bytes
    before: Document | None

    def __repr__(self) -> str:
        return "Draft(...)"  # its text may have secrets


class Sources:
    """All that one run checks: each connector, account type and document once.

    `documents` has each document by its name, `settings` the settings for it, `read` the account
    types of each file by its absolute path. `shared` says whether account types were named for all
    connectors. `folders` are those that were searched; `refused` says what of one could not be
    read, `skipped` what was not checked, `excluded` which folders and manifests settings exclude.
    `is_partial` says whether the connectors are only some of those that the account types are for.
    """

    def __init__(self) -> None:
        self.connectors: list[Connector] = []
        self.account_types: list[AccountType] = []
        self.documents: dict[str, Document] = {}
        self.settings: dict[str, Settings] = {}
        self.read: dict[str, tuple[AccountType, ...]] = {}
        self.shared = False
        self.folders: list[Path] = []
        self.refused: list[UserError] = []
        self.skipped: list[Skip] = []
        self.excluded: list[Path] = []
        self.is_partial = False


class Reading:
    """The reading of one run, and what it has read so far.

    `account_type_paths` and `fetched` are the account types for every connector, `named` those at
    paths that were read; `instead` has the bytes to use for some documents, by their names.
    """

    def __init__(
        self,
        sources: Sources,
        settings_of: SettingsOf,
        account_type_paths: tuple[Path, ...],
        instead: Mapping[str, bytes | Draft],
    ):
        self.sources, self.settings_of = sources, settings_of
        self.account_type_paths, self.instead = account_type_paths, instead
        self.named: dict[tuple[Path, ...], tuple[AccountType, ...]] = {}
        self.fetched: tuple[AccountType, ...] = ()

    @property
    def excluded_in(self) -> ExcludedIn:
        """What says which paths are not searched in a folder."""
        return self.settings_of.excluded_in if isinstance(self.settings_of, Config) else nothing_set

    def add_fetched(self, one: Fetched) -> None:
        """Add account types for every connector that were not read from a file."""
        document = self.document(one.name, one.data, "account types", None, on_disk=False)
        found = tuple(account_types(document, settings=self.sources.settings[one.name]))
        self.sources.account_types += found
        self.sources.shared = True
        self.fetched = Given((*self.fetched, *found))

    def add_link(self, link: Path, kind: Kind) -> None:
        """Add a link that leads out of the tree."""
        self.sources.documents[str(link)] = Document.link_out(str(link), kind)
        self.sources.settings[str(link)] = self.settings_of(link)

    def add_readme(self, file: Path) -> None:
        """Add the account types that a README shows: they are checked, but no connector's."""
        from manifest_lint.content import readme  # only where there is one

        shown = readme.examples(read_file(file, readme.LIMIT)) if file.is_file() else None
        if not shown:
            return
        document = self.document(str(file), shown.data, "readme", file, on_disk=True)
        document.secrets_in_code, document.is_withheld = shown.secrets, bool(shown.secrets)
        for found in account_types(document, settings=self.sources.settings[str(file)]):
            example = shown.found[int(found.pointer[0])]
            if example.is_sent or looks_like_one(found.value):
                one = found._replace(id=found.id or example.id, is_local=example.is_local)
                self.sources.account_types.append(one)

    def named_by(self, settings: Settings) -> tuple[Path, ...]:
        """Return the paths of the account types for every connector."""
        if self.account_type_paths or self.fetched:
            return self.account_type_paths
        settings.refuse_outside("account-types")
        return settings.account_types

    def named_account_types(self, paths: tuple[Path, ...]) -> tuple[AccountType, ...] | None:
        """Return the account types at paths that are for every connector, None without paths.

        Raises UserError if a path holds none.
        """
        if not paths:
            return self.fetched or None
        if paths not in self.named:
            self.sources.shared = True
            all_found: list[AccountType] = []
            for path in paths:
                found = list(self.account_types_at([path], "", None))
                if not found:
                    self.refuse_empty(path)
                all_found += found
            self.named[paths] = Given((*self.fetched, *all_found))
        return self.named[paths]

    def document(
        self, name: str, data: bytes, kind: Kind, path: Path | None, *, on_disk: bool
    ) -> Document:
        """Add a document with its settings; a file `on_disk` may be fixed there."""
        given, before = self.instead.get(name, data), None
        if isinstance(given, Draft):
            before = given.before if kind == "manifest" else None
            given = given.data
        file = path if on_disk else None
        if file and file.is_symlink():
            file = Path(os.path.realpath(file))  # a fix replaces the target and keeps the link
        document = Document(name, given, kind, path=file, before=before)
        self.sources.documents[name] = document
        self.sources.settings[name] = self.settings_of(path)
        return document

    def account_types_at(
        self, paths: Iterable[Path], default_id: str, tree: Tree | None
    ) -> Iterator[AccountType]:
        """Yield the account types at paths; without a `tree`, each path is a tree of its own."""
        for path in paths:
            is_folder = path.is_dir()
            around = tree or Tree(path if is_folder else path.parent)
            if not is_folder:
                refuse(path, kinds.named_like_other_than_account_types(path))
            for file in self._json_in(path) if is_folder else [path]:
                known = self.sources.read.get(os.path.abspath(file))  # noqa: PTH100
                if known is None and not around.holds(file):
                    self.sources.read[os.path.abspath(file)] = ()  # noqa: PTH100
                    self.add_link(file, "account types")
                elif known is None:
                    data = read_file(file, READ_LIMIT + 1)
                    known = self.read_account_types(file, data, default_id)
                yield from known or ()

    def read_account_types(
        self, file: Path, data: bytes, default_id: str, *, on_disk: bool = True
    ) -> tuple[AccountType, ...]:
        """Add the account types in a file; `default_id` names a single one without an id.

        Raises UserError if it is too large, holds something else, or has an id twice.
        """
        if len(data) > READ_LIMIT:
            size = f"{READ_LIMIT // 1024 // 1024} MiB"
            raise UserError(f"{file}: is larger than {size}, the limit; split it")
        refuse(file, kinds.not_text(file, data))
        document = self.document(str(file), data, "account types", file, on_disk=on_disk)
        refuse(file, kinds.not_account_types(document) or kinds.too_many(document))
        for pointer in not_objects(document):
            place = document.at(pointer)
            where = f"{file}:{place.line}:{place.column}"
            what = f"{pointer_text(pointer)} is not an object"
            raise UserError(f"{where}: {what}; write an account type")
        settings = self.sources.settings[str(file)]
        found = tuple(
            account_types(document, account_type_file.id_by_name(file) or default_id, settings)
        )
        ids = sorted(one.id for one in found if one.id)
        if twice := next((id for id, other in pairwise(ids) if id == other), ""):
            raise UserError(f"{file}: two documents have the id {quoted(twice)}; remove one")
        self.sources.read[os.path.abspath(file)] = found  # noqa: PTH100
        self.sources.account_types += found
        return found

    def _json_in(self, folder: Path) -> list[Path]:
        """Return the JSON files in and below a folder that may hold account types, sorted."""
        is_read = read_in(folder, self.excluded_in)
        found = folder.rglob("*.json")
        return sorted(one for one in found if is_read(one.relative_to(folder).as_posix()))

    def refuse_empty(self, path: Path) -> None:
        """Raise UserError if a path holds no account type; a broken one has a finding instead."""
        documents = self.sources.documents
        here = [documents[name] for name in documents if Path(name).is_relative_to(path)]
        if not any(document.error or document.is_link_out for document in here):
            wanted = "a document, a list of them, or a dump made with include_docs=true"
            raise UserError(f"{path}: contains no account types; name {wanted}")


def refuse(name: object, why: str) -> None:
    """Raise UserError with a file's name if there is a reason `why` it cannot be used."""
    if why:
        raise UserError(f"{name}: {why}")
