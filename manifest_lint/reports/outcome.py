"""What a run has come to: all that a format is given to tell."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.engine.report import Build, Report, Threshold, Verdict
from manifest_lint.finding import Finding

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive


@dataclass(frozen=True)
class Outcome:
    """The report of a check, of a build or of the judgement on an archive.

    `build` is there for a build, `archive` for a judgement. `fail_on` is the least severity that
    fails, for each file as it is set unless given. `root` is the folder from which other programs
    take the paths of files: the repository's.
    """

    report: Report
    build: Build | None = None
    archive: Archive | None = None
    fail_on: Threshold = "as set"
    root: Path = Path()

    @property
    def fails(self) -> bool:
        """Whether a finding is as severe as `fail_on`, or worse."""
        return self.report.fails(self.fail_on)

    @property
    def verdict(self) -> Verdict:
        """What came of the run."""
        return self.report.verdict(self.fail_on)

    def fails_by(self, finding: Finding) -> bool:
        """Tell whether a finding alone would make the verdict `fail`."""
        return self.report.fails_by(finding, self.fail_on)

    def path(self, name: str) -> str:
        """Give a file's path from the root, with `/`: absolute if it is not below it.

        What is in no file, as standard input or a database, keeps its name.
        """
        if name.startswith("<") or "://" in name:
            return name
        path = Path(os.path.relpath(name, self.root))
        return (path if path.parts[:1] != ("..",) else Path(os.path.abspath(name))).as_posix()  # noqa: PTH100

    def has_place(self, finding: Finding) -> bool:
        """Tell whether a finding stands at some place of a text: one on an archive does not."""
        document = self.report.documents.get(finding.path)
        return document is None or document.kind != "archive"

    def by_path(self) -> dict[str, list[Finding]]:
        """Give the findings of each file that was looked at, also of those that have none."""
        found: dict[str, list[Finding]] = {name: [] for name in sorted(self.report.documents)}
        for finding in self.report.findings:
            found.setdefault(finding.path, []).append(finding)
        return found

    def fingerprints(self) -> Iterator[tuple[Finding, str]]:
        """Give each finding with a digest that knows it again after unrelated edits.

        It is made of what a baseline knows a finding by: file, rule, the part of the document and
        what stands there. No two findings of a report have the same.
        """
        import hashlib  # not for a report at a terminal

        from manifest_lint.engine.baseline import entry

        seen: Counter[object] = Counter()
        for finding in self.report.findings:
            known = entry(finding, self.report.documents[finding.path], self.root)
            parts = (known.path, known.code, known.pointer, known.content, str(seen[known]))
            seen[known] += 1
            text = "\0".join(parts).encode("utf-8", "surrogatepass")
            yield finding, hashlib.sha256(text).hexdigest()[:32]
