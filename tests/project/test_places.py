"""Where the old connector of each one is: moves, links, sparse checkouts, texts of commits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from manifest_lint import UserError, check, upgrade
from manifest_lint.reports.compared import compared
from tests.archives import tar_gz
from tests.connectors import codes, only
from tests.project.test_changes import BILLS, changed, since, tree, write
from tests.project.test_gate import manifest, put
from tests.project.test_versions import git

__all__ = ["tree"]  # a fixture


@pytest.mark.parametrize("named", ["folder", "folder2", "manifest"])
def test_a_connector_that_moved_into_a_named_folder_is_recognised(tree: Path, named: str) -> None:
    (tree / "other").mkdir()
    (tree / "e").rename(tree / "other" / "moved")
    place = tree / "other" / "moved"
    put(place / "manifest.konnector", version="9.0.0", permissions=BILLS)
    paths = {"folder": "other", "folder2": "other/moved", "manifest": manifest("other/moved")}
    report = check([paths[named]], since="HEAD")
    found = changed(report)
    assert found.renamed == {manifest("e"): manifest("other/moved")}
    assert (found.added, found.deleted) == ([], [])
    assert "U004" in codes(report.findings)


def test_what_was_copied_or_deleted_elsewhere_is_no_move(tree: Path) -> None:
    shutil.copytree(tree / "e", tree / "other" / "e")
    shutil.rmtree(tree / "d")
    found = since("other")
    assert (found.added, found.renamed, found.deleted) == ([manifest("other/e")], {}, [])


def test_a_connector_that_moved_out_of_a_named_folder_is_not_deleted(tree: Path) -> None:
    (tree / "other").mkdir()
    for name in "ef":
        (tree / name).rename(tree / "other" / name)
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "two")
    for name in "ef":
        (tree / "other" / name).rename(tree / name)
    shutil.rmtree(tree / "f")
    (tree / "other").mkdir(exist_ok=True)
    report = check(["other"], since="HEAD")
    found = changed(report)
    assert found.renamed == {manifest("other/e"): manifest("e")}
    assert found.deleted == [manifest("other/f")]
    assert any("name its folder too" in line for line in compared(report))
    write(tree, "other/f")
    (tree / ".gitignore").write_text("e\n")
    assert since("other").deleted == [manifest("other/e")]


def test_what_a_sparse_checkout_leaves_out_is_not_deleted(tree: Path) -> None:
    git(tree, "sparse-checkout", "set", "a", "b")
    shutil.rmtree(tree / "b")
    report = check(["."], since="HEAD")
    found = changed(report)
    assert (found.deleted, found.unchanged) == ([manifest("b")], 1)
    assert [(one.what, one.why.split(";")[0]) for one in report.skipped] == [
        ("4 manifests", "not in this sparse checkout")
    ]
    assert changed(check(["a"], since="HEAD")).skipped == []


@pytest.mark.parametrize("named", [".", "a"])
@pytest.mark.parametrize("before", ["e", "a/inner"])
def test_a_move_to_what_a_sparse_checkout_leaves_out_is_no_deletion(
    tree: Path, named: str, before: str
) -> None:
    write(tree, "a/inner", slug="inner")
    write(tree, "b", slug="b")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "inner")
    (tree / before).rename(tree / "moved")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "moved")
    git(tree, "sparse-checkout", "set", "a")
    found = changed(check([named], since="HEAD~1"))
    is_seen = named == "." or before.startswith(named)
    assert found.renamed == ({manifest(before): manifest("moved")} if is_seen else {})
    assert found.deleted == []
    if is_seen:
        assert "sparse checkout" in found.not_compared[manifest("moved")]
    if named == ".":
        count = 5 if before == "e" else 6
        assert [one.what for one in found.skipped] == [f"{count} manifests"]


def test_a_link_in_the_place_of_a_manifest_is_compared_with_what_was_there(tree: Path) -> None:
    (tree / "b" / "manifest.konnector").unlink()
    (tree / "b" / "manifest.konnector").symlink_to("../a/manifest.konnector")
    report = check(["."], since="HEAD")
    assert changed(report).changed == [manifest("b")]
    assert only(report.findings, "U001").path == manifest("b")


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("form", ["manifest", "folder", "archive"])
@pytest.mark.parametrize("text", ["{", "[]", "null"])
def test_an_old_version_that_was_named_must_be_json(tmp_path: Path, form: str, text: str) -> None:
    place = tmp_path / "old"
    place.mkdir()
    (place / "manifest.konnector").write_text(text)
    if form == "manifest":
        place = place / "manifest.konnector"
    elif form == "archive":
        place = tmp_path / "old.tar.gz"
        place.write_bytes(tar_gz([("manifest.konnector", text)]))
    with pytest.raises(UserError, match="so it was never published; name a version that was"):
        check(["a"], against=place)
    with pytest.raises(UserError, match="so it was never published; name a version that was"):
        upgrade(place, "a")


@pytest.mark.parametrize(
    "revision", [":/fix: one", ":/one...two", "HEAD^{/fix: one}", "HEAD^{/one...two}", "HEAD^0"]
)
def test_a_revision_that_searches_for_a_text(tree: Path, revision: str) -> None:
    git(tree, "commit", "-q", "--allow-empty", "-m", "fix: one...two")
    put(tree / "a" / "manifest.konnector", version="9.0.0")
    assert since_revision(revision) == [manifest("a")]
    assert upgrade(revision, "a").upgrade.new.version == "9.0.0"
    if not revision.startswith(":/"):
        assert upgrade(f"{revision}:{manifest('a')}", "a").upgrade.old.version == "1.2.0"


def since_revision(revision: str) -> list[str]:
    return changed(check(["."], since=revision)).changed


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("revision", [":/nothing", ":/a..b", ":", ":a/manifest.konnector", "^{/x"])
def test_a_search_that_finds_nothing(revision: str) -> None:
    with pytest.raises(UserError, match="there is no such file or git revision; check it"):
        check(["."], since=revision)


def test_what_is_on_disk_is_meant_before_a_revision_of_its_name(tree: Path) -> None:
    put(tree / "a" / "manifest.konnector", version="9.0.0")
    write(tree, "main", version="8.0.0")
    old = {name: upgrade(name, "a").upgrade.old.version for name in ("main", "main^0")}
    assert old == {"main": "8.0.0", "main^0": "1.2.0"}


def a_link_to_another(place: Path) -> None:
    place.symlink_to("a")


def another_repository(place: Path) -> None:
    write(place.parent, place.name, slug="another")
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-qm", "one")


def a_file(place: Path) -> None:
    place.write_text("")


@pytest.mark.parametrize("put_there", [a_link_to_another, another_repository, a_file])
@pytest.mark.parametrize("moved", ["d", "d/inner"])
def test_what_is_in_the_place_of_a_connector_does_not_hide_that_it_is_gone(
    tree: Path, put_there: Callable[[Path], None], moved: str
) -> None:
    for name in "ad":
        write(tree, f"{name}/inner", slug=f"{name}-inner")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "inner")
    shutil.copytree(tree / moved, tree / "moved", ignore=shutil.ignore_patterns("inner"))
    put(tree / "moved" / "manifest.konnector", version="9.0.0", permissions=BILLS)
    shutil.rmtree(tree / "d")
    put_there(tree / "d")
    report = check(["."], since="HEAD")
    found = changed(report)
    [other] = {"d", "d/inner"} - {moved}
    assert found.renamed == {manifest(moved): manifest("moved")}
    assert found.deleted == [manifest(other)]
    assert "U004" in codes(report.findings)
