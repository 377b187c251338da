"""L004: texts of a locale for what does not exist, and permissions without a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import languages, misplaced, objects
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, pointer_text, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_MOST_TOLD = 100
"""So many findings are told; looking for the nearest name takes its time."""

_LONGEST_NAME = 60


@rule("L004", "unmatched-text", severity=WARNING, fix="unsafe")
def unmatched_text(connector: Connector) -> Iterator[Finding]:
    """A text in `locales` is for something that does not exist, or a permission has no text.

    Texts are found by the name of the permission, the field or the message. Under another name
    they are never shown: users are asked for a permission and not told why, and a field has its
    bare name for a label.

    A warning is what is told of a message, and of a field where one has nearly the same name. Any
    other text may be left over from what is gone, and of it this is a note.

    Bad: {"permissions": {}, "locales": {"en": {"fields": {"token": {"label": "Token"}}}}}
    Good: {"permissions": {}, "locales": {"en": {"fields": {"access_token": {"label": "Token"}}}}}
    Source: cozy-store src/ducks/apps/components/PermissionsList.jsx; cozy-libs
    packages/cozy-harvest-lib/src/components/AccountForm/AccountField.jsx
    """
    named = _named(connector.value)
    suggested: set[tuple[str | int, ...]] = set()
    for pointer, there in islice(_unmatched(connector, named), _MOST_TOLD):
        kind, name = str(pointer[2]), str(pointer[3])
        free = [other for other in named[kind] if other not in there][:_MOST_TOLD]
        near = nearest(name, free) if len(name) <= _LONGEST_NAME else None
        fix = Fix("remove it, or give it the right name")
        if near and (*pointer[:3], near) not in suggested:
            suggested.add((*pointer[:3], near))
            edit = Edit(json.dumps(near, ensure_ascii=False), pointer, "key")
            fix = Fix(f"rename to `{short(near)}`", False, (edit,))
        message = f"`{pointer_text(pointer)}` is shown nowhere: there is no such {kind[:-1]}"
        may_be_left_over = kind == "permissions" or (kind == "fields" and not near)
        severity = NOTE if may_be_left_over else WARNING
        yield Finding(message, pointer, "key", severity=severity, fix=fix)
    meant = {pointer[3] for pointer in suggested if pointer[2] == "permissions"}
    bare = (name for name in _unexplained(connector) if name not in meant)
    for name in islice(bare, _MOST_TOLD):
        message = f"no language says what `{pointer_text(('permissions', name))}` is for"
        fix = Fix("add a `description` under its name in `locales`")
        yield Finding(message, ("permissions", name), "key", severity=NOTE, fix=fix)


def _named(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Give the names for which there may be texts, but for what is told to be missing or wrong."""
    named = {}
    if isinstance(permissions := manifest.get("permissions"), dict):
        named["permissions"] = list(permissions)
    if isinstance(fields := manifest.get("fields", {}), dict):
        named["fields"] = list(_field_names(fields))
    if isinstance(messages := manifest.get("messages", []), list):
        named["messages"] = [message for message in messages if isinstance(message, str)]
    return named


def _field_names(fields: dict[str, Any]) -> Iterator[str]:
    """Give the names under which Harvest looks for a field's texts: its own, and its label's."""
    yield from fields
    for name, field in objects(fields):
        if isinstance(label := field.get("label"), str):
            yield label
        if name == "advancedFields":  # the old form, with fields inside
            yield from field


def _unmatched(
    connector: Connector, named: dict[str, list[str]]
) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Give each text under a name that is not among those of its kind, and all beside it."""
    names = {kind: frozenset(known) for kind, known in named.items()}
    for language, locale in languages(connector):
        for kind, known in names.items():
            texts = locale.get(kind)
            if isinstance(texts, dict):
                for name in (name for name in texts if name not in known):
                    yield ("locales", language, kind, name), texts


def _unexplained(connector: Connector) -> Iterator[str]:
    """Give the names of the permissions that neither a language nor they themselves explain."""
    locales = connector.value.get("locales")
    if not isinstance(locales, dict) or misplaced(locales):
        return  # that is told
    explained = {
        name
        for _, locale in languages(connector)
        if isinstance(texts := locale.get("permissions"), dict)
        for name, text in texts.items()
        # That a text has a wrong type is told.
        if not isinstance(text, dict) or text.get("description", "") != ""
    }
    for name, permission in objects(connector.value.get("permissions")):
        if permission.get("description", "") == "" and name not in explained:
            yield name
