"""From paths to connectors: read files, and find what belongs to each connector."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.config.settings import DEFAULTS
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Folder, Tree, read_file, refuse_named_link
from manifest_lint.finding import Skip
from manifest_lint.oauth import account_type_file, wire
from manifest_lint.oauth.account_type_file import NEXT_TO_MANIFEST
from manifest_lint.project import kinds
from manifest_lint.project.connector import (
    DEV_CONFIG,
    MANIFEST_NAME,
    Connector,
    password_fields,
)
from manifest_lint.project.discovery import Below, checked_below, layout_of
from manifest_lint.project.kinds import IMPORTED
from manifest_lint.project.reading import Draft, Fetched, Reading, SettingsOf, Sources, refuse

if TYPE_CHECKING:
    from manifest_lint.document.document import Kind

__all__ = ["Draft", "Fetched", "SettingsOf", "Sources", "gather"]

README = "README.md"
"""Where a connector's account type is often shown."""


def gather(
    paths: Iterable[Path],
    account_type_paths: Iterable[Path] = (),
    stdin: tuple[str | None, bytes] | None = None,
    settings_of: SettingsOf = lambda _: DEFAULTS,
    instead: Mapping[str, bytes | Draft] | None = None,
    fetched: Iterable[Fetched] = (),
) -> Sources:
    """Read everything to check.

    `paths` are manifests, files of account types, developers' configurations (each means the
    connector next to it), and folders to search. `account_type_paths` are files and folders whose
    account types are for every connector, as are those in `fetched`. `stdin` is one more manifest:
    its name, if it has one, and its bytes. `settings_of` returns the settings for a file; `instead`
    has the bytes to use for some documents, by their names. As a mapping, `paths` also has what is
    below folders that were searched already. A link that leads out of the named
    folder, see files.Tree, is not followed: it becomes a document that says so. Raises UserError if
    a named path is missing or cannot be read; what cannot be read in a folder is in `refused`,
    unless nothing else was found.
    """
    reading = Reading(Sources(), settings_of, tuple(account_type_paths), instead or {})
    for one in fetched:
        reading.add_fetched(one)
    named = reading.named_account_types(reading.account_type_paths)
    gathering = _Gathering(reading)
    gathering.walked = paths if isinstance(paths, Mapping) else {}
    for path in paths:
        refuse_named_link(path if path.is_dir() else path.parent)
        if path.is_dir():
            gathering.add_folder(path, may_be_empty=named is not None)
        else:
            gathering.add_file(path, _tree_of(path))
    if stdin:
        name, data = stdin
        refuse(name, kinds.not_to_check(Path(name or "")))
        path_of_it = Path(name) if name else None
        tree = Tree(path_of_it.parent) if path_of_it else None
        name = name or "<stdin>"
        if account_type_file.is_one(Path(name), data):
            reading.read_account_types(Path(name), data, "", on_disk=False)
        else:
            gathering.add(name, data, path_of_it, tree, on_disk=False)
    return reading.sources


def walk(folders: Iterable[Path], settings_of: SettingsOf) -> dict[Path, Below]:
    """Search folders, before `gather` reads what is there. Raises UserError as it does."""
    reading, found = Reading(Sources(), settings_of, (), {}), {}
    for folder in folders:
        refuse_named_link(folder)
        tree, excluded_in = Tree(folder), reading.excluded_in
        found[folder] = checked_below(folder, tree, excluded_in, may_be_empty=False)
    return found


def gather_files(files: Iterable[Path], folder: Path, settings_of: SettingsOf) -> Sources:
    """Read some of the manifests that were found below a folder, with what belongs to each."""
    reading = Reading(Sources(), settings_of, (), {})
    _Gathering(reading).add_found(files, Tree(folder), reading.sources.refused)
    return reading.sources


