"""What a rule is: a function with its metadata next to it, and nothing else to register.

A rule gets what it checks (a document, a connector, an account type) and yields findings; it does
not know lines, files on disk or reports. Its docstring is its documentation: the first line says
what is wrong, the paragraphs up to `Bad:` why it matters, in at most two sentences (shown with each
finding), `Bad:` and `Good:` are fragments that a test runs, `Source:` says where it is documented,
and whether its `runs` were recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, overload

from manifest_lint.finding import REFUSALS, Record, Severity

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from manifest_lint.archive.archive import Archive
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.document.document import Document
    from manifest_lint.document.spans import Pointer
    from manifest_lint.oauth.account_type import AccountType
    from manifest_lint.project.connector import Connector
    from manifest_lint.project.providers import Provider
    from manifest_lint.project.workspace import Workspace

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

Subject = Literal[
    "text", "link", "connector", "account type", "workspace", "provider", "archive", "upgrade"
]
"""What a rule gets: a Document, decoded or not; a Document for a link that is not followed; a
Connector; an AccountType; a Workspace; a Provider, only with `--online`; an Archive,
only with `verify` and `build`; an Upgrade, with `upgrade` and `check --since` or
`--against`."""

Compared = tuple[Literal["manifest", "account type"], str]
"""A part of another document: that document's kind, and a key in it."""

Part = Literal["key", "value", "member", "start", "end"]
"""A part of what is at a pointer: a key, a value, a member or an item with its comma, the point
before the value, the point after it."""


class Edit(Record):
    """Replace one part of a document by `text`.

    The part is given by `pointer` and `part`, or by `span`, two offsets in the text.
    """

    def __init__(
        self,
        text: str,
        pointer: Pointer = (),
        part: Part = "value",
        span: tuple[int, int] | None = None,
    ):
        self.text = text
        self.pointer = pointer
        self.part = part
        self.span = span


class Fix(Record):
    """How to fix a finding: in words and, where manifest-lint can do it, as edits."""

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
    """What a rule found, at a part of the document that it checks (see Edit for the parts).

    `document` names another document if the finding is there. A missing key has the pointer that it
    would have. `severity`, `why` and `refused_by` default to the rule's own. `cause` is the pointer
    where the rules that this one defers to report the same mistake, in the document `cause_in`;
    default: the same pointer and the same document.
    """

    def __init__(
        self,
        message: str,
        pointer: Pointer = (),
        part: Part = "value",
        span: tuple[int, int] | None = None,
        severity: Severity | None = None,
        why: str | None = None,
        refused_by: tuple[str, ...] | None = None,
        fix: Fix | None = None,
        document: Document | None = None,
        cause: Pointer | None = None,
        cause_in: Document | None = None,
    ):
        self.message = message
        self.pointer = pointer
        self.part = part
        self.span = span
        self.severity = severity
        self.why = why
        self.refused_by = refused_by
        self.fix = fix
        self.document = document
        self.cause = cause
        self.cause_in = cause_in


class Rule(Record):
    """One rule of the catalogue.

    `since` is the version that added it. `plugin` is the package that it comes from, empty for our
    own rules. A finding is dropped if a rule of `defers_to` has reported its cause in the same run,
    at no lower severity. With `in_readme`, a finding in an example of a README is as serious as in
    other files; that of another rule is a note. `compares` is where another document says otherwise
    than the one with the finding: its kind, and the key; None for a rule on one document.
    """

    def __init__(
        self,
        code: str,
        name: str,
        subject: Subject,
        severity: Severity,
        refused_by: tuple[str, ...],
        fix: Literal["", "safe", "unsafe"],
        check: Callable[[Any], Iterable[Finding]],
        since: str = "0.1.0",
        plugin: str = "",
        defers_to: tuple[str, ...] = (),
        in_readme: bool = False,
        compares: Compared | None = None,
    ):
        self.code = code
        self.name = name
        self.subject = subject
        self.severity = severity
        self.refused_by = refused_by
        self.fix = fix
        self.check = check
        self.since = since
        self.plugin = plugin
        self.defers_to = defers_to
        self.in_readme = in_readme
        self.compares = compares

    @property
    def doc(self) -> str:
        """The rule's page, as written in its docstring."""
        return _cleaned(self.check.__doc__ or "")

    @property
    def why(self) -> str:
        """The paragraphs between the summary and the examples, as one line."""
        return _why(self.check.__doc__ or "")


@cache
def _why(docstring: str) -> str:
    body = _cleaned(docstring).partition("\n\n")[2].partition("\n\nBad:")[0]
    return " ".join(body.split())


@cache
def _cleaned(docstring: str) -> str:
    import inspect  # only when a rule has found something

    return inspect.cleandoc(docstring)


RULES: dict[str, Rule] = {}
"""Every rule whose module has been imported, by its code."""

if TYPE_CHECKING:
    _S = TypeVar("_S")
    _Check = Callable[[_S], Iterable[Finding]]
    _Enter = Callable[[_Check[_S]], _Check[_S]]

    class Metadata(TypedDict, total=False):
        """The other keyword arguments of `rule`."""

        severity: Severity
        refused_by: str
        fix: Literal["", "safe", "unsafe"]
        since: str
        defers_to: tuple[str, ...]
        in_readme: bool
        compares: Compared | None


# One for each subject, so that mypy refuses a function that takes another subject.
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
    code: str, name: str, *, on: Literal["workspace"], **more: Unpack[Metadata]
) -> _Enter[Workspace]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["provider"], **more: Unpack[Metadata]
) -> _Enter[Provider]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["archive"], **more: Unpack[Metadata]
) -> _Enter[Archive]: ...
@overload
def rule(
    code: str, name: str, *, on: Literal["upgrade"], **more: Unpack[Metadata]
) -> _Enter[Upgrade]: ...


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
    in_readme: bool = False,
    compares: Compared | None = None,
) -> _Enter[Any]:
    """Return a decorator that adds a function to the catalogue.

    `refused_by` names who refuses, one or more of finding.REFUSALS separated by spaces: errors need
    it, others must not have it. `fix` is the least safe of the rule's fixes, `since` the version of
    this package, or of the plugin, that adds the rule. `defers_to` are the codes of rules that
    report the same mistake better, `in_readme` makes findings in READMEs as serious, `compares`
    names the part of another document that reports show too, see Rule.
    """
    names = tuple(refused_by.split())
    if (severity is ERROR) != bool(names):
        raise ValueError(
            f"{code}: an error needs refused_by, and other severities must not have it"
        )
    if unknown := set(names) - set(REFUSALS):
        raise ValueError(f"{code}: refused_by must be of {', '.join(REFUSALS)}, not {unknown}")
    if known := RULES.get(code):
        raise ValueError(f"{code}: {known.check.__module__} already has a rule with this code")

    def enter(check: _Check[Any]) -> _Check[Any]:
        of_plugin = ""
        new = Rule(
            code,
            name,
            on,
            severity,
            names,
            fix,
            check,
            since,
            of_plugin,
            defers_to,
            in_readme,
            compares,
        )
        RULES[code] = new
        return check

    return enter


MOST_NAMED = 5
"""At most this many entries of a kind are named; the others are counted."""
