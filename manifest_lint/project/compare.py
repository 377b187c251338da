"""Which connectors differ from those at a git revision, or in another place on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from manifest_lint.config.exclude import ExcludedIn, nothing_set
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files.disk import Tree, refuse_named_link
from manifest_lint.files.run_git import GitRefused
from manifest_lint.files.work_tree import top_of
from manifest_lint.project import older
from manifest_lint.project.changes import Changes, Named, TypesOf
from manifest_lint.project.comparison import Comparison
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import Found, account_types_in, manifests_below
from manifest_lint.project.older import Old
from manifest_lint.text.wording import short


def since(
    paths: Iterable[Path],
    revision: str,
    types_of: TypesOf = lambda _: Named(),
    excluded_in: ExcludedIn = nothing_set,
) -> Changes:
    """Compare the connectors below some paths with those at a git revision.

    `A...` is the commit where HEAD left A. Below a folder with several repositories, each is
    compared with its own revision of that name. `excluded_in` says what is not searched.
    Raises UserError if a path is missing or not in a repository, or if there is no such revision.
    """
    changes = Changes(short(revision))
    manifests, named = _found(paths, changes, excluded_in)
    tops: dict[str, dict[str, Found]] = {}
    known: dict[str, str] = {}
    for real, found in manifests.items():
        folder = os.path.dirname(real)  # noqa: PTH120
        if not found.may_have(".git"):
            folder = os.path.dirname(folder)  # noqa: PTH120
        top = known.get(folder) or _top_of(folder, known)
        tops.setdefault(top, {})[real] = found
    for folder in named:
        if not manifests or top_of(Path(folder)):
            tops.setdefault(_top_of(folder, known), {})
    for top, its in tops.items():
        comparison = Comparison(top, its, named, types_of, changes, excluded_in)
        try:
            comparison.add_changes(partial(_at_commit, Path(top), revision, comparison))
        except (Skipped, GitRefused) as error:
            from manifest_lint.project.revisions import unreadable  # only to say why

            raise unreadable(Path(top), revision, error) from None
        except UserError as error:
            raise UserError(f"{top}: {error}" if len(tops) > 1 else str(error)) from None
    return _sorted(changes)


def against(
    paths: Iterable[Path],
    place: Path,
    types_of: TypesOf = lambda _: Named(),
    excluded_in: ExcludedIn = nothing_set,
) -> Changes:
    """Compare connectors with those in a folder, or one connector with a manifest or an archive.

    `excluded_in` says what is not searched. Raises UserError if there are several paths, or if
    something cannot be read.
    """
    paths = list(paths)
    if not place.exists():
        raise UserError(f"{place}: there is no such file; check the path")
    if len(paths) != 1:
        raise UserError("--against compares one path; name one folder or manifest")
    changes = Changes(str(place))
    manifests, named = _found(paths, changes, excluded_in)
    root = os.path.realpath(paths[0] if paths[0].is_dir() else paths[0].parent)
    is_one = not place.is_dir() or (place / MANIFEST_NAME).is_file()
    if is_one:
        from manifest_lint.project.versions import (
            confidential_of,
            on_disk,
            refuse_never_published,
        )

        named = {}
        own = {real: path for real, path in manifests.items() if os.path.dirname(real) == root}  # noqa: PTH120
        if not own or len(manifests) > 1:
            raise UserError(f"{place}: is one connector; compare it with one connector's folder")
        manifests, version = own, on_disk(place)
        refuse_never_published(version)
        changes.is_published = version.archive is not None
        changes.confidential += confidential_of(version)
    comparison = Comparison(root, manifests, named, types_of, changes, excluded_in)
    if place.is_dir():
        comparison.add_changes(lambda: older.in_folder(root, place, comparison.is_wanted))
    else:
        data = version.manifest.data
        only = {MANIFEST_NAME: ""}
        old = Old(
            root, only, lambda now, _: now == data, lambda _: dict.fromkeys(only, data), False
        )
        comparison.add_changes(lambda: old)
    return _sorted(changes)


def _at_commit(top: Path, revision: str, comparison: Comparison) -> Old:
    endings, not_wanted = comparison.endings, comparison.not_wanted
    return older.at_commit(top, revision, endings, comparison.is_wanted, not_wanted)


def _sorted(changes: Changes) -> Changes:
    for names in (changes.changed, changes.added, changes.deleted, changes.types):
        names.sort()
    return changes


def _found(
    paths: Iterable[Path], changes: Changes, excluded_in: ExcludedIn
) -> tuple[dict[str, Found], dict[str, Path]]:
    """Return the manifests below some paths, and the folders of these, by real path.

    Other files, and those of a folder with account types alone, are to be checked whether they
    differ or not.
    """
    manifests: dict[str, Found] = {}
    named: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file; check the path")
        refuse_named_link(path if path.is_dir() else path.parent)
        if path.is_dir():
            walked = manifests_below(path, Tree(path), excluded_in)
            if not walked.found:
                changes.checked += account_types_in(path, Tree(path), walked.links)
            changes.refused += walked.refused
            changes.checked += sorted(walked.links)
            real = os.path.realpath(path)
            named[real] = path
            inside = len(str(path)) + 1 if path != Path() else 0
            manifests.update((f"{real}/{one.path[inside:]}", one) for one in walked.found)
        elif path.name == MANIFEST_NAME:
            manifests[f"{os.path.realpath(path.parent)}/{path.name}"] = Found(str(path))
        else:
            changes.checked.append(path)
    return manifests, named


def _top_of(folder: str, known: dict[str, str]) -> str:
    """Return the top of the work tree around a folder; `known` keeps those found before."""
    here, passed = folder, []
    while here not in known:
        passed.append(here)
        above = os.path.dirname(here)  # noqa: PTH120
        if os.path.lexists(f"{here}/.git") or above == here:
            top = top_of(Path(here))
            if top is None:
                from manifest_lint.project.revisions import no_repository  # only to say why

                raise no_repository(Path(folder), "use --against, or name another folder")
            known[here] = str(top)
            break
        here = above
    known.update(dict.fromkeys(passed, known[here]))
    return known[folder]
