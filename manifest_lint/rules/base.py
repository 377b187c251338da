"""What a rule is: a function with its metadata beside it, and nothing else to register.

A rule takes what it judges (a document, a connector, an account type) and yields problems; it
knows nothing of lines, files on disk or reports. Its docstring is its documentation: the first
line says what is wrong, the paragraphs up to `Bad:` why it matters (shown with each finding),
`Bad:` and `Good:` are fragments that a test runs, `Source:` is where the claim comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, overload

from manifest_lint.finding import REFUSALS, Severity

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from manifest_lint.archive.archive import Archive
    from manifest_lint.document.document import Document
    from manifest_lint.document.spans import Pointer
    from manifest_lint.oauth.account_type import AccountType
    from manifest_lint.project.connector import Connector
    from manifest_lint.project.providers import Provider
    from manifest_lint.project.workspace import Fleet

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

Subject = Literal["text", "link", "connector", "account type", "fleet", "provider", "archive"]
"""What a rule is given: a Document, decoded or not; one in the place of a link that is not
followed; a Connector; an AccountType; a Fleet; a Provider, only where its metadata were asked for;
an Archive, where one is verified or built."""

Part = Literal["key", "value", "member", "start", "end"]
"""A part of what stands at a pointer: a key, a value, a member or an item with the comma that goes
with it, the point before the value, the point behind it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace one part of a document by `text`.

    The part is what `pointer` and `part` say, or a `span` of offsets in the text.
    """

    text: str
    pointer: Pointer = ()
    part: Part = "value"
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do about a problem, in words and, where a machine can do it, as changes."""

    title: str
    safe: bool = False
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, at a part of the document it judges (see Change for the parts).

    `document` is another one, where the problem stands there. Of a key that is missing, the
    pointer is the one it would have. `severity`, `why` and `refused_by` are the rule's own unless
    given. `cause` is where the rules that this one defers to report the same mistake, in the
    document `cause_in`: at the same pointer, in the same document, unless given.
    """

    message: str
    pointer: Pointer = ()
    part: Part = "value"
    span: tuple[int, int] | None = None
    severity: Severity | None = None
    why: str | None = None
    refused_by: tuple[str, ...] | None = None
    fix: Fix | None = None
    document: Document | None = None
    cause: Pointer | None = None
    cause_in: Document | None = None


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue.

    `since` is the version that brought it. `plugin` is the package that it comes from, empty for
    those of this one. A finding is dropped where a rule of `defers_to` has reported its cause in
    the same run, at no lower severity.
    """

    code: str
    name: str
    subject: Subject
    severity: Severity
    refused_by: tuple[str, ...]
    fix: Literal["", "safe", "unsafe"]
    check: Callable[[Any], Iterable[Finding]]
    since: str = "0.1.0"
    plugin: str = ""
    defers_to: tuple[str, ...] = ()

    @cached_property
    def doc(self) -> str:
        """The rule's page, as written in its docstring."""
        import inspect  # only when a rule has found something

        return inspect.cleandoc(self.check.__doc__ or "")

    @cached_property
    def why(self) -> str:
        """The paragraphs between the summary and the examples, as one line."""
        body = self.doc.partition("\n\n")[2].partition("\n\nBad:")[0]
        return " ".join(body.split())


RULES: dict[str, Rule] = {}
"""Every rule whose module has been imported, by its code."""

_S = TypeVar("_S")
_Check = Callable[[_S], Iterable[Finding]]
_Enter = Callable[[_Check[_S]], _Check[_S]]


class Metadata(TypedDict, total=False):
    """What else `rule` takes by keyword."""

    severity: Severity
    refused_by: str
    fix: Literal["", "safe", "unsafe"]
    since: str
    defers_to: tuple[str, ...]


# One for each subject, so that a function that takes another one does not pass mypy.
@overload
def rule(code: str, name: str, **more: Unpack[Metadata]) -> _Enter[Connector]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["connector"], **more: Unpack[Metadata]
) -> _Enter[Connector]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["text", "link"], **more: Unpack[Metadata]
) -> _Enter[Document]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["account type"], **more: Unpack[Metadata]
) -> _Enter[AccountType]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["fleet"], **more: Unpack[Metadata]
) -> _Enter[Fleet]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["provider"], **more: Unpack[Metadata]
) -> _Enter[Provider]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["archive"], **more: Unpack[Metadata]
) -> _Enter[Archive]: ...


def rule(
    code: str,
    name: str,
    *,
    on: Subject = "connector",
    severity: Severity = ERROR,
    refused_by: str = "",
    fix: Literal["", "safe", "unsafe"] = "",
    since: str = "0.1.0",
    defers_to: tuple[str, ...] = (),
) -> _Enter[Any]:
    """Enter a function into the catalogue.

    `refused_by` names who refuses, one or more of finding.REFUSALS with spaces between; it is
    given for errors and only for them, `severity` for all others. `fix` is the most that the
    rule's fixes do, `since` the version of this package, or of the plugin, that brings it.
    `defers_to` are codes of rules that report the same mistake better, see Rule.
    """
    names = tuple(refused_by.split())
    if (severity is ERROR) != bool(names):
        raise ValueError(f"{code}: an error, and nothing else, is refused by somebody")
    if unknown := set(names) - set(REFUSALS):
        raise ValueError(f"{code}: refused_by is one of {', '.join(REFUSALS)}, not {unknown}")
    if known := RULES.get(code):
        raise ValueError(f"{code}: {known.check.__module__} has a rule of that code already")

    def enter(check: _Check[Any]) -> _Check[Any]:
        RULES[code] = Rule(code, name, on, severity, names, fix, check, since, defers_to=defers_to)
        return check

    return enter


MOST_NAMED = 5
"""So many entries of a kind are named, the others are counted."""
