"""The providers of one run: each account type, its provider's metadata, and its connectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.provider import Answer, Ask, origin_of
from manifest_lint.project.connector import Connector
from manifest_lint.project.workspace import Workspace


@dataclass(frozen=True)
class Provider:
    """An account type, the connectors that log in with it, and the answer of its `origin`."""

    account_type: AccountType
    connectors: tuple[Connector, ...]
    origin: str
    answer: Answer

    def listed(self, name: str) -> frozenset[str] | None:
        """Return the strings of a list in the metadata, None if it has no such list."""
        value = (self.answer.metadata or {}).get(name)
        if not isinstance(value, list):
            return None
        return frozenset(item for item in value if isinstance(item, str))

    def text(self, name: str) -> str:
        """Return a string of the metadata, empty if it has none."""
        value = (self.answer.metadata or {}).get(name)
        return value if isinstance(value, str) else ""


def providers(workspace: Workspace, ask: Ask) -> Iterator[Provider]:
    """Yield every account type with its provider's metadata; each origin is asked once.

    A connector that may log in with several account types at one origin goes with the first.
    """
    origins = [origin_of(one) for one in workspace.account_types]
    answers = ask(sorted(set(filter(None, origins))))
    seen: set[tuple[int, str]] = set()
    for one, origin in zip(workspace.account_types, origins, strict=True):
        if not origin:
            continue
        users = [user for user in workspace.asking_for(one) if wire.is_oauth(user.value)]
        new = tuple(user for user in users if (id(user), origin) not in seen)
        seen.update((id(user), origin) for user in new)
        yield Provider(one, new, origin, answers[origin])
