"""What a check finds: findings, where they are, and how to fix them."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

REFUSALS = ("install", "publish", "register", "login", "run", "build")
"""Who refuses, for errors: the closed list of `refused_by` (docs/check.md, "Severities")."""


def is_selected(code: str, selectors: Iterable[str]) -> bool:
    """Tell whether one of some selectors means a rule.

    A selector is a code, the beginning of one (`M02`) or a family, which is all of its letters: `A`
    does not mean the rule ACME001.
    """
    family = code.rstrip("0123456789")
    return any(
        selector == family or (code.startswith(selector) and len(selector) > len(family))
        for selector in selectors
    )


def json_pointer(steps: Iterable[str | int]) -> str:
    """Write the way to a part of a document as RFC 6901 does: `/oauth/scope/0`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


class Severity(enum.IntEnum):
    """How bad a finding is; comparable, the worst is the greatest.

    ERROR means that somebody refuses, WARNING that all accept but a user gets less than the
    author meant, NOTE is a recommendation.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word used in reports and in `--fail-on`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text file.

    Lines and columns count from 1, columns in Unicode code points; the end is the column just
    behind the last character. `start` and `end` are offsets in code points from 0.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `place` by `text`; an empty place inserts."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend: in words, and as edits where it can be made by a machine.

    A safe fix keeps the value's meaning for every reader; one that is not changes what some
    reader sees and waits for the author's word.
    """

    title: str
    safe: bool = False
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in one place of one file.

    `message` says what, `why` what happens because of it, to whom and in which system.
    `refused_by` names who refuses (see REFUSALS) and is empty unless the severity is ERROR.
    `pointer` leads to the part of the document meant: keys of objects, indexes of lists. It is
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


class Skip(NamedTuple):
    """What a run could not do, a rule's code or `.gitignore`, and why."""

    what: str
    why: str
