"""P: permissions. P008 is in permission_used.py."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.permission import UNREADABLE, Permission, documented_near
from manifest_lint.cozy.stack import is_doctype
from manifest_lint.cozy.vocabulary import (
    DOCUMENTED_DOCTYPES,
    PERMISSION_KEYS,
    VERBS,
)
from manifest_lint.document.go_json import fold, with_keys
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted, shown

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_REFUSE = ("P001", "P002", "P003", "P005")
"""The rules that report a permission that the stack refuses."""

_KEYS = frozenset(PERMISSION_KEYS)
_MOST_REPORTED = 100
"""At most this many findings of a kind are reported, and doctypes compared with others."""


@rule("P001", "doctype-name", refused_by="install")
def doctype_name(connector: Connector) -> Iterator[Finding]:
    """A permission's `type` is not a doctype's name.

    The stack refuses to install the connector. A doctype is lower-case letters, digits and `_`,
    in parts separated by single dots.

    Bad: {"permissions": {"copies": {"type": "io.cozy.certified.carbonCopy"}}}
    Good: {"permissions": {"copies": {"type": "io.cozy.certified.carbon_copy"}}}
    Source: cozy-stack model/permission/doctype.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "doctype":
            name = refusal.value
            where = pointer_text(with_keys(connector.value, refusal.pointer[:2])[0])
            if not name:
                message = f"`{where}` has no doctype: its `type` is missing or empty"
            else:
                form = "use a-z, 0-9 and `_`, in parts separated by a single `.`"
                message = f"{quoted(name)} is not a doctype: {form}"
            yield Finding(message, refusal.pointer, fix=_right_name(name, refusal.pointer))


@rule("P002", "verb", refused_by="install", fix="safe")
def verb(connector: Connector) -> Iterator[Finding]:
    """A permission has an unknown verb.

    The stack refuses to install the connector.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["get"]}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/verbs.go; its runs
    """
    lists: dict[Pointer, set[str]] = {}
    for refusal in connector.stack_refusals:
        if refusal.kind == "verb":
            written, around = refusal.value, refusal.pointer[:-1]
            fix = None
            if isinstance(written, str) and (right := written.upper()) in (*VERBS, "ALL"):
                edit, title = Edit(f'"{right}"', refusal.pointer), f'write "{right}"'
                if around not in lists:
                    verbs = with_keys(connector.value, around)[1]
                    lists[around] = {one for one in verbs if isinstance(one, str)}
                if right in lists[around]:
                    edit = Edit("", refusal.pointer, "member")
                    title = f'remove it: "{right}" is already in the list'
                lists[around].add(right)
                fix = Fix(title, True, (edit,))
            message = f"{quoted(written or '')} is not a verb: use {one_of([*VERBS, 'ALL'])}"
            yield Finding(message, refusal.pointer, fix=fix)


@rule("P003", "permission-shape", refused_by="install")
def permission_shape(connector: Connector) -> Iterator[Finding]:
    """A permission or one of its values has the wrong type.

    The stack refuses to install the connector. Each permission is an object: `type`, `description`
    and `selector` are strings, `verbs` and `values` are lists of strings.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verbs": "GET"}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/rule.go and set.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "permission":
            name = pointer_text(with_keys(connector.value, refusal.pointer)[0])
            message = f"`{name}` must be {refusal.wanted}, not {shown(refusal.value)}"
            yield Finding(message, refusal.pointer)


@rule("P004", "doctype-unreadable", severity=WARNING, defers_to=_REFUSE)
def doctype_unreadable(connector: Connector) -> Iterator[Finding]:
    """A permission is for a doctype that no application may read.

    The stack always answers 403, so users agree to something that does not work.

    Bad: {"permissions": {"sessions": {"type": "io.cozy.sessions"}}}
    Good: {"permissions": {"logins": {"type": "io.cozy.sessions.logins"}}}
    Source: cozy-stack model/permission/doctype.go
    """
    for permission, cause in _written(connector):
        if permission.doctype in UNREADABLE:
            message = f"`{permission.doctype}` is closed to all applications"
            fix = Fix("remove the permission")
            yield Finding(message, permission.at("type"), fix=fix, cause=cause)


@rule("P005", "wildcard", refused_by="install")
def wildcard(connector: Connector) -> Iterator[Finding]:
    """A wildcard is too wide or malformed.

    The stack refuses to install the connector. It allows `.*` only after three or more parts, as in
    `io.cozy.bank.*`.

    Bad: {"permissions": {"all": {"type": "io.cozy.*"}}}
    Good: {"permissions": {"bank": {"type": "io.cozy.bank.*"}}}
    Source: cozy-stack model/permission/doctype.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "wildcard":
            mistake = "is too wide: write `.*` only after three or more parts"
            if refusal.value.count(".") > 2:
                mistake = (
                    "is malformed: before `.*`, use a-z, 0-9 and `_` in parts separated by `.`"
                )
            message = f"the wildcard {quoted(refusal.value)} {mistake}"
            yield Finding(message, refusal.pointer)


