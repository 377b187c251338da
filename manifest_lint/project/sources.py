"""From paths to connectors: read files, and find what belongs to each connector."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.document.document import READ_LIMIT, Document, Kind
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Folder, Tree, names_in, read_file, refuse_named_link
from manifest_lint.finding import Skip
from manifest_lint.oauth import account_type_file, wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.account_type_file import (
    NEXT_TO_MANIFEST,
    account_types,
    looks_like_one,
    not_objects,
)
from manifest_lint.project import kinds
from manifest_lint.project.connector import DEV_CONFIG, MANIFEST_NAME, Connector
from manifest_lint.project.discovery import NOT_WALKED, checked_below, layout_of
from manifest_lint.project.kinds import IMPORTED
from manifest_lint.text.wording import pointer_text, quoted

README = "README.md"
"""Where a connector's account type is often shown."""

SettingsOf = Callable[[Path | None], Settings]
"""Returns the settings for the file at a path; called with None for a document without a path."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Account types that were not read from a file: their name in findings, and the JSON text."""

    name: str
    data: bytes = field(repr=False)

    @staticmethod
    def of(name: str, value: object) -> Fetched:
        """Return one made from a decoded JSON value."""
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return Fetched(name, text.encode("utf-8", "surrogatepass"))


@dataclass
class Sources:
    """All that one run checks: each connector, account type and document once.

    `documents` has each document by its name, `settings` the settings for it, `read` the account
    types of each file by its absolute path. `shared` says whether account types were named for all
    connectors. `refused` says what of a folder could not be read, `skipped` what was not checked.
    """

    connectors: list[Connector] = field(default_factory=list)
    account_types: list[AccountType] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    settings: dict[str, Settings] = field(default_factory=dict)
    read: dict[str, tuple[AccountType, ...]] = field(default_factory=dict)
    shared: bool = False
    refused: list[UserError] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)


def gather(
    paths: Iterable[Path],
    account_type_paths: Iterable[Path] = (),
    stdin: tuple[str | None, bytes] | None = None,
    settings_of: SettingsOf = lambda _: DEFAULTS,
    instead: Mapping[str, bytes] | None = None,
    fetched: Iterable[Fetched] = (),
) -> Sources:
    """Read everything to check.

    `paths` are manifests, files of account types, developers' configurations (each means the
    connector next to it), and folders to search. `account_type_paths` are files and folders whose
    account types are for every connector, as are those in `fetched`. `stdin` is one more manifest:
    its name, if it has one, and its bytes. `settings_of` returns the settings for a file; `instead`
    has the bytes to use for some documents, by their names. A link that leads out of the named
    folder, see files.Tree, is not followed: it becomes a document that says so. Raises UserError if
    a named path is missing or cannot be read; what cannot be read in a folder is in `refused`,
    unless nothing else was found.
    """
    gathering = _Gathering(Sources(), settings_of, tuple(account_type_paths), instead or {})
    for one in fetched:
        gathering.add_fetched(one)
    named = gathering.named_account_types(gathering.account_type_paths)
    for path in paths:
        refuse_named_link(path if path.is_dir() else path.parent)
        if path.is_dir():
            gathering.add_folder(path, may_be_empty=named is not None)
        else:
            gathering.add_file(path, _tree_of(path))
    if stdin:
        name, data = stdin
        _refuse(name, kinds.not_to_check(Path(name or "")))
        path_of_it = Path(name) if name else None
        tree = Tree(path_of_it.parent) if path_of_it else None
        gathering.add(name or "<stdin>", data, path_of_it, tree, on_disk=False)
    return gathering.sources


