"""Reading any archive, however hostile, is cheap and ends in findings."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint.archive import tarball
from manifest_lint.archive.tarball import read_tarball
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.engine.run import check_archive
from manifest_lint.errors import UserError
from manifest_lint.files.disk import walk
from tests.archives import good, manifest, of_type, tar, tar_gz
from tests.command import PATIENCE, ROOT

MOST_MEMORY = 250 * 1024 * 1024
MOST_TIMES = 8
"""A hostile archive takes at most this many times the CPU of an honest one: on one machine 0.1 to
2, on another almost twice that."""


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    return of_type(name, kind, size=size).tobuf(tarfile.GNU_FORMAT)


def zipped(parts: Iterator[bytes]) -> bytes:
    """Zip parts that would not fit into memory."""
    made = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join([*map(made.compress, parts), made.flush()])


def of_zeros(size: int) -> Iterator[bytes]:
    block = bytes(1 << 20)
    for _ in range(size >> 20):
        yield block


def bomb() -> bytes:
    def parts() -> Iterator[bytes]:
        yield header("index.js", 8 << 30)
        yield from of_zeros(600 << 20)

    return zipped(parts())


def a_million_entries() -> bytes:
    blocks = header("x" * 90, 0) * 1000
    return zipped(blocks for _ in range(1000))


def a_million_folders() -> bytes:
    return zipped(header("x" * 90, 0, tarfile.DIRTYPE) * 1000 for _ in range(1000))


def pax(records: bytes) -> bytes:
    fill = -len(records) % 512
    return header("././@PaxHeader", len(records), tarfile.XHDTYPE) + records + bytes(fill)


def record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n"
    length = len(rest) + 1
    while len(f"{length}{rest}") != length:
        length = len(f"{length}{rest}")
    return f"{length}{rest}".encode()


def for_all(records: bytes) -> bytes:
    """Make a global pax header: it is for all entries that follow."""
    fill = -len(records) % 512
    return header("././@PaxHeader", len(records), tarfile.XGLTYPE) + records + bytes(fill)


def blocks_of_deflate(size: int) -> bytes:
    """Make gzip of a file without end, in blocks that each have a code of their own."""
    made = zlib.compressobj(9, zlib.DEFLATED, -15, 8, zlib.Z_HUFFMAN_ONLY)
    skewed = b"".join(bytes([n]) * 2**n for n in range(9))
    start = made.compress(header("x", 1 << 40)) + made.flush(zlib.Z_FULL_FLUSH)
    block = made.compress(skewed) + made.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + start + block * (size // len(block))


def endless_sparse() -> bytes:
    """Make a sparse file whose map goes on and on: each block says that another follows."""

    def parts() -> Iterator[bytes]:
        first = bytearray(header("x", 0, tarfile.GNUTYPE_SPARSE))
        first[482] = 1
        first[148:156] = b" " * 8
        first[148:156] = b"%06o\0 " % sum(first)
        yield bytes(first)
        block = b"00000000001\0" * 42 + b"\1" * 8
        yield from (block * 2048 for _ in range(5))

    return zipped(parts())


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (bomb, "B003"),
    "a million entries": (a_million_entries, "B003"),
    "a million folders": (a_million_folders, "B003"),
    "a size beyond the end of the file": (
        lambda: gzip.compress(header("index.js", 1 << 40)),
        "B001",
    ),
    "a size below zero": (lambda: header("index.js", -512), "B001"),
    "a header as large as a disk": (
        lambda: zipped(
            iter([header("././@PaxHeader", 8 << 30, tarfile.XHDTYPE), *of_zeros(99 << 20)])
        ),
        "B001",
    ),
    "a name as long as a disk": (
        lambda: zipped(
            iter([header("././@LongLink", 8 << 30, tarfile.GNUTYPE_LONGNAME), *of_zeros(99 << 20)])
        ),
        "B001",
    ),
    "a file in many folders": (lambda: tar_gz([*good(), ("a/" * 20_000 + "x", "")]), ""),
    "a file in many folders of account types": (
        lambda: tar_gz([*good(), ("account-types/" * 5_000 + "x", "")]),
        "",
    ),
    "a name of 100 KiB": (lambda: tar_gz([*good(), ("x" * 100_000, "")]), ""),
    "headers of headers": (
        lambda: zipped(pax(record("comment", "x")) for _ in range(99_000)),
        "B003",
    ),
    "global headers": (
        lambda: zipped(for_all(record("comment", "x")) for _ in range(99_000)),
        "B003",
    ),
    "headers of short records": (
        lambda: zipped(pax(b"6 a=b\n" * 170_000) for _ in range(40)),
        "B003",
    ),
    "a pax size that is not a number": (
        lambda: pax(record("size", "9" * 5000)) + tar(good()),
        "B001",
    ),
    "a pax size below zero": (lambda: pax(record("size", "-1024")) + tar(good()), "B001"),
    "a pax path that is absolute": (
        lambda: pax(record("path", "/etc/passwd")) + header("x", 0) + tar(good()),
        "B012",
    ),
    "paths of 60 KiB": (
        lambda: b"".join(pax(record("path", "x" * 60_000)) + header("x", 0) for _ in range(300)),
        "B003",
    ),
    "one global header for 19,000 entries": (
        lambda: (
            for_all(b"".join(record(f"k{n}", "x") for n in range(4000)))
            + header("x" * 90, 0) * 19_000
            + tar(good())
        ),
        "",
    ),
    "a global header before each entry": (
        lambda: zipped(
            for_all(b"".join(record(f"k{n}.{m}", "x") for n in range(3000))) + header("x", 0)
            for m in range(600)
        ),
        "B003",
    ),
    "large headers": (
        lambda: zipped(pax(record("comment", "x" * 60_000)) + header("x", 0) for _ in range(2000)),
        "B003",
    ),
    "endless sparse maps": (lambda: endless_sparse() * 20, "B003"),
    "paths that start like secrets": (
        lambda: tar_gz([*good(), *((f"{n}.js", "AC" * 25_000) for n in range(3000))]),
        "K002",
    ),
    "19,000 small package.json": (
        lambda: tar_gz([*good(), *((f"{n}/package.json", "{}") for n in range(19_000))]),
        "",
    ),
    "an endless sparse map": (endless_sparse, "B003"),
    "a sparse file": (
        lambda: (
            pax(record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0")) + tar(good())
        ),
        "B0",
    ),
    "a sparse file of 8 EiB": (
        lambda: gzip.compress(
            pax(record("GNU.sparse.numblocks", "0") + record("GNU.sparse.realsize", str(2**63 - 1)))
            + header("index.js", 0)
            + pax(
                record("GNU.sparse.major", "1")
                + record("GNU.sparse.minor", "0")
                + record("GNU.sparse.realsize", str(2**63 - 1))
            )
            + header("index.js", 512)
            + b"0\n".ljust(512, b"\0")
        ),
        "B003",
    ),
    "a sparse map of one line": (
        lambda: zipped(
            pax(record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0"))
            + header("x", 1 << 20)
            + b"0" * (1 << 20)
            for _ in range(40)
        ),
        "B001",
    ),
    "damage at the end of a large archive": (
        lambda: tar_gz([*good(), ("x", random.Random(1).randbytes(9 << 20))])[: 8 << 20],
        "B001",
    ),
    "damage after many blocks": (lambda: blocks_of_deflate(19 << 20)[:-1] + b"\xff", "B001"),
    "damage after many symbols": (
        lambda: tar_gz([*good(), ("x", random.Random(1).randbytes(8 << 20).hex())])[: 8 << 20],
        "B001",
    ),
    "an endless manifest": (
        lambda: zipped(iter([header("manifest.konnector", 300 << 20), *of_zeros(300 << 20)])),
        "B003",
    ),
    "a manifest with a wrong size": (
        lambda: zipped(iter([header("manifest.konnector", 300 << 20), *of_zeros(3 << 20)])),
        "B001",
    ),
    "a manifest of brackets": (lambda: tar_gz([("manifest.konnector", "[" * (2 << 20))]), "J001"),
    "a manifest of 2 MB without a slug": (
        lambda: tar_gz([("manifest.konnector", json.dumps({"x": "a" * 2_000_000}))]),
        "M001",
    ),
    "a manifest of more than 2 MiB": (
        lambda: tar_gz([("manifest.konnector", json.dumps({"x": "a" * (2 << 20)}))]),
        "B003",
    ),
    "a manifest of lists": (
        lambda: tar_gz([("manifest.konnector", "[" + "[]," * 698_000 + "[]]")]),
        "J001",
    ),
    "a manifest of keys": (
        lambda: tar_gz([("manifest.konnector", "{" + '"":0,' * 200_000 + '"":0}')]),
        "J002",
    ),
    "a manifest of permissions": (
        lambda: tar_gz(
            [("manifest.konnector", manifest(permissions={str(n): 1 for n in range(70_000)}))]
        ),
        "P003",
    ),
    "a thousand package.json": (
        lambda: tar_gz([*good(), *((f"{n}/package.json", "[" * 8000) for n in range(1000))]),
        "B007",
    ),
    "many package.json files": (
        lambda: tar_gz([*good(), *((f"{n}/package.json", "[]" * 99_000) for n in range(99))]),
        "B003",
    ),
    "more files than fit": (
        lambda: tar_gz([*((f"{n}.svg", bytes(1 << 20)) for n in range(99)), *good()]),
        "",
    ),
    "names that differ in case": (
        lambda: tar_gz([*good(), *((f"{n:x}".swapcase() + "ß" * 9, "") for n in range(25_000))]),
        "",
    ),
    "devices": (
        lambda: tar_gz([*good(), *(of_type(f"d{n}", tarfile.BLKTYPE) for n in range(999))]),
        "B012",
    ),
    "members of gzip": (lambda: gzip.compress(b"") * 900_000 + tar_gz(good()), "B003"),
    "bytes that are not a name": (
        lambda: tar_gz([*good()[:2], of_type("ind\udcff\n.js", tarfile.REGTYPE)]),
        "F005",
    ),
    "21 MiB that cannot be zipped": (lambda: tar([*good(), ("x", bytes(21 << 20))]), "B002"),
}


MEASURED = """
import pathlib, re, sys, time
from manifest_lint.cli.main import main
try:
    main(sys.argv[1:])
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    memory = int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) * 1024
    print(memory, time.process_time(), file=sys.stderr)