@rule("P006", "permission-twice", severity=NOTE)
def permission_twice(connector: Connector) -> Iterator[Finding]:
    """Two permissions are the same.

    Users see both, but only one has an effect. Often one was meant for another doctype.

    Bad: {"permissions": {"a": {"type": "io.cozy.files"}, "b": {"type": "io.cozy.files"}}}
    Good: {"permissions": {"a": {"type": "io.cozy.files"}, "b": {"type": "io.cozy.bills"}}}
    Source: cozy-stack model/permission/set.go
    """
    for permission, same in islice(_twice(connector), _MOST_REPORTED):
        names = [pointer_text(which.pointer) for which in (permission, same)]
        message = f"`{names[0]}` is the same as `{names[1]}`"
        yield Finding(message, permission.pointer, "key", fix=Fix("keep one of the two"))


def _twice(connector: Connector) -> Iterator[tuple[Permission, Permission]]:
    """Return each permission that repeats an earlier one, with that one."""
    first: dict[tuple[Any, ...], Permission] = {}
    asked_for = Counter([permission.doctype for permission in connector.permissions])
    for permission in connector.permissions:
        if asked_for[permission.doctype] == 1:
            continue  # most
        asked = (permission.doctype, permission.verbs, permission.selector, permission.values)
        same = first.setdefault(asked, permission)
        if same is not permission:
            yield permission, same


@rule("P007", "selector-without-values", severity=WARNING, defers_to=_REFUSE)
def selector_without_values(connector: Connector) -> Iterator[Finding]:
    """A permission has a `selector` but no `values`.

    The stack ignores a `selector` without `values`, so the connector gets access to all documents
    of the doctype, which may be more than its description says.

    Bad: {"permissions": {"p": {"type": "io.cozy.files", "selector": "class"}}}
    Good: {"permissions": {"p": {"type": "io.cozy.files", "selector": "class", "values": ["pdf"]}}}
    Source: cozy-stack model/permission/rule.go and match.go
    """
    for permission, cause in _written(connector):
        if permission.selector and permission.doctype and not permission.values:
            name = pointer_text(permission.pointer)
            message = f"`{name}` has no `values`: it opens all `{permission.doctype}` documents"
            fix = Fix("add `values`, or remove `selector`")
            yield Finding(message, permission.at("selector"), "key", fix=fix, cause=cause)


@rule("P009", "permission-unknown-key", severity=WARNING, fix="unsafe", defers_to=_REFUSE)
def unknown_key(connector: Connector) -> Iterator[Finding]:
    """A permission has an unknown key.

    The stack ignores it silently. A misspelt `verbs` allows everything, a misspelt `values` opens
    all documents.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verb": ["GET"]}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/rule.go
    """
    unknown = (
        (permission, key, cause)
        for permission, cause in _written(connector)
        if not _KEYS.issuperset(permission.value)  # few
        for key in permission.value
        if fold(key) not in PERMISSION_KEYS
    )
    for permission, key, cause in islice(unknown, _MOST_REPORTED):
        pointer, fix = (*permission.pointer, key), _renaming(permission, key)
        message = f"`{pointer_text(pointer)}` is ignored: unknown key"
        yield Finding(message, pointer, "key", fix=fix, cause=cause)


