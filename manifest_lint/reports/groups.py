"""Groups findings by connector, or by file if it belongs to none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from manifest_lint.finding import Finding
from manifest_lint.oauth.wire import javascript_text
from manifest_lint.reports.outcome import Outcome

if TYPE_CHECKING:
    from manifest_lint.project.connector import Connector


@dataclass
class Group:
    """The findings of one connector, or of one file that belongs to none.

    `connector` is None if there is none, or its manifest is not JSON. `path` is the manifest, or
    the file.
    """

    path: str
    connector: Connector | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The connector's slug as the stack reads it, or empty."""
        return self._text("slug")

    @property
    def version(self) -> str:
        """The connector's version, or empty."""
        return self._text("version")

    def _text(self, key: str) -> str:
        value = self.connector.value.get(key) if self.connector else None
        return javascript_text(value) if isinstance(value, str) else ""


def groups(outcome: Outcome) -> list[Group]:
    """Return the groups in the order of their paths, each with the findings of its files.

    A report of `build` or `verify` has one group.
    """
    report = outcome.report
    connectors = {connector.manifest.name: connector for connector in report.connectors}
    documents = report.documents.items()
    manifests = [name for name, document in documents if document.kind == "manifest"]
    if outcome.build or outcome.archive:
        path = next(iter((*connectors, *manifests, *report.documents)), "")
        return [Group(path, connectors.get(path), list(report.findings))]
    made = {name: Group(name, connectors.get(name)) for name in manifests}
    folders = {PurePath(name).parent: group for name, group in made.items()}
    for name, findings in outcome.by_path().items():
        group = made.get(name) or next(_around(name, folders), None)
        if group is None and findings:
            group = made.setdefault(name, Group(name))
        if group:
            group.findings += findings
    return sorted(made.values(), key=lambda group: group.path)


def _around(name: str, folders: dict[PurePath, Group]) -> Iterator[Group]:
    return (folders[folder] for folder in PurePath(name).parents if folder in folders)
