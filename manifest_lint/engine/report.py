"""What a check has found, and what a build has made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from manifest_lint.config.settings import DEFAULTS, Exemption, Settings
from manifest_lint.document.document import Document
from manifest_lint.finding import Finding, Severity, Skip

if TYPE_CHECKING:
    from manifest_lint.project.connector import Connector

Verdict = Literal["pass", "fail", "incomplete"]

Threshold = Severity | Literal["as set"] | None
"""The least severity that fails: one for all, that of the settings for each file, or none."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One finding that a baseline suppresses.

    `path` is that of its file from the baseline's folder, `pointer` leads to the part of the
    document as RFC 6901 writes it, with `-` for each place in a list. `content` is a digest of what
    stands there, empty where that may be a secret.
    """

    path: str
    code: str
    pointer: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What the fixes make of one document, and the findings that they mended."""

    document: Document
    after: bytes
    fixed: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """The findings of one run, by file and place.

    `manifests` and `account_types` count what was looked at. `documents` has each file by the
    name that findings use, for excerpts, and `settings` those for it; `connectors` are those that
    were judged, each whose manifest is JSON. `suppressed` counts the
    findings that are exempted or baselined, and not here; `expired` are exemptions of some that are
    here again. `baselined` are findings that a baseline has, `gone` its entries that met none.
    `rewrites` are documents as fixes would have them; the findings are those left after them.
    `skipped` are rules that could not be run, for want of git say. `refused` says, a line each,
    what of a tree could not be checked: the rest was.
    """

    findings: tuple[Finding, ...]
    manifests: int = 0
    account_types: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False, compare=False)
    settings: Mapping[str, Settings] = field(default_factory=dict, repr=False, compare=False)
    connectors: tuple[Connector, ...] = field(default=(), repr=False, compare=False)
    suppressed: int = 0
    expired: tuple[Exemption, ...] = ()
    baselined: tuple[Finding, ...] = ()
    gone: tuple[tuple[Path, Entry], ...] = ()
    rewrites: tuple[Rewrite, ...] = field(default=(), repr=False)
    skipped: tuple[Skip, ...] = ()
    refused: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def by_code(self) -> list[tuple[str, str, int]]:
        """Count the findings of each rule: (code, name, count), the most frequent first."""
        counts = Counter((finding.code, finding.name) for finding in self.findings)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [(code, name, count) for (code, name), count in ranked]

    def verdict(self, fail_on: Threshold = "as set") -> Verdict:
        """Return what came of the run: `incomplete` where a part of it could not be checked."""
        if self.refused:
            return "incomplete"
        return "fail" if self.fails(fail_on) else "pass"

    def fails(self, at: Threshold = "as set") -> bool:
        """Tell whether a finding is as bad as `at` or worse; None means that none ever is."""
        return any(self.fails_by(finding, at) for finding in self.findings)

    def fails_by(self, finding: Finding, at: Threshold = "as set") -> bool:
        """Tell whether a finding is as bad as `at` or worse."""
        least = self.settings.get(finding.path, DEFAULTS).fail_on if at == "as set" else at
        return least is not None and finding.severity >= least


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file in the archive: its path there, size in bytes, digest in hexadecimal, and mode."""

    path: str
    size: int
    sha256: str
    mode: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path that is not packed; a folder stands for all in it."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class AllowedLeak:
    """What `--allow-leak` says: findings of a rule in files that a pattern matches are none.

    `reason` says why, `found` names each leak that it has met.
    """

    code: str
    path: str
    reason: str
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Build:
    """What a build has made, or why it has made nothing.

    `archive` is None where a finding is an error: nothing was written then. `version` is the one to
    be published. `sha256` is the archive's digest in hexadecimal, `size` its bytes,
    `content_digest` that of what it holds, however it is compressed. `url` is where the registry
    is to load it from, empty if nobody has said. `rules` are the codes of those that were run,
    `waived` those of which the project has exempted, baselined or answered for something.
    """

    report: Report
    slug: str = ""
    version: str = ""
    archive: Path | None = None
    size: int = 0
    sha256: str = ""
    files: tuple[PackedFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    content_digest: str = ""
    editor: str = ""
    app_type: str = ""
    url: str = ""
    allowed: tuple[AllowedLeak, ...] = ()
    rules: tuple[str, ...] = ()
    waived: frozenset[str] = frozenset()
