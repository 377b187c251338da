"""The result of a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.config.settings import DEFAULTS, Exemption, Settings
from manifest_lint.document.document import Document
from manifest_lint.finding import Finding, Record, Severity, Skip

if TYPE_CHECKING:
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.engine.searched import Searched
    from manifest_lint.project.changes import Changes
    from manifest_lint.project.connector import Connector

    Verdict = Literal["pass", "fail", "incomplete"]

    Threshold = Severity | Literal["as set"] | None
    """The lowest severity that fails: one for all files, the one in each file's settings, or none.
    """

    AsText = Callable[[Sequence[Finding], Mapping[str, Document]], str]
    """Returns some findings, and their documents' names with these, as a report has them."""


_AT_ONCE = 100
"""Findings that are written together."""


class Entry(Record):
    """One finding that a baseline suppresses.

    `path` is the file's path relative to the baseline's folder. `pointer` is a JSON pointer to the
    part of the document [RFC 6901], with `-` for each index of a list. `content` is a digest of
    the value there, or of what the message names if that may be a secret; empty in older baselines.
    """

    path: str
    code: str
    pointer: str = ""
    content: str = ""


class Exempted(Record):
    """A finding that is not reported, and the entry of `per-file-ignores` that exempts it."""

    finding: Finding
    exemption: Exemption


class Rewrite(Record):
    """A document as it was, its bytes with fixes, and the findings that these fix."""

    document: Document
    after: bytes
    fixed: tuple[Finding, ...]

    def __repr__(self) -> str:
        return f"Rewrite({self.document!r})"  # its bytes may have a secret


class Report:
    """The findings of one run, by file and place.

    `manifests` and `account_types` count what was checked. `documents` has each file by the name
    that findings use, for excerpts; `settings` has the settings for it. `connectors` are the
    checked connectors: all whose manifest is JSON. `exempted` and `baselined` are the findings that
    the settings or a baseline suppress, which are not in `findings`. `expired` are the exemptions
    that have expired and would match a finding, `needless` those that match none, `gone` the
    baseline entries that match none. `rewrites` are the documents that fixes change; `findings` are
    what is left after them. `skipped` are rules that could not be run, for example without git.
    `refused` has a line for each part of a tree that could not be checked, and each secret that
    could not be searched for if all must be. `excluded` counts the folders and manifests that
    settings exclude. `ran` are the codes of rules that ran, `plugins` says whether rules of other
    packages did. `searched` is None if there was no search, `changes` if all
    connectors were checked, not only those that differ from others. Everything in `folders` was
    checked.
    """

    def __init__(
        self,
        findings: tuple[Finding, ...],
        manifests: int = 0,
        account_types: int = 0,
        documents: Mapping[str, Document] = {},  # never changed
        settings: Mapping[str, Settings] = {},
        connectors: Sequence[Connector] = (),
        *,
        exempted: tuple[Exempted, ...] = (),
        baselined: tuple[Finding, ...] = (),
        expired: tuple[Exemption, ...] = (),
        needless: tuple[Exemption, ...] = (),
        gone: tuple[tuple[Path, Entry], ...] = (),
        rewrites: tuple[Rewrite, ...] = (),
        skipped: Iterable[Skip] = (),
        refused: Iterable[str] = (),
        searched: Searched | None = None,
        changes: Changes | None = None,
        ran: frozenset[str] = frozenset(),
        plugins: bool = True,
        folders: tuple[Path, ...] = (),
        excluded: int = 0,
    ):
        self.findings = findings
        self.manifests, self.account_types = manifests, account_types
        self.documents, self.settings = documents, settings
        self.connectors = connectors
        self.exempted, self.baselined = exempted, baselined
        self.expired, self.needless, self.gone = expired, needless, gone
        self.rewrites = rewrites
        # What was not checked: names of files and messages of tools may have a secret in them.
        self.skipped = tuple(Skip(_shown(one.what), _shown(one.why)) for one in skipped)
        self.refused = tuple(map(_shown, refused))
        self.searched, self.changes = searched, changes
        self.ran, self.plugins = ran, plugins
        self.folders, self.excluded = folders, excluded

    def _replace(self, **changes: Any) -> Report:
        """Return the report with other values for some attributes, as a NamedTuple does."""
        own = {name: value for name, value in vars(self).items() if name[0] != "_"}
        return Report(**{**own, **changes})

    def on(self, path: str) -> list[Finding]:
        """Return the findings on a file, also suppressed ones, in the order of the file.

        Suppressing one does not change this order.
        """
        of_file = getattr(self.findings, "of", None)  # those in a file: see engine/parts.py
        found = of_file(path) if of_file else self._by_path.get(path, [])
        return sorted(found, key=lambda one: (one.place.start, one.code, one.message))

    def texts(self, as_text: AsText) -> Iterator[str]:
        """Yield what `as_text` returns for all findings, in order: for some at a time."""
        if of_files := getattr(self.findings, "texts", None):  # see engine/parts.py
            yield from of_files(as_text, self.documents)
            return
        for start in range(0, len(self.findings), _AT_ONCE):
            yield as_text(self.findings[start : start + _AT_ONCE], self.documents)

    @cached_property
    def _by_path(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        exempted = (one.finding for one in self.exempted)
        for finding in (*self.findings, *self.baselined, *exempted):
            found.setdefault(finding.path, []).append(finding)
        return found

    @cached_property
    def _counts(self) -> Counter[tuple[str, str, Severity]]:
        """The number of findings by code, name and severity."""
        counted: Counter[tuple[str, str, Severity]] | None = getattr(self.findings, "counts", None)
        if counted is not None:
            return counted  # those in a file: see engine/parts.py
        return Counter((one.code, one.name, one.severity) for one in self.findings)

    @property
    def suppressed(self) -> int:
        """The number of findings that are exempted or baselined."""
        return len(self.exempted) + len(self.baselined)

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(n for (_, _, other), n in self._counts.items() if other is severity)

    def by_code(self) -> list[tuple[str, str, int]]:
        """Count the findings of each rule: (code, name, count), the most frequent first."""
        counts: Counter[tuple[str, str]] = Counter()
        for (code, name, _), number in self._counts.items():
            counts[code, name] += number
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [(code, name, count) for (code, name), count in ranked]

    def verdict(self, fail_on: Threshold = "as set") -> Verdict:
        """Return the result of the run: `incomplete` if a part of it could not be checked."""
        if self.refused:
            return "incomplete"
        return "fail" if self.fails(fail_on) else "pass"

    def fails(self, at: Threshold = "as set") -> bool:
        """Return whether a finding has the severity `at` or a higher one; never if it is None."""
        return any(self.fails_by(finding, at) for finding in self.findings)

    def upgrades(self) -> Iterator[tuple[str, Upgrade]]:
        """Yield the manifest's name and the upgrade of each connector that was compared."""
        for name in sorted(self.changes.before) if self.changes else ():
            if self.changes and (upgrade := self.changes.upgrade(self.documents[name])):
                yield name, upgrade

    def fails_by(self, finding: Finding, at: Threshold = "as set") -> bool:
        """Return whether this finding has the severity `at` or a higher one."""
        least = self.settings.get(finding.path, DEFAULTS).fail_on if at == "as set" else at
        return least is not None and finding.severity >= least


def _shown(text: str) -> str:
    from manifest_lint.document.masking import shown_text  # few reports have such a text

    return shown_text(text)
