"""Where another document says otherwise than the one with the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple, TypeVar

from manifest_lint.document.document import Document
from manifest_lint.document.spans import Pointer
from manifest_lint.engine.report import Report
from manifest_lint.finding import Finding, Place
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import Compared
from manifest_lint.rules.registry import rule_of

_T = TypeVar("_T")

_MOST = 5
"""At most this many places are shown of a finding."""


class Related(NamedTuple):
    """A part of a document, and what it is."""

    document: Document
    place: Place
    what: str


class Comparison:
    """The connectors and account types of a report, by what they are compared by."""

    def __init__(self, report: Report):
        """Index nothing yet: most reports have no finding of a rule that compares."""
        self._report = report
        self._compared: dict[str, Compared | None] = {}
        self._by_id: dict[int, dict[str, list[AccountType]]] = {}
        self._by_value: dict[str, dict[str, list[AccountType]]] = {}

    def related(self, finding: Finding) -> list[Related]:
        """Return the parts of other documents that a finding disagrees with; most have none."""
        if finding.code not in self._compared:
            self._compared[finding.code] = rule_of(finding.code).compares
        compared = self._compared[finding.code]
        if not compared:
            return []
        kind, key = compared
        if kind == "manifest":
            found = self._manifests(finding)
        elif connector := self._connectors.get(finding.path):
            found = self._asked_for(connector, key)
        else:
            found = self._with_the_same(finding, key)
        return list(islice(found, _MOST))

    def _manifests(self, finding: Finding) -> Iterator[Related]:
        """Yield where each connector names the account type that a finding is on."""
        one = self._at(finding)
        for connector in self._asking.get(one.service_id, ()) if one else ():
            block = connector.value.get("oauth")
            named = isinstance(block, dict) and "account_type" in block
            pointer: Pointer = ("oauth", "account_type") if named else ("slug",)
            document = connector.manifest
            yield Related(document, document.at(pointer), "the manifest that uses it")

    def _asked_for(self, connector: Connector, key: str) -> Iterator[Related]:
        """Yield the account types that a connector asks for, or all if there is none of its id."""
        given = connector.account_types or ()
        by_id = self._by_id.get(id(given))
        if by_id is None:
            by_id = self._by_id[id(given)] = _by(given, lambda one: one.service_id)
        wanted = wire.javascript_text(wire.account_type_id(connector.value))
        for one in by_id.get(wanted, given):
            yield _related(one, key, "the account type")

    def _with_the_same(self, finding: Finding, key: str) -> Iterator[Related]:
        """Yield the other account types that have the same value."""
        if key not in self._by_value:
            self._by_value[key] = _by(self._types.values(), lambda one: one.text(key))
        if own := self._at(finding):
            for one in self._by_value[key][own.text(key)]:
                if one is not own:
                    yield _related(one, key, f"the other account type with this `{key}`")

    def _at(self, finding: Finding) -> AccountType | None:
        """Return the account type that a finding is on."""
        steps = finding.pointer
        starts = ((finding.path, steps[:size]) for size in range(len(steps) + 1))
        return next((self._types[one] for one in starts if one in self._types), None)

    @cached_property
    def _connectors(self) -> dict[str, Connector]:
        return {one.manifest.name: one for one in self._report.connectors}

    @cached_property
    def _types(self) -> dict[tuple[str, Pointer], AccountType]:
        sets = {id(one.account_types): one.account_types for one in self._report.connectors}
        return {
            (one.document.name, one.pointer): one for given in sets.values() for one in given or ()
        }

    @cached_property
    def _asking(self) -> dict[str, list[Connector]]:
        return _by(
            self._report.connectors,
            lambda one: wire.javascript_text(wire.account_type_id(one.value)),
        )


def _by(found: Iterable[_T], key: Callable[[_T], str]) -> dict[str, list[_T]]:
    groups: dict[str, list[_T]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return groups


def _related(one: AccountType, key: str, what: str) -> Related:
    document = one.document
    place = document.key(one.at(key)) if key == "_id" else document.at(one.at(key))
    return Related(document, place, what)
