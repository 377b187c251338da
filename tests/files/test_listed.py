"""What git says of a commit: the same as the commit itself, whatever the index has."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from manifest_lint.files.listed import files_of
from manifest_lint.files.run_git import GitRefused
from tests.project.test_versions import git

ENDINGS = (".json", "manifest.konnector", "odd [x]*?.txt", "back\\slash.txt", ":(top).txt")
NAMES = (
    *("manifest.konnector", "a.json", "a.js", "b/manifest.konnector", "b/c/d.json", "b/c/e.md"),
    *("odd [x]*?.txt", "odd x12.txt", "b/back\\slash.txt", "backslash.txt", ":(top).txt", "ü.json"),
    *("line\nbreak.json", "-c.json", "other.konnector"),
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"1 {name}")
    (tmp_path / "link.json").symlink_to("a.json")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    git(tmp_path, "tag", "one")
    (tmp_path / "a.json").write_text("2")
    git(tmp_path, "rm", "-q", "b/c/d.json")
    git(tmp_path, "commit", "-qam", "two")
    return tmp_path


def in_commit(folder: Path, revision: str) -> dict[str, str]:
    command = ["git", "ls-tree", "-r", "-z", revision]
    lines = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout.decode()
    parted = (line.partition("\t") for line in lines.split("\0"))
    return {
        path: facts.split()[2]
        for facts, _, path in parted
        if path.endswith(ENDINGS) and facts.startswith("100")
    }


def as_it_is(_: Path) -> None:
    pass


def staged(folder: Path) -> None:
    for name in NAMES[:3]:
        (folder / name).write_text("staged")
    (folder / "new.json").write_text("new")
    git(folder, "add", ".")
    git(folder, "mv", "b", "moved")


def removed(folder: Path) -> None:
    git(folder, "rm", "-q", "--cached", "-r", "b", "a.json")
    git(folder, "add", "-N", "a.json")
    (folder / "new.json").write_text("new")
    git(folder, "add", "-N", "new.json")


def of_another_kind(folder: Path) -> None:
    (folder / "a.json").unlink()
    (folder / "a.json").symlink_to("a.js")
    (folder / "link.json").unlink()
    (folder / "link.json").write_text("no link")
    (folder / "manifest.konnector").unlink()
    (folder / "manifest.konnector").mkdir()
    (folder / "manifest.konnector/x.json").write_text("a folder now")
    git(folder, "add", "-A")


def in_conflict(folder: Path) -> None:
    git(folder, "checkout", "-q", "-b", "other", "one")
    (folder / "a.json").write_text("3")
    git(folder, "commit", "-qam", "three")
    with pytest.raises(Exception, match="merge"):
        git(folder, "merge", "-q", "main")


def without_index(folder: Path) -> None:
    (folder / ".git/index").unlink()


def sparse(folder: Path) -> None:
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "b")


STATES = (as_it_is, staged, removed, of_another_kind, in_conflict, without_index, sparse)


@pytest.mark.parametrize("revision", ["HEAD", "main", "one", ":/on", "HEAD~1"])
@pytest.mark.parametrize("change", STATES, ids=lambda change: change.__name__)
def test_the_files_are_those_of_the_commit(
    repository: Path, change: Callable[[Path], None], revision: str
) -> None:
    change(repository)
    wanted = in_commit(repository, revision)
    assert len(wanted) > 8
    assert files_of(repository, revision, ENDINGS).files == wanted
    # With many names, git is asked for all files.
    many = (*ENDINGS, *(f"{number}.other" for number in range(200)))
    assert files_of(repository, revision, many).files == wanted


def test_what_a_sparse_checkout_leaves_out_is_known(repository: Path) -> None:
    assert files_of(repository, "one", ENDINGS).left_out == {}
    git(repository, "sparse-checkout", "set", "--no-cone", "b")
    listed = files_of(repository, "one", ENDINGS)
    now = in_commit(repository, "HEAD")
    assert listed.left_out == {path: now[path] for path in now if not path.startswith("b/")}
    assert listed.files == in_commit(repository, "one")


@pytest.mark.parametrize("revision", ["none", "HEAD..one", "HEAD...one", "^one", "-h", "--all", ""])
def test_what_names_no_commit_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(GitRefused):
        files_of(repository, revision, ENDINGS)
