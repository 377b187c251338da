"""Which files of a folder are checked, and what kind of file and folder each is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from manifest_lint.account_types import account_types, looks_like_one
from manifest_lint.connector import MANIFEST_NAME, Layout
from manifest_lint.document import READ_LIMIT, Document
from manifest_lint.errors import UserError
from manifest_lint.files import cannot_read, read_file

ACCOUNT_TYPES_NAME = re.compile(r"account[-_]?types?([-_.].*)?\.json", re.IGNORECASE)
"""Names of files of account types."""

_NOT_WALKED = frozenset(("node_modules", "build"))
_FOUND_WITH_SOURCES = (
    "src",
    "assets",
    "webpack.config.js",
    "yarn.lock",
    "package-lock.json",
    "node_modules",
    ".git",
    ".gitignore",
)
_HOLDS_ACCOUNT_TYPES = re.compile(rb"\b(client_id|client_secret|grant_mode|auth_endpoint)\b")


def are_account_types(file: Path, data: bytes) -> bool:
    """Tell a file of account types by its name, else by what it holds, broken or not."""
    if file.suffix == Path(MANIFEST_NAME).suffix:
        return False
    if ACCOUNT_TYPES_NAME.fullmatch(file.name) or file.parent.name == "account_types":
        return True
    if not _HOLDS_ACCOUNT_TYPES.search(data):
        return False
    document = Document(str(file), data)
    if document.error:
        return True
    return any(looks_like_one(found.value) for found in account_types(document))


def layout_of(names: frozenset[str]) -> Layout:
    """Tell a built folder from a source tree by the names in it.

    It has an entry point and nothing to develop with; an old connector keeps its index.js at the
    top of its source tree.
    """
    built = not names.isdisjoint(("index.js", "main.js"))
    return "built" if built and names.isdisjoint(_FOUND_WITH_SOURCES) else "source"


def checked_below(root: Path, *, may_be_empty: bool) -> list[Path]:
    """Find every manifest below a folder, but for what is built, installed, hidden or ignored.

    Where there is none, the account types in the folder itself are checked. Raises UserError where
    nothing is left to check, unless it `may_be_empty`.
    """
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise cannot_read(Path(error.filename or root), error)

    for folder, folders, names in os.walk(root, onerror=refuse):
        if MANIFEST_NAME in folders:
            raise UserError(f"{Path(folder) / MANIFEST_NAME}: is a folder; a manifest is a file")
        folders[:] = sorted(
            name for name in folders if name not in _NOT_WALKED and not name.startswith(".")
        )
        if MANIFEST_NAME in names:
            found.append(Path(folder) / MANIFEST_NAME)
    ignored = _ignored_by_git(root, found)
    kept = [path for path in found if path not in ignored]
    if not found:
        documents = sorted(root.glob("*.json"))
        kept = [file for file in documents if are_account_types(file, read_file(file, READ_LIMIT))]
    if not kept and not may_be_empty:
        why = "all that are there are ignored by git" if found else "there is none below it"
        raise UserError(f"{root}: no {MANIFEST_NAME} to check: {why}; name the file itself")
    return kept


def _ignored_by_git(root: Path, found: list[Path]) -> set[Path]:
    """Tell which files git ignores; none outside a work tree, without git, or if `root` is one."""
    import subprocess  # only to look through a folder

    asked = [Path(), *(path.relative_to(root) for path in found)]
    command = ["git", "-c", "core.fsmonitor=false", "check-ignore", "-z", "--stdin"]
    try:
        answer = subprocess.run(
            command,
            cwd=root,
            input="\0".join(str(path) for path in asked).encode(errors="surrogateescape"),
            capture_output=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return set()
    names = answer.stdout.decode(errors="surrogateescape").split("\0")
    ignored = {root / name for name in names if name}
    return set() if root / "." in ignored or root in ignored else ignored