@dataclass
class _Gathering:
    """The reading of one run, and what it has read so far."""

    sources: Sources
    settings_of: SettingsOf
    account_type_paths: tuple[Path, ...]
    instead: Mapping[str, bytes]
    named: dict[tuple[Path, ...], tuple[AccountType, ...]] = field(default_factory=dict)
    fetched: tuple[AccountType, ...] = ()

    def add_fetched(self, one: Fetched) -> None:
        """Add account types for every connector that were not read from a file."""
        document = self._document(one.name, one.data, "account types", None, on_disk=False)
        found = tuple(account_types(document, settings=self.sources.settings[one.name]))
        self.sources.account_types += found
        self.sources.shared = True
        self.fetched += found

    def add_folder(self, folder: Path, *, may_be_empty: bool) -> None:
        """Add every connector below a folder; those that cannot be read are in `refused`."""
        tree = Tree(folder)
        below = checked_below(folder, tree, may_be_empty=may_be_empty)
        if below.skipped:
            self.sources.skipped.append(Skip(".gitignore", below.skipped))
        for link in below.links:
            self._add_link(link, "manifest" if link.name == MANIFEST_NAME else "folder")
        refused = below.refused
        for file in below.files:
            try:
                self._named_by(self.settings_of(file))  # first, as it is for many files
                self.add_file(file, tree)
            except UserError as error:
                if str(error) not in map(str, refused):
                    refused.append(error)
        if refused and not self.sources.documents:
            raise refused[0]
        self.sources.refused += refused

    def add_file(self, file: Path, tree: Tree) -> None:
        path = os.path.abspath(file)  # noqa: PTH100  # resolving every part would cost more
        if (manifest := _manifest_of(file)) and file.is_file() and manifest.is_file():
            self.add_file(manifest, tree)  # and with it, the developer's file
            return
        if path in self.sources.read:
            return
        _refuse(file, kinds.not_to_check(file))
        if not tree.holds(file):
            self.sources.read[path] = ()
            is_manifest = file.suffix == Path(MANIFEST_NAME).suffix
            self._add_link(file, "manifest" if is_manifest else "account types")
            return
        data = read_file(file, READ_LIMIT + 1)
        if account_type_file.is_one(file, data):
            in_folder = file.parent.name in NEXT_TO_MANIFEST
            manifest = (file.parent.parent if in_folder else file.parent) / MANIFEST_NAME
            own = file.name in NEXT_TO_MANIFEST or in_folder
            named = self.account_type_paths or self.fetched
            if own and not named and manifest.is_file():
                self.add_file(manifest, tree)  # and with it, the account types next to it
            if path not in self.sources.read and not self._read_account_types(file, data, ""):
                self._refuse_empty(file)
            return
        self.sources.read[path] = ()
        self.add(str(file), data, file, tree, on_disk=True)

    def _add_link(self, link: Path, kind: Kind) -> None:
        """Add a link that leads out of the tree."""
        self.sources.documents[str(link)] = Document.link_out(str(link), kind)
        self.sources.settings[str(link)] = self.settings_of(link)

    def add(
        self, name: str, data: bytes, path: Path | None, tree: Tree | None, *, on_disk: bool
    ) -> None:
        """Add a manifest, with what is next to it; or add account types, if it holds those."""
        if account_type_file.is_one(Path(name), data):
            self._read_account_types(Path(name), data, "", on_disk=on_disk)
            return
        _refuse(name, kinds.not_text(Path(name), data))
        document = self._document(name, data, "manifest", path, on_disk=on_disk)
        if why := kinds.not_a_manifest(document):
            del self.sources.documents[name]
            _refuse(name, why)
        if not isinstance(document.value, dict):
            return
        settings = self.sources.settings[name]
        folder = path.parent if path else None
        names = names_in(folder) if folder and os.path.isdir(folder) else frozenset()  # noqa: PTH112
        files = Folder(folder, tree) if folder and names else None
        if files and folder:
            names -= self._add_links_in(files, folder, names)
        own = self.named_account_types(self._named_by(settings))
        if own is None and folder and (present := [n for n in NEXT_TO_MANIFEST if n in names]):
            wanted = wire.account_type_id(document.value)
            default = wanted if isinstance(wanted, str) else ""
            own = tuple(self._account_types_at([folder / n for n in present], default, tree))
        if folder and README in names and layout_of(names) == "source":
            self._add_readme(folder / README)
        layout = layout_of(names)
        at = folder if layout == "source" else None
        developers = tuple(self._developers_files(at, names, tree)) if at else ()
        self.sources.connectors.append(
            Connector(document, files, layout, own, settings, developers)
        )

    def _developers_files(
        self, folder: Path, names: frozenset[str], tree: Tree | None
    ) -> Iterator[Document]:
        """Add and yield the files of a connector with a developer's own fields."""
        kind: Kind = "developer's configuration"
        found = [folder / name for name in (DEV_CONFIG, IMPORTED) if name in names]
        if "data" in names and (folder / "data" / IMPORTED).exists():
            found.append(folder / "data" / IMPORTED)
        for file in found:
            if tree and not tree.holds(file):
                self._add_link(file, kind)
                continue
            data = read_file(file, READ_LIMIT + 1)
            if file.name == DEV_CONFIG or data.strip():  # standalone mode accepts an empty one
                yield self._document(str(file), data, kind, file, on_disk=True)

    def _add_links_in(self, files: Folder, folder: Path, names: frozenset[str]) -> set[str]:
        """Add the links of a connector that lead out of the tree; return those at its top."""
        below = ("src/", "assets/") if layout_of(names) == "source" else ()
        links = set()
        for path in files.outside(*below):
            if not path.startswith(".") and path not in ("node_modules", "build"):
                is_account_type = path in NEXT_TO_MANIFEST
                self._add_link(folder / path, "account types" if is_account_type else "file")
                links.add(path)
        return links

    def _add_readme(self, file: Path) -> None:
        """Add the account types that a README shows: they are checked, but no connector's."""
        from manifest_lint.content import readme  # only where there is one

        shown = readme.examples(read_file(file, readme.LIMIT)) if file.is_file() else None
        if not shown:
            return
        document = self._document(str(file), shown.data, "readme", file, on_disk=True)
        document.secrets_in_code, document.is_withheld = shown.secrets, bool(shown.secrets)
        for found in account_types(document, settings=self.sources.settings[str(file)]):
            example = shown.found[int(found.pointer[0])]
            if example.is_sent or looks_like_one(found.value):
                one = replace(found, id=found.id or example.id, is_local=example.is_local)
                self.sources.account_types.append(one)

    def _named_by(self, settings: Settings) -> tuple[Path, ...]:
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
                found = list(self._account_types_at([path], "", None))
                if not found:
                    self._refuse_empty(path)
                all_found += found
            self.named[paths] = (*self.fetched, *all_found)
        return self.named[paths]

    def _document(
        self, name: str, data: bytes, kind: Kind, path: Path | None, *, on_disk: bool
    ) -> Document:
        data = self.instead.get(name, data)
        file = path if on_disk else None
        if file and file.is_symlink():
            file = Path(os.path.realpath(file))  # a fix replaces the target and keeps the link
        document = Document(name, data, kind, path=file)
        self.sources.documents[name] = document
        self.sources.settings[name] = self.settings_of(path)
        return document

    def _account_types_at(
        self, paths: Iterable[Path], default_id: str, tree: Tree | None
    ) -> Iterator[AccountType]:
        """Yield the account types at paths; without a `tree`, each path is a tree of its own."""
        for path in paths:
            is_folder = path.is_dir()
            around = tree or Tree(path if is_folder else path.parent)
            if not is_folder:
                _refuse(path, kinds.named_like_other_than_account_types(path))
            for file in _json_in(path) if is_folder else [path]:
                known = self.sources.read.get(os.path.abspath(file))  # noqa: PTH100
                if known is None and not around.holds(file):
                    self.sources.read[os.path.abspath(file)] = ()  # noqa: PTH100
                    self._add_link(file, "account types")
                elif known is None:
                    data = read_file(file, READ_LIMIT + 1)
                    known = self._read_account_types(file, data, default_id)
                yield from known or ()

    def _read_account_types(
        self, file: Path, data: bytes, default_id: str, *, on_disk: bool = True
    ) -> tuple[AccountType, ...]:
        if len(data) > READ_LIMIT:
            size = f"{READ_LIMIT // 1024 // 1024} MiB"
            raise UserError(f"{file}: is larger than {size}, the limit; split it")
        _refuse(file, kinds.not_text(file, data))
        document = self._document(str(file), data, "account types", file, on_disk=on_disk)
        _refuse(file, kinds.not_account_types(document) or kinds.too_many(document))
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

    def _refuse_empty(self, path: Path) -> None:
        """Raise UserError if a path holds no account type; a broken one has a finding instead."""
        documents = self.sources.documents
        here = [documents[name] for name in documents if Path(name).is_relative_to(path)]
        if not any(document.error or document.is_link_out for document in here):
            wanted = "a document, a list of them, or a dump made with include_docs=true"
            raise UserError(f"{path}: contains no account types; name {wanted}")


