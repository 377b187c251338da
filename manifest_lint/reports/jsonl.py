"""The report for programs that read line by line: a JSON object for each finding, and a summary.

Each has `kind`; the rest is as in schemas/report.schema.json. Suppressed findings follow the
others. The summary comes last: a report without one was cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from manifest_lint.reports.json import as_json, finding_as_json, suppressed_as_json
from manifest_lint.reports.outcome import Outcome
from manifest_lint.text.logged_json import dumps

if TYPE_CHECKING:
    from manifest_lint.document.document import Document
    from manifest_lint.finding import Finding


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield a line for each finding, also suppressed ones, and one for the summary."""
    for text in outcome.report.texts(as_text):
        yield from text.split("\n")
    for suppressed in suppressed_as_json(outcome):
        yield dumps({"kind": "suppressed", **suppressed})
    whole = as_json(outcome, findings=False)
    yield dumps({"kind": "summary", **whole})


def as_text(findings: Iterable[Finding], documents: Mapping[str, Document]) -> str:
    """Return a line for each finding."""
    found = ({"kind": "finding", **finding_as_json(one, documents)} for one in findings)
    return "\n".join(map(dumps, found))
