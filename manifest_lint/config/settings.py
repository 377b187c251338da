"""The settings of a project: which rules run, the severity of findings, and known values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from manifest_lint.config.exclude import DEFAULT
from manifest_lint.errors import UserError
from manifest_lint.finding import Record, Severity


class Exemption(Record):
    """One entry of `per-file-ignores`: findings that a project has decided to suppress.

    `codes` are codes of rules, or the starts of several. `path` is a pattern (`*`, `**`, `?`) for
    files below `root`, the folder of the configuration. `pointer` is a JSON pointer [RFC 6901] with
    `*` for any one step; None is the whole file. `until` is the last day on which the entry
    applies. `file` is the configuration that it is in, as messages name it, `line` its line there.
    """

    codes: tuple[str, ...]
    path: str
    root: Path
    reason: str = ""
    until: date | None = None
    pointer: str | None = None
    file: str = ""
    line: int = 0

    def __repr__(self) -> str:
        return f"Exemption({self.file!r}, line {self.line})"  # a reason may quote a secret

    def holds(self, today: date | None) -> bool:
        """Return whether the entry applies on a day; if `today` is None, it always does."""
        return self.until is None or today is None or today <= self.until


class Settings(Record):
    """The settings for one file.

    `extend` is the configuration that is extended, as it is written. `selected` are the codes of
    the rules that run, without those in `ignore`; empty for all. `excluded` and `extend_exclude`
    are patterns as in .gitignore for what a search leaves out. `severity` replaces the severity of
    rules, by code. `fail_on` is the lowest severity that makes a run fail, None for never.
    `account_types` are files and folders, for every connector.
    `redirect_domains` are those whose `oauthcallback.` host a redirect URI may use, empty for all.
    `endpoint_families` are sets of registrable domains that belong to one service. `baseline` is
    the file of suppressed findings.

    `outside` has a place (`FILE:LINE`) for each key with a path outside the tree, if the
    configuration was found and not given with --config: it may not be the user's own. See
    `refuse_outside`.

    For a build: `build_command` runs first, for at most `build_time_limit` seconds; `include` and
    `exclude` are patterns as in .gitignore, in `include` also `PATH:REASON`; `secret_variables`
    are names of environment variables, `url` is where the archive will be. Empty means not set.

    `files` are the configuration and those that it extends, none if there is none.
    """

    extend: str = ""
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    excluded: tuple[str, ...] = DEFAULT
    extend_exclude: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    fail_on: Severity | None = Severity.ERROR
    per_file_ignores: tuple[Exemption, ...] = ()
    baseline: Path | None = None
    account_types: tuple[Path, ...] = ()
    redirect_domains: tuple[str, ...] = ()
    endpoint_families: tuple[frozenset[str], ...] = ()
    extra_categories: frozenset[str] = frozenset()
    extra_data_types: frozenset[str] = frozenset()
    build_dir: Path | None = None
    out: Path | None = None
    build_command: str = ""
    build_time_limit: int = 600
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    secret_variables: tuple[str, ...] = ()
    url: str = ""
    outside: Mapping[str, str] = {}
    files: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        return "Settings(...)"  # some have a secret in their command or URL

    @property
    def selected(self) -> tuple[str, ...]:
        """The codes of the rules that run, or how they start; empty for all."""
        return (*self.select, *self.extend_select) if self.select else ()

    def refuse_outside(self, key: str) -> None:
        """Raise UserError if the paths of a key (`account-types`) may not be used."""
        if place := self.outside.get(key):
            what = "leads out of the tree; to allow it, name this configuration with --config"
            raise UserError(f'{place}: "{key}" {what}')


FAIL_ON: dict[str, Severity | None] = {
    **{severity.label: severity for severity in reversed(Severity)},
    "never": None,
}
"""The values of `fail_on`, in the configuration and on the command line."""

DEFAULTS = Settings()
"""The settings without a configuration."""

CodeOf = Callable[[str, bool], str]
"""Returns the code for the code or the name of a rule, and raises UserError for an unknown one.

If the flag is False, the start of a code is enough.
"""
