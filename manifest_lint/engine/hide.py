"""Findings without the secrets of the files that they are in."""

from __future__ import annotations

from dataclasses import replace

from manifest_lint.document.masking import Hider, without_user_info
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


def _writes(edits: tuple[Edit, ...], hide: Hider) -> bool:
    return any(hide(edit.text) != edit.text for edit in edits)
