"""M012 and M023: the fields that a user fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from manifest_lint.content.regular_expression import mistake
from manifest_lint.cozy.vocabulary import (
    FIELD_PROPERTIES,
    FIELD_TYPES,
    LOGIN_FIELD_NAMES,
    RENAMED_KEYS,
)
from manifest_lint.document.go_json import RepeatedKeys
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, pointer_text, quoted

_LEFT_OUT = "advancedFields"
"""The entry that Harvest takes out of the form before it does anything else."""

_FOLDERS = '"folders": [{"defaultDir": "$administrative/$konnector/$account"}]'
"""What `advancedFields.folderPath` meant, and Harvest's default still is."""

_MOST_SUGGESTED = 50
"""For so many fields, and properties of one, the nearest known word is looked for."""

_NOT_LETTERS = re.compile("[^a-z]+")
_PASSWORDS = ("password", "passwd", "passphrase", "motdepasse")
"""How the letters of a name end that is clearly a password's. A code may be shown as typed."""


@rule("M012", "field", severity=WARNING, fix="unsafe", defers_to=("M002",))
def field(connector: Connector) -> Iterator[Finding]:
    """A field of the form is not written as its readers take it.

    Nobody refuses it. Harvest shows a field of an unknown type as a text input, and what was meant
    with a property that does not fit is lost. A password in a text input stands on the screen while
    it is typed.

    Bad: {"fields": {"login": {"type": "text"}, "password": {"type": "text"}}}
    Good: {"fields": {"login": {"type": "text"}, "password": {"type": "password"}}}
    Source: cozy-apps-registry README, "Konnectors fields property"; cozy-libs
    packages/cozy-harvest-lib/src/helpers/manifest.js and fields.js; cozy-home statefulForm.jsx
    """
    fields = connector.value.get("fields")
    if not isinstance(fields, dict):
        return
    for number, (name, entry) in enumerate(fields.items()):
        if not isinstance(entry, dict):
            pointer = ("fields", name)
            yield Finding(f"`{pointer_text(pointer)}` must be an object", pointer)
            continue
        if name == _LEFT_OUT:
            yield _left_out(connector, entry)
        elif _is_of_the_first_form(entry):
            yield _of_the_first_form(name, entry)
        else:
            # Of an OAuth connector's access token, S010 tells.
            is_token = name == "access_token" and wire.is_oauth(connector.value)
            yield from _of_field(name, entry, number < _MOST_SUGGESTED, is_token)


def _left_out(connector: Connector, entry: dict[str, Any]) -> Finding:
    pointer = ("fields", _LEFT_OUT)
    if lost := [key for key in entry if key != "folderPath"]:
        names = ", ".join(quoted(key) for key in lost[:3]) + (", ..." if lost[3:] else "")
        message = f"the form leaves out `fields.{_LEFT_OUT}`, and with it {names}"
        why = "Harvest takes the entry out of the form: users are never asked for what is in it."
        fix = Fix("move the fields in it to `fields`")
        return Finding(message, pointer, "key", why=why, fix=fix)
    message = f"`fields.{_LEFT_OUT}` is the old form of `folders`"
    why = (
        "Harvest takes it out of the form; of `folderPath` it reads only that the connector needs"
        " a folder, which `folders` says too, and where."
    )
    fix = _as_folders(connector, entry)
    return Finding(message, pointer, "key", severity=NOTE, why=why, fix=fix)


def _as_folders(connector: Connector, entry: dict[str, Any]) -> Fix:
    manifest = connector.value
    fields = manifest["fields"]
    said = any(key == "folders" or RENAMED_KEYS.get(key) == "folders" for key in manifest)
    title = "remove it" if said or not entry else f"write `{_FOLDERS}`"
    if isinstance(manifest, RepeatedKeys) or isinstance(fields, RepeatedKeys):
        return Fix(title)
    removal = Edit("", ("fields", _LEFT_OUT), "member")
    if said or not entry:
        return Fix(title, False, (removal,))
    return Fix(title, False, (removal, Edit(f",\n  {_FOLDERS}", ("fields",), "end")))


def _is_of_the_first_form(entry: dict[str, Any]) -> bool:
    return entry.get("type") not in FIELD_TYPES and ("accountFormat" in entry or "doctype" in entry)


def _of_the_first_form(name: str, entry: dict[str, Any]) -> Finding:
    key = "accountFormat" if "accountFormat" in entry else "doctype"
    pointer = ("fields", name, key)
    message = f"`{pointer_text(pointer)}` is of the first manifests: nobody reads it any more"
    why = f"Harvest shows one text input named {quoted(name)} instead of what was meant."
    fix = Fix("write an entry with its `type` for each thing that a user fills in")
    if entry.get("doctype") == "io.cozy.files":
        fix = Fix("name the folder in `folders`")
    return Finding(message, pointer, "key", why=why, fix=fix)


def _of_field(
    name: str, entry: dict[str, Any], suggesting: bool, is_token: bool
) -> Iterator[Finding]:
    misspelt = _misspelt(entry) if suggesting else {}
    for key, known in misspelt.items():
        pointer = ("fields", name, key)
        message = f"`{pointer_text(pointer)}` is read by nobody: did you mean `{known}`?"
        fix = Fix(f"rename to `{known}`")
        yield Finding(message, pointer, "key", fix=fix)
    if not is_token and "type" not in misspelt.values():
        yield from _type(name, entry, suggesting)
    if "options" not in misspelt.values():
        yield from _options(name, entry)
    yield from _limits(name, entry)
    yield from _pattern(name, entry)
    yield from _password(name, entry)
    if "required" in entry and "isRequired" in entry:
        pointer = ("fields", name, "isRequired")
        message = f"`{pointer_text(pointer)}` is not read: Harvest takes the `required` beside it"
        why = "`isRequired` is the documented form, `required` the one that Harvest prefers."
        yield Finding(message, pointer, "key", severity=NOTE, why=why, fix=Fix("remove it"))


