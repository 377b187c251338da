"""From what a user names to a version: files, folders, archives, commits."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from manifest_lint import UserError
from manifest_lint.project.versions import versions
from tests.archives import good, tar, tar_gz


def git(folder: Path, *arguments: str) -> None:
    # What git does in the background would change a folder that a test copies.
    settings = ["-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "maintenance.auto=false"]
    named = ["git", *settings, *arguments]
    subprocess.run(named, cwd=folder, check=True, capture_output=True)


def write(file: Path, version: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"slug": "x", "version": version}))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits of two connectors, which is the current folder."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for version in ("1.0.0", "1.1.0"):
        write(folder / "manifest.konnector", version)
        write(folder / "connectors" / "a" / "manifest.konnector", f"{version}-beta.1")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", version)
        git(folder, "tag", f"v{version}")
    write(folder / "connectors" / "a" / "manifest.konnector", "2.0.0")
    monkeypatch.chdir(folder)
    return folder


def read(old: str, new: str) -> tuple[str, str]:
    return tuple(one.manifest.value["version"] for one in versions(old, new))


A = "connectors/a"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("HEAD~1", "HEAD", ("1.0.0", "1.1.0")),
        ("v1.0.0", ".", ("1.0.0", "1.1.0")),
        ("HEAD", A, ("1.1.0-beta.1", "2.0.0")),
        (A, "v1.0.0", ("2.0.0", "1.0.0-beta.1")),
        (f"HEAD~1:{A}", f"HEAD:{A}/manifest.konnector", ("1.0.0-beta.1", "1.1.0-beta.1")),
        ("main:", f"main:./{A}/", ("1.1.0", "1.1.0-beta.1")),
        ("HEAD:", f"{A}/manifest.konnector", ("1.1.0", "2.0.0")),
        ("HEAD@{0}", ".", ("1.1.0", "1.1.0")),
    ],
)
@pytest.mark.usefixtures("repository")
def test_a_revision_has_the_manifest_that_is_meant(
    old: str, new: str, expected: tuple[str, str]
) -> None:
    assert read(old, new) == expected


def test_a_path_is_relative_to_the_top_or_with_a_dot_to_the_current_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / A)
    assert read("HEAD", ".") == ("1.1.0-beta.1", "2.0.0")
    assert read("HEAD:manifest.konnector", "HEAD:./manifest.konnector")[0] == "1.1.0"
    assert read("HEAD:../../", "HEAD:./") == ("1.1.0", "1.1.0-beta.1")


def test_a_file_goes_before_a_revision_of_the_same_name(repository: Path) -> None:
    git(repository, "branch", "connectors/a")
    assert read("connectors/a", "connectors/a:") == ("2.0.0", "1.1.0")


def test_the_new_version_of_a_commit_is_named_after_its_file(repository: Path) -> None:
    old, new = versions("HEAD~1", f"HEAD:{A}")
    assert old.manifest.name == f"HEAD~1:{'manifest.konnector'}"
    assert new.manifest.name == f"{A}/manifest.konnector"
    assert new.path == repository / A / "manifest.konnector"


@pytest.mark.parametrize("name", ["old.tar.gz", "old.tar", "unnamed"])
def test_archives(tmp_path: Path, name: str) -> None:
    members = good(version="1.2.3")
    data = tar(members) if name.endswith(".tar") else tar_gz(members)
    (tmp_path / name).write_bytes(data)
    write(tmp_path / "manifest.konnector", "2.0.0")
    old, new = versions(str(tmp_path / name), str(tmp_path))
    assert old.archive
    assert old.archive.version == "1.2.3"
    assert new.archive is None


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("nothing", "nothing: there is no such file or git revision; check it"),
        ("a..", "a..: is a range of commits; use --since a, or manifest-lint upgrade a HEAD"),
        ("a..b:x", "a..b: is a range of commits; use --since a, or manifest-lint upgrade a b"),
        ("a...b", "a...b: is a range of commits; use --since a..., or manifest-lint upgrade a b"),
        ("HEAD~9", "HEAD~9: there is no such file or git revision; check it"),
        ("-x", "-x: there is no such file or git revision; check it"),
        ("a\0b", "a\\u0000b: there is no such file or git revision; check it"),
        ("HEAD:none", "HEAD: has no manifest at none; name it as HEAD:PATH"),
        ("HEAD:../x", "HEAD: has no manifest at ../x; name it as HEAD:PATH"),
        ("HEAD:/etc/passwd", "HEAD: has no manifest at /etc/passwd; name it as HEAD:PATH"),
        ("HEAD:/c/a b/", "HEAD: has no manifest at /c/a b; name it as HEAD:PATH"),
        ("^HEAD", "^HEAD: there is no such file or git revision; check it"),
        (
            "HEAD...HEAD~1",
            "HEAD...HEAD~1: is a range of commits; use --since HEAD..., or manifest-lint upgrade",
        ),
        ("HEAD:link", "HEAD:link: is a link; name the file that it leads to"),
        ("empty", "empty: no manifest.konnector in this folder; name the manifest"),
        ("", ": there is no such file or git revision; check it"),
        ("cut.tar.gz", "cut.tar.gz: the archive is cut off; see manifest-lint verify cut.tar.gz"),
        ("bare.tar", "bare.tar: no manifest.konnector in this archive; pack it again"),
        ("many.tar", "many.tar: the archive has more than 20,000 entries; see"),
        ("package.json", "package.json: is not a manifest.konnector; name one, or an archive"),
        ("x.zip", "x.zip: is a zip file; unpack it first"),
        ("out", "out/manifest.konnector: is a link out of the tree; name the file itself"),
        ("pipe", "pipe: is not a regular file; save what it has to a file, and name that"),
    ],
)
def test_what_cannot_be_read(repository: Path, old: str, message: str) -> None:
    (repository / "link").symlink_to("manifest.konnector")
    git(repository, "add", "link")
    git(repository, "commit", "-qm", "link")
    os.mkfifo(repository / "pipe")
    (repository / "empty").mkdir()
    (repository / "out").mkdir()
    (repository / "out" / "manifest.konnector").symlink_to("/etc/hostname")
    (repository / "cut.tar.gz").write_bytes(tar_gz(good())[:-200])
    (repository / "package.json").write_text("{}")
    (repository / "x.zip").write_bytes(b"PK\x03\x04")
    (repository / "bare.tar").write_bytes(tar([("index.js", "")]))
    if old == "many.tar":
        (repository / "many.tar").write_bytes(tar((f"{n}", "") for n in range(20_001)))
    with pytest.raises(UserError) as error:
        versions(old, ".")
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_outside_a_repository_only_files_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "manifest.konnector", "1.0.0")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="HEAD: there is no such file, nor a git repository"):
        versions("HEAD", ".")


def test_a_shallow_clone_says_what_to_fetch(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(clone))
    with pytest.raises(UserError, match=r"this clone is shallow; .*fetch-depth: 0"):
        versions("HEAD~1", str(clone))


@pytest.mark.usefixtures("repository")
def test_a_file_outside_a_repository_is_compared_with_that_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    file = tmp_path / "outside" / "manifest.konnector"
    write(file, "9.0.0")
    assert read("HEAD", str(file)) == ("1.1.0", "9.0.0")
    monkeypatch.chdir(file.parent)
    with pytest.raises(UserError, match="HEAD: there is no such file, nor a git repository"):
        versions("HEAD", str(file))


def test_a_bare_repository_is_named(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")
    monkeypatch.chdir(tmp_path / "bare.git")
    with pytest.raises(UserError, match=r"bare.git: is a bare repository, without files; clone"):
        versions("HEAD", "HEAD~1")
