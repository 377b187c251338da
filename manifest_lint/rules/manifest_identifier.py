"""M023: the field that Harvest names an account after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from manifest_lint.cozy.vocabulary import LOGIN_FIELD_NAMES
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import quoted


@rule("M023", "no-identifier", severity=WARNING)
def no_identifier(connector: Connector) -> Iterator[Finding]:
    """No field identifies the account, or a dropdown does.

    Harvest names an account after the first of these: a field with `"role": "identifier"`, one
    named login, identifier, new_identifier or email, any that is not a password. If that is a
    dropdown, all accounts with the same choice have one name; without such a field, which is a
    note, users see the account's id.

    Bad: {"oauth": false, "fields": {"site": {"type": "dropdown", "options": [{"value": "a"}]}}}
    Good: {"oauth": false, "fields": {"login": {"type": "text"}, "secret": {"type": "password"}}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/manifest.js, sanitizeIdentifier
    """
    fields = connector.value.get("fields")
    # OAuth and client-side connectors show no form.
    if wire.is_oauth(connector.value) or connector.value.get("clientSide") is True:
        return
    if not isinstance(fields, dict):
        return
    shown = {name: entry for name, entry in fields.items() if name != "advancedFields"}
    if not shown or not all(isinstance(entry, dict) for entry in shown.values()):
        return
    used = identifier(shown)
    if used is None:
        message = "every field is a password: none identifies the account"
        fix = Fix("add a field for the user's name")
        yield Finding(message, ("fields",), "key", severity=NOTE, fix=fix)
        return
    if shown[used].get("type") == "dropdown" and shown[used].get("role") != "identifier":
        message = f"Harvest names the account after the dropdown {quoted(used)}"
        fix = Fix('write `"role": "identifier"` in the field that differs between accounts')
        yield Finding(message, ("fields", used), "key", fix=fix)
    for name, entry in shown.items():
        if entry.get("identifier") is True and name != used:
            message = f"Harvest ignores `identifier`: it names the account after {quoted(used)}"
            why = '`identifier` is documented, but Harvest looks for `"role": "identifier"`.'
            fix = Fix('write `"role": "identifier"`')
            pointer = ("fields", name, "identifier")
            yield Finding(message, pointer, "key", severity=NOTE, why=why, fix=fix)


def identifier(fields: dict[str, dict[str, Any]]) -> str | None:
    """Return the name of the field that Harvest names the account after, or None."""
    for name, entry in fields.items():
        if entry.get("role") == "identifier":
            return name
    for name in LOGIN_FIELD_NAMES:
        if name in fields:
            return name
    return next((name for name, entry in fields.items() if entry.get("type") != "password"), None)
