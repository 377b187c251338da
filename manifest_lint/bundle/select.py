"""Which files of a built folder are packed, and why the others are not."""

from __future__ import annotations

import os
from pathlib import Path

from manifest_lint.archive import NEVER_PACKED, never_packed
from manifest_lint.errors import UserError
from manifest_lint.files import is_regular, walk
from manifest_lint.report import LeftOut


def select(root: Path, first: str) -> tuple[list[tuple[str, Path]], tuple[LeftOut, ...]]:
    """Choose what is packed of a folder.

    Gives (path in the archive, file on disk) for each, `first` first and the others sorted, and
    what is left out. A link to a file inside the folder is packed as that file. Raises UserError
    for a link out of the folder, and for what cannot be read.
    """
    packed: list[tuple[str, Path]] = []
    left_out: list[LeftOut] = []
    top = root.resolve()
    for path, entry in walk(root, lambda folder: not _reason(folder)):
        if why := _reason(entry):
            left_out.append(LeftOut(path, why))
        elif entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(top):
            raise UserError(f"{entry.path}: links out of the folder; put the file itself there")
        elif is_regular(entry):
            packed.append((path, Path(entry.path)))
    packed.sort(key=lambda item: (item[0] != first, item[0]))
    return packed, tuple(sorted(left_out, key=lambda item: item.path))


def _reason(entry: os.DirEntry[str]) -> str:
    """Say why an entry is left out; empty if it is packed, or is a folder to look into."""
    if pattern := never_packed(entry.name):
        return NEVER_PACKED[pattern]
    if is_regular(entry):
        return ""
    if entry.is_symlink():
        to_folder = Path(entry.path).is_dir()
        return "a link to a folder: the registry drops it" if to_folder else "a broken link"
    return "" if entry.is_dir(follow_symlinks=False) else "not a regular file"
