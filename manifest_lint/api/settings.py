"""Settings in force for a file, and how the functions of this package read what they are given."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from manifest_lint.config.find import Config, InForce, Overrides
from manifest_lint.config.settings import FAIL_ON
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import refuse_unknown
from manifest_lint.errors import UserError
from manifest_lint.finding import Skip, is_selected
from manifest_lint.project.connector import MANIFEST_NAME

PathLike = str | os.PathLike[str]


def settings_in_force(
    path: PathLike = ".",
    *,
    account_types: PathLike | Iterable[PathLike] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
) -> InForce:
    """Return the settings with which `check` checks a file, or the manifest in a folder.

    The parameters are those of `check`. Raises UserError if the path is missing or a setting is
    wrong.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    overrides = overrides_of(account_types, select, ignore, fail_on)
    for code in (*overrides.select, *overrides.ignore):
        refuse_unknown(code, plugins=not isolated)
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    return settings_of.in_force(path / MANIFEST_NAME if path.is_dir() else path)


def config_of(config: PathLike | None, *, isolated: bool, overrides: Overrides) -> Config:
    """Return what gives each file its settings. Raises UserError if `config` is not one."""
    file = None if config is None else Path(config)
    refuse_code = partial(refuse_unknown, plugins=not isolated)
    return Config(file, isolated=isolated, overrides=overrides, refuse_code=refuse_code)


def with_unused(report: Report, settings_of: Config) -> Report:
    """Return a report that also says which configurations above a repository are not used."""
    if not settings_of.unused:
        return report
    from manifest_lint.config.unused import WHY  # most have none

    unused = (Skip(path, WHY) for path in settings_of.unused)
    return report._replace(skipped=(*report.skipped, *unused))


def overrides_of(
    account_types: PathLike | Iterable[PathLike] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    baseline: PathLike | None = None,
) -> Overrides:
    """Return the settings that a caller gave. Raises UserError if one has a wrong value."""
    select, ignore = ((codes,) if isinstance(codes, str) else codes for codes in (select, ignore))
    if fail_on is not None and fail_on not in FAIL_ON:
        raise UserError(f"{fail_on}: is not a severity to fail on; use one of {', '.join(FAIL_ON)}")
    select, ignore = ([code.upper() for code in codes] for codes in (select, ignore))
    for code in select:
        if left_out := next((other for other in ignore if is_selected(code, [other])), None):
            raise UserError(
                f"{code}: is selected and ignored by --ignore {left_out}; drop one of them"
            )
    return Overrides(
        tuple(select),
        tuple(ignore),
        fail_on or "",
        tuple(listed(account_types)),
        Path(baseline) if baseline is not None else None,
    )


def listed(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Return a list of paths, also for one path."""
    if isinstance(paths, str | os.PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]