class _Gathering:
    """Finds the connectors at paths, and reads what belongs to each."""

    def __init__(self, reading: Reading):
        self.reading = reading
        self.walked: Mapping[Path, Below] = {}

    def add_folder(self, folder: Path, *, may_be_empty: bool) -> None:
        """Add every connector below a folder; those that cannot be read are in `refused`."""
        tree = Tree(folder)
        below = self.walked.get(folder) or checked_below(
            folder, tree, self.reading.excluded_in, may_be_empty=may_be_empty
        )
        self.reading.sources.excluded += below.excluded
        if below.skipped:
            self.reading.sources.skipped.append(Skip(".gitignore", below.skipped))
        for link in below.links:
            self.reading.add_link(link, "manifest" if link.name == MANIFEST_NAME else "folder")
        refused = below.refused
        self.add_found(below.files, tree, refused)
        if refused and not self.reading.sources.documents:
            raise refused[0]
        self.reading.sources.refused += refused
        self.reading.sources.folders.append(folder)

    def add_found(self, files: Iterable[Path], tree: Tree, refused: list[UserError]) -> None:
        """Add files that were found in a folder; those that cannot be read go to `refused`."""
        for file in files:
            try:
                self.reading.named_by(
                    self.reading.settings_of(file)
                )  # first, as it is for many files
                self.add_file(file, tree)
            except UserError as error:
                if str(error) not in map(str, refused):
                    # Its traceback would keep all that was read, until the collector finds it.
                    refused.append(error.with_traceback(None))

    def add_file(self, file: Path, tree: Tree) -> None:
        """Add what a file is: a manifest, account types, or a developer's file of a connector."""
        path = os.path.abspath(file)  # noqa: PTH100  # resolving every part would cost more
        if (manifest := _manifest_of(file)) and file.is_file() and manifest.is_file():
            self.add_file(manifest, tree)  # and with it, the developer's file
            return
        if path in self.reading.sources.read:
            return
        refuse(file, kinds.not_to_check(file))
        if not tree.holds(file):
            self.reading.sources.read[path] = ()
            is_manifest = file.suffix == Path(MANIFEST_NAME).suffix
            self.reading.add_link(file, "manifest" if is_manifest else "account types")
            return
        data = read_file(file, READ_LIMIT + 1)
        named = self.reading.account_type_paths or self.reading.fetched
        manifest = None if named else kinds.manifest_beside(file)
        if manifest or account_type_file.is_one(file, data):
            if manifest:
                self.add_file(manifest, tree)  # and with it, the account types next to it
            if path not in self.reading.sources.read and not self.reading.read_account_types(
                file, data, ""
            ):
                self.reading.refuse_empty(file)
            return
        self.reading.sources.read[path] = ()
        self.add(str(file), data, file, tree, on_disk=True)

    def add(
        self, name: str, data: bytes, path: Path | None, tree: Tree | None, *, on_disk: bool
    ) -> None:
        """Add a manifest, with what is next to it: also if it is not an object."""
        refuse(name, kinds.not_text(path or Path(name), data))
        document = self.reading.document(name, data, "manifest", path, on_disk=on_disk)
        if why := kinds.not_a_manifest(document):
            del self.reading.sources.documents[name]
            refuse(name, why)
        is_object = isinstance(document.value, dict)
        value = document.value if is_object else {}
        settings = self.reading.sources.settings[name]
        folder = path.parent if path else None
        files = Folder(folder, tree) if folder and os.path.isdir(folder) else None  # noqa: PTH112
        names: frozenset[str] = frozenset()
        if files and folder and not files.names:
            files = None
        elif files and folder:
            names = files.names - self._add_links_in(files, folder, files.names)
        own = self.reading.named_account_types(self.reading.named_by(settings))
        if own is None and folder and (present := [n for n in NEXT_TO_MANIFEST if n in names]):
            wanted = wire.account_type_id(value)
            default = wanted if isinstance(wanted, str) else ""
            own = tuple(self.reading.account_types_at([folder / n for n in present], default, tree))
            if not own and not self._is_broken([folder / n for n in present]):
                own = None
        if folder and README in names and layout_of(names) == "source":
            self.reading.add_readme(folder / README)
        layout = layout_of(names)
        at = folder if layout == "source" else None
        developers = tuple(self._developers_files(at, names, tree)) if at else ()
        for one in developers:
            one.secret_names = password_fields(value)
        if is_object:
            self.reading.sources.connectors.append(
                Connector(document, files, layout, own, settings, developers)
            )

    def _is_broken(self, paths: list[Path]) -> bool:
        """Return whether a file at one of the paths, or below, was read and is not JSON."""
        broken = [
            Path(name)
            for name, document in self.reading.sources.documents.items()
            if document.error or not isinstance(document.value, dict | list)
        ]
        return any(file.is_relative_to(path) for file in broken for path in paths)

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
                self.reading.add_link(file, kind)
                continue
            data = read_file(file, READ_LIMIT + 1)
            if file.name == DEV_CONFIG or data.strip():  # standalone mode accepts an empty one
                yield self.reading.document(str(file), data, kind, file, on_disk=True)

    def _add_links_in(self, files: Folder, folder: Path, names: frozenset[str]) -> set[str]:
        """Add the links of a connector that lead out of the tree; return those at its top."""
        below = ("src/", "assets/") if layout_of(names) == "source" else ()
        links = set()
        for path in files.outside(*below):
            if not path.startswith(".") and path not in ("node_modules", "build"):
                is_account_type = path in NEXT_TO_MANIFEST
                self.reading.add_link(folder / path, "account types" if is_account_type else "file")
                links.add(path)
        return links


def _manifest_of(file: Path) -> Path | None:
    """Return where the manifest of a developer's file is, by its name; None for other files."""
    if file.name == IMPORTED and file.parent.name == "data":
        return file.parent.with_name(MANIFEST_NAME)
    if file.name in (DEV_CONFIG, IMPORTED):
        return file.with_name(MANIFEST_NAME)
    return None


def _tree_of(file: Path) -> Tree:
    """Return the tree of a named file: its folder, or that of the connector that it belongs to."""
    return Tree((_manifest_of(file) or kinds.manifest_beside(file) or file).parent)
