"""What a run has found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from manifest_lint.document import Document
from manifest_lint.finding import Finding, Severity


@dataclass(frozen=True)
class Report:
    """The findings of one run, by file and place.

    `manifests` and `account_types` count what was looked at. `documents` has each file by the
    name that findings use, for excerpts.
    """

    findings: tuple[Finding, ...]
    manifests: int = 0
    account_types: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False)

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def by_code(self) -> list[tuple[str, str, int]]:
        """Count the findings of each rule: (code, name, count), the most frequent first."""
        counts = Counter((finding.code, finding.name) for finding in self.findings)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [(code, name, count) for (code, name), count in ranked]

    def fails(self, at: Severity | None = Severity.ERROR) -> bool:
        """Tell whether a finding is as bad as `at` or worse; None means that none ever is."""
        return at is not None and any(finding.severity >= at for finding in self.findings)
