"""`manifest-lint exempt`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from manifest_lint.api.exemptions import Exempting
from manifest_lint.api.exemptions import exempt as exempted
from manifest_lint.cli import options
from manifest_lint.document.masking import shown_text
from manifest_lint.errors import UserError
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count, listed

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
    """Exempt a finding: it is no longer reported as one, and no other is hidden.

    The entry is added to the configuration that holds for the file. CODE is the code or the name of
    a rule. POINTER is a JSON pointer such as /oauth/scope, with * for any one step. Without it, the
    only such finding is exempted where it is; if there are several, all in the file are, and later
    ones too.
    """
    done = exempted(
        code, place, reason=reason, until=_day(until), config=config, today=date.today()
    )
    for line in _lines(done):
        click.echo(visible(shown_text(line)))
    return 0


def _day(until: str | None) -> date | None:
    try:
        return None if until is None else date.fromisoformat(until)
    except ValueError:
        raise UserError("--until: is not a date; write it as 2030-12-31") from None


def _lines(done: Exempting) -> list[str]:
    """Return what was exempted, where that is written, and what refuses it all the same."""
    entry, findings = done.plan.entry, done.findings
    number = count(len(findings), "finding")
    what = f"Exempted {number} of {entry.codes[0]} in {entry.path.lstrip('/')}"
    if entry.pointer is None:
        what += ", and any later one there"
    elif entry.pointer:
        what += f" at {entry.pointer}"
    made = "created" if done.plan.is_new else "changed"
    lines = [f"{what}: {made} {entry.file}, line {entry.line}."]
    if refused := sorted({one for finding in findings for one in finding.refused_by}):
        lines.append(f"Warning: it is an error, still refused by {listed(refused)}.")
    return lines
