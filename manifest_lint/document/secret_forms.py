"""Find the known forms of secrets: in a short string, or at a start that was found.

Whoever searches much text finds the starts of all forms in it, and tries the form there with `at`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from manifest_lint.document.secret_checks import is_made_up
from manifest_lint.document.secret_table import FORMS, Form

LENGTH = 2048
"""Characters of a possible secret that an expression sees: no text keeps it busy."""

BEFORE = 2 + max(form.before for form in FORMS)
"""Characters before a start that an expression may see."""

REACH = LENGTH + BEFORE + 2
"""Text that is farther away from a start than this says nothing about a secret there."""


def may_be_at(form: Form, text: str, start: int) -> bool:
    """Return whether what is before a start allows a secret there; this takes no time."""
    first = start - form.before
    if first <= 0 or text[first - 1] not in form.not_after:
        return first >= 0
    return text[first - 2 : first] in _ESCAPES  # as in "\\nAKIA…"


_ESCAPES = ("\\n", "\\r", "\\t")


def at(form: Form, text: str, start: int) -> tuple[int, int] | None:
    """Return from where to where a secret of a form is, at a start where one may be."""
    found = _compiled(form.expression)(text, start - form.before, start + LENGTH)
    if found is None:
        return None
    secret = found[found.lastindex or 0]
    return found.span() if form.is_one(secret) and not is_made_up(secret) else None


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each secret in a short string starts and ends, and its kind, in order."""
    if not _starts().search(text):
        return  # most strings
    starts = sorted(
        (place, number)
        for number, form in enumerate(FORMS)
        for start in form.starts
        for place in _places(text, start)
    )
    last = 0
    for place, number in starts:
        form = FORMS[number]
        may_be = place >= last and may_be_at(form, text, place)
        found = at(form, text, place) if may_be else None
        if found:
            last = found[1]
            yield *found, form.kind


@cache
def _starts() -> re.Pattern[str]:
    starts = sorted({one for form in FORMS for one in form.starts})
    return re.compile("|".join(map(re.escape, starts)))


def kind_of(text: str) -> str | None:
    """Return the kind of the first secret in a short string; None if it has none."""
    return next((kind for _, _, kind in find(text)), None)


def _places(text: str, start: str) -> Iterator[int]:
    place = text.find(start)
    while place >= 0:
        yield place
        place = text.find(start, place + 1)


@cache
def _compiled(expression: str) -> Callable[[str, int, int], re.Match[str] | None]:
    return re.compile(expression, re.ASCII).match
