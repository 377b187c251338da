"""Packaging: what of a built folder is packed, the archive, and the report beside it."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

from manifest_lint import registry
from manifest_lint.bundle.archive import pack
from manifest_lint.bundle.select import select
from manifest_lint.connector import MANIFEST_NAME, Connector
from manifest_lint.document import READ_LIMIT, Document
from manifest_lint.errors import UserError
from manifest_lint.files import Folder, read_file
from manifest_lint.finding import Severity
from manifest_lint.judge import judge
from manifest_lint.report import Build, Report
from manifest_lint.reports.json import render_build
from manifest_lint.sources import Fetched, SettingsOf, Sources, gather
from manifest_lint.suppress import suppressed

MTIME = 315_532_800
"""The time of every archived file unless another is given: 1980-01-01."""


def build(
    folder: Path,
    build_dir: Path,
    out: Path,
    account_type_paths: Iterable[Path],
    settings_of: SettingsOf,
    mtime: int,
    today: date | None = None,
    fetched: Iterable[Fetched] = (),
) -> Build:
    """Check a connector and pack its built folder; see manifest_lint.build."""
    _refuse_unusable(folder, build_dir, out)
    packed, left_out = select(build_dir, MANIFEST_NAME)
    files = _Packed(build_dir, packed)
    manifest = folder / MANIFEST_NAME
    source = gather([manifest], account_type_paths, None, settings_of, fetched=fetched)
    report, connector = _check(folder, files, source, settings_of)
    report = suppressed(report, today)
    if connector is None or report.fails(Severity.ERROR):
        return Build(report)
    slug = registry.text_of(connector.value, "slug")
    version = registry.text_of(connector.value, "version")
    for what, text in (("slug", slug), ("version", version)):
        if not re.fullmatch(r"[0-9A-Za-z.+-]+", text):
            raise UserError(f"{build_dir / MANIFEST_NAME}: the {what} cannot name a file; mend it")
    with tempfile.TemporaryFile() as file:  # has no name: a build that is stopped leaves nothing
        packed_files, size, digest = pack(packed, file, mtime)
        done = Build(
            replace(report, documents={}),
            slug,
            version,
            out / f"{slug}-{version}.tar.gz",
            size,
            digest,
            packed_files,
            left_out,
        )
        _write(done, file)
    return replace(done, report=report)


def _refuse_unusable(folder: Path, build_dir: Path, out: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"{folder}: is not a folder; name the connector's folder")
    if not (folder / MANIFEST_NAME).exists():
        raise UserError(f"{folder}: has no {MANIFEST_NAME}; name the connector's folder")
    if not build_dir.is_dir():
        raise UserError(
            f"{build_dir}: there is no built connector; build it first (yarn build), or name its"
            " folder with --build-dir"
        )
    if not (build_dir / MANIFEST_NAME).is_file():
        raise UserError(f"{build_dir}: has no {MANIFEST_NAME}; build the connector again")
    try:
        inside = build_dir.resolve() in (out.resolve(), *out.resolve().parents)
    except (OSError, RuntimeError):  # before Python 3.13, the latter
        raise UserError(f"{out}: is a link to itself; name another with --out") from None
    if inside:
        raise UserError(f"{out}: lies in the folder that is packed; name another with --out")


class _Packed(Folder):
    """The files of a folder that are packed: the others are not there for those who get it."""

    def __init__(self, root: Path, packed: Iterable[tuple[str, Path]]):
        super().__init__(root)
        self._paths = frozenset(path for path, _ in packed)

    def list(self, below: str = "") -> Iterator[str]:
        return iter(sorted(path for path in self._paths if path.startswith(below)))

    def exists(self, path: str) -> bool:
        return posixpath.normpath(path) in self._paths


def _check(
    folder: Path, packed: _Packed, source: Sources, settings_of: SettingsOf
) -> tuple[Report, Connector | None]:
    """Check the connector's sources and what is packed; what both show is told once."""
    build_dir = packed.root
    name = str(build_dir / MANIFEST_NAME)
    document = Document(name, read_file(Path(name), READ_LIMIT + 1))
    connector = None
    settings = settings_of(Path(name))
    built = Sources(documents={name: document}, settings={name: settings})
    if isinstance(document.value, dict):
        given = source.connectors[0].account_types if source.connectors else None
        connector = Connector(document, packed, "built", given, settings)
        built.connectors.append(connector)
    first, second = judge(source), judge(built)
    told = {(finding.code, finding.severity, finding.message) for finding in first.findings}
    more = tuple(f for f in second.findings if (f.code, f.severity, f.message) not in told)
    if build_dir.resolve() == folder.resolve():
        first = replace(first, findings=(), documents={})
        more = second.findings
    report = replace(
        first,
        findings=first.findings + more,
        documents={**first.documents, **second.documents},
        settings={**first.settings, **second.settings},
    )
    return report, connector


def _write(done: Build, archive: IO[bytes]) -> None:
    """Write archive, digest and report: all under other names first, then each in one step."""
    assert done.archive is not None
    out, name = done.archive.parent, done.archive.name
    report_name = f"{name.removesuffix('.tar.gz')}.report.json"
    texts = {
        f"{name}.sha256": f"{done.sha256}  {name}\n",
        report_name: json.dumps(render_build(done), indent=2) + "\n",
    }
    for target in (name, *texts):
        if (out / target).is_dir():
            raise UserError(f"{out / target}: is a folder; move it away, or name another --out")
    unfinished = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
        archive.seek(0)
        with (unfinished / name).open("wb") as file:
            shutil.copyfileobj(archive, file)
        for target, text in texts.items():
            (unfinished / target).write_text(text, "utf-8")
        _replace_together([name, *texts], unfinished, out)
    except OSError as error:
        raise UserError(f"{out}: cannot be written: {error.strerror}; check the folder") from None
    finally:
        if unfinished:
            shutil.rmtree(unfinished, ignore_errors=True)


def _replace_together(names: list[str], source: Path, target: Path) -> None:
    """Move files over those of the same names; if that is stopped midway, put the old ones back."""
    moved: list[str] = []
    older = source / "older"
    older.mkdir()
    for name in names:
        if (target / name).exists():
            shutil.copy2(target / name, older / name)
    try:
        for name in names:
            moved.append(name)
            (source / name).replace(target / name)
    except BaseException:
        for name in moved:
            if (older / name).exists():
                (older / name).replace(target / name)
            else:
                (target / name).unlink(missing_ok=True)
        raise
