"""Fix files: apply the fixes of findings, check again, and write the result.

An edit changes only the part that it names. Bytes that are not UTF-8, line ends and the byte order
mark stay as they are.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping

from manifest_lint.document.document import Document
from manifest_lint.engine.checks import MOST_OF_A_KIND
from manifest_lint.engine.report import Report, Rewrite
from manifest_lint.errors import UserError
from manifest_lint.files.write import replace_file
from manifest_lint.finding import Edit, Finding

MAX_PASSES = 10
"""Fixes that overlap are applied one after the other, in at most this many passes."""

_MOST_READ = 4 * 1024 * 1024
_EACH_PASS = 20 * 1024
"""Bytes that further passes read at most, and what each costs besides: a file that is not JSON
shows only the first of its mistakes (document/causes.py), and is fixed only if all of them are."""

Check = Callable[[Mapping[str, bytes]], Report]
"""Checks again, with these bytes instead of those of the documents, by their names."""


def apply_fixes(check: Check, *, unsafe: bool = False) -> Report:
    """Apply every safe fix, and with `unsafe` the unsafe ones, until there is nothing to apply.

    Returns the report of what is left, with the documents that changed. A document that is not
    JSON is fixed only if the result is JSON; text after its end, or bytes that are not UTF-8, may
    be left. In a document with more findings than a rule reports, only the first are fixed:
    another run fixes more. Findings whose fixes were applied in vain are left without edits.
    Writes nothing.
    """
    report = check({})
    texts: dict[str, bytes] = {}
    before: dict[str, Document] = {}
    fixed: dict[str, list[Finding]] = {}
    passes, left = MAX_PASSES, _MOST_READ
    while passes:
        changed = False
        for name, findings in _by_document(report, unsafe=unsafe).items():
            document = report.documents[name]
            if len(fixed.get(name, ())) >= MOST_OF_A_KIND:
                continue  # each pass reads the whole document, so their number is limited
            after, done = applied(document, findings)
            if after != document.data:
                before.setdefault(name, document)  # some are read only once the manifest is fixed
                texts[name] = after
                fixed.setdefault(name, []).extend(done)
                changed = True
        if not changed:
            break
        report = check(texts)
        left -= _EACH_PASS + sum(len(one.data) for one in report.documents.values())
        if left < 0 or not any(report.documents[name].error for name in texts):
            passes -= 1
    if broken := [name for name in texts if report.documents[name].error]:
        for name in broken:
            del texts[name]
        report = _without_vain_edits(check(texts), broken, unsafe=unsafe)
    rewrites = (Rewrite(before[name], texts[name], tuple(fixed[name])) for name in texts)
    return report._replace(rewrites=tuple(rewrites))


def applied(document: Document, findings: Iterable[Finding]) -> tuple[bytes, tuple[Finding, ...]]:
    """Apply the fixes of some findings to their document; of fixes that overlap, the first.

    Returns the new bytes, and the findings whose fixes were applied.
    """
    taken, done = chosen(findings)
    # The same number of code points as document.text: one for each byte that is not UTF-8.
    text = document.data.decode("utf-8", "surrogateescape")
    pieces, end = [], 0
    for edit in taken:
        pieces += [text[end : edit.place.start], edit.text]
        end = edit.place.end
    return "".join([*pieces, text[end:]]).encode("utf-8", "surrogateescape"), done


def chosen(findings: Iterable[Finding]) -> tuple[list[Edit], tuple[Finding, ...]]:
    """Return the edits that fix findings of one document, and the findings that they fix.

    The edits are in the order of their places. Of fixes that overlap, the first is chosen.
    """
    known: set[Edit] = set()
    taken: list[Edit] = []
    done = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if all(edit in known for edit in edits):
            done.append(finding)  # another finding has the same fix
        elif not any(_meets_one(edit, taken) for edit in edits):
            for edit in edits:
                insort(taken, edit, key=_order)
            known.update(edits)
            done.append(finding)
    return taken, tuple(done)


def write(rewrites: Iterable[Rewrite]) -> list[str]:
    """Write fixed documents back to their files, each in one step; standard input is skipped.

    Returns, for each file that could not be written, a line that names it and says why.
    """
    not_written = []
    for rewrite in rewrites:
        if rewrite.document.path:
            try:
                replace_file(rewrite.document.path, rewrite.document.data, rewrite.after)
            except UserError as error:
                not_written.append(str(error))
    return not_written


def _by_document(report: Report, *, unsafe: bool) -> dict[str, list[Finding]]:
    """Return the findings to fix in each document, in reading order."""
    chosen: dict[str, list[Finding]] = {}
    for finding in report.findings:
        document = report.documents[finding.path]
        fix = finding.fix
        if fix and fix.edits and (fix.safe or unsafe) and not document.is_truncated:
            chosen.setdefault(finding.path, []).append(finding)
    return chosen


def _without_vain_edits(report: Report, broken: Iterable[str], *, unsafe: bool) -> Report:
    """Return a report without the edits of files that are not JSON although all are applied.

    Such a file has more mistakes than are reported, and one of them was not fixed.
    """
    hopeless = set(broken)
    for one in report.findings:
        is_fixable = one.fix and one.fix.edits and (one.fix.safe or unsafe)
        if one.code == "J001" and not is_fixable:
            hopeless.discard(one.path)
    findings = (
        one._replace(fix=one.fix._replace(edits=())) if one.fix and one.path in hopeless else one
        for one in report.findings
    )
    return report._replace(findings=tuple(findings))


def _order(edit: Edit) -> tuple[int, int]:
    return edit.place.start, edit.place.end


def _meets_one(edit: Edit, taken: list[Edit]) -> bool:
    """Return whether an edit overlaps one of `taken`, which are sorted and do not overlap."""
    index = bisect_left(taken, _order(edit), key=_order)
    return any(_overlap(edit, other) for other in taken[max(index - 2, 0) : index + 2])


def _overlap(one: Edit, other: Edit) -> bool:
    """Return whether two edits change the same characters, or one inserts at the other's edge."""
    a, b = one.place, other.place
    if a.start == a.end or b.start == b.end:
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end
