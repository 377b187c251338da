"""With --since, the files on disk count, whatever git's index says of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from manifest_lint import check
from tests.connectors import codes
from tests.project.test_changes import changed, since, tree, write
from tests.project.test_versions import git

__all__ = ["tree"]

MANIFEST = Path("a/manifest.konnector")
TYPES = Path("b/account-types-def.json")


def of_same_size(tree: Path) -> None:
    """Change a letter each, and give the files the times that the index has."""
    git(tree, "update-index", "--refresh")
    for file in (MANIFEST, TYPES):
        status = file.stat()
        data = file.read_bytes()
        file.write_bytes(data.replace(b"a", b"b"))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert (file.stat().st_size, file.stat().st_mtime_ns) == (len(data), status.st_mtime_ns)


def put(tree: Path) -> None:  # noqa: ARG001
    for file in (MANIFEST, TYPES):
        file.write_text(json.dumps(json.loads(file.read_text()) | {"name": "Another"}))


def assumed_unchanged(tree: Path) -> None:
    git(tree, "update-index", "--assume-unchanged", str(MANIFEST), str(TYPES))
    put(tree)


def skipped(tree: Path) -> None:
    git(tree, "update-index", "--skip-worktree", str(MANIFEST), str(TYPES))
    put(tree)


def staged(tree: Path) -> None:
    put(tree)
    git(tree, "add", ".")


def in_conflict(tree: Path) -> None:
    git(tree, "checkout", "-qb", "other")
    put(tree)
    git(tree, "commit", "-qam", "other")
    git(tree, "checkout", "-q", "main")
    for file in (MANIFEST, TYPES):
        file.write_text("{}")
    git(tree, "commit", "-qam", "ours")
    git(tree, "tag", "here")
    with pytest.raises(Exception, match="merge"):
        git(tree, "merge", "-q", "other")


@pytest.mark.parametrize(
    "change", [of_same_size, put, assumed_unchanged, skipped, staged, in_conflict]
)
def test_what_differs_on_disk_is_found(tree: Path, change: Callable[[Path], None]) -> None:
    change(tree)
    found = changed(check(["."], since="here" if change is in_conflict else "main"))
    assert found.changed == [str(MANIFEST), "b/manifest.konnector"]
    assert (found.types, found.unchanged) == (["b/manifest.konnector"], 4)


def staged_and_restored(tree: Path) -> None:
    texts = [file.read_text() for file in (MANIFEST, TYPES)]
    staged(tree)
    for file, text in zip((MANIFEST, TYPES), texts, strict=True):
        file.write_text(text)


def untracked_now(tree: Path) -> None:
    git(tree, "rm", "-q", "--cached", str(MANIFEST), str(TYPES))


def without_index(tree: Path) -> None:
    (tree / ".git/index").unlink()


def touched(tree: Path) -> None:  # noqa: ARG001
    for file in (MANIFEST, TYPES):
        os.utime(file, (1, 1))


def checked_out_with_returns(tree: Path) -> None:
    git(tree, "config", "core.autocrlf", "true")
    git(tree, "rm", "-rq", "--cached", ".")
    git(tree, "reset", "-q", "--hard")
    data = [file.read_bytes() for file in (MANIFEST, TYPES)]
    assert all(b"\r\n" in one for one in data[:1])
    TYPES.write_bytes(data[1] + b"\r\n")
    git(tree, "commit", "-qam", "a line end")


@pytest.mark.parametrize(
    "change",
    [staged_and_restored, untracked_now, without_index, touched, checked_out_with_returns],
)
def test_what_is_the_same_on_disk_is_unchanged(tree: Path, change: Callable[[Path], None]) -> None:
    change(tree)
    revision = "HEAD" if change is checked_out_with_returns else "main"
    assert changed(check(["."], since=revision)).unchanged == 6


@pytest.mark.parametrize(
    ("paths", "is_checked"), [(["."], False), ([str(MANIFEST)], True), (["a"], True)]
)
@pytest.mark.parametrize("is_edited", [False, True])
def test_a_connector_that_git_ignores_now_is_gone_unless_it_is_named(
    tree: Path, paths: list[str], is_checked: bool, is_edited: bool
) -> None:
    git(tree, "rm", "-rq", "--cached", "a")
    (tree / ".gitignore").write_text("a\n")
    git(tree, "commit", "-qam", "ignored")
    if is_edited:
        write(tree, "a", slug="not a slug")
    report = check(paths, since="HEAD~1")
    found = changed(report)
    assert found.deleted == ([] if is_checked else [str(MANIFEST)])
    assert found.changed == ([str(MANIFEST)] if is_checked and is_edited else [])
    assert ("M004" in codes(report.findings)) == (is_checked and is_edited)


def test_a_connector_with_a_copy_that_git_ignores_has_moved(tree: Path) -> None:
    git(tree, "mv", "a", "moved")
    (tree / ".gitignore").write_text("a\n")
    git(tree, "commit", "-qam", "moved")
    write(tree, "a")
    found = changed(check(["."], since="HEAD~1"))
    assert found.renamed == {str(MANIFEST): "moved/manifest.konnector"}
    assert (found.added, found.deleted, found.unchanged) == ([], [], 5)


@pytest.mark.parametrize("how", ["untracked", "--intent-to-add", "--force"])
def test_a_new_connector_is_added(tree: Path, how: str) -> None:
    write(tree, "new")
    if how != "untracked":
        git(tree, "add", how, "new")
    found = since()
    assert (found.added, found.unchanged) == (["new/manifest.konnector"], 6)


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("a", ["a"]),
        ("group", ["group/one", "group/two"]),
        (".", [*"abcdef", "group/one", "group/two"]),
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_the_nearest_configuration_names_account_types(
    tree: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    changes: list[str],
    linked: bool,
) -> None:
    for name in ("one", "two"):
        write(tree / "group", name)
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "group")
    (tree / "types").mkdir()
    (tree / "types" / "x.json").write_text("{}")
    (tree / place / "manifest-lint.toml").write_text(
        f"account-types = [{json.dumps(os.path.relpath(tree / 'types', tree / place))}]"
    )
    named = "."
    if linked:
        (tmp_path / "link").symlink_to(tree)
        monkeypatch.chdir(tmp_path)
        named = "link"
    found = changed(check([named], since="HEAD"))
    names = [str(Path(named, name, "manifest.konnector")) for name in changes]
    assert (found.types, found.unchanged) == (names, 8 - len(changes))
