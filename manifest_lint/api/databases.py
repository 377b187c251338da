"""Write account types to CouchDB and read them from there; ask providers for their metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from manifest_lint.api.connectors import check
from manifest_lint.api.errors import shown_errors
from manifest_lint.api.settings import (
    PathLike,
    config_of,
    context_of,
    listed,
    overrides_of,
    with_unused,
)
from manifest_lint.engine.report import Report
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.project.sources import Fetched

if TYPE_CHECKING:
    from manifest_lint.oauth.provider import Ask
    from manifest_lint.provisioning.database import Database
    from manifest_lint.provisioning.run import Plan, Provisioned


@shown_errors
def provision(
    files: PathLike | Iterable[PathLike],
    *,
    to: str | Database = "http://localhost:5984",
    context: str = "",
    create_db: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    max_delete: int | None = None,
    environment: Mapping[str, str] | None = None,
    show: Callable[[Plan], None] | None = None,
    confirm: Callable[[Plan], bool] | None = None,
    config: PathLike | None = None,
    isolated: bool = False,
    today: date | None = None,
) -> Provisioned[Report]:
    """Write account types to the stack's CouchDB, and return what was done.

    `files` are files of account types, and folders of them. `to` is the address of the CouchDB or
    of its database, or an object with the methods of provisioning.database.Database. `context` is
    the one to write them for. `create_db` creates a missing database; `dry_run` writes nothing.
    `prune` deletes the documents that are in no file: those of the context, or those without one.
    `max_delete` limits how many. `environment` has the variables that the files name, and those for
    the CouchDB; netrc is read if neither they nor `to` name a user.

    `show` and `confirm` are called with each plan, and `confirm` returns whether to write it.
    Without `confirm`, everything is written, but documents are deleted only with `max_delete`. The
    others are as for `check`. An error stops the writing: see `end` of what is returned.

    Raises UserError if a file or the database cannot be read, a variable or setting is wrong, or
    more documents would be deleted than allowed.
    """
    from manifest_lint.engine.account_types import check_account_types
    from manifest_lint.provisioning import plan, run

    context = context_of(context)
    recheck = partial(check, config=config, isolated=isolated, today=today)
    options = run.Options(
        check=lambda outcome: recheck(fetched=map(Fetched.of, outcome, outcome.values())),
        show=show,
        confirm=confirm,
        prune=context if prune else None,
        max_delete=max_delete,
        create_db=create_db,
        dry_run=dry_run,
    )
    settings_of = config_of(config, isolated=isolated, overrides=overrides_of())
    report, found = check_account_types(listed(files), settings_of, today, plugins=not isolated)
    if report.fails(Severity.ERROR):
        return run.Provisioned("errors", with_unused(report, settings_of))
    documents, database = plan.wanted(found, context, environment or {}), to
    if isinstance(database, str):
        from manifest_lint.network import couchdb  # imports an HTTP client: only for an address

        database = couchdb.database(database, "--to", environment or {})
    done = run.run(database, documents, report, options)
    return replace(done, report=with_unused(done.report, settings_of))


def account_types_in(address: str, option: str, environment: Mapping[str, str]) -> list[Fetched]:
    """Return the account types in a CouchDB; errors name the `option` that the address was for.

    Raises UserError if it cannot be read, or has none.
    """
    from manifest_lint.network import couchdb  # imports an HTTP client

    database = couchdb.database(address, option, environment)
    found = list(database.documents())
    if not found:
        raise UserError(f"{database.name}: no account type found there; check the URL")
    return found


def providers(environment: Mapping[str, str], *, allow_private: bool = False) -> Ask:
    """Return what asks providers for their metadata: the `ask` of `check`.

    `allow_private` asks also addresses that are not public; see network.metadata.
    """
    from manifest_lint.network import metadata  # imports an HTTP client

    return metadata.Asking(environment, allow_private=allow_private)
