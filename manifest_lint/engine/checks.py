"""One run of the rules: on each subject, and from what they find to findings with their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.document.document import Document
from manifest_lint.engine.select import selected
from manifest_lint.errors import Skipped, UserError
from manifest_lint.finding import Edit, Finding, Fix, Place, Severity, Skip
from manifest_lint.rules import base, plugins
from manifest_lint.rules.base import Rule, Subject
from manifest_lint.rules.registry import rules_on

if TYPE_CHECKING:
    from manifest_lint.document.masking import Hider
    from manifest_lint.engine.defer import Deferring

_IN_SEVERAL = ("workspace", "provider", "archive")
"""Subjects with findings in several documents: the settings for each document decide."""


_NOT_IN_A_BUILD = ("workspace", "provider", "upgrade")
"""Subjects that a build does not have, or not whole: it is of one connector."""

MOST_OF_A_KIND = 10_000
"""A rule reports at most this many findings for one subject."""


class Checks:
    """One run of the rules; `settings` are those for each document by its name.

    If it `goes_on`, an exception in a rule does not end the run, but is reported. Findings may
    quote the documents `quoted`, whichever they are on. `keeps` says which are reported.
    """

    def __init__(
        self,
        settings: Mapping[str, Settings],
        *,
        plugins: bool,
        goes_on: bool = False,
        quoted: tuple[Document, ...] = (),
        keeps: Callable[[Rule, Finding], bool] = lambda rule, finding: True,  # noqa: ARG005
    ):
        self._quoted = frozenset(quoted)
        self._settings = settings
        self._plugins = plugins
        self._goes_on = goes_on
        self._keeps = keeps
        self._rules: dict[tuple[int, Subject], tuple[Rule, ...]] = {}
        self._found: list[tuple[Finding, Document]] = []
        self._deferring: dict[int, Deferring] = {}
        self._hiders: dict[str, Hider] = {}
        self.skipped: dict[Skip, Subject] = {}
        self.failed: dict[str, Subject] = {}
        self.subjects: set[Subject] = set()

    @property
    def ran(self) -> frozenset[str]:
        """The codes of the rules on subjects that there were some of, without skipped rules."""
        on_them = (rules_on(subject, plugins=self._plugins) for subject in self.subjects)
        codes = {rule.code for rules in on_them for rule in rules}
        return frozenset(codes - {skip.what for skip in self.skipped})

    def run(self, on: Subject, subject: Any, document: Document) -> None:
        """Run the rules on one subject; its findings are in `document` unless they name another."""
        self.subjects.add(on)
        if on in _IN_SEVERAL:
            rules = rules_on(on, plugins=self._plugins)
        else:
            rules = self._selected(document, on)
        for rule in rules:
            left = MOST_OF_A_KIND
            try:
                # A plugin's rule that fails raises UserError: it must not look like our bug.
                for found in (
                    plugins.findings(rule, subject) if rule.plugin else rule.check(subject)
                ):
                    where = found.document or document
                    if (where is document and on not in _IN_SEVERAL) or rule in self._selected(
                        where, on
                    ):
                        self._report(rule, found, where)
                    left -= 1
                    if not left:
                        break
            except Skipped as error:
                self.skipped.setdefault(Skip(rule.code, str(error)), on)
            except UserError:
                raise
            except Exception as error:  # our bug must not stop the check of the other connectors
                if not self._goes_on:
                    raise
                what = f"internal error ({type(error).__name__} in {rule.code})"
                what = f"{document.name}: {what}: check it alone, and report it"
                self.failed.setdefault(what, on)

    def _report(self, rule: Rule, found: base.Finding, document: Document) -> None:
        """Add a finding, and what it defers to."""
        settings = self._settings.get(document.name, DEFAULTS)
        finding = _finding(rule, found, document, settings)
        if not self._keeps(rule, finding):
            return
        if rule.defers_to:
            from manifest_lint.engine.defer import Deferring  # only for a finding

            cause = found.pointer if found.cause is None else found.cause
            where = found.cause_in or document
            self._deferring[len(self._found)] = Deferring(rule.defers_to, where.name, cause)
        self._found.append((finding, document))

    def hider(self, document: Document | None = None) -> Hider:
        """Return what masks the secrets of the quoted documents, and of one more."""
        name = "" if document is None or document in self._quoted else document.name
        if name not in self._hiders:
            from manifest_lint.engine.hider import hider_of  # only for what is shown

            more = [document] if document and name else []
            self._hiders[name] = hider_of(*self._quoted, *more)
        return self._hiders[name]

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings, in reading order, without those that defer to another one."""
        if not self._found:
            return ()
        from manifest_lint.engine.hide import hidden  # only for a finding

        return tuple(
            hidden(one, self.hider(document), document.value) for one, document in self.raw()
        )

    def raw(self, others: Iterable[Finding] = ()) -> list[tuple[Finding, Document]]:
        """Return the same with their documents, and with the secrets that are still in them.

        `others` are findings of other parts of this run that they may defer to.
        """
        from manifest_lint.engine.defer import without_deferred  # only for a finding

        own = [one for one, _ in self._found]
        kept = without_deferred([*own, *others], self._deferring)
        found = (self._found[index] for index in kept if index < len(own))
        return sorted(found, key=lambda one: reading_order(one[0]))

    def _selected(self, document: Document, on: Subject) -> tuple[Rule, ...]:
        """Return the rules on a kind of subject that the settings for a document select."""
        settings = self._settings.get(document.name, DEFAULTS)
        rules = self._rules.get((id(settings), on))
        if rules is None:
            rules = selected(settings.selected, settings.ignore, on, plugins=self._plugins)
            self._rules[id(settings), on] = rules
        return rules


