"""Values that must be on a list: the platform's, and what a project adds to it."""

from __future__ import annotations

from manifest_lint.cozy.manifest import LISTED_VALUES
from manifest_lint.project.connector import Connector
from manifest_lint.text.wording import nearest

RENAMED = {("categories", "other"): "others"}


def authorised(connector: Connector, key: str, value: str) -> str | None:
    """Return `value` if it is authorised for `key`, else the one most likely meant, or None."""
    if value in LISTED_VALUES[key] or value in extra(connector, key):
        return value
    listed = (*LISTED_VALUES[key], *sorted(extra(connector, key)))
    return RENAMED.get((key, value)) or nearest(value, listed)


def extra(connector: Connector, key: str) -> frozenset[str]:
    """Return the values that a project's settings add to those of the platform."""
    if key == "categories":
        return connector.settings.extra_categories
    return connector.settings.extra_data_types if key == "data_types" else frozenset()
