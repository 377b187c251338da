"""Archives to compare readers with: of every format, whole and damaged, from a seed."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from random import Random

BLOCK = 512
NUMBERS = (
    *(b"0", b"7", b"0000644\0", b" 644 \0", b"00000000010\0", b"1777777777777"[:12], b"8", b"1 2"),
    *(b"", b"-1", b"+1", b"\x80" + bytes(11), b"\xff" * 12, b"\x80\0\0\0\0\0\0\x01", b"\xc0" * 8),
    *(b"\xff\xff\xff\xff\xff\xff\xfe\0", b"0x10", b" \0 5\0 ", b"5\0007", b"\x80" + b"\x01" * 11),
)
TYPES = b"0000\x001234567xgLKSZ5\x00"
FIELDS = {
    "name": (0, 100),
    "mode": (100, 8),
    "uid": (108, 8),
    "gid": (116, 8),
    "size": (124, 12),
    "mtime": (136, 12),
    "link": (157, 100),
    "magic": (257, 8),
    "major": (329, 8),
    "minor": (337, 8),
    "prefix": (345, 155),
    "atime": (345, 12),
    "ctime": (357, 12),
    "sparse": (386, 97),
    "real size": (483, 12),
    "star": (476, 36),
}
NUMERIC = frozenset(
    ("mode", "uid", "gid", "size", "mtime", "major", "minor", "atime", "ctime", "real size")
)
MAGICS = (b"ustar\00000", b"ustar  \0", b"ustar\0\0\0", bytes(8), b"ustar 00", b"USTAR\00000")
NAMES = (
    *(b"manifest.konnector", b"./package.json", b"a/b/", b"/abs", b"../up", b"", b"x" * 100),
    *("é/ü".encode(), b"\xff\xfe", b"a\0b", b"dir/", b"index.js"),
)
KEYS = (
    *(b"path", b"linkpath", b"size", b"uid", b"mtime", b"atime", b"uname", b"comment", b""),
    *(b"GNU.sparse.major", b"GNU.sparse.minor", b"GNU.sparse.name", b"GNU.sparse.realsize"),
    *(b"GNU.sparse.size", b"GNU.sparse.numblocks", b"GNU.sparse.map", b"GNU.sparse.offset"),
    *(b"GNU.sparse.numbytes", b"SCHILY.xattr.user.x", b"k\0", b"a=b"),
)
VALUES = (
    *(b"", b"0", b"1", b"3", b"512", b"+5", b"-1", b"007", b"9223372036854775808", b"1.5", b"1."),
    *(b"-1.25", b"1.x", b"x", b"0,3", b"0,3,5,2", b"0,0", b"a\0b", b"long/" * 30, b"\xff", b"1_0"),
)


def header(name: bytes, type_: bytes, size: bytes, magic: bytes = b"ustar\00000") -> bytearray:
    """Make a header whose sum is still to be written."""
    block = bytearray(BLOCK)
    for at, value in ((0, name[:100]), (100, b"0000644\0"), (108, b"0000000\0"), (156, type_)):
        block[at : at + len(value)] = value
    for at, value in ((116, b"0000000\0"), (124, size[:12]), (136, b"0" * 11), (257, magic)):
        block[at : at + len(value)] = value
    return block


def summed(block: bytes | bytearray, *, signed: bool = False) -> bytes:
    """Return a header with its sum."""
    spaced = block[:148] + b" " * 8 + block[156:]
    total = sum(byte - 256 if signed and byte > 127 else byte for byte in spaced)
    return bytes(block[:148]) + b"%06o\0 " % (total % 8**6) + bytes(block[156:])


def padded(data: bytes) -> bytes:
    """Return data with zeros up to the end of a block."""
    return data + bytes(-len(data) % BLOCK)


def entry(name: bytes, type_: bytes, data: bytes, magic: bytes = b"ustar\00000") -> bytes:
    """Make an entry: a header and its data."""
    return summed(header(name, type_, b"%011o\0" % len(data), magic)) + padded(data)


def record(key: bytes, value: bytes, off: int = 0) -> bytes:
    """Make a pax record whose length is wrong by `off`."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest) + 1
    while len(b"%d" % length) + len(rest) != length:
        length = len(b"%d" % length) + len(rest)
    return b"%d" % (length + off) + rest


