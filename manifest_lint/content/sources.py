"""The sources of a connector: which run, and where they use what they must be allowed to."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from manifest_lint.files.disk import Files

MOST_FILES = 2_000
"""At most this many sources are read."""

_SOURCE = re.compile(r".+\.(?:[cm]?[jt]s|[jt]sx)")
_TEST = re.compile(r"(?:^|/)(?:__\w+__|tests?|fixtures|mocks)/|\.(?:spec|test|stories|d)\.\w+$")
_MOST_BYTES = 1024 * 1024
_MOST_USES = 100
_CONFIGURED_IN = ("package.json", "webpack.config.js")


def source_paths(files: Files) -> list[str]:
    """Return the paths of the sources in `src/`, without tests; one more than are read if many."""
    listed = (path for path in files.list("src/") if _SOURCE.fullmatch(path))
    return [*islice((path for path in listed if not _TEST.search(path)), MOST_FILES + 1)]


def read_source(files: Files, path: str) -> bytes | None:
    """Return a source; None for one that is too long, was just deleted or cannot be read."""
    try:
        source = files.read(path, _MOST_BYTES + 1)
    except UserError:
        return None
    return source if len(source) <= _MOST_BYTES else None


class SourceUse(NamedTuple):
    """A use in a source: the path, the doctype, how a message says it.

    `kept_in` is the exported constant that has the doctype, if the source does not read it.
    """

    path: str
    doctype: str
    says: str
    kept_in: str = ""


def confirmed(files: Files, paths: list[str], uses: list[SourceUse]) -> list[SourceUse]:
    """Return the uses in sources that something names, and of constants that something reads.

    Nothing names a file that is left from the template. An `index` is named by its folder.
    """
    uses = uses[:_MOST_USES]
    named = {one.path for one in uses if PurePosixPath(one.path).stem == "index"}
    read: set[str] = {one.kept_in for one in uses if not one.kept_in}
    if any(one.path not in named or one.kept_in not in read for one in uses):
        for path in (*_CONFIGURED_IN, *paths):
            source = read_source(files, path) or b""
            others = [one for one in uses if one.path != path]
            named |= {one.path for one in others if _mentions(one.path, source)}
            read |= {one.kept_in for one in others if one.kept_in and _reads(one.kept_in, source)}
    return [one for one in uses if one.path in named and one.kept_in in read]


def _mentions(path: str, source: bytes) -> bool:
    """Return whether a source or a configuration seems to name a source."""
    stem = re.escape(PurePosixPath(path).stem.encode())
    return re.search(rb"[/\"'`]" + stem + rb"(?:\.\w{1,4})?[\"'`]", source) is not None


def _reads(name: str, source: bytes) -> bool:
    """Return whether a source seems to read a constant that another one exports."""
    if name.encode() not in source:
        return False
    word = re.escape(name.encode())
    found = re.findall(rb"(\.\s{0,9}|(?<![\w$]))" + word + rb"(?![\w$])", source)
    return len(found) > 1 or any(found)
