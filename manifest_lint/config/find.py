"""Finds the configuration of a file, and returns its settings.

It is `manifest-lint.toml`, or the table `[tool.manifest-lint]` of `pyproject.toml`, in the file's
folder or the nearest one above; the search ends at a folder with `.git`. Without a configuration,
nothing is read, and no parser is imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.config.exclude import DEFAULT, NOTHING_SET, Excluded, Patterns
from manifest_lint.config.settings import FAIL_ON, CodeOf, Settings
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree
from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.config.extend import Extended
    from manifest_lint.config.toml_file import TomlFile

NAME = "manifest-lint.toml"

NAMES = (NAME, "pyproject.toml")
"""The names of files that are a configuration or may have one in them."""

KEYS = {
    "extend": "extend",
    "select": "select",
    "extend-select": "extend_select",
    "ignore": "ignore",
    "exclude": "excluded",
    "extend-exclude": "extend_exclude",
    "fail-on": "fail_on",
    "severity": "severity",
    "per-file-ignores": "per_file_ignores",
    "baseline": "baseline",
    "account-types": "account_types",
    "redirect-domains": "redirect_domains",
    "endpoint-families": "endpoint_families",
    "extra-categories": "extra_categories",
    "extra-data-types": "extra_data_types",
    "build.build-dir": "build_dir",
    "build.out": "out",
    "build.command": "build_command",
    "build.time-limit": "build_time_limit",
    "build.include": "include",
    "build.exclude": "exclude",
    "build.secret-variables": "secret_variables",
    "build.url": "url",
}
"""The keys of a configuration, and the field of Settings that each one sets."""


class Overrides(Record):
    """Settings from the command line.

    `ignore`, `extend_select` and `exclude` add to the configuration's, the others replace it;
    `select` replaces its `extend-select` too. `fail_on` is a key of settings.FAIL_ON, empty if not
    given. The patterns of `exclude` are relative to the current folder.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = ""
    account_types: tuple[Path, ...] = ()
    baseline: Path | None = None
    extend_select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def over(self, settings: Settings) -> Settings:
        """Return the settings of a configuration with these on top."""
        return settings._replace(
            select=self.select or settings.select,
            extend_select=(() if self.select else settings.extend_select) + self.extend_select,
            ignore=settings.ignore + self.ignore,
            extend_exclude=settings.extend_exclude + self.exclude,
            fail_on=FAIL_ON[self.fail_on] if self.fail_on else settings.fail_on,
            account_types=self.account_types or settings.account_types,
            baseline=self.baseline or settings.baseline,
            outside={k: v for k, v in settings.outside.items() if k not in self.origins()},
        )

    def origins(self) -> dict[str, str]:
        """Return, for each key that an option overrides or adds to, that option."""
        keys = ("select", "extend-select", "ignore", "fail-on", "account-types", "baseline")
        origins = {key: f"--{key}" for key in keys if getattr(self, KEYS[key])}
        return origins | ({"extend-exclude": "--exclude"} if self.exclude else {})


_NO_OVERRIDES = Overrides()


class InForce(Record):
    """The settings for a file and, by key, where each comes from.

    `file` is the configuration, or None. An origin is `FILE:LINE` or an option; a key without one
    has its default. `per-file-ignores` has one for each entry. `unused` are configurations above
    the repository's root.
    """

    settings: Settings
    file: str | None
    origins: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...] = ()


class _Found(Record):
    """A configuration, if there is one, with those that it extends, and its settings."""

    file: Extended | None
    settings: Settings


