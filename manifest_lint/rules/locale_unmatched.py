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

_MOST_REPORTED = 100
"""At most this many findings are reported: finding a suggestion is slow."""

_LONGEST_NAME = 60


@rule("L004", "unmatched-text", severity=WARNING, fix="unsafe")
def unmatched_text(connector: Connector) -> Iterator[Finding]:
    """A text in `locales` matches nothing, or a permission has no text.

    Users do not see the text: they do not learn what a permission is for, or see a field's bare
    name. A text that may be left over, or a permission without one, is a note.

    Bad: {"permissions": {}, "locales": {"en": {"fields": {"token": {"label": "Token"}}}}}
    Good: {"permissions": {}, "locales": {"en": {"fields": {"access_token": {"label": "Token"}}}}}
    Source: cozy-store src/ducks/apps/components/PermissionsList.jsx; cozy-libs
    packages/cozy-harvest-lib/src/components/AccountForm/AccountField.jsx
    """
    named = _named(connector.value)
    suggested: set[tuple[str | int, ...]] = set()
    for pointer, there in islice(_unmatched(connector, named), _MOST_REPORTED):
        kind, name = str(pointer[2]), str(pointer[3])
        free = [other for other in named[kind] if other not in there][:_MOST_REPORTED]
        near = nearest(name, free) if len(name) <= _LONGEST_NAME else None
        fix = Fix("remove or rename it")
        if near and (*pointer[:3], near) not in suggested:
            suggested.add((*pointer[:3], near))
            edit = Edit(json.dumps(near, ensure_ascii=False), pointer, "key")
            fix = Fix(f"rename to `{short(near)}`", False, (edit,))
        message = f"`{pointer_text(pointer)}` is never shown: there is no such {kind[:-1]}"
        may_be_left_over = kind == "permissions" or (kind == "fields" and not near)
        severity = NOTE if may_be_left_over else WARNING
        yield Finding(message, pointer, "key", severity=severity, fix=fix)
    meant = {pointer[3] for pointer in suggested if pointer[2] == "permissions"}
    bare = (name for name in _unexplained(connector) if name not in meant)
    for name in islice(bare, _MOST_REPORTED):
        message = f"`{pointer_text(('permissions', name))}` has no description in any language"
        fix = Fix(f"add `permissions.{short(name)}.description` to each language in `locales`")
        yield Finding(message, ("permissions", name), "key", severity=NOTE, fix=fix)


def _named(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Return the names that may have texts, by kind; other rules report a kind of a wrong type."""
    named = {}
    if isinstance(permissions := manifest.get("permissions"), dict):
        named["permissions"] = list(permissions)
    if isinstance(fields := manifest.get("fields", {}), dict):
        named["fields"] = list(_field_names(fields))
    if isinstance(messages := manifest.get("messages", []), list):
        named["messages"] = [message for message in messages if isinstance(message, str)]
    return named


def _field_names(fields: dict[str, Any]) -> Iterator[str]:
    """Return the names under which Harvest looks for a field's texts: its own, and its label's."""
    yield from fields
    for name, field in objects(fields):
        if isinstance(label := field.get("label"), str):
            yield label
        if name == "advancedFields":  # the old form, with fields inside
            yield from field


def _unmatched(
    connector: Connector, named: dict[str, list[str]]
) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Return each text whose name is unknown, and all texts next to it."""
    names = {kind: frozenset(known) for kind, known in named.items()}
    for language, locale in languages(connector):
        for kind, known in names.items():
            texts = locale.get(kind)
            if isinstance(texts, dict):
                for name in (name for name in texts if name not in known):
                    yield ("locales", language, kind, name), texts


def _unexplained(connector: Connector) -> Iterator[str]:
    """Return the names of permissions that have no description, in a language or of their own."""
    locales = connector.value.get("locales")
    if not isinstance(locales, dict) or misplaced(locales):
        return  # other rules report that
    explained = {
        name
        for _, locale in languages(connector)
        if isinstance(texts := locale.get("permissions"), dict)
        for name, text in texts.items()
        # M002 reports a text of a wrong type.
        if not isinstance(text, dict) or text.get("description", "") != ""
    }
    for name, permission in objects(connector.value.get("permissions")):
        if permission.get("description", "") == "" and name not in explained:
            yield name
