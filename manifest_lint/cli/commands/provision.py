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
@click.option("--context", metavar="NAME", default="", help="Write them for one context alone.")
@click.option("--create-db", is_flag=True, help="Make the database if it is not there.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--prune",
    is_flag=True,
    help="Delete the documents that no FILE has: of the --context, or those without a context.",
)
@click.option(
    "--max-delete",
    type=click.IntRange(min=0),
    metavar="N",
    help="With --prune: delete at most N documents, without having the number typed.",
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
    """Put account types into the stack's CouchDB.

    FILE is a file of account types, or a folder of them. They are checked first: an error stops
    all. $NAME is filled in from the environment. What is there is shown against what comes, secrets
    masked, with the number of documents to add, change and delete, and you are asked: before
    something is deleted, for that number. Fields that a FILE does not name stay as they are; null
    removes one. What another client writes meanwhile is shown before it is written over.

    The exit code is 0 where the database holds what the FILEs say, read back and compared, and 1
    where it does not: an error was found, you said no, or --dry-run has something to write.
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

    Raises UserError where they do not say how many documents to delete, and where there is no
    terminal to ask at.
    """
    unbounded = max_delete is None and plan.deletions > 0
    allow = f"--max-delete {plan.deletions}"
    if yes:
        if unbounded:
            what = f"{count(plan.deletions_in_all, 'document')} to delete"
            needed = f"--yes needs {allow} for that"
            raise UserError(f"{plan.database}: {what}, {needed}; {plan.not_written}")
        return True
    if not (sys.stdin and sys.stdin.isatty()):
        needed = f"--yes {allow}" if unbounded else "--yes"
        why = f"there is no terminal to ask at; give {needed} to write"
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
        click.echo(line, color=options.colour())
