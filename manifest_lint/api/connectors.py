"""Check connectors, write their fixes, and write a baseline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from manifest_lint.api.errors import shown_errors
from manifest_lint.api.settings import PathLike, config_of, listed, overrides_of, with_unused
from manifest_lint.document.document import READ_LIMIT
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import check_sources
from manifest_lint.engine.suppress import suppressed, write_baselines
from manifest_lint.errors import UserError
from manifest_lint.project.sources import Draft, Fetched, gather, walk

if TYPE_CHECKING:
    from manifest_lint.config.exclude import ExcludedIn
    from manifest_lint.engine.report import AsText
    from manifest_lint.oauth.provider import Ask
    from manifest_lint.project.changes import Changes, Named, TypesOf
    from manifest_lint.project.discovery import Below

__all__ = ["BASELINE", "READ_LIMIT", "check", "folder_to_check", "write_baseline", "write_fixes"]

BASELINE = "manifest-lint-baseline.json"
"""Where a baseline is written if no other file is named for it."""

_FEWEST_IN_PARTS = 128
"""For fewer connectors, starting processes takes longer than they save."""


@shown_errors
def check(
    paths: PathLike | Iterable[PathLike] = (),
    *,
    account_types: PathLike | Iterable[PathLike] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    stdin: tuple[str | None, bytes] | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    baseline: PathLike | None = None,
    fix: Literal["", "safe", "unsafe"] = "",
    today: date | None = None,
    fetched: Iterable[Fetched] = (),
    ask: Ask | None = None,
    texts: Mapping[Path, bytes] | None = None,
    before: Report | None = None,
    progress: Callable[[int], Callable[[int], None]] | None = None,
    since: str | None = None,
    against: PathLike | None = None,
    extend_select: Iterable[str] = (),
    exclude: Iterable[str] = (),
    force_exclude: bool = False,
    is_partial: bool = False,
    jobs: int | None = None,
    method: str | None = None,
    as_text: AsText | None = None,
) -> Report:
    """Check manifests, and the account types that go with them.

    `paths` are manifests, files of account types, connectors' folders, or trees of them.
    `account_types` are files or folders with account types for every connector; by default each
    connector has those next to its manifest. `select` and `ignore` are codes of rules, how they
    start, or names; without `select`, all rules run. `extend_select` adds to the selected ones.
    `exclude` are patterns as in .gitignore, relative to the current folder, for what is not
    searched; with `force_exclude`, excluded `paths` are skipped too. `fail_on` is the lowest
    severity with which the report fails: "error", "warning", "note" or "never". `stdin` is one more
    manifest: the path to report it under, and its bytes; if the path is None, no other file is read
    for it.

    `fix` applies the safe fixes, or also the unsafe ones, in memory: the report has the fixed
    documents as `rewrites`, and `write_fixes` writes them.

    Each file has the settings of the nearest configuration, see docs/configuration.md. `config` is
    one for all files; `isolated` reads none, and loads no plugins. What is given here replaces the
    configuration's settings, but `ignore`, `extend_select` and `exclude` add to them. `baseline` is
    a file of findings to suppress, see `write_baseline`; it need not exist.

    `today` decides whether an exemption has expired; without it none has. `fetched` are account
    types for every connector that are not in files: they are checked, and never fixed. `ask` asks
    providers for their metadata, see oauth.provider; without it none is asked. `texts` replace the
    content of files, by the paths that findings have; `before` is the report on what they were
    before an edit, so that this check takes less time. `progress` is called with the number of
    connectors, and what it returns is called with 1 after each of them.

    With `since`, a git revision, only connectors whose manifest or account types differ from those
    there are checked, and compared with them (rules U); `A...` is the commit where HEAD left A.
    With `against`, it is those in a folder, or one manifest or archive. What was added, renamed or
    deleted is in the report's `changes`.

    `is_partial` says that `paths` are only some of the connectors that account types are for, so
    that rules on all of them do not run.

    `jobs` is the number of processes in which many connectors in folders are checked; a script that
    uses more than one needs `if __name__ == "__main__"`. `method` is how they are started, see
    multiprocessing; by default a way that is safe. With `jobs`, the report of many connectors keeps
    findings in a file, as a sequence, and reads the connectors' files again where it needs them.
    `as_text` makes the text of some findings for the report: it is called in the processes, unless
    a secret is in them.

    Raises UserError if a file cannot be read, a code is unknown, or a setting is wrong.
    """
    overrides = overrides_of(
        account_types,
        select,
        ignore,
        fail_on,
        baseline,
        extend_select=extend_select,
        exclude=exclude,
        isolated=isolated,
    )
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    named, fetched = listed(paths), tuple(fetched)
    if fetched and fix:
        raise UserError("--fix cannot change documents of a database; drop it, or name files")

    def types_of(manifest: Path) -> Named:
        from manifest_lint.project.changes import Named

        if overrides.account_types or fetched:
            return Named(overrides.account_types)
        settings = settings_of(manifest)
        settings.refuse_outside("account-types")
        file, is_nearest = settings_of.file_of(manifest), settings_of.is_nearest
        extended = settings_of.files_of(manifest)[:-1]
        return Named(settings.account_types, file, is_nearest, extended=extended)

    left_out: list[Path] = []
    if force_exclude:
        from manifest_lint.config.exclude import is_excluded

        left_out = [path for path in named if is_excluded(path, settings_of.excluded_in)]
        named = [path for path in named if path not in left_out]
    changes = _changes(named, since, against, types_of, settings_of.excluded_in)
    if changes:
        named = changes.checked
    if ask:
        from manifest_lint.oauth.provider import (
            once,  # a check without --online pays nothing for it
        )

        ask = once(ask)
    last = before.documents if before else {}
    unsaved = {str(path): Draft(data, last.get(str(path))) for path, data in (texts or {}).items()}

    def checked(fixed: Mapping[str, bytes], walked: Mapping[Path, Below] = {}) -> Report:
        instead: dict[str, bytes | Draft] = {**unsaved, **fixed}
        sources = gather(
            walked or named,
            overrides.account_types,
            stdin,
            settings_of,
            instead,
            fetched,
        )
        sources.is_partial = is_partial
        done = progress(len(sources.connectors)) if progress else lambda _: None
        report = check_sources(sources, ask, done, plugins=not isolated, changes=changes)
        report = report._replace(excluded=len(sources.excluded) + len(left_out))
        return suppressed(with_unused(report, settings_of), today)

    if not fix:
        is_simple = not (stdin or unsaved or changes or is_partial or overrides.account_types)
        walked: dict[Path, Below] = {}
        if jobs and is_simple and not fetched and named and all(path.is_dir() for path in named):
            walked = walk(named, settings_of)
            number = sum(len(below.files) for below in walked.values())
            if number >= _FEWEST_IN_PARTS:
                from manifest_lint.api import many  # only for many connectors

                file = None if config is None else Path(config)
                how = many.How(file, isolated, overrides, jobs, method, as_text)
                done = progress(number) if progress else lambda _: None
                if report := many.check_in_parts(walked, settings_of, how, ask, done):
                    report = report._replace(excluded=report.excluded + len(left_out))
                    return suppressed(with_unused(report, settings_of), today)
        return checked({}, walked)
    from manifest_lint.engine.fix import apply_fixes

    return apply_fixes(checked, unsafe=fix == "unsafe")


def folder_to_check(
    exclude: Iterable[str] = (), config: PathLike | None = None, *, isolated: bool = False
) -> Path:
    """Return the folder that a check without paths is for: see project.upward.

    The parameters are those of `check`.
    """
    from manifest_lint.project import upward  # only without paths

    settings_of = config_of(config, isolated=isolated, overrides=overrides_of(exclude=exclude))
    return upward.folder_to_check(settings_of.excluded_in)


def _changes(
    paths: list[Path],
    since: str | None,
    against: PathLike | None,
    types_of: TypesOf,
    excluded_in: ExcludedIn,
) -> Changes | None:
    """Return what differs, None if everything is checked. Raises UserError."""
    if since is None and against is None:
        return None
    from manifest_lint.project import compare  # only to compare

    if since is not None and against is not None:
        raise UserError("--since cannot be used with --against; drop one of them")
    if against is not None:
        if not os.fspath(against):
            raise UserError("--against: is empty; name a folder, a manifest or an archive")
        return compare.against(paths, Path(against), types_of, excluded_in)
    assert since is not None
    return compare.since(paths, since, types_of, excluded_in)


def write_fixes(report: Report) -> list[str]:
    """Write the fixed documents of a report to their files, each in one step.

    Returns a line for each file that was not written, with the reason: it has changed since it was
    read, is read-only, or cannot be written.
    """
    from manifest_lint.engine.fix import write

    return write(report.rewrites)


@shown_errors
def write_baseline(report: Report, default: PathLike = BASELINE) -> list[tuple[Path, int]]:
    """Write the findings of a report to its baselines: later checks suppress them.

    The files are those that the settings name, and `default` where they name none. Entries on files
    and rules that the report does not cover stay. Returns each file and the number of its entries.
    Raises UserError if one cannot be written.
    """
    return write_baselines(report, Path(default))
