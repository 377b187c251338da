"""Findings without the secrets of the files that they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from manifest_lint.document.document import Document
from manifest_lint.document.masking import Hider, without_user_info
from manifest_lint.document.secret import SHORTEST
from manifest_lint.finding import Edit, Finding


def hidden(finding: Finding, hide: Hider) -> Finding:
    """Return a finding with secrets masked in its texts; a fix that would write one has no edits.

    A secret may be where other rules quote values, such as in a key of the wrong name.
    """

    def shown(text: str) -> str:
        return without_user_info(hide(text))

    fix = finding.fix
    texts = (finding.message, finding.why, *((fix.title,) if fix else ()))
    if all(shown(text) == text for text in texts) and not (fix and _writes(fix.edits, hide)):
        return finding
    if fix:
        edits = () if _writes(fix.edits, hide) else fix.edits
        fix = replace(fix, title=shown(fix.title), edits=edits)
    return replace(finding, message=shown(finding.message), why=shown(finding.why), fix=fix)


def shown_edits(finding: Finding, documents: Mapping[str, Document]) -> tuple[Edit, ...]:
    """Return the edits of a finding's fix; none if one of them has text that cannot be shown.

    That is text in a file whose lines are hidden, as it may be a secret, and user information.
    """
    edits = finding.fix.edits if finding.fix else ()
    document = documents.get(finding.path)
    is_hidden = document is not None and document.masked is None
    for one in edits:
        if (is_hidden and len(one.text) >= SHORTEST) or without_user_info(one.text) != one.text:
            return ()
    return edits


def _writes(edits: tuple[Edit, ...], hide: Hider) -> bool:
    return any(hide(edit.text) != edit.text for edit in edits)
