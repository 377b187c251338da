"""The header of an entry of a tar, as Go reads it.

[golang archive/tar: format.go, reader.go readHeader, strconv.go]
"""

from __future__ import annotations

import re
import struct

from manifest_lint.archive.streams import Damaged

BLOCK = 512
"""Headers and the data after them fill blocks of this many bytes."""

NO_SENSE = "is damaged or not a tar: a header makes no sense"
"""Why an archive cannot be read where Go returns ErrHeader."""

FILE, OLD_FILE, FOLDER, SPARSE = b"0", b"\0", b"5", b"S"
FOR_NEXT, FOR_ALL, LONG_NAME, LONG_LINK = b"x", b"g", b"L", b"K"
"""Types of entries; those of the second line are headers with data [common.go, Type…]."""

_WITHOUT_DATA = frozenset((b"1", b"2", b"3", b"4", FOLDER, b"6"))
_NUMBERS = (slice(100, 108), slice(108, 116), slice(116, 124), slice(136, 148))
_OF_DEVICES = (slice(329, 337), slice(337, 345))
_GNU_TIMES = (slice(345, 357), slice(357, 369))
_STAR_TIMES = (slice(476, 488), slice(488, 500))
_CHECKSUM = slice(148, 156)
_OCTAL = re.compile(rb"[0-7]+")
_SIGNED = struct.Struct("512b")


class Header:
    """What the registry reads of a header; pax records may change it."""

    __slots__ = ("block", "is_gnu", "name", "size", "type")

    def __init__(self, block: bytes, name: bytes, kind: bytes, size: int, is_gnu: bool):
        self.block, self.name, self.type = block, name, kind
        self.size, self.is_gnu = size, is_gnu

    @property
    def has_data(self) -> bool:
        """Whether data may follow: not for links, folders and devices, whatever the size is."""
        return self.type not in _WITHOUT_DATA


def header(block: bytes) -> Header:
    """Return what a block of 512 bytes says. Raises Damaged if Go does not accept it."""
    _check_sum(block)
    is_ustar, is_gnu = block[257:263] == b"ustar\0", block[257:265] == b"ustar  \0"
    is_star = is_ustar and block[508:512] == b"tar\0"
    found = Header(block, text(block[:100]), block[156:157], number(block[124:136]), is_gnu)
    fields: tuple[slice, ...] = _NUMBERS
    prefix = b""
    if is_ustar or is_gnu:
        fields += _OF_DEVICES
    if is_star:
        fields += _STAR_TIMES
        prefix = text(block[345:476])
    elif is_ustar:
        prefix = text(block[345:500])
    elif is_gnu:
        prefix = _prefix_of_old_go(block)
    for field in fields:
        number(block[field])
    if prefix:
        found.name = prefix + b"/" + found.name
    return found


def text(field: bytes) -> bytes:
    """Return a field up to its first NUL [parseString]."""
    return field.partition(b"\0")[0]


def number(field: bytes) -> int:
    """Return a number in octal digits, or in base 256 if its first bit is set [parseNumeric].

    Raises Damaged if it is neither, or has more than 63 bits.
    """
    if not field[0] & 0x80:
        return _octal(field)
    found = int.from_bytes(field, "big")
    if field[0] & 0x40:
        found -= 1 << 8 * len(field)
    else:
        found -= 1 << 8 * len(field) - 1
    if not -(1 << 63) <= found < 1 << 63:
        raise Damaged(NO_SENSE)
    return found


def _octal(field: bytes) -> int:
    """Return a number in octal digits, 0 if there are none [parseOctal]. Raises Damaged."""
    digits = text(field.strip(b" \0"))
    if digits and not _OCTAL.fullmatch(digits):
        raise Damaged(NO_SENSE)
    return int(digits or b"0", 8)


def _check_sum(block: bytes) -> None:
    """Raise Damaged if the sum of the bytes, unsigned or signed, is not as the header says."""
    wanted = _octal(block[_CHECKSUM])
    spaced = block[:148] + b" " * 8 + block[156:]
    if wanted != sum(spaced) and wanted != sum(_SIGNED.unpack(spaced)):
        raise Damaged(NO_SENSE)


def _prefix_of_old_go(block: bytes) -> bytes:
    """Return the prefix that Go before 1.8 wrote where GNU's times are [golang.org/issue/12594]."""
    try:
        for field in _GNU_TIMES:
            if block[field][0]:
                number(block[field])
    except Damaged:
        prefix = text(block[345:500])
        return prefix if prefix.isascii() else b""
    return b""
