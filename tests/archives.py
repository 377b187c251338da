"""Archives for tests, good and hostile, built entry by entry."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from typing import Any

from tests.connectors import MANIFEST, SUNMETER, with_changes

Member = tuple[str, bytes | str]
"""A path and the content of the file; a member of another type is a tarfile.TarInfo."""

ICON = (SUNMETER / "build" / "icon.svg").read_bytes()


def manifest(**changes: Any) -> bytes:
    """Return the good manifest's bytes, with changes."""
    return json.dumps(with_changes(MANIFEST, **changes)).encode()


def good(top: str = "", /, **changes: Any) -> list[Member | tarfile.TarInfo]:
    """Return the members of a good archive, below a top folder (`x/`) if one is named."""
    return [
        (f"{top}manifest.konnector", manifest(**changes)),
        (f"{top}icon.svg", ICON),
        (f"{top}index.js", "console.log(1)"),
        (f"{top}package.json", json.dumps({"version": MANIFEST["version"]})),
    ]


def tar(members: Iterable[Member | tarfile.TarInfo], **options: Any) -> bytes:
    """Make a tar of members."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", **options) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member, io.BytesIO(bytes(member.size)))
                continue
            path, content = member
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return written.getvalue()


def tar_gz(members: Iterable[Member | tarfile.TarInfo], **options: Any) -> bytes:
    """Make a gzipped tar of members."""
    return gzip.compress(tar(members, **options), 1, mtime=0)


def of_type(path: str, kind: bytes, **facts: Any) -> tarfile.TarInfo:
    """Return a member of a tarfile type, such as SYMTYPE."""
    member = tarfile.TarInfo(path)
    member.type = kind
    for name, value in facts.items():
        setattr(member, name, value)
    return member
