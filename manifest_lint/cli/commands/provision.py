"""`manifest-lint provision`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint.api import databases
from manifest_lint.cli import options
from manifest_lint.cli.colour import colour
from manifest_lint.errors import UserError
from manifest_lint.reports import provision as reports
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    from manifest_lint.provisioning.run import Plan

_EXAMPLES = """\b
Examples:
  manifest-lint provision account-types-def.json
  manifest-lint provision facebook.json --dry-run
  manifest-lint provision account_types/ --to couchdb://admin@couch.example --context beta
  FACEBOOK_SECRET=... manifest-lint provision facebook.json --create-db --yes
  manifest-lint provision account_types/ --prune --max-delete 2 --yes
"""


@click.command("provision", epilog=_EXAMPLES)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--to",
    metavar="URL",
    default="http://localhost:5984",
    show_default=True,
    help="The CouchDB, or its database of account types: couchdb://, http:// or https://.",
)
@click.option("--context", metavar="NAME", default="", help="Write for this context only.")
@click.option("--create-db", is_flag=True, help="Create the database if it does not exist.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--prune",
    is_flag=True,
    help="Delete documents that are in no FILE: with --context, only those of that context; without"
    " it, only those of no context.",
)
@click.option(
    "--max-delete",
    type=click.IntRange(min=0),
    metavar="N",
    help="With --prune: delete at most N documents, and do not ask how many.",
)
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@options.config
@options.isolated
def command(
    files: tuple[Path, ...],
    to: str,
    context: str,
    create_db: bool,
    dry_run: bool,
    prune: bool,
    max_delete: int | None,
    yes: bool,
    config: Path | None,
    isolated: bool,
) -> int:
    """Write account types to the stack's CouchDB.

    FILE is an account types file, or a folder of them. All are checked first: if one has an error,
    nothing is written. $NAME is replaced by an environment variable. All changes are shown, with
    secrets masked, and you are asked before anything is written; before a deletion, you must type
    the number of documents to delete. Fields that are in no FILE are kept; null removes a field. If
    another client changes a document meanwhile, its change is shown, and you are asked again.

    Exit codes: 0 the database matches the FILEs (read back and compared), 1 it does not: there was
    an error, you said no, or --dry-run found something to write.
    """
    done = databases.provision(
        files,
        to=to,
        context=context,
        create_db=create_db,
        dry_run=dry_run,
        prune=prune,
        max_delete=max_delete,
        environment=os.environ,
        show=lambda plan: _echo(reports.shown(plan)),
        confirm=partial(_confirm, max_delete=max_delete, yes=yes),
        config=config,
        isolated=isolated,
        today=date.today(),
    )
    _echo(reports.ended(done, options.width()))
    if done.end == "refused" and done.plan:
        rejected = sum(refusal.error != "conflict" for refusal in done.refusals.values())
        number = f"{rejected:,} of {count(len(done.plan.changes), 'document')}"
        written = f"{len(done.plan.changes) - len(done.refusals):,} written"
        raise UserError(f"{done.plan.database}: refused {number}, see above; {written}")
    return 0 if done.end == "verified" else 1


def _confirm(plan: Plan, *, max_delete: int | None, yes: bool) -> bool:
    """Return whether to write a plan: ask, unless options say so.

    Raises UserError if they do not say how many documents to delete, and if they do not say
    whether to write and standard input is not a terminal.
    """
    unbounded = max_delete is None and plan.deletions > 0
    allow = f"--max-delete {plan.deletions}"
    if yes:
        if unbounded:
            what = f"{count(plan.deletions_in_all, 'document')} to delete"
            needed = f"--yes needs {allow}"
            raise UserError(f"{plan.database}: {what}, {needed}; {plan.not_written}")
        return True
    if not (sys.stdin and sys.stdin.isatty()):
        needed = f"--yes {allow}" if unbounded else "--yes"
        why = f"not a terminal; pass {needed} to confirm"
        raise UserError(f"{plan.not_written}: {why}")
    name = visible(plan.database)
    if unbounded:
        question = f"Type the number of documents to delete from {name}"
        typed: str = click.prompt(question, default="", show_default=False)
        return typed.strip().replace(",", "") == str(plan.deletions)
    question = f"Write {count(len(plan.changes), 'document')} to {name}?"
    return click.confirm(question, default=False)


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=colour())
