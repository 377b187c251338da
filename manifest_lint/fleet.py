"""All that one run looks at, for what shows only between several connectors or account types."""

from __future__ import annotations

from dataclasses import dataclass

from manifest_lint.account_types import AccountType
from manifest_lint.connector import Connector


@dataclass(frozen=True, slots=True)
class Fleet:
    """Several connectors, and the account types that were given for them.

    Those of a readme are not among them. `shared` tells whether the account types were given for
    every connector, so that one which no connector uses is left over.
    """

    connectors: tuple[Connector, ...]
    account_types: tuple[AccountType, ...]
    shared: bool = False
