"""A map of a bundle: a rectangle for each file, as large as its share of the bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from manifest_lint.engine.built import PackedFile

WIDTH, HEIGHT = 1000, 420

_MOST = 200
"""The number of rectangles; all smaller files share one more."""
_LETTER = 7.5
_ROOM_FOR_A_LABEL = 46, 18


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a map of WIDTH by HEIGHT, and the label that fits in; `files` are in it."""

    path: str
    size: int
    files: int
    x: float
    y: float
    width: float
    height: float

    @property
    def label(self) -> str:
        """The end of the path, as much as fits; empty if nothing fits."""
        least, line = _ROOM_FOR_A_LABEL
        if self.width < least or self.height < line:
            return ""
        room = int((self.width - 10) / _LETTER)
        name = self.path if len(self.path) <= room else self.path.rpartition("/")[2]
        return name if len(name) <= room else f"{name[: room - 1]}\u2026"


def treemap(files: Iterable[PackedFile]) -> list[Box]:
    """Lay out files by size, the largest first. Empty files are skipped."""
    import squarify  # type: ignore[import-untyped]  # it has no types; only for a build

    sized = sorted((file for file in files if file.size), key=lambda file: (-file.size, file.path))
    items = [(file.path, file.size, 1) for file in sized[:_MOST]]
    if rest := sized[_MOST:]:
        items.append((f"{len(rest):,} smaller files", sum(f.size for f in rest), len(rest)))
        items.sort(key=lambda item: -item[1])
    sizes = squarify.normalize_sizes([size for _, size, _ in items], WIDTH, HEIGHT)
    places = squarify.squarify(sizes, 0, 0, WIDTH, HEIGHT) if items else []
    return [
        Box(path, size, number, *(round(place[key], 2) for key in ("x", "y", "dx", "dy")))
        for (path, size, number), place in zip(items, places, strict=True)
    ]
