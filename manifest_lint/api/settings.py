"""Settings in force for a file, and how the functions of this package read what they are given."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from manifest_lint.config.exclude import option
from manifest_lint.config.find import Config, InForce, Overrides
from manifest_lint.config.settings import FAIL_ON
from manifest_lint.engine.report import Report
from manifest_lint.engine.select import code_of
from manifest_lint.errors import UserError
from manifest_lint.finding import Skip, is_selected
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.text.wording import quoted

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
    extend_select: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> InForce:
    """Return the settings with which `check` checks a file, or the manifest in a folder.

    The parameters are those of `check`. Raises UserError if the path is missing or a setting is
    wrong.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    overrides = overrides_of(
        account_types,
        select,
        ignore,
        fail_on,
        isolated=isolated,
        extend_select=extend_select,
        exclude=exclude,
    )
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    return settings_of.in_force(path / MANIFEST_NAME if path.is_dir() else path)


def config_of(config: PathLike | None, *, isolated: bool, overrides: Overrides) -> Config:
    """Return what gives each file its settings. Raises UserError if `config` is not one."""
    file = None if config is None else Path(config)
    codes = partial(code_of, plugins=not isolated)
    return Config(file, isolated=isolated, overrides=overrides, code_of=codes)


def unused(settings_of: Config) -> tuple[Skip, ...]:
    """Return the configurations above a repository's root, each with why it is not used."""
    if not settings_of.unused:
        return ()
    from manifest_lint.config.unused import WHY  # most have none

    return tuple(Skip(path, WHY) for path in settings_of.unused)


def with_unused(report: Report, settings_of: Config) -> Report:
    """Return a report that also says which configurations above a repository are not used."""
    found = unused(settings_of)
    return report._replace(skipped=(*report.skipped, *found)) if found else report


def overrides_of(
    account_types: PathLike | Iterable[PathLike] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    baseline: PathLike | None = None,
    *,
    isolated: bool = False,
    extend_select: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> Overrides:
    """Return the settings that a caller gave. Raises UserError if one has a wrong value.

    If `isolated`, the rules of plugins are unknown.
    """
    select, ignore, extend_select, exclude = (
        (given,) if isinstance(given, str) else tuple(given)
        for given in (select, ignore, extend_select, exclude)
    )
    if fail_on is not None and fail_on not in FAIL_ON:
        raise UserError(f"{fail_on}: is not a severity to fail on; use one of {', '.join(FAIL_ON)}")
    select, ignore, extend_select = (
        [code_of(code.upper(), plugins=not isolated) for code in codes]
        for codes in (select, ignore, extend_select)
    )
    for code in (*select, *extend_select):
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
        tuple(extend_select),
        option(exclude) if exclude else (),
    )


def context_of(name: str) -> str:
    """Return the name of a context that an option has. Raises UserError if it cannot be one."""
    if "/" in name:  # the ids of a context's account types start with its name and a slash
        raise UserError(f"--context: {quoted(name)} has a slash; use the name alone")
    return name


def listed(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Return a list of paths, also for one path."""
    if isinstance(paths, str | os.PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]
