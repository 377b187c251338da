"""What a project may set: which rules run, how bad what they find is, and what they may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from manifest_lint.errors import UserError
from manifest_lint.finding import Severity


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of `per-file-ignores`: findings that a project has decided to live with.

    `code` is a rule's or the beginning of some. `path` is a pattern (`*`, `**`, `?`) for files
    below `root`, the folder of the configuration. `until` is the last day that the entry holds.
    `file` is the configuration that has it, as messages name it.
    """

    code: str
    path: str
    root: Path
    reason: str = ""
    until: date | None = None
    file: str = ""

    def holds(self, today: date | None) -> bool:
        """Tell whether the entry counts on a day; without one, its last day is still ahead."""
        return self.until is None or today is None or today <= self.until


@dataclass(frozen=True)
class Settings:
    """The settings for one file.

    `severity` overrides that of rules, by code. `fail_on` is the least severity that makes a run
    fail, None for never. `account_types` are files and folders, for every connector.
    `redirect_domains` are those whose `oauthcallback.` may stand in a redirect URI, empty for
    all. `endpoint_families` are sets of registrable domains that belong to one service. `baseline`
    is the file of the findings that are put off.

    `outside` has a place (`FILE:LINE`) for each key that names a path out of the tree of a
    configuration that nobody has named: what is checked may be a stranger's. See `refuse_outside`.

    Of a build: `build_command` runs before it, for at most `build_time_limit` seconds; `include`
    and `exclude` are patterns as in a .gitignore, `secret_variables` names of variables of the
    environment, `url` where the archive will be. Empty ones are not set.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
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
    outside: Mapping[str, str] = field(default_factory=dict, compare=False)

    def refuse_outside(self, key: str) -> None:
        """Raise UserError if the paths of a key (`account-types`) may not be used."""
        if place := self.outside.get(key):
            what = "leads out of the tree, and is not followed; give that path as an option, or"
            raise UserError(f'{place}: "{key}" {what} the configuration with --config')


FAIL_ON: dict[str, Severity | None] = {
    **{severity.label: severity for severity in reversed(Severity)},
    "never": None,
}
"""The words for `fail_on`, in the configuration and on the command line."""

DEFAULTS = Settings()
"""What holds where nothing is set."""

RefuseCode = Callable[[str, bool], None]
"""Raises UserError for the code of no rule: a whole code if so told, else a beginning will do."""
