"""`manifest-lint verify`."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click

from manifest_lint.api import archives
from manifest_lint.cli import options, output
from manifest_lint.cli.complain import complain_of
from manifest_lint.errors import UserError

_EXAMPLES = """\b
Examples:
  manifest-lint verify dist/sunmeter-1.2.0.tar.gz
  manifest-lint verify sunmeter.tar.gz --version 1.2.0-beta.3
  curl -sL https://forge.example/sunmeter/archive/v1.2.0.tar.gz | manifest-lint verify -
"""


@click.command("verify", epilog=_EXAMPLES)
@click.argument("archive", type=options.AnyPath(Path), metavar="ARCHIVE")
@click.option(
    "--version",
    metavar="VERSION",
    help="Version to publish: x.y.z, x.y.z-beta.N or x.y.z-dev.HEX. Default: the manifest's.",
)
@click.option("--sha256", metavar="HEX", help="SHA-256 digest that the archive must have.")
@options.require_secrets
@options.account_types_of_archive
@options.config
@options.isolated
@output.options
@click.option("-q", "--quiet", is_flag=True, help="One line per finding, no summary.")
def command(
    archive: Path,
    version: str | None,
    sha256: str | None,
    require_secrets: bool,
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    form: str,
    output_files: tuple[str, ...],
    quiet: bool,
) -> int:
    """Check an archive as the registry and the stack will.

    ARCHIVE is a .tar or .tar.gz file, or a folder, which is checked like an archive of it. Use - to
    read one from standard input. Nothing is unpacked; for the limits, see B003.
    """
    wanted = output.wanted(form, output_files, [archive], isolated=isolated)
    files, fetched = options.account_types_of(account_types)
    piped = archive == Path("-")
    if piped and not sys.stdin:
        raise UserError("-: standard input is closed; name an archive")
    done = archives.verify(
        Path("<stdin>") if piped else archive,
        stream=sys.stdin.buffer if piped else None,
        version=version,
        sha256=sha256,
        account_types=files,
        fetched=fetched,
        environment=os.environ,
        require_secrets=require_secrets,
        config=config,
        isolated=isolated,
        today=date.today(),
    )
    from manifest_lint.reports.outcome import Outcome  # after the archive is read

    outcome = Outcome(done.report, archive=done.archive, root=output.root())
    output.write(wanted, outcome, quiet=quiet)
    return complain_of(done.report.refused) or (1 if done.report.fails() else 0)
