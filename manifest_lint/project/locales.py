"""The texts of a manifest in its languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from manifest_lint.cozy.vocabulary import LOCALE_KEYS
from manifest_lint.project.connector import Connector

ONLY_IN_A_LOCALE = frozenset(LOCALE_KEYS) - {"name"}  # no language is called `permissions`


def languages(connector: Connector) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every language with its texts."""
    for language, locale in objects(connector.value.get("locales")):
        if language not in ONLY_IN_A_LOCALE:
            yield language, locale


def objects(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object in an object, with its key."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            yield key, inner


def misplaced(locales: Any) -> bool:
    """Return whether `locales` has texts but no language: then no language is reported missing."""
    return isinstance(locales, dict) and bool(locales) and locales.keys() <= ONLY_IN_A_LOCALE
