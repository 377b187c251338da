"""F002: what the icon is."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress

from manifest_lint.content import svg
from manifest_lint.files.disk import NotKept
from manifest_lint.finding import Severity
from manifest_lint.project.connector import Connector
from manifest_lint.project.named_files import inside, outside, place
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import quoted

_Flaw = tuple[str, Severity, str]
"""What is wrong with an icon: in words, how bad it is, and what to do about it."""

_READ = 1024 * 1024
_ENOUGH = 20 * 1024
"""We look at so many bytes of an icon, and it needs no more than so many."""

_BY_ENDING = {
    ".svg": "an SVG",
    ".png": "a PNG",
    ".jpg": "a JPEG",
    ".jpeg": "a JPEG",
    ".gif": "a GIF",
    ".webp": "a WebP",
    ".ico": "an ICO",
}
_BY_BEGINNING = {
    b"\x89PNG\r\n\x1a\n": "a PNG",
    b"\xff\xd8\xff": "a JPEG",
    b"GIF8": "a GIF",
    b"RIFF": "a WebP",
    b"\0\0\1\0": "an ICO",
}


@rule("F002", "icon-content", severity=WARNING)
def icon_content(connector: Connector) -> Iterator[Finding]:
    """The icon is not a picture that shows, everywhere and wholly.

    The stack tells browsers by the file's ending what an icon is, so one that holds something
    else is not drawn. In a picture browsers run no script and load nothing from elsewhere, so
    what an SVG needs of that is missing from it; opened by itself, its script runs.

    What is not an SVG is a note, as it blurs where it is shown large, and so is what takes more
    than 20 KiB: Home and store load the icon of every connector that they show. Of a manifest
    without files around it, the icon's name says what it is.

    Bad: an `icon` that names an empty file
    Good: an `icon` that names a small SVG of shapes
    Source: cozy-stack pkg/appfs/copier.go; SVG 2, section 2.7.1 (secure static mode)
    """
    icon = connector.value.get("icon")
    if not isinstance(icon, str):
        return
    for what, severity, title in _found(connector, icon):
        fix = Fix(title) if title else None
        yield Finding(f"{quoted(icon)} {what}", ("icon",), severity=severity, fix=fix)


def _found(connector: Connector, icon: str) -> Iterator[_Flaw]:
    if connector.files:
        path = place(connector, inside(icon))
        if path is not None:
            with suppress(NotKept):
                yield from _judged(icon, connector.files.read(path, _READ + 1))
    elif inside(icon) and not outside(icon):
        yield from _named(icon)


def _named(icon: str) -> Iterator[_Flaw]:
    """Tell what is wrong with the name of an icon, whose file is not here."""
    named = _by_ending(icon)
    if named is None:
        yield "has no ending of a picture's", NOTE, "name an SVG"
    elif named != "an SVG":
        yield _not_an_svg(named)


def _not_an_svg(kind: str) -> _Flaw:
    return f"is {kind}: an SVG is sharp at every size", NOTE, "draw it as an SVG"


def _by_ending(icon: str) -> str | None:
    return _BY_ENDING.get(posixpath.splitext(icon)[1].lower())


def _judged(icon: str, data: bytes) -> Iterator[_Flaw]:
    """Tell what is wrong with an icon by its bytes."""
    if not data.strip():
        yield "is empty", WARNING, ""
        return
    if len(data) > _ENOUGH:
        size = "more than 1 MiB" if len(data) > _READ else f"{-(-len(data) // 1024)} KiB"
        yield f"takes {size}, and an icon needs no more than 20 KiB", NOTE, "simplify it"
    wanted, held = _by_ending(icon), _kind(data)
    if wanted == "an SVG" and held in (wanted, None):
        if len(data) <= _READ:  # else the rest of it is not here to be judged
            yield from svg.flaws(data)
    elif wanted != held or wanted is None:
        what = f"holds {held or 'no picture that is known'}"
        but = f"not {wanted}" if wanted else "and has no ending of a picture's"
        # Browsers tell pictures made of pixels apart by what they hold.
        severity = NOTE if held not in (None, "an SVG") and wanted != "an SVG" else WARNING
        yield f"{what}, {but}", severity, "give it the ending of what it holds" if held else ""
    else:
        yield _not_an_svg(wanted)


def _kind(data: bytes) -> str | None:
    """Tell what a file holds by how it begins, None for what is not known."""
    for beginning, kind in _BY_BEGINNING.items():
        if data.startswith(beginning):
            return kind
    text = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "an SVG" if text.startswith(b"<") and b"<svg" in text else None
