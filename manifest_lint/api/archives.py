"""Pack connectors into archives, and check archives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from manifest_lint.api.errors import shown_errors

if TYPE_CHECKING:
    from manifest_lint.api.settings import PathLike
    from manifest_lint.bundle.verify import Verified
    from manifest_lint.engine.built import Build
    from manifest_lint.project.sources import Fetched


@shown_errors
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
    require_secrets: bool = False,
    just_built: bool = False,
    progress: Callable[[int], Callable[[int], None]] | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    today: date | None = None,
    fetched: Iterable[Fetched] = (),
) -> Build:
    """Check a connector, and pack its built folder into an archive.

    `folder` is the connector's. `build_dir` is what its build has written, and `out` the folder for
    the archive and the files that go with it; by default those of the configuration, else `build`
    and `dist`. `mtime` is the time of every file in the archive, in seconds since 1970. `channel`
    adds git's state to the version. `include` and `exclude` are patterns, added to the
    configuration's; `PATH:REASON` in `include` packs a file that is never packed without a
    reason. `allow_leaks` are `CODE:PATH:FINGERPRINT:REASON` for leaks that you accept.
    `environment` has the variables that placeholders in account types name, and those that the
    configuration lists as secrets. With `require_secrets`, a secret that cannot be searched for
    makes the report incomplete, and nothing is written. `just_built` says that the built
    folder is up to date, whatever the times of its files. `progress` is called with the number of
    bytes to work on, and what it returns is called with the number done since the last call. The
    others are as for `check`. If a finding is an error, nothing is written: see the returned Build.

    Raises UserError if a file cannot be read or written, or a setting is wrong.
    """
    from manifest_lint.api.hiding import hidden_errors, known_secrets
    from manifest_lint.api.settings import config_of, overrides_of, with_unused
    from manifest_lint.bundle import build
    from manifest_lint.bundle.allowances import allowed_leak
    from manifest_lint.finding import Severity
    from manifest_lint.project.connector import MANIFEST_NAME
    from manifest_lint.reports.json import as_json
    from manifest_lint.reports.outcome import Outcome

    folder, fetched = Path(folder), tuple(fetched)
    overrides = overrides_of(account_types)
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    settings = settings_of(folder / MANIFEST_NAME)
    if build_dir is None:
        settings.refuse_outside("build.build-dir")
    if out is None:
        settings.refuse_outside("build.out")
    known = partial(
        known_secrets,
        folder,
        account_types=overrides.account_types,
        fetched=fetched,
        environment=environment or {},
        config=config,
        isolated=isolated,
    )

    def report_of(done: Build) -> dict[str, Any]:
        return as_json(Outcome(done.report, build=done, fail_on=Severity.ERROR))

    with hidden_errors(known):
        options = build.Options(
            build_dir=Path(build_dir or settings.build_dir or folder / "build"),
            out=Path(out or settings.out or folder / "dist"),
            report_of=report_of,
            account_types=overrides.account_types,
            fetched=fetched,
            today=today,
            mtime=build.MTIME if mtime is None else mtime,
            channel=channel,
            include=tuple(include),
            exclude=tuple(exclude),
            allowed=tuple(map(allowed_leak, allow_leaks)),
            environment=environment or {},
            require_secrets=require_secrets,
            just_built=just_built,
            progress=progress or (lambda _: lambda _: None),
            plugins=not isolated,
        )
        done = build.build(folder, settings_of, options)
    return done._replace(report=with_unused(done.report, settings_of))


@shown_errors
def verify(
    archive: PathLike,
    *,
    stream: IO[bytes] | None = None,
    version: str | None = None,
    sha256: str | None = None,
    account_types: PathLike | Iterable[PathLike] = (),
    environment: Mapping[str, str] | None = None,
    require_secrets: bool = False,
    config: PathLike | None = None,
    isolated: bool = False,
    today: date | None = None,
    fetched: Iterable[Fetched] = (),
) -> Verified:
    """Check an archive as the registry and the stack will, and look for secrets in it.

    `archive` is a tar, plain or gzipped, or a folder, which is checked as the archive that it would
    make. With `stream`, the archive is read from there and reported under that name. `version` is
    the one to publish, by default the manifest's; `sha256` is the digest that the archive must
    have, in hexadecimal. `environment` and `require_secrets` are as for `build`, the others as for
    `check`. The archive is searched for the secrets of the account types.

    Raises UserError if it cannot be read, or a setting is wrong.
    """
    from manifest_lint.archive.unpacking import unpacking

    path = Path(archive)
    is_file = stream is None and not path.is_dir()
    with unpacking(path) if is_file else nullcontext() as packed:  # while the rest is loaded
        from manifest_lint.api.settings import config_of, overrides_of, with_unused
        from manifest_lint.bundle import verify

        overrides = overrides_of(account_types)
        settings_of = config_of(config, isolated=isolated, overrides=overrides)
        settings = settings_of(path)
        given, fetched = None, tuple(fetched)
        named = overrides.account_types
        if not named and not fetched:
            settings.refuse_outside("account-types")
            named = settings.account_types
        if named or fetched:
            from manifest_lint.project.sources import gather

            sources = gather((), named, None, lambda _: settings, fetched=fetched)
            given = tuple(sources.account_types)
        published = None if version is None else version.removeprefix("v")
        options = verify.Options(
            packed=packed,
            stream=stream,
            published=published,
            sha256=sha256,
            account_types=given,
            environment=environment or {},
            require_secrets=require_secrets,
            today=today,
            plugins=not isolated,
        )
        done = verify.verify(path, settings, options)
    return done._replace(report=with_unused(done.report, settings_of))
