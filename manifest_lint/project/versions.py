"""From what a user names to a version of a connector: a file, a folder, an archive, a commit."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from manifest_lint.archive.archive import Archive
from manifest_lint.archive.tarball import read_tarball
from manifest_lint.cozy.registry import MANIFEST_NAMES
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, cannot_read, read_file
from manifest_lint.files.listed import files_of
from manifest_lint.files.run_git import GitRefused
from manifest_lint.files.work_tree import top_of
from manifest_lint.project import kinds
from manifest_lint.project.confidential import (
    ENDINGS,
    confidential,
    confidential_at,
    confidential_beside,
    connectors_of,
    is_confidential,
)
from manifest_lint.project.named_types import NamedTypes
from manifest_lint.project.revisions import (
    bare_around,
    commit_of,
    no_repository,
    parted,
    unreadable,
)
from manifest_lint.text.wording import short

_ENDINGS = (".tar", ".tar.gz", ".tgz")
_GZIP = b"\x1f\x8b"


class Version(NamedTuple):
    """A version of a connector: its manifest, and the archive that it is in, if it is in one.

    `path` is the manifest on disk or the archive: the settings for it count. `commit` is the
    top of its work tree and the commit that it is from, if it is from one.
    """

    manifest: Document
    path: Path
    archive: Archive | None = None
    commit: tuple[Path, str] | None = None


def versions(old: str, new: str) -> tuple[Version, Version]:
    """Read two versions of a connector.

    Each is a manifest, a folder with one, an archive, or a git revision, with or without `:PATH`.
    As in git, PATH is relative to the top of the work tree, `./PATH` to the current folder. Without
    a path, a revision has the manifest of the other version, else that of the current folder.
    Raises UserError, with what to do, if one cannot be read.
    """
    there = [Path(name) for name in (old, new) if _exists(name)]
    place = _manifest_at(there[0]) if there and not _is_archive(there[0]) else None
    first, second = (
        on_disk(Path(name)) if _exists(name) else _in_git(name, place) for name in (old, new)
    )
    if not _exists(new):  # findings are on the file, so that a forge can show them there
        name = os.path.relpath(second.path)
        second = second._replace(manifest=_document(name, second.manifest.data, None))
    return first, second


def _exists(name: str) -> bool:
    try:
        return bool(name) and os.path.lexists(name)
    except ValueError:  # a NUL byte: no file has such a name
        return False


def _manifest_at(path: Path) -> Path:
    """Return the manifest that a path names. Raises UserError if a folder has none."""
    if not path.is_dir():
        return path
    found = next((path / name for name in MANIFEST_NAMES if (path / name).exists()), None)
    if found is None:
        raise UserError(f"{path}: no {MANIFEST_NAMES[0]} in this folder; name the manifest")
    return found


def on_disk(path: Path) -> Version:
    """Read a manifest, a folder with one, or an archive. Raises UserError if it cannot be read."""
    if _is_archive(path):
        return _of_archive(path)
    manifest = _manifest_at(path)
    if not Tree(path if path.is_dir() else manifest.parent).holds(manifest):
        raise UserError(f"{manifest}: is a link out of the tree; name the file itself")
    return Version(
        _document(str(manifest), read_file(manifest, READ_LIMIT + 1), manifest), manifest
    )


def _is_archive(path: Path) -> bool:
    if path.is_dir():
        return False
    if path.exists() and not path.is_file():  # such as <(git show ...)
        raise UserError(f"{path}: is not a regular file; save what it has to a file, and name that")
    return path.name.endswith(_ENDINGS) or read_file(path, len(_GZIP)) == _GZIP


def _of_archive(path: Path) -> Version:
    """Read an archive. Raises UserError if it was not read to its end, or has no manifest."""
    if not path.is_file():
        raise UserError(f"{path}: is not a regular file; name another archive")
    try:
        with path.open("rb") as file:
            archive = read_tarball(str(path), file)
    except OSError as error:
        raise cannot_read(path, error) from None
    if what := archive.trouble or archive.excess:
        raise UserError(f"{path}: the archive {what}; see manifest-lint verify {path}")
    if archive.manifest is None:
        raise UserError(f"{path}: no {MANIFEST_NAMES[0]} in this archive; pack it again")
    archive = archive._replace(published=archive.version or None)
    assert archive.manifest is not None
    return Version(archive.manifest, path, archive)


def _in_git(name: str, place: Path | None) -> Version:
    """Read a manifest at a revision; `place` is the manifest of the other version, if it is one.

    The repository is that around `place`, else that around the current folder.
    """
    revision, colon, path = parted(name, ":")
    top = top_of(place.parent) if place else None
    if top is None:
        top, place = top_of(Path.cwd()), None  # the file is in no repository
    if top is None:
        if bare_around(Path.cwd()):
            raise no_repository(Path.cwd(), "")
        raise UserError(f"{short(name)}: there is no such file, nor a git repository; check it")
    try:
        return _at(top, revision, _from_top(top, path if colon else None, place))
    except (Skipped, GitRefused) as error:
        raise unreadable(top, name, error) from None


def _from_top(top: Path, path: str | None, place: Path | None) -> str:
    """Return the path of a manifest or folder relative to the top, as git writes it."""
    if path is not None and not path.startswith(("./", "../")):
        return posixpath.normpath(path) if path else "."
    named = Path(path) if path is not None else place or Path(MANIFEST_NAMES[0])
    # Links to folders above are followed, as git does; the manifest itself stays what it is.
    real = Path(os.path.realpath(named.parent), named.name)
    return Path(os.path.relpath(real, os.path.realpath(top))).as_posix()


def _at(top: Path, revision: str, path: str) -> Version:
    shown, digest = short(revision), commit_of(top, revision)
    tried = [path, *(posixpath.normpath(f"{path}/{name}") for name in MANIFEST_NAMES)]
    for one in tried:
        is_inside = one != "." and not one.startswith(("..", "/"))
        found = git.entry_of(top, digest, one) if is_inside else None
        if found and found.kind == "blob":
            break
    else:
        raise UserError(f"{shown}: has no manifest at {path}; name it as {shown}:PATH")
    if found.is_link:
        raise UserError(f"{shown}:{one}: is a link; name the file that it leads to")
    if found.size > READ_LIMIT:
        raise UserError(f"{shown}:{one}: is larger than 20 MiB; name a manifest")
    data = git.content_of(top, found)
    return Version(_document(f"{shown}:{one}", data, None), top / one, commit=(top, digest))


def _document(name: str, data: bytes, path: Path | None) -> Document:
    if len(data) > READ_LIMIT:
        raise UserError(f"{name}: is larger than 20 MiB; name a manifest")
    document = Document(name, data, path=path)
    if kinds.not_to_check(Path(name)):
        raise UserError(f"{name}: is not a {MANIFEST_NAMES[0]}; name one, or an archive")
    if why := kinds.not_text(Path(name), data) or kinds.not_a_manifest(document):
        raise UserError(f"{name}: {why}")
    return document


def refuse_never_published(version: Version) -> None:
    """Raise UserError if the old version that a user named was never published."""
    if not isinstance(version.manifest.value, dict):
        what = "is not a JSON object, so it was never published"
        raise UserError(f"{version.manifest.name}: {what}; name a version that was")


def confidential_of(version: Version, named: Iterable[Path] = ()) -> list[Document]:
    """Return the files of a version that may hold secrets: those next to it, and account types.

    `named` are the paths of account types that the settings name. Of a commit, its own are read.
    Raises UserError if it cannot be read.
    """
    if not version.commit:
        return [*confidential_beside(version.path.parent), *confidential_at(named)]
    top, digest = version.commit
    folder = Path(os.path.relpath(version.path.parent, top))
    types = NamedTypes(named, os.path.realpath(top))
    try:
        found = files_of(top, digest, (*ENDINGS, *types.tops)).files
        digests = {
            path: blob
            for path, blob in found.items()
            if types.may_have(path)
            or (is_confidential(path) and folder in map(Path, connectors_of(path)))
        }
        contents = git.contents_of(top, list(dict.fromkeys(digests.values())), READ_LIMIT)
    except (Skipped, GitRefused) as error:
        raise unreadable(top, version.manifest.name, error) from None
    return confidential({one: contents[blob] for one, blob in digests.items() if blob in contents})
