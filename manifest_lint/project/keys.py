"""The keys of a manifest that are not known, and what was perhaps meant by them."""

from __future__ import annotations

from typing import Any

from manifest_lint.cozy.manifest import MANIFEST_KEYS
from manifest_lint.cozy.vocabulary import LOCALE_KEYS, RENAMED_KEYS, WEB_APPLICATION_KEYS
from manifest_lint.document.go_json import fold
from manifest_lint.text.wording import nearest

BY_FOLDED_NAME = {fold(key): key for key in MANIFEST_KEYS}
MOST_SUGGESTED = 50
"""At most this many unknown keys of one manifest get a suggestion: each is compared with every
known key."""


def has_only_known_keys(manifest: dict[str, Any]) -> bool:
    """Return whether each key of a manifest is a known one, as it is in most."""
    return MANIFEST_KEYS.issuperset(manifest)


def unknown_keys(manifest: dict[str, Any]) -> dict[str, str | None]:
    """Return each unknown key, with the known one that was perhaps meant."""
    unknown = [
        key
        for key in manifest
        if fold(key) not in BY_FOLDED_NAME
        and key not in RENAMED_KEYS
        and key not in WEB_APPLICATION_KEYS
        and key not in LOCALE_KEYS  # the store falls back on them
        and key != "$schema"
        and not key.startswith(("_", "//"))
    ]
    suggested = {key: nearest(key, MANIFEST_KEYS) for key in unknown[:MOST_SUGGESTED]}
    return dict.fromkeys(unknown) | suggested


def written_as(manifest: dict[str, Any]) -> dict[str, str]:
    """Return each known key that is there under its old name, in another case or misspelt, so."""
    if has_only_known_keys(manifest):
        return {}
    written = {near: key for key, near in unknown_keys(manifest).items() if near}
    written |= {
        BY_FOLDED_NAME.get(fold(key), ""): key for key in manifest if key not in MANIFEST_KEYS
    }
    return written | {new: old for old, new in RENAMED_KEYS.items() if old in manifest}