def tarred(random: Random) -> bytes:
    """Make a tar with Python's tarfile, of a random format."""
    written = io.BytesIO()
    formats = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    with tarfile.open(fileobj=written, mode="w", format=random.choice(formats)) as tar:
        for number in range(random.randrange(1, 5)):
            name = random.choice(
                ("manifest.konnector", "d/x" * 20, "é" * 9, "n" * 130, "package.json")
            )
            member = tarfile.TarInfo(name + str(number) if random.random() < 0.5 else name)
            member.type = random.choice((b"0", b"0", b"0", b"2", b"5", b"\0", b"1"))
            data = random.randbytes(random.choice((0, 1, 100, 512, 700))) if member.isreg() else b""
            member.size, member.linkname = len(data), "l" * random.choice((3, 120))
            member.uname = random.choice(("", "root", "é"))
            member.mtime = random.choice((0, 1, 1.5))
            if random.random() < 0.3:
                member.pax_headers = {"comment": "x", "SCHILY.xattr.user.a": "b"}
            try:
                tar.addfile(member, io.BytesIO(data))
            except ValueError:  # the name is too long for the format
                continue
    return written.getvalue()


def pax_tar(random: Random) -> bytes:
    """Make a tar of entries after random pax records."""
    parts = []
    for _ in range(random.randrange(1, 4)):
        records = b"".join(
            record(random.choice(KEYS), random.choice(VALUES), random.choice((0,) * 12 + (1, -1)))
            for _ in range(random.randrange(4))
        )
        parts.append(entry(b"pax", random.choice((b"x", b"x", b"g")), records))
        if random.random() < 0.2:
            parts.append(entry(b"long", random.choice((b"L", b"K")), random.choice(NAMES)))
        kind = bytes([random.choice(TYPES)])
        parts.append(
            entry(random.choice(NAMES), kind, random.randbytes(random.choice((0, 5, 600))))
        )
    return b"".join(parts) + bytes(1024)


def sparse_tar(random: Random) -> bytes:
    """Make a tar with a sparse file in one of four formats, right or nearly so."""
    spans, at = [], 0
    for _ in range(random.choice((0, 1, 2, 5, 30))):
        at += random.choice((0, 1, 7, 512))
        length = random.choice((0, 1, 9, 600))
        spans.append((at, length))
        at += length
    if random.random() < 0.2 and spans:
        spans[random.randrange(len(spans))] = random.choice(
            ((-1, 3), (0, 1 << 62), (5, -5), (0, 0))
        )
    size = at + random.choice((0, 0, 5, 600, -1))
    data = random.randbytes(max(0, sum(length for _, length in spans)) % 5000)
    if random.random() < 0.15:
        data = data[:-1] or b"more"
    style = random.choice(("old", "0.0", "0.1", "1.0"))
    rest = entry(b"index.js", b"0", b"f()") + bytes(1024)
    if style == "old":
        return old_sparse(random, spans, size, data) + rest
    records = [
        record(b"GNU.sparse.name", b"package.json"),
        record(b"GNU.sparse.realsize", b"%d" % size),
    ]
    if style == "1.0":
        records += [record(b"GNU.sparse.major", b"1"), record(b"GNU.sparse.minor", b"0")]
        numbers = [len(spans), *(number for span in spans for number in span)]
        data = padded(b"".join(b"%d\n" % number for number in numbers)) + data
    else:
        records.append(record(b"GNU.sparse.numblocks", b"%d" % len(spans)))
        if style == "0.1":
            joined = b",".join(b"%d" % number for span in spans for number in span)
            records.append(record(b"GNU.sparse.map", joined))
        for offset, length in spans if style == "0.0" else ():
            records.append(record(b"GNU.sparse.offset", b"%d" % offset))
            records.append(record(b"GNU.sparse.numbytes", b"%d" % length))
    if random.random() < 0.15:
        records.pop(random.randrange(len(records)))
    kind = random.choice((b"0", b"0", b"0", b"\0", b"5", b"7"))
    return entry(b"pax", b"x", b"".join(records)) + entry(b"s", kind, data) + rest


def old_sparse(random: Random, spans: list[tuple[int, int]], size: int, data: bytes) -> bytes:
    """Make an entry of GNU's old sparse format, sometimes with a wrong mark."""
    return old_sparse_table(spans, size, data, random.choice((*MAGICS[1:2] * 5, *MAGICS)))


