"""From sources to findings: run the rules, and find the place of each finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.document.document import Document
from manifest_lint.engine.defer import Deferring, without_deferred
from manifest_lint.engine.hide import hidden, hidden_pointer
from manifest_lint.engine.report import Report
from manifest_lint.errors import Skipped, UserError
from manifest_lint.finding import Edit, Finding, Fix, Place, Severity, Skip, is_selected
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector
from manifest_lint.project.sources import Sources
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules import base, plugins
from manifest_lint.rules.base import Rule, Subject
from manifest_lint.rules.registry import all_rules
from manifest_lint.text.wording import nearest, short

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.document.masking import Hider
    from manifest_lint.oauth.provider import Ask
    from manifest_lint.project.changes import Changes


def selected(
    select: Iterable[str], ignore: Iterable[str], *, plugins: bool = True
) -> tuple[Rule, ...]:
    """Return the rules to run. Raises UserError for a code that no rule's code starts with."""
    select, ignore = tuple(select), tuple(ignore)
    for code in (*select, *ignore):
        refuse_unknown(code, plugins=plugins)
    every = all_rules(plugins=plugins)
    if not (select or ignore):
        return every
    return tuple(
        rule
        for rule in every
        if (not select or is_selected(rule.code, select)) and not is_selected(rule.code, ignore)
    )


def refuse_unknown(code: str, whole: bool = False, *, plugins: bool = True) -> None:
    """Raise UserError, with the nearest code, for a code that no rule's code starts with.

    With `whole` it must be the complete code of a rule.
    """
    codes = [rule.code for rule in all_rules(plugins=plugins)]
    if code in codes or (not whole and any(is_selected(known, [code]) for known in codes)):
        return
    near = nearest(code, codes)
    families = ", ".join(sorted({known.rstrip("0123456789") for known in codes}))
    hint = f"did you mean {near}?" if near else f"families are {families}"
    what = "no rule has this code" if whole else "no rule has a code that starts with it"
    raise UserError(f"{short(code)}: {what}; {hint}")


def check_sources(
    sources: Sources,
    ask: Ask | None = None,
    done: Callable[[int], None] = lambda _: None,
    *,
    plugins: bool = True,
    changes: Changes | None = None,
) -> Report:
    """Check all sources with the rules that the settings for each file select.

    With `changes`, each changed connector is compared with the one before, and the rules on all
    connectors together do not run, as only some connectors are checked. With `ask`, the rules on
    the metadata of providers run too. `done` is called with 1 after each connector. `plugins` says
    whether rules of other packages run. Raises UserError if the settings name an unknown rule, and
    if a plugin fails.
    """
    before, confidential = (changes.before, changes.confidential) if changes else ({}, [])
    checks = _Checks(
        sources.settings,
        plugins=plugins,
        goes_on=len(sources.connectors) > 1,
        quoted=(*sources.documents.values(), *before.values(), *confidential),
    )
    for document in sources.documents.values():
        document.others = checks.hider
    documents, account_types = list(sources.documents.values()), sources.account_types
    refused, skipped = sources.refused, sources.skipped
    if changes:
        refused, skipped = [*changes.refused, *refused], [*changes.skipped, *skipped]
        documents = changes.documents(documents)
        account_types = changes.account_types(account_types)
    for document in documents:
        checks.run("link" if document.is_link_out else "text", document, document)
    for connector in sources.connectors:
        checks.run("connector", connector, connector.manifest)
        if changes and (old := before.get(connector.manifest.name)):
            from manifest_lint.cozy.upgrade import Upgrade  # only with --since and --against

            upgrade = Upgrade(old, connector.manifest, is_published=changes.is_published)
            checks.run("upgrade", upgrade, connector.manifest)
        done(1)
    for account_type in account_types:
        checks.run("account type", account_type, account_type.document)
    given = tuple(a for a in account_types if a.document.kind == "account types")
    workspace = Workspace(tuple(sources.connectors), given, sources.shared)
    if ask:
        from manifest_lint.project.providers import (
            providers,  # a check without --online does not load it
        )

        for provider in providers(workspace, ask):
            checks.run("provider", provider, provider.account_type.document)
    if changes is None and (given or len(sources.connectors) > 1):
        checks.run("workspace", workspace, next(iter(sources.documents.values())))
    return Report(
        checks.findings(),
        sum(document.kind == "manifest" for document in documents),
        len(given),
        dict(sources.documents),
        dict(sources.settings),
        tuple(sources.connectors),
        skipped=(*skipped, *checks.skipped),
        refused=(*map(str, refused), *checks.failed),
        changes=changes,
        not_run=checks.not_run,
        plugins=plugins,
    )


