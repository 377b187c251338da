"""Paths of documents from the URIs that an editor sends.

One file can have many URIs: editors escape a space or an accent or not, in capitals or not. Answers
use exactly the URI that the editor sent; only to find its file do we turn it into a path. All that
follows the host is the path: editors send neither a query nor a fragment, but some do not escape
`#` and `?`. [LSP 3.17, "URIs"; RFC 8089]
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

_DRIVE = 3
"""The length of `/C:`: a Windows path starts without that slash."""


def path_of(uri: str) -> Path | None:
    """Return the absolute path for a URI, None if it is not a file on this machine."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "file":
        return None
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        if host.lower() not in ("", "localhost"):
            return None
        rest = slash + rest
    name = os.fsdecode(unquote_to_bytes(rest.encode("utf-8", "surrogatepass")))
    if os.name == "nt" and name[2:_DRIVE] == ":":
        name = name[1:]
    if not name or "\0" in name:
        return None
    return Path(os.path.abspath(name))  # noqa: PTH100  # links stay as they are


def uri_of(path: Path) -> str:
    """Return the URI of a file that the editor has not opened."""
    return path.absolute().as_uri()
