"""The outcome of a run: all that a format needs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manifest_lint.document.masking import shown_text
from manifest_lint.engine.report import Report
from manifest_lint.finding import Finding
from manifest_lint.reports.made import Made

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.document.masking import Hider
    from manifest_lint.engine.built import Build
    from manifest_lint.engine.report import Threshold, Verdict


class Outcome:
    """The report of `check`, `build`, `verify` or `upgrade`.

    `build` is set for `build`, `archive` for `verify`, `upgrade` for `upgrade`. `fail_on` is the
    lowest severity that makes the run fail; by default, as configured for each file. `root` is the
    folder that paths in reports are relative to: the repository's, but that of what is `within` a
    folder are relative to this one. `made` returns how the report was made; few formats ask.
    """

    def __init__(
        self,
        report: Report,
        *,
        build: Build | None = None,
        archive: Archive | None = None,
        upgrade: Upgrade | None = None,
        fail_on: Threshold = "as set",
        root: Path = Path(),  # immutable
        within: Path | None = None,
        made: Callable[[], Made] = Made,
    ):
        self.report, self.build, self.archive, self.upgrade = report, build, archive, upgrade
        self.fail_on, self.root, self.within, self.made = fail_on, root, within, made
        self._last: tuple[str, list[Finding], dict[int, str]] = "", [], {}

    def _replace(self, **changes: Any) -> Outcome:
        """Return the outcome with other values for some attributes."""
        names = ("report", "build", "archive", "upgrade", "fail_on", "root", "within", "made")
        return Outcome(**{**{name: getattr(self, name) for name in names}, **changes})

    @property
    def fails(self) -> bool:
        """Whether a finding is as severe as `fail_on`, or worse."""
        return self.report.fails(self.fail_on)

    @property
    def verdict(self) -> Verdict:
        """Whether the run passed, failed or was incomplete."""
        return self.report.verdict(self.fail_on)

    @cached_property
    def hide(self) -> Hider:
        """What hides the secrets of all checked files, in any text about them."""
        from manifest_lint.engine.hider import hider_of  # not needed for text on a terminal

        documents = {id(one): one for one in self.report.documents.values()}
        others = next((one.others for one in documents.values() if one.others), None)
        if self.archive:
            manifest = self.archive.manifest
            documents |= {id(manifest): manifest} if manifest else {}
            others = manifest.others if manifest else None
        # They also know what the files are compared with, and what an archive is searched for.
        return others() if others else hider_of(*documents.values())

    def fails_by(self, finding: Finding) -> bool:
        """Return whether this finding alone makes the verdict `fail`."""
        return self.report.fails_by(finding, self.fail_on)

    def path(self, name: str) -> str:
        """Return a file's path relative to the root, with `/`; absolute if it is not below it.

        Standard input and databases keep their names. What looks like user information is hidden:
        a name may be a URL by mistake. So are the secrets that a build knows.
        """
        return (self.build.hide if self.build else shown_text)(self._path(name))

    def _path(self, name: str) -> str:
        if name.startswith("<") or "://" in name:
            return name
        for folder in (self.within, self.root):
            path = Path(os.path.relpath(name, folder)) if folder else Path("..")
            if path.parts[:1] != ("..",):
                return path.as_posix()
        return Path(os.path.abspath(name)).as_posix()  # noqa: PTH100

    def has_place(self, finding: Finding) -> bool:
        """Return whether a finding has a line and column: one on an archive has not."""
        document = self.report.documents.get(finding.path)
        return document is None or document.kind != "archive"

    def by_path(self) -> dict[str, list[Finding]]:
        """Return the findings of each checked file, an empty list for files without any."""
        found: dict[str, list[Finding]] = {name: [] for name in sorted(self.report.documents)}
        for finding in self.report.findings:
            found.setdefault(finding.path, []).append(finding)
        return found

    def fingerprints(self) -> Iterator[tuple[Finding, str]]:
        """Yield each finding with a digest that stays the same after unrelated edits.

        It is made of what a baseline compares: file, rule, the part of the document and its
        content. No two findings of a report have the same digest, suppressed ones included.
        """
        return ((finding, self.fingerprint(finding)) for finding in self.report.findings)

    def fingerprint(self, finding: Finding) -> str:
        """Return the digest of a finding of this report, also of a suppressed one."""
        path = finding.path
        if path != self._last[0]:
            of_file = self.report.on(path)
            digests = list(self._fingerprints(of_file))
            by_id = dict(zip(map(id, of_file), digests, strict=True))
            self._last = path, of_file, by_id
        _, of_file, by_id = self._last
        if id(finding) in by_id:
            return by_id[id(finding)]
        return by_id[id(next(one for one in of_file if one == finding))]

    def _fingerprints(self, of_file: list[Finding]) -> Iterator[str]:
        """Yield the digest of each finding of a file, in their order there."""
        import hashlib  # not needed for text on a terminal

        from manifest_lint.engine.baseline import entry

        seen: Counter[object] = Counter()
        for finding in of_file:
            known = entry(finding, self.report.documents[finding.path], self.root)
            parts = (known.path, known.code, known.pointer, known.content, str(seen[known]))
            seen[known] += 1
            text = "\0".join(parts).encode("utf-8", "surrogatepass")
            yield hashlib.sha256(text).hexdigest()[:32]
