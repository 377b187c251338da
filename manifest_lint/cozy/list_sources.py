"""Where each list of the platform comes from, and as of when: `python -m tests.lists` compares.

A list that is `closed` is the whole list for the code that reads it, so that any other value has no
effect. The others grow: a value that is missing in ours may be newer than it.
"""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """A repository, a file or folder in it, the date of the commit that was read."""

    repository: str
    path: str
    date: str
    closed: bool


_README = ("cozy/cozy-apps-registry", "README.md", "2026-06-29")
_HARVEST = "packages/cozy-harvest-lib/src/helpers/manifest.js"

SOURCES = {
    "categories": Source(*_README, closed=True),
    "data_types": Source(*_README, closed=True),
    "frequency": Source(*_README, closed=True),
    "features": Source(*_README, closed=False),
    "qualification_labels": Source(
        "cozy/cozy-client",
        "packages/cozy-client/src/assets/qualifications.json",
        "2026-02-23",
        closed=False,
    ),
    "manifest_keys": Source(*_README, closed=False),
    "doctypes": Source("cozy/cozy-doctypes", "docs", "2025-11-19", closed=False),
    "field_labels": Source("cozy/cozy-libs", _HARVEST, "2025-12-05", closed=True),
    "translated_fields": Source(
        "cozy/cozy-libs",
        "packages/cozy-harvest-lib/src/locales/en.json",
        "2025-12-05",
        closed=True,
    ),
    "login_fields": Source("cozy/cozy-libs", _HARVEST, "2025-12-05", closed=True),
    "forbidden_doctypes": Source(
        "cozy/cozy-stack", "model/permission/doctype.go", "2026-07-24", closed=True
    ),
}
"""The lists by name; the first five by their keys in a manifest."""
