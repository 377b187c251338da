"""The results of a SARIF log: findings with their places, fixes, fingerprints and suppressions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from manifest_lint.content import readme
from manifest_lint.document.document import Document
from manifest_lint.engine.hide import shown_edits
from manifest_lint.errors import UserError
from manifest_lint.files.disk import read_file
from manifest_lint.finding import Finding, Place
from manifest_lint.reports.columns import Columns
from manifest_lint.reports.line_hash import line_hashes
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.related import Comparison
from manifest_lint.reports.suppressions import Suppressed

FINGERPRINT = "manifestLint/v1"
"""The name of our fingerprints; changed whenever a finding's fingerprint changes."""

ON_GITHUB = "primaryLocationLineHash"
"""The only fingerprint that GitHub compares, together with path and rule."""


def message(text: str) -> dict[str, str]:
    """Return a SARIF message in which no viewer finds a link, and that shows the text as it is.

    `[text](target)` is a link in plain text too, and the viewer for VS Code takes a backslash in
    its text for a part of it: only one between the brackets and the target ends the link for every
    viewer. `{0}` is only a placeholder where a message has arguments. [SARIF 2.1.0, sections 3.11.5
    and 3.11.6; microsoft/sarif-vscode-extension, src/panel/widgets.tsx; github/vscode-codeql,
    sarif-utils.ts]
    """
    return {"text": text.replace("](", "]\\(")}


class Results:
    """Makes the results of a report; what takes long is done once for each file."""

    def __init__(self, outcome: Outcome, codes: list[str]):
        """Take the codes in the order of the log's rules."""
        self._outcome = outcome
        self._indexes = {code: index for index, code in enumerate(codes)}
        self._comparison = Comparison(outcome.report)
        report = outcome.report
        self._has_baseline = any(one.baseline for one in report.settings.values())
        self._has_suppressed = report.suppressed > 0
        self._artifact = cache(self._artifact_of)
        self._columns = cache(self._columns_of)
        self._hashes = cache(self._hashes_of)

    def result(self, shown: Suppressed) -> dict[str, Any]:
        """Return one finding; it is not suppressed if `shown` does not say by what."""
        finding = shown.finding
        text = f"{finding.message}. {finding.why}"
        if finding.fix:
            text += f" Fix: {finding.fix.title}."
        result = {
            "ruleId": finding.code,
            "ruleIndex": self._indexes[finding.code],
            "level": finding.severity.label,
            "message": message(text),
            "locations": [self._location(finding)],
            "partialFingerprints": self._fingerprints(finding),
        }
        if related := self._related(finding):
            result["relatedLocations"] = related
        if fixes := self._fixes(finding):
            result["fixes"] = fixes
        if self._has_suppressed:
            result["suppressions"] = [_suppression(shown)] if shown.by else []
        if self._has_baseline:
            is_known = shown.by and shown.kind == "baseline"
            result["baselineState"] = "unchanged" if is_known else "new"
        return result

    def _location(self, finding: Finding) -> dict[str, Any]:
        # GitHub shows nothing without a line: in an archive there is none but the first.
        has_place = self._outcome.has_place(finding)
        region = self._region(finding.place, finding.path) if has_place else {"startLine": 1}
        return {
            "physicalLocation": {
                "artifactLocation": self._artifact(finding.path),
                "region": region,
            }
        }

    def _related(self, finding: Finding) -> list[dict[str, Any]]:
        return [
            {
                "id": number,
                "physicalLocation": {
                    "artifactLocation": self._artifact(one.document.name),
                    "region": self._region(one.place, one.document.name),
                },
                "message": message(one.what),
            }
            for number, one in enumerate(self._comparison.related(finding), 1)
        ]

    def _fixes(self, finding: Finding) -> list[dict[str, Any]]:
        edits = shown_edits(finding, self._outcome.report.documents)
        if not finding.fix or not edits:
            return []
        replacements = [
            {
                "deletedRegion": self._region(edit.place, finding.path),
                "insertedContent": {"text": edit.text},
            }
            for edit in edits
        ]
        change = {
            "artifactLocation": self._artifact(finding.path),
            "replacements": replacements,
        }
        return [{"description": message(finding.fix.title), "artifactChanges": [change]}]

    def _fingerprints(self, finding: Finding) -> dict[str, str]:
        """Return our fingerprint, and GitHub's; where there are no lines, it is ours for both.

        The action for uploads computes GitHub's itself if it is missing, from the first line of an
        archive: each build would close the alerts of the one before.
        """
        own = self._outcome.fingerprint(finding)
        hashes = self._hashes(finding.path)
        number = finding.place.line - 1
        on_github = hashes[number] if number < len(hashes) else own
        return {ON_GITHUB: on_github, FINGERPRINT: own}

    def _region(self, place: Place, name: str) -> dict[str, int]:
        columns = self._columns(name)
        return {
            "startLine": place.line,
            "startColumn": columns.start(place),
            "endLine": place.end_line,
            "endColumn": columns.end(place),
        }

    def _columns_of(self, name: str) -> Columns:
        return Columns(self._document(name).text, "utf-16-le")

    def _hashes_of(self, name: str) -> list[str]:
        document = self._document(name)
        if document.kind == "archive" or document.is_link_out or document.is_truncated:
            return []
        if document.kind == "readme" and document.path:  # the document is only what it shows
            try:
                return line_hashes(read_file(document.path, readme.LIMIT))
            except UserError:
                return []
        return line_hashes(document.data)

    def _document(self, name: str) -> Document:
        return self._outcome.report.documents[name]

    def _artifact_of(self, name: str) -> dict[str, str]:
        path = self._outcome.path(name)
        if Path(path).is_absolute():
            return {"uri": Path(path).as_uri()}
        # A reader would see a colon in the first part as the end of a URL scheme.
        return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}


def _suppression(shown: Suppressed) -> dict[str, Any]:
    """Return a suppression: it is in a file of its own, not in the one with the finding."""
    found: dict[str, Any] = {"kind": "external", "status": "accepted", "justification": shown.why}
    if shown.until:
        found["properties"] = {"until": str(shown.until)}
    return found
