"""From sources to findings: run the rules, and give what they find its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from manifest_lint.document import Document
from manifest_lint.errors import UserError
from manifest_lint.finding import Edit, Finding, Fix, Place, Severity
from manifest_lint.report import Report
from manifest_lint.rules import Change, Problem, Rule, all_rules
from manifest_lint.sources import Sources


def selected(select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """Give the rules to run. Raises UserError for a code that no rule's begins with."""
    wanted, unwanted = ([code.upper() for code in codes] for codes in (select, ignore))
    for code in (*wanted, *unwanted):
        if not code or not any(rule.code.startswith(code) for rule in all_rules()):
            known = ", ".join(sorted({rule.code[0] for rule in all_rules()}))
            raise UserError(f"{code}: no rule has a code that begins so; families are {known}")
    return tuple(
        rule
        for rule in all_rules()
        if (not wanted or rule.code.startswith(tuple(wanted)))
        and not (unwanted and rule.code.startswith(tuple(unwanted)))
    )


def judge(sources: Sources, rules: Iterable[Rule]) -> Report:
    """Run rules over all that was gathered."""
    by_subject: dict[str, list[Rule]] = {"text": [], "connector": [], "account type": []}
    for rule in rules:
        by_subject[rule.subject].append(rule)
    findings: list[Finding] = []
    for document in sources.documents.values():
        findings += _run(by_subject["text"], document, document)
    for connector in sources.connectors:
        findings += _run(by_subject["connector"], connector, connector.manifest)
    for account_type in sources.account_types:
        findings += _run(by_subject["account type"], account_type, account_type.document)
    findings.sort(key=_reading_order)
    manifests = sum(not document.confidential for document in sources.documents.values())
    return Report(tuple(findings), manifests, len(sources.account_types), dict(sources.documents))


def _reading_order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return (finding.path, place.line, place.column, -finding.severity, finding.code)


def _run(rules: Iterable[Rule], subject: Any, document: Document) -> Iterator[Finding]:
    for rule in rules:
        for problem in rule.check(subject):
            yield _finding(rule, problem, document)


def _finding(rule: Rule, problem: Problem, document: Document) -> Finding:
    """Give a problem its place in the text, and what its rule says of it."""
    severity = rule.severity if problem.severity is None else problem.severity
    refused_by = rule.refused_by if problem.refused_by is None else problem.refused_by
    mend = problem.mend
    fix = None
    if mend:
        edits = tuple(Edit(_place(change, document), change.text) for change in mend.changes)
        fix = Fix(mend.title, mend.safe, edits)
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=severity,
        path=document.name,
        place=_place(problem, document),
        message=problem.message,
        why=rule.why if problem.why is None else problem.why,
        fix=fix,
        refused_by=refused_by if severity is Severity.ERROR else (),
    )


def _place(part: Problem | Change, document: Document) -> Place:
    if part.span is not None:
        return document.place(*part.span)
    return document.key(part.pointer) if part.part == "key" else document.at(part.pointer)
