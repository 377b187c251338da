"""Our reader and Python's tarfile agree on a tar that both accept, or Go's rules say why not.

What Python refuses, and sparse files, are compared with Go's own reader in test_like_go.py.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator

from manifest_lint.archive.streams import Damaged, Forward
from manifest_lint.archive.tar import Tar
from tests.archive.mutations import BLOCK, tars

SEED, CASES = 17, 4000

Members = list[tuple[str, bytes, int, bytes]]
"""Path, type, size and content of each member; tarfile strips slashes from some paths."""


def ours(data: bytes) -> Members | None:
    tar, members = Tar(Forward(iter((data,)))), []
    try:
        while member := tar.next():
            parts = iter(lambda: member.take(700), b"") if member.letter == b"0" else ()
            members.append((member.path.rstrip("/"), member.letter, member.size, b"".join(parts)))
    except Damaged:
        return None
    return members


def of_python(data: bytes) -> Members | None:
    members = []
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errorlevel=2) as tar:
            for member in tar:
                kind = b"0" if member.type == tarfile.AREGTYPE else member.type
                file = tar.extractfile(member) if kind == b"0" else None
                size = member.size if kind not in b"123456" else 0
                content = file.read() if file else b""
                members.append((member.name.rstrip("/"), kind, size, content))
    except (tarfile.TarError, ValueError, OverflowError, OSError):
        return None
    return members


def blocks(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), BLOCK):
        yield data[at : at + BLOCK]


def has_type(*types: bytes) -> Callable[[bytes], bool]:
    return lambda data: any(block[156:157] in types for block in blocks(data))


GO_DIFFERS: dict[str, Callable[[bytes], bool]] = {
    "ignores what a global pax header says": has_type(b"g"),
    "ignores a long name that is empty, and prefers one to a pax path": has_type(b"L", b"K"),
    "reads no prefix in a header without the mark of ustar": lambda data: any(
        block[345:346].strip(b"\0") and block[257:263] != b"ustar\0" for block in blocks(data)
    ),
    "goes on, or fails, at a header whose numbers tarfile cannot read": lambda data: (
        (python := of_python(data) or []) == (ours(data) or [])[: len(python)]
    ),
}
"""The rules by which Go reads other members than tarfile, and the tars that they can be about."""


def test_members_are_those_of_tarfile_or_go_s_rules_say_why_not() -> None:
    same, unexplained = 0, []
    for number, data in enumerate(tars(SEED, CASES)):
        if b"GNU.sparse" in data or has_type(b"S")(data):
            continue
        found, python = ours(data), of_python(data)
        if found is None or python is None:
            continue
        if found == python:
            same += 1
        elif not any(explains(data) for explains in GO_DIFFERS.values()):
            unexplained.append((number, found, python))
    assert unexplained == []
    assert same > CASES // 4
