"""Compare two versions of a connector."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from manifest_lint.api.settings import PathLike, config_of, overrides_of, with_unused
from manifest_lint.config.settings import Settings
from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import check_upgrade, is_refused
from manifest_lint.engine.suppress import suppressed
from manifest_lint.errors import UserError
from manifest_lint.project.versions import (
    Version,
    confidential_of,
    refuse_never_published,
    versions,
)


class Upgraded(NamedTuple):
    """The report on an upgrade, and what registry, stack and database do with it."""

    report: Report
    upgrade: Upgrade


def upgrade(
    old: PathLike,
    new: PathLike,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    baseline: PathLike | None = None,
    today: date | None = None,
) -> Upgraded:
    """Check what happens to people who have a version of a connector when another one follows.

    `old` and `new` are each a manifest, a connector's folder, an archive, or a git revision, with
    or without `:PATH`, of the work tree around the other one, else around the current folder. The
    old version is taken as published and installed. The report has what the rules U find, and
    what makes the registry or the stack refuse the new version. The others are as for `check`.

    Raises UserError if one cannot be read, if the old one is not a JSON object, or if a setting is
    wrong.
    """
    overrides = overrides_of((), select, ignore, fail_on, baseline, isolated=isolated)
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    before, after = versions(os.fspath(old), os.fspath(new))
    refuse_never_published(before)
    found = Upgrade(
        before.manifest,
        after.manifest,
        is_changed=_is_changed(before, after),
        is_archive_refused=after.archive is not None and is_refused(after.archive),
    )
    settings = settings_of(after.path)
    secret = [
        document
        for version in (before, after)
        for document in confidential_of(version, _named(settings_of(version.path)))
    ]
    report = check_upgrade(found, settings, after.archive, secret, plugins=not isolated)
    return Upgraded(suppressed(with_unused(report, settings_of), today), found)


def _named(settings: Settings) -> tuple[Path, ...]:
    """Return the paths of account types that settings name, none if these may not be read."""
    try:
        settings.refuse_outside("account-types")
    except UserError:
        return ()
    return settings.account_types


def _is_changed(before: Version, after: Version) -> bool | None:
    """Return whether two archives differ in any file; None unless both are archives."""
    if before.archive is None or after.archive is None:
        return None
    (files, kept), (others, also) = (
        ({(one.full_path, one.size) for one in archive.files}, archive.kept)
        for archive in (before.archive, after.archive)
    )
    changed = before.manifest.data != after.manifest.data
    return changed or files != others or dict(kept) != dict(also)
