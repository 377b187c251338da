"""Where sources use what they need a permission for, and which of these uses count.

Imported only where a source seems to use something without a permission.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from manifest_lint.content.sources import read_source

if TYPE_CHECKING:
    from manifest_lint.files.disk import Files

_MOST_USES = 100
_CONFIGURED_IN = ("package.json", "webpack.config.js", "manifest.konnector")
"""Files at the root that name sources."""


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