@rule("P010", "doctype-misspelt", severity=WARNING, fix="unsafe", defers_to=_REFUSE)
def doctype_misspelt(connector: Connector) -> Iterator[Finding]:
    """A doctype is misspelt.

    The stack allows the misspelt doctype: the connector gets no access to the right one, and no
    app reads what it stores under the wrong name.

    Bad: {"permissions": {"operations": {"type": "io.cozy.bank_operations"}}}
    Good: {"permissions": {"operations": {"type": "io.cozy.bank.operations"}}}
    Source: cozy-doctypes; the history of connectors
    """
    asked = list(_written(connector))
    odd = ((one, cause) for one, cause in asked if one.doctype not in DOCUMENTED_DOCTYPES)
    for permission, cause in islice(odd, _MOST_REPORTED):
        if near := documented_near(permission.doctype):
            message = f"unknown doctype `{permission.doctype}`: did you mean `{near}`?"
            alone = near != "io.cozy.accounts" and not any(
                other.doctype == near for other, _ in asked
            )
            edits = (Edit(json.dumps(near), permission.at("type")),) if alone else ()
            fix = Fix(f'write "{near}"', False, edits)
            yield Finding(message, permission.at("type"), fix=fix, cause=cause)


@rule("P012", "values-empty", severity=WARNING, fix="safe", defers_to=_REFUSE)
def values_empty(connector: Connector) -> Iterator[Finding]:
    """A permission has an empty list of `values`.

    It opens all documents, as without `values`. But CouchDB does not keep the empty list, so the
    stack finds other permissions in every new version, and holds every update for the user's
    consent.

    Bad: {"permissions": {"a": {"type": "io.cozy.accounts", "values": []}}}
    Good: {"permissions": {"a": {"type": "io.cozy.accounts"}}}
    Source: cozy-stack model/permission/rule.go, and set.go, HasSameRules; its runs
    """
    for permission, cause in _written(connector):
        if permission.read("values") == []:
            name, at = pointer_text(permission.pointer), permission.at("values")
            message = f"`{name}` has empty `values`: every update waits for the user's consent"
            fix = Fix("remove it", True, (Edit("", at, "member"),))
            yield Finding(message, at, "key", fix=fix, cause=cause)


def _written(connector: Connector) -> Iterator[tuple[Permission, Pointer]]:
    """Yield each permission and where the stack refuses it, () if it accepts it; those first."""
    yield from ((permission, ()) for permission in connector.permissions)
    for permission in connector.written_permissions:
        if permission.refused is not None:
            yield permission, permission.refused


def _renaming(permission: Permission, key: str) -> Fix | None:
    """Return a fix that renames the key to the one that was most likely meant.

    It has no edit where the stack reads that key: the edit would change what is allowed.
    """
    near = nearest(key[:30], PERMISSION_KEYS)
    if not near or near in permission.value:
        return None
    harmless = near == "description" and isinstance(permission.value[key], str)
    rename = Edit(json.dumps(near), (*permission.pointer, key), "key")
    return Fix(f"rename to `{near}`", False, (rename,) if harmless else ())


def _right_name(written: Any, pointer: Pointer) -> Fix | None:
    """Return a fix from `carbonCopy` to `carbon_copy`, as seen in the history of connectors.

    A name with dashes and no dots is that of a database: `io-cozy-accounts`.
    """
    if not isinstance(written, str):
        return None
    name = written.strip()
    if "." not in name and name.replace("-", ".") in DOCUMENTED_DOCTYPES:
        name = name.replace("-", ".")
    fixed = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")
    if fixed == written or not is_doctype(fixed):
        return None
    if fixed not in DOCUMENTED_DOCTYPES:
        fixed = documented_near(fixed) or fixed
    return Fix(f'write "{fixed}"', False, (Edit(f'"{fixed}"', pointer),))
