"""`manifest-lint verify`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from manifest_lint import api
from manifest_lint.bundle.verifying import Verified
from manifest_lint.commands import options
from manifest_lint.errors import UserError
from manifest_lint.reports.text import render, visible
from manifest_lint.wording import count

_EXAMPLES = """\b
Examples:
  manifest-lint verify dist/sunmeter-1.2.0.tar.gz
  manifest-lint verify sunmeter.tar.gz --version 1.2.0-beta.3
  curl -sL https://forge.example/sunmeter/archive/v1.2.0.tar.gz | manifest-lint verify -
"""


@click.command("verify", epilog=_EXAMPLES)
@click.argument("archive", type=click.Path(path_type=Path), metavar="ARCHIVE")
@click.option(
    "--version",
    metavar="VERSION",
    help="The version to be published: x.y.z, x.y.z-beta.N, x.y.z-dev.HEX; the manifest's if left.",
)
@click.option("--sha256", metavar="HEX", help="The digest that it must have.")
@options.account_types_or_database
@options.config
@options.isolated
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-q", "--quiet", is_flag=True, help="One line a finding, and no summary.")
def command(
    archive: Path,
    version: str | None,
    sha256: str | None,
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    form: str,
    quiet: bool,
) -> int:
    """Judge an archive as registry and stack will.

    ARCHIVE is a tar, a gzipped one, or a folder judged as the archive that it would make; - is one
    on standard input. Nothing is unpacked, and what is read of it is bounded.
    """
    files, fetched = options.account_types_of(account_types)
    piped = archive == Path("-")
    if piped and not sys.stdin:
        raise UserError("-: there is no standard input; name an archive")
    done = api.verify(
        Path("<stdin>") if piped else archive,
        stream=sys.stdin.buffer if piped else None,
        version=version,
        sha256=sha256,
        account_types=files,
        fetched=fetched,
        environment=os.environ,
        config=config,
        isolated=isolated,
        today=date.today(),
    )
    for line in _lines(done, form, quiet=quiet):
        click.echo(line, color=options.colour())
    return 1 if done.report.fails() else 0


def _lines(done: Verified, form: str, *, quiet: bool) -> Iterator[str]:
    if form == "json":
        from manifest_lint.reports.json import render_verified

        yield json.dumps(render_verified(done.report, done.archive))
        return
    yield from render(done.report, quiet=quiet, width=options.width())
    if not quiet and done.archive.manifest:
        archive = done.archive
        size = "" if archive.size is None else f", {count(archive.size, 'byte')}"
        what = f"{archive.slug or 'no slug'} {archive.version or 'without a version'}"
        yield f"{visible(what)}: {count(len(archive.files), 'file')}{size}"
        if archive.sha256:
            yield f"sha256 {archive.sha256}"
