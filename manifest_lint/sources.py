"""From paths to connectors: what is read, and what belongs to each."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from manifest_lint import oauth
from manifest_lint.account_types import AccountType, account_types, looks_like_one, not_objects
from manifest_lint.connector import MANIFEST_NAME, Connector
from manifest_lint.discovery import (
    ACCOUNT_TYPES_NAME,
    are_account_types,
    checked_below,
    layout_of,
)
from manifest_lint.document import READ_LIMIT, Document, Kind
from manifest_lint.errors import UserError
from manifest_lint.files import Folder, names_in, read_file
from manifest_lint.settings import DEFAULTS, Settings
from manifest_lint.wording import pointer_text, quoted

BESIDE_THE_MANIFEST = ("account-types-def.json", "account_types.json", "account_types")
"""Where account types of a connector are looked for when none are named, in its own folder."""

DEV_CONFIG = "konnector-dev-config.json"
"""What a developer runs a connector with, beside its manifest [cozy-konnector-libs, standalone]."""

README = "README.md"
"""Where a connector's account type is often shown."""

SettingsOf = Callable[[Path | None], Settings]
"""Gives the settings for a file, by its path; for a text without one, by None."""

_NEVER_A_MANIFEST = frozenset(("package.json", "package-lock.json", DEV_CONFIG))
_NEVER_OF_A_MANIFEST = frozenset(
    (".js", ".jsx", ".mjs", ".ts", ".svg", ".png", ".jpg", ".md", ".lock", ".yml", ".yaml", ".toml")
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """Account types that were read from elsewhere than a file: the name they go under, the text."""

    name: str
    data: bytes

    @staticmethod
    def of(name: str, value: object) -> Fetched:
        """Make it of a decoded document."""
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return Fetched(name, text.encode("utf-8", "surrogatepass"))


@dataclass
class Sources:
    """All that one run looks at: each connector, account type and document once.

    `documents` has each by its name, `settings` those for it, `read` the account types of each
    file by its absolute path. `shared` tells whether account types were named for all connectors.
    """

    connectors: list[Connector] = field(default_factory=list)
    account_types: list[AccountType] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    settings: dict[str, Settings] = field(default_factory=dict)
    read: dict[str, tuple[AccountType, ...]] = field(default_factory=dict)
    shared: bool = False


def gather(
    paths: Iterable[Path],
    account_type_paths: Iterable[Path] = (),
    stdin: tuple[str | None, bytes] | None = None,
    settings_of: SettingsOf = lambda _: DEFAULTS,
    instead: Mapping[str, bytes] | None = None,
    fetched: Iterable[Fetched] = (),
) -> Sources:
    """Read all that is to be checked.

    `paths` are manifests, files of account types, developers' configurations, each of which
    stands for the connector beside it, and folders to look through;
    `account_type_paths` are files and folders whose account types are for every connector.
    `stdin` is one more manifest: the name it goes under, if it has one, and its bytes.
    `fetched` are more account types for every connector.
    `settings_of` gives the settings for a file, `instead` the bytes to take for some documents, by
    their names. Raises UserError for what is missing or cannot be read.
    """
    gathering = _Gathering(Sources(), settings_of, tuple(account_type_paths), instead or {})
    for one in fetched:
        gathering.add_fetched(one)
    named = gathering.named_account_types(gathering.account_type_paths)
    for path in paths:
        found = checked_below(path, may_be_empty=named is not None) if path.is_dir() else [path]
        for file in found:
            gathering.add_file(file)
    if stdin:
        name, data = stdin
        _refuse_other_files(Path(name or ""))
        gathering.add(name or "<stdin>", data, Path(name) if name else None, on_disk=False)
    return gathering.sources


@dataclass
class _Gathering:
    """One run's reading, and what it has read so far."""

    sources: Sources
    settings_of: SettingsOf
    account_type_paths: tuple[Path, ...]
    instead: Mapping[str, bytes]
    named: dict[tuple[Path, ...], tuple[AccountType, ...]] = field(default_factory=dict)
    fetched: tuple[AccountType, ...] = ()

    def add_fetched(self, one: Fetched) -> None:
        """Add account types for every connector that are in no file."""
        document = self._document(one.name, one.data, "account types", None, on_disk=False)
        found = tuple(account_types(document, settings=self.sources.settings[one.name]))
        self.sources.account_types += found
        self.sources.shared = True
        self.fetched += found

    def add_file(self, file: Path) -> None:
        path = os.path.abspath(file)  # noqa: PTH100  # resolving every part would cost more
        if file.name == DEV_CONFIG and file.is_file():
            beside = file.with_name(MANIFEST_NAME)
            if beside.is_file():
                self.add_file(beside)  # and with it, the configuration
                return
        if path in self.sources.read:
            return
        _refuse_other_files(file)
        data = read_file(file, READ_LIMIT + 1)
        if are_account_types(file, data):
            in_folder = file.parent.name in BESIDE_THE_MANIFEST
            manifest = (file.parent.parent if in_folder else file.parent) / MANIFEST_NAME
            own = file.name in BESIDE_THE_MANIFEST or in_folder
            named = self.account_type_paths or self.fetched
            if own and not named and manifest.is_file():
                self.add_file(manifest)  # and with it, the account types beside it
            if path not in self.sources.read and not self._read_account_types(file, data, ""):
                self._refuse_empty(file)
            return
        self.sources.read[path] = ()
        self.add(str(file), data, file, on_disk=True)

    def add(self, name: str, data: bytes, path: Path | None, *, on_disk: bool) -> None:
        """Add a manifest, with what is beside it; what holds account types is added so."""
        if are_account_types(Path(name), data):
            self._read_account_types(Path(name), data, "", on_disk=on_disk)
            return
        document = self._document(name, data, "manifest", path, on_disk=on_disk)
        if not isinstance(document.value, dict):
            return
        settings = self.sources.settings[name]
        folder = path.parent if path else None
        names = names_in(folder) if folder and folder.is_dir() else frozenset()
        own = self.named_account_types(
            self.account_type_paths or (() if self.fetched else settings.account_types)
        )
        if own is None and folder and (present := [n for n in BESIDE_THE_MANIFEST if n in names]):
            wanted = oauth.account_type_id(document.value)
            default = wanted if isinstance(wanted, str) else ""
            own = tuple(self._account_types_at([folder / n for n in present], default))
        if folder and README in names and layout_of(names) == "source":
            self._add_readme(folder / README)
        dev_config = None
        if folder and DEV_CONFIG in names and layout_of(names) == "source":
            file = folder / DEV_CONFIG
            data = read_file(file, READ_LIMIT)
            kind: Kind = "developer's configuration"
            dev_config = self._document(str(file), data, kind, file, on_disk=True)
        files = Folder(folder) if folder and names else None
        self.sources.connectors.append(
            Connector(document, files, layout_of(names), own, settings, dev_config)
        )

    def _add_readme(self, file: Path) -> None:
        """Add the account types that a README shows: to be judged, and given to no connector."""
        from manifest_lint import readme  # only where there is one

        shown = readme.examples(read_file(file, readme.LIMIT)) if file.is_file() else None
        if not shown:
            return
        document = self._document(str(file), shown.data, "readme", file, on_disk=True)
        for found in account_types(document, settings=self.sources.settings[str(file)]):
            if looks_like_one(found.value):
                name = found.id or shown.ids[int(found.pointer[0])]
                self.sources.account_types.append(replace(found, id=name))

    def named_account_types(self, paths: tuple[Path, ...]) -> tuple[AccountType, ...] | None:
        """Read the account types that are named for every connector: there must be some."""
        if not paths:
            return self.fetched or None
        if paths not in self.named:
            self.sources.shared = True
            all_found: list[AccountType] = []
            for path in paths:
                found = list(self._account_types_at([path], ""))
                if not found:
                    self._refuse_empty(path)
                all_found += found
            self.named[paths] = (*self.fetched, *all_found)
        return self.named[paths]

    def _document(
        self, name: str, data: bytes, kind: Kind, path: Path | None, *, on_disk: bool
    ) -> Document:
        data = self.instead.get(name, data)
        document = Document(name, data, kind, path=path if on_disk else None)
        self.sources.documents[name] = document
        self.sources.settings[name] = self.settings_of(path)
        return document

    def _account_types_at(self, paths: Iterable[Path], default_id: str) -> Iterator[AccountType]:
        for path in paths:
            for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
                known = self.sources.read.get(os.path.abspath(file))  # noqa: PTH100
                if known is None:
                    data = read_file(file, READ_LIMIT + 1)
                    known = self._read_account_types(file, data, default_id)
                yield from known

    def _read_account_types(
        self, file: Path, data: bytes, default_id: str, *, on_disk: bool = True
    ) -> tuple[AccountType, ...]:
        if len(data) > READ_LIMIT:
            size = f"{READ_LIMIT // 1024 // 1024} MiB"
            raise UserError(f"{file}: is larger than {size}, more than is read; split it")
        document = self._document(str(file), data, "account types", file, on_disk=on_disk)
        for pointer in not_objects(document):
            place = document.at(pointer)
            where = f"{file}:{place.line}:{place.column}"
            raise UserError(f"{where}: {pointer_text(pointer)} is no object; write an account type")
        settings = self.sources.settings[str(file)]
        found = tuple(account_types(document, _id_by_name(file) or default_id, settings))
        ids = sorted(one.id for one in found if one.id)
        if twice := next((id for id, other in pairwise(ids) if id == other), ""):
            raise UserError(f"{file}: two documents have the id {quoted(twice)}; leave one out")
        self.sources.read[os.path.abspath(file)] = found  # noqa: PTH100
        self.sources.account_types += found
        return found

    def _refuse_empty(self, path: Path) -> None:
        """Refuse what holds no account type; one that is broken has a finding instead."""
        document = self.sources.documents.get(str(path))
        if not document or not document.error:
            wanted = "a document, a list of them, or a dump made with include_docs=true"
            raise UserError(f"{path}: holds no account type; give {wanted}")


def _refuse_other_files(file: Path) -> None:
    if file.name in _NEVER_A_MANIFEST or file.suffix in _NEVER_OF_A_MANIFEST:
        what = f"name a {MANIFEST_NAME} or a file of account types"
        raise UserError(f"{file}: is neither; {what}")


def _id_by_name(file: Path) -> str:
    return "" if ACCOUNT_TYPES_NAME.fullmatch(file.name) else file.stem
