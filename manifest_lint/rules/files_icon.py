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

_Fault = tuple[str, Severity, str]
"""What is wrong with an icon: the message, the severity, and the title of the fix."""

_READ = 1024 * 1024
_ENOUGH = 20 * 1024
"""At most this many bytes of an icon are read; more bytes than `_ENOUGH` get a note."""

_BY_ENDING = {
    ".svg": "an SVG",
    ".png": "a PNG",
    ".jpg": "a JPEG",
    ".jpeg": "a JPEG",
    ".gif": "a GIF",
    ".webp": "a WebP",
    ".ico": "an ICO",
}
_BY_START = {
    b"\x89PNG\r\n\x1a\n": "a PNG",
    b"\xff\xd8\xff": "a JPEG",
    b"GIF8": "a GIF",
    b"RIFF": "a WebP",
    b"\0\0\1\0": "an ICO",
}


@rule("F002", "icon-content", severity=WARNING, defers_to=("F006",))
def icon_content(connector: Connector) -> Iterator[Finding]:
    """Browsers show only a part of the icon, or none of it.

    Users see no icon if its content does not match the file's extension, and only a part of an SVG
    that needs scripts or other files. It is a note if the icon is not an SVG, which blurs at large
    sizes, or is over 20 KiB, which slows down Home and store.

    Bad: an `icon` that names an empty file
    Good: an `icon` that names a small SVG of shapes
    Source: cozy-stack pkg/appfs/copier.go; SVG 2, section 2.7.1 (secure static mode)
    """
    icon = connector.value.get("icon")
    if not isinstance(icon, str):
        return
    # Of a path that leads out, F006 reports more than its name shows; what the file holds stays.
    cause = () if connector.files or not outside(icon) else ("icon",)
    for what, severity, title in _found(connector, icon):
        fix = Fix(title) if title else None
        yield Finding(f"{quoted(icon)} {what}", ("icon",), severity=severity, fix=fix, cause=cause)


def _found(connector: Connector, icon: str) -> Iterator[_Fault]:
    if connector.files:
        path = place(connector, inside(icon))
        if path is not None:
            with suppress(NotKept):
                yield from _checked(icon, connector.files.read(path, _READ + 1))
    elif inside(icon):
        yield from _named(icon)


def _named(icon: str) -> Iterator[_Fault]:
    """Yield what is wrong with the name of an icon whose file is not here."""
    named = _by_ending(icon)
    if named is None:
        what = "does not end with the extension of a picture, such as .svg"
        yield what, NOTE, "use an SVG"
    elif named != "an SVG":
        yield _not_an_svg(named)


def _not_an_svg(kind: str) -> _Fault:
    return f"is {kind}: an SVG is sharp at every size", NOTE, "use an SVG"


def _by_ending(icon: str) -> str | None:
    return _BY_ENDING.get(posixpath.splitext(icon)[1].lower())


def _checked(icon: str, data: bytes) -> Iterator[_Fault]:
    """Yield what is wrong with the content of an icon."""
    if not data.strip():
        yield "is empty", WARNING, ""
        return
    if len(data) > _ENOUGH:
        size = "more than 1 MiB" if len(data) > _READ else f"{-(-len(data) // 1024)} KiB"
        yield f"is {size}: an icon needs at most 20 KiB", NOTE, "simplify it"
    wanted, held = _by_ending(icon), _kind(data)
    if wanted == "an SVG" and held in (wanted, None):
        if len(data) <= _READ:  # else only a part of it was read
            yield from svg.mistakes(data)
    elif wanted != held or wanted is None:
        what = f"contains {held or 'no known kind of picture'}"
        but = f"not {wanted}" if wanted else "and does not end with the extension of a picture"
        # Browsers recognise pictures made of pixels by their content.
        severity = NOTE if held not in (None, "an SVG") and wanted != "an SVG" else WARNING
        fitting = next((ending for ending, kind in _BY_ENDING.items() if kind == held), "")
        fix = f"rename it to the extension of its content, {fitting}" if held else ""
        yield f"{what}, {but}", severity, fix
    else:
        yield _not_an_svg(wanted)


def _kind(data: bytes) -> str | None:
    """Return what a file contains by how it starts, None where that is unknown."""
    for start, kind in _BY_START.items():
        if data.startswith(start):
            return kind
    text = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "an SVG" if text.startswith(b"<") and b"<svg" in text else None
