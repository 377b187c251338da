"""What to write into the database of account types so that it matches the files.

A file says which values a document's fields get. Fields of the live document that the file does
not name stay, such as secrets; `null` removes a field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from manifest_lint.cozy.go_url import is_template
from manifest_lint.cozy.stack import ACCOUNT_TYPE_FIELDS
from manifest_lint.document.encoding import is_utf8
from manifest_lint.document.go_json import fold
from manifest_lint.document.secret import Unresolved, is_placeholder, resolve, variable
from manifest_lint.errors import UserError
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.text.wording import listed, quoted, short

_PART = re.compile(r"\$\{(\w+)\}", re.ASCII)
"""A part of a URL to fill in from the environment."""

_URLS = ("auth_endpoint", "token_endpoint", "manage_endpoint", "reconnect_endpoint", "redirect_uri")

_DEEPEST = 50


@dataclass(frozen=True)
class Wanted:
    """A document as a file describes it.

    `fields` are all except CouchDB's own, filled in; None for a field to remove. `variables` has,
    for each field that was filled in, the names of its environment variables. Its repr shows no
    values.
    """

    id: str
    fields: Mapping[str, Any]
    variables: Mapping[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"Wanted({self.id!r})"


@dataclass(frozen=True)
class Change:
    """A document to write: `before` is the live one, None for a new one.

    `after` has the `_rev` of `before`; it is None if the document is deleted. Its repr shows no
    values.
    """

    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    variables: Mapping[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"Change({self.id!r})"

    @property
    def document(self) -> dict[str, Any]:
        """What is sent to CouchDB."""
        if self.after is not None:
            return dict(self.after)
        rev = (self.before or {}).get("_rev")
        return {"_id": self.id, "_rev": rev, "_deleted": True}


def wanted(
    account_types: Iterable[AccountType], context: str, environment: Mapping[str, str]
) -> list[Wanted]:
    """Return the documents that account types in files ask for.

    With a `context`, they are for the instances of this context only. A value `$NAME` or `${NAME}`,
    and `${NAME}` in a URL, are filled in from the environment: see `resolve` in document/secret.py.
    Raises UserError for a document without an id, for two with the same id, for one of another
    context, for what cannot be filled in, and for what is not UTF-8.
    """
    found: dict[str, Wanted] = {}
    missing: dict[str, None] = {}
    for account_type in account_types:
        id = _id(account_type, context)
        if not is_utf8(id):  # it is the name of a file, or of the context
            raise UserError(f"{quoted(id)}: is not UTF-8; name the file or the context in UTF-8")
        if id in found:
            name = account_type.document.name
            raise UserError(f"{name}: a second document with the id {quoted(id)}; remove one")
        found[id] = _filled(account_type, id, environment, missing)
    if missing:
        them = "it" if len(missing) == 1 else "them"
        raise UserError(f"{listed(list(missing))}; export {them} in the environment")
    return list(found.values())


def _id(account_type: AccountType, context: str) -> str:
    name = account_type.document.name
    if not account_type.id:
        raise UserError(f"{name}: a document has no `_id`; add one, or name the file after it")
    if not context or account_type.context == context:
        return account_type.id
    if account_type.context:
        other = quoted(account_type.context)
        raise UserError(f"{name}: {quoted(account_type.id)} is of the context {other}; remove it")
    return f"{context}/{account_type.id}"


def _filled(
    account_type: AccountType, id: str, environment: Mapping[str, str], missing: dict[str, None]
) -> Wanted:
    """Fill in one document; why a variable has no value is added to `missing`."""
    fields: dict[str, Any] = {}
    variables: dict[str, tuple[str, ...]] = {}
    for key, value in account_type.value.items():
        if key.startswith("_"):  # those are CouchDB's
            continue
        filling = _Filling(key, environment)
        fields[key] = filling.value(value)
        if filling.why:
            name = account_type.document.name
            raise UserError(f"{name}: `{short(key)}` of {quoted(id)} {filling.why}")
        missing.update(filling.missing)
        for name in filling.names:
            if not is_utf8(environment.get(name, "")):
                raise UserError(f"${name}: is not UTF-8 in the environment; set it as UTF-8")
        if filling.names:
            variables[key] = tuple(filling.names)
    return Wanted(id, fields, variables)


class _Filling:
    """Fills in one field: `names` are the variables that it uses.

    `missing` says which of them have no value, `why` that the field cannot be filled in.
    """

    def __init__(self, key: str, environment: Mapping[str, str]):
        self._is_url = fold(key) in _URLS
        self._environment = environment
        self.names: dict[str, None] = {}
        self.missing: dict[str, None] = {}
        self.why = ""

    def value(self, value: Any, depth: int = 1) -> Any:
        if depth > _DEEPEST:  # what is far deeper was never decoded: see go_json.decode
            self.why = f"is nested more than {_DEEPEST} deep; write it as text"
            return value
        if isinstance(value, dict):
            return {key: self.value(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, depth + 1) for inner in value]
        if not isinstance(value, str):
            return value
        if name := variable(value):
            return self._of(name)
        rest = value
        if self._is_url:
            rest = _PART.sub("x", value)  # a filled in value may itself look like a placeholder
            value = _PART.sub(lambda found: self._of(found[1]), value)
        if is_placeholder(rest) or (self._is_url and is_template(rest)):
            self.why = "is a placeholder that names no variable; write its value, or $NAME"
        return value

    def _of(self, name: str) -> str:
        self.names[name] = None
        try:
            return resolve(f"${name}", self._environment.get).reveal()
        except Unresolved as error:
            self.missing[str(error)] = None
            return ""


def plan(
    wanted: Iterable[Wanted], live: Mapping[str, Mapping[str, Any]], prune: str | None = None
) -> list[Change]:
    """Return the changes to write, sorted by id; documents that are up to date have none.

    `live` are documents of the database by their ids. With `prune`, documents that no file has are
    deleted: those of that context or, if it is empty, those without a context.
    """
    by_id = {one.id: one for one in wanted}
    changes = []
    for one in by_id.values():
        before = live.get(one.id)
        after = _laid_over(before or {}, one)
        if before is None or not alike(before, after):
            changes.append(Change(one.id, before, after, one.variables))
    if prune is not None:
        for id in live.keys() - by_id.keys():
            if id.startswith(f"{prune}/") if prune else "/" not in id:
                changes.append(Change(id, live[id], None, {}))
    return sorted(changes, key=lambda change: change.id)


def _laid_over(live: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Return the live document with the fields of a file.

    If a field has another case there, Go would read either one: only the file's is kept.
    """
    named = {fold(key) for key in wanted.fields}
    kept = {key: value for key, value in live.items() if fold(key) not in named}
    given = {key: value for key, value in wanted.fields.items() if value is not None}
    return {"_id": wanted.id, **kept, **given}


class Counts(NamedTuple):
    """How many documents some changes add, change and delete."""

    added: int
    changed: int
    deleted: int


def counts(changes: Iterable[Change]) -> Counts:
    """Return how many documents are added, changed and deleted."""
    changes = tuple(changes)
    deleted = sum(change.after is None for change in changes)
    added = sum(change.before is None for change in changes)
    return Counts(added, len(changes) - added - deleted, deleted)


def kept_fields(wanted: Wanted, live: Mapping[str, Any]) -> list[str]:
    """Return the names of fields that the stack reads and only the live document has: they stay."""
    named = {fold(key) for key in wanted.fields}
    fields = ACCOUNT_TYPE_FIELDS - named
    return [key for key in live if fold(key) in fields and not key.startswith("_")]


def alike(one: Any, other: Any) -> bool:
    """Return whether two values are equal in JSON, where 1 equals 1.0, but not true.

    It does not recurse: a document in a database may be nested as deep as a decoder reads.
    """
    waiting = [(one, other)]
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            if one.keys() != other.keys():
                return False
            waiting += [(one[key], other[key]) for key in one]
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other or isinstance(one, bool) != isinstance(other, bool):
            return False
    return True
