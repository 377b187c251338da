"""Which connectors differ from those at a git revision, or in another place on disk."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from manifest_lint.cozy.registry import text_of
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, names_in, read_file, refuse_named_link, walk
from manifest_lint.oauth.account_type_file import FOLDER, NEXT_TO_MANIFEST
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import NOT_WALKED, manifests_below
from manifest_lint.project.revisions import commit_of
from manifest_lint.text.wording import short


@dataclass
class Changes:
    """What differs between the connectors of a tree and those it is compared with, `to`.

    `checked` are the files to check: manifests, and named files of account types. `before` has the
    old manifest by the name of the new one; it is published if `is_published`. The others are
    names: `changed`, `added` and `deleted` manifests, `renamed` ones by their old name; `unchanged`
    is a number. `refused` and `skipped` are as in Sources.
    """

    to: str
    is_published: bool = False
    checked: list[Path] = field(default_factory=list)
    before: dict[str, Document] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    refused: list[UserError] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class _Old(NamedTuple):
    """The files to compare with, by their paths relative to `root`, each with a digest.

    `root` is a path without links. `same` returns whether a content has a digest, `read` returns
    the contents of some files.
    """

    root: str
    digests: Mapping[str, str]
    same: Callable[[bytes, str], bool]
    read: Callable[[Iterable[str]], dict[str, bytes]]


def since(paths: Iterable[Path], revision: str) -> Changes:
    """Compare the connectors below some paths with those at a git revision.

    Below a folder with several repositories, each is compared with its own revision of that name.
    Raises UserError if a path is missing or not in a repository, or if there is no such revision.
    """
    changes = Changes(short(revision))
    manifests, named = _found(paths, changes)
    tops: dict[str, dict[str, Path]] = {}
    known: dict[str, str] = {}
    for real, path in manifests.items():
        tops.setdefault(_top_of(os.path.dirname(real), known), {})[real] = path  # noqa: PTH120
    for folder in named:
        if not manifests or git.top_of(Path(folder)):
            tops.setdefault(_top_of(folder, known), {})
    for top, its in tops.items():
        try:
            _compare(its, named, _at_commit(Path(top), revision), changes)
        except (Skipped, git.GitRefused) as error:
            why = str(error) if isinstance(error, Skipped) else "git cannot read it; try git fsck"
            raise UserError(f"{short(revision)}: {why}") from None
    return changes


def against(paths: Iterable[Path], place: Path) -> Changes:
    """Compare connectors with those in a folder, or one connector with a manifest or an archive.

    Raises UserError if there are several paths, or if something cannot be read.
    """
    paths = list(paths)
    if not place.exists():
        raise UserError(f"{place}: there is no such file; check the path")
    if len(paths) != 1:
        raise UserError("--against compares one path; name one folder or manifest")
    changes = Changes(str(place))
    manifests, named = _found(paths, changes)
    root = os.path.realpath(paths[0] if paths[0].is_dir() else paths[0].parent)
    if place.is_dir() and not (place / MANIFEST_NAME).is_file():
        _compare(manifests, named, _in_folder(root, place), changes)
        return changes
    from manifest_lint.project.versions import on_disk  # imports tarfile

    own = {real: path for real, path in manifests.items() if os.path.dirname(real) == root}  # noqa: PTH120
    if not own or len(manifests) > 1:
        raise UserError(f"{place}: is one connector; compare it with one connector's folder")
    version = on_disk(place)
    changes.is_published = version.archive is not None
    data = version.manifest.data
    old = _Old(
        root, {MANIFEST_NAME: ""}, lambda now, _: now == data, lambda _: {MANIFEST_NAME: data}
    )
    _compare(own, [], old, changes)
    return changes


def _found(paths: Iterable[Path], changes: Changes) -> tuple[dict[str, Path], list[str]]:
    """Return the manifests below some paths, and the folders of these, by real path.

    Other files are to be checked whether they differ or not.
    """
    manifests: dict[str, Path] = {}
    named = []
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file; check the path")
        refuse_named_link(path if path.is_dir() else path.parent)
        if path.is_dir():
            found, links, refused = manifests_below(path, Tree(path))
            changes.refused += refused
            changes.checked += links
            real = os.path.realpath(path)
            named.append(real)
            inside = len(str(path)) + 1 if path != Path() else 0
            manifests |= {f"{real}/{str(file)[inside:]}": file for file in found}
        elif path.name == MANIFEST_NAME:
            manifests[f"{os.path.realpath(path.parent)}/{path.name}"] = path
        else:
            changes.checked.append(path)
    return manifests, named


def _top_of(folder: str, known: dict[str, str]) -> str:
    """Return the top of the work tree around a folder; `known` keeps those found before."""
    if folder not in known:
        above = os.path.dirname(folder)  # noqa: PTH120
        if os.path.lexists(f"{folder}/.git") or above == folder:
            top = git.top_of(Path(folder))
            if top is None:
                hint = "use --against, or name another folder"
                raise UserError(f"{folder}: is not in a git repository; {hint}")
            known[folder] = str(top)
        else:
            known[folder] = _top_of(above, known)
    return known[folder]


def _at_commit(top: Path, revision: str) -> _Old:
    try:
        digests = git.files_of(top, revision)
    except git.GitRefused:
        digests = git.files_of(top, commit_of(top, revision))

    def read(keys: Iterable[str]) -> dict[str, bytes]:
        wanted = {key: digests[key] for key in keys}
        contents = git.contents_of(top, list(dict.fromkeys(wanted.values())), READ_LIMIT)
        return {key: contents[blob] for key, blob in wanted.items() if blob in contents}

    return _Old(str(top), digests, lambda data, like: git.digest_of(data, like) == like, read)


def _in_folder(root: str, place: Path) -> _Old:
    """Return what is in another folder; only the files that are compared are read."""
    tree = Tree(place)
    digests = {
        path: path
        for path, entry in walk(place, lambda entry: not _is_left_out((entry.name,)))
        if _is_compared(path) and entry.is_file() and tree.holds(entry.path)
    }
    return _Old(
        root,
        digests,
        lambda data, key: read_file(place / key, READ_LIMIT + 1) == data,
        lambda keys: {key: read_file(place / key, READ_LIMIT) for key in keys},
    )


def _is_compared(path: str) -> bool:
    """Return whether a file is a manifest, or may have account types of the connector around it."""
    folder, _, name = path.rpartition("/")
    in_folder = name.endswith(".json") and FOLDER in folder.split("/")
    return name == MANIFEST_NAME or name in NEXT_TO_MANIFEST or in_folder


def _is_left_out(folders: Iterable[str]) -> bool:
    return any(name in NOT_WALKED or name.startswith(".") for name in folders)


def _compare(here: Mapping[str, Path], named: list[str], old: _Old, changes: Changes) -> None:
    """Add what differs between connectors on disk and old ones: manifests and account types."""
    manifests = {real[len(old.root) + 1 :]: path for real, path in here.items()}
    beside: dict[str, list[str]] = {}
    for key in filter(_is_compared, old.digests):
        if posixpath.basename(key) != MANIFEST_NAME:
            beside.setdefault(_connector_of(key), []).append(key)
    added = [key for key in manifests if key not in old.digests]
    ignored = _ignored(old.root, added, changes)
    edited = []
    for key, path in manifests.items():
        if key not in old.digests:
            continue
        if not _is_same(path, key, old):
            edited.append(key)
        elif _differ_beside(path, key, beside.get(posixpath.dirname(key), []), old):
            changes.changed.append(str(path))
            changes.checked.append(path)
        else:
            changes.unchanged += 1
    gone = [key for key in old.digests if _is_gone(key, manifests, named, old.root)]
    texts = old.read([*edited, *gone])
    slugs = {_slug(texts[key]): key for key in gone if key in texts}
    slugs.pop("", None)
    for key in (*edited, *(one for one in added if one not in ignored)):
        path, was = manifests[key], key
        if key not in old.digests:
            was = slugs.pop(_slug(_data(path)), "")
            if was:
                changes.renamed[was] = str(path)
                gone.remove(was)
            else:
                changes.added.append(str(path))
        elif _without_returns(texts.get(key)) == _without_returns(_data(path)):
            changes.unchanged += 1  # git may write other line ends than it stores
            continue
        else:
            changes.changed.append(str(path))
        changes.checked.append(path)
        document = Document(f"{changes.to}:{was}", texts[was]) if was in texts else None
        if document and isinstance(document.value, dict):
            changes.before[str(path)] = document
    changes.deleted += gone


def _ignored(root: str, keys: list[str], changes: Changes) -> set[str]:
    """Return those of some new manifests that git ignores."""
    if not keys:
        return set()
    try:
        found = git.ignored(Path(root), [Path(root, key) for key in keys])
    except Skipped as error:
        changes.skipped.append(str(error))
        return set()
    return {path.relative_to(root).as_posix() for path in found}


def _connector_of(key: str) -> str:
    """Return the folder of the connector that a file with account types is next to."""
    folders = key.split("/")[:-1]
    return "/".join(folders[: folders.index(FOLDER)] if FOLDER in folders else folders)


def _is_same(path: Path, key: str, old: _Old) -> bool:
    """Return whether a file has its old content; False if it cannot be read: a check says why."""
    try:
        return key in old.digests and old.same(read_file(path, READ_LIMIT + 1), old.digests[key])
    except UserError:
        return False


def _differ_beside(path: Path, key: str, keys: list[str], old: _Old) -> bool:
    """Return whether account types next to a manifest differ, or are added or deleted."""
    top = key.removesuffix(MANIFEST_NAME)
    try:
        now = {f"{top}{name}": file for name, file in _beside(path.parent)}
    except UserError:
        return True
    return now.keys() != set(keys) or not all(_is_same(now[one], one, old) for one in now)


def _beside(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files with account types in a connector's folder, by their paths relative to it."""
    for name in names_in(folder).intersection(NEXT_TO_MANIFEST):
        file = folder / name
        if name == FOLDER and file.is_dir():
            yield from ((one.relative_to(folder).as_posix(), one) for one in file.rglob("*.json"))
        else:
            yield name, file


def _is_gone(key: str, here: Mapping[str, Path], named: list[str], root: str) -> bool:
    """Return whether a manifest was in a named folder, and is not on disk any more."""
    if posixpath.basename(key) != MANIFEST_NAME or key in here:
        return False
    full = f"{root}/{key}"
    for folder in named:
        if git.is_in(full, folder):
            # Where the named folder is in a hidden one, only what is below it counts.
            inside = full.removeprefix(f"{folder}/") if git.is_in(folder, root) else key
            return not _is_left_out(inside.split("/")[:-1]) and not os.path.lexists(full)
    return False


def _data(path: Path) -> bytes:
    try:
        return read_file(path, READ_LIMIT)
    except UserError:
        return b""


def _slug(data: bytes) -> str:
    value = Document("", data).value
    return text_of(value, "slug") if isinstance(value, dict) else ""


def _without_returns(data: bytes | None) -> bytes | None:
    return data and data.replace(b"\r\n", b"\n")
