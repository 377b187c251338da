"""The providers of one run: each account type, its provider's metadata, and its connectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.provider import NONE, Answer, Ask, is_same_endpoint, issuers_of, origin_of
from manifest_lint.project.connector import Connector
from manifest_lint.project.workspace import Workspace


@dataclass(frozen=True)
class Provider:
    """An account type, the connectors that log in with it, and the answers of those `asked`.

    These are issuers, in the order in which they were asked.
    """

    account_type: AccountType
    connectors: tuple[Connector, ...]
    asked: Mapping[str, Answer]

    @cached_property
    def issuer(self) -> str:
        """The issuer whose answer counts.

        Of those with metadata it is the one with most of the account type's endpoints, and the
        longest path; else the first whose answer says most.
        """
        return max(self.asked, key=lambda one: _merit(self.account_type, one, self.asked[one]))

    @property
    def answer(self) -> Answer:
        """The answer that counts."""
        return self.asked[self.issuer]

    def listed(self, name: str) -> frozenset[str] | None:
        """Return the strings of a list in the metadata, None if it has no such list."""
        value = (self.answer.metadata or {}).get(name)
        if not isinstance(value, list):
            return None
        return frozenset(item for item in value if isinstance(item, str))

    def text(self, name: str) -> str:
        """Return a string of the metadata, empty if it has none."""
        return self.answer.text(name)


def providers(workspace: Workspace, ask: Ask) -> Iterator[Provider]:
    """Yield every account type with its provider's metadata.

    The issuers that an account type may mean are asked one after the other, until one has its
    `auth_endpoint`, or a host cannot be asked. A connector that may log in with several account
    types at one host goes with the first.
    """
    issuers = {n: issuers_of(one) for n, one in enumerate(workspace.account_types)}
    asked: dict[int, dict[str, Answer]] = {n: {} for n, some in issuers.items() if some}
    waiting = list(asked)
    for turn in range(max(map(len, issuers.values()), default=0)):
        now = {n: issuers[n][turn] for n in waiting if turn < len(issuers[n])}
        answers = ask(sorted(set(now.values()))) if now else {}
        for n, issuer in now.items():
            asked[n][issuer] = answers[issuer]
        waiting = [n for n in now if _is_open(workspace.account_types[n], answers[now[n]])]
    seen: set[tuple[int, str]] = set()
    for n, of_it in asked.items():
        one, origin = workspace.account_types[n], origin_of(issuers[n][0])
        users = [user for user in workspace.asking_for(one) if wire.is_oauth(user.value)]
        new = tuple(user for user in users if (id(user), origin) not in seen)
        seen.update((id(user), origin) for user in new)
        yield Provider(one, new, of_it)


def _is_open(account_type: AccountType, answer: Answer) -> bool:
    """Return whether another issuer is to be asked after an answer."""
    return not answer.of_host and not _has(answer, "authorization_endpoint", account_type)


def _has(answer: Answer, name: str, account_type: AccountType) -> bool:
    """Return whether metadata have an endpoint of an account type."""
    written = account_type.text(_WRITTEN_AS[name])
    return bool(written) and is_same_endpoint(written, answer.text(name))


_WRITTEN_AS = {"authorization_endpoint": "auth_endpoint", "token_endpoint": "token_endpoint"}


def _merit(account_type: AccountType, issuer: str, answer: Answer) -> tuple[int, ...]:
    """Return what to compare answers by: the largest counts, and of several the first."""
    if answer.metadata is None:
        return 0, answer.stops_login, answer.why != NONE and not answer.of_host, 0
    same = sum(_has(answer, name, account_type) for name in _WRITTEN_AS)
    return 1, same, issuer.count("/"), 0
