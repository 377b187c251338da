"""The report for programs that read line by line: a JSON object for each finding, and a summary.

Each has `kind`; the rest is as in schemas/report.schema.json. Suppressed findings follow the
others. The summary comes last: a report without one was cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from manifest_lint.reports.json import as_json, finding_as_json, suppressed_as_json
from manifest_lint.reports.outcome import Outcome


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield a line for each finding, also suppressed ones, and one for the summary."""
    for finding in outcome.report.findings:
        yield json.dumps({"kind": "finding", **finding_as_json(finding, outcome.report.documents)})
    for suppressed in suppressed_as_json(outcome):
        yield json.dumps({"kind": "suppressed", **suppressed})
    whole = as_json(outcome, findings=False)
    yield json.dumps({"kind": "summary", **whole})