def _manifest_of(file: Path) -> Path | None:
    """Return where the manifest of a developer's file is, by its name; None for other files."""
    if file.name == IMPORTED and file.parent.name == "data":
        return file.parent.with_name(MANIFEST_NAME)
    if file.name in (DEV_CONFIG, IMPORTED):
        return file.with_name(MANIFEST_NAME)
    return None


def _json_in(folder: Path) -> list[Path]:
    """Return the JSON files in and below a folder that may hold account types, by their names."""
    found = (file for file in folder.rglob("*.json") if file.name not in kinds.NEVER_ACCOUNT_TYPES)
    return sorted(one for one in found if NOT_WALKED.isdisjoint(one.relative_to(folder).parts[:-1]))


def _tree_of(file: Path) -> Tree:
    """Return the tree of a named file: its folder, or that of the connector that it belongs to."""
    folder = file.parent
    if manifest := _manifest_of(file):
        return Tree(manifest.parent)
    is_own = folder.name in NEXT_TO_MANIFEST and (folder.parent / MANIFEST_NAME).is_file()
    return Tree(folder.parent if is_own else folder)


def _refuse(name: object, why: str) -> None:
    """Raise UserError with a file's name if there is a reason why it cannot be used."""
    if why:
        raise UserError(f"{name}: {why}")
