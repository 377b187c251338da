"""What a search for connectors leaves out: patterns as in .gitignore, relative to a folder.

As in git, an excluded folder is not looked into, so nothing in it can be included again, and the
last pattern that matches decides. A file or folder that the user names is not searched for, so it
is checked although it is excluded; `is_excluded` is for those who do not want that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.errors import UserError
from manifest_lint.files.work_tree import is_in, top_of
from manifest_lint.finding import Record
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DEFAULT = (".*/", "build/", "node_modules/")
"""What is excluded unless a configuration says otherwise: hidden, built and installed folders."""

DEFAULT_NAMES = frozenset(("build", "node_modules"))
"""The names in DEFAULT."""

_ELSEWHERE = "\n/"
"""What comes before a name that is not below a pattern's folder: no pattern has a line break."""

if TYPE_CHECKING:
    By = Literal["", "default", "setting"]
    """What excludes something: nothing, DEFAULT alone, or a configuration or an option."""


class Patterns(Record):
    """Patterns as in .gitignore, and the absolute path of the folder that they are relative to."""

    folder: str
    patterns: tuple[str, ...]


class Excluded:
    """What is excluded in one folder: by its configuration, and by the command line.

    Without `layers`, that is DEFAULT. Of several layers, the last with a matching pattern decides.
    """

    def __init__(self, layers: Iterable[Patterns] = ()):
        self._layers = [_Layer(one) for one in layers]

    def by(self, path: str, name: str, *, is_folder: bool) -> By:
        """Return who excludes an entry with a path and a name, if its folder is not excluded."""
        if not self._layers:
            is_default = is_folder and (name in DEFAULT_NAMES or name.startswith("."))
            return "default" if is_default else ""
        if name == ".git":  # never searched, as git itself does not
            return "default"
        path, by = os.path.abspath(path), ""  # noqa: PTH100  # links stay as they are
        for layer in self._layers:
            by = layer.by(path, name, is_folder=is_folder) or by
        return "" if by == "included" else by  # type: ignore[return-value]

    def named(self, folder: str) -> Excluded:
        """Return what is excluded below a folder that the user named, although it is excluded."""
        if not self._layers:
            return self
        here = os.path.abspath(folder)  # noqa: PTH100
        made = Excluded()
        made._layers = [layer.without_those_of(here) for layer in self._layers]
        return made


NOTHING_SET = Excluded()
"""What is excluded without a configuration."""

ExcludedIn = Callable[[str], Excluded]
"""Returns what is excluded in a folder, by its path. Raises UserError for a wrong configuration."""


def nothing_set(_: str) -> Excluded:
    """Return what is excluded in a folder without a configuration."""
    return NOTHING_SET


def is_excluded(path: Path, excluded_in: ExcludedIn) -> bool:
    """Return whether a search from the top of the work tree would not find a file or a folder.

    Outside a work tree, the search starts in the current folder, or in that of the file.
    """
    full = os.path.abspath(path)  # noqa: PTH100
    folder = os.path.dirname(full)  # noqa: PTH120
    here = os.getcwd()  # noqa: PTH109
    at = str(top_of(Path(folder)) or (here if is_in(folder, here) else folder))
    for name in Path(full).relative_to(at).parts:
        inside = f"{at.rstrip(os.sep)}{os.sep}{name}"
        is_folder = inside != full or os.path.isdir(full)  # noqa: PTH112
        if excluded_in(at).by(inside, name, is_folder=is_folder):
            return True
        at = inside
    return False


def option(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns of `--exclude`. Raises UserError for one that is none."""
    from manifest_lint.config.patterns import why_no_pattern  # only if there are some

    for text in patterns:
        if why := why_no_pattern(text):
            raise UserError(f"--exclude: {quoted(text)} {why}")
    return tuple(patterns)


class _Layer:
    """Compiled patterns."""

    def __init__(self, one: Patterns):
        from manifest_lint.config.patterns import compiled  # only if there are some

        self._folder = one.folder
        self._patterns = one.patterns
        self._spec: GitIgnoreSpec = compiled(one.patterns)

    def by(self, path: str, name: str, *, is_folder: bool) -> str:
        """Return who excludes an entry, `included` if the last pattern is one with `!`, or ""."""
        inside = self._inside(path, name) + ("/" if is_folder else "")
        found: Any = self._spec.check_file(inside)
        if found.include is None:
            return ""
        if not found.include:
            return "included"
        return "default" if self._patterns[found.index] in DEFAULT else "setting"

    def without_those_of(self, folder: str) -> _Layer:
        """Return the layer without the patterns that match a folder."""
        if not is_in(folder, self._folder) or folder == self._folder:
            return self
        inside = self._inside(folder, "") + "/"
        left = (
            text for text in self._patterns if not _Layer(Patterns("", (text,))).matches(inside)
        )
        return _Layer(Patterns(self._folder, tuple(left)))

    def matches(self, inside: str) -> bool:
        """Return whether a pattern without `!` matches a path relative to the folder."""
        return bool(self._spec.match_file(inside))

    def _inside(self, path: str, name: str) -> str:
        if not is_in(path, self._folder):
            return f"{_ELSEWHERE}{name}"
        return path[len(self._folder) :].replace(os.sep, "/").strip("/")
