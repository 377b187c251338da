"""L004: texts of a locale for what does not exist, and permissions without a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.vocabulary import HARVEST_LABELS, LOCALE_KEYS
from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import is_too_deep, languages, no_languages, objects
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import count, nearest, pointer_text, short

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
    meant: set[tuple[str, str]] = set()
    for (kind, name), there in islice(_unmatched(connector, named).items(), _MOST_REPORTED):
        texts_beside = {other for texts in there.values() for other in texts}
        free = [other for other in named[kind] if other not in texts_beside][:_MOST_REPORTED]
        near = nearest(name, free) if len(name) <= _LONGEST_NAME else None
        pointers = [("locales", language, kind, name) for language in there]
        fix = Fix("remove or rename it")
        if near and (kind, near) not in meant:
            meant.add((kind, near))
            new = json.dumps(near, ensure_ascii=False)
            edits = tuple(Edit(new, pointer, "key") for pointer in pointers)
            fix = Fix(f"rename to `{short(near)}`", False, edits)
        message = f"no {kind[:-1]} `{short(name, 30)}`: {_its_texts(list(there))} never shown"
        may_be_left_over = kind == "permissions" or (kind == "fields" and not near)
        severity = NOTE if may_be_left_over else WARNING
        # L006 reports a whole block of texts that is one level too deep.
        first = next(iter(there.values()))[name]
        deep = isinstance(first, dict) and is_too_deep(connector, kind, name, first)
        cause: Pointer = pointers[0] if deep else ()
        yield Finding(message, pointers[0], "key", severity=severity, fix=fix, cause=cause)
    unexplained = _unexplained(connector)
    bare = [(name, cause) for name, cause in unexplained if ("permissions", name) not in meant]
    if len(bare) > 1 and not any("permissions" in texts for _, texts in languages(connector)):
        # One mistake, however many permissions there are.
        fix = Fix("add `permissions`, with a `description` of each, to each language in `locales`")
        message = f"no language explains the {len(bare):,} permissions"
        cause = bare[0][1] or _misspelt_block(connector) or _no_object(connector)
        yield Finding(message, ("permissions",), "key", severity=NOTE, fix=fix, cause=cause)
        return
    for name, cause in bare[:_MOST_REPORTED]:
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
        if (label := field.get("label")) in HARVEST_LABELS:
            yield label
        if name == "advancedFields":  # the old form, with fields inside
            yield from field


def _unmatched(
    connector: Connector, named: dict[str, list[str]]
) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """Return each unknown name of texts: its kind, and by language all texts of that kind."""
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    names = {kind: frozenset(known) for kind, known in named.items()}
    for language, locale in languages(connector):
        for kind, known in names.items():
            texts = locale.get(kind)
            if isinstance(texts, dict) and not known.issuperset(texts):  # few
                for name in (name for name in texts if name not in known):
                    found.setdefault((kind, name), {})[language] = texts
    return found


def _its_texts(named: list[str]) -> str:
    """Return which texts are meant, with a verb: `its texts in en and fr are`."""
    first = [short(language, 8) for language in named[:2]]
    if len(named) == 1:
        return f"its text in {first[0]} is"
    where = " and ".join(first) if len(named) == 2 else count(len(named), "language")
    return f"its texts in {where} are"


def _no_object(connector: Connector) -> Pointer:
    """Return where M002 says that a language is not an object, if none is one."""
    locales = connector.value.get("locales")
    if not isinstance(locales, dict) or not locales or any(objects(locales)):
        return ()
    return ("locales", next(iter(locales)))


def _misspelt_block(connector: Connector) -> Pointer:
    """Return where a language has texts of permissions under a misspelt key: L006 says so."""
    for language, locale in islice(languages(connector), _MOST_REPORTED):
        for key in islice((key for key in locale if key not in LOCALE_KEYS), _MOST_REPORTED):
            if len(key) <= _LONGEST_NAME and nearest(key, LOCALE_KEYS) == "permissions":
                return ("locales", language, key)
    return ()


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
