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
from manifest_lint.files.disk import Tree, read_file, walk
from manifest_lint.oauth.account_type_file import FOLDER, NEXT_TO_MANIFEST
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import NOT_WALKED, checked_below
from manifest_lint.project.versions import Version, commit_of, on_disk
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

    `digest` returns that of a content, for a file whose digest is known; `read` returns contents.
    """

    root: Path
    digests: Mapping[str, str]
    digest: Callable[[bytes, str], str]
    read: Callable[[Iterable[str]], dict[str, bytes]]


def since(paths: Iterable[Path], revision: str) -> Changes:
    """Compare the connectors below some paths with those at a git revision.

    Below a folder with several repositories, each is compared with its own revision of that name.
    Raises UserError if a path is missing or not in a repository, or if there is no such revision.
    """
    changes = Changes(short(revision))
    manifests, named = _found(paths, changes)
    tops: dict[Path, list[Path]] = {}
    for path in manifests:
        tops.setdefault(_top_of(path.parent), []).append(path)
    for folder in named:
        if not manifests or git.top_of(Path(os.path.realpath(folder))):
            tops.setdefault(_top_of(folder), [])
    for top, its in tops.items():
        try:
            _compare(its, named, _at_commit(top, commit_of(top, revision)), changes)
        except (Skipped, git.GitRefused) as error:
            why = str(error) if isinstance(error, Skipped) else "git cannot read it; try git fsck"
            raise UserError(f"{short(revision)}: {why}") from None
    return changes


def against(paths: Iterable[Path], place: Path) -> Changes:
    """Compare connectors with those in a folder, or one connector with a manifest or an archive.

    Raises UserError if there are several paths, or if something cannot be read.
    """
    paths = list(paths)
    if len(paths) != 1:
        raise UserError("--against compares one path; name one folder or manifest")
    changes = Changes(str(place))
    manifests, named = _found(paths, changes)
    root = paths[0] if paths[0].is_dir() else paths[0].parent
    if place.is_dir() and not (place / MANIFEST_NAME).is_file():
        _compare(manifests, named, _in_folder(root, place), changes)
        return changes
    if manifests != [root / MANIFEST_NAME] and manifests != paths:
        raise UserError(f"{place}: is one connector; compare it with one connector's folder")
    version = on_disk(place)
    changes.is_published = version.archive is not None
    _compare(manifests, named, _of_version(manifests[0], version), changes)
    return changes


def _found(paths: Iterable[Path], changes: Changes) -> tuple[list[Path], list[Path]]:
    """Return the manifests below some paths, and the folders of these; other files are checked."""
    manifests: dict[Path, None] = {}
    named = []
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file; check the path")
        if path.is_dir():
            below = checked_below(path, Tree(path), may_be_empty=True)
            changes.refused += below.refused
            changes.skipped += [below.skipped] if below.skipped else []
            found = [file for file in below.files if file.name == MANIFEST_NAME]
            manifests |= dict.fromkeys(found)
            changes.checked += [file for file in (*below.files, *below.links) if file not in found]
            named.append(path)
        elif path.name == MANIFEST_NAME:
            manifests[path] = None
        else:
            changes.checked.append(path)
    return list(manifests), named


def _top_of(folder: Path) -> Path:
    top = git.top_of(Path(os.path.realpath(folder)))
    if top is None:
        raise UserError(f"{folder}: is not in a git repository; use --against, or name another")
    return top


def _at_commit(top: Path, digest: str) -> _Old:
    digests = git.files_of(top, digest)

    def read(keys: Iterable[str]) -> dict[str, bytes]:
        wanted = {key: digests[key] for key in keys}
        contents = git.contents_of(top, list(dict.fromkeys(wanted.values())), READ_LIMIT)
        return {key: contents[blob] for key, blob in wanted.items() if blob in contents}

    return _Old(top, digests, git.digest_of, read)


def _in_folder(root: Path, place: Path) -> _Old:
    """Return what is in another folder; only the files that are compared are read."""
    tree = Tree(place)
    digests = {
        path: path
        for path, entry in walk(place, lambda entry: not _is_left_out((entry.name,)))
        if _is_compared(path) and entry.is_file() and tree.holds(entry.path)
    }

    def digest(data: bytes, like: str) -> str:
        return like if read_file(place / like, READ_LIMIT + 1) == data else ""

    return _Old(
        Path(os.path.realpath(root)),
        digests,
        digest,
        lambda keys: {key: read_file(place / key, READ_LIMIT) for key in keys},
    )


def _of_version(manifest: Path, version: Version) -> _Old:
    data = version.manifest.data
    return _Old(
        Path(os.path.realpath(manifest.parent)),
        {manifest.name: "the old one"},
        lambda now, like: like if now == data else "",
        lambda keys: dict.fromkeys(keys, data),
    )


def _is_compared(path: str) -> bool:
    """Return whether a file is a manifest, or may have account types of the connector around it."""
    folder, _, name = path.rpartition("/")
    in_folder = FOLDER in folder.split("/") and name.endswith(".json")
    return name == MANIFEST_NAME or name in NEXT_TO_MANIFEST or in_folder


def _is_left_out(folders: Iterable[str]) -> bool:
    return any(name in NOT_WALKED or name.startswith(".") for name in folders)


def _compare(manifests: list[Path], named: list[Path], old: _Old, changes: Changes) -> None:
    """Add what differs between connectors on disk and old ones: manifests and account types."""
    real = os.path.realpath(old.root)
    here = {_key(path, real): path for path in manifests}
    beside: dict[str, list[str]] = {}
    for key in filter(_is_compared, old.digests):
        if posixpath.basename(key) != MANIFEST_NAME:
            beside.setdefault(_connector_of(key), []).append(key)
    added, edited = [], []
    for key, path in here.items():
        try:
            same = _is_same(key, path, old)
        except UserError:
            same = False  # the check says why it cannot be read
        if key not in old.digests:
            added.append(key)
        elif not same:
            edited.append(key)
        elif _differ_beside(key, path, beside.get(posixpath.dirname(key), []), old):
            changes.changed.append(str(path))
            changes.checked.append(path)
        else:
            changes.unchanged += 1
    within = [
        "" if git.is_in(real, os.path.realpath(folder)) else _key(folder, real) for folder in named
    ]
    gone = [key for key in old.digests if _is_gone(key, here, within, real)]
    texts = old.read([*edited, *gone])
    slugs = {_slug(texts[key]): key for key in gone if key in texts}
    slugs.pop("", None)
    for key in (*edited, *added):
        path, was = here[key], key
        if key in added:
            slug = _slug(_data(path))
            was = slugs.pop(slug, "")
            if was:
                changes.renamed[was] = str(path)
                gone.remove(was)
            else:
                changes.added.append(str(path))
        elif _without_returns(texts.get(key)) == _without_returns(_data(path)):
            changes.unchanged += 1  # git writes other line ends than it stores
            continue
        else:
            changes.changed.append(str(path))
        changes.checked.append(path)
        document = Document(f"{changes.to}:{was}", texts[was]) if was in texts else None
        if document and isinstance(document.value, dict):
            changes.before[str(path)] = document
    changes.deleted += gone


def _connector_of(key: str) -> str:
    """Return the folder of the connector that a file with account types is next to."""
    folders = key.split("/")[:-1]
    return "/".join(folders[: folders.index(FOLDER)] if FOLDER in folders else folders)


def _key(path: Path, root: str) -> str:
    real = os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118
    key = os.path.relpath(os.path.realpath(path) if path.is_dir() else real, root)
    return "" if key == "." else key.replace(os.sep, "/")


def _is_same(key: str, path: Path, old: _Old) -> bool:
    like = old.digests.get(key)
    return like is not None and old.digest(read_file(path, READ_LIMIT + 1), like) == like


def _differ_beside(key: str, path: Path, old_keys: list[str], old: _Old) -> bool:
    """Return whether account types next to a manifest differ, or are added or deleted."""
    folder = posixpath.dirname(key)
    now = {posixpath.join(folder, name): file for name, file in _beside(path.parent)}
    if set(now) != set(old_keys):
        return True
    try:
        return not all(_is_same(one, file, old) for one, file in now.items())
    except UserError:
        return True


def _beside(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files with account types next to a manifest, by their paths relative to it."""
    for name in NEXT_TO_MANIFEST:
        file = folder / name
        if file.is_dir():
            for one in sorted(file.rglob("*.json")):
                yield one.relative_to(folder).as_posix(), one
        elif file.is_file():
            yield name, file


def _is_gone(key: str, here: Mapping[str, Path], within: list[str], root: str) -> bool:
    """Return whether a manifest was in a named folder, and is not on disk any more."""
    if posixpath.basename(key) != MANIFEST_NAME or key in here:
        return False
    for top in within:
        inside = key.removeprefix(f"{top}/") if top else key
        if (not top or inside != key) and not _is_left_out(inside.split("/")[:-1]):
            return not os.path.lexists(os.path.join(root, key))  # noqa: PTH118
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
