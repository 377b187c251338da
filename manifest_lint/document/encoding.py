"""What cannot be written back unchanged: bytes that are not UTF-8, and halves of characters.

Go reads both as U+FFFD, so a check goes on. CouchDB refuses them, and a secret that is written back
with U+FFFD in it is lost. [run: CouchDB 3.4.3; golang encoding/json decode.go]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manifest_lint.document.document import Document

_START = 1024
"""How many bytes show what a file is."""

_CONTROLS = rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]"
_ESCAPE = (
    r"(?s)\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
"""An escape in a JSON string; a surrogate pair is one escape."""


def is_utf8(text: str) -> bool:
    """Return whether a string can be written as UTF-8: one from the environment may not be."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def cannot_be_kept(document: Document) -> str | None:
    """Return `file:line:column: reason` for the first part that cannot be written back, or None."""
    at = invalid_byte(document.data)
    if at is not None:
        offset = len(document.data[:at].decode("utf-8"))
        why = "is not UTF-8 from here; save the file as UTF-8"
    elif (half := half_character(document.text)) is not None:
        offset = half
        why = "is half a character, which CouchDB refuses; write the whole character"
    else:
        return None
    place = document.place(offset, offset + 1)
    return f"{document.name}:{place.line}:{place.column}: {why}"


def invalid_byte(data: bytes) -> int | None:
    """Return the offset of the first byte that is not UTF-8, None if there is none."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def not_text(data: bytes) -> str:
    """Return what data are that are not JSON nor other text: "UTF-32", "UTF-16", "binary" or ""."""
    start = data[:_START]
    zeros = [start[first::2].count(0) * 4 > len(start) for first in (0, 1)]
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or zeros in (
        [True, False],
        [False, True],
    ):
        # Of most letters, three of four bytes are zero in UTF-32, and one of two in UTF-16.
        return "UTF-32" if start.count(0) * 2 > len(start) else "UTF-16"
    is_mixed = invalid_byte(data) is not None and re.search(_CONTROLS, start) is not None
    return "binary" if is_mixed or all(zeros) else ""


def half_character(text: str) -> int | None:
    """Return the offset of the first escape in JSON that is half of a character, None without."""
    if "\\ud" not in text and "\\uD" not in text:
        return None
    found = (escape.start() for escape in re.finditer(_ESCAPE, text) if escape["half"])
    return next(found, None)
