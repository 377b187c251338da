"""The report for GitLab's Code Quality widget.

[GitLab Docs, "Code Quality", report format]
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from manifest_lint.finding import Finding, Severity
from manifest_lint.reports.outcome import Outcome
from manifest_lint.text.logged_json import dumps

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the report as one JSON list, one entry per line."""
    entries = [dumps(_entry(item, digest, outcome)) for item, digest in outcome.fingerprints()]
    entries += [dumps(_not_checked(why, outcome)) for why in outcome.report.refused]
    if not entries:
        yield "[]"
        return
    yield "["
    yield from (f"{entry}," for entry in entries[:-1])
    yield entries[-1]
    yield "]"


def _not_checked(why: str, outcome: Outcome) -> dict[str, Any]:
    """Return an entry for a file that could not be checked: GitLab has no other place for it."""
    return {
        "description": f"Not checked: {why}",
        "check_name": "not-checked",
        "fingerprint": sha256(why.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "severity": "blocker",
        "location": {"path": outcome.path(why.partition(": ")[0]), "lines": {"begin": 1}},
    }


def _entry(finding: Finding, digest: str, outcome: Outcome) -> dict[str, Any]:
    place = finding.place
    return {
        "description": f"{finding.code}: {finding.message}",
        "check_name": finding.name,
        "fingerprint": digest,
        "severity": _SEVERITIES[finding.severity],
        "content": {"body": finding.why},
        "location": {
            "path": outcome.path(finding.path),
            "positions": {
                "begin": {"line": place.line, "column": place.column},
                "end": {"line": place.end_line, "column": place.end_column},
            },
        },
    }
