"""Limits on what is read of an archive: at each of them, and one beyond it."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from pathlib import Path

import pytest

from manifest_lint.archive import inflate
from manifest_lint.archive.archive import Archive, Entry
from manifest_lint.archive.streams import Damaged, Forward, TooMuch
from manifest_lint.archive.tarball import read_files, read_tarball
from tests.archive.mutations import entry, old_sparse_table
from tests.archives import Member, good, tar, tar_gz

MIB = 1_048_576


def read(data: bytes) -> Archive:
    return read_tarball("x", io.BytesIO(data))


@pytest.mark.parametrize(
    ("many", "excess"), [(20_000, ""), (20_001, "has more than 20,000 entries")]
)
def test_twenty_thousand_entries_are_read(many: int, excess: str) -> None:
    found = read_files("x", ((Entry(f"{n}", "folder"), Path()) for n in range(many)))
    assert (len(found.entries), found.excess) == (20_000, excess)


@pytest.mark.parametrize(
    ("sizes", "excess"),
    [
        ({"manifest.konnector": 2 * MIB}, ""),
        ({"manifest.konnector": 2 * MIB + 1}, "has a manifest.konnector of more than 2 MiB"),
        ({"package.json": 2 * MIB}, ""),
        ({"package.json": 2 * MIB + 1}, "has a package.json of more than 2 MiB"),
        ({f"{n}/package.json": 2 * MIB for n in range(4)}, ""),
        (
            {**{f"{n}/package.json": 2 * MIB for n in range(4)}, "package.json": 2},
            "has more than 8 MiB of package.json",
        ),
        ({"index.js": 3 * MIB}, ""),
    ],
)
def test_a_manifest_and_all_packages_are_read_up_to_a_size(
    sizes: dict[str, int], excess: str
) -> None:
    found = read(tar_gz([(path, b"{}".ljust(size)) for path, size in sizes.items()]))
    assert (found.excess, found.trouble) == (excess, "")
    assert len(found.entries) == len(sizes)


def test_after_twenty_packages_that_the_registry_refuses_no_more_are_kept() -> None:
    for many in (20, 21):
        members: list[Member] = [(f"{n}/package.json", "[]") for n in range(many)]
        assert len(read(tar_gz(members)).packages) == 20


@pytest.mark.parametrize("size", [MIB - 1, MIB, MIB + 1, MIB + 2])
def test_of_a_file_as_much_is_kept_as_shows_that_it_is_larger_than_a_mebibyte(size: int) -> None:
    kept = read(tar_gz([("a.js", bytes(size))])).kept
    assert [len(data) for data in kept.values()] == [min(size, MIB + 1)]


def test_32_mebibytes_of_files_are_kept() -> None:
    members: list[Member] = [(f"{n}.js", bytes(MIB)) for n in range(33)]
    found = read(tar_gz(members))
    assert (len(found.entries), len(found.kept)) == (33, 32)
    assert [len(data) for data in found.kept.values()] == [MIB] * 32


@pytest.mark.parametrize("many", [100_000, 100_001])
def test_a_hundred_thousand_parts_of_a_sparse_file_are_read(many: int) -> None:
    found = read(gzip.compress(old_sparse_table([(0, 0)] * many, 0, b"") + tar(good()), 1))
    excess = "has a sparse file of more than 100,000 parts" if many > 100_000 else ""
    assert (found.excess, found.trouble) == (excess, "")


def test_512_mebibytes_are_unpacked() -> None:
    stream = Forward(iter(()))
    stream.count(512 * MIB)
    with pytest.raises(TooMuch, match="unpacks to more than 512 MiB"):
        stream.count(1)


def test_32_mebibytes_of_headers_are_read() -> None:
    stream = Forward(iter(()))
    stream.count_header(32 * MIB)
    with pytest.raises(TooMuch, match="has too many headers"):
        stream.count_header(1)


@pytest.mark.parametrize(("many", "excess"), [(16_748, ""), (16_753, "has too many headers")])
def test_a_record_of_a_header_counts_as_eight_bytes_more(many: int, excess: str) -> None:
    found = read(entry(b"pax", b"x", b"6 a=b\n" * many) * 100 + tar(good()))
    assert (found.excess, found.trouble) == (excess, "")


def test_damaged_data_are_read_up_to_a_number_of_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "_MOST_SYMBOLS", 3000)  # a block counts as 1000
    made = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 8, zlib.Z_HUFFMAN_ONLY)
    damaged = (
        made.compress(bytes(range(0, 250, 9)) * 99) + made.flush(zlib.Z_FULL_FLUSH) + b"\xff" * 20
    )
    read = bytearray()
    with pytest.raises(Damaged):
        for block in inflate.Inflated(damaged, 0):
            read += block
    assert len(read) == 2001


def test_codes_of_every_length_are_read_before_damage() -> None:
    often = [1, 2]
    while len(often) < 15:  # the codes of such letters have 15 lengths, the most there are
        often.append(sum(often[:-1]) + 2)
    plain = b"".join(bytes([65 + number]) * many for number, many in enumerate(often))
    made = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    read = bytearray()
    with pytest.raises(Damaged):
        for block in inflate.Inflated(made.compress(plain) + made.flush(zlib.Z_SYNC_FLUSH), 0):
            read += block
    assert read == plain


@pytest.mark.parametrize(
    ("before", "excess"), [(9_999, ""), (10_000, "has more than 10,000 gzip members")]
)
def test_ten_thousand_members_of_gzip_are_read(before: int, excess: str) -> None:
    found = read(gzip.compress(b"", mtime=0) * before + tar_gz(good()))
    assert (found.excess, found.trouble) == (excess, "")


NO_SENSE = "is damaged: its gzip header makes no sense"


@pytest.mark.parametrize(
    ("flags", "more", "trouble"),
    [
        (0, b"", ""),
        (8, b"x" * 511 + b"\0", ""),
        (8, b"x" * 512 + b"\0", NO_SENSE),
        (16, b"x" * 511 + b"\0", ""),
        (16, b"x" * 512 + b"\0", NO_SENSE),
        (8 | 16, b"name\0" + b"comment\0", ""),
        (4, struct.pack("<H", 3) + b"abc", ""),
        (4 | 8, struct.pack("<H", 700) + b"a" * 700 + b"x" * 511 + b"\0", ""),
        (0xE0, b"", ""),
    ],
)
def test_a_gzip_header_has_texts_of_less_than_512_bytes(
    flags: int, more: bytes, trouble: str
) -> None:
    """Go reads each into 512 bytes, its last zero too [compress/gzip gunzip.go, readString]."""
    whole = gzip.compress(tar(good()), mtime=0)
    found = read(whole[:3] + bytes([flags]) + whole[4:10] + more + whole[10:])
    assert found.trouble == trouble
    assert bool(found.entries) == (not trouble)


@pytest.mark.parametrize("size", range(3, 10))
def test_a_gzip_header_of_less_than_ten_bytes_is_cut_off(size: int) -> None:
    whole = tar(good())
    without_end = gzip.compress(whole[: len(whole.rstrip(b"\0")) + 511 & -512])
    start = without_end[:size]
    assert read(start).trouble == "is cut off"
    assert read(without_end + start).trouble == "is cut off"
