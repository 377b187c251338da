"""Lists as they are written: what a fix adds to one, or writes in its place, keeps the layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from manifest_lint.document.document import Document

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer


def gap_of(document: Document, pointer: Pointer, count: int) -> str:
    """Return the text between two items, comma included, of a list with `count` items.

    With one item, it has the white space that is before that one.
    """
    first = document.at((*pointer, 0))
    if count > 1:
        return document.text[first.end : document.at((*pointer, 1)).start]
    lead = document.text[document.at(pointer).start + 1 : first.start]
    return f",{lead or ' '}"


def rewritten(document: Document, pointer: Pointer, count: int, items: Sequence[str]) -> str:
    """Return a list with these items, as JSON, in the layout of the one with `count` items."""
    around = document.at(pointer)
    first, last = document.at((*pointer, 0)), document.at((*pointer, count - 1))
    lead = document.text[around.start : first.start]
    return (
        lead + gap_of(document, pointer, count).join(items) + document.text[last.end : around.end]
    )
