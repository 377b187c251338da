"""The texts of a manifest in its languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.document.go_json import with_keys
from manifest_lint.project.connector import ONLY_IN_A_LOCALE, Connector
from manifest_lint.project.keys import written_as

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer


def languages(connector: Connector) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every language with its texts."""
    return iter(connector.locales)


def objects(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object in an object, with its key."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            yield key, inner


def is_too_deep(connector: Connector, kind: str, name: str, texts: dict[str, Any]) -> bool:
    """Return whether these are the texts of all fields or permissions, one level below `kind`."""
    named = connector.value.get(kind)
    if name not in ("fields", "permissions") or (isinstance(named, dict) and name in named):
        return False
    return any(isinstance(inner, dict) for inner in texts.values())


def no_languages(connector: Connector) -> Pointer | None:
    """Return where it is reported that there are no languages; None if there may be some.

    `locales` is missing, perhaps under another key, or has a wrong type, or has texts in place of
    languages. The registry may refuse some of those texts.
    """
    locales = connector.value.get("locales")
    if isinstance(locales, dict) and not (locales and locales.keys() <= ONLY_IN_A_LOCALE):
        return None
    if (refused := refused_locale(connector)) is not None:
        return refused
    if isinstance(locales, dict):
        return ("locales", next(iter(locales)))
    return (written_as(connector.value).get("locales", "locales"),)


def refused_locale(connector: Connector) -> Pointer | None:
    """Return where the registry first refuses something in `locales`, None if it does not."""
    pointers = (refusal.pointer for refusal in connector.registry_refusals)
    return next((p for p in pointers if with_keys(connector.value, p)[0][0] == "locales"), None)