def check_archive(
    archive: Archive,
    settings: Settings,
    account_types: tuple[AccountType, ...] | None = None,
    *,
    plugins: bool = True,
    quoted: tuple[Document, ...] = (),
) -> Report:
    """Check an archive, and its manifest as the registry and the stack will read it.

    `account_types` are those given for its connector, None if none were given. `plugins` says
    whether rules of other packages run. The secrets of the documents `quoted` are
    masked too. Raises UserError as `check_sources` does.
    """
    documents = [archive.document, *([archive.manifest] if archive.manifest else [])]
    names = {document.name: settings for document in documents}
    checks = _Checks(names, plugins=plugins, quoted=quoted)
    checks.run("archive", archive, archive.document)
    manifest = archive.manifest
    if manifest:
        checks.run("text", manifest, manifest)
        if isinstance(manifest.value, dict):
            # An archive that was not read to its end may have the files that seem to be missing.
            files = archive if archive.is_read else None
            connector = Connector(manifest, files, "built", account_types, settings)
            checks.run("connector", connector, manifest)
    return Report(
        checks.findings(),
        1 if manifest else 0,
        0,
        {document.name: document for document in documents},
        {document.name: settings for document in documents},
        plugins=plugins,
    )


def is_refused(archive: Archive) -> bool:
    """Return whether the registry refuses an archive, whatever the settings select."""
    report = check_archive(archive, DEFAULTS, plugins=False)
    name = archive.document.name
    return any("publish" in one.refused_by for one in report.findings if one.path == name)


def check_upgrade(
    upgrade: Upgrade,
    settings: Settings,
    archive: Archive | None = None,
    confidential: Iterable[Document] = (),
    *,
    plugins: bool = True,
) -> Report:
    """Check what happens when a version follows another.

    What makes the registry or the stack refuse the new version is included; `archive` is that of
    the new version, if it is one. The secrets of the documents `confidential` are masked too.
    Raises UserError as `check_sources` does.
    """
    manifest = upgrade.new.manifest
    connector = Connector(manifest, None, "source", None, settings) if upgrade.new.value else None
    quoted = (upgrade.old.manifest, manifest, *confidential)
    if archive:
        own = check_archive(archive, settings, plugins=plugins, quoted=quoted)
    else:
        checks = _Checks({manifest.name: settings}, plugins=plugins, quoted=quoted)
        checks.run("text", manifest, manifest)
        if connector:
            checks.run("connector", connector, manifest)
        own = Report(checks.findings(), 1, 0, {manifest.name: manifest}, {manifest.name: settings})
    checks = _Checks({manifest.name: settings}, plugins=plugins, quoted=quoted)
    manifest.others = checks.hider
    checks.run("upgrade", upgrade, manifest)
    stops = (one for one in own.findings if {"install", "publish"} & set(one.refused_by))
    findings = tuple(sorted((*stops, *checks.findings()), key=_reading_order))
    connectors = (connector,) if connector else ()
    return own._replace(
        findings=findings,
        connectors=connectors,
        not_run=checks.not_run,
        plugins=plugins,
    )


_IN_SEVERAL = ("workspace", "provider", "archive")
"""Subjects with findings in several documents: the settings for each document decide."""


_NOT_IN_A_BUILD = ("workspace", "provider", "upgrade")
"""Subjects that a build does not have, or not whole: it is of one connector."""

MOST_OF_A_KIND = 10_000
"""A rule reports at most this many findings for one subject."""


