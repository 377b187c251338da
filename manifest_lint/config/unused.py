"""Finds a configuration above a repository's root: it is not used, and its writer should know."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

WHY = "above the repository's root, so it is not used; move it there, or name it with --config"

_LIMIT = 1024 * 1024
"""Bytes of a pyproject.toml in which our table is searched for."""


def nearest_above(folder: str, names: tuple[str, str]) -> str:
    """Return the path of the nearest configuration in the folders above one; empty for none.

    `names` are those of our file and of one that may have our table. The path is relative to the
    current folder, if it can be. What is in our file is not read: it may be anyone's.
    """
    own, other = names
    above = os.path.dirname(folder)  # noqa: PTH120
    while above != folder:
        folder = above
        path = os.path.join(folder, own)  # noqa: PTH118
        if os.path.isfile(path) or _has_table(path := os.path.join(folder, other)):  # noqa: PTH113, PTH118
            with suppress(ValueError):  # another drive
                return os.path.relpath(path)
            return path
        above = os.path.dirname(folder)  # noqa: PTH120
    return ""


def _has_table(path: str) -> bool:
    with suppress(OSError):
        if os.path.isfile(path):  # noqa: PTH113
            with Path(path).open("rb") as file:
                return b"[tool.manifest-lint" in file.read(_LIMIT)
    return False
