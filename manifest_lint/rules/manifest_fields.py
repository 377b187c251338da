"""M012: the fields that a user fills in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.vocabulary import (
    FIELD_LABELS,
    FIELD_PROPERTIES,
    FIELD_TYPES,
    HARVEST_LABELS,
    TRANSLATED_FIELD_NAMES,
)
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import languages, objects
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_LEFT_OUT = "advancedFields"
"""The entry that Harvest removes from the form before it does anything else."""

_TOKENS = ("accesstoken", "refreshtoken", "idtoken")
"""Fields that hold what a login returns, by name: no user can fill them in."""

_MOST_SUGGESTED = 50
"""At most this many fields, and properties of one, get a suggestion."""

_PASSWORDS = ("password", "passwd", "passphrase", "motdepasse")
"""Endings of names that are clearly passwords. A code may be shown as typed."""


@rule("M012", "field", severity=WARNING, fix="unsafe", defers_to=("M002", "S010"))
def field(connector: Connector) -> Iterator[Finding]:
    """A form field has a wrong type or property.

    Harvest shows a field of an unknown type as a text input and ignores a property that does not
    fit, such as a label of your own: those are in `locales`. A password in a text input is
    readable on the screen.

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
            yield from _left_out(entry)
        elif _is_of_the_first_form(entry):
            yield _of_the_first_form(name, entry)
        else:
            is_token = name == "access_token" and wire.is_oauth(connector.value)
            yield from _of_field(name, entry, number < _MOST_SUGGESTED, is_token)
    yield from _labels(connector, fields)


def _left_out(entry: dict[str, Any]) -> Iterator[Finding]:
    """Report the fields in `advancedFields`; without any, the old form of `folders` works."""
    if lost := [key for key in entry if key != "folderPath"]:
        names = ", ".join(quoted(key) for key in lost[:3]) + (", ..." if lost[3:] else "")
        message = f"the form skips `fields.{_LEFT_OUT}`, and with it {names}"
        why = "Harvest removes this entry from the form: users are never asked for its fields."
        fix = Fix("move its fields to `fields`")
        yield Finding(message, ("fields", _LEFT_OUT), "key", why=why, fix=fix)


def _is_of_the_first_form(entry: dict[str, Any]) -> bool:
    return entry.get("type") not in FIELD_TYPES and ("accountFormat" in entry or "doctype" in entry)


def _of_the_first_form(name: str, entry: dict[str, Any]) -> Finding:
    key = "accountFormat" if "accountFormat" in entry else "doctype"
    pointer = ("fields", name, key)
    message = f"`{pointer_text(pointer)}` is from an old manifest format and is ignored"
    why = f"Harvest shows one text input named {quoted(name)} instead."
    fix = Fix("write one field, with a `type`, for each value that a user enters")
    if entry.get("doctype") == "io.cozy.files":
        fix = Fix("name the folder in `folders`")
    return Finding(message, pointer, "key", why=why, fix=fix)


def _of_field(
    name: str, entry: dict[str, Any], suggesting: bool, is_token: bool
) -> Iterator[Finding]:
    misspelt = _misspelt(entry) if suggesting else {}
    for key, known in misspelt.items():
        pointer = ("fields", name, key)
        message = f"`{pointer_text(pointer)}` is ignored: did you mean `{known}`?"
        fix = Fix(f"rename to `{known}`")
        yield Finding(message, pointer, "key", fix=fix)
    if "type" not in misspelt.values():
        yield from _type(name, entry, suggesting, is_token)
    if "options" not in misspelt.values():
        yield from _options(name, entry)
    if not _RARE.isdisjoint(entry):
        yield from _limits(name, entry)
        yield from _role(name, entry)
        yield from _pattern(name, entry)
    yield from _password(name, entry)
    if "required" in entry and "isRequired" in entry:
        pointer = ("fields", name, "isRequired")
        message = f"`{pointer_text(pointer)}` is ignored: Harvest reads `required` next to it"
        why = "`isRequired` is documented, but Harvest prefers `required`."
        yield Finding(message, pointer, "key", severity=NOTE, why=why, fix=Fix("remove it"))


