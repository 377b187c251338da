"""The report as JUnit XML, which most CI servers show among the tests.

Each file is a test suite, each finding a test case. The case fails if the finding makes the run
fail, so that server and exit code agree. [junit-10.xsd of Jenkins' xUnit plugin]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from manifest_lint.finding import Finding
from manifest_lint.reports import suppressions
from manifest_lint.reports.entries import remarks
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sentences import needless, not_searched
from manifest_lint.reports.suppressions import Suppressed
from manifest_lint.reports.text import visible


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the report as an XML document."""
    suites = ElementTree.Element("testsuites", name="manifest-lint")
    hushed = suppressions.by_path(outcome)
    for name, findings in outcome.by_path().items():
        suites.append(_suite(outcome.path(name), findings, hushed.get(name, ()), outcome))
    if outcome.report.refused:
        suites.append(_not_checked(outcome))
    rest = [(one.what, one.why) for one in outcome.report.skipped]
    rest += _about_options(outcome)
    if rest:
        suites.append(_skipped(rest))
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ElementTree.tostring(suites, "unicode")


def _suite(
    path: str, findings: Iterable[Finding], hushed: Iterable[Suppressed], outcome: Outcome
) -> ElementTree.Element:
    cases = [_case(path, finding, outcome) for finding in findings]
    failures = sum(case.find("failure") is not None for case in cases)
    left_out = [_suppressed(path, one, outcome) for one in hushed]
    cases += left_out
    if not cases:
        cases = [ElementTree.Element("testcase", name="no findings", classname=visible(path))]
    numbers = {"tests": len(cases), "failures": failures, "errors": 0}
    numbers |= {"skipped": len(left_out)} if left_out else {}
    attributes = {name: str(number) for name, number in numbers.items()}
    suite = ElementTree.Element("testsuite", {"name": visible(path), **attributes})
    suite.extend(cases)
    return suite


def _not_checked(outcome: Outcome) -> ElementTree.Element:
    """Return a suite of the files that could not be checked."""
    number = str(len(outcome.report.refused))
    suite = ElementTree.Element(
        "testsuite", name="not checked", tests=number, failures="0", errors=number
    )
    for why in map(visible, outcome.report.refused):
        name = why.partition(": ")[0]
        case = ElementTree.SubElement(suite, "testcase", name=name, classname="manifest-lint")
        ElementTree.SubElement(case, "error", type="not checked", message=why)
    return suite


def _about_options(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield what was not searched for, and each option and entry that is worth a line."""
    yield from (("configuration", line) for line in remarks(outcome))
    yield from (("secrets", line) for line in not_searched(outcome.report))
    yield from (("options", line) for line in needless(outcome.build))


def _skipped(found: list[tuple[str, str]]) -> ElementTree.Element:
    """Return a suite of what was skipped: rules, secrets, options."""
    number = str(len(found))
    suite = ElementTree.Element(
        "testsuite", name="skipped", tests=number, failures="0", errors="0", skipped=number
    )
    for what, why in found:
        case = ElementTree.SubElement(suite, "testcase", name=what, classname="manifest-lint")
        ElementTree.SubElement(case, "skipped", message=visible(why))
    return suite


def _suppressed(path: str, shown: Suppressed, outcome: Outcome) -> ElementTree.Element:
    """Return a suppressed finding as a test that was skipped, with the reason."""
    case = _named(path, shown.finding, outcome)
    what = f"{shown.finding.message} ({shown.why})"
    ElementTree.SubElement(case, "skipped", message=visible(what))
    return case


def _named(path: str, finding: Finding, outcome: Outcome) -> ElementTree.Element:
    name = f"{finding.code} {finding.name}{_place(finding, outcome)}"
    return ElementTree.Element("testcase", name=name, classname=visible(path))


def _place(finding: Finding, outcome: Outcome) -> str:
    return f":{finding.place.line}:{finding.place.column}" if outcome.has_place(finding) else ""


def _case(path: str, finding: Finding, outcome: Outcome) -> ElementTree.Element:
    case = _named(path, finding, outcome)
    parts = [f"{path}{_place(finding, outcome)}", finding.message, finding.why]
    if finding.fix:
        parts.append(f"Fix: {finding.fix.title}")
    text = "\n".join(map(visible, parts))
    if outcome.fails_by(finding):
        failure = ElementTree.SubElement(
            case, "failure", type=finding.severity.label, message=visible(finding.message)
        )
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = f"{finding.severity.label}: {text}"
    return case
