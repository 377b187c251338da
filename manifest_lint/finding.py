"""What a check finds: findings, where they are, and how to fix them; and how to define values."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_):  # noqa: D103  # typing has it since 3.11
        return lambda cls: cls


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


@dataclass_transform(frozen_default=True)
class Record:
    """A value with named fields, which its class lists as a dataclass does, but is cheap to define.

    A check loads forty such classes. As NamedTuples they took a tenth of its time, as dataclasses a
    third, even if none of their values was made: both write and compile code for each class.

    A default is an attribute of the class. Where thousands of values are made, the class has an
    `__init__` of its own, which is quicker; then its parameters are the fields. Values are compared
    and sorted by their fields, and must not be changed. Raises TypeError, as a function does, if a
    field is missing or unknown.
    """

    _fields: tuple[str, ...] = ()
    _needed: frozenset[str] = frozenset()

    def __init_subclass__(cls) -> None:
        if own := cls.__dict__.get("__init__"):
            cls._fields = own.__code__.co_varnames[1 : own.__code__.co_argcount]
        else:
            cls._fields = tuple(cls.__annotations__)
            cls._needed = frozenset(cls._fields).difference(cls.__dict__)

    def __init__(self, *values: Any, **named: Any):
        given = dict(zip(self._fields, values, strict=False), **named)
        is_each_once = len(given) == len(values) + len(named)
        if not (is_each_once and self._needed <= given.keys() <= frozenset(self._fields)):
            wanted = ", ".join(self._fields)
            raise TypeError(f"{type(self).__name__} needs its fields, each once: {wanted}")
        self.__dict__.update(given)

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._fields])

    def _replace(self, **changes: Any) -> Self:
        """Return a copy with other values for some fields."""
        return type(self)(**{**dict(zip(self._fields, self._values(), strict=True)), **changes})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __lt__(self, other: Self) -> bool:
        return self._values() < other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({', '.join(parts)})"


class Place(Record):
    """A stretch of a text file.

    Lines and columns count from 1, columns in Unicode code points; `end_column` is the one just
    after the last character. `start` and `end` are offsets in code points from 0.
    """

    def __init__(
        self,
        line: int,
        column: int,
        end_line: int,
        end_column: int,
        start: int,
        end: int,
    ):
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.start = start
        self.end = end


class Edit(Record):
    """Replace the text at `place` with `text`; at an empty place, insert it."""

    def __init__(self, place: Place, text: str):
        self.place = place
        self.text = text


class Fix(Record):
    """How to fix a finding: in words, and as edits if `--fix` can make it.

    A safe fix keeps the value's meaning for every reader. An unsafe one changes what some reader
    sees, and is only applied if the author asks for it.
    """

    def __init__(
        self,
        title: str,
        safe: bool = False,
        edits: tuple[Edit, ...] = (),
    ):
        self.title = title
        self.safe = safe
        self.edits = edits


class Finding(Record):
    """One thing found in one place of one file.

    `message` says what is wrong, `why` what happens because of it, to whom and in which system.
    `refused_by` says what is refused (see REFUSALS) and is empty unless the severity is ERROR.
    `pointer` is the path to the part of the document: keys of objects, indexes of lists. It is
    empty for the whole document, and for text that is not JSON.
    """

    def __init__(
        self,
        code: str,
        name: str,
        severity: Severity,
        path: str,
        place: Place,
        message: str,
        why: str,
        fix: Fix | None = None,
        refused_by: tuple[str, ...] = (),
        pointer: tuple[str | int, ...] = (),
    ):
        self.code = code
        self.name = name
        self.severity = severity
        self.path = path
        self.place = place
        self.message = message
        self.why = why
        self.fix = fix
        self.refused_by = refused_by
        self.pointer = pointer


class Skip(Record):
    """What a run skipped, a rule's code or `.gitignore`, and why."""

    what: str
    why: str
