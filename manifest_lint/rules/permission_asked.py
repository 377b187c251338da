"""P: permissions. P008 stands in doctypes_used.py."""

from __future__ import annotations

import json
import re
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

_MOST_TOLD = 100
"""So many findings of a kind are told, and so many doctypes are compared with others."""


@rule("P001", "doctype-name", refused_by="install")
def doctype_name(connector: Connector) -> Iterator[Finding]:
    """A permission's `type` is not a doctype's name.

    The stack refuses to install the connector. A doctype is made of names with one `.` between
    each two; in a name are lower-case letters, digits and `_`.

    Bad: {"permissions": {"copies": {"type": "io.cozy.certified.carbonCopy"}}}
    Good: {"permissions": {"copies": {"type": "io.cozy.certified.carbon_copy"}}}
    Source: cozy-stack model/permission/doctype.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "doctype":
            name = refusal.value
            where = pointer_text(with_keys(connector.value, refusal.pointer[:2])[0])
            if not name:
                message = f"`{where}` names no doctype: its `type` is missing or empty"
            else:
                form = "names of a-z, 0-9 and `_`, with one `.` between each two"
                message = f"{quoted(name)} is not a doctype: {form}"
            yield Finding(message, refusal.pointer, fix=_right_name(name, refusal.pointer))


@rule("P002", "verb", refused_by="install", fix="safe")
def verb(connector: Connector) -> Iterator[Finding]:
    """A permission asks for a verb that the stack does not know.

    The stack refuses to install the connector.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["get"]}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/verbs.go; its runs
    """
    there: set[tuple[Pointer, str]] = set()
    for refusal in connector.stack_refusals:
        if refusal.kind == "verb":
            written, around = refusal.value, refusal.pointer[:-1]
            fix = None
            if isinstance(written, str) and (right := written.upper()) in (*VERBS, "ALL"):
                edit, title = Edit(f'"{right}"', refusal.pointer), f'write "{right}"'
                if right in with_keys(connector.value, around)[1] or (around, right) in there:
                    edit = Edit("", refusal.pointer, "member")
                    title = f'remove it: "{right}" is there already'
                there.add((around, right))
                fix = Fix(title, True, (edit,))
            message = f"{quoted(written or '')} is not a verb: {one_of([*VERBS, 'ALL'])}"
            yield Finding(message, refusal.pointer, fix=fix)


@rule("P003", "permission-shape", refused_by="install")
def permission_shape(connector: Connector) -> Iterator[Finding]:
    """A permission is not built as the stack decodes it.

    The stack refuses to install the connector. Permissions are an object of objects; `type`,
    `description` and `selector` are texts, `verbs` and `values` are lists of texts.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verbs": "GET"}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/rule.go and set.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "permission":
            name = pointer_text(with_keys(connector.value, refusal.pointer)[0])
            message = f"`{name}` must be {refusal.wanted}, not {shown(refusal.value)}"
            yield Finding(message, refusal.pointer)


@rule("P004", "doctype-unreadable", severity=WARNING)
def doctype_unreadable(connector: Connector) -> Iterator[Finding]:
    """A permission is for a doctype that no application may read.

    The stack keeps it for itself: it answers 403 whatever the permissions are, and users are asked
    to agree to something that does not work.

    Bad: {"permissions": {"sessions": {"type": "io.cozy.sessions"}}}
    Good: {"permissions": {"logins": {"type": "io.cozy.sessions.logins"}}}
    Source: cozy-stack model/permission/doctype.go
    """
    for permission in connector.permissions:
        if permission.doctype in UNREADABLE:
            message = f"no application may read `{permission.doctype}`"
            fix = Fix("remove the permission")
            yield Finding(message, permission.at("type"), fix=fix)


