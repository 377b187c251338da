"""The report for reviewdog, which comments on the lines of a change and suggests fixes.

[reviewdog, proto/rdf/reviewdog.proto, "DiagnosticResult"; service/commentutil/commentutil.go,
MarkdownComment: a message is Markdown in the bot's comment]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from manifest_lint.document.document import Document
from manifest_lint.engine.hide import shown_edits
from manifest_lint.finding import Edit, Finding, Place, Severity
from manifest_lint.reports.columns import Columns
from manifest_lint.reports.markdown import shown
from manifest_lint.reports.outcome import Outcome
from manifest_lint.text.logged_json import dumps

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}

_JOINER = "\u2060"
"""A word joiner, which is also not seen where a reporter shows a message as plain text."""

_LONGEST = 2000
"""The number of characters that a suggestion replaces at most: it is one part of a comment."""


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the report as one JSON object, in one line."""
    made = outcome.made()
    diagnostics = Diagnostics(outcome)
    found = [diagnostics.diagnostic(finding) for finding in outcome.report.findings]
    found += [_not_checked(why, outcome) for why in outcome.report.refused]
    source = {"name": "manifest-lint"}
    if address := made.documentation or made.address:
        source["url"] = address
    yield dumps({"source": source, "diagnostics": found})


def _not_checked(why: str, outcome: Outcome) -> dict[str, Any]:
    """Return a diagnostic for a file that could not be checked: the format has no other place."""
    return {
        "message": shown(f"Not checked: {why}", _JOINER),
        "location": {"path": outcome.path(why.partition(": ")[0])},
        "severity": "ERROR",
        "code": {"value": "not-checked"},
    }


class Diagnostics:
    """Makes the diagnostics of a report; what takes long is done once for each file.

    Lines and columns count from 1, columns in bytes of UTF-8; an end is just after a part.
    """

    def __init__(self, outcome: Outcome):
        self._outcome = outcome
        self._documents = outcome.report.documents
        self._made = outcome.made()
        self._path = cache(outcome.path)
        self._columns = cache(lambda name: Columns(self._documents[name].text, "utf-8"))

    def diagnostic(self, finding: Finding) -> dict[str, Any]:
        """Return one finding: with its range, and a suggestion if `--fix` can make it."""
        texts = [finding.message, finding.why]
        if finding.fix:
            texts.append(f"Fix: {finding.fix.title}")
        location: dict[str, Any] = {"path": self._path(finding.path)}
        if self._outcome.has_place(finding):
            location["range"] = self._range(finding.place, finding.path)
        code = {"value": f"{finding.code} {finding.name}"}
        if address := self._made.page_of(finding.code):
            code["url"] = address
        found: dict[str, Any] = {
            "message": "\n".join(shown(text, _JOINER) for text in texts),
            "location": location,
            "severity": _SEVERITIES[finding.severity],
            "code": code,
        }
        edits = shown_edits(finding, self._documents)
        whole = joined(edits, self._documents[finding.path]) if edits else None
        if whole:
            suggestion = {"range": self._range(whole.place, finding.path), "text": whole.text}
            found["suggestions"] = [suggestion]
        return found

    def _range(self, place: Place, name: str) -> dict[str, Any]:
        columns = self._columns(name)
        return {
            "start": {"line": place.line, "column": columns.start(place)},
            "end": {"line": place.end_line, "column": columns.end(place)},
        }


def joined(edits: tuple[Edit, ...], document: Document) -> Edit | None:
    """Return one edit that does what several do: each suggestion of a list is made alone.

    None if it would replace too much, or text that must not be shown.
    """
    first, *rest = sorted(edits, key=lambda one: (one.place.start, one.place.end))
    if not rest:
        return first
    last = max(edits, key=lambda one: one.place.end).place
    start, end = first.place.start, last.end
    if end - start > _LONGEST or document.masked is None:
        return None
    pieces, done = [], start
    for one in (first, *rest):
        if document.masked[done : one.place.start] != document.text[done : one.place.start]:
            return None
        pieces += [document.text[done : one.place.start], one.text]
        done = one.place.end
    place = Place(first.place.line, first.place.column, last.end_line, last.end_column, start, end)
    return Edit(place, "".join(pieces))
