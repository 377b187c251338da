"""`manifest-lint provision`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manifest_lint import api
from manifest_lint.commands import options
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.provisioning import Change, Wanted, left_alone, plan, wanted
from manifest_lint.report import Report
from manifest_lint.reports import provision as reports
from manifest_lint.reports.text import visible
from manifest_lint.wording import count

if TYPE_CHECKING:
    from manifest_lint.network.couchdb import Database

_EXAMPLES = """\b
Examples:
  manifest-lint provision account-types-def.json
  manifest-lint provision facebook.json --dry-run
  manifest-lint provision account_types/ --to couchdb://admin@couch.example --context beta
  FACEBOOK_SECRET=... manifest-lint provision facebook.json --create-db --yes
"""
_ROUNDS = 5
_MOST_NAMED = 10


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
    help="Delete documents that no FILE has: all of them, or those of the --context.",
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
    yes: bool,
    config: Path | None,
    isolated: bool,
) -> int:
    """Put account types into the stack's CouchDB.

    FILE is a file of account types, or a folder of them. They are checked first: an error stops
    all. $NAME is filled in from the environment. What is there is shown against what comes, secrets
    masked, and you are asked. Fields that a FILE does not name stay as they are; null takes one
    away. What somebody else writes meanwhile is shown before it is written over.

    The exit code is 0 where the database holds what the FILEs say, read back and compared, and 1
    where it does not: an error was found, you said no, or --dry-run has something to write.
    """
    if "/" in context:
        raise UserError(f"--context: {context!r} has a slash; give the name alone")
    report, account_types = api.read_account_types(
        files, config=config, isolated=isolated, today=date.today()
    )
    if _stops(report):
        return 1
    documents = wanted(account_types, context, os.environ)

    from manifest_lint.network import couchdb  # imports an HTTP client

    database = couchdb.database(to, "--to", os.environ)
    missing = not database.exists()
    if missing and not create_db:
        raise UserError(f"{database.name}: there is no such database; --create-db makes it")
    provisioning = _Provisioning(database, documents, context if prune else None, config, isolated)
    return provisioning.run(missing=missing, dry_run=dry_run, yes=yes)


class _Provisioning:
    """One run: what is wanted, and what the database was last known to hold."""

    def __init__(
        self,
        database: Database,
        documents: list[Wanted],
        prune: str | None,
        config: Path | None,
        isolated: bool,
    ):
        self._database = database
        self._documents = documents
        self._prune = prune
        self._config: dict[str, Any] = {"config": config, "isolated": isolated}
        self._known: dict[str, Mapping[str, Any] | None] = {}

    def run(self, *, missing: bool, dry_run: bool, yes: bool) -> int:
        """Write until what is read back is what is wanted."""
        written = 0
        for _ in range(_ROUNDS):
            live = {} if missing else self._read()
            changes = plan(self._documents, live, self._prune)
            if not changes:
                self._tell_end(live, written)
                return 0
            if _stops(self._check(changes), written):
                return 1
            self._show(changes)
            name = visible(self._database.name)
            if dry_run:
                click.echo(f"Would write {count(len(changes), 'document')} to {name}.")
                return 1
            if not yes and not _agrees(f"Write {count(len(changes), 'document')} to {name}?"):
                click.echo(_not_written(written))
                return 1
            if missing:
                self._database.create()
                missing = False
            written += self._write(changes)
        raise UserError(f"{self._database.name}: others keep changing it; run it again later")

    def _read(self) -> Mapping[str, Mapping[str, Any]]:
        if self._prune is None:
            return self._database.get([one.id for one in self._documents])
        return {str(value.get("_id")): value for value in self._database.values()}

    def _check(self, changes: Iterable[Change]) -> Report:
        """Check what the database would hold: what it has already may not go with what comes."""
        from manifest_lint.sources import Fetched

        outcome = [
            Fetched.of(self._database.address(change.id), change.after)
            for change in changes
            if change.after is not None
        ]
        return api.check(fetched=outcome, today=date.today(), **self._config)

    def _show(self, changes: list[Change]) -> None:
        for change in changes:
            before = self._known.get(change.id, change.before)
            theirs = list(reports.difference(before or {}, change.before or {}))
            if theirs:
                told = "changed by somebody else meanwhile, from what was shown before:"
                _echo([click.style(f"{visible(change.id)}: {told}", fg="yellow"), *theirs])
        _echo(reports.text(changes))

    def _write(self, changes: list[Change]) -> int:
        """Write documents, and give how many; what is in conflict is left for the next round."""
        refused = self._database.put([change.document for change in changes])
        for id, why in refused.items():
            if why.error != "conflict":
                address = self._database.address(id)
                raise UserError(f"{address}: refused by the database: {why}; others are written")
        self._known = {
            change.id: change.before if change.id in refused else change.after for change in changes
        }
        return len(changes) - len(refused)

    def _tell_end(self, live: Mapping[str, Mapping[str, Any]], written: int) -> None:
        kept = [
            f"{document.id} {field}"
            for document in self._documents
            for field in left_alone(document, live[document.id])
        ]
        if kept:
            more = f" and {len(kept) - _MOST_NAMED:,} more" if len(kept) > _MOST_NAMED else ""
            names = visible(", ".join(kept[:_MOST_NAMED]))
            click.echo(f"Kept, as the files do not name them: {names}{more}.")
        number = count(len(self._documents), "document")
        if written:
            click.echo(f"Wrote {count(written, 'document')}; read back, and as wanted.")
        else:
            click.echo(f"Nothing to write: {number} as wanted already.")


def _stops(report: Report, written: int = 0) -> bool:
    """Tell whether an error stops all, and show each that does.

    `written` documents have been already.
    """
    if report.fails(Severity.ERROR):
        from manifest_lint.reports.text import render

        errors = [one for one in report.findings if one.severity is Severity.ERROR]
        _echo(render(replace(report, findings=tuple(errors)), width=options.width()))
        click.echo(_not_written(written))
        return True
    return False


def _not_written(written: int) -> str:
    return "The rest was not written." if written else "Nothing was written."


def _agrees(question: str) -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UserError("nothing was written: there is no terminal to ask at; give --yes to write")
    return click.confirm(question, default=False)


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=options.colour())
