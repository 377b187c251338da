"""U: what an update leaves as it is in existing accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.oauth import wire
from manifest_lint.rules.base import MOST_NAMED, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text, quoted, short

if TYPE_CHECKING:
    from manifest_lint.cozy.upgrade import Upgrade

_NOT_FIELDS = ("advancedFields", "advanced_fields")
"""Entries of `fields` that the form does not show."""


@rule("U006", "scope-changed", on="upgrade", severity=WARNING)
def scope_changed(upgrade: Upgrade) -> Iterator[Finding]:
    """The scope differs, and existing accounts keep the old one.

    An update does not touch accounts, and the renewal of a token sends no scope. People have to log
    in again before the connector can use what the new scope allows.

    Bad: {"old": {"oauth": {"scope": "read"}}, "new": {"oauth": {"scope": "read write"}}}
    Good: {"old": {"oauth": {"scope": "read write"}}, "new": {"oauth": {"scope": "write read"}}}
    Source: cozy-stack model/account/type.go, RefreshAccount; RFC 6749 sections 3.3 and 6
    """
    old, new = upgrade.old.value, upgrade.new.value
    if not (_may_have_accounts(upgrade) and wire.is_oauth(old) and wire.is_oauth(new)):
        return
    before, after = wire.sent_scope(old), wire.sent_scope(new)
    if set(before.split()) == set(after.split()):
        return
    was, is_now = (quoted(one) if one else "none" for one in (before, after))
    message = f"the scope changes from {was} to {is_now}: existing accounts keep the old one"
    fix = Fix("let the connector report a login that fails, so that users log in again")
    yield Finding(message, ("oauth", "scope"), fix=fix)


@rule("U007", "account-type-changed", on="upgrade", severity=WARNING)
def account_type_changed(upgrade: Upgrade) -> Iterator[Finding]:
    """The connector uses another account type, or OAuth for the first time or no longer.

    An update does not touch accounts: those of another account type still renew their tokens with
    it, those without OAuth have no token, and those with it may have no value for a field.

    Bad: {"old": {"oauth": {}}, "new": {"oauth": {"account_type": "other"}}}
    Good: {"old": {"oauth": {"account_type": "other"}}, "new": {"oauth": {"account_type": "other"}}}
    Source: cozy-stack model/account/type.go, RefreshAccount; cozy-libs
    packages/cozy-harvest-lib/src/helpers/konnectors.js
    """
    old, new = upgrade.old.value, upgrade.new.value
    if not _may_have_accounts(upgrade):
        return
    was_oauth, is_oauth = wire.is_oauth(old), wire.is_oauth(new)
    if was_oauth != is_oauth:
        message = "`oauth` is new: existing accounts have no token"
        if was_oauth:
            message = "`oauth` is removed: existing accounts may have only a token"
        fix = Fix("let the connector report a login that fails, so that users log in again")
        yield Finding(message, ("oauth",), fix=fix)
        return
    ids = [wire.account_type_id(one) for one in (old, new)]
    if not is_oauth or wire.ABSENT in ids:
        return
    before, after = map(wire.javascript_text, ids)
    if before != after:
        message = f"the account type changes from {quoted(before)} to {quoted(after)}"
        fix = Fix(f"keep {quoted(before)} in the database: existing accounts renew with it")
        yield Finding(message, ("oauth", "account_type"), fix=fix)


@rule("U009", "field-changed", on="upgrade", severity=WARNING)
def field_changed(upgrade: Upgrade) -> Iterator[Finding]:
    """A field is required from now on, or is removed or renamed.

    An update does not touch accounts: a value stays under the name that it was entered for, and a
    new field has none until users edit their account.

    Bad: {"old": {"fields": {"login": {}}}, "new": {"fields": {"login": {}, "zipcode": {}}}}
    Good: {"old": {"fields": {}}, "new": {"fields": {"zipcode": {"required": false}}}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/manifest.js and fields.js
    """
    if not _may_have_accounts(upgrade):
        return
    old, new = _fields(upgrade.old.value), _fields(upgrade.new.value)
    gone = [name for name in old if name not in new]
    added = [name for name in new if name not in old]
    if len(gone) == len(added) == 1 and _kind(old[gone[0]]) == _kind(new[added[0]]):
        was, is_now = (f"`{short(name, 20)}`" for name in (gone[0], added[0]))
        message = f"the field {was} is now {is_now}: existing accounts keep the value under {was}"
        fix = Fix(f"keep the name {was}, or let the connector read both")
        yield Finding(message, ("fields", added[0]), "key", fix=fix)
        gone = added = []
    for name in gone[:MOST_NAMED]:
        message = f"the field `{short(name)}` is removed: existing accounts keep its value"
        fix = Fix("check that the connector works without it")
        yield Finding(message, ("fields",), "key", fix=fix)
    required = [name for name in added if _is_required(new[name])]
    for name in required[:MOST_NAMED]:
        what = f"`{pointer_text(('fields', name))}` is new and required"
        yield _without_value(what, name)
    stricter = [
        name
        for name in new
        if name in old and _is_required(new[name]) and not _is_required(old[name])
    ]
    for name in stricter[:MOST_NAMED]:
        yield _without_value(f"`{pointer_text(('fields', name))}` is required now", name)


def _may_have_accounts(upgrade: Upgrade) -> bool:
    """Return whether people can have accounts of the old version, and the new is a manifest."""
    return bool(upgrade.new.value) and upgrade.old.is_installable


def _without_value(what: str, name: str) -> Finding:
    fix = Fix('add `"required": false`, or let the connector work without it')
    message = f"{what}: existing accounts may have no value for it"
    return Finding(message, ("fields", name), "key", fix=fix)


def _fields(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the fields that a form shows, by name."""
    fields = manifest.get("fields")
    if not isinstance(fields, dict):
        return {}
    return {
        name: entry
        for name, entry in fields.items()
        if isinstance(entry, dict) and name not in _NOT_FIELDS and entry.get("type") != "hidden"
    }


def _kind(entry: dict[str, Any]) -> tuple[str, str]:
    return str(entry.get("type")), str(entry.get("role"))


def _is_required(entry: dict[str, Any]) -> bool:
    """Return whether users must fill in a field: by default they must."""
    return entry.get("required") is not False and entry.get("isRequired") is not False
