"""What a file is where another kind of file is needed, and what to do then.

Each function returns a clause that follows the file's name in a message, empty for the right kind;
but `manifest_beside` says which connector a file belongs to.
"""

from __future__ import annotations

from pathlib import Path

from manifest_lint.cozy.manifest import MANIFEST_KEYS
from manifest_lint.document import encoding
from manifest_lint.document.document import Document
from manifest_lint.oauth.account_type_file import FOLDERS, NEXT_TO_MANIFEST, looks_like_one
from manifest_lint.oauth.dumps import KEYS, documents_in, without_documents
from manifest_lint.project.connector import DEV_CONFIG, MANIFEST_NAME

IMPORTED = "importedData.json"
"""What standalone mode writes, a developer's fields included: in `data/`, or next to the manifest
[cozy-konnector-libs src/helpers/cozy-client-js-stub.js, setUpDb and find]."""

_SUFFIX = Path(MANIFEST_NAME).suffix
_NPM = ("package.json", "package-lock.json")
NEVER_ACCOUNT_TYPES = frozenset((*_NPM, DEV_CONFIG, IMPORTED))
"""Names of JSON files next to a manifest that hold something else."""

_NOT_JSON = frozenset(
    (".js", ".jsx", ".mjs", ".ts", ".svg", ".png", ".jpg", ".md", ".lock", ".yml", ".yaml", ".toml")
)
_ENOUGH = 3
"""A file with this many of a manifest's keys is one, whatever its name."""

MOST_DOCUMENTS = 50_000
"""A file of more account types is not read: a platform has some hundred."""

_NAME_ONE = f"name a file of account types, such as {NEXT_TO_MANIFEST[0]}"


def not_to_check(file: Path) -> str:
    """Return what a file is by its name, if it is neither a manifest nor account types."""
    if file.name in NEVER_ACCOUNT_TYPES or file.suffix in _NOT_JSON:
        return f"is neither a {MANIFEST_NAME} nor an account types file; pass one of these"
    return ""


def manifest_beside(file: Path) -> Path | None:
    """Return the manifest whose check reads a file as account types; None if there is none.

    The file is next to it, or at any depth in a folder for account types that is.
    """
    places = [file] if file.name in NEXT_TO_MANIFEST else []
    if file.suffix == ".json" and file.name not in NEVER_ACCOUNT_TYPES:
        places += [folder for folder in file.parents if folder.name in FOLDERS]
    found = (place.with_name(MANIFEST_NAME) for place in places)
    return next((manifest for manifest in found if manifest.is_file()), None)


def not_text(file: Path, data: bytes) -> str:
    """Return what a file is by its first bytes, if it is not text in UTF-8.

    Of a manifest the rules say it, and who refuses it.
    """
    if file.suffix == _SUFFIX:
        return ""
    if data.startswith(b"\x1f\x8b") or data[257:262] == b"ustar":
        return "is an archive; check it with manifest-lint verify"
    if data.startswith(b"PK\x03\x04"):
        return "is a zip file; unpack it first"
    what = encoding.not_text(data)
    to_do = "name another file" if what == "binary" else "save it as UTF-8"
    return f"is {what}, not text in UTF-8; {to_do}" if what else ""


def not_a_manifest(document: Document) -> str:
    """Return what a file is by its content, if it is not a manifest."""
    value = document.value
    if not isinstance(value, dict):
        return without_documents(value)
    if not value.keys().isdisjoint(KEYS) and value.keys().isdisjoint(_OF_MANIFESTS):
        is_named_so = Path(document.name).suffix == _SUFFIX
        to_do = f"rename it to {NEXT_TO_MANIFEST[0]}" if is_named_so else "name a manifest"
        return f"holds an account type; {to_do}"
    return without_documents(value)


def named_like_other_than_account_types(file: Path) -> str:
    """Return what a file is by its name, if it does not hold account types."""
    if file.suffix == _SUFFIX:
        return f"is a manifest; {_NAME_ONE}"
    if file.name in _NPM:
        return f"is a file of npm; {_NAME_ONE}"
    if file.name in NEVER_ACCOUNT_TYPES:
        return f"is a developer's configuration; {_NAME_ONE}"
    return f"is not JSON; {_NAME_ONE}" if file.suffix in _NOT_JSON else ""


def not_account_types(document: Document) -> str:
    """Return what a file is by its content, if it does not hold account types."""
    value = document.value
    if isinstance(value, dict) and documents_in(value) == [((), value)]:
        keys = value.keys()
        if not looks_like_one(value):
            if len(keys & _OF_MANIFESTS) >= _ENOUGH:
                if Path(document.name).name == NEXT_TO_MANIFEST[0]:
                    return f"is a manifest; rename it to {MANIFEST_NAME}"
                return f"is a manifest; {_NAME_ONE}"
            if "name" in keys and keys & {"dependencies", "devDependencies", "scripts"}:
                return f"is a file of npm; {_NAME_ONE}"
            if {"COZY_URL", "fields"} <= keys:
                return f"is a developer's configuration; {_NAME_ONE}"
    return without_documents(value)


def too_many(document: Document) -> str:
    """Return that a file has more documents than we check, if it has."""
    if len(document.data) <= MOST_DOCUMENTS or len(documents_in(document.value)) <= MOST_DOCUMENTS:
        return ""
    return f"holds more than {MOST_DOCUMENTS:,} documents, the limit; split it"


_OF_MANIFESTS = frozenset(MANIFEST_KEYS) - {"slug"}