def _misspelt(entry: dict[str, Any]) -> dict[str, str]:
    """Give the properties that nobody knows and that look like a known one, with that."""
    if FIELD_PROPERTIES.issuperset(entry) or len(entry) > _MOST_SUGGESTED:
        return {}
    near = {key: _near(key, FIELD_PROPERTIES) for key in entry if key not in FIELD_PROPERTIES}
    return {key: known for key, known in near.items() if known and known not in entry}


def _near(word: str, known: tuple[str, ...] | frozenset[str]) -> str | None:
    return nearest(word, known) if 2 < len(word) <= 30 else None


def _type(name: str, entry: dict[str, Any], suggesting: bool) -> Iterator[Finding]:
    pointer = ("fields", name, "type")
    written = entry.get("type")
    near = "dropdown" if entry.get("options") else "password" if is_password(name) else None
    if "type" not in entry:
        fix = Fix(f'write `"type": "{near or "text"}"`')
        message = f"`{pointer_text(pointer)}` is missing: Harvest shows a text input"
        severity, why = (None, None) if near else (NOTE, "The registry documents it as required.")
        yield Finding(message, pointer, severity=severity, why=why, fix=fix)
    elif isinstance(written, str) and written not in FIELD_TYPES:
        if not near and suggesting:
            near = _near(written, FIELD_TYPES)
        hint = f'write "{near}"' if near else ""
        if written == "folder":
            hint = "name the folder in `folders`"
        message = f"{quoted(written)} is not a type of field: Harvest shows a text input"
        yield Finding(message, pointer, fix=Fix(hint) if hint else None)


def _options(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    pointer = ("fields", name, "options")
    kind, options = entry.get("type"), entry.get("options", [])
    if kind == "dropdown" and options == []:
        message = f"`{pointer_text(pointer)}` is missing or empty: a user can choose nothing"
        yield Finding(message, pointer)
    elif kind != "dropdown" and kind in FIELD_TYPES and isinstance(options, list) and options:
        message = f"`{pointer_text(pointer)}` is of no use: a field of type {kind} shows no options"
        yield Finding(message, pointer, "key")


def _limits(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    least, most = entry.get("min"), entry.get("max")
    if type(least) is type(most) is int and least > most:
        pointer = ("fields", name, "min")
        message = f"`{pointer_text(pointer)}` is greater than `max`: no value can be right"
        yield Finding(message, pointer)


def _pattern(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    written = entry.get("pattern")
    if isinstance(written, str) and (reason := mistake(written)):
        pointer = ("fields", name, "pattern")
        yield Finding(f"`{pointer_text(pointer)}` is not a regular expression: {reason}", pointer)


def _password(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    if entry.get("type") == "text" and is_password(name):
        pointer = ("fields", name, "type")
        message = f'`{pointer_text(pointer)}` is "text": what a user types stands on the screen'
        yield Finding(message, pointer, fix=Fix('write "password"'))


def is_password(name: str) -> bool:
    """Tell whether a field's name is clearly that of a password: `newPassword`, `mot_de_passe`."""
    letters = _NOT_LETTERS.sub("", name[-60:].lower())
    return letters.endswith(_PASSWORDS) or letters in ("pwd", "mdp")


@rule("M023", "no-identifier", severity=NOTE)
def no_identifier(connector: Connector) -> Iterator[Finding]:
    """No field says whose account it is.

    Harvest names the account by its identifier: the field whose `role` is `identifier`, else one
    named login, identifier, new_identifier or email, else the first that is not a password.
    Without one, users see an account under its id, a row of digits and letters.

    Bad: {"oauth": false, "fields": {"secret": {"type": "password"}}}
    Good: {"oauth": false, "fields": {"login": {"type": "text"}, "secret": {"type": "password"}}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/manifest.js, sanitizeIdentifier
    """
    fields = connector.value.get("fields")
    # Only a connector of neither kind shows a form.
    if wire.is_oauth(connector.value) or connector.value.get("clientSide") is True:
        return
    if not isinstance(fields, dict):
        return
    shown = {name: entry for name, entry in fields.items() if name != _LEFT_OUT}
    if not shown or not all(isinstance(entry, dict) for entry in shown.values()):
        return
    taken = identifier(shown)
    if taken is None:
        message = "every field is a password: none says whose account it is"
        yield Finding(message, ("fields",), "key", fix=Fix("add the field for the user's name"))
        return
    for name, entry in shown.items():
        if entry.get("identifier") is True and name != taken:
            message = (
                f"Harvest does not read `identifier`: to it, {quoted(taken)} names the account"
            )
            why = "The documented mark of the identifier is not the one that Harvest looks for."
            fix = Fix('write `"role": "identifier"`')
            yield Finding(message, ("fields", name, "identifier"), "key", why=why, fix=fix)


def identifier(fields: dict[str, dict[str, Any]]) -> str | None:
    """Give the name of the field that names the account, as Harvest finds it; None for none."""
    for name, entry in fields.items():
        if entry.get("role") == "identifier":
            return name
    for name in LOGIN_FIELD_NAMES:
        if name in fields:
            return name
    return next((name for name, entry in fields.items() if entry.get("type") != "password"), None)
