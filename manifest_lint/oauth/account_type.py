"""Account type documents, read as the stack reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.cozy.go_struct import field, fields_of
from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.secret import Secret, is_placeholder
from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.document.document import Document
    from manifest_lint.document.spans import Pointer

DEVELOPMENT_DOMAINS = ("cozy.tools", "cozy.localhost", "cozy.local", "localhost")
"""Domains of development, with their subdomains [cozy-stack and connectors' documentation]."""


def is_development_domain(host: str) -> bool:
    """Return whether only developers run instances on a host."""
    return any(host == domain or host.endswith(f".{domain}") for domain in DEVELOPMENT_DOMAINS)


class AccountType(Record):
    """One account type: an object at `pointer` in a document.

    `id` is the document's, else what the file says of it by its name. `settings` are those for
    its file. `is_local` is True for an example that a README sends to the reader's own machine.
    """

    document: Document
    pointer: Pointer
    value: dict[str, Any]
    id: str
    settings: Settings = DEFAULTS
    is_local: bool = False

    def __repr__(self) -> str:
        return f"AccountType({self.id!r})"

    def text(self, name: str) -> str:
        """Return the string that the stack reads for a field; empty if there is not one."""
        value = field(self.value, name)
        return value if isinstance(value, str) else ""

    def gap(self, name: str) -> str:
        """Return whether a field `is missing`, `is null` or `is empty`; "" if it has a value."""
        value = field(self.value, name)
        if value is None:
            return "is null" if any(fields_of(self.value, {name: None})) else "is missing"
        return "is empty" if value == "" else ""

    def at(self, name: str) -> Pointer:
        """Point at the member that counts for a field, else at the document itself."""
        steps = [(step, value) for step, _, value in fields_of(self.value, {name: None})]
        counting = [step for step, value in steps if value is not None] or [s for s, _ in steps]
        return (*self.pointer, counting[-1]) if counting else self.pointer

    @property
    def client_secret(self) -> Secret:
        """The client secret."""
        return Secret(self.text("client_secret"))

    @property
    def service_id(self) -> str:
        """The id without its `<context>/` prefix, as the redirect route must name it."""
        return self.id.split("/", 1)[-1]

    @property
    def context(self) -> str:
        """The context whose instances alone use this document; empty for all."""
        return self.id.split("/", 1)[0] if "/" in self.id else ""

    @property
    def grant_mode(self) -> str:
        """The grant mode as written."""
        return self.text("grant_mode")

    @property
    def has_secret_grant(self) -> bool:
        """Whether the stack looks this document up by slug, to hand out a secret."""
        return self.grant_mode == "secret" or (
            self.grant_mode in GRANT_MODES and self.grant_mode.endswith("+secret")
        )

    @property
    def is_oauth(self) -> bool:
        """Whether a user logs in with it: every grant mode but `secret`."""
        return self.grant_mode != "secret"

    @property
    def has_placeholders(self) -> bool:
        """Whether some value is still to be filled in before the document is provisioned."""
        return any(is_placeholder(value) for value in self.value.values())


class Given(tuple[AccountType, ...]):
    """The account types given for one connector, or for all: those share one index."""

    def named(self, service_id: str) -> Sequence[AccountType]:
        """Return those with a service's id, of any context."""
        return self.by_service_id.get(service_id, ())

    @cached_property
    def by_service_id(self) -> dict[str, list[AccountType]]:
        """All of them, by the service's id."""
        found: dict[str, list[AccountType]] = {}
        for one in self:
            found.setdefault(one.service_id, []).append(one)
        return found


def found_by_stack(
    given: Iterable[AccountType], service_id: str, context: str = ""
) -> AccountType | None:
    """Return the document that the stack finds for an id on an instance of a context.

    It is the one of the context, else the one for all. [cozy-stack model/account/type.go, TypeInfo]
    """
    by_id = {account_type.id: account_type for account_type in given}
    own = by_id.get(f"{context}/{service_id}") if context else None
    return own or by_id.get(service_id)


def is_implicit(account_type: AccountType) -> bool:
    """Return whether the provider shall send the token itself, in the modes `token...`.

    [RFC 6749 section 4.2; cozy-stack model/account/type.go, ImplicitGrant]
    """
    return account_type.grant_mode.startswith("token")


def is_aggregator(account_type: AccountType) -> bool:
    """Return whether users log in on the web view of an aggregator of banks, in the modes `bi_...`.

    [cozy-stack model/account/type.go, BIWebauth and BIWebview]
    """
    return account_type.grant_mode in GRANT_MODES and account_type.grant_mode.startswith("bi_")


def asks_for_tokens(account_type: AccountType) -> bool:
    """Return whether the stack sends client id and secret to `token_endpoint` at a login."""
    return bool(account_type.text("token_endpoint")) and not is_implicit(account_type)
