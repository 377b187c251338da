"""Find out whether a built folder may be older than its sources."""

from __future__ import annotations

from pathlib import Path

from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.files.disk import Tree, is_regular, read_file, walk
from manifest_lint.project.connector import MANIFEST_NAME

_BUILT_FROM = ("src", "assets", "webpack.config.js")
_ENTRY_POINTS = ("index.js", "main.js")
_CHECKED_OUT_TOGETHER = 10
"""Seconds by which a source may be newer: a checkout takes time to write all files."""


def why_stale(
    folder: Path, build_dir: Path, built: Document | None, *, just_built: bool = False
) -> str:
    """Return why a built folder may be older than its sources; empty if nothing suggests it.

    If it was `just_built`, the times of files are ignored: webpack does not rewrite a file that has
    not changed.
    """
    if built is None or build_dir.resolve() == folder.resolve():
        return ""
    if not Tree(folder).holds(folder / MANIFEST_NAME):
        return ""
    source = Document("", read_file(folder / MANIFEST_NAME, READ_LIMIT + 1))
    if source.value != built.value or bool(source.error) != bool(built.error):
        return f"its {MANIFEST_NAME} differs from that of the sources"
    entry = next((build_dir / name for name in _ENTRY_POINTS if (build_dir / name).is_file()), None)
    if entry is None or just_built:
        return ""
    at = entry.stat().st_mtime
    for path, changed in _sources(folder):
        if changed > at + _CHECKED_OUT_TOGETHER:
            return f"{path} is newer than {entry.name}, which is built from it"
    return ""


def _sources(folder: Path) -> list[tuple[str, float]]:
    """Return the files that the build reads, as path and time of last change, the newest first."""
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
