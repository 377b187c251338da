"""What this package does, for programs: check, fix, build, verify, preview and provision.

None prints, exits, or reads the clock or the environment; `provision` alone uses the network. All
may be called from several threads at once. The commands call nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from manifest_lint.config.find import Config, InForce, Overrides
from manifest_lint.config.settings import FAIL_ON
from manifest_lint.engine.report import Build, Report
from manifest_lint.engine.run import check_sources, refuse_unknown
from manifest_lint.engine.suppress import suppressed, write_baselines
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity, is_selected
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.sources import Fetched, gather

if TYPE_CHECKING:
    from manifest_lint.bundle.verify import Verified
    from manifest_lint.oauth.preview import Preview
    from manifest_lint.oauth.provider import Ask
    from manifest_lint.provisioning.database import Database
    from manifest_lint.provisioning.run import Plan, Provisioned

PathLike = str | os.PathLike[str]

BASELINE = "manifest-lint-baseline.json"
"""Where a baseline is written if no other file is named for it."""


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
    begin: Callable[[int], Callable[[int], None]] | None = None,
) -> Report:
    """Check manifests, and the account types that go with them.

    `paths` are manifests, files of account types, connectors' folders or trees of many.
    `account_types` are files or folders whose account types go with every connector; without
    them, those beside each manifest. `select` and `ignore` are codes of rules or beginnings of
    codes; all are run unless some are selected. `fail_on` is the least severity with which the
    report fails: "error", "warning", "note" or "never". `stdin` is one more manifest: its bytes,
    and the path it goes under; with None for that, nothing around it is looked at.

    `fix` applies fixes, the safe ones alone or all, before it checks. That is in memory: the report
    has what comes of it as `rewrites`, and `write_fixes` writes them.

    Each file's settings are those of the nearest configuration, see docs/configuration.md;
    `config` names one for all, `isolated` reads none, and loads no plugins. What is given here
    replaces what it says, but `ignore` adds to it. `baseline` is a file of findings that are put
    off, see `write_baseline`; one that is not written yet puts nothing off.
    `today` is the day on which exemptions may have expired; without it none has. `fetched` are
    account types for every connector that are in no file: they are checked too, never fixed.
    `ask` asks providers for their metadata, see oauth.provider; without it none is asked.
    `texts` are what to take for some files in place of what is on disk, by the paths as they are
    named by the findings. `begin` is told how many connectors there are to check, and gives what is
    told of each.

    Raises UserError where a file cannot be read, a code is unknown or a setting is wrong.
    """
    overrides = _overrides(account_types, select, ignore, fail_on, baseline)
    settings_of = _config(config, isolated=isolated, overrides=overrides)
    named, fetched = _listed(paths), tuple(fetched)
    if fetched and fix:
        raise UserError("--fix: fixes files, not documents of a database; run it without those")

    if ask:
        from manifest_lint.oauth.provider import (
            once,  # a check without --online pays nothing for it
        )

        ask = once(ask)
    unsaved = {str(path): data for path, data in (texts or {}).items()}

    def checked(fixed: Mapping[str, bytes]) -> Report:
        instead = {**unsaved, **fixed}
        sources = gather(named, overrides.account_types, stdin, settings_of, instead, fetched)
        done = begin(len(sources.connectors)) if begin else lambda _: None
        return suppressed(check_sources(sources, ask, done, plugins=not isolated), today)

    if not fix:
        return checked({})
    from manifest_lint.engine.fix import apply_fixes

    return apply_fixes(checked, unsafe=fix == "unsafe")


def write_fixes(report: Report) -> list[str]:
    """Write what fixes have made, see `check`, to where it was read; each file in one step.

    Gives a line for each file that was left alone: it names the file and says why. That is one that
    has changed since it was read, is read-only or cannot be written.
    """
    from manifest_lint.engine.fix import write

    return write(report.rewrites)


def write_baseline(report: Report, default: PathLike = BASELINE) -> list[tuple[Path, int]]:
    """Put off all that a report tells: a later check with the baseline tells what is new.

    Writes the baselines that the settings name, `default` for files whose settings name none. What
    such a file says of files and rules that the report does not cover stays. Gives each file that
    was written and the count of its findings. Raises UserError where one cannot be.
    """
    return write_baselines(report, Path(default))


def build(
    folder: PathLike = ".",
    *,
    build_dir: PathLike | None = None,
    out: PathLike | None = None,
    account_types: PathLike | Iterable[PathLike] = (),
    mtime: int | None = None,
    channel: Literal["", "beta", "dev"] = "",
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    allow_leaks: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    just_built: bool = False,
    begin: Callable[[int], Callable[[int], None]] | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    today: date | None = None,
    fetched: Iterable[Fetched] = (),
) -> Build:
    """Check a connector and pack its built folder.

    `folder` is the connector's. `build_dir` is what its build has written, `out` where the archive
    and what belongs to it go; without them what the configuration says, else `build` and `dist` in
    the folder. `mtime` is the time of every archived file, in seconds since 1970. `channel` makes
    the version of what git says. `include` and `exclude` are patterns that add to the
    configuration's, `allow_leaks` are `CODE:PATH:REASON` for leaks that you answer for.
    `environment` has the variables in which the configuration says that secrets are. `just_built`
    says that the built folder is new, whatever the times of its files. `begin` is told how many
    bytes there are to work on, and gives what is told of each part that is done. The others are as
    for `check`. Nothing is written if a finding is an error: the Build given back says so.

    Raises UserError where a file cannot be read or written, or a setting is wrong.
    """
    from manifest_lint.bundle import build  # imports tarfile, hashlib, threads: only to build
    from manifest_lint.bundle.scan import allowed_leak
    from manifest_lint.reports.json import as_json
    from manifest_lint.reports.outcome import Outcome

    folder = Path(folder)
    overrides = _overrides(account_types)
    settings_of = _config(config, isolated=isolated, overrides=overrides)
    settings = settings_of(folder / MANIFEST_NAME)
    if build_dir is None:
        settings.refuse_outside("build.build-dir")
    if out is None:
        settings.refuse_outside("build.out")
    options = build.Options(
        build_dir=Path(build_dir or settings.build_dir or folder / "build"),
        out=Path(out or settings.out or folder / "dist"),
        report_of=lambda done: as_json(Outcome(done.report, build=done, fail_on=Severity.ERROR)),
        account_types=overrides.account_types,
        fetched=tuple(fetched),
        today=today,
        mtime=build.MTIME if mtime is None else mtime,
        channel=channel,
        include=tuple(include),
        exclude=tuple(exclude),
        allowed=tuple(map(allowed_leak, allow_leaks)),
        environment=environment or {},
        just_built=just_built,
        begin=begin or (lambda _: lambda _: None),
        plugins=not isolated,
    )
    return build.build(folder, settings_of, options)


def verify(
    archive: PathLike,
    *,
    stream: IO[bytes] | None = None,
    version: str | None = None,
    sha256: str | None = None,
    account_types: PathLike | Iterable[PathLike] = (),
    environment: Mapping[str, str] | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    today: date | None = None,
    fetched: Iterable[Fetched] = (),
) -> Verified:
    """Judge an archive as registry and stack will.

    `archive` is a tar, a gzipped one, or a folder judged as the archive that it would make; with
    `stream`, the name that what is read from there goes under. `version` is the one to be
    published, the manifest's unless given; `sha256` the digest that the archive must have, in
    hexadecimal. `environment` is as for `build`, the others are as for `check`. The secrets of
    account types are looked for in it.

    Raises UserError where it cannot be read, or a setting is wrong.
    """
    from manifest_lint.bundle import verify  # imports tarfile and hashlib: not to check
    from manifest_lint.bundle.leaks import of_environment

    overrides = _overrides(account_types)
    settings = _config(config, isolated=isolated, overrides=overrides)(Path(archive))
    given, fetched = None, tuple(fetched)
    named = overrides.account_types
    if not named and not fetched:
        settings.refuse_outside("account-types")
        named = settings.account_types
    if named or fetched:
        sources = gather((), named, None, lambda _: settings, fetched=fetched)
        given = tuple(sources.account_types)
    published = None if version is None else version.removeprefix("v")
    known = of_environment(settings.secret_variables, environment or {})
    options = verify.Options(
        stream=stream,
        published=published,
        sha256=sha256,
        account_types=given,
        known=tuple(known),
        today=today,
        plugins=not isolated,
    )
    return verify.verify(Path(archive), settings, options)


def preview(
    path: PathLike = ".",
    *,
    domain: str | None = None,
    context: str = "",
    account_types: PathLike | Iterable[PathLike] = (),
    config: PathLike | None = None,
    isolated: bool = False,
    fetched: Iterable[Fetched] = (),
) -> Preview:
    """Tell what the login of a connector will send, without sending it.

    `path` is a connector's folder or its manifest, `domain` an instance's domain, with its port if
    it has one, `context` the instance's context. The others are as for `check`.

    Raises UserError where a file cannot be read, the manifest is broken, or a setting is wrong.
    """
    from manifest_lint.oauth import preview  # only to preview

    path = Path(path)
    file = path / MANIFEST_NAME if path.is_dir() else path
    overrides = _overrides(account_types)
    settings_of = _config(config, isolated=isolated, overrides=overrides)
    sources = gather([file], overrides.account_types, None, settings_of, fetched=fetched)
    for document in sources.documents.values():
        if document.is_link_out and document.kind in ("manifest", "account types"):
            raise UserError(f"{document.name}: is a link out of its folder; name the file itself")
        if document.error:
            raise UserError(f"{document.name}: is not JSON; run manifest-lint check, and fix it")
    if len(sources.connectors) != 1:
        raise UserError(f"{file}: is not a manifest; name a connector's folder or its manifest")
    if domain is not None and not preview.is_domain(domain):
        raise UserError(f"--domain: {domain!r} is no domain; give one such as alice.mycozy.cloud")
    [connector] = sources.connectors
    return preview.preview(connector.value, connector.account_types or (), context, domain)


def provision(
    files: PathLike | Iterable[PathLike],
    *,
    to: str | Database = "http://localhost:5984",
    context: str = "",
    create_db: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    max_delete: int | None = None,
    environment: Mapping[str, str] | None = None,
    show: Callable[[Plan], None] | None = None,
    confirm: Callable[[Plan], bool] | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    today: date | None = None,
) -> Provisioned[Report]:
    """Put account types into the stack's CouchDB, and return what was done.

    `files` are files of account types, and folders of them. `to` is the address of the CouchDB, or
    of its database, or an object with the methods of provisioning.database.Database. `context` is
    the one to write them for. `create_db` creates a missing database, `dry_run` writes nothing.
    `prune` deletes the documents that no file has, of the context or else those without one;
    `max_delete` is the most that it deletes. `environment` has the variables that the files name,
    and those for the CouchDB; netrc is read for its user if neither they nor `to` name one.

    `show` is given each plan, `confirm` too, and returns whether to write it. Without `confirm` all
    is written, but nothing is deleted without `max_delete`. The others are as for `check`. Where an
    error is found nothing more is written: see `end` of what is returned.

    Raises UserError where a file or the database cannot be read, a variable or setting is wrong, or
    more would be deleted than is allowed.
    """
    from manifest_lint.engine.account_types import check_account_types
    from manifest_lint.provisioning import plan, run

    if "/" in context:
        raise UserError(f"--context: {context!r} has a slash; give the name alone")
    recheck = partial(check, config=config, isolated=isolated, today=today)
    options = run.Options(
        check=lambda outcome: recheck(fetched=map(Fetched.of, outcome, outcome.values())),
        show=show,
        confirm=confirm,
        prune=context if prune else None,
        max_delete=max_delete,
        create_db=create_db,
        dry_run=dry_run,
    )
    settings_of = _config(config, isolated=isolated, overrides=_overrides())
    report, found = check_account_types(_listed(files), settings_of, today, plugins=not isolated)
    if report.fails(Severity.ERROR):
        return run.Provisioned("errors", report)
    documents, database = plan.wanted(found, context, environment or {}), to
    if isinstance(database, str):
        from manifest_lint.network import couchdb  # imports an HTTP client: only for an address

        database = couchdb.database(database, "--to", environment or {})
    return run.run(database, documents, report, options)


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
    """Give the settings with which `check` judges a file, or the manifest in a folder.

    Takes what `check` takes. Raises UserError where the path is missing or a setting is wrong.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    overrides = _overrides(account_types, select, ignore, fail_on)
    for code in (*overrides.select, *overrides.ignore):
        refuse_unknown(code, plugins=not isolated)
    settings_of = _config(config, isolated=isolated, overrides=overrides)
    return settings_of.in_force(path / MANIFEST_NAME if path.is_dir() else path)


def _config(config: PathLike | None, *, isolated: bool, overrides: Overrides) -> Config:
    file = None if config is None else Path(config)
    refuse_code = partial(refuse_unknown, plugins=not isolated)
    return Config(file, isolated=isolated, overrides=overrides, refuse_code=refuse_code)


def _overrides(
    account_types: PathLike | Iterable[PathLike] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    baseline: PathLike | None = None,
) -> Overrides:
    select, ignore = ((codes,) if isinstance(codes, str) else codes for codes in (select, ignore))
    if fail_on is not None and fail_on not in FAIL_ON:
        raise UserError(f"{fail_on}: is no severity to fail on; give one of {', '.join(FAIL_ON)}")
    select, ignore = ([code.upper() for code in codes] for codes in (select, ignore))
    for code in select:
        if left_out := next((other for other in ignore if is_selected(code, [other])), None):
            raise UserError(f"{code}: is selected, and --ignore {left_out} leaves it out")
    return Overrides(
        tuple(select),
        tuple(ignore),
        fail_on or "",
        tuple(_listed(account_types)),
        Path(baseline) if baseline is not None else None,
    )


def _listed(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Make a list of paths, of one too."""
    if isinstance(paths, str | os.PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]
