"""Account type documents: found in files of several shapes, read as the stack reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.cozy.go_struct import field, fields_of
from manifest_lint.cozy.vocabulary import GRANT_MODES

if TYPE_CHECKING:
    from manifest_lint.document.document import Document
    from manifest_lint.document.spans import Pointer

DEVELOPMENT_DOMAINS = ("cozy.tools", "cozy.localhost", "cozy.local", "localhost")
"""Domains of development, with their subdomains [cozy-stack and connectors' documentation]."""

_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})", re.ASCII)
_PLACEHOLDER = re.compile(r"\.{3}|\u2026|\$\w+|\$\{\w+\}|<[^<>]+>|x{3,}", re.IGNORECASE)

_STAND_IN = re.compile(
    r"\W*|none|null|n/a|tbd|test|foo"
    r"|(?=[^0-9]*$).*(?:secret|token|your|change|replace|todo|fixme|dummy|example|sample|fake"
    r"|placeholder|insert|redacted).*",
    re.IGNORECASE | re.DOTALL,
)
"""What people write for a secret beside placeholders: words, and no digit among them."""


class Secret:
    """A text that must never be shown: printed, it is `***`. What it holds, `reveal` gives.

    Not a str: joining and encoding read those without asking them.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str):
        self._value = value

    def __repr__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return (Secret, (repr(self),))

    def reveal(self) -> str:
        """Give the secret itself."""
        return self._value


def is_development_domain(host: str) -> bool:
    """Tell whether a host is one on which only developers run an instance."""
    return any(host == domain or host.endswith(f".{domain}") for domain in DEVELOPMENT_DOMAINS)


def is_placeholder(value: object) -> bool:
    """Tell whether a value stands in for one to be filled in: `...`, `$NAME`, `<NAME>`."""
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value.strip()) is not None


def is_stand_in(text: str) -> bool:
    """Tell whether a text is a word that people write where a secret goes, and none itself."""
    return _STAND_IN.fullmatch(text) is not None


def variable(value: object) -> str:
    """Give the name of the environment's variable that a value stands for; empty for none."""
    found = _VARIABLE.fullmatch(value.strip()) if isinstance(value, str) else None
    return (found[1] or found[2]) if found else ""


@dataclass(frozen=True)
class AccountType:
    """One account type: an object at `pointer` in a document.

    `id` is the document's, else what the file says of it by its name. `settings` are those for
    its file.
    """

    document: Document
    pointer: Pointer
    value: dict[str, Any]
    id: str
    settings: Settings = DEFAULTS

    def __repr__(self) -> str:
        return f"AccountType({self.id!r})"

    def text(self, name: str) -> str:
        """Give what the stack reads for a text field: empty where absent or of another type."""
        value = field(self.value, name)
        return value if isinstance(value, str) else ""

    def at(self, name: str) -> Pointer:
        """Point at the member that counts for a field, else at the document itself."""
        steps = [(step, value) for step, _, value in fields_of(self.value, {name: None})]
        counting = [step for step, value in steps if value is not None] or [s for s, _ in steps]
        return (*self.pointer, counting[-1]) if counting else self.pointer

    @cached_property
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


def account_types(
    document: Document, default_id: str = "", settings: Settings = DEFAULTS
) -> Iterator[AccountType]:
    """Find the account types in a decoded file.

    The file is a document, a list of them, `_all_docs?include_docs=true` (rows with `doc`) or
    `_bulk_docs` (`docs`). `default_id` names a single document that has no `_id` of its own.
    Design documents, rows without a document and deleted documents are passed over.
    """
    candidates = _candidates(document.value)
    alone = len(candidates) == 1
    for pointer, item in candidates:
        if not isinstance(item, dict) or item.get("_deleted") is True:
            continue
        own = field(item, "_id")
        name = own if isinstance(own, str) and own else (default_id if alone else "")
        if not name.startswith("_design/"):
            yield AccountType(document, pointer, item, name, settings)


def not_objects(document: Document) -> list[Pointer]:
    """Point at what stands where an account type should in a decoded list of them, or a dump."""
    return [
        pointer
        for pointer, item in _candidates(document.value)
        if pointer and not isinstance(item, dict) and not (pointer[0] == "rows" and item is None)
    ]


def _candidates(value: Any) -> list[tuple[Pointer, Any]]:
    """Give each place of a decoded file where an account type should stand, and what does."""
    if isinstance(value, list):
        return [((i,), item) for i, item in enumerate(value)]
    if isinstance(value, dict) and isinstance(value.get("rows"), list):
        return [
            (("rows", i, "doc"), row["doc"])
            for i, row in enumerate(value["rows"])
            if isinstance(row, dict) and "doc" in row
        ]
    if isinstance(value, dict) and isinstance(value.get("docs"), list):
        return [(("docs", i), item) for i, item in enumerate(value["docs"])]
    return [((), value)]


def found_by_stack(
    given: Iterable[AccountType], service_id: str, context: str = ""
) -> AccountType | None:
    """Give the document that the stack finds for an id on an instance of a context.

    That of the context first, else the one for all. [cozy-stack model/account/type.go, TypeInfo]
    """
    by_id = {account_type.id: account_type for account_type in given}
    own = by_id.get(f"{context}/{service_id}") if context else None
    return own or by_id.get(service_id)


def looks_like_one(value: object) -> bool:
    """Tell whether a decoded value has the keys of an account type, whatever it is named."""
    return isinstance(value, dict) and bool(
        {"grant_mode", "auth_endpoint", "client_secret", "client_id"} & value.keys()
    )


def asks_for_tokens(account_type: AccountType) -> bool:
    """Tell whether the stack sends client id and secret to `token_endpoint` at a login.

    It does wherever the provider has not sent the token itself, as it does in the modes `token`.
    """
    by_itself = account_type.grant_mode.startswith("token")
    return bool(account_type.text("token_endpoint")) and not by_itself