def reading_order(finding: Finding) -> tuple[object, ...]:
    """Return what to sort findings by: those of a file together, and by their place in it."""
    place = finding.place
    return (finding.path, place.line, place.column, -finding.severity, finding.code)


def _finding(rule: Rule, found: base.Finding, document: Document, settings: Settings) -> Finding:
    """Return a rule's finding with its place, and with what rule and settings say about it."""
    severity = rule.severity if found.severity is None else found.severity
    refused_by = rule.refused_by if found.refused_by is None else found.refused_by
    if rule.code in settings.severity:
        severity = settings.severity[rule.code]
        # A project that makes a rule an error wants its builds to fail, if they run that rule.
        refused_by = refused_by or (() if rule.subject in _NOT_IN_A_BUILD else ("build",))
    if document.kind == "readme" and not rule.in_readme:
        severity = Severity.NOTE
    fix = None
    if found.fix:
        fix = Fix(found.fix.title, found.fix.safe, _edits(found.fix, document))
    return Finding(
        rule.code,
        rule.name,
        severity,
        document.name,
        _place(found, document),
        found.message,
        rule.why if found.why is None else found.why,
        fix,
        refused_by if severity is Severity.ERROR else (),
        found.pointer,
    )


def _edits(fix: base.Fix, document: Document) -> tuple[Edit, ...]:
    """Return the edits of a fix; none if one of them has nothing to change."""
    if document.kind == "readme":
        return ()  # the document's text differs from the file's: see content/readme.py
    if not all(edit.span or document.has(edit.pointer) for edit in fix.edits):
        return ()
    return tuple(Edit(_place(edit, document), edit.text) for edit in fix.edits)


def _place(part: base.Finding | base.Edit, document: Document) -> Place:
    if part.span is not None:
        return document.place(*part.span)
    if part.part == "key":
        return document.key(part.pointer)
    if part.part == "member":
        return document.member(part.pointer)
    place = document.at(part.pointer)
    if part.part == "start":
        return document.place(place.start, place.start)
    if part.part == "end":
        return document.place(place.end, place.end)
    return place
