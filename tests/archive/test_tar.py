"""What Go's archive/tar and compress/gzip accept, rule by rule.

Where Go is installed, it is asked too.
"""

from __future__ import annotations

import gzip
import io
import shutil
import zlib
from base64 import b64decode
from typing import Any

import pytest

from manifest_lint.archive.tarball import read_tarball
from tests.archive.like_go import of_go, ours
from tests.archive.mutations import entry, header, old_sparse_table, padded, record, summed

END = bytes(1024)
FILE = entry(b"a", b"0", b"abc")
GNU, STAR = b"ustar  \0", b"ustar\00000"


def with_field(at: int, value: bytes, magic: bytes = STAR, *, signed: bool = False) -> bytes:
    """Make an empty file whose header has other bytes at an offset."""
    block = header(b"a", b"0", b"0", magic)
    block[at : at + len(value)] = value
    return summed(block, signed=signed)


def pax(*records: tuple[bytes, bytes], type_: bytes = b"x") -> bytes:
    return entry(b"pax", type_, b"".join(record(key, value) for key, value in records))


def sparse(*records: tuple[bytes, bytes], data: bytes, type_: bytes = b"0") -> bytes:
    return pax(*records) + entry(b"s", type_, data)


MAP_1_0 = ((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"))
REAL_SIZE = (b"GNU.sparse.realsize", b"9")

TARS: dict[str, tuple[bytes, list[bytes] | None]] = {
    "no end": (FILE, [b"a"]),
    "nothing": (b"", []),
    "one block of zeros": (FILE + bytes(512), [b"a"]),
    "something after the end": (FILE + END + b"x" * 700, [b"a"]),
    "something after one block of zeros": (FILE + bytes(512) + FILE, None),
    "half a block of zeros": (FILE + bytes(300), None),
    "half a block of zeros after one": (FILE + bytes(812), None),
    "no padding after the last file": (FILE[:515], [b"a"]),
    "half the padding": (FILE[:600], [b"a"]),
    "a file that is cut off": (FILE[:514], None),
    "a header that is cut off": (FILE + FILE[:100], None),
    "a signed sum": (with_field(265, b"\xe9", signed=True), [b"a"]),
    "an unsigned sum": (with_field(265, b"\xe9"), [b"a"]),
    "a wrong sum": (with_field(0, b"a")[:148] + b"0000001\0" + with_field(0, b"a")[156:], None),
    "a sum that is not octal": (FILE[:148] + b"8888888\0" + FILE[156:], None),
    "a size in base 256": (with_field(124, b"\x80" + bytes(11)), [b"a"]),
    "a size below zero": (with_field(124, b"\xff" * 12), None),
    "a size of more than 63 bits": (with_field(124, b"\x80\0\0\0\x80" + bytes(7)), None),
    "a size in octal with spaces around it": (with_field(124, b"  0       \0 "), [b"a"]),
    "a size with a space inside": (with_field(124, b"0 0"), None),
    "a size that is empty": (with_field(124, bytes(12)), [b"a"]),
    "a size that is decimal": (with_field(124, b"00000000009\0"), None),
    "a time that is not a number": (with_field(136, b"now"), None),
    "a time below zero": (with_field(136, b"\xff" * 12), [b"a"]),
    "a device number that is not a number": (with_field(329, b"x"), None),
    "a device number in a header of 1979": (with_field(329, b"x", bytes(8)), [b"a"]),
    "a prefix": (with_field(345, b"p"), [b"p/a"]),
    "a prefix in a header of 1979": (with_field(345, b"p", bytes(8)), [b"a"]),
    "a prefix in GNU's format": (with_field(345, b"p", GNU), [b"p/a"]),
    "a time of GNU in place of the prefix": (with_field(345, b"0000001\0", GNU), [b"a"]),
    "two times of GNU, the first as long as its field": (
        with_field(345, b"000000000017" + b" 0000000001\0", GNU),
        [b"a"],
    ),
    "two times of GNU, the last byte not a digit": (
        with_field(345, b"000000000017" + b"00000000000x", GNU),
        [b"00000000001700000000000x/a"],
    ),
    "a prefix in GNU's format that is not ASCII": (with_field(345, b"\xe9", GNU), [b"a"]),
    "a prefix of star, which is shorter": (
        with_field(345, b"p" * 131 + b"00000000000\0" * 2 + bytes(8) + b"tar\0"),
        [b"p" * 131 + b"/a"],
    ),
    "a time of access of star that is not a number": (
        with_field(345, b"p" * 131 + b"x0000000000\0" + b"00000000000\0" + bytes(8) + b"tar\0"),
        None,
    ),
    "a time of change of star that is not a number": (
        with_field(345, b"p" * 131 + b"00000000000\0" + b"x0000000000\0" + bytes(8) + b"tar\0"),
        None,
    ),
    "a time of access of star, its last byte not a digit": (
        with_field(345, b"p" * 131 + b"00000000000x" + b"00000000000\0" + bytes(8) + b"tar\0"),
        None,
    ),
    "a time of change of star, its last byte not a digit": (
        with_field(345, b"p" * 131 + b"00000000000\0" + b"00000000000x" + bytes(8) + b"tar\0"),
        None,
    ),
    "an old folder": (entry(b"d/", b"\0", b"", bytes(8)), [b"d/"]),
    "an old file": (entry(b"d", b"\0", b"x", bytes(8)), [b"d"]),
    "a link that says that it has data": (
        summed(header(b"l", b"2", b"00000001000\0")) + FILE,
        [b"l", b"a"],
    ),
    "data of an unknown type": (entry(b"z", b"Z", b"data") + FILE, [b"z", b"a"]),
    "a pax path": (pax((b"path", b"p\xc3\xa9")) + FILE, [b"p\xc3\xa9"]),
    "an empty pax path": (pax((b"path", b"")) + FILE, [b"a"]),
    "two pax paths": (pax((b"path", b"p"), (b"path", b"q")) + FILE, [b"q"]),
    "a pax header after another": (pax((b"path", b"p")) + pax((b"size", b"3")) + FILE, [b"a"]),
    "a pax path with a NUL": (pax((b"path", b"p\0")) + FILE, None),
    "a pax comment with a NUL": (pax((b"comment", b"p\0")) + FILE, [b"a"]),
    "a pax link with a NUL": (pax((b"linkpath", b"p\0")) + FILE, None),
    "a pax user's name with a NUL": (pax((b"uname", b"p\0")) + FILE, None),
    "a pax group's name with a NUL": (pax((b"gname", b"p\0")) + FILE, None),
    "a pax key with a NUL": (pax((b"k\0", b"p")) + FILE, None),
    "a pax record without a key": (pax((b"", b"p")) + FILE, None),
    "a pax record that is too long": (entry(b"p", b"x", b"99 path=p\n") + FILE, None),
    "a pax record that is too short": (entry(b"p", b"x", b"8 path=p\n") + FILE, None),
    "a pax record without a line's end": (entry(b"p", b"x", b"10 path=p ") + FILE, None),
    "text after a pax record": (entry(b"p", b"x", b"10 path=p\njunk") + FILE, None),
    "equals after a pax record": (entry(b"p", b"x", b"10 path=p\n=") + FILE, None),
    "a number after a pax record": (entry(b"p", b"x", b"10 path=p\n9") + FILE, None),
    "a pax record without a space": (entry(b"p", b"x", b"10path=pq\n") + FILE, None),
    "a pax record with a sign": (entry(b"p", b"x", b"+11 path=p\n") + FILE, [b"p"]),
    "a pax record with a zero": (entry(b"p", b"x", b"011 path=p\n") + FILE, [b"p"]),
    "a pax size": (pax((b"size", b"2")) + FILE, [b"a"]),
    "a pax size below zero": (pax((b"size", b"-1")) + FILE, None),
    "a pax user that is not a number": (pax((b"uid", b"me")) + FILE, None),
    "the least pax user": (pax((b"uid", b"-9223372036854775808")) + FILE, [b"a"]),
    "a pax user that is even less": (pax((b"uid", b"-9223372036854775809")) + FILE, None),
    "the greatest pax user": (pax((b"uid", b"9223372036854775807")) + FILE, [b"a"]),
    "a pax user that is even greater": (pax((b"uid", b"9223372036854775808")) + FILE, None),
    "a pax time with a fraction": (pax((b"mtime", b"-1.5")) + FILE, [b"a"]),
    "a pax time with a bad fraction": (pax((b"mtime", b"1.5x")) + FILE, None),
    "a pax time of access that is not a number": (pax((b"atime", b"x")) + FILE, None),
    "a pax time of change that is not a number": (pax((b"ctime", b"x")) + FILE, None),
    "a pax header at the end": (FILE + pax((b"path", b"p")), [b"a"]),
    "a global pax header": (pax((b"path", b"p"), type_=b"g") + FILE, [b"a"]),
    "a bad global pax header": (entry(b"p", b"g", b"junk") + FILE, None),
    "a bad number in a global pax header": (pax((b"uid", b"x"), type_=b"g") + FILE, [b"a"]),
    "a pax header before a global one": (
        pax((b"path", b"p")) + pax((b"path", b"q"), type_=b"g") + FILE,
        [b"a"],
    ),
    "a long name": (entry(b"L", b"L", b"n" * 200 + b"\0") + FILE, [b"n" * 200]),
    "a long name and a pax path": (
        entry(b"L", b"L", b"n\0") + pax((b"path", b"p")) + FILE,
        [b"n"],
    ),
    "an empty long name": (entry(b"L", b"L", b"\0") + FILE, [b"a"]),
    "a long link": (entry(b"L", b"K", b"n" * 200 + b"\0") + FILE, [b"a"]),
    "a pax header of 1 MiB": (
        entry(b"p", b"x", record(b"comment", b"x" * ((1 << 20) - 17))) + FILE,
        [b"a"],
    ),
    "a pax header of more than 1 MiB": (
        entry(b"p", b"x", record(b"comment", b"x" * (1 << 20))) + FILE,
        None,
    ),
    "a sparse file 1.0": (sparse(*MAP_1_0, REAL_SIZE, data=padded(b"1\n6\n3\n") + b"abc"), [b"s"]),
    "a sparse file 0.1": (
        sparse(
            (b"GNU.sparse.numblocks", b"1"), (b"GNU.sparse.map", b"6,3"), REAL_SIZE, data=b"abc"
        ),
        [b"s"],
    ),
    "a sparse file 0.0": (
        sparse(
            (b"GNU.sparse.numblocks", b"1"),
            (b"GNU.sparse.offset", b"6"),
            (b"GNU.sparse.numbytes", b"3"),
            (b"GNU.sparse.major", b"0"),
            (b"GNU.sparse.minor", b"0"),
            REAL_SIZE,
            data=b"abc",
        ),
        [b"s"],
    ),
    "the name of a sparse file": (
        sparse(*MAP_1_0, REAL_SIZE, (b"GNU.sparse.name", b"n"), data=padded(b"1\n6\n3\n") + b"abc"),
        [b"n"],
    ),
    "a sparse file with too few data": (
        sparse(*MAP_1_0, REAL_SIZE, data=padded(b"1\n6\n3\n") + b"ab"),
        None,
    ),
    "a sparse file with too many data": (
        sparse(*MAP_1_0, REAL_SIZE, data=padded(b"1\n6\n3\n") + b"abcd"),
        None,
    ),
    "a sparse map beyond the size": (sparse(*MAP_1_0, REAL_SIZE, data=padded(b"1\n7\n3\n")), None),
    "a sparse map that goes back": (
        sparse(*MAP_1_0, REAL_SIZE, data=padded(b"2\n6\n3\n0\n1\n") + b"abcd"),
        None,
    ),
    "a sparse map of less than nothing": (
        sparse(*MAP_1_0, REAL_SIZE, data=padded(b"2\n6\n-3\n6\n3\n") + b"abc"),
        None,
    ),
    "a sparse folder": (sparse(*MAP_1_0, REAL_SIZE, data=b"", type_=b"5"), None),
    "an old sparse file": (old_sparse_table([(6, 3)], 9, b"abc") + FILE, [b"old", b"a"]),
    "an old sparse map beyond the size": (old_sparse_table([(7, 3)], 9, b"abc") + FILE, None),
    "an old sparse file not of GNU": (
        summed(header(b"s", b"S", b"00000000000\0")) + FILE,
        None,
    ),
}


def names(found: dict[str, Any]) -> list[bytes] | None:
    """Return the names of the members that a reader found, None if it failed."""
    if found["error"]:
        return None
    return [b64decode(one["name"]) for one in found["members"] if one["type"] != "Zw=="]


@pytest.mark.parametrize("name", TARS)
def test_a_tar_is_read_as_go_reads_it(name: str) -> None:
    tar, expected = TARS[name]
    assert names(ours(gzip.compress(tar))) == expected


ZIPPED = gzip.compress(FILE + END, mtime=0)
BODY, TRAILER = ZIPPED[10:-8], ZIPPED[-8:]
OPEN = gzip.compress(FILE, mtime=0)
"""A tar without an end: the reader goes on to the end of the gzip."""


def gzip_header(flags: int, more: bytes = b"") -> bytes:
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(4) + b"\2\xff" + more


def with_checksum(start: bytes, off: int = 0) -> bytes:
    return start + (zlib.crc32(start) + off & 0xFFFF).to_bytes(2, "little")


def one_block(plain: bytes) -> bytes:
    """Make the start of a gzip: a block with a code of its own, then an empty one."""
    made = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16, 8, zlib.Z_HUFFMAN_ONLY)
    return made.compress(plain) + made.flush(zlib.Z_FULL_FLUSH)


GZIPS: dict[str, tuple[bytes, list[bytes] | None]] = {
    "a plain one": (ZIPPED, [b"a"]),
    "a tar that is not zipped": (FILE + END, None),
    "another compression": (b"\x1f\x8b\x07" + ZIPPED[3:], None),
    "a header that is cut off": (ZIPPED[:9], None),
    "reserved flags": (gzip_header(0xE1) + BODY + TRAILER, [b"a"]),
    "extra data": (gzip_header(4, b"\3\0abc") + BODY + TRAILER, [b"a"]),
    "extra data that are cut off": (gzip_header(4, b"\xff\xff") + BODY + TRAILER, None),
    "a name of 511 bytes": (gzip_header(8, b"n" * 511 + b"\0") + BODY + TRAILER, [b"a"]),
    "a name of 512 bytes": (gzip_header(8, b"n" * 512 + b"\0") + BODY + TRAILER, None),
    "a comment": (gzip_header(24, b"n\0\xe9\0") + BODY + TRAILER, [b"a"]),
    "a checksum of the header": (with_checksum(gzip_header(2)) + BODY + TRAILER, [b"a"]),
    "a wrong checksum of the header": (with_checksum(gzip_header(2), 1) + BODY + TRAILER, None),
    "no trailer": (ZIPPED[:-8], [b"a"]),
    "a wrong trailer": (ZIPPED[:-8] + bytes(8), [b"a"]),
    "something after the trailer": (ZIPPED + b"junk", [b"a"]),
    "no trailer, and no end of the tar": (OPEN[:-8], None),
    "a wrong trailer, and no end of the tar": (OPEN[:-8] + bytes(8), None),
    "zeros after the trailer, and no end of the tar": (OPEN + bytes(20), None),
    "two members": (OPEN + ZIPPED, [b"a", b"a"]),
    "an empty member": (gzip.compress(b"") + OPEN + gzip.compress(b""), [b"a"]),
    "a member in the middle of a file": (
        gzip.compress(FILE[:514]) + gzip.compress(FILE[514:]),
        [b"a"],
    ),
    "a block with a code of its own before a reserved kind": (
        one_block(FILE + END + bytes(range(0, 250, 9)) * 20) + b"\xff" * 20,
        [b"a"],
    ),
    "a reserved kind of block": (ZIPPED[:10] + b"\xff" + ZIPPED[11:], None),
}


@pytest.mark.parametrize("name", GZIPS)
def test_a_gzip_is_read_as_go_reads_it(name: str) -> None:
    data, expected = GZIPS[name]
    assert names(ours(data)) == expected


def test_go_agrees() -> None:
    if not shutil.which("go"):
        pytest.skip("needs go, which is not installed")
    cases = [(gzip.compress(tar), names) for tar, names in TARS.values()] + list(GZIPS.values())
    found = [names(one) for one in of_go([data for data, _ in cases])]
    assert found == [expected for _, expected in cases]


def test_the_holes_of_a_sparse_file_are_filled() -> None:
    data = gzip.compress(TARS["a sparse file 1.0"][0])
    same = gzip.compress(entry(b"s", b"0", bytes(6) + b"abc"))
    assert ours(data) == ours(same)


@pytest.mark.parametrize("at", [100, 108, 116, 124, 136])
@pytest.mark.parametrize(("written", "is_damaged"), [(b"x", True), (b"0", False)])
def test_each_number_of_a_header_is_read(at: int, written: bytes, is_damaged: bool) -> None:
    """Mode, owner, group, size and time: the registry reads all of them."""
    archive = gzip.compress(with_field(at, written) + bytes(1024))
    assert ("makes no sense" in (ours(archive)["error"] or "")) is is_damaged


@pytest.mark.parametrize(
    ("parts", "error"),
    [((1 << 62) - 1, "is cut off"), (1 << 62, "is damaged or not a tar: a header makes no sense")],
)
def test_so_many_parts_that_their_numbers_overflow_make_no_sense(parts: int, error: str) -> None:
    tar = sparse(*MAP_1_0, REAL_SIZE, data=padded(b"%d\n" % parts))
    assert ours(gzip.compress(tar))["error"] == error


@pytest.mark.parametrize(("name", "is_needed"), [(b"s", False), (b"package.json", True)])
def test_a_sparse_file_with_too_few_data_is_skipped_if_it_is_not_needed(
    name: bytes, is_needed: bool
) -> None:
    named = (b"GNU.sparse.name", name)
    tar = sparse(*MAP_1_0, REAL_SIZE, named, data=padded(b"1\n6\n3\n") + b"ab") + FILE + END
    found = read_tarball("x", io.BytesIO(gzip.compress(tar)))
    assert bool(found.trouble) == is_needed
    paths = [name.decode()] if is_needed else [name.decode(), "a"]
    assert [entry.path for entry in found.entries] == paths