@rule("P005", "wildcard", refused_by="install")
def wildcard(connector: Connector) -> Iterator[Finding]:
    """A wildcard is too wide.

    The stack refuses to install the connector: `.*` may stand only behind three names or more, as
    in `io.cozy.bank.*`.

    Bad: {"permissions": {"all": {"type": "io.cozy.*"}}}
    Good: {"permissions": {"bank": {"type": "io.cozy.bank.*"}}}
    Source: cozy-stack model/permission/doctype.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "wildcard":
            message = f"the wildcard {quoted(refusal.value)} is too wide, or not well formed"
            yield Finding(message, refusal.pointer)


@rule("P006", "permission-twice", severity=NOTE)
def permission_twice(connector: Connector) -> Iterator[Finding]:
    """Two permissions ask for the same.

    Users are shown both, and only one of them counts. Most often one was to be for something else.

    Bad: {"permissions": {"a": {"type": "io.cozy.files"}, "b": {"type": "io.cozy.files"}}}
    Good: {"permissions": {"a": {"type": "io.cozy.files"}, "b": {"type": "io.cozy.bills"}}}
    Source: cozy-stack model/permission/set.go
    """
    for permission, same in islice(_twice(connector), _MOST_TOLD):
        names = [pointer_text(which.pointer) for which in (permission, same)]
        message = f"`{names[0]}` asks for the same as `{names[1]}`"
        yield Finding(message, permission.pointer, "key", fix=Fix("keep one of the two"))


def _twice(connector: Connector) -> Iterator[tuple[Permission, Permission]]:
    """Give each permission that asks for what one before it does, and that one."""
    first: dict[tuple[Any, ...], Permission] = {}
    for permission in connector.permissions:
        asked = (permission.doctype, permission.verbs, permission.selector, permission.values)
        same = first.setdefault(asked, permission)
        if same is not permission:
            yield permission, same


@rule("P007", "selector-without-values", severity=WARNING)
def selector_without_values(connector: Connector) -> Iterator[Finding]:
    """A permission has a `selector` and no `values`.

    A selector names the field that is compared with `values`. Without them the stack opens every
    document of the doctype, more than the author meant and than users have read.

    Bad: {"permissions": {"p": {"type": "io.cozy.files", "selector": "class"}}}
    Good: {"permissions": {"p": {"type": "io.cozy.files", "selector": "class", "values": ["pdf"]}}}
    Source: cozy-stack model/permission/rule.go and match.go
    """
    for permission in connector.permissions:
        if permission.selector and not permission.values:
            name = pointer_text(permission.pointer)
            message = f"`{name}` has no `values`: it opens all of `{permission.doctype}`"
            fix = Fix("add `values`, or remove `selector`")
            yield Finding(message, permission.at("selector"), "key", fix=fix)


@rule("P009", "permission-unknown-key", severity=WARNING, fix="unsafe")
def unknown_key(connector: Connector) -> Iterator[Finding]:
    """A permission has a key that nobody reads.

    The stack drops it without a word: a misspelt `verbs` allows everything, a misspelt `values`
    opens every document.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verb": ["GET"]}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/rule.go
    """
    unknown = (
        (permission, key)
        for permission in connector.permissions
        for key in permission.value
        if fold(key) not in PERMISSION_KEYS
    )
    for permission, key in islice(unknown, _MOST_TOLD):
        message = f"`{pointer_text((*permission.pointer, key))}` is read by nobody"
        yield Finding(message, (*permission.pointer, key), "key", fix=_renaming(permission, key))


@rule("P010", "doctype-misspelt", severity=WARNING, fix="unsafe")
def doctype_misspelt(connector: Connector) -> Iterator[Finding]:
    """A doctype is nearly, but not quite, a documented one.

    The stack opens any doctype that is asked for, a misspelt one too. What the connector really
    uses stays closed to it, and what it stores under the other name is read by nobody.

    Bad: {"permissions": {"operations": {"type": "io.cozy.bank_operations"}}}
    Good: {"permissions": {"operations": {"type": "io.cozy.bank.operations"}}}
    Source: cozy-doctypes; the history of connectors
    """
    asked = connector.permissions
    odd = (permission for permission in asked if permission.doctype not in DOCUMENTED_DOCTYPES)
    for permission in islice(odd, _MOST_TOLD):
        if near := documented_near(permission.doctype):
            message = f"`{permission.doctype}` is not a documented doctype, `{near}` is"
            alone = near != _ACCOUNTS and not any(other.doctype == near for other in asked)
            edits = (Edit(json.dumps(near), permission.at("type")),) if alone else ()
            fix = Fix(f'write "{near}"', False, edits)
            yield Finding(message, permission.at("type"), fix=fix)


_ACCOUNTS = "io.cozy.accounts"


@rule("P011", "account-read-only", severity=NOTE, fix="unsafe")
def account_read_only(connector: Connector) -> Iterator[Finding]:
    """The connector may read its account, and change nothing in it.

    Whatever it stores there is refused: the session of a site that it has logged in to, the state
    of a second factor, a name for the account, its folder. No repair of a permission stands in the
    history of connectors more often. Of the verbs, `PUT` is the one that changes a document.

    Bad: {"permissions": {"accounts": {"type": "io.cozy.accounts", "verbs": ["GET"]}}}
    Good: {"permissions": {"accounts": {"type": "io.cozy.accounts", "verbs": ["GET", "PUT"]}}}
    Source: cozy-konnector-libs, BaseKonnector.js and CookieKonnector.js; the history of connectors
    """
    asked = [permission for permission in connector.permissions if permission.covers(_ACCOUNTS)]
    if asked and not any("PUT" in permission.verbs for permission in asked):
        permission = asked[0]
        at = permission.at("verbs")
        last = len(with_keys(connector.value, at)[1]) - 1
        edit = Edit(', "PUT"', (*at, last), "end")
        name = pointer_text(permission.pointer)
        message = f"`{name}` does not let the connector change its account: there is no `PUT`"
        yield Finding(message, at, fix=Fix('add "PUT"', False, (edit,)))


def _renaming(permission: Permission, key: str) -> Fix | None:
    """Offer the key that was most likely meant.

    No machine does it where the key means a thing to the stack: it would change what is allowed.
    """
    near = nearest(key[:30], PERMISSION_KEYS)
    if not near or near in permission.value:
        return None
    told = near == "description" and isinstance(permission.value[key], str)
    rename = Edit(json.dumps(near), (*permission.pointer, key), "key")
    return Fix(f"rename to `{near}`", False, (rename,) if told else ())


def _right_name(name: Any, pointer: Pointer) -> Fix | None:
    """Offer `carbon_copy` for `carbonCopy`: the repair that the real history shows."""
    if not isinstance(name, str):
        return None
    mended = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")
    if mended == name or not is_doctype(mended):
        return None
    if mended not in DOCUMENTED_DOCTYPES:
        mended = documented_near(mended) or mended
    return Fix(f'write "{mended}"', False, (Edit(f'"{mended}"', pointer),))
