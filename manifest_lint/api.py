"""The two things this package does, for programs: check and build.

Neither prints, exits, nor reads the clock, the environment or the network; both may be called
from several threads at once. The commands call nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from manifest_lint.judge import judge
from manifest_lint.report import Build, Report
from manifest_lint.settings import DEFAULTS, Settings
from manifest_lint.sources import gather

PathLike = str | os.PathLike[str]


def check(
    paths: PathLike | Iterable[PathLike] = (),
    *,
    account_types: PathLike | Iterable[PathLike] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    stdin: tuple[str | None, bytes] | None = None,
) -> Report:
    """Check manifests, and the account types that go with them.

    `paths` are manifests, files of account types, connectors' folders or trees of many.
    `account_types` are files or folders whose account types go with every connector; without
    them, those beside each manifest. `select` and `ignore` are codes of rules or beginnings of
    codes; all are run unless some are selected. `stdin` is one more manifest: its bytes, and the
    path it goes under; with None for that, nothing around it is looked at.

    Raises UserError where a file cannot be read or a code is unknown.
    """
    select, ignore = ((codes,) if isinstance(codes, str) else codes for codes in (select, ignore))
    settings = Settings(select=tuple(select), ignore=tuple(ignore))
    return judge(gather(_listed(paths), _listed(account_types), stdin, lambda _: settings))


def build(
    folder: PathLike = ".",
    *,
    build_dir: PathLike | None = None,
    out: PathLike | None = None,
    account_types: PathLike | Iterable[PathLike] = (),
    mtime: int | None = None,
) -> Build:
    """Check a connector and pack its built folder.

    `folder` is the connector's. `build_dir` is what its build has written (`build` in it), `out`
    where the archive, its digest and the report go (`dist` in it). `account_types` are as for
    `check`; every rule is run. `mtime` is the time of every archived file, in seconds since
    1970. Nothing is written if a finding is an error: the Build given back says so.

    Raises UserError where a file cannot be read or written.
    """
    from manifest_lint import bundle  # imports tarfile, gzip and hashlib: only to build

    folder = Path(folder)
    return bundle.build(
        folder,
        Path(build_dir) if build_dir is not None else folder / "build",
        Path(out) if out is not None else folder / "dist",
        _listed(account_types),
        lambda _: DEFAULTS,
        bundle.MTIME if mtime is None else mtime,
    )


def _listed(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Make a list of paths, of one too."""
    if isinstance(paths, str | os.PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]
