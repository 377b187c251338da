"""Tells a built folder that may be older than its sources."""

from __future__ import annotations

from pathlib import Path

from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.files.disk import Tree, is_regular, read_file, walk
from manifest_lint.project.connector import MANIFEST_NAME

_BUILT_FROM = ("src", "assets", "webpack.config.js")
_ENTRY_POINTS = ("index.js", "main.js")
_CHECKED_OUT_TOGETHER = 10
"""Seconds by which a source may be newer: a checkout writes all files, one after the other."""


def why_stale(
    folder: Path, build_dir: Path, built: Document | None, *, just_built: bool = False
) -> str:
    """Say why what was built may be older than a connector's sources; empty if nothing says so.

    The times of files say nothing where it was `just_built`: webpack does not write again what has
    not changed.
    """
    if built is None or build_dir.resolve() == folder.resolve():
        return ""
    if not Tree(folder).holds(folder / MANIFEST_NAME):
        return ""
    source = Document("", read_file(folder / MANIFEST_NAME, READ_LIMIT + 1))
    if source.value != built.value or bool(source.error) != bool(built.error):
        return f"its {MANIFEST_NAME} says something else than the one of the sources"
    entry = next((build_dir / name for name in _ENTRY_POINTS if (build_dir / name).is_file()), None)
    if entry is None or just_built:
        return ""
    at = entry.stat().st_mtime
    for path, changed in _sources(folder):
        if changed > at + _CHECKED_OUT_TOGETHER:
            return f"{path} is newer than {entry.name}, which is built of it"
    return ""


def _sources(folder: Path) -> list[tuple[str, float]]:
    """Give what the build reads, by path and time of its last change, the newest first."""
    found = []
    tree = Tree(folder)
    for name in _BUILT_FROM:
        place = folder / name
        if not tree.holds(place):
            continue
        if place.is_file():
            found.append((name, place.stat().st_mtime))
        elif place.is_dir():
            found += [
                (f"{name}/{path}", entry.stat().st_mtime)
                for path, entry in walk(place, lambda entry: entry.name != "node_modules")
                if is_regular(entry) and not entry.is_symlink()
            ]
    return sorted(found, key=lambda item: (-item[1], item[0]))
