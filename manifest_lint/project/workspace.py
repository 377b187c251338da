"""All connectors and account types of one run, for rules that compare them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from manifest_lint.cozy.go_struct import field
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector


class Workspace:
    """The connectors of one run, and the account types given for them, without those of READMEs.

    `shared` says whether the account types were given for every connector, so that one that no
    connector uses is reported. `is_whole` says whether every manifest of the run could be read: one
    that could not may have what these connectors do not.
    """

    def __init__(
        self,
        connectors: tuple[Connector, ...],
        account_types: tuple[AccountType, ...],
        shared: bool = False,
        is_whole: bool = True,
    ):
        self.connectors, self.account_types = connectors, account_types
        self.shared, self.is_whole = shared, is_whole

    @property
    def has_several_connectors(self) -> bool:
        """Whether there are enough connectors to report what none of them has or asks for."""
        return len(self.connectors) > 1

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The slug of every connector that has one."""
        slugs = (field(connector.value, "slug") for connector in self.connectors)
        return frozenset(slug for slug in slugs if isinstance(slug, str) and slug)

    def owner_of(self, account_type: AccountType) -> str:
        """Return the slug of the connector that has an account type for itself; "" if none has."""
        if self.shared:
            return ""
        for connector in self.connectors:
            slug = field(connector.value, "slug")
            if any(one is account_type for one in connector.account_types or ()):
                return slug if isinstance(slug, str) else ""
        return ""

    def asking_for(self, account_type: AccountType) -> tuple[Connector, ...]:
        """Return the connectors whose `oauth.account_type`, or else slug, is its id."""
        return tuple(self._by_account_type.get(account_type.service_id, ()))

    @cached_property
    def _by_account_type(self) -> Mapping[str, list[Connector]]:
        found: dict[str, list[Connector]] = {}
        for connector in self.connectors:
            wanted = wire.account_type_id(connector.value)
            if isinstance(wanted, str) and wanted:
                found.setdefault(wanted, []).append(connector)
        return found
