"""The target of archives: tars and gzipped tars, as the registry gets them."""

from __future__ import annotations

import gzip
import io
from random import Random

from manifest_lint.archive import tarball
from manifest_lint.archive.archive import Archive
from manifest_lint.archive.tarball import MOST_ENTRIES, read_tarball
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.cozy.size_limit import SIZE_LIMIT
from manifest_lint.engine.run import check_archive
from tests.archive import mutations
from tests.fuzz import laws
from tests.fuzz.target import Target, one_in


class Counted:
    """Counts the bytes of files that are read."""

    size = 0

    def start(self, _path: str) -> None:
        """Start a file."""

    def feed(self, block: bytes) -> None:
        self.size += len(block)


def hold_on_archive(data: bytes, is_whole: bool) -> None:
    """Reading stays within limits, and gives the same if the tar comes in another way."""
    archive, counted = _read(data)
    assert counted.size <= sum(entry.size for entry in archive.files)
    assert len(archive.entries) <= MOST_ENTRIES
    assert sum(map(len, archive.kept.values())) <= tarball._MOST_KEPT
    for entry in archive.entries:
        assert entry.size >= 0
        assert entry.full_path.startswith("/")
        assert ".." not in entry.full_path.split("/")
    if not archive.is_gzipped and (is_whole or one_in(6, data, "gzip")):
        other, _ = _read(gzip.compress(data, 1, mtime=0))
        assert other.entries == archive.entries
        assert other.trouble == archive.trouble or data.startswith((b"PK", b"{", b"["))
        assert other.kept == archive.kept
    if is_whole or one_in(60, data, "check"):
        report = check_archive(archive, DEFAULTS)
        laws.of_report(report)
        if is_whole or one_in(8, data, "formats"):
            laws.of_formats(report)


def _read(data: bytes) -> tuple[Archive, Counted]:
    counted = Counted()
    return read_tarball("archive.tar.gz", io.BytesIO(data), counted), counted


def change(data: bytes, random: Random) -> bytes:
    """Change an archive: its fields, entries or bytes, or what is packed in it."""
    if data[:2] == b"\x1f\x8b" and random.random() < 0.4:
        return random.choice(mutations.OF_GZIPS)(random, data)
    tar = _unpacked(data)
    kind = random.randrange(8)
    if kind == 0:
        tar = random.choice(mutations.TARS)(random)
    elif kind == 1:  # an entry more, or the entries of two
        name = random.choice((*mutations.NAMES, b"icon.svg", b"package.json"))
        content = random.choice((b"", b"{}", b'{"version": "1.0.0"}', b"x" * 600, tar[:512]))
        tar = mutations.entry(name, bytes([random.choice(mutations.TYPES)]), content) + tar
    elif kind == 2:  # entries in another order
        blocks = [tar[at : at + 512] for at in range(0, len(tar), 512)] or [b""]
        one, other = random.randrange(len(blocks)), random.randrange(len(blocks))
        blocks.insert(other, blocks.pop(one))
        tar = b"".join(blocks)
    else:
        tar = random.choice(mutations.OF_TARS)(random, tar)
    return mutations.zipped(random, tar) if random.random() < 0.3 else tar


def _unpacked(data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    import zlib

    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, SIZE_LIMIT)
    except zlib.error:
        return data


TARGETS = (Target("archive", hold_on_archive, change, ("archive",), 16 * 1024),)
