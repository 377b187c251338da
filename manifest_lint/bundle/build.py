"""One build: select, pack, read back, check, and write all of it or nothing."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from manifest_lint.archive.archive import Archive
from manifest_lint.archive.tarball import read_tarball
from manifest_lint.bundle.allowances import without_allowed
from manifest_lint.bundle.channel import Channel, version_for
from manifest_lint.bundle.joined import joined, waived
from manifest_lint.bundle.known import (
    Candidate,
    known_of,
    of_account_types,
    of_developers_file,
    of_none,
    of_variables,
    with_searched,
)
from manifest_lint.bundle.leaks import without_known, written
from manifest_lint.bundle.meanwhile import meanwhile, temporary
from manifest_lint.bundle.outputs import outputs
from manifest_lint.bundle.pack import Packed, Progress, content_digest
from manifest_lint.bundle.required import required
from manifest_lint.bundle.rule_changes import rule_changes, rules_run
from manifest_lint.bundle.scan import Scan
from manifest_lint.bundle.select import select
from manifest_lint.bundle.stale import why_stale
from manifest_lint.bundle.write import put_back, write_together
from manifest_lint.config.settings import Settings
from manifest_lint.cozy import registry
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.document.masking import Hider
from manifest_lint.engine.built import AllowedLeak, Build
from manifest_lint.engine.hider import hider_of
from manifest_lint.engine.run import check_archive, check_sources
from manifest_lint.engine.suppress import suppressed
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, cannot_read, read_file, refuse_led_out, refuse_named_link
from manifest_lint.finding import Severity
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.sources import Fetched, SettingsOf, Sources, gather

MTIME = 315_532_800
"""The time of every archived file unless another is given: 1980-01-01."""

_PUBLISHED = "is published for everyone to read, and has"


class Options(NamedTuple):
    """How to pack.

    `build_dir` is the folder that the connector's own build has written, `out` the folder for the
    archive. `report_of` returns the report of a build, as schemas/report.schema.json describes it.
    `account_types` are files of account types for the connector, and folders of them; `fetched`
    are account types from elsewhere. `today` is the date for exemptions that expire. `mtime` is
    the time of every archived file, in seconds since 1970. `channel` decides the version that is
    published. `include` and `exclude` are patterns that add to the configuration's. `allowed` are
    accepted leaks. `environment` has the variables that may hold secrets; with `require_secrets`,
    a secret that cannot be searched for stops the build. `just_built` says that the built folder is
    new, whatever the times of its files. `progress` is called with the
    number of bytes to work on, and what it returns with the number of each part that is done.
    `plugins` says whether rules of other packages run.
    """

    build_dir: Path
    out: Path
    report_of: Callable[[Build], Mapping[str, Any]]
    account_types: tuple[Path, ...] = ()
    fetched: tuple[Fetched, ...] = ()
    today: date | None = None
    mtime: int = MTIME
    channel: Channel = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allowed: tuple[AllowedLeak, ...] = ()
    environment: Mapping[str, str] = {}
    require_secrets: bool = False
    just_built: bool = False
    progress: Callable[[int], Progress] = lambda _: lambda _: None
    plugins: bool = True

    def __repr__(self) -> str:
        return "Options(...)"  # the environment has secrets


def build(folder: Path, settings_of: SettingsOf, options: Options) -> Build:
    """Check a connector and pack its built folder; see manifest_lint.build.

    Raises UserError if a file cannot be read, and if the archive cannot be written.
    """
    build_dir, out = options.build_dir, options.out
    _refuse_unusable(folder, build_dir, out)
    settings = settings_of(build_dir / MANIFEST_NAME)
    if re.match(r"[^/]*//[^/?#]*@", settings.url):
        raise UserError(f"build.url: {_PUBLISHED} a user name or a password; remove it")
    include, exclude = settings.include + options.include, settings.exclude + options.exclude
    refuse_named_link(folder)
    tree = Tree(folder)
    refuse_led_out(build_dir, tree)
    refuse_led_out(out, tree)
    was_killed = put_back(out)
    built = tree if tree.holds(build_dir) else Tree(build_dir)
    chosen = select(build_dir, MANIFEST_NAME, built, include, exclude)
    files = chosen.files
    links = tuple(Document.link_out(str(path), "file") for path in chosen.outside)
    version = None
    if any(path == MANIFEST_NAME for path, _ in files):
        version = _version(folder, build_dir, options.channel)
    progress = options.progress(2 * sum(_size(file) for _, file in files))
    with temporary() as file:  # a build that is stopped leaves no file
        with meanwhile(files, file, options.mtime, progress) as packing:
            manifest = folder / MANIFEST_NAME
            source = gather(
                [manifest], options.account_types, None, settings_of, fetched=options.fetched
            )
            for link in links:
                source.documents[link.name], source.settings[link.name] = link, settings
            checked = check_sources(source, plugins=options.plugins)
            needed = required(build_dir, chosen)
            packed = packing()
        file.seek(0)
        all_of = options.require_secrets
        secrets = tuple(candidates(source, settings, options.environment, all_of=all_of))
        known = known_of(secrets)
        if Hider(written(known, ())).finds(settings.url):
            raise UserError(f"build.url: {_PUBLISHED} a secret; remove it")
        scan = Scan(known, progress)
        archive = scan.found(read_tarball(str(build_dir), file, scan))
        unshown = written(known, archive.leaks)
        hide = Hider(unshown)
        archive, allowed = without_allowed(archive, options.allowed)
        archive = archive._replace(
            manifest=_named(archive, build_dir),
            published=version,
            stale=why_stale(folder, build_dir, archive.manifest, just_built=options.just_built),
            packed_anyway=frozenset(path for one in chosen.packed_anyway for path in one.files),
            required=needed,
        )
        given = source.connectors[0].account_types if source.connectors else None
        of_archive = check_archive(archive, settings, given, plugins=options.plugins)
        both = joined(folder, checked, of_archive)
        shown = suppressed(both, options.today)
        report = without_known(shown, hide)
        documents = report.documents.values()
        for document in documents:
            document.others = partial(hider_of, *documents, others=unshown)
        report = with_searched(report, secrets, require=options.require_secrets)
        done = Build(
            report,
            left_out=tuple(one._replace(path=hide(one.path)) for one in chosen.left_out),
            packed_anyway=tuple(
                one._replace(
                    path=hide(one.path),
                    reason=hide(one.reason),
                    files=tuple(map(hide, one.files)),
                    unused=hide(one.unused),
                )
                for one in chosen.packed_anyway
            ),
            allowed=tuple(
                one._replace(
                    path=hide(one.path),
                    reason=hide(one.reason),
                    found=tuple(map(hide, one.found)),
                )
                for one in allowed
            ),
            hide=hide,
            was_killed=was_killed,
            rules=rules_run(settings, plugins=options.plugins),
            changes=rule_changes(settings, plugins=options.plugins),
            waived=waived(both, shown, allowed),
        )
        if archive.manifest is None or report.verdict(Severity.ERROR) != "pass":
            return done
        done = _made(done, archive, out, packed, settings)
        done_alone = done._replace(report=report._replace(documents={}))
        files_of_it = outputs(done_alone, file, options.report_of(done_alone))
        write_together(out, files_of_it)
    return done


def _loops(path: Path) -> bool:
    try:
        path.stat()  # `resolve` only raises before Python 3.13
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def _refuse_unusable(folder: Path, build_dir: Path, out: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"{folder}: is not a folder; name the connector's folder")
    if not (folder / MANIFEST_NAME).exists():
        raise UserError(f"{folder}: has no {MANIFEST_NAME}; name the connector's folder")
    if not build_dir.is_dir():
        raise UserError(
            f"{build_dir}: there is no built connector; build it first (yarn build, or"
            " --run-build), or set its folder with --build-dir"
        )
    if not (build_dir / MANIFEST_NAME).is_file():
        raise UserError(f"{build_dir}: has no {MANIFEST_NAME}; build the connector again")
    if _loops(out):
        raise UserError(f"{out}: is a link to itself; choose another with --out")
    if build_dir.resolve() in (out.resolve(), *out.resolve().parents):
        raise UserError(f"{out}: is inside the folder to pack; choose another with --out")


def _version(folder: Path, build_dir: Path, channel: Channel) -> str | None:
    """Return the version to publish, None if the manifest has none."""
    value = Document("", read_file(build_dir / MANIFEST_NAME, READ_LIMIT)).value
    written = registry.text_of(value, "version") if isinstance(value, dict) else ""
    return version_for(channel, written, folder) if written else None


def candidates(
    source: Sources, settings: Settings, environment: Mapping[str, str], *, all_of: bool = False
) -> Iterator[Candidate]:
    """Yield the secrets that may have got into the bundle: those that a build knows.

    If `all_of` them are needed, an OAuth connector without any has one that cannot be searched for.
    """
    public = [registry.text_of(one.value, "slug") for one in source.connectors]
    yield from of_account_types(source.account_types, environment.get, public)
    for document in source.documents.values():
        if document.kind == "developer's configuration":
            yield from of_developers_file(document, environment.get, public)
    variables = tuple(of_variables(settings.secret_variables, environment.get, public))
    yield from variables
    if all_of:
        for connector in source.connectors:
            given = bool(connector.account_types)
            yield from of_none(connector.value, variables, given=given)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise cannot_read(file, error) from None


def _named(archive: Archive, build_dir: Path) -> Document | None:
    """Return the manifest, named after the file that it was packed from."""
    if archive.manifest is None:
        return None
    path = build_dir / archive.manifest_path
    return Document(str(path), archive.manifest.data, path=path)


def _made(done: Build, archive: Archive, out: Path, packed: Packed, settings: Settings) -> Build:
    """Return the build with what was made, and the names of its files. Raises UserError."""
    assert archive.manifest is not None
    slug, version = archive.slug, archive.published or ""
    for what, text in (("slug", slug), ("version", version)):
        if not re.fullmatch(r"[0-9A-Za-z.+-]+", text):
            raise UserError(f"{archive.manifest.name}: the {what} cannot name a file; fix it")
    name = f"{slug}-{version}.tar.gz"
    return done._replace(
        slug=slug,
        version=version,
        archive=out / name,
        size=packed.size,
        sha256=packed.sha256,
        files=tuple(one._replace(path=done.hide(one.path)) for one in packed.files),
        content_digest=content_digest(packed.files),
        editor=registry.text_of(archive.manifest.value, "editor"),
        app_type=registry.text_of(archive.manifest.value, "type") or "konnector",
        url=settings.url.format(slug=slug, version=version, file=name, sha256=packed.sha256),
    )
