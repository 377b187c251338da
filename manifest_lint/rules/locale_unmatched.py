"""L004: texts of a locale for what does not exist, and permissions without a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import languages, no_languages, objects
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, pointer_text, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_MOST_REPORTED = 100
"""At most this many findings are reported: finding a suggestion is slow."""

_LONGEST_NAME = 60


@rule(
    "L004",
    "unmatched-text",
    severity=WARNING,
    fix="unsafe",
    defers_to=("M001", "M002", "M003", "J006", "L006"),
)
def unmatched_text(connector: Connector) -> Iterator[Finding]:
    """A text in `locales` matches nothing, or a permission has no text.

    Users see the bare name of a field, or do not learn what a permission is for. It is a note if a
    permission has no description, or if a text may be left over from a permission or field that
    was removed.

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
        yield Finding(message, pointer, "key", severity=severity, fix=fix, cause=())
    meant = {pointer[3] for pointer in suggested if pointer[2] == "permissions"}
    bare = ((name, cause) for name, cause in _unexplained(connector) if name not in meant)
    for name, cause in islice(bare, _MOST_REPORTED):
        message = f"`{pointer_text(('permissions', name))}` has no description in any language"
        fix = Fix(f"add `permissions.{short(name)}.description` to each language in `locales`")
        yield Finding(message, ("permissions", name), "key", severity=NOTE, fix=fix, cause=cause)


def _named(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Return the names that may have texts, by kind; those of a wrong type are not known."""
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


def _unexplained(connector: Connector) -> Iterator[tuple[str, Pointer]]:
    """Yield each permission that has no description, in a language or of its own, and the cause.

    The cause is that there are no languages, or a text of a wrong type; () if neither is.
    """
    nowhere = no_languages(connector) or ()
    explained: set[str] = set()
    wrong: dict[str, Pointer] = {}
    for language, locale in languages(connector):
        texts = locale.get("permissions")
        for name, text in texts.items() if isinstance(texts, dict) else ():
            if not isinstance(text, dict):
                wrong.setdefault(name, ("locales", language, "permissions", name))
            elif text.get("description", "") != "":
                explained.add(name)
    # The store reads a description as JavaScript does: only under its key as documented.
    for name, permission in objects(connector.value.get("permissions")):
        if permission.get("description", "") == "" and name not in explained:
            yield name, nowhere or wrong.get(name, ())
