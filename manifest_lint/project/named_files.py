"""Files that a manifest names: whether a path stays in the bundle, and where the file is."""

from __future__ import annotations

import posixpath

from manifest_lint.project.connector import Connector

ASSETS = "assets/"
"""The folder of a source tree whose content the build copies to the top."""


def outside(path: str) -> str:
    """Return why a path does not stay inside the bundle; empty if it does."""
    if "://" in path or path.startswith("data:"):
        return "is a URL"
    if path.startswith("/") or path[1:3] in (":/", ":\\"):
        return "is absolute"
    if "\\" in path:
        return "has backslashes"
    return "leads out of it" if posixpath.normpath(path).split("/", 1)[0] == ".." else ""


def inside(path: str) -> str:
    """Return the path in the bundle that registry and stack read; empty for the bundle itself."""
    return posixpath.normpath(f"/{path}").lstrip("/")


def place(connector: Connector, path: str) -> str | None:
    """Return where a file that the manifest names is, relative to the manifest; None if missing.

    In a source tree it may be in `assets/`, whose content the build copies to the top.
    """
    if not connector.files:
        return None
    places = [path] if connector.layout == "built" else [path, ASSETS + path]
    return next((place for place in places if connector.files.exists(place)), None)
