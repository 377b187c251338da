"""Check an archive, or a folder as if it were packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from manifest_lint.archive.tarball import read_folder, read_tarball, read_unpacked
from manifest_lint.bundle.known import (
    Candidate,
    known_of,
    of_account_types,
    of_none,
    of_variables,
    with_searched,
)
from manifest_lint.bundle.scan import Scan
from manifest_lint.config.settings import Settings
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import check_archive
from manifest_lint.engine.suppress import suppressed
from manifest_lint.errors import UserError
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.rules.registry import rules_on

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.archive.unpacking import Unpacking


class Verified(NamedTuple):
    """The report of a check, and the archive as it was read."""

    report: Report
    archive: Archive


class Options(NamedTuple):
    """What to check an archive against.

    The archive is `packed`, or read from `stream`; without either, it is a folder. `published` is
    the version to publish, `sha256` the digest that the archive must have. `account_types` is None
    if none were given. `environment` and `require_secrets` are as for a build. `today` is the date
    for exemptions that expire, `plugins` says whether rules of other packages run.
    """

    packed: Unpacking | None = None
    stream: IO[bytes] | None = None
    published: str | None = None
    sha256: str | None = None
    account_types: tuple[AccountType, ...] | None = None
    environment: Mapping[str, str] = {}
    require_secrets: bool = False
    today: date | None = None
    plugins: bool = True


def verify(path: Path, settings: Settings, options: Options) -> Verified:
    """Check an archive, and look for secrets in it; see manifest_lint.verify.

    Raises UserError if it cannot be read, and for a `sha256` that is invalid or of a folder.
    """
    sha256, given = options.sha256, options.account_types
    # sha256sum writes the file's name after the digest.
    wanted = "" if sha256 is None else "".join(sha256.lower().split()[:1])
    if sha256 is not None and not (len(wanted) == 64 and set(wanted) <= set("0123456789abcdef")):
        raise UserError("--sha256: is not a SHA-256; give its 64 hexadecimal digits")
    secrets = tuple(_secrets(settings, options))
    known = known_of(secrets)
    for subject in ("archive", "connector"):  # loads them while the archive is unpacked
        rules_on(subject, plugins=options.plugins)
    scan = Scan(known)
    archive = scan.found(_read(path, options, scan))
    if wanted and archive.size is None:
        raise UserError(f"{path}: is a folder, which has no SHA-256; omit --sha256")
    published = archive.version or None if options.published is None else options.published
    archive = archive._replace(
        published=published,
        wanted_sha256=wanted,
        packed_anyway=_packed_anyway(archive, settings),
    )
    report = check_archive(archive, settings, given, plugins=options.plugins)
    report = suppressed(report, options.today)
    if known or report.findings or report.exempted or report.needless:
        # A clean archive needs none of it.
        from manifest_lint.bundle.leaks import without_known, written
        from manifest_lint.document.masking import Hider

        unshown = written(known, archive.leaks)
        report = without_known(report, Hider(unshown))
        archive = _without(unshown, archive)
    if options.require_secrets:
        manifest = archive.manifest.value if archive.manifest else None
        secrets += tuple(of_none(manifest, secrets, given=bool(given)))
    report = with_searched(report, secrets, require=options.require_secrets)
    return Verified(report, archive)


def _without(secrets: list[str], archive: Archive) -> Archive:
    """Return an archive that has no secret in its name, and whose manifest has them hidden."""
    from manifest_lint.document.masking import Hider
    from manifest_lint.engine.hider import hider_of

    if manifest := archive.manifest:
        manifest.others = partial(hider_of, manifest, others=secrets)
    hide = Hider(secrets)
    return archive._replace(name=hide(archive.name)) if hide.finds(archive.name) else archive


def _secrets(settings: Settings, options: Options) -> Iterator[Candidate]:
    """Yield the secrets that may be in the archive."""
    source = options.environment.get
    yield from of_account_types(options.account_types or (), source)
    yield from of_variables(settings.secret_variables, source)


def _packed_anyway(archive: Archive, settings: Settings) -> frozenset[str]:
    if not settings.include:
        return frozenset()
    from manifest_lint.bundle.packed_anyway import packed_anyway  # few settings have one

    return frozenset(packed_anyway(archive.list(), settings.include))


def _read(path: Path, options: Options, scan: Scan) -> Archive:
    if options.packed:
        return read_unpacked(options.packed, scan)
    if options.stream:
        return read_tarball(str(path), options.stream, scan)
    return read_folder(path, scan)
