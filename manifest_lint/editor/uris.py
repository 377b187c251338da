"""The paths of documents, which an editor names by URIs of its own spelling.

One file has many spellings: a space or an accent may be escaped or not, in capitals or not. A
document is known by the very text that the editor sent, so answers go to that; only to find its
file is it turned into a path. Everything after the host is the path: an editor sends neither a
query nor a fragment, but some leave `#` and `?` as they are. [LSP 3.17, "URIs"; RFC 8089]
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

_DRIVE = 3
"""Characters of `/C:`: a path on Windows starts without that slash."""


def path_of(uri: str) -> Path | None:
    """Return the absolute path that a URI means, None where that is not a file of this machine."""
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
    """Return the URI of a file that no editor has named yet."""
    return path.absolute().as_uri()
