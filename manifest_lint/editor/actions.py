"""Quick fixes: the fixes of findings, as edits for an editor."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    TextEdit,
    WorkspaceEdit,
)

from manifest_lint.editor.checked import Checked
from manifest_lint.editor.diagnostics import diagnostic
from manifest_lint.editor.positions import Lines
from manifest_lint.engine.fix import chosen
from manifest_lint.finding import Edit, Finding

FIX_ALL = "source.fixAll.manifestLint"
"""The kind of the action that applies all safe fixes, for `editor.codeActionsOnSave`."""


def actions(
    checked: Checked, path: Path, uri: str, start: int, end: int, encoding: str
) -> list[CodeAction]:
    """Return the fixes for the findings in a range of a file, and one that applies all."""
    report = checked.report
    document = report.documents.get(str(path)) if report else None
    if report is None or document is None:
        return []
    lines = Lines(document.text, encoding)
    here = [finding for finding in report.findings if finding.path == str(path)]
    found = [
        _quick_fix(finding, lines, uri)
        for finding in here
        if finding.fix and finding.fix.edits and _touches(finding, start, end)
    ]
    safe = [finding for finding in here if finding.fix and finding.fix.safe and finding.fix.edits]
    if safe:
        edits, _ = chosen(safe)
        title = "manifest-lint: apply all safe fixes"
        found.append(CodeAction(title, kind=FIX_ALL, edit=_in_editor(edits, lines, uri)))
    return found


def _touches(finding: Finding, start: int, end: int) -> bool:
    return finding.place.start <= end and start <= finding.place.end


def _quick_fix(finding: Finding, lines: Lines, uri: str) -> CodeAction:
    assert finding.fix
    return CodeAction(
        f"{finding.code}: {finding.fix.title}",
        kind=CodeActionKind.QuickFix,
        diagnostics=[diagnostic(finding, lines)],
        is_preferred=finding.fix.safe or None,
        edit=_in_editor(finding.fix.edits, lines, uri),
    )


def _in_editor(edits: Iterable[Edit], lines: Lines, uri: str) -> WorkspaceEdit:
    """Return edits of a document: an editor applies them all to the text as it is."""
    return WorkspaceEdit(
        changes={uri: [TextEdit(lines.of_place(one.place), one.text) for one in edits]}
    )
