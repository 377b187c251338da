"""gzip as Go's compress/gzip reads it [golang compress/gzip gunzip.go, Reader].

It ignores the flags that RFC 1952 reserves, and wants what follows a member to be another one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from manifest_lint.archive.inflate import Inflated
from manifest_lint.archive.streams import Damaged, TooMuch

_START = b"\x1f\x8b\x08"
_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16
_LONGEST_TEXT = 512
_MOST_MEMBERS = 10_000


def is_gzip(data: bytes) -> bool:
    """Return whether data start as gzip does, with the one kind of compression that there is."""
    return data.startswith(_START)


def unzipped(data: bytes) -> Iterator[bytes]:
    """Yield what all members of `data` unpack to, in blocks.

    Raises Damaged where Go does, after all bytes that it unpacks before, and TooMuch.
    """
    at = members = 0
    while at < len(data) or not members:
        members += 1
        if members > _MOST_MEMBERS:
            raise TooMuch(f"has more than {_MOST_MEMBERS:,} gzip members")
        inflated = Inflated(data, _after_header(data, at))
        checksum = size = 0
        for block in inflated:
            checksum, size = zlib.crc32(block, checksum), size + len(block)
            yield block
        at = inflated.end + 8
        if data[inflated.end : at] != struct.pack("<LL", checksum, size & 0xFFFFFFFF):
            raise Damaged("is damaged: its checksum does not match")


def _after_header(data: bytes, at: int) -> int:
    """Return the offset after a member's header [readHeader]. Raises Damaged."""
    start = at
    at += 10
    if start and not data.startswith(_START, start):
        raise Damaged("is cut off, and other bytes follow")
    if len(data) < at:
        raise Damaged("is cut off")
    flags = data[start + 3]
    if flags & _HAS_EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            end = data.find(b"\0", at, at + _LONGEST_TEXT)
            if end < 0:
                raise Damaged("is damaged: its gzip header makes no sense")
            at = end + 1
    if flags & _HAS_CHECKSUM:
        checksum = zlib.crc32(data[start:at]) & 0xFFFF
        at += 2
        if data[at - 2 : at] != checksum.to_bytes(2, "little"):
            raise Damaged("is damaged: its gzip header makes no sense")
    if at > len(data):
        raise Damaged("is cut off")
    return at