class _Checks:
    """One run of the rules; `settings` are those for each document by its name.

    If it `goes_on`, an exception in a rule does not end the run, but is reported. Findings may
    quote the documents `quoted`, whichever they are on.
    """

    def __init__(
        self,
        settings: Mapping[str, Settings],
        *,
        plugins: bool,
        goes_on: bool = False,
        quoted: tuple[Document, ...] = (),
    ):
        self._quoted = frozenset(quoted)
        self._settings = settings
        self._plugins = plugins
        self._goes_on = goes_on
        self._rules: dict[tuple[int, Subject], tuple[Rule, ...]] = {}
        self._findings: list[Finding] = []
        self._deferring: dict[int, Deferring] = {}
        self._hiders: dict[str, Hider] = {}
        self.skipped: dict[Skip, None] = {}
        self.failed: dict[str, None] = {}
        self._subjects: set[Subject] = set()

    @property
    def not_run(self) -> frozenset[str]:
        """The codes of the rules on subjects that there were none of, and of skipped rules."""
        every = all_rules(plugins=self._plugins)
        idle = {rule.code for rule in every if rule.subject not in self._subjects}
        return frozenset(idle | {skip.what for skip in self.skipped})

    def run(self, on: Subject, subject: Any, document: Document) -> None:
        """Run the rules on one subject; its findings are in `document` unless they name another."""
        self._subjects.add(on)
        rules = self._selected(document, on)
        if on in _IN_SEVERAL:
            every = all_rules(plugins=self._plugins)
            rules = tuple(rule for rule in every if rule.subject == on)
        for rule in rules:
            try:
                for found in islice(findings_of(rule, subject), MOST_OF_A_KIND):
                    where = found.document or document
                    if (where is document and on not in _IN_SEVERAL) or rule in self._selected(
                        where, on
                    ):
                        self._report(rule, found, where)
            except Skipped as error:
                self.skipped[Skip(rule.code, str(error))] = None
            except UserError:
                raise
            except Exception as error:  # our bug must not stop the check of the other connectors
                if not self._goes_on:
                    raise
                what = f"internal error ({type(error).__name__} in {rule.code})"
                self.failed[f"{document.name}: {what}: check it alone, and report it"] = None

    def _report(self, rule: Rule, found: base.Finding, document: Document) -> None:
        """Add a finding, and what it defers to."""
        settings = self._settings.get(document.name, DEFAULTS)
        if rule.defers_to:
            cause = found.pointer if found.cause is None else found.cause
            where = found.cause_in or document
            cause = hidden_pointer(cause, self.hider(where))
            self._deferring[len(self._findings)] = Deferring(rule.defers_to, where.name, cause)
        finding = _finding(rule, found, document, settings)
        self._findings.append(hidden(finding, self.hider(document), document.value))

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
        kept = without_deferred(self._findings, self._deferring)
        return tuple(sorted(kept, key=_reading_order))

    def _selected(self, document: Document, on: Subject) -> tuple[Rule, ...]:
        """Return the rules on a kind of subject that the settings for a document select."""
        settings = self._settings.get(document.name, DEFAULTS)
        rules = self._rules.get((id(settings), on))
        if rules is None:
            chosen = selected(settings.select, settings.ignore, plugins=self._plugins)
            rules = tuple(rule for rule in chosen if rule.subject == on)
            self._rules[id(settings), on] = rules
        return rules


def findings_of(rule: Rule, subject: Any) -> Iterable[base.Finding]:
    """Run one rule. Raises UserError if a plugin's rule fails: it must not look like our bug."""
    return plugins.findings(rule, subject) if rule.plugin else rule.check(subject)


def _reading_order(finding: Finding) -> tuple[object, ...]:
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
        code=rule.code,
        name=rule.name,
        severity=severity,
        path=document.name,
        place=_place(found, document),
        message=found.message,
        why=rule.why if found.why is None else found.why,
        fix=fix,
        refused_by=refused_by if severity is Severity.ERROR else (),
        pointer=found.pointer,
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