def _named_in_all_languages(connector: Connector) -> frozenset[str]:
    """Return the fields that have a label in each language."""
    names = Counter[str]()
    locales = dict(languages(connector)).values()
    for locale in locales:
        names.update(name for name, texts in objects(locale.get("fields")) if texts.get("label"))
    return frozenset(name for name, number in names.items() if number == len(locales))


def _labels(connector: Connector, fields: dict[str, Any]) -> Iterator[Finding]:
    """Report labels that Harvest ignores, of fields that nothing else names."""
    ignored = [
        (name, label)
        for name, entry in objects(fields)
        if isinstance(label := entry.get("label"), str)
        and label not in HARVEST_LABELS
        and name not in TRANSLATED_FIELD_NAMES
        and entry.get("type") != "hidden"
    ]
    if not ignored or connector.value.get("clientSide") is True:
        return
    named = _named_in_all_languages(connector)
    for number, (name, label) in enumerate(ignored):
        if name not in named and name != _LEFT_OUT:
            pointer = ("fields", name, "label")
            message = f"the label {quoted(label, 25)} is ignored: users see `{short(name, 30)}`"
            why = f"Harvest reads {one_of([f'`{known}`' for known in FIELD_LABELS])}."
            fix = Fix("write it as the field's `label` in each language")
            if number < _MOST_SUGGESTED and (near := _near(label, FIELD_LABELS)):
                fix = Fix(f'write "{near}"', False, (Edit(json.dumps(near), pointer),))
            yield Finding(message, pointer, why=why, fix=fix)


def _misspelt(entry: dict[str, Any]) -> dict[str, str]:
    """Return the unknown properties that look like a known one, with that one."""
    if FIELD_PROPERTIES.issuperset(entry) or len(entry) > _MOST_SUGGESTED:
        return {}
    near = {key: _near(key, FIELD_PROPERTIES) for key in entry if key not in FIELD_PROPERTIES}
    return {key: known for key, known in near.items() if known and known not in entry}


def _near(word: str, known: tuple[str, ...] | frozenset[str]) -> str | None:
    return nearest(word, known) if 2 < len(word) <= 30 else None


def _type(name: str, entry: dict[str, Any], suggesting: bool, is_token: bool) -> Iterator[Finding]:
    """Yield a finding for a type that is missing or unknown: a note for an OAuth access token.

    S010 reports that one better.
    """
    pointer = ("fields", name, "type")
    written = entry.get("type")
    if isinstance(written, str) and written in FIELD_TYPES:
        return  # most
    near = "dropdown" if entry.get("options") else "password" if is_password(name) else None
    if is_token or entry.get("hidden") or name.replace("_", "").lower() in _TOKENS:
        near = "hidden"
    if "type" not in entry:
        fix = Fix(f'write `"type": "{near or "text"}"`')
        message = f"`{pointer_text(pointer)}` is missing: Harvest shows a text input"
        severity = why = None
        if is_token or not near:
            severity, why = NOTE, "The registry documents it as required."
        yield Finding(message, pointer, severity=severity, why=why, fix=fix)
    elif isinstance(written, str):
        if not near and suggesting:
            near = _near(written, FIELD_TYPES)
        hint = f'write "{near}"' if near else ""
        if written == "folder":
            hint = "name the folder in `folders`"
        message = f"{quoted(written)} is not a field type: Harvest shows a text input"
        severity = NOTE if is_token else None
        yield Finding(message, pointer, severity=severity, fix=Fix(hint) if hint else None)


