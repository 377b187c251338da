"""Check account types by themselves, before they go into a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from manifest_lint.document.encoding import cannot_be_kept
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import check_sources
from manifest_lint.engine.suppress import suppressed
from manifest_lint.errors import UserError
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.sources import SettingsOf, gather

_OWN_REVISION = ("A001", ("_rev",))
"""CouchDB refuses a file with an old `_rev`, but a document is written with the database's own."""


def check_account_types(
    files: Iterable[Path], settings_of: SettingsOf, today: date | None, *, plugins: bool
) -> tuple[Report, tuple[AccountType, ...]]:
    """Return what a check of account types finds, and the account types.

    `files` are files of account types, and folders of them. `today` is the date for exemptions
    that expire; without it none expires. `plugins` says whether rules of other packages run.

    Raises UserError if a file cannot be read, is not JSON or holds a value that CouchDB would
    change, and if a setting is wrong.
    """
    sources = gather((), files, None, settings_of)
    for document in sources.documents.values():
        if why := cannot_be_kept(document):
            raise UserError(why)
    report = suppressed(check_sources(sources, plugins=plugins), today)
    kept = (one for one in report.findings if (one.code, one.pointer) != _OWN_REVISION)
    report = report._replace(findings=tuple(kept))
    for finding in report.findings:
        if report.documents[finding.path].error:
            where = f"{finding.path}:{finding.place.line}:{finding.place.column}"
            raise UserError(f"{where}: {finding.message}; fix it first")
    return report, tuple(sources.account_types)
