"""What to check before a commit or a push, for hooks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from manifest_lint.api.errors import shown_errors
from manifest_lint.api.settings import PathLike, config_of, listed, overrides_of
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files.run_git import GitRefused
from manifest_lint.files.staged import Making, not_given
from manifest_lint.files.work_tree import top_of
from manifest_lint.project import touched

__all__ = ["connectors_of"]


@shown_errors
def connectors_of(
    files: PathLike | Iterable[PathLike],
    environment: Mapping[str, str],
    *,
    account_types: Iterable[PathLike] = (),
    exclude: Iterable[str] = (),
    config: PathLike | None = None,
    isolated: bool = False,
) -> list[Path]:
    """Return the connectors that changed files belong to, as paths for `check`.

    The files are those that a hook of pre-commit is given; those that the commit or the push
    deletes are added. `environment` says which it is, as pre-commit and git do:
    PRE_COMMIT_FROM_REF, PRE_COMMIT_TO_REF, GIT_INDEX_FILE. The others are as for `check`. Excluded
    files are left out. Raises UserError if git cannot be used, or a setting is wrong.
    """
    here = Path.cwd()
    top = top_of(here)
    paths = listed(files)
    if top:
        making = Making(
            environment.get("GIT_INDEX_FILE", ""),
            environment.get("PRE_COMMIT_FROM_REF", ""),
            environment.get("PRE_COMMIT_TO_REF", ""),
        )
        try:
            paths += [Path(os.path.relpath(top / name)) for name in not_given(top, making)]
        except GitRefused:
            what = "git does not know the revisions to push; fetch them, then try again"
            raise UserError(f"--touched: {what}") from None
        except Skipped as error:
            raise UserError(f"--touched: {error}") from None
    overrides = overrides_of(account_types, exclude=exclude)
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    found, _ = touched.touched(paths, top or here, settings_of)
    return found
