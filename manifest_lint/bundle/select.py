"""Which files of a built folder are packed, and why the others are not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.archive.never_packed import NEVER_PACKED, never_packed
from manifest_lint.engine.report import LeftOut
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, is_regular, walk
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def select(
    root: Path, first: str, tree: Tree, include: Iterable[str] = (), exclude: Iterable[str] = ()
) -> tuple[list[tuple[str, Path]], tuple[LeftOut, ...], tuple[Path, ...]]:
    """Choose which files of a folder are packed.

    `include` and `exclude` are patterns as in a .gitignore: with `include`, only what it matches
    is packed. `first` is always packed. Returns (path in the archive, file on disk) for each file,
    `first` first and the others sorted; what is left out; and the links that lead out of the tree,
    which are not followed. A link to a file inside the folder is packed as that file. Raises
    UserError for another link out of the folder, for what cannot be read, and for an invalid
    pattern.
    """
    choice = _Choice(include, exclude)
    packed: list[tuple[str, Path]] = []
    left_out: dict[str, str] = {}
    outside: list[Path] = []

    def enter(entry: os.DirEntry[str]) -> bool:
        path = Path(entry.path).relative_to(root).as_posix()
        return path not in left_out

    top = root.resolve()
    for path, entry in walk(root, enter):
        reason = choice.reason(path, is_folder=not is_regular(entry)) if path != first else ""
        if why := _reason(entry) or reason:
            left_out[path] = why
        elif entry.is_symlink() and not tree.holds(entry.path):
            outside.append(Path(entry.path))
        elif is_regular(entry):
            # The link's target is resolved once, and packed even if the link changes later.
            file = Path(entry.path).resolve() if entry.is_symlink() else Path(entry.path)
            if entry.is_symlink() and not file.is_relative_to(top):
                raise UserError(f"{entry.path}: links out of the folder; put the file itself there")
            packed.append((path, file))
    packed.sort(key=lambda item: (item[0] != first, item[0]))
    skipped = tuple(LeftOut(path, why) for path, why in sorted(left_out.items()))
    return packed, skipped, tuple(sorted(outside))


class _Choice:
    """The patterns, and what they say about a path."""

    def __init__(self, include: Iterable[str], exclude: Iterable[str]):
        self._include = spec(include)
        self._exclude = spec(exclude)

    def reason(self, path: str, *, is_folder: bool) -> str:
        """Return why a path is left out; empty if it is not."""
        if self._exclude and self._exclude.match_file(f"{path}/" if is_folder else path):
            return "excluded"
        if self._include and not is_folder and not self._include.match_file(path):
            return "not included"
        return ""


def spec(patterns: Iterable[str]) -> GitIgnoreSpec | None:
    """Return patterns as in a .gitignore, compiled; None if there are none. Raises UserError."""
    patterns = list(patterns)
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # only where there are patterns

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        all_of_them = ", ".join(map(quoted, patterns))
        message = f"not a valid .gitignore pattern: {error}; fix it"
        raise UserError(f"{all_of_them}: {message}") from None


def _reason(entry: os.DirEntry[str]) -> str:
    """Return why an entry is never packed; empty if it may be, or is a folder to look into."""
    if pattern := never_packed(entry.name):
        return NEVER_PACKED[pattern]
    if is_regular(entry):
        return ""
    if entry.is_symlink():
        to_folder = Path(entry.path).is_dir()
        return "a link to a folder: the registry drops it" if to_folder else "a broken link"
    return "" if entry.is_dir(follow_symlinks=False) else "not a regular file"