def _options(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    pointer = ("fields", name, "options")
    kind, options = entry.get("type"), entry.get("options", [])
    if kind == "dropdown" and options == []:
        message = f"`{pointer_text(pointer)}` is missing or empty: users have nothing to choose"
        yield Finding(message, pointer)
    elif kind != "dropdown" and kind in FIELD_TYPES and isinstance(options, list) and options:
        message = f"`{pointer_text(pointer)}` is ignored: a field of type {kind} has no options"
        yield Finding(message, pointer, "key")
    elif kind == "dropdown" and isinstance(options, list):
        yield from _of_options(pointer, options)


def _of_options(pointer: Pointer, options: list[Any]) -> Iterator[Finding]:
    """Report the first option without a value, and the first without a name, if others have one."""
    for wanted, why in _OPTION.items():
        lacking = (
            (index, option)
            for index, option in enumerate(options)
            if isinstance(option, dict) and option and option.keys().isdisjoint(wanted)
        )
        for index, option in islice(lacking, 1):
            at, key = (*pointer, index), wanted[-1]
            unknown = (one for one in option if one not in _OPTION_KEYS)
            near = next((one for one in islice(unknown, 9) if _near(one, wanted)), None)
            if near:
                message = f"`{pointer_text((*at, near))}` is ignored: did you mean `{key}`?"
                yield Finding(message, (*at, near), "key", why=why, fix=Fix(f"rename to `{key}`"))
            else:
                message = f"`{pointer_text((*at, key))}` is missing"
                yield Finding(message, (*at, key), why=why)


_OPTION = {
    ("value",): "The connector gets no value for this choice.",
    ("label", "name"): "Harvest shows users a choice without a text.",
}
"""The keys of a dropdown's option, each or one of them needed, and why.

[cozy-libs packages/cozy-harvest-lib/src/helpers/fields.js, sanitizeSelectProps]
"""

_OPTION_KEYS = frozenset(key for keys in _OPTION for key in keys)


_RARE = frozenset(("min", "role", "pattern"))
"""Properties that few fields have, and that may have a wrong value."""


def _limits(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    least, most = entry.get("min"), entry.get("max")
    if type(least) is type(most) is int and least > most:
        pointer = ("fields", name, "min")
        message = f"`{pointer_text(pointer)}` is greater than `max`: no value is valid"
        yield Finding(message, pointer)


def _role(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    written = entry.get("role")
    if isinstance(written, str) and written != "identifier" and _near(written, ("identifier",)):
        pointer = ("fields", name, "role")
        message = f"{quoted(written)} is not a role of a field: did you mean `identifier`?"
        fix = Fix('write "identifier"', False, (Edit('"identifier"', pointer),))
        why = 'Harvest names an account after the field with the role "identifier".'
        yield Finding(message, pointer, why=why, fix=fix)


def _pattern(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    written = entry.get("pattern")
    if not isinstance(written, str):
        return
    if len(written) > 4 and written[:2] + written[-2:] == "/^$/":
        pointer = ("fields", name, "pattern")
        message = f"`{pointer_text(pointer)}` matches no value: it has `/` around it"
        edit = Edit(json.dumps(written[1:-1], ensure_ascii=False), pointer)
        yield Finding(message, pointer, fix=Fix("remove them", False, (edit,)))
    from manifest_lint.content.regular_expression import mistake  # few fields have one

    if reason := mistake(written):
        pointer = ("fields", name, "pattern")
        yield Finding(f"`{pointer_text(pointer)}` is not a regular expression: {reason}", pointer)


def _password(name: str, entry: dict[str, Any]) -> Iterator[Finding]:
    if entry.get("type") == "text" and is_password(name):
        pointer = ("fields", name, "type")
        message = f'`{pointer_text(pointer)}` is "text": the password is readable on the screen'
        yield Finding(message, pointer, fix=Fix('write "password"'))


def is_password(name: str) -> bool:
    """Return whether a field's name is clearly a password's: `newPassword`, `mot_de_passe`."""
    return _is_password(name[-60:])


@lru_cache(512)  # connectors have the same fields
def _is_password(end: str) -> bool:
    letters = "".join(char for char in end.lower() if "a" <= char <= "z")
    return letters.endswith(_PASSWORDS) or letters in ("pwd", "mdp")