def old_sparse_table(
    spans: list[tuple[int, int]], size: int, data: bytes, magic: bytes = MAGICS[1]
) -> bytes:
    """Make an entry of GNU's old sparse format."""

    def table(number: int) -> bytes:
        found = b"".join(b"%011o\0" % max(0, n) for _ in range(number) for n in next(left, ()))
        return found.ljust(24 * number, b"\0")

    left = iter(spans)
    block = header(b"old", b"S", b"%011o\0" % len(data), magic)
    block[386:482] = table(4)
    block[482] = len(spans) > 4
    block[483:495] = b"%011o\0" % max(0, size)
    more = [table(21) for _ in range(-(-max(0, len(spans) - 4) // 21))]
    marked = [one + bytes([n < len(more) - 1]) + bytes(7) for n, one in enumerate(more)]
    return summed(block) + b"".join(marked) + padded(data)


def with_field_changed(random: Random, tar: bytes) -> bytes:
    """Change a field of a header, and mostly correct the sum."""
    at = random.randrange(max(1, len(tar) // BLOCK)) * BLOCK
    block = bytearray(tar[at : at + BLOCK].ljust(BLOCK, b"\0"))
    for _ in range(random.randrange(1, 3)):
        if random.random() < 0.15:
            block[156] = random.choice(TYPES)
            continue
        name = random.choice(list(FIELDS))
        start, size = FIELDS[name]
        if name in NUMERIC:
            value = random.choice(NUMBERS)
        elif name == "magic":
            value = random.choice(MAGICS)
        elif name in ("name", "link", "prefix"):
            value = random.choice(NAMES)
        elif name == "star":
            value = b"00000000000\0" * 2 + bytes(8) + b"tar\0"
        else:
            value = random.randbytes(size)
        block[start : start + size] = value[:size].ljust(size, random.choice((b"\0", b" ")))
    if random.random() < 0.9:
        block = bytearray(summed(block, signed=random.random() < 0.3))
    return tar[:at] + bytes(block) + tar[at + BLOCK :]


def with_bytes_changed(random: Random, data: bytes) -> bytes:
    """Change some bytes or bits."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5))):
        if changed:
            changed[random.randrange(len(changed))] ^= random.choice(
                (1 << random.randrange(8), 255)
            )
    return bytes(changed)


def cut(random: Random, data: bytes) -> bytes:
    """Cut data anywhere, often near a block's or the data's end."""
    near = random.choice((random.randrange(len(data) + 1), len(data) // BLOCK * BLOCK, len(data)))
    return data[: max(0, near - random.choice((0, 1, 2, 3, 8, 20, 511, 512, 513)))]


def with_more(random: Random, data: bytes) -> bytes:
    """Add something at the end."""
    size = random.choice((1, 5, 9, 10, 18, 512, 600, 1024))
    return data + random.choice((bytes(size), random.randbytes(size), data))


def with_zeros(random: Random, tar: bytes) -> bytes:
    """Put blocks of zeros between entries, or take away those at the end."""
    if random.random() < 0.5:
        return tar.rstrip(b"\0").ljust(random.choice((0, 512, 1024, 1536)), b"\0")
    at = random.randrange(len(tar) // BLOCK + 1) * BLOCK
    return tar[:at] + bytes(BLOCK * random.choice((1, 2))) + tar[at:]


def zipped(random: Random, data: bytes) -> bytes:
    """Compress data in one of the ways of DEFLATE, with a gzip header of any kind."""
    made = zlib.compressobj(
        random.choice((0, 1, 6, 9)),
        zlib.DEFLATED,
        -zlib.MAX_WBITS,
        random.choice((1, 8)),
        random.choice((zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE)),
    )
    body, left = b"", data
    while left and random.random() < 0.3:
        size = random.randrange(len(left) + 1)
        body += made.compress(left[:size]) + made.flush(random.choice((2, 3)))
        left = left[size:]
    body += made.compress(left) + made.flush()
    end = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return gzip_header(random) + body + end


def gzip_header(random: Random) -> bytes:
    """Make a gzip header, sometimes with all that it can have."""
    flags = random.choice((0, 0, 0, random.randrange(256)))
    made = b"\x1f\x8b\x08" + bytes([flags]) + random.choice((bytes(4), b"abcd")) + b"\2\xff"
    if flags & 4:
        made += b"\x05\0extra"
    for flag in (8, 16):
        if flags & flag:
            made += (
                random.choice((b"name", b"n\xe9", b"x" * random.choice((510, 511, 512)))) + b"\0"
            )
    if flags & 2:
        made += (zlib.crc32(made) + random.choice((0, 0, 0, 1)) & 0xFFFF).to_bytes(2, "little")
    return made


TARS: tuple[Callable[[Random], bytes], ...] = (tarred, tarred, pax_tar, sparse_tar)
OF_TARS = (with_field_changed, with_field_changed, with_bytes_changed, cut, with_more, with_zeros)
OF_GZIPS = (with_bytes_changed, cut, cut, with_more)


def tars(seed: int, number: int) -> Iterator[bytes]:
    """Yield tars, about half of them changed."""
    for one in range(number):
        random = Random(seed * 1_000_003 + one)
        tar = random.choice(TARS)(random)
        while random.random() < 0.5:
            tar = random.choice(OF_TARS)(random, tar)
        yield tar


def gzips(seed: int, number: int) -> Iterator[bytes]:
    """Yield gzipped tars; of some, the gzip is changed too."""
    for one, tar in enumerate(tars(seed, number)):
        random = Random(-seed * 1_000_003 - one - 1)
        if random.random() < 0.1:
            at = random.randrange(len(tar) + 1)
            data = zipped(random, tar[:at]) + zipped(random, tar[at:])
        else:
            data = zipped(random, tar)
        while random.random() < 0.5:
            data = random.choice(OF_GZIPS)(random, data)
        yield data
