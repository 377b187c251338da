"""Permissions as the stack reads them: which doctypes they open, and for what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from manifest_lint.go_json import with_keys
from manifest_lint.go_struct import field, fields_of
from manifest_lint.vocabulary import VERBS

if TYPE_CHECKING:
    from manifest_lint.connector import Connector
    from manifest_lint.spans import Pointer


@dataclass(frozen=True, slots=True)
class Permission:
    """One entry of `permissions` that the stack decodes.

    `verbs` has all five where none are written. `values` limit it to some documents, empty for
    none: those whose field `selector` is one of them or, without a selector, whose id is.
    """

    name: str
    value: dict[str, Any]
    doctype: str
    verbs: frozenset[str]
    selector: str
    values: frozenset[str]

    @property
    def pointer(self) -> Pointer:
        """Point at the entry."""
        return ("permissions", self.name)

    def at(self, key: str) -> Pointer:
        """Point at the member that counts for a key, at where it would be if there is none."""
        steps = [step for step, _, value in fields_of(self.value, {key: None}) if value is not None]
        return (*self.pointer, steps[-1] if steps else key)

    def covers(self, doctype: str) -> bool:
        """Tell whether it opens a doctype.

        A wildcard opens its own root too. [cozy-stack model/permission/match.go]
        """
        if not self.doctype.endswith(".*"):
            return doctype == self.doctype
        return f"{doctype}.".startswith(self.doctype[:-1])


def permissions(connector: Connector) -> Iterator[Permission]:
    """Give the permissions of a connector, but for those that the stack refuses."""
    entries = connector.value.get("permissions")
    if not isinstance(entries, dict):
        return
    refused = _refused(connector)
    for name, entry in entries.items():
        doctype = field(entry, "type") if isinstance(entry, dict) else None
        if isinstance(doctype, str) and name not in refused:
            verbs = frozenset(field(entry, "verbs") or ())
            yield Permission(
                name,
                entry,
                doctype,
                frozenset(VERBS) if not verbs or "ALL" in verbs else verbs,
                field(entry, "selector") or "",
                frozenset(value for value in field(entry, "values") or () if value),
            )


def _refused(connector: Connector) -> set[str | int]:
    """Give the names of the entries in which the stack refuses something."""
    names = (with_keys(connector.value, r.pointer)[0] for r in connector.stack_refusals)
    return {steps[1] for steps in names if len(steps) > 1 and steps[0] == "permissions"}
