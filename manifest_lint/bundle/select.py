"""Which files of a built folder are packed, and why the others are not."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from manifest_lint.archive.never_packed import NEVER_PACKED, first_never_packed, never_packed
from manifest_lint.bundle.packed_anyway import Anyway, folders_of
from manifest_lint.config.packed_anyway import has_reason
from manifest_lint.config.patterns import compiled, why_no_pattern
from manifest_lint.engine.built import LeftOut, PackedAnyway
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, is_regular, walk
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Selection(NamedTuple):
    """What is packed of a folder, and what is not.

    `files` are (path in the archive, file on disk), in the order of the archive. `left_out` has no
    path in a folder that is left out. `outside` are links that lead out of the tree, which are not
    followed. `packed_anyway` are the paths with a reason, with the files that each brings back.
    """

    files: list[tuple[str, Path]]
    left_out: tuple[LeftOut, ...]
    outside: tuple[Path, ...]
    packed_anyway: tuple[PackedAnyway, ...]


def select(
    root: Path, first: str, tree: Tree, include: Iterable[str] = (), exclude: Iterable[str] = ()
) -> Selection:
    """Choose which files of a folder are packed.

    `include` and `exclude` are patterns as in a .gitignore: with `include`, only what it matches
    is packed. An item `PATH:REASON` of `include` brings back a file, or those of a folder, that are
    never packed without a reason. `first` is always packed, and is the first of the files; the
    others are sorted. A link to a file inside the folder is packed as that file. Raises UserError
    for another link out of the folder, for what cannot be read, for an invalid pattern, and for one
    that needs a reason.
    """
    choice = _Choice(include, exclude)
    packed: list[tuple[str, Path]] = []
    left_out: dict[str, str] = {}
    outside: list[Path] = []

    def enter(entry: os.DirEntry[str]) -> bool:
        path = Path(entry.path).relative_to(root).as_posix()
        return path not in left_out or choice.may_bring_back(path)

    top = root.resolve()
    for path, entry in walk(root, enter):
        reason = choice.reason(path, is_folder=not is_regular(entry)) if path != first else ""
        if not reason and entry.is_symlink() and not tree.holds(entry.path):
            outside.append(Path(entry.path))
        elif why := reason or _reason(entry):
            left_out[path] = why
        elif is_regular(entry):
            # The link's target is resolved once, and packed even if the link changes later.
            file = Path(entry.path).resolve() if entry.is_symlink() else Path(entry.path)
            if entry.is_symlink() and not file.is_relative_to(top):
                raise UserError(f"{entry.path}: links out of the folder; put the file itself there")
            packed.append((path, file))
    packed.sort(key=lambda item: (item[0] != first, item[0]))
    choice.refuse_without_reason(left_out)
    skipped = tuple(LeftOut(path, left_out[path]) for path in choice.without_parts(left_out))
    return Selection(packed, skipped, tuple(sorted(outside)), choice.used(left_out))


class _Choice:
    """The patterns, and what they say about a path."""

    def __init__(self, include: Iterable[str], exclude: Iterable[str]):
        include = tuple(include)
        self._plain = tuple(text for text in include if not has_reason(text))
        self._include = spec(self._plain)
        self._exclude = spec(exclude)
        self._anyway = [Anyway(text) for text in include if has_reason(text)]

    def reason(self, path: str, *, is_folder: bool) -> str:
        """Return why a path is left out; empty if it is not."""
        for one in self._anyway:
            one.see(path)
        shown = f"{path}/" if is_folder else path
        excluded = self._exclude is not None and self._exclude.match_file(shown)
        if pattern := first_never_packed(path)[0]:
            means_it = (one for one in self._anyway if one.brings_back(path))
            if is_folder or excluded or not (back := next(means_it, None)):
                return NEVER_PACKED[pattern]
            back.bring_back(path)
            return ""
        if excluded:
            return "excluded"
        if self._include and not is_folder and not self._include.match_file(path):
            return "not included"
        return ""

    def may_bring_back(self, folder: str) -> bool:
        """Return whether a file may be packed though its folder is left out."""
        if not any(one.may_be_in(folder) for one in self._anyway):
            return False
        return bool(first_never_packed(folder)[0])

    def used(self, left_out: Collection[str]) -> tuple[PackedAnyway, ...]:
        """Return the paths with a reason, with the files that each has brought back."""
        return tuple(one.used(left_out) for one in self._anyway)

    def without_parts(self, left_out: Collection[str]) -> list[str]:
        """Return what was left out, sorted, without what is in a folder that was left out whole."""
        back = {
            folder for one in self.used(()) for path in one.files for folder in folders_of(path)
        }
        whole = {path for path in left_out if path not in back}
        return sorted(path for path in whole if whole.isdisjoint(folders_of(path)))

    def refuse_without_reason(self, left_out: Mapping[str, str]) -> None:
        """Raise UserError if a pattern without a reason names a file that needs one."""
        for text in self._plain:
            pattern, name = spec([text]), text.rpartition("/")[2]
            for path, why in left_out.items():
                is_named = path.rpartition("/")[2] == name and never_packed(path)
                if is_named and pattern and pattern.match_file(path):
                    what = f"is never packed without a reason ({why})"
                    raise UserError(f"{path}: {what}; include {path}:REASON, or remove {text}")


def spec(patterns: Iterable[str]) -> GitIgnoreSpec | None:
    """Return patterns as in a .gitignore, compiled; None if there are none. Raises UserError."""
    patterns = list(patterns)
    if not patterns:
        return None
    for text in patterns:
        if why := why_no_pattern(text):
            raise UserError(f"{quoted(text)} {why}")
    return compiled(patterns)


def _reason(entry: os.DirEntry[str]) -> str:
    """Return why an entry cannot be packed; empty if it can, or is a folder to look into."""
    if is_regular(entry):
        return ""
    if entry.is_symlink():
        to_folder = Path(entry.path).is_dir()
        return "a link to a folder: the registry drops it" if to_folder else "a broken link"
    return "" if entry.is_dir(follow_symlinks=False) else "not a regular file"
