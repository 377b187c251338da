"""Why a text is not JSON: every cause, each at its true place.

The decoder stops at the first thing it cannot read, often far behind the mistake. So: let it fail,
look at what stands there, name the cause, mend the copy in memory, and let it go on.
"""

from __future__ import annotations

from dataclasses import replace

from manifest_lint.document.cause import Cause
from manifest_lint.document.diagnose import diagnose
from manifest_lint.document.go_json import NotJson, decode

MAX_CAUSES = 30
LARGE = 256 * 1024
"""Beyond this many characters only the first cause is told: each one costs a decoding."""


def causes(text: str) -> list[Cause]:
    """Tell every cause for which a text is not JSON by Go's reading; none if it is.

    At most MAX_CAUSES, and one alone for a text longer than LARGE; offsets are those of `text`.
    """
    found: list[Cause] = []
    applied: list[tuple[int, int, int]] = []
    work = text
    while len(found) < (1 if len(text) > LARGE else MAX_CAUSES):
        try:
            decode(work)
            break
        except NotJson as error:
            cause = diagnose(work, error)
        found.append(_in_original(cause, applied))
        if not cause.edits:
            break
        for start, end, new in sorted(cause.edits, reverse=True):
            work = work[:start] + new + work[end:]
            applied.append((start, end, len(new)))
    return sorted(found, key=lambda cause: cause.start)


def _in_original(cause: Cause, applied: list[tuple[int, int, int]]) -> Cause:
    """Turn the offsets of a mended text into those of the original.

    A cause inside what a mend has replaced is told where that begins, and can have no edits.
    """
    inside = False

    def back(offset: int) -> int:
        nonlocal inside
        for start, end, length in reversed(applied):
            if offset >= start + length:
                offset -= length - (end - start)
            elif offset > start:
                inside = True
                offset = start
        return offset

    start, end = back(cause.start), back(cause.end)
    edits = tuple((back(first), back(last), new) for first, last, new in cause.edits)
    if inside:
        return replace(cause, start=start, end=end, edits=(), safe=False)
    return replace(cause, start=start, end=end, edits=edits)
