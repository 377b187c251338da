"""Files are written in one step, over what was read, and alone in their folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from manifest_lint.errors import UserError
from manifest_lint.files import alone, nameless
from manifest_lint.files.alone import alone_in
from manifest_lint.files.write import Changed, made, remove_unfinished, replace_file, write_file
from tests.command import ROOT

fcntl = pytest.importorskip("fcntl", reason="only POSIX has locks for folders")

LEFT = (".f.manifest-lint.unfinished", ".f.0123abcd.manifest-lint.unfinished")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("there", "before", "after", "expected"),
    [
        (None, None, b"new", b"new"),
        (b"new", None, b"new", b"new"),
        (b"old", b"old", b"new", b"new"),
        (b"new", b"old", b"new", b"new"),
        (b"", b"", b"new", b"new"),
    ],
)
def test_a_file_is_replaced_if_it_is_as_it_was(
    tmp_path: Path, there: bytes | None, before: bytes | None, after: bytes, expected: bytes
) -> None:
    file = tmp_path / "f"
    if there is not None:
        file.write_bytes(there)
    replace_file(file, before, after)
    assert (file.read_bytes(), names(tmp_path)) == (expected, ["f"])


@pytest.mark.parametrize(
    ("there", "before", "why"),
    [
        (b"other", b"old", "has changed meanwhile"),
        (b"old and more", b"old", "has changed meanwhile"),
        (b"", b"old", "has changed meanwhile"),
        (b"other", None, "was made meanwhile"),
        (b"", None, "was made meanwhile"),
    ],
)
def test_a_file_that_has_changed_is_not_written(
    tmp_path: Path, there: bytes, before: bytes | None, why: str
) -> None:
    file = tmp_path / "f"
    file.write_bytes(there)
    with pytest.raises(Changed, match=why):
        replace_file(file, before, b"new")
    assert (file.read_bytes(), names(tmp_path)) == (there, ["f"])


def test_of_many_that_add_at_once_none_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"")

    def add(letter: bytes) -> None:
        while True:
            before = file.read_bytes()
            try:
                replace_file(file, before, before + letter)
            except Changed:
                continue
            return

    letters = [bytes([number]) for number in range(20)]
    threads = [Thread(target=add, args=(letter,)) for letter in letters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(file.read_bytes()) == list(range(20))
    assert names(tmp_path) == ["f"]


def test_what_a_killed_run_has_left_is_deleted_by_the_next(tmp_path: Path) -> None:
    (tmp_path / LEFT[0]).write_bytes(b"half")
    write_file(tmp_path / "f", b"new")
    assert names(tmp_path) == ["f"]


@pytest.mark.parametrize("name", LEFT)
def test_a_folder_or_link_at_the_name_of_an_unfinished_file_is_not_written_to(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "outside").write_bytes(b"outside")
    for make in (Path.mkdir, lambda path: path.symlink_to("outside")):
        make(tmp_path / name)
        write_file(tmp_path / "f", b"new")
        assert (tmp_path / "f").read_bytes() == b"new"
        assert (tmp_path / "outside").read_bytes() == b"outside"
        if (tmp_path / name).is_dir() and not (tmp_path / name).is_symlink():
            (tmp_path / name).rmdir()


def test_the_unfinished_file_of_a_run_that_still_writes_stays(tmp_path: Path) -> None:
    """A login deletes what others have left: not what another login is writing."""

    def pieces() -> Iterator[bytes]:
        yield b"half"
        cleaner.start()
        cleaner.join(0.3)
        yield b" and half"

    cleaner = Thread(target=remove_unfinished, args=(tmp_path / "f",))
    write_file(tmp_path / "f", pieces())
    cleaner.join()
    assert (tmp_path / "f").read_bytes() == b"half and half"
    assert names(tmp_path) == ["f"]


def test_one_thread_may_be_alone_in_a_folder_twice(tmp_path: Path) -> None:
    with alone_in(tmp_path) as outer, alone_in(tmp_path / ".") as inner:
        assert outer
        assert inner
    with alone_in(tmp_path) as again:
        assert again


def test_a_run_that_does_not_end_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    monkeypatch.setattr(alone, "_MOST_PAUSES", 2)
    with pytest.raises(UserError, match="another run is writing there; wait until it ends"):
        replace_file(tmp_path / "f", None, b"new")
    assert names(tmp_path) == []
    (tmp_path / LEFT[0]).write_bytes(b"of the other run")
    write_file(tmp_path / "f", b"new")  # that needs no other run to end
    os.close(number)
    assert names(tmp_path) == [LEFT[0], "f"]


def test_a_named_pipe_in_place_of_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with alone_in(tmp_path / "pipe") as is_alone:
        assert not is_alone
    with pytest.raises(UserError, match="cannot be written: Not a directory"):
        write_file(tmp_path / "pipe" / "f", b"new")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_link_in_place_of_the_unfinished_file_gives_no_other_file_away(tmp_path: Path) -> None:
    file, outside = tmp_path / "f", tmp_path / "outside"
    for one in (file, outside):
        one.write_bytes(b"old")
        one.chmod(0o600)
    os.chown(file, 12345, 12345)
    file.chmod(0o666)

    def swapped() -> Iterator[bytes]:
        yield b"new"
        (tmp_path / LEFT[0]).unlink()
        (tmp_path / LEFT[0]).symlink_to(outside)

    write_file(file, swapped())
    status = outside.stat()
    assert (status.st_uid, status.st_mode & 0o777) == (os.geteuid(), 0o600)


@pytest.mark.parametrize(
    "name", [".f.unfinished", ".f.1.unfinished", ".g.manifest-lint.unfinished"]
)
def test_a_file_of_the_user_with_a_like_name_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")
    write_file(tmp_path / "f", b"new")
    remove_unfinished(tmp_path / "f")
    assert names(tmp_path) == sorted([name, "f"])


def test_where_there_are_no_locks_it_is_written_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: int) -> None:
        raise OSError

    monkeypatch.setattr(fcntl, "flock", no_locks)
    (tmp_path / LEFT[0]).write_bytes(b"of another run")
    write_file(tmp_path / "f", b"new")
    replace_file(tmp_path / "f", b"new", b"newer")
    with alone_in(tmp_path) as outer, alone_in(tmp_path) as inner:
        assert not outer
        assert not inner
    assert names(tmp_path) == [LEFT[0], "f"]  # it may still be written


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_folders_that_were_made_are_deleted_if_nothing_is_written(
    tmp_path: Path, failure: BaseException
) -> None:
    (tmp_path / "there").mkdir()

    def fail() -> None:
        with made(tmp_path / "there" / "a" / "b"):
            raise failure

    with pytest.raises(UserError if isinstance(failure, OSError) else KeyboardInterrupt):
        fail()
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]
    with made(tmp_path / "there" / "a" / "b"):
        pass
    assert (tmp_path / "there" / "a" / "b").is_dir()


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
def test_a_temporary_file_never_has_a_name(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "made = []\n"
        "sys.addaudithook(lambda event, of: made.append(of[0]) if event == 'open' else None)\n"
        f"from {nameless.__name__} import nameless\n"
        "file = nameless()\n"
        "print([one for one in made if str(one).startswith(sys.argv[1] + os.sep)])\n"
        "print(os.path.dirname(os.readlink(f'/proc/self/fd/{file.fileno()}')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"[]\n{tmp_path}\n"


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
@pytest.mark.parametrize(
    ("number", "chosen"),
    [(errno.ENOENT, "second"), (errno.EACCES, "second"), (errno.EOPNOTSUPP, "first")],
)
def test_temporary_files_are_where_tempfile_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, chosen: str
) -> None:
    """One on a disk without nameless files is the folder all the same."""
    first, second = tmp_path / "first", tmp_path / "second"
    second.mkdir()
    if chosen == "first":
        first.mkdir()
    opened = os.open

    def fail(path: str, flags: int, *mode: int, **options: int) -> int:
        if path == str(first) and flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(number, "")
        return opened(path, flags, *mode, **options)

    monkeypatch.setattr(os, "open", fail)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(first), str(second)])
    nameless.nameless().close()
    assert tempfile.tempdir == str(tmp_path / chosen)
