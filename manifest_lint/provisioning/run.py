"""Plan, check, show, ask and write until a database matches the files.

Nothing here prints, or reads the environment or the clock. The database, and the functions that
check, show and ask, are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.provisioning.database import Database, Refusal
from manifest_lint.provisioning.plan import Change, Wanted, alike, counts, kept_fields, plan
from manifest_lint.text.wording import count

_ROUNDS = 5

End = Literal["verified", "errors", "dry run", "declined", "refused"]
"""How a run ends: see Provisioned."""


class Checked(Protocol):
    """What a check found."""

    def fails(self, at: Severity) -> bool:
        """Return whether a finding is as bad as `at` or worse."""


R = TypeVar("R", bound=Checked)


@dataclass(frozen=True)
class Plan:
    """What to write next.

    `database` is the address of the database, without credentials. `changes` are sorted by id.
    `overwritten` are changes that other clients made since the last plan, and that this one
    overwrites. `deleted_before` are ids of documents that earlier plans of the run deleted, and
    `has_written` is whether these wrote anything.
    """

    database: str
    changes: tuple[Change, ...]
    overwritten: tuple[Change, ...] = ()
    deleted_before: frozenset[str] = frozenset()
    has_written: bool = False

    @property
    def deletions(self) -> int:
        """How many documents it deletes."""
        return counts(self.changes).deleted

    @property
    def deletions_in_all(self) -> int:
        """How many documents the run deletes, with those of earlier plans."""
        return len(self.deleted_before | {one.id for one in self.changes if one.after is None})

    @property
    def not_written(self) -> str:
        """What a message says if the plan is not written."""
        return "the rest was not written" if self.has_written else "nothing was written"


@dataclass(frozen=True)
class Options(Generic[R]):
    """How to run.

    `check` is called with the documents as they would be, by their addresses, and returns what it
    found. `show` is called with each plan, then `confirm`, which returns whether to write it.
    Without `confirm` every plan is written, except that a plan which deletes documents needs
    `max_delete`. `prune` is the context whose documents are deleted if no file has them: empty for
    documents without a context, None for no deletions. `max_delete` is how many documents the run
    may delete. Raises UserError for `max_delete` without `prune`.
    """

    check: Callable[[Mapping[str, Mapping[str, Any]]], R]
    show: Callable[[Plan], None] | None = None
    confirm: Callable[[Plan], bool] | None = None
    prune: str | None = None
    max_delete: int | None = None
    create_db: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.max_delete is not None and self.prune is None:
            raise UserError("--max-delete: needs --prune; add that")


@dataclass(frozen=True)
class Provisioned(Generic[R]):
    """What a run did, and how it ended.

    `end` is one of:

    - `verified`: the database holds what the files say, read back and compared;
    - `errors`: a check found an error, in the files or in a document as it would be;
    - `dry run`: there is something to write;
    - `declined`: `confirm` returned False;
    - `refused`: CouchDB refused documents of the last plan, and wrote the others.

    `report` is the last check. `plan` is the last plan, None where there was none. `written` are
    the changes that were written. `unchanged` is how many documents of the files the database held
    already. `refusals` are why documents of the last plan were not written, by their ids. `kept`
    are the fields, as id and name, that only the database has, and that stay.
    """

    end: End
    report: R
    plan: Plan | None = None
    written: tuple[Change, ...] = ()
    unchanged: int = 0
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def added(self) -> int:
        """How many documents were added."""
        return counts(self.written).added

    @property
    def changed(self) -> int:
        """How many documents were changed."""
        return counts(self.written).changed

    @property
    def deleted(self) -> int:
        """How many documents were deleted."""
        return counts(self.written).deleted


def run(
    database: Database, documents: Iterable[Wanted], report: R, options: Options[R]
) -> Provisioned[R]:
    """Write to a database until it holds the documents, and return what was done.

    `report` is the check of the files, which found no error.

    Raises UserError where the database fails or does not exist, where `confirm` or `max_delete` do
    not allow the deletions, and where other clients keep changing the documents.
    """
    return _Run(database, tuple(documents), report, options).result()


class _Run(Generic[R]):
    """One run, and what the database was last known to hold."""

    def __init__(
        self, database: Database, documents: tuple[Wanted, ...], report: R, options: Options[R]
    ):
        self._database = database
        self._documents = documents
        self._report = report
        self._options = options
        self._plan: Plan | None = None
        self._planned: set[str] = set()
        self._known: dict[str, Mapping[str, Any] | None] = {}
        self._sent: dict[str, Change] = {}
        self._written: set[str] = set()

    def result(self) -> Provisioned[R]:
        """Write until there is nothing left to write, or something stops it."""
        missing = not self._database.exists()
        if missing and not self._options.create_db:
            name = self._database.name
            raise UserError(f"{name}: the database does not exist; create it with --create-db")
        for _ in range(_ROUNDS):
            live = {} if missing else self._read()
            changes = plan(self._documents, live, self._options.prune)
            if not changes:
                return self._verified(live)
            next_plan = self._plan_of(changes)
            self._report = self._options.check(self._outcome(changes))
            if self._report.fails(Severity.ERROR):
                return self._ended("errors")
            if self._options.show:
                self._options.show(next_plan)
            if self._options.dry_run:
                return self._ended("dry run")
            if not self._may_write(next_plan):
                return self._ended("declined")
            if missing:
                self._database.create()
                missing = False
            refusals = self._write(changes)
            if any(refusal.error != "conflict" for refusal in refusals.values()):
                return self._ended("refused", refusals)
        raise UserError(f"{self._database.name}: others keep changing it; run it again later")

    def _read(self) -> Mapping[str, Mapping[str, Any]]:
        if self._options.prune is None:
            return self._database.get([one.id for one in self._documents])
        return {str(value.get("_id")): value for value in self._database.values()}

    def _plan_of(self, changes: list[Change]) -> Plan:
        self._planned |= {change.id for change in changes}
        overwritten = []
        for change in changes:
            known = self._known.get(change.id, change.before)
            if not alike(_fields(known), _fields(change.before)):
                overwritten.append(Change(change.id, known, change.before, {}))
        self._plan = Plan(
            self._database.name,
            tuple(changes),
            tuple(overwritten),
            # Refused deletions count too: others may add documents meanwhile.
            frozenset(one.id for one in self._sent.values() if one.after is None),
            has_written=bool(self._written),
        )
        return self._plan

    def _outcome(self, changes: Iterable[Change]) -> Mapping[str, Mapping[str, Any]]:
        """Return the documents as they would be: old and new fields may not fit together."""
        return {
            self._database.address(change.id): change.after
            for change in changes
            if change.after is not None
        }

    def _may_write(self, next_plan: Plan) -> bool:
        most, number = self._options.max_delete, count(next_plan.deletions_in_all, "document")
        deletes = f"{next_plan.database}: {number} to delete"
        if most is not None and next_plan.deletions and next_plan.deletions_in_all > most:
            allowed = f"--max-delete allows {most:,}"
            raise UserError(f"{deletes}, {allowed}; {next_plan.not_written}")
        if self._options.confirm:
            return self._options.confirm(next_plan)
        if most is None and next_plan.deletions:
            needed = f"give max_delete={next_plan.deletions} or confirm"
            raise UserError(f"{deletes}, {needed}; {next_plan.not_written}")
        return True

    def _write(self, changes: list[Change]) -> Mapping[str, Refusal]:
        """Write documents, and return why some were refused; conflicts are in the next plan."""
        refusals = self._database.put([change.document for change in changes])
        self._written |= {change.id for change in changes} - refusals.keys()
        for change in changes:
            self._sent.setdefault(change.id, change)
        self._known = {
            change.id: change.before if change.id in refusals else change.after
            for change in changes
        }
        return refusals

    def _verified(self, live: Mapping[str, Mapping[str, Any]]) -> Provisioned[R]:
        # The answer to a write may be lost, so what was sent and is there now counts as written.
        self._written |= self._sent.keys()
        kept = tuple(
            (document.id, name)
            for document in self._documents
            for name in kept_fields(document, live[document.id])
        )
        return self._ended("verified", kept=kept)

    def _ended(
        self,
        end: End,
        refusals: Mapping[str, Refusal] | None = None,
        kept: tuple[tuple[str, str], ...] = (),
    ) -> Provisioned[R]:
        return Provisioned(
            end,
            self._report,
            self._plan,
            tuple(change for change in self._sent.values() if change.id in self._written),
            sum(document.id not in self._planned for document in self._documents),
            refusals or {},
            kept,
        )


def _fields(document: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the fields of a document except CouchDB's own."""
    return {key: value for key, value in (document or {}).items() if not key.startswith("_")}
