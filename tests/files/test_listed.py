"""What git says of a commit: the same as the commit itself, whatever the index has."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from manifest_lint.files import listed
from manifest_lint.files.listed import files_of
from manifest_lint.files.run_git import GitRefused, ask
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
    found = files_of(repository, "one", ENDINGS)
    now = in_commit(repository, "HEAD")
    assert found.left_out == {path: now[path] for path in now if not path.startswith("b/")}
    assert found.files == in_commit(repository, "one")


@pytest.mark.parametrize("revision", ["none", "HEAD..one", "HEAD...one", "^one", "-h", "--all", ""])
def test_what_names_no_commit_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(GitRefused):
        files_of(repository, revision, ENDINGS)


def settled(folder: Path) -> None:
    """Let the index be younger than each file."""
    later = (folder / ".git/index").stat().st_mtime_ns + 10**9
    os.utime(folder / ".git/index", ns=(later, later))


def unread(folder: Path) -> set[str]:
    """Return the files of the commit that are known to be on disk as they are there."""
    found = files_of(folder, "HEAD", ENDINGS)
    return {key for key in found.files if found.is_unchanged(folder / key, key, 100)}


def test_an_empty_file_is_read(repository: Path) -> None:
    """Its index may have the size 0 for another reason: git has to look at the content again."""
    (repository / "a.json").write_text("")
    git(repository, "commit", "-qam", "three")
    settled(repository)
    assert unread(repository) == in_commit(repository, "HEAD").keys() - {"a.json"}


def test_files_that_git_has_seen_are_not_read(repository: Path) -> None:
    spoof = "x\n  size: 1\tflags: 0\nH 100644 0 0\tz.json"
    (repository / spoof).write_text("1")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "three")
    settled(repository)
    assert unread(repository) == in_commit(repository, "HEAD").keys()


def rewritten(folder: Path) -> None:
    file = folder / "a.json"
    status = file.stat()
    file.write_text("3")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def replaced(folder: Path) -> None:
    (folder / "other").write_text("2")
    (folder / "other").replace(folder / "a.json")


def staged_alone(folder: Path) -> None:
    (folder / "a.json").write_text("3")
    git(folder, "add", "a.json")
    settled(folder)


def deleted(folder: Path) -> None:
    (folder / "a.json").unlink()


def linked(folder: Path) -> None:
    deleted(folder)
    (folder / "a.json").symlink_to("a.js")


def larger(folder: Path) -> None:
    (folder / "a.json").write_text("2" * 101)
    git(folder, "commit", "-qam", "larger")
    settled(folder)


@pytest.mark.parametrize("change", [rewritten, replaced, staged_alone, deleted, linked, larger])
def test_a_file_that_git_has_not_seen_so_is_read(
    repository: Path, change: Callable[[Path], None]
) -> None:
    settled(repository)
    change(repository)
    assert unread(repository) == in_commit(repository, "HEAD").keys() - {"a.json"}


def at_once(folder: Path) -> None:
    """The index is not younger than the files: they may have changed after it was written."""
    oldest = min(file.stat().st_ctime_ns for file in folder.rglob("*") if file.is_file())
    os.utime(folder / ".git/index", ns=(oldest, oldest))


def with_attributes(folder: Path) -> None:
    (folder / "b/.gitattributes").write_text("*.json filter=x\n")
    git(folder, "add", ".")
    settled(folder)


def with_untracked_attributes(folder: Path) -> None:
    (folder / ".gitattributes").write_text("*.json filter=x\n")


def with_own_attributes(folder: Path) -> None:
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("*.json filter=x\n")


def index_elsewhere(folder: Path) -> None:
    (folder / ".git").rename(folder.parent / "elsewhere")
    (folder / ".git").write_text("gitdir: ../elsewhere\n")


@pytest.mark.parametrize(
    "change",
    [at_once, with_attributes, with_untracked_attributes, with_own_attributes, index_elsewhere],
)
def test_all_are_read_where_the_index_does_not_say_enough(
    repository: Path, change: Callable[[Path], None]
) -> None:
    settled(repository)
    change(repository)
    assert unread(repository) == set()


def test_all_are_read_if_git_prints_the_status_in_another_way(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(repository)

    def other(top: Path, arguments: Sequence[str]) -> str:
        return ask(top, arguments).replace("\tflags: ", "\tmarks: ")

    monkeypatch.setattr(listed, "ask", other)
    assert unread(repository) == set()
    assert files_of(repository, "HEAD", ENDINGS).files == in_commit(repository, "HEAD")
