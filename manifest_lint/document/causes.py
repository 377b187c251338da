"""Why text is not JSON: every cause, each where the mistake is.

The decoder stops at the first thing it cannot read, often far after the mistake. So: let it fail,
look at what is there, find the cause, fix the copy in memory, and decode again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

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
    repairs: list[_Repair] = []
    work = text
    while len(found) < (1 if len(text) > LARGE else MAX_CAUSES):
        try:
            decode(work)
            break
        except NotJson as error:
            cause = diagnose(work, error)
        found.append(_in_original(cause, repairs))
        if not cause.edits:
            break
        repairs.append(_Repair(cause.edits))
        work = repairs[-1].applied(work)
    return sorted(found, key=lambda cause: cause.start)


class _Repair:
    """The edits of one cause, and the way back from the repaired text to the one before."""

    def __init__(self, edits: Iterable[tuple[int, int, str]]):
        self._edits = sorted(edits)
        self._starts = []  # in the repaired text
        moved = 0
        for start, end, new in self._edits:
            self._starts.append(start + moved)
            moved += len(new) - (end - start)

    def applied(self, text: str) -> str:
        """Return the repaired text."""
        pieces, done = [], 0
        for start, end, new in self._edits:
            pieces += [text[done:start], new]
            done = end
        return "".join([*pieces, text[done:]])

    def back(self, offset: int) -> tuple[int, bool]:
        """Return the offset in the text before, and whether it is inside text of an edit.

        If it is, the offset is the start of that edit.
        """
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset, False
        start, end, new = self._edits[index]
        beyond = offset - self._starts[index] - len(new)
        return (end + beyond, False) if beyond >= 0 else (start, offset > self._starts[index])


def _in_original(cause: Cause, repairs: list[_Repair]) -> Cause:
    """Turn the offsets of the repaired text into those of the original.

    A cause inside text that a repair has inserted gets that repair's start, and no edits.
    """
    inside = False

    def back(offset: int) -> int:
        nonlocal inside
        for repair in reversed(repairs):
            offset, is_inside = repair.back(offset)
            inside = inside or is_inside
        return offset

    start, end = back(cause.start), back(cause.end)
    edits = tuple((back(first), back(last), new) for first, last, new in cause.edits)
    if inside:
        return cause._replace(start=start, end=end, edits=(), safe=False)
    return cause._replace(start=start, end=end, edits=edits)
