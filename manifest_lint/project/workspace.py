"""All that one run looks at, for what shows only between several connectors or account types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from manifest_lint.cozy.go_struct import field
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector


@dataclass(frozen=True)
class Workspace:
    """The connectors of one run, and the account types that were given for them.

    Those of a readme are not among them. `shared` tells whether the account types were given for
    every connector, so that one which no connector uses is left over.
    """

    connectors: tuple[Connector, ...]
    account_types: tuple[AccountType, ...]
    shared: bool = False

    @property
    def has_several_connectors(self) -> bool:
        """Whether what no connector has or asks for may be called missing."""
        return len(self.connectors) > 1

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The slug of every connector that has one."""
        slugs = (field(connector.value, "slug") for connector in self.connectors)
        return frozenset(slug for slug in slugs if isinstance(slug, str) and slug)

    def asking_for(self, account_type: AccountType) -> tuple[Connector, ...]:
        """Give the connectors whose `oauth.account_type`, or else slug, is an account type's id."""
        return tuple(self._by_account_type.get(account_type.service_id, ()))

    @cached_property
    def _by_account_type(self) -> Mapping[str, list[Connector]]:
        found: dict[str, list[Connector]] = {}
        for connector in self.connectors:
            wanted = wire.account_type_id(connector.value)
            if isinstance(wanted, str) and wanted:
                found.setdefault(wanted, []).append(connector)
        return found
