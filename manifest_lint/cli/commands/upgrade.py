"""`manifest-lint upgrade`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from manifest_lint.api import upgrades
from manifest_lint.cli import options, output
from manifest_lint.cli.complain import complain_of
from manifest_lint.errors import UserError
from manifest_lint.reports.outcome import Outcome

_EXAMPLES = """\b
Examples:
  manifest-lint upgrade HEAD .
  manifest-lint upgrade v1.2.0:manifest.konnector HEAD
  manifest-lint upgrade sunmeter-1.2.0.tar.gz dist/sunmeter-1.3.0.tar.gz
"""


@click.command("upgrade", epilog=_EXAMPLES)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@options.select
@options.ignore
@options.fail_on
@options.baseline
@options.config
@options.isolated
@output.options
@click.option("-q", "--quiet", is_flag=True, help="One line per finding, no summary.")
def command(
    old: str,
    new: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    baseline: Path | None,
    config: Path | None,
    isolated: bool,
    form: str,
    output_files: tuple[str, ...],
    quiet: bool,
) -> int:
    """Show what a new version does to users.

    That is what happens to the people who have the version OLD when NEW is published. OLD and NEW
    are each a manifest, a connector's folder, an archive, or a git revision: a branch, a tag or a
    commit, or REVISION:PATH, where PATH is relative to the top of the repository. A revision alone
    has the manifest of the other version, else that of the current folder.
    """
    for label, name in (("OLD", old), ("NEW", new)):
        if options.is_address(name):  # it may contain a password
            raise UserError(f"{label}: a URL cannot be compared; download it, and name the file")
    if baseline and not baseline.exists():
        raise UserError(f"{baseline}: baseline not found; create it with check --write-baseline")
    named = [Path(name) for name in (old, new) if Path(name).exists()]
    wanted = output.wanted(form, output_files, named, isolated=isolated)
    done = upgrades.upgrade(
        old,
        new,
        select=options.codes(select),
        ignore=options.codes(ignore),
        fail_on=fail_on,
        config=config,
        isolated=isolated,
        baseline=baseline,
        today=date.today(),
    )
    outcome = Outcome(done.report, upgrade=done.upgrade, root=output.root())
    output.write(wanted, outcome, quiet=quiet)
    return complain_of(done.report.refused) or int(done.report.fails())
