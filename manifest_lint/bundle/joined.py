"""The report on the sources and the report on the archive, as one report of a build."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from manifest_lint.engine.built import AllowedLeak
from manifest_lint.engine.report import Report
from manifest_lint.finding import Severity
from manifest_lint.project.connector import MANIFEST_NAME


def joined(folder: Path, checked: Report, of_archive: Report) -> Report:
    """Return the reports on the sources and on the archive as one, each finding once."""
    manifest = folder / MANIFEST_NAME
    same = any(doc.path and manifest.samefile(doc.path) for doc in of_archive.documents.values())
    if same:  # it was checked as a file of the archive
        kept = tuple(one for one in checked.findings if one.path != str(manifest))
        checked = checked._replace(findings=kept)
    shown = {(finding.code, finding.severity, finding.message) for finding in checked.findings}
    more = tuple(f for f in of_archive.findings if (f.code, f.severity, f.message) not in shown)
    return checked._replace(
        findings=(*checked.findings, *more),
        documents={**checked.documents, **of_archive.documents},
        settings={**checked.settings, **of_archive.settings},
        ran=checked.ran | of_archive.ran,
    )


def waived(both: Report, shown: Report, allowed: Iterable[AllowedLeak]) -> frozenset[str]:
    """Return the codes of rules with a warning or an error that is not reported."""
    kept = set(map(id, shown.findings))
    hushed = {
        one.code for one in both.findings if id(one) not in kept and one.severity > Severity.NOTE
    }
    return frozenset(hushed | {one.code for one in allowed if one.found})
