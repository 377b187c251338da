"""Mend files: apply the fixes of findings, look again, and write what came of it.

Edits touch nothing but what they name. Bytes that are not UTF-8, line ends and the byte order mark
stay as they are.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from manifest_lint.document.document import Document
from manifest_lint.engine.report import Report, Rewrite
from manifest_lint.engine.run import MOST_OF_A_KIND
from manifest_lint.errors import UserError
from manifest_lint.files.disk import replace_file
from manifest_lint.finding import Edit, Finding

MAX_PASSES = 10
"""Fixes that overlap are applied one after the other, in so many passes at most."""

Check = Callable[[Mapping[str, bytes]], Report]
"""Checks again, with these bytes in the place of documents, by their names."""


def apply_fixes(check: Check, *, unsafe: bool = False) -> Report:
    """Apply every safe fix, the unsafe ones too if asked, until none is left to apply.

    Gives the report of what is left, with the documents that differ. A text that is not JSON is
    fixed only where JSON comes of it. Of a document with more findings than a rule reports, the
    first are fixed: another run fixes more. Writes nothing.
    """
    report = check({})
    texts: dict[str, bytes] = {}
    before: dict[str, Document] = {}
    fixed: dict[str, list[Finding]] = {}
    for _ in range(MAX_PASSES):
        changed = False
        for name, findings in _by_document(report, unsafe=unsafe).items():
            document = report.documents[name]
            if len(fixed.get(name, ())) >= MOST_OF_A_KIND:
                continue  # a pass reads all of it, to fix no more than a rule reports
            after, done = applied(document, findings)
            if after != document.data:
                before.setdefault(name, document)  # perhaps read only since its manifest is JSON
                texts[name] = after
                fixed.setdefault(name, []).extend(done)
                changed = True
        if not changed:
            break
        report = check(texts)
    if broken := [name for name in texts if report.documents[name].error]:
        for name in broken:
            del texts[name]
        report = check(texts)
    rewrites = (Rewrite(before[name], texts[name], tuple(fixed[name])) for name in texts)
    return replace(report, rewrites=tuple(rewrites))


def applied(document: Document, findings: Iterable[Finding]) -> tuple[bytes, tuple[Finding, ...]]:
    """Apply the fixes of some findings to their document, as many as do not overlap.

    Gives the bytes, and the findings whose fixes were applied: those that come first in the text.
    """
    known: set[Edit] = set()
    taken: list[Edit] = []  # in the order of the text
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
    # As many code points as in document.text: each byte that is not UTF-8 stands for itself.
    text = document.data.decode("utf-8", "surrogateescape")
    pieces, end = [], 0
    for edit in taken:
        pieces += [text[end : edit.place.start], edit.text]
        end = edit.place.end
    return "".join([*pieces, text[end:]]).encode("utf-8", "surrogateescape"), tuple(done)


def write(rewrites: Iterable[Rewrite]) -> list[str]:
    """Write fixed documents to where they were read, each in one step.

    Gives, for each that was left alone, a line that names the file and says why. Those of standard
    input are passed over.
    """
    left_alone = []
    for rewrite in rewrites:
        if rewrite.document.path:
            try:
                replace_file(rewrite.document.path, rewrite.document.data, rewrite.after)
            except UserError as error:
                left_alone.append(str(error))
    return left_alone


def _by_document(report: Report, *, unsafe: bool) -> dict[str, list[Finding]]:
    """Return the findings to fix of each document, in reading order."""
    chosen: dict[str, list[Finding]] = {}
    hopeless = set()
    for finding in report.findings:
        document = report.documents[finding.path]
        fix = finding.fix
        if fix and fix.edits and (fix.safe or unsafe) and not document.is_truncated:
            chosen.setdefault(finding.path, []).append(finding)
        elif document.error:
            hopeless.add(finding.path)  # one mistake is left, so no JSON can come of it
    return {name: findings for name, findings in chosen.items() if name not in hopeless}


def _order(edit: Edit) -> tuple[int, int]:
    return edit.place.start, edit.place.end


def _meets_one(edit: Edit, taken: list[Edit]) -> bool:
    """Tell whether an edit overlaps one of some that lie in the order of the text, apart."""
    index = bisect_left(taken, _order(edit), key=_order)
    return any(_overlap(edit, other) for other in taken[max(index - 2, 0) : index + 2])


def _overlap(one: Edit, other: Edit) -> bool:
    """Tell whether two edits touch the same text, or insert at the edge of each other."""
    a, b = one.place, other.place
    if a.start == a.end or b.start == b.end:
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end
