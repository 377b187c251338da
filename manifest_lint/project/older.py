"""The files that connectors are compared with: at a git revision, or in another folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from manifest_lint.config.find import NAMES
from manifest_lint.document.document import READ_LIMIT
from manifest_lint.errors import UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, read_file, walk
from manifest_lint.files.listed import files_of
from manifest_lint.files.run_git import GitRefused
from manifest_lint.finding import Record
from manifest_lint.oauth.account_type_file import FOLDERS, NEXT_TO_MANIFEST
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import NOT_WALKED

IsWanted = Callable[[str], bool]
"""Returns whether a file is compared, by its path relative to the root."""


class Old(Record):
    """The files to compare with, by their paths relative to `root`, each with a digest.

    `root` is a path without links. `same` returns whether a content has a digest, `read` returns
    the contents of some files. `has_types` says whether account types can be compared. `unchecked`
    are old files that are not among these, as a sparse checkout leaves them out; `left_out` are new
    manifests that it leaves out, which can be read too; `untracked` are old files that git does not
    track any more. `is_unchanged` returns whether the file at a path is known to have the content
    of a key without being read.
    """

    root: str
    digests: Mapping[str, str]
    same: Callable[[bytes, str], bool]
    read: Callable[[Iterable[str]], dict[str, bytes]]
    has_types: bool = True
    unchecked: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    untracked: frozenset[str] = frozenset()
    is_unchanged: Callable[[Path | str, str], bool] = staticmethod(lambda _, __: False)


def at_commit(
    top: Path,
    revision: str,
    endings: tuple[str, ...],
    is_wanted: IsWanted,
    not_wanted: tuple[str, ...] = (),
) -> Old:
    """Return what a commit has; `endings` are those of the paths of all wanted files.

    `not_wanted` are the last names of paths that are not, such as `build/manifest.konnector`.

    Raises UserError if there is no such commit, GitRefused and Skipped as git.
    """
    try:
        listed = files_of(top, revision, endings, is_wanted, not_wanted)
    except GitRefused:
        from manifest_lint.project.revisions import commit_of  # few name more than git knows

        commit = commit_of(top, revision)
        listed = files_of(top, commit, endings, is_wanted, not_wanted)
    digests, left_out = listed.files, listed.left_out
    missing = {path for path in left_out if not os.path.lexists(f"{top}/{path}")}
    unchecked = missing & digests.keys()
    new = {path: left_out[path] for path in filter(is_manifest, missing - digests.keys())}
    for path in unchecked:
        del digests[path]

    def read(keys: Iterable[str]) -> dict[str, bytes]:
        wanted = {key: digests.get(key) or new[key] for key in keys}
        contents = git.contents_of(top, list(dict.fromkeys(wanted.values())), READ_LIMIT)
        return {key: contents[blob] for key, blob in wanted.items() if blob in contents}

    def same(data: bytes, like: str) -> bool:
        if _digest_of(data, like) == like:
            return True
        return b"\r\n" in data and _digest_of(without_returns(data), like) == like

    def is_unchanged(path: Path | str, key: str) -> bool:
        return listed.is_unchanged(path, key, READ_LIMIT)

    sets = frozenset(unchecked), frozenset(new), frozenset(listed.untracked)
    return Old(str(top), digests, same, read, True, *sets, is_unchanged)


def _digest_of(data: bytes, like: str) -> str:
    """Return the digest of a file's content in git, of the same kind as another one.

    [git-hash-object; hash-function-transition: SHA-1, or SHA-256 of 64 digits]
    """
    whole = b"blob %d\0%b" % (len(data), data)
    if len(like) != 40:
        import hashlib  # only in a repository of the other kind

        return hashlib.sha256(whole).hexdigest()
    digest: str = _sha1()(whole).hexdigest()
    return digest


@cache
def _sha1() -> Callable[[bytes], Any]:
    """Return Python's own SHA-1 if it has one: hashlib loads OpenSSL first, which takes longer."""
    try:
        return import_module("_sha1").sha1  # type: ignore[no-any-return]
    except ImportError:
        import hashlib

        return hashlib.sha1


def in_folder(root: str, place: Path, is_wanted: IsWanted) -> Old:
    """Return what is in another folder; only the files that are compared are read.

    Raises UserError if it has no connector.
    """
    tree = Tree(place)
    digests = {
        path: path
        for path, entry in walk(place, lambda entry: not is_left_out((entry.name,)))
        if is_wanted(path) and entry.is_file() and tree.holds(entry.path)
    }
    if not any(is_manifest(key) for key in digests):
        raise UserError(f"{place}: no {MANIFEST_NAME} found in or below it; name another folder")
    return Old(
        root,
        digests,
        lambda data, key: read_file(place / key, READ_LIMIT + 1) == data,
        lambda keys: {key: read_file(place / key, READ_LIMIT) for key in keys},
    )


def is_manifest(path: str) -> bool:
    """Return whether a file is a manifest, by its name."""
    return path.rpartition("/")[2] == MANIFEST_NAME


def is_configuration(path: str) -> bool:
    """Return whether a file may be a configuration that is found, by its name."""
    return path.endswith(NAMES) and path.rpartition("/")[2] in NAMES


def is_beside(path: str) -> bool:
    """Return whether a file may have account types of the connector around it, by its name."""
    if not path.endswith(".json"):
        return False
    return path.rpartition("/")[2] in NEXT_TO_MANIFEST or is_in_folder(path)


def is_in_folder(path: str) -> bool:
    """Return whether a file is in a folder that holds account types, by the folder's name."""
    # Asked of thousands of paths, and few are: one search first.
    return "types/" in path and not set(FOLDERS).isdisjoint(path.split("/")[:-1])


def is_left_out(folders: Iterable[str]) -> bool:
    """Return whether one of some folders is not searched for connectors."""
    return any(name in NOT_WALKED or name.startswith(".") for name in folders)


def is_same(path: Path | str, key: str, old: Old) -> bool:
    """Return whether a file has its old content; False if it cannot be read: a check says why."""
    if key not in old.digests:
        return False
    if old.is_unchanged(path, key):
        return True
    try:
        return old.same(read_file(path, READ_LIMIT + 1), old.digests[key])
    except UserError:
        return False


def data_of(path: Path | str) -> bytes:
    """Return the content of a file, empty if it cannot be read: a check says why."""
    try:
        return read_file(path, READ_LIMIT)
    except UserError:
        return b""


def without_returns(data: bytes | None) -> bytes:
    """Return a text without carriage returns: git may write other line ends than it stores."""
    return (data or b"").replace(b"\r\n", b"\n")
