"""What a check has found, and what a build has made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False, compare=False)

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


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file in the archive: its path there, its size in bytes, its digest in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path that is not packed; a folder stands for all in it."""

    path: str
    why: str


@dataclass(frozen=True)
class Build:
    """What a build has made, or why it has made nothing.

    `archive` is None where a finding is an error: nothing was written then. `sha256` is the
    archive's digest in hexadecimal, `size` its bytes.
    """

    report: Report
    slug: str = ""
    version: str = ""
    archive: Path | None = None
    size: int = 0
    sha256: str = ""
    files: tuple[PackedFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
