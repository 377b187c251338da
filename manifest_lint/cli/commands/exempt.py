"""`manifest-lint exempt`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from manifest_lint.api import exemptions
from manifest_lint.cli import options
from manifest_lint.errors import UserError
from manifest_lint.reports import exempting

_EXAMPLES = """\b
Examples:
  manifest-lint exempt unknown-key manifest.konnector --reason "an app of ours reads it"
  manifest-lint exempt M003 manifest.konnector#/old --reason "used up to 2.0" --until 2030-12-31
"""


@click.command("exempt", epilog=_EXAMPLES)
@click.argument("code", shell_complete=options.complete_codes)
@click.argument("place", metavar="PATH[#POINTER]")
@click.option("--reason", required=True, metavar="TEXT", help="Why the finding is acceptable.")
@click.option(
    "--until", metavar="DATE", help="The last day, such as 2030-12-31. Default: for ever."
)
@options.config
def command(code: str, place: str, reason: str, until: str | None, config: Path | None) -> int:
    """Exempt a finding where it is, and no other.

    It is then only listed as suppressed. The entry is added to the configuration that holds for the
    file. CODE is the code or the name of a rule. POINTER is a JSON pointer such as /oauth/scope,
    with * for any one step. Without it, the only such finding is exempted where it is; if there are
    several, all in the file are, and later ones too.
    """
    done = exemptions.exempt(
        code, place, reason=reason, until=_day(until), config=config, today=date.today()
    )
    plan = done.plan
    for line in exempting.lines(plan.entry, done.findings, done.unused, is_new=plan.is_new):
        click.echo(line)
    return 0


def _day(until: str | None) -> date | None:
    try:
        return None if until is None else date.fromisoformat(until)
    except ValueError:
        raise UserError("--until: is not a date; write it as 2030-12-31") from None
