"""The files of compared connectors that hold secrets: what they hold is masked in every text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.document.document import Document
from manifest_lint.files.disk import Tree
from manifest_lint.oauth.account_type_file import FOLDERS, NEXT_TO_MANIFEST
from manifest_lint.project.connector import DEV_CONFIG, MANIFEST_NAME
from manifest_lint.project.discovery import Found
from manifest_lint.project.kinds import IMPORTED
from manifest_lint.project.older import data_of, is_in_folder
from manifest_lint.project.sources import README

if TYPE_CHECKING:
    from manifest_lint.document.document import Kind

_DATA = "data"
"""The folder of a connector where standalone mode writes a developer's fields."""

_DEVELOPERS = (DEV_CONFIG, IMPORTED)
CONFIDENTIAL = frozenset((*_DEVELOPERS, README, *NEXT_TO_MANIFEST)).difference(FOLDERS)
"""The names of confidential files; in a folder of account types they have any name."""

_OTHERS = (*_DEVELOPERS, f"{_DATA}/{IMPORTED}", README)
"""The paths of a connector's confidential files that have no account types of it."""

ENDINGS = (".json", README)
"""How the paths of all confidential files end."""


def is_confidential(path: str) -> bool:
    """Return whether a file may hold secrets of the connector around it, by its name."""
    return path.rpartition("/")[2] in CONFIDENTIAL or (
        path.endswith(".json") and is_in_folder(path)
    )


def connectors_of(key: str) -> Iterator[str]:
    """Yield the folders of the connectors that a confidential file may be next to.

    They are several if one is below a folder of account types of another, or is named like that.
    """
    *folders, name = key.split("/")
    if name in CONFIDENTIAL:
        yield "/".join(folders)
    if name == IMPORTED and folders[-1:] == [_DATA]:
        yield "/".join(folders[:-1])
    if name.endswith(".json"):
        for number, folder in enumerate(folders):
            if folder in FOLDERS:
                yield "/".join(folders[:number])


def account_types_beside(manifest: Found) -> Iterator[tuple[str, str]]:
    """Yield the files with account types next to a manifest, by their paths relative to it."""
    top = manifest.path.removesuffix(MANIFEST_NAME)
    for name in manifest.those_of(NEXT_TO_MANIFEST):
        file = f"{top}{name}"
        if not os.path.lexists(file):
            continue
        if name in FOLDERS and os.path.isdir(file):  # noqa: PTH112
            below = (one.relative_to(file).as_posix() for one in Path(file).rglob("*.json"))
            yield from ((f"{name}/{one}", os.path.join(file, one)) for one in below)  # noqa: PTH118
        else:
            yield name, file


def confidential_beside(folder: Path) -> list[Document]:
    """Return the files in a connector's folder that may hold secrets, of those that can be read."""
    types = (Path(file) for _, file in account_types_beside(Found(str(folder / MANIFEST_NAME))))
    return _on_disk([*types, *(folder / name for name in _OTHERS)], Tree(folder))


def confidential_at(paths: Iterable[Path]) -> list[Document]:
    """Return the account types at named paths of files and folders, of those that can be read."""
    return [
        document
        for path in paths
        for document in _on_disk(
            sorted(path.rglob("*.json")) if path.is_dir() else [path],
            Tree(path if path.is_dir() else path.parent),
        )
    ]


def _on_disk(files: Iterable[Path], tree: Tree) -> list[Document]:
    held = (file for file in files if file.is_file() and tree.holds(file))
    return confidential({str(file): data_of(file) for file in held})


def confidential(files: Mapping[str, bytes]) -> list[Document]:
    """Return the documents with some contents, by their names; none for a README without JSON."""
    found = (_document(name, data) for name, data in files.items())
    return [document for document in found if document]


def _document(name: str, data: bytes) -> Document | None:
    file = name.replace(os.sep, "/").rpartition("/")[2]
    if file == README:
        from manifest_lint.content import readme  # only where there is one

        shown = readme.examples(data)
        return Document(name, shown.data, "readme") if shown else None
    kind: Kind = "developer's configuration" if file in _DEVELOPERS else "account types"
    return Document(name, data, kind)