"""
"""Runs the command line, and says at the end how much memory and processor time it took."""


@dataclass(frozen=True)
class Verified:
    """The result for an archive: exit code, codes of findings, bytes of memory, seconds."""

    code: int
    found: set[str]
    memory: int
    seconds: float


def verified(data: bytes) -> Verified:
    process = subprocess.run(
        [sys.executable, "-c", MEASURED, "verify", "-", "--format", "json", "--isolated"],
        input=data,
        cwd=ROOT,
        capture_output=True,
        timeout=PATIENCE,
    )
    [line] = process.stderr.decode().splitlines()
    memory, seconds = line.split()
    codes = {finding["code"] for finding in json.loads(process.stdout)["findings"]}
    return Verified(process.returncode, codes, int(memory), float(seconds))


@pytest.fixture(scope="module")
def honest() -> Verified:
    """An honest archive with about as many files as are read."""
    return verified(tar_gz([*good(), *((f"{n}.js", "f(1);\n" * 100) for n in range(19_000))]))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_cheap_and_reported(name: str, honest: Verified) -> None:
    make, code = HOSTILE[name]
    done = verified(make())
    assert any(one.startswith(code) for one in done.found) if code else done.code in (0, 1)
    assert done.memory < MOST_MEMORY
    assert done.seconds < MOST_TIMES * honest.seconds


def test_damage_at_the_end_of_what_unpacks_to_much_is_cheap_and_reported() -> None:
    zeros = list(of_zeros(400 << 20))
    whole = verified(zipped(iter([header("x", 400 << 20), *zeros, tar(good())])))
    done = verified(zipped(iter([header("x", 1 << 40), *zeros]))[:-20])
    assert not whole.found
    assert "B001" in done.found
    assert done.memory < MOST_MEMORY
    assert done.seconds < MOST_TIMES * whole.seconds


@settings(max_examples=300)
@given(st.data())
def test_any_damage_ends_in_findings(data: st.DataObject) -> None:
    broken = bytearray(tar(good()) if data.draw(st.booleans()) else tar_gz(good()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        if data.draw(st.booleans()):
            broken[at] = data.draw(st.integers(0, 255))
        else:
            del broken[at : at + data.draw(st.integers(1, 600))]
        if not broken:
            return
    archive = read_tarball("x", io.BytesIO(bytes(broken)))
    check_archive(archive, DEFAULTS)
    assert archive.trouble or archive.entries or not any(broken[:512])


@pytest.mark.parametrize("size", [1, 7, 512, 8191, 1 << 20])
def test_a_pipe_gives_the_same_findings_as_a_file(size: int) -> None:
    data = tar_gz(good())

    class Pipe(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(min(size, wanted or 0))

        def seek(self, *_: object) -> int:
            raise OSError("a pipe does not seek")

    whole, piped = (read_tarball("x", stream) for stream in (io.BytesIO(data), Pipe(data)))
    assert (piped.entries, piped.sha256) == (whole.entries, whole.sha256)
    assert not piped.trouble


def test_a_file_that_vanishes_while_its_folder_is_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanishing(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
        for path, found in walk(folder):
            Path(found.path).unlink()
            yield path, found

    (tmp_path / "index.js").touch()
    monkeypatch.setattr(tarball, "walk", vanishing)
    with pytest.raises(UserError, match=r"index\.js: there is no such file"):
        tarball.read_folder(tmp_path)


def test_the_watcher_gets_every_byte() -> None:
    seen: dict[str, bytes] = {}

    class Watcher:
        def start(self, path: str) -> None:
            self.path = path
            seen[path] = b""

        def feed(self, block: bytes) -> None:
            seen[self.path] += block

    large = bytes(range(256)) * 5000
    read_tarball("x", io.BytesIO(tar_gz([*good(), ("large.bin", large)])), Watcher())
    assert list(seen) == ["manifest.konnector", "icon.svg", "index.js", "package.json", "large.bin"]
    assert seen["large.bin"] == large