class Config:
    """Returns the settings for a file: call it with the path, or None for input without one.

    It searches each folder once, and returns the same object for all files of one configuration.
    """

    def __init__(
        self,
        file: Path | None = None,
        *,
        isolated: bool = False,
        overrides: Overrides = _NO_OVERRIDES,
        code_of: CodeOf = lambda code, whole: code,  # noqa: ARG005
    ):
        """Use `file` for all files, instead of the nearest; with `isolated`, read none.

        Raises UserError if `file` is not a configuration.
        """
        self._overrides = overrides
        self._code_of = code_of
        self._folders: dict[str, _Found] = {}
        self._last: tuple[Path | None, _Found] | None = None
        self._excluded: dict[Path | None, Excluded] = {}
        self.unused: dict[str, None] = {}
        """The paths of configurations above the root of a repository, found while searching."""
        self._none = _Found(None, overrides.over(Settings()))
        self._for_all = self._none if isolated else None
        if file is not None:
            if isolated:
                raise UserError("--config cannot be used with --isolated; drop one of them")
            self._for_all = self._named(file)

    def __call__(self, path: Path | None) -> Settings:
        """Return the settings for a file. Raises UserError, with its place, if one is wrong."""
        return self._for(path).settings

    @property
    def is_nearest(self) -> bool:
        """Whether each file has the nearest configuration: not if one is given, nor if isolated."""
        return self._for_all is None

    def file_of(self, path: Path | None) -> Path | None:
        """Return the absolute path of a file's configuration; None if it has none."""
        found = self._for(path)
        return found.file.path if found.file else None

    def files_of(self, path: Path | None) -> tuple[Path, ...]:
        """Return the absolute paths of a file's configuration and of those that it extends."""
        found = self._for(path)
        return tuple(one.path for one in found.file.files) if found.file else ()

    def excluded_in(self, folder: str) -> Excluded:
        """Return what a search leaves out in a folder, by its path. Raises as a call does."""
        found = self._for_all or self._nearest(os.path.abspath(folder or "."))  # noqa: PTH100
        file = found.file.path if found.file else None
        if file not in self._excluded:
            own, added = found.settings, self._overrides.exclude
            patterns = (*own.excluded, *own.extend_exclude[: len(own.extend_exclude) - len(added)])
            self._excluded[file] = NOTHING_SET
            if patterns != DEFAULT or added:
                here = os.getcwd()  # noqa: PTH109
                layers = [Patterns(str(file.parent) if file else here, patterns)]
                layers += [Patterns(here, added)] if added else []
                self._excluded[file] = Excluded(layers)
        return self._excluded[file]

    def in_force(self, path: Path | None) -> InForce:
        """Return the settings for a file, and where each comes from."""
        found = self._for(path)
        origins: dict[str, tuple[str, ...]] = {}
        if found.file:
            from manifest_lint.config.read import places

            origins = places(found.file)
        given = self._overrides.origins()
        if "select" in given:
            origins.pop("extend-select", None)
        for key, option in given.items():
            adds = key in ("ignore", "extend-select", "extend-exclude")
            origins[key] = (*(origins.get(key, ()) if adds else ()), option)
        file = found.file.name if found.file else None
        return InForce(found.settings, file, origins, tuple(self.unused))

    def _for(self, path: Path | None) -> _Found:
        if self._for_all:
            return self._for_all
        if path is None:
            return self._none
        if self._last is None or self._last[0] is not path:  # each file is asked for several times
            folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
            self._last = path, self._nearest(folder)
        return self._last[1]

    def _nearest(self, folder: str) -> _Found:
        """Look in a folder and those above it. With strings: pathlib takes three times as long."""
        passed = []
        while True:
            found = self._folders.get(folder)
            if found is not None:
                break
            passed.append(folder)
            found = self._in(folder)
            above = os.path.dirname(folder)  # noqa: PTH120
            if found.file or above == folder:
                break
            if ends_search(folder):
                from manifest_lint.config.unused import nearest_above  # only where none is used

                if unused := nearest_above(folder, NAMES):
                    self.unused[unused] = None
                break
            folder = above
        self._folders.update(dict.fromkeys(passed, found))
        return found

    def _in(self, folder: str) -> _Found:
        """Return the configuration in one folder."""
        named = [path for name in NAMES if _is_there(path := f"{folder}/{name}")]
        if not named:
            return self._none
        from manifest_lint.config.toml_file import read  # only where there may be one

        for path in named:
            if not Tree(Path(folder)).holds(path):
                what = "is a link out of its folder; to use it, name it with --config"
                raise UserError(f"{_shown(path)}: {what}")
        files = [file for path in named if (file := read(_shown(path)))]
        if len(files) > 1:
            what = "pyproject.toml next to it also has [tool.manifest-lint]; keep one of them"
            raise UserError(f"{files[0].name}: {what}")
        if not files:
            return self._none
        return self._found(files[0], Tree(Path(folder)))

    def _named(self, path: Path) -> _Found:
        from manifest_lint.config.toml_file import read

        file = read(str(path))
        if file is None:
            raise UserError(f"{path}: has no table [tool.manifest-lint]; add it or name another")
        return self._found(file)

    def _found(self, file: TomlFile, tree: Tree | None = None) -> _Found:
        """Return the settings of a configuration. Its paths may not leave `tree`, if given."""
        from manifest_lint.config.read import outside, settings_of, whole

        extended = whole(file, tree, self._code_of)
        settings = settings_of(extended)
        settings = settings._replace(outside=outside(extended, settings))
        return _Found(extended, self._overrides.over(settings))


def ends_search(folder: str) -> bool:
    """Return whether no configuration above a folder is used: it has `.git`, whatever that is.

    It may be that of a repository that git cannot read.
    """
    return _is_there(f"{folder}/.git")


def _is_there(path: str) -> bool:
    """Return whether a path exists, even as a broken link."""
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _shown(path: str) -> str:
    """Return a path relative to the current folder, if it is below it."""
    return path.removeprefix(f"{os.getcwd()}{os.sep}")  # noqa: PTH109
