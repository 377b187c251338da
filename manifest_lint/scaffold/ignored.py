"""Propose the lines of .gitignore for what must not be committed."""

from __future__ import annotations

import os
from pathlib import Path

from manifest_lint.document.document import Document
from manifest_lint.errors import Skipped
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, read_file
from manifest_lint.scaffold.repository import Proposal, is_there

_LIMIT = 1024 * 1024

_DEVELOPERS = "konnector-dev-config.json"
"""The file with a developer's own token (K004)."""


def gitignore(folder: Path, out: Path | None, tree: Tree) -> Proposal:
    """Propose what git is to ignore of a connector: the packed archives, and a developer's token.

    `out` is where archives go, None for `dist`; `tree` is the user's repository. Lines that are
    there, and what git ignores already, are left out.
    """
    path, what = folder / ".gitignore", "what git ignores"
    data = b""
    if path.is_file() and tree.holds(path):
        data = read_file(path, _LIMIT)
    present = {line.strip() for line in data.decode("utf-8", "replace").splitlines()}
    wanted = {_DEVELOPERS: folder / _DEVELOPERS}
    below = os.path.relpath(out, folder).replace(os.sep, "/") if out else "dist"
    if below != "." and not below.startswith(".."):
        wanted = {f"{below}/": folder / below / "a.tar.gz", **wanted}
    try:
        known = git.ignored(folder, wanted.values())
    except Skipped:
        known = set()
    missing = [line for line, file in wanted.items() if line not in present and file not in known]
    if not missing:
        return Proposal(path, what, b"", True)
    newline = "\r\n" if b"\r\n" in data else "\n"
    added = "".join(f"{line}{newline}" for line in missing).encode()
    if not is_there(path):
        return Proposal(path, what, added)
    if path.is_symlink() or not path.is_file():
        return Proposal(path, what, added, True)
    gap = newline.encode() if data and not data.endswith(b"\n") else b""
    return Proposal(path, what, data + gap + added, True, before=Document(str(path), data))
