"""The records of pax headers, as Go reads them.

[golang archive/tar: reader.go parsePAX and mergePAX, strconv.go parsePAXRecord]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from manifest_lint.archive.streams import Damaged
from manifest_lint.archive.tar_header import NO_SENSE, Header

Records = Mapping[bytes, bytes]

SPARSE_MAP = b"GNU.sparse.map"
"""The offsets and lengths of a sparse file's data, with commas between them."""

_OFFSET, _LENGTH = b"GNU.sparse.offset", b"GNU.sparse.numbytes"
_OF_SPARSE = frozenset((_OFFSET, _LENGTH))
_NAMES = frozenset((b"path", b"linkpath", b"uname", b"gname"))
_TIMES = frozenset((b"mtime", b"atime", b"ctime"))
_INTEGER = re.compile(rb"[+-]?0*([0-9]{1,19})")
_FRACTION = re.compile(rb"[0-9]*")


def records(data: bytes) -> dict[bytes, bytes]:
    """Return the records of a pax header: of repeated keys, the last. Raises Damaged.

    The records of sparse format 0.0 become those of 0.1.
    """
    found: dict[bytes, bytes] = {}
    numbers: list[bytes] = []
    for key, value in _records(data):
        if key in _OF_SPARSE:
            if key != (_LENGTH if len(numbers) % 2 else _OFFSET) or b"," in value:
                raise Damaged(NO_SENSE)
            numbers.append(value)
        else:
            found[key] = value
    if numbers:
        found[SPARSE_MAP] = b",".join(numbers)
    return found


def _records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, size = 0, len(data)
    while at < size:  # millions of times, if someone means harm
        start = data.find(b" ", at) + 1
        if not start:
            raise Damaged(NO_SENSE)
        digits = data[at : start - 1]
        end = at + (int(digits) if len(digits) < 19 and digits.isdigit() else integer(digits))
        if end <= start or end > size or data[end - 1] != 0x0A:
            raise Damaged(NO_SENSE)
        key, equals, value = data[start : end - 1].partition(b"=")
        if not key or not equals or b"\0" in (value if key in _NAMES else key):
            raise Damaged(NO_SENSE)
        yield key, value
        at = end


def merge(header: Header, found: Records) -> None:
    """Change a header as the records before it say. Raises Damaged. An empty value counts as none.

    Only name and size are read, but no number may be wrong.
    """
    for key, value in found.items():
        if not value:
            continue
        if key == b"path":
            header.name = value
        elif key == b"size":
            header.size = integer(value)
        elif key in (b"uid", b"gid"):
            integer(value)
        elif key in _TIMES:
            seconds, _, fraction = value.partition(b".")
            integer(seconds)
            if not _FRACTION.fullmatch(fraction):
                raise Damaged(NO_SENSE)


def integer(digits: bytes) -> int:
    """Return a number of at most 64 bits, in decimal digits with or without a sign.

    Raises Damaged if it is none [golang strconv.ParseInt].
    """
    if digits.isdigit() and len(digits) < 19:
        return int(digits)
    match = _INTEGER.fullmatch(digits)
    number = int(digits[:1] + match[1] if digits[:1] in b"+-" else match[1]) if match else 1 << 63
    if not -(1 << 63) <= number < 1 << 63:
        raise Damaged(NO_SENSE)
    return number
