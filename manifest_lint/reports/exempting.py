"""What `exempt` has done, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from manifest_lint.config.settings import Exemption
from manifest_lint.document.masking import shown_text
from manifest_lint.finding import Finding, Skip
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count, listed


def lines(
    entry: Exemption, findings: Sequence[Finding], unused: Sequence[Skip] = (), *, is_new: bool
) -> Iterator[str]:
    """Yield what was exempted, where that is written, and who refuses it all the same.

    `unused` are configurations that are not used, `is_new` says whether one was created.
    """
    number = count(len(findings), "finding")
    what = f"Exempted {number} of {entry.codes[0]} in {findings[0].path}"
    if entry.pointer is None:
        what += ", and any later one there"
    elif entry.pointer:
        what += f" at {entry.pointer}"
    made = "created" if is_new else "changed"
    yield visible(shown_text(f"{what}: {made} {entry.file}, line {entry.line}."))
    if refused := sorted({one for finding in findings for one in finding.refused_by}):
        yield f"Warning: it is an error, still refused by {listed(refused)}."
    for one in unused:
        yield visible(f"{one.what}: {one.why}.")
