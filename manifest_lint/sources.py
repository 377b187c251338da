"""From paths to connectors: which files to check, and what belongs to each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from manifest_lint import oauth
from manifest_lint.account_types import AccountType, account_types, looks_like_one
from manifest_lint.connector import MANIFEST_NAME, Connector, Layout
from manifest_lint.document import READ_LIMIT, Document
from manifest_lint.errors import UserError
from manifest_lint.files import Folder, cannot_read, read_file

BESIDE_THE_MANIFEST = ("account-types-def.json", "account_types.json", "account_types")
"""Where account types of a connector are looked for when none are named, in its own folder."""

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
_ACCOUNT_TYPES_NAME = re.compile(r"account[-_]?types?\b.*\.json", re.IGNORECASE)


@dataclass
class Sources:
    """All that one run looks at: each connector, account type and document once."""

    connectors: list[Connector] = field(default_factory=list)
    account_types: list[AccountType] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)


def gather(
    paths: Iterable[Path],
    account_type_paths: Iterable[Path] = (),
    stdin: tuple[str | None, bytes] | None = None,
) -> Sources:
    """Read all that is to be checked.

    `paths` are manifests, files of account types, and folders to look through;
    `account_type_paths` are files and folders whose account types are for every connector.
    `stdin` is one more manifest: the name it goes under, if it has one, and its bytes. Raises
    UserError for what is missing or cannot be read.
    """
    sources = Sources()
    shared: tuple[AccountType, ...] | None = None
    if named := list(account_type_paths):
        shared = tuple(_account_types_at(named, sources))
    for path in paths:
        for file in _manifests_below(path) if path.is_dir() else [path]:
            _add_file(file, shared, sources)
    if stdin:
        name, data = stdin
        folder = Path(name).parent if name else None
        _add(name or "<stdin>", data, folder, shared, sources)
    return sources


def _add_file(file: Path, shared: tuple[AccountType, ...] | None, sources: Sources) -> None:
    if str(file) in sources.documents:
        return
    data = read_file(file, READ_LIMIT + 1)
    if _are_account_types(file, data):
        in_folder = file.parent.name in BESIDE_THE_MANIFEST
        connector = file.parent.parent if in_folder else file.parent
        manifest = connector / MANIFEST_NAME
        own = file.name in BESIDE_THE_MANIFEST or in_folder
        if own and shared is None and manifest.is_file():
            _add_file(manifest, shared, sources)  # and with it, the account types beside it
            if str(file) in sources.documents:
                return
    _add(str(file), data, file.parent, shared, sources)


def _add(
    name: str,
    data: bytes,
    folder: Path | None,
    shared: tuple[AccountType, ...] | None,
    sources: Sources,
) -> None:
    """Add a manifest, with the account types beside it, or a file of account types."""
    if _are_account_types(Path(name), data):
        document = sources.documents[name] = Document(name, data, confidential=True)
        sources.account_types += account_types(document, _id_by_name(Path(name)))
        return
    document = sources.documents[name] = Document(name, data)
    if not isinstance(document.value, dict):
        return
    own = shared
    inside = folder.iterdir() if folder and folder.is_dir() else ()
    names = frozenset(path.name for path in inside)
    if own is None and folder:
        present = [folder / name for name in BESIDE_THE_MANIFEST if name in names]
        if present:
            wanted = oauth.account_type_id(document.value)
            default = wanted if isinstance(wanted, str) else ""
            own = tuple(_account_types_at(present, sources, default))
    files = Folder(folder) if folder and names else None
    sources.connectors.append(Connector(document, files, _layout(names), own))


def _account_types_at(
    paths: Iterable[Path], sources: Sources, default_id: str = ""
) -> Iterator[AccountType]:
    for path in paths:
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not files:
            raise UserError(f"{path}: holds no .json file; name a file or folder of account types")
        for file in files:
            document = Document(str(file), read_file(file, READ_LIMIT + 1), confidential=True)
            sources.documents[str(file)] = document
            found = list(account_types(document, _id_by_name(file) or default_id))
            sources.account_types += found
            yield from found


def _id_by_name(file: Path) -> str:
    return "" if _ACCOUNT_TYPES_NAME.fullmatch(file.name) else file.stem


def _are_account_types(file: Path, data: bytes) -> bool:
    if file.suffix != ".json":
        return False
    if _ACCOUNT_TYPES_NAME.fullmatch(file.name) or file.parent.name == "account_types":
        return True
    return any(looks_like_one(found.value) for found in account_types(Document(str(file), data)))


def _layout(names: frozenset[str]) -> Layout:
    """Tell a built folder from a source tree by the names in it.

    It has an entry point and nothing to develop with; an old connector keeps its index.js at the
    top of its source tree.
    """
    built = not names.isdisjoint(("index.js", "main.js"))
    return "built" if built and names.isdisjoint(_FOUND_WITH_SOURCES) else "source"


def _manifests_below(root: Path) -> list[Path]:
    """Find every manifest below a folder, but for what is built, installed, hidden or ignored."""
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
    if not kept:
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
