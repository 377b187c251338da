"""The files around a manifest are listed, read and looked up safely."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from manifest_lint.errors import UserError
from manifest_lint.files.disk import Files, Folder, read_file
from tests.command import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Files:
    """A folder with files, links and special files, and a file next to it."""
    root = tmp_path / "connector"
    for name in (
        "manifest.konnector",
        "assets/icon.svg",
        "assets/a/\u00e9 \U0001f600",
        ".hidden",
        "Z",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(f"content of {name}".encode())
    (tmp_path / "outside").write_bytes(b"outside")
    (root / "empty").mkdir()
    (root / "link to file").symlink_to("assets/icon.svg")
    (root / "link to folder").symlink_to("assets")
    (root / "link to nothing").symlink_to("nothing")
    os.mkfifo(root / "pipe")
    return Folder(root)


def test_every_regular_file_is_listed_in_order(folder: Files) -> None:
    assert list(folder.list()) == [
        ".hidden",
        "Z",
        "assets/a/\u00e9 \U0001f600",
        "assets/icon.svg",
        "link to file",
        "manifest.konnector",
    ]


def test_listed_files_exist_and_can_be_read(folder: Files) -> None:
    for path in folder.list():
        name = "assets/icon.svg" if path == "link to file" else path
        assert folder.exists(path)
        assert folder.read(path, 1000) == f"content of {name}".encode()
        assert folder.read(path, 7) == b"content"


def test_the_disk_is_not_asked_for_what_the_folder_lacks(
    folder: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(os.path, "isfile", lambda path: asked.append(Path(path).name))
    for path in ("icon.svg", "src/icon.svg", "./package.json", "assets/../icon.png"):
        assert not folder.exists(path)
    assert asked == []
    for path in ("assets/icon.png", "ASSETS/icon.gif", "z", "\u00e9"):  # some disks find these
        folder.exists(path)
    assert asked == ["icon.png", "icon.gif", "z", "\u00e9"]


def test_a_link_to_itself_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert not Folder(tmp_path).exists("loop")
    assert list(Folder(tmp_path).list()) == []


@pytest.mark.parametrize(
    ("path", "exists"),
    [
        ("assets/icon.svg", True),
        ("./assets//icon.svg", True),
        ("assets/../manifest.konnector", True),
        ("link to file", True),
        ("link to folder/icon.svg", True),
        ("icon.svg", False),
        ("ASSETS/icon.svg", False),
        ("assets", False),
        ("link to folder", False),
        ("link to nothing", False),
        ("pipe", False),
        ("manifest.konnector/x", False),
        ("../outside", False),
        ("../connector/manifest.konnector", False),
        ("assets/../../outside", False),
        ("..", False),
        (".", False),
        ("", False),
        ("/", False),
        ("//etc/passwd", False),
        ("/etc/passwd", False),
        ("manifest.konnector\0", False),
        ("manifest.konnector\0/../../outside", False),
        ("x" * 5000, False),
        ("x/" * 5000, False),
        ("\ud800", False),
    ],
)
def test_a_path_exists_if_it_names_a_file_in_the_folder(
    folder: Files, path: str, exists: bool
) -> None:
    assert folder.exists(path) is exists


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nothing", "there is no such file; check the path"),
        ("link to nothing", "there is no such file; check the path"),
        ("empty", "is a folder, not a file; name a file"),
        ("pipe", "is not a regular file; save what it has to a file, and name that"),
        ("manifest.konnector/x", "cannot be read: Not a directory; check the path"),
        ("x" * 5000, "cannot be read: File name too long; check the path"),
        ("a\0b", "is not a file name; check the path"),
        ("\ud800", "is not a file name; check the path"),
    ],
)
def test_an_unreadable_path_is_reported_with_its_fix(
    folder: Files, tmp_path: Path, path: str, message: str
) -> None:
    with pytest.raises(UserError) as caught:
        folder.read(path, 10)
    assert str(caught.value).endswith(f": {message}")
    with pytest.raises(UserError) as same:
        read_file(tmp_path / "connector" / path, 10)
    assert str(same.value) == str(caught.value)


def test_an_empty_file_and_one_without_a_size_are_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    assert read_file(tmp_path / "x", 10) == b""
    version = Path("/proc/version")
    if not version.exists():
        pytest.skip("needs /proc, whose files have no size")
    assert read_file(version, 5) == b"Linux"


@pytest.fixture
def unreadable() -> Iterator[Path]:
    """A folder that all may read, with a file and a folder that only root may read."""
    if without_privileges("read_file(Path('LICENSE'), 0)") != "b''":
        pytest.skip("needs root to become the user nobody, and a checkout that all may read")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        (root / "closed").touch(mode=0o000)
        (root / "folder").mkdir(mode=0o000)
        yield root
        (root / "folder").chmod(0o700)


WITHOUT_PRIVILEGES = """
import os, pwd
from pathlib import Path
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Folder, read_file
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(pwd.getpwnam("nobody").pw_uid)
try:
    print({expression})
except UserError as error:
    print(error)
"""


def without_privileges(expression: str) -> str:
    """Return what an expression gives or raises in a process of the user `nobody`."""
    command = [sys.executable, "-c", WITHOUT_PRIVILEGES.format(expression=expression)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def test_a_file_without_read_permission_is_reported_with_its_fix(unreadable: Path) -> None:
    path = unreadable / "closed"
    message = without_privileges(f"read_file(Path({str(path)!r}), 4)")
    assert message == f"{path}: permission denied; check its permissions"


def test_a_folder_without_read_permission_is_reported_with_its_fix(unreadable: Path) -> None:
    message = without_privileges(f"list(Folder(Path({str(unreadable)!r})).list())")
    assert message == f"{unreadable / 'folder'}: permission denied; check its permissions"
