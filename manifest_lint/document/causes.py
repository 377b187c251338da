"""Why text is not JSON: every cause, each where the mistake is.

The decoder stops at the first thing it cannot read, often far after the mistake. So: let it fail,
look at what is there, find the cause, fix the copy in memory, and decode again.
"""

from __future__ import annotations

from dataclasses import replace

from manifest_lint.document.cause import Cause
from manifest_lint.document.diagnose import diagnose
from manifest_lint.document.go_json import NotJson, decode

MAX_CAUSES = 30
LARGE = 256 * 1024
"""In longer text (characters), only the first cause is reported: each one costs a decoding."""


def causes(text: str) -> list[Cause]:
    """Return every reason why Go does not accept `text` as JSON; none if it does.

    At most MAX_CAUSES, sorted by their start, and only one if `text` is longer than LARGE. Offsets
    are those of `text`.
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
    """Turn the offsets of the fixed text into those of the original.

    A cause inside text that a fix has inserted gets that fix's start, and no edits.
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
