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
from manifest_lint.files import Folder, cannot_read, names_in, read_file

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
_ACCOUNT_TYPES_NAME = re.compile(r"account[-_]?types?([-_.].*)?\.json", re.IGNORECASE)
_HOLDS_ACCOUNT_TYPES = re.compile(rb"\b(client_id|client_secret|grant_mode|auth_endpoint)\b")
_NEVER_A_MANIFEST = frozenset(("package.json", "package-lock.json", "konnector-dev-config.json"))
_NEVER_OF_A_MANIFEST = frozenset(
    (".js", ".jsx", ".mjs", ".ts", ".svg", ".png", ".jpg", ".md", ".lock", ".yml", ".yaml", ".toml")
)


@dataclass
class Sources:
    """All that one run looks at: each connector, account type and document once.

    `documents` has each by its name, `read` the account types of each file by its absolute path.
    """

    connectors: list[Connector] = field(default_factory=list)
    account_types: list[AccountType] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    read: dict[str, tuple[AccountType, ...]] = field(default_factory=dict)


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
        shared = tuple(_shared_account_types(named, sources))
    for path in paths:
        for file in _checked_below(path, shared) if path.is_dir() else [path]:
            _add_file(file, shared, sources)
    if stdin:
        name, data = stdin
        folder = Path(name).parent if name else None
        _add(name or "<stdin>", data, folder, shared, sources)
    return sources


def _add_file(file: Path, shared: tuple[AccountType, ...] | None, sources: Sources) -> None:
    path = os.path.abspath(file)  # noqa: PTH100  # resolving every part would cost more
    if path in sources.read:
        return
    if file.name in _NEVER_A_MANIFEST or file.suffix in _NEVER_OF_A_MANIFEST:
        what = f"name a {MANIFEST_NAME} or a file of account types"
        raise UserError(f"{file}: is neither; {what}")
    data = read_file(file, READ_LIMIT + 1)
    if _are_account_types(file, data):
        in_folder = file.parent.name in BESIDE_THE_MANIFEST
        manifest = (file.parent.parent if in_folder else file.parent) / MANIFEST_NAME
        own = file.name in BESIDE_THE_MANIFEST or in_folder
        if own and shared is None and manifest.is_file():
            _add_file(manifest, shared, sources)  # and with it, the account types beside it
        if path not in sources.read and not _read_account_types(file, data, "", sources):
            _refuse_empty(file, sources)
        return
    sources.read[path] = ()
    _add(str(file), data, file.parent, shared, sources)


def _add(
    name: str,
    data: bytes,
    folder: Path | None,
    shared: tuple[AccountType, ...] | None,
    sources: Sources,
) -> None:
    """Add a manifest, with the account types beside it; what holds account types is added so."""
    if _are_account_types(Path(name), data):
        _read_account_types(Path(name), data, "", sources)
        return
    document = sources.documents[name] = Document(name, data)
    if not isinstance(document.value, dict):
        return
    own = shared
    names = names_in(folder) if folder and folder.is_dir() else frozenset()
    if own is None and folder and (present := [n for n in BESIDE_THE_MANIFEST if n in names]):
        wanted = oauth.account_type_id(document.value)
        default = wanted if isinstance(wanted, str) else ""
        own = tuple(_account_types_at([folder / n for n in present], default, sources))
    files = Folder(folder) if folder and names else None
    sources.connectors.append(Connector(document, files, _layout(names), own))


def _shared_account_types(paths: list[Path], sources: Sources) -> Iterator[AccountType]:
    """Read the account types that are named for every connector: there must be some."""
    for path in paths:
        found = list(_account_types_at([path], "", sources))
        if not found:
            _refuse_empty(path, sources)
        yield from found


def _account_types_at(
    paths: Iterable[Path], default_id: str, sources: Sources
) -> Iterator[AccountType]:
    for path in paths:
        for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
            known = sources.read.get(os.path.abspath(file))  # noqa: PTH100
            if known is None:
                data = read_file(file, READ_LIMIT + 1)
                known = _read_account_types(file, data, default_id, sources)
            yield from known


def _read_account_types(
    file: Path, data: bytes, default_id: str, sources: Sources
) -> tuple[AccountType, ...]:
    if len(data) > READ_LIMIT:
        size = f"{READ_LIMIT // 1024 // 1024} MiB"
        raise UserError(f"{file}: is larger than {size}, more than is read; split it")
    document = sources.documents[str(file)] = Document(str(file), data, confidential=True)
    found = tuple(account_types(document, _id_by_name(file) or default_id))
    sources.read[os.path.abspath(file)] = found  # noqa: PTH100
    sources.account_types += found
    return found


def _refuse_empty(path: Path, sources: Sources) -> None:
    """Refuse what holds no account type; one that is broken has a finding instead."""
    document = sources.documents.get(str(path))
    if not document or not document.error:
        wanted = "a document, a list of them, or a dump made with include_docs=true"
        raise UserError(f"{path}: holds no account type; give {wanted}")


def _id_by_name(file: Path) -> str:
    return "" if _ACCOUNT_TYPES_NAME.fullmatch(file.name) else file.stem


def _are_account_types(file: Path, data: bytes) -> bool:
    """Tell a file of account types by its name, else by what it holds, broken or not."""
    if file.suffix == Path(MANIFEST_NAME).suffix:
        return False
    if _ACCOUNT_TYPES_NAME.fullmatch(file.name) or file.parent.name == "account_types":
        return True
    if not _HOLDS_ACCOUNT_TYPES.search(data):
        return False
    document = Document(str(file), data)
    if document.error:
        return True
    return any(looks_like_one(found.value) for found in account_types(document))


def _layout(names: frozenset[str]) -> Layout:
    """Tell a built folder from a source tree by the names in it.

    It has an entry point and nothing to develop with; an old connector keeps its index.js at the
    top of its source tree.
    """
    built = not names.isdisjoint(("index.js", "main.js"))
    return "built" if built and names.isdisjoint(_FOUND_WITH_SOURCES) else "source"


def _checked_below(root: Path, shared: tuple[AccountType, ...] | None) -> list[Path]:
    """Find every manifest below a folder, but for what is built, installed, hidden or ignored.

    Where there is none, the account types in the folder itself are checked.
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
        kept = [file for file in documents if _are_account_types(file, read_file(file, READ_LIMIT))]
    if not kept and shared is None:
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
