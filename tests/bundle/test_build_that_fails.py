"""A build that is stopped, killed or fails loses nothing and leaves no half-written file."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, build
from manifest_lint.bundle.gzip import Gzip
from manifest_lint.bundle.write import put_back, write_together
from manifest_lint.errors import Interrupted
from tests.command import ROOT, complaint, run
from tests.connectors import MANIFEST, SUNMETER

STEM = f"sunmeter-{MANIFEST['version']}"
SEED = random.Random(20261127)
UNFINISHED = ".manifest-lint.unfinished-"


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A connector large enough that a build takes a while, and an older artifact."""
    folder = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    for number in range(40):
        (folder / "build" / f"{number}.js").write_bytes(random.Random(number).randbytes(50_000))
    (folder / "dist").mkdir()
    (folder / "dist" / "sunmeter-1.1.0.tar.gz").write_bytes(b"older")
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def mark_of(path: Path) -> bytes:
    status = path.lstat()
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}".encode()


def started(connector: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "manifest_lint", "build", str(connector), "-q"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_stopped_at_random_moments_every_file_is_whole(
    connector: Path, number: signal.Signals
) -> None:
    out = connector / "dist"
    started(connector).communicate()  # the first one also compiles bytecode
    start = time.monotonic()
    started(connector).communicate()
    whole = time.monotonic() - start
    old = held(out)
    (connector / "build" / "0.js").write_bytes(b"changed")
    reference = build(connector, out=connector / "reference")
    new = held(connector / "reference") | {"sunmeter-1.1.0.tar.gz": b"older"}
    assert reference.archive
    ends = set()
    for moment in (0, *(SEED.uniform(0, whole * 1.2) for _ in range(11))):  # at 0 none has ended
        process = started(connector)
        time.sleep(moment)
        process.send_signal(number)
        process.communicate()
        ends.add(process.returncode)
        found = held(out)
        assert found.keys() == old.keys() == new.keys()
        if number != signal.SIGKILL:  # it can react: everything is as before, or complete
            assert found in (old, new)
            assert not list(out.glob(f"{UNFINISHED}*"))
        for name, data in found.items():
            assert data in (old[name], new[name])
        for name, data in old.items():
            (out / name).write_bytes(data)
    before_we_run = {1} if number == signal.SIGINT else set()  # Python itself is interrupted
    assert ends <= {0, 2, -number} | before_we_run
    assert ends - {0}, "none was stopped"
    build(connector)
    assert held(out) == new
    assert not list(out.glob(f"{UNFINISHED}*"))


def test_killed_between_two_moves_the_next_build_cleans_up(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = connector / "dist"
    replace = Path.replace
    moved = []

    class Killed(BaseException):
        pass

    def die(self: Path, target: Path) -> Path:
        moved.append(target)
        if len(moved) == 3:
            raise Killed
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", die)
    monkeypatch.setattr("manifest_lint.bundle.write.shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(Killed):
        build(connector)
    assert list(out.glob(f"{UNFINISHED}*"))
    monkeypatch.undo()
    done = build(connector)
    assert not list(out.glob(f"{UNFINISHED}*"))
    assert done.archive
    digest = hashlib.sha256(done.archive.read_bytes()).hexdigest()
    assert (out / f"{STEM}.tar.gz.sha256").read_text().startswith(digest)


@pytest.mark.parametrize("moves", range(7))
def test_what_a_killed_build_had_replaced_in_part_is_put_back_by_the_next(
    connector: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """It is put back even if the next one finds an error; the sixth move ends the replacing."""
    out = connector / "dist"
    build(connector)
    (out / f"{STEM}.intoto.json").unlink()  # this one is new
    old = held(out)
    (connector / "build" / "0.js").write_bytes(b"changed")
    new = held(build(connector, out=connector / "reference").archive.parent)  # type: ignore[union-attr]
    left = list(range(moves))

    class Killed(BaseException):
        pass

    def die(step: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def moved(self: Path, target: Path) -> Path:
            if not left:
                raise Killed
            left.pop()
            return step(self, target)

        return moved

    monkeypatch.setattr(Path, "replace", die(Path.replace))
    monkeypatch.setattr(Path, "rename", die(Path.rename))
    monkeypatch.setattr("manifest_lint.bundle.write._clean", lambda _: False)
    if moves < 6:
        with pytest.raises(Killed):
            build(connector)
    else:
        build(connector)
    monkeypatch.undo()
    assert list(out.glob(f"{UNFINISHED}*"))
    assert held(out) == old if moves == 0 else held(out) != old
    (connector / "manifest.konnector").write_text("{}")
    done = run("build", connector, "-q")
    assert done.returncode == 1
    says_so = "an earlier build was killed; the files that it had replaced were put back"
    assert (says_so in done.stderr) is (0 < moves < 6)
    assert held(out) == (old if moves < 6 else {**old, **new})
    assert not list(out.glob(f"{UNFINISHED}*"))


@pytest.mark.parametrize("link", ["", "undo", "undo/old", "undo/replaced", "undo/added"])
def test_what_looks_like_a_killed_build_leads_to_no_other_folder(
    connector: Path, tmp_path: Path, link: str
) -> None:
    outside, left = tmp_path / "outside", connector / "dist" / f"{UNFINISHED}1"
    mark = mark_of(connector / "dist" / "sunmeter-1.1.0.tar.gz")
    for folder in (outside, left):
        for kind in ("undo/old", "undo/replaced", "undo/added", "old", "replaced", "added"):
            (folder / kind).mkdir(parents=True)
            (folder / kind / "sunmeter-1.1.0.tar.gz").write_bytes(mark)
    shutil.rmtree(left / link)
    (left / link).symlink_to(outside / link)
    before = sorted(outside.rglob("*"))
    build(connector)
    assert sorted(outside.rglob("*")) == before
    assert (connector / "dist" / "sunmeter-1.1.0.tar.gz").read_bytes() == b"older"


@pytest.mark.parametrize("kind", ["replaced", "added"])
@pytest.mark.parametrize(
    "mark", ["empty", "of another file", "a folder", "a pipe", "a link", "long"]
)
def test_what_came_with_the_checkout_puts_nothing_back(
    connector: Path, kind: str, mark: str
) -> None:
    mine, undo = connector / ".env", connector / f"{UNFINISHED}1" / "undo"
    mine.write_text("mine")
    (undo / "old").mkdir(parents=True)
    (undo / "old" / ".env").write_text("planted")
    (undo / kind).mkdir()
    planted = undo / kind / ".env"
    if mark == "a folder":
        planted.mkdir()
    elif mark == "a pipe":
        os.mkfifo(planted)
    elif mark == "a link":
        planted.symlink_to(mine)
    else:
        text = {"empty": b"", "long": mark_of(mine) * 10}
        planted.write_bytes(text.get(mark, mark_of(connector / "manifest.konnector")))
    done = run("build", connector, "--out", connector, "-q")
    assert (done.returncode, "was killed" in done.stderr) == (0, False)
    assert mine.read_text() == "mine"
    assert not list(connector.glob(f"{UNFINISHED}*"))


def test_what_was_written_after_a_build_was_killed_stays(connector: Path) -> None:
    out = connector / "dist"
    undo = out / f"{UNFINISHED}1" / "undo"
    for kind in ("old", "replaced", "added"):
        (undo / kind).mkdir(parents=True)
    for name, kind in (("a", "replaced"), ("b", "replaced"), ("c", "added"), ("d", "added")):
        (out / name).write_text("moved")
        (undo / kind / name).write_bytes(mark_of(out / name))
        if kind == "replaced":
            (undo / "old" / name).write_text("old")
    (out / "b").write_text("written later")
    (out / "d").write_text("written later")
    assert put_back(out)
    found = held(out)
    assert (found["a"], found["b"], found["d"]) == (b"old", b"written later", b"written later")
    assert "c" not in found
    assert not put_back(out)


def test_a_folder_of_the_user_with_a_like_name_stays(connector: Path) -> None:
    (connector / "dist" / ".unfinished-notes").mkdir()
    build(connector)
    assert (connector / "dist" / ".unfinished-notes").is_dir()


def test_a_file_with_the_name_of_an_unfinished_build_stops_none(connector: Path) -> None:
    (connector / "dist" / f"{UNFINISHED}1").write_text("not a folder")
    assert build(connector).archive


def test_a_planted_folder_that_is_very_deep_stops_no_build(connector: Path) -> None:
    planted = connector / "dist" / f"{UNFINISHED}1"
    planted.mkdir()
    here = os.open(planted, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert run("build", connector, "-q").returncode == 0
    subprocess.run(["rm", "-rf", planted], check=True)


@pytest.mark.parametrize("moment", ["made", "taken away"])
def test_a_build_stopped_while_its_temporary_folder_exists_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    make = tempfile.mkdtemp

    def stop(*_: Any, **options: Any) -> None:
        monkeypatch.undo()
        if moment == "made":
            make(**options)
        raise Interrupted

    places: dict[str, tuple[Any, str]] = {
        "made": (tempfile, "mkdtemp"),
        "taken away": (shutil, "rmtree"),
    }
    monkeypatch.setattr(*places[moment], stop)
    with pytest.raises(Interrupted):
        write_together(tmp_path, {"a": "1"})
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))
    assert held(tmp_path) == ({"a": b"1"} if moment == "taken away" else {})


def test_a_build_waits_for_another_one(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl", reason="only POSIX has locks for folders")
    number = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    (tmp_path / f"{UNFINISHED}other").mkdir()
    thread = threading.Thread(target=write_together, args=(tmp_path, {"a": "1"}))
    thread.start()
    thread.join(0.5)
    assert [path.name for path in tmp_path.iterdir()] == [f"{UNFINISHED}other"]
    os.close(number)
    thread.join()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Make writes fail as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_for_the_archive_nothing_is_written(connector: Path) -> None:
    before = held(connector / "dist")
    with (
        no_file_larger_than(100_000),
        pytest.raises(UserError, match=r"cannot be written.*free some space"),
    ):
        build(connector)
    assert held(connector / "dist") == before


def test_without_room_in_dist_nothing_is_written(connector: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(full)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root may mount a file system")
    try:
        build(SUNMETER, out=full)
        before = held(full)
        message = complaint(run("build", connector, "--out", full))
        assert "cannot be written: No space left on device" in message
        assert held(full) == before
        assert not list(full.glob(f"{UNFINISHED}*"))
    finally:
        subprocess.run(["umount", str(full)], check=True)


def test_an_unwritable_dist_is_one_line(connector: Path) -> None:
    (connector / "dist2").write_text("a file")
    assert "cannot be written" in complaint(run("build", connector, "--out", connector / "dist2"))
    assert "cannot be written" in complaint(run("build", connector, "--out", "/proc/no"))


def socket_at(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may have at most about 100 characters
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (os.mkfifo, "a named pipe, a socket or a device"),
        (socket_at, "a named pipe, a socket or a device"),
        (Path.mkdir, "a folder"),
    ],
)
@pytest.mark.parametrize("name", [f"{STEM}.tar.gz", f"{STEM}.tar.gz.sha256"])
def test_a_special_file_is_named_and_nothing_is_written(
    connector: Path, name: str, make: Callable[[Path], None], what: str
) -> None:
    planted = connector / "dist" / name
    make(planted)
    before = sorted((connector / "dist").iterdir())
    message = complaint(run("build", connector))
    wanted = f"{planted}: is {what}, not a file; move it away, or choose another --out"
    assert message == f"manifest-lint: {wanted}"
    assert sorted((connector / "dist").iterdir()) == before


def test_a_named_pipe_that_looks_like_a_killed_build_is_not_waited_for(connector: Path) -> None:
    os.mkfifo(connector / "dist" / f"{UNFINISHED}1")
    assert run("build", connector).returncode == 0


@pytest.mark.parametrize("how", ["grows", "shrinks", "vanishes"])
def test_a_file_that_changes_while_it_is_read_is_reported(
    connector: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    victim = connector / "build" / "9.js"
    compress = Gzip.write
    seen = []

    def change(self: Gzip, data: bytes) -> int:
        seen.append(data)
        if len(seen) == 3:  # before the build reads it
            if how == "vanishes":
                victim.unlink()
        elif how != "vanishes" and victim.exists() and bytes(data[:100]) == first:
            victim.write_bytes(b"x" if how == "shrinks" else b"x" * 90_000)
        return compress(self, data)

    first = victim.read_bytes()[:100]
    monkeypatch.setattr(Gzip, "write", change)
    message = "there is no such file" if how == "vanishes" else "has changed meanwhile"
    with pytest.raises(UserError, match=message):
        build(connector)
    assert held(connector / "dist") == {"sunmeter-1.1.0.tar.gz": b"older"}


def test_names_in_other_encodings_are_reported(connector: Path) -> None:
    name = os.fsdecode("é.js".encode("latin-1"))
    try:
        (connector / "build" / name).write_text("1")
    except OSError:
        pytest.skip("this file system refuses names that are not UTF-8")
    done = run("build", connector, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert [finding["code"] for finding in report["findings"]] == ["B012"]
    (connector / "build" / name).rename(connector / "build" / "é.js")
    done = run("build", connector, "--json")
    assert done.returncode == 0
    assert "é.js" in [file["path"] for file in json.loads(done.stdout)["bundle"]["files"]]


def test_thirty_thousand_files_are_refused(tmp_path: Path) -> None:
    connector = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    (connector / "build" / "many").mkdir()
    for number in range(30_000):
        os.mknod(connector / "build" / "many" / str(number))
    done = run("build", connector)
    assert (done.returncode, done.stderr) == (1, "")
    assert " B003 the archive has more than 20,000 entries" in done.stdout


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ((), "there is no built connector"),
        (("x",), "has no manifest.konnector"),
        (("manifest.konnector/x",), "has no manifest.konnector"),
    ],
)
def test_a_missing_built_connector_is_reported_with_the_next_step(
    tmp_path: Path, made: tuple[str, ...], message: str
) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    for name in made:
        file = tmp_path / "build" / name
        file.parent.mkdir(parents=True)
        file.write_text("")
    assert message in complaint(run("build", tmp_path))
    assert not (tmp_path / "dist").exists()


def test_two_builds_at_once_leave_the_files_of_one(connector: Path) -> None:
    threads = [threading.Thread(target=build, args=(connector,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    data = (connector / "dist" / f"{STEM}.tar.gz").read_bytes()
    digest = (connector / "dist" / f"{STEM}.tar.gz.sha256").read_text()
    assert digest.startswith(hashlib.sha256(data).hexdigest())
    assert not list((connector / "dist").glob(f"{UNFINISHED}*"))
