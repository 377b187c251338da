"""`manifest-lint provision`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manifest_lint import api
from manifest_lint.cli import options
from manifest_lint.engine.report import Report
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.provisioning.plan import Change, Wanted, left_alone, plan, wanted
from manifest_lint.reports import provision as reports
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    from manifest_lint.network.couchdb import Database

_EXAMPLES = """\b
Examples:
  manifest-lint provision account-types-def.json
  manifest-lint provision facebook.json --dry-run
  manifest-lint provision account_types/ --to couchdb://admin@couch.example --context beta
  FACEBOOK_SECRET=... manifest-lint provision facebook.json --create-db --yes
  manifest-lint provision account_types/ --prune --max-delete 2 --yes
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
    if max_delete is not None and not prune:
        raise UserError("--max-delete: is for --prune; give that too")
    if "/" in context:
        raise UserError(f"--context: {context!r} has a slash; give the name alone")
    report, account_types = api.read_account_types(
        files, config=config, isolated=isolated, today=date.today()
    )
    if _stops(report, rest=False):
        return 1
    documents = wanted(account_types, context, os.environ)

    from manifest_lint.network import couchdb  # imports an HTTP client

    database = couchdb.database(to, "--to", os.environ)
    missing = not database.exists()
    if missing and not create_db:
        raise UserError(f"{database.name}: there is no such database; --create-db makes it")
    asked = _Options(
        prune=context if prune else None,
        max_delete=max_delete,
        dry_run=dry_run,
        yes=yes,
        check={"config": config, "isolated": isolated},
    )
    return _Provisioning(database, documents, asked).run(missing=missing)


@dataclass(frozen=True)
class _Options:
    """What was asked for: `prune` is the context to prune, empty for documents without one."""

    prune: str | None
    max_delete: int | None
    dry_run: bool
    yes: bool
    check: Mapping[str, Any]


class _Provisioning:
    """One run: what is wanted, and what the database was last known to hold."""

    def __init__(self, database: Database, documents: list[Wanted], options: _Options):
        self._database = database
        self._documents = documents
        self._options = options
        self._name = visible(database.name)
        self._known: dict[str, Mapping[str, Any] | None] = {}
        self._sent: dict[str, Change] = {}
        self._has_written = False

    def run(self, *, missing: bool) -> int:
        """Write until what is read back is what is wanted."""
        for _ in range(_ROUNDS):
            live = {} if missing else self._read()
            changes = plan(self._documents, live, self._options.prune)
            if not changes:
                self._report_end(live)
                return 0
            if _stops(self._check(changes), rest=self._has_written):
                return 1
            self._show(changes)
            if self._options.dry_run:
                click.echo(f"Dry run: nothing was written to {self._name}.")
                return 1
            if not self._may_write(changes):
                click.echo(_not_written(rest=self._has_written))
                return 1
            if missing:
                self._database.create()
                missing = False
            self._write(changes)
        raise UserError(f"{self._database.name}: others keep changing it; run it again later")

    def _read(self) -> Mapping[str, Mapping[str, Any]]:
        if self._options.prune is None:
            return self._database.get([one.id for one in self._documents])
        return {str(value.get("_id")): value for value in self._database.values()}

    def _check(self, changes: Iterable[Change]) -> Report:
        """Check what the database would hold: what it has already may not go with what comes."""
        from manifest_lint.project.sources import Fetched

        outcome = [
            Fetched.of(self._database.address(change.id), change.after)
            for change in changes
            if change.after is not None
        ]
        return api.check(fetched=outcome, today=date.today(), **self._options.check)

    def _show(self, changes: list[Change]) -> None:
        for change in changes:
            before = self._known.get(change.id, change.before)
            theirs = list(reports.difference(before or {}, change.before or {}))
            if theirs:
                told = "changed by somebody else meanwhile, from what was shown before:"
                _echo([click.style(f"{visible(change.id)}: {told}", fg="yellow"), *theirs])
        _echo(reports.text(changes))
        click.echo(reports.summary(changes))

    def _may_write(self, changes: list[Change]) -> bool:
        """Return whether the changes may be written: ask, unless options say so.

        Raises UserError where they say that they may not, and where nobody can be asked. Documents
        that earlier rounds deleted count too: others may add some meanwhile.
        """
        deletions = {change.id for change in changes if change.after is None}
        earlier = {change.id for change in self._sent.values() if change.after is None}
        number = count(len(deletions | earlier), "document")
        most, name = self._options.max_delete, self._database.name
        end = _not_written(rest=self._has_written).lower().rstrip(".")
        if most is not None and deletions and len(deletions | earlier) > most:
            raise UserError(f"{name}: {number} to delete, --max-delete allows {most:,}; {end}")
        unbounded = most is None and bool(deletions)
        allow = f"--max-delete {len(deletions)}"
        if self._options.yes:
            if unbounded:
                raise UserError(f"{name}: {number} to delete, --yes needs {allow} for that; {end}")
            return True
        if not (sys.stdin and sys.stdin.isatty()):
            needed = f"--yes {allow}" if unbounded else "--yes"
            raise UserError(f"{end}: there is no terminal to ask at; give {needed} to write")
        if unbounded:
            question = f"Type the number of documents to delete from {self._name}"
            typed: str = click.prompt(question, default="", show_default=False)
            return typed.strip().replace(",", "") == str(len(deletions))
        question = f"Write {count(len(changes), 'document')} to {self._name}?"
        return click.confirm(question, default=False)

    def _write(self, changes: list[Change]) -> None:
        """Write documents; what is in conflict is left for the next round.

        Raises UserError where CouchDB refuses one for another reason. Those that it does not refuse
        are written.
        """
        refused = self._database.put([change.document for change in changes])
        self._has_written |= len(refused) < len(changes)
        rejected = {id: why for id, why in refused.items() if why.error != "conflict"}
        for id, why in rejected.items():
            click.echo(f"{visible(id)}: refused by CouchDB: {visible(str(why))}")
        if rejected:
            number = f"{len(rejected):,} of {count(len(changes), 'document')}"
            written = f"{len(changes) - len(refused):,} written"
            raise UserError(f"{self._database.name}: refused {number}, see above; {written}")
        # The answer to a write may be lost, so what was sent and is there at the end counts.
        for change in changes:
            self._sent.setdefault(change.id, change)
        self._known = {
            change.id: change.before if change.id in refused else change.after for change in changes
        }

    def _report_end(self, live: Mapping[str, Mapping[str, Any]]) -> None:
        kept = [
            f"{document.id} {field}"
            for document in self._documents
            for field in left_alone(document, live[document.id])
        ]
        if kept:
            more = f" and {len(kept) - _MOST_NAMED:,} more" if len(kept) > _MOST_NAMED else ""
            names = visible(", ".join(kept[:_MOST_NAMED]))
            click.echo(f"Kept, as the files do not name them: {names}{more}.")
        if self._sent:
            click.echo(f"Applied: {reports.done(self._sent.values())}. Verified.")
        else:
            number = count(len(self._documents), "document")
            click.echo(f"Nothing to change: {number} up to date.")


def _stops(report: Report, *, rest: bool) -> bool:
    """Return whether an error stops all, and show each that does.

    `rest` is whether something was written already.
    """
    if report.fails(Severity.ERROR):
        from manifest_lint.reports.text import render

        errors = [one for one in report.findings if one.severity is Severity.ERROR]
        _echo(render(replace(report, findings=tuple(errors)), width=options.width()))
        click.echo(_not_written(rest=rest))
        return True
    return False


def _not_written(*, rest: bool) -> str:
    return "The rest was not written." if rest else "Nothing was written."


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=options.colour())
