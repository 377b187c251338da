"""A hostile repository: our calls of git run no command that it names.

Each test builds one from nothing, shows that plain git does run its command there, and then runs
every command of ours and the language server on it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from manifest_lint.errors import Skipped
from manifest_lint.files import git, run_git
from tests.command import INSTALL, run
from tests.connectors import SUNMETER
from tests.language_server import Server

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git, which is not installed")

SECRET = "a1b2c3d4e5f6"
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@example.org")


def plain(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git as a user would."""
    command = ["git", *IDENTITY, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def connector(folder: Path) -> Path:
    """A connector with a secret that looks real, so that K003 asks git whether it is tracked."""
    shutil.copytree(SUNMETER, folder, dirs_exist_ok=True)
    file = folder / "account-types-def.json"
    value = {**json.loads(file.read_text()), "client_secret": SECRET}
    file.write_text(json.dumps(value, indent=2))
    return folder


def trap(mark: Path) -> str:
    return f"""
[extensions]
	partialClone = origin
[remote "origin"]
	promisor = true
	url = file://{mark.parent}/nowhere
	uploadpack = "touch '{mark}'; false"
"""


def lose(objects: Path, digest: str) -> None:
    (objects / digest[:2] / digest[2:]).unlink()


def committed(folder: Path) -> Path:
    """A repository of a connector with three commits and a second folder."""
    connector(folder)
    (folder / "other").mkdir()
    (folder / "other/file").write_text("1")
    plain(folder, "init", "-q")
    for number in range(3):
        (folder / "CHANGES").write_text(str(number))
        plain(folder, "add", "--all", "--force")
        plain(folder, "commit", "-qm", str(number))
    return folder


def bare_in_a_clone(root: Path, mark: Path) -> tuple[Path, tuple[str, ...]]:
    """The connector is laid out as a bare repository, and its sparse index lacks a tree."""
    source = committed(root / "source")
    plain(source, "sparse-checkout", "init", "--cone", "--sparse-index")
    plain(source, "sparse-checkout", "set", "build")
    tree = plain(source, "rev-parse", "HEAD:other").stdout.strip()
    folder = connector(root / "clone/connector")
    plain(root / "clone", "init", "-q")
    for name in ("HEAD", "index", "objects", "refs"):
        place = source / ".git" / name
        copy = shutil.copytree if place.is_dir() else shutil.copy
        copy(place, folder / name)
    lose(folder / "objects", tree)
    settings = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
    sparse = "\tsparseCheckout = true\n\tsparseCheckoutCone = true\n[index]\n\tsparse = true\n"
    (folder / "config").write_text(settings + sparse + trap(mark))
    return folder, ("ls-files", "--error-unmatch", "--", "account-types-def.json")


def missing_gitignore(root: Path, mark: Path) -> tuple[Path, tuple[str, ...]]:
    """A .gitignore is skipped in the work tree, and its blob is missing."""
    folder = connector(root / "clone")
    (folder / ".gitignore").write_text("nothing\n")
    plain(folder, "init", "-q")
    plain(folder, "add", ".gitignore")
    plain(folder, "commit", "-qm", "1")
    digest = plain(folder, "rev-parse", "HEAD:.gitignore").stdout.strip()
    plain(folder, "update-index", "--skip-worktree", ".gitignore")
    (folder / ".gitignore").unlink()
    lose(folder / ".git/objects", digest)
    with (folder / ".git/config").open("a") as file:
        file.write(trap(mark))
    return folder, ("check-ignore", "manifest.konnector")


def missing_parent(root: Path, mark: Path) -> tuple[Path, tuple[str, ...]]:
    """A commit before the last one is missing."""
    folder = committed(root / "clone")
    lose(folder / ".git/objects", plain(folder, "rev-parse", "HEAD~1").stdout.strip())
    with (folder / ".git/config").open("a") as file:
        file.write(trap(mark))
    return folder, ("rev-list", "--count", "HEAD")


def monitor(root: Path, mark: Path) -> tuple[Path, tuple[str, ...]]:
    """The repository names a file system monitor, and hooks."""
    folder = committed(root / "clone")
    plain(folder, "config", "core.fsmonitor", f"touch '{mark}'; false")
    plain(folder, "config", "core.hooksPath", str(folder / "hooks"))
    return folder, ("status",)


def gitdir_inside(root: Path, mark: Path) -> tuple[Path, tuple[str, ...]]:
    """`.git` is a file that names a folder of the tree, whose remote has its own helper."""
    folder = committed(root / "clone")
    lose(folder / ".git/objects", plain(folder, "rev-parse", "HEAD~1").stdout.strip())
    with (folder / ".git/config").open("a") as file:
        file.write(trap(mark).replace(f"file://{mark.parent}/nowhere", f"ext::touch {mark}"))
        file.write("[protocol]\n\tallow = always\n")
    (folder / ".git").rename(folder / "data")
    (folder / ".git").write_text("gitdir: data\n")
    return folder, ("rev-list", "--count", "HEAD")


def filters(root: Path, mark: Path) -> tuple[Path, tuple[str, ...]]:
    """Every file has a filter and a program that compares, and none is as the index has it."""
    folder = committed(root / "clone")
    for key in ("filter.x.clean", "filter.x.smudge", "diff.x.textconv", "diff.x.command"):
        plain(folder, "config", key, f"touch '{mark}'; cat")
    plain(folder, "config", "filter.x.process", f"touch '{mark}'; false")
    (folder / ".gitattributes").write_text("* filter=x diff=x\n")
    for file in (folder / "manifest.konnector", folder / "account-types-def.json"):
        file.write_bytes(file.read_bytes() + b"\n")
    return folder, ("hash-object", "manifest.konnector")


REPOSITORIES = (
    *(bare_in_a_clone, missing_gitignore, missing_parent, monitor, gitdir_inside),
    filters,
)


@pytest.mark.parametrize("made", REPOSITORIES, ids=lambda made: made.__name__)
def test_no_command_of_a_hostile_repository_runs(
    made: Callable[[Path, Path], tuple[Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    folder, asked = made(tmp_path, mark)
    before = shutil.copytree(folder, tmp_path / "as it was", symlinks=True)
    plain(folder, *asked)
    if not mark.exists():
        pytest.skip("this git does not run the command that the repository names")
    mark.unlink()
    shutil.rmtree(folder)
    shutil.copytree(before, folder, symlinks=True)
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("check", folder),
        ("check", folder.parent),
        ("check", folder / "manifest.konnector", "--fix"),
        ("build", folder, "--channel", "beta"),
        ("build", folder, "--channel", "dev"),
        ("build", folder, "--out", tmp_path / "out"),
        ("verify", folder / "build"),
        ("preview", folder),
        ("upgrade", "HEAD", folder),
        ("check", folder, "--since", "HEAD"),
        ("upgrade", "HEAD:manifest.konnector", folder / "build"),
        ("init", folder, "--yes", *INSTALL),
        ("config", folder),
        ("provision", folder / "account-types-def.json", "--dry-run"),
    )
    for arguments in commands:
        done = run(*arguments, environment={"SUNMETER_CLIENT_ID": "x"})
        assert "internal error" not in done.stderr
        assert not mark.exists(), arguments
        assert SECRET not in done.stdout + done.stderr
    server = Server("utf-16")
    uri = (folder / "manifest.konnector").as_uri()
    server.open(uri, (folder / "manifest.konnector").read_text("utf-8"))
    server.document("didClose", uri)
    server.stop()
    assert not mark.exists()


def test_git_is_not_taken_from_the_checked_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """npm puts node_modules/.bin first in PATH, and some users the current folder."""
    folder = committed(tmp_path / "clone")
    bin = folder / "node_modules/.bin"
    bin.mkdir(parents=True)
    for place in (folder, bin):
        (place / "git").write_text(f"#!/bin/sh\ntouch '{tmp_path}/mark'\n")
        (place / "git").chmod(0o755)
    path = os.pathsep.join([str(bin), ".", "", str(folder), os.environ["PATH"]])
    run("check", ".", cwd=folder, environment={"PATH": path})
    monkeypatch.setenv("PATH", path)
    assert git.is_tracked(folder / "manifest.konnector")
    assert not (tmp_path / "mark").exists()


def test_git_is_not_taken_from_a_work_tree_around_the_checked_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """npm puts the node_modules/.bin of every folder above first in a submodule's PATH."""
    outer = committed(tmp_path / "outer")
    inner = committed(outer / "connectors/inner")
    beside = tmp_path / "plain/node_modules/.bin"
    for place in (outer / "tools", outer / "node_modules/.bin", beside):
        place.mkdir(parents=True)
        (place / "git").write_text(f"#!/bin/sh\ntouch '{tmp_path}/mark'\n")
        (place / "git").chmod(0o755)
    places = (outer / "tools", outer / "node_modules/.bin", beside)
    path = os.pathsep.join([*map(str, places), os.environ["PATH"]])
    for folder in (inner, outer):
        run("check", ".", cwd=folder, environment={"PATH": path})
    run("check", inner, cwd=outer, environment={"PATH": path})
    monkeypatch.setenv("PATH", path)
    assert git.is_tracked(inner / "manifest.konnector")
    assert not (tmp_path / "mark").exists()


def test_a_hanging_git_is_waited_for_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path / "clone")
    (folder / ".git/index").unlink()
    os.mkfifo(folder / ".git/index")
    monkeypatch.setattr(run_git, "SECONDS", 0.2)
    monkeypatch.setattr(run_git, "_silent", set())
    with pytest.raises(Skipped, match="did not answer in time"):
        git.is_tracked(folder / "manifest.konnector")
    monkeypatch.setattr(run_git, "_program", lambda _: pytest.fail("git was started again"))
    with pytest.raises(Skipped, match="did not answer in time"):
        git.is_tracked(folder / "account-types-def.json")


def test_many_hanging_gits_are_waited_for_little_longer_than_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def communicate(_: object, __: bytes, seconds: float) -> None:
        waited.append(seconds)
        raise subprocess.TimeoutExpired("git", seconds)

    monkeypatch.setattr(run_git, "_silent", set())
    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    for number in range(20):
        folder = tmp_path / str(number)
        (folder / ".git").mkdir(parents=True)
        (folder / ".git/HEAD").touch()
        with pytest.raises(Skipped, match="did not answer in time"):
            git.is_tracked(folder / "manifest.konnector")
    assert waited[0] == run_git.SECONDS
    assert sum(waited) < 2 * run_git.SECONDS


def test_git_does_not_write_a_trace_that_the_home_of_the_tree_configures(tmp_path: Path) -> None:
    folder = committed(tmp_path / "clone")
    trace = tmp_path / "trace"
    (folder / ".gitconfig").write_text(f"[trace2]\n\teventTarget = {trace}\n")
    environment = {"HOME": str(folder)}
    run("check", folder, environment=environment)
    assert not trace.exists()
    subprocess.run(["git", "status"], cwd=folder, env={**os.environ, **environment}, check=False)
    if not trace.exists():
        pytest.skip("this git does not write such a trace")


def codes(folder: Path, **environment: str) -> list[str]:
    done = run("check", folder, "--format", "json", "--select", "K", environment=environment)
    return [finding["code"] for finding in json.loads(done.stdout)["findings"]]


def test_variables_set_by_a_hook_do_not_silence_a_rule(tmp_path: Path) -> None:
    folder, other = committed(tmp_path / "clone"), committed(tmp_path / "other")
    plain(folder, "worktree", "add", "-q", str(tmp_path / "linked"))
    for place in (folder, tmp_path / "linked"):
        assert codes(place) == ["K003"]
        assert codes(place, GIT_DIR=str(other / ".git"), GIT_INDEX_FILE="nowhere") == ["K003"]
        assert codes(place, GIT_WORK_TREE="/", GIT_CEILING_DIRECTORIES=str(place)) == ["K003"]


def test_git_does_not_read_file_names_as_patterns(tmp_path: Path) -> None:
    folder = committed(tmp_path / "clone")
    for name in (":(top)x", "[a]", "*", "a b\n", "-x"):
        (folder / name).mkdir()
        (folder / name / "manifest.konnector").write_text("{}")
    assert not git.is_tracked(folder / "[a]/manifest.konnector")
    (folder / ".gitignore").write_text("\\[a\\]/\n")
    found = [folder / name / "manifest.konnector" for name in (":(top)x", "[a]", "*", "-x")]
    assert git.ignored(folder, found) == {found[1]}


def test_git_is_found_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = committed(tmp_path / "clone")
    (folder / ".gitignore").write_text("a/\n")
    monkeypatch.chdir("/")
    assert git.ignored(folder, [folder / "a/x", folder / "b"]) == {folder / "a/x"}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown", "junit", "github", "html"])
def test_rules_without_git_are_reported_as_skipped(tmp_path: Path, form: str) -> None:
    folder = committed(tmp_path / "clone")
    done = run("check", folder, "--format", form, environment={"PATH": str(tmp_path)})
    assert "K003" in done.stdout
    assert "git is not installed; install it" in done.stdout
    assert done.stderr == ""


def test_a_folder_of_another_user_is_reported_as_distrusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid():
        pytest.skip("needs root, to give a folder to another user")
    folder = committed(tmp_path / "clone")
    for path in (folder, folder / ".git"):
        os.chown(path, 65534, 65534)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(Skipped, match=r"does not trust .* safe\.directory"):
        git.is_tracked(folder / "account-types-def.json")


def test_a_hanging_git_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = committed(tmp_path / "clone")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text("#!/bin/sh\nsleep 600 & sleep 600\n")
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(run_git, "SECONDS", 0.2)
    with pytest.raises(Skipped, match="did not answer"):
        git.is_tracked(folder / "manifest.konnector")
