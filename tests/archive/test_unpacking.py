"""An archive is unpacked in another thread, but not too far ahead."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from manifest_lint.archive import inflate
from manifest_lint.archive import unpacking as module
from manifest_lint.archive.streams import BLOCK, Damaged
from manifest_lint.archive.unpacking import Unpacking, start_early, unpacking
from manifest_lint.errors import UserError
from tests.archives import good, tar_gz
from tests.command import ROOT

FIRST_IMPORTS = """
import sys
sys.argv = ["manifest-lint", "verify", "--quiet", sys.argv[1]]
from manifest_lint.archive import unpacking
started = unpacking.Unpacking.__init__
def start(*arguments):
    print(*sys.modules)
    started(*arguments)
unpacking.Unpacking.__init__ = start
from manifest_lint.__main__ import main
main()
"""


def test_it_starts_before_all_else_is_loaded(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar.gz"
    archive.write_bytes(tar_gz(good()))
    command = [sys.executable, "-c", FIRST_IMPORTS, str(archive)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    [line] = done.stdout.splitlines()  # of one start
    loaded = set(line.split())
    assert "manifest_lint.archive.gunzip" in loaded
    assert not loaded & {"click", "pathlib", "json", "hashlib", "manifest_lint.cli"}


def test_what_was_started_early_is_used_once_and_for_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.tgz").write_bytes(gzip.compress(b"x"))
    Path("y.tgz").write_bytes(gzip.compress(b"y"))
    Path("z.tar").mkdir()
    start_early(["--version", "1.2.0", "missing.tar.gz", "z.tar", "./x.tgz", "y.tgz"])
    for name, is_early in (("y.tgz", False), ("x.tgz", True), ("x.tgz", False)):
        assert bool(module._early) == (name == "y.tgz" or is_early)
        with unpacking(Path(name)) as packed:
            assert (packed.name, b"".join(packed.blocks())) == (name, name[:1].encode())
    assert module._early == []


def test_few_blocks_wait_until_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def blocks(_: bytes) -> Iterator[bytes]:
        for number in range(100):
            made.append(number)
            yield b"%d" % number

    def idle() -> None:
        packed._unzip.start(lambda: None).result()

    monkeypatch.setattr(module, "unzipped", blocks)
    with Unpacking("x", lambda: gzip.compress(b"")) as packed:
        idle()
        assert len(made) == module._MOST_AHEAD
        taken = packed.blocks()
        assert [next(taken), next(taken)] == [b"0", b"1"]
        idle()
        assert len(made) == module._MOST_AHEAD + 2


@pytest.mark.parametrize("size", [0, 1, 3 * BLOCK, 9 * BLOCK + 1])
def test_all_bytes_come_in_order_and_are_digested(size: int) -> None:
    plain = bytes(index * 7 % 251 for index in range(1000)) * (size // 1000 + 1)
    for data in (gzip.compress(plain[:size], 1), plain[:size]):
        with Unpacking("x", lambda data=data: data) as packed:  # type: ignore[misc]
            assert b"".join(packed.blocks()) == plain[:size]
            assert packed.sha256 == hashlib.sha256(data).hexdigest()


def test_what_is_not_damaged_needs_no_slow_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "_blocks", pytest.fail)
    plain = bytes(9 * BLOCK + 1)
    with Unpacking("x", lambda: gzip.compress(plain)) as packed:
        assert b"".join(packed.blocks()) == plain


def test_a_damaged_archive_is_digested_too() -> None:
    data = gzip.compress(bytes(3 * BLOCK))[:-4]
    with Unpacking("x", lambda: data) as packed:
        with pytest.raises(Damaged):
            list(packed.blocks())
        assert packed.sha256 == hashlib.sha256(data).hexdigest()


def test_one_that_is_too_large_for_the_registry_has_no_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SIZE_LIMIT", 100)
    with Unpacking("x", lambda: bytes(100)) as packed:
        assert list(packed.blocks()) == [bytes(100)]
        assert (packed.is_whole, packed.sha256) == (False, "")


def test_a_file_that_cannot_be_read_is_an_error_where_its_bytes_are_needed(tmp_path: Path) -> None:
    for path, what in ((tmp_path / "missing", "no such file"), (tmp_path, "not a regular file")):
        with unpacking(path) as packed:
            for _ in range(2):
                with pytest.raises(UserError, match=what):
                    packed.data  # noqa: B018
            with pytest.raises(UserError, match=what):
                list(packed.blocks())


def test_its_thread_ends_with_it() -> None:
    with Unpacking("x", lambda: gzip.compress(bytes(20 * BLOCK))) as packed:
        next(packed.blocks())
        [thread] = packed._unzip._threads
        assert thread.is_alive()
    assert not thread.is_alive()
