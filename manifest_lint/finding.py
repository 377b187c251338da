"""What a check finds: findings, where they are, and how to fix them."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from manifest_lint.record import Record

REFUSALS = ("install", "publish", "register", "login", "run", "build")
"""The values of `refused_by`: what is refused, for errors (docs/check.md, "Severities")."""


def is_selected(code: str, selectors: Iterable[str]) -> bool:
    """Return whether one of the selectors selects the rule with this code.

    A selector is a code, the start of one (`M02`), or a family, which is all of its letters: `A`
    does not select the rule ACME001.
    """
    family = code.rstrip("0123456789")
    return any(
        selector == family or (code.startswith(selector) and len(selector) > len(family))
        for selector in selectors
    )


def json_pointer(steps: Iterable[str | int]) -> str:
    """Return the path to a part of a document as RFC 6901 writes it: `/oauth/scope/0`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


class Severity(enum.IntEnum):
    """How bad a finding is; comparable, the worst is the greatest.

    ERROR: the platform refuses it. WARNING: it is accepted, but users get less than the author
    meant. NOTE: a recommendation.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word used in reports and in `--fail-on`."""
        return self.name.lower()


class Place(Record):
    """A stretch of a text file.

    Lines and columns count from 1, columns in Unicode code points; `end_column` is the one just
    after the last character. `start` and `end` are offsets in code points from 0.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Edit(Record):
    """Replace the text at `place` with `text`; at an empty place, insert it."""

    place: Place
    text: str


class Fix(Record):
    """How to fix a finding: in words, and as edits if `--fix` can make it.

    A safe fix keeps the value's meaning for every reader. An unsafe one changes what some reader
    sees, and is only applied if the author asks for it.
    """

    title: str
    safe: bool = False
    edits: tuple[Edit, ...] = ()


class Finding(Record):
    """One thing found in one place of one file.

    `message` says what is wrong, `why` what happens because of it, to whom and in which system.
    `refused_by` says what is refused (see REFUSALS) and is empty unless the severity is ERROR.
    `pointer` is the path to the part of the document: keys of objects, indexes of lists. It is
    empty for the whole document, and for text that is not JSON.
    """

    code: str
    name: str
    severity: Severity
    path: str
    place: Place
    message: str
    why: str
    fix: Fix | None = None
    refused_by: tuple[str, ...] = ()
    pointer: tuple[str | int, ...] = ()


class Skip(Record):
    """What a run skipped, a rule's code or `.gitignore`, and why."""

    what: str
    why: str
