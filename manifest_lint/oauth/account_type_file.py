"""Which files hold account types, by their names and contents, and the account types in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.cozy.go_struct import field
from manifest_lint.document.document import Document, Several
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.dumps import KEYS, documents_in

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer
    from manifest_lint.oauth.dumps import Placed

FOLDERS = ("account_types", "account-types")
"""The names of a folder that holds them."""

_USUAL = ("account-types-def.json", "account_types.json", "account-types.json")
NEXT_TO_MANIFEST = (*_USUAL, *FOLDERS)
"""Where the account types of one connector are: the first is what `init` writes."""

_NAME = r"account[-_]?types?([-_.].*)?\.json"


def is_named_as_one(file: Path) -> bool:
    """Return whether a file has a name for account types, or is in a folder for them."""
    return _has_own_name(file) or file.parent.name in FOLDERS


def is_one(file: Path, data: bytes) -> bool:
    """Return whether a file holds account types: by its name, else by its content, broken or not.

    A file with the ending of a manifest never does.
    """
    if file.suffix == ".konnector":
        return False
    if is_named_as_one(file):
        return True
    if not any(re.search(rf"\b{key}\b".encode(), data) for key in KEYS):
        return False
    document = Document(str(file), data, "account types")
    if document.error:
        return True
    return any(looks_like_one(found.value) for found in account_types(document))


def id_by_name(file: Path) -> str:
    """Return the id that a file's name gives to its only document; empty if it gives none."""
    return "" if _has_own_name(file) else file.stem


def _has_own_name(file: Path) -> bool:
    return file.name in _USUAL or re.fullmatch(_NAME, file.name, re.IGNORECASE) is not None


def looks_like_one(value: object) -> bool:
    """Return whether a decoded value has the keys of an account type, whatever its file's name."""
    return isinstance(value, dict) and not value.keys().isdisjoint(KEYS)


def account_types(
    document: Document, default_id: str = "", settings: Settings = DEFAULTS
) -> Iterator[AccountType]:
    """Yield the account types in a decoded file.

    For the forms of a file see `dumps.documents_in`. `default_id` names a single document that has
    no `_id`. Design documents, rows without a document, and deleted documents are skipped.
    """
    candidates = _candidates(document)
    alone = len(candidates) == 1
    for pointer, item in candidates:
        if not isinstance(item, dict) or item.get("_deleted") is True:
            continue
        own = field(item, "_id")
        name = own if isinstance(own, str) and own else (default_id if alone else "")
        if not _is_design(item.get("_id")):
            yield AccountType(document, pointer, item, name, settings)


def _candidates(document: Document) -> list[Placed]:
    """Return where the account types of a file should be; a README may show several files."""
    is_readme = document.kind == "readme" and isinstance(document.value, list)
    return documents_in(Several(document.value) if is_readme else document.value)


def _is_design(name: Any) -> bool:
    return isinstance(name, str) and name.startswith("_design/") and name != "_design/"


def not_objects(document: Document) -> list[Pointer]:
    """Return the places in a decoded list or dump where something other than an object is."""
    return [
        pointer
        for pointer, item in documents_in(document.value)
        if pointer and not isinstance(item, dict) and not (pointer[-1] == "doc" and item is None)
    ]
