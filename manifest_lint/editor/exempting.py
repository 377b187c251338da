"""The action that exempts a finding, as an edit of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CreateFile,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from manifest_lint.api.exemptions import Plan, plan
from manifest_lint.api.settings import config_of, overrides_of
from manifest_lint.editor.checked import Checked
from manifest_lint.editor.diagnostics import diagnostic
from manifest_lint.editor.positions import Lines
from manifest_lint.editor.uris import uri_of
from manifest_lint.engine.exemptions import has_pointers
from manifest_lint.errors import UserError
from manifest_lint.finding import json_pointer

REASON = "TODO: say why"
"""The reason that an entry has until its author writes one."""


def exemptions(
    checked: Checked,
    path: Path,
    touches: Callable[[int, int], bool],
    encoding: str,
    opened: Callable[[Path], tuple[str, str] | None],
    *,
    creates_files: bool,
) -> Iterator[CodeAction]:
    """Yield an action for each finding in a part of a file that exempts it at its place.

    `touches` says whether a finding is in the part, by its start and end. `opened` returns URI and
    text of a file that is open, by whatever path. Without `creates_files` the editor cannot create
    a configuration.
    """
    report = checked.report
    document = report.documents.get(str(path)) if report else None
    if report is None or document is None:
        return
    settings_of = config_of(None, isolated=False, overrides=overrides_of())
    lines = Lines(document.text, encoding)
    file = settings_of.file_of(path)
    uri, text = (opened(file) if file else None) or (None, None)
    for finding in report.findings:
        if finding.path != str(path) or not touches(finding.place.start, finding.place.end):
            continue
        pointer = json_pointer(finding.pointer) if has_pointers(document) else None
        try:
            planned = plan(
                path,
                finding.code,
                pointer,
                settings_of=settings_of,
                reason=REASON,
                text=text,
            )
        except UserError:
            continue
        if creates_files or not planned.is_new:
            where = f" at {pointer}" if pointer else " in this file" if pointer is None else ""
            yield CodeAction(
                f"{finding.code}: exempt this finding{where}",
                kind=CodeActionKind.QuickFix,
                diagnostics=[diagnostic(finding, lines)],
                edit=_edit(planned, uri or uri_of(planned.path), encoding),
            )


def _edit(planned: Plan, uri: str, encoding: str) -> WorkspaceEdit:
    lines = Lines(planned.text, encoding)
    edits = [TextEdit(lines.range(one.at, one.at), one.text) for one in planned.made]
    if not planned.is_new:
        return WorkspaceEdit(changes={uri: edits})
    named = OptionalVersionedTextDocumentIdentifier(uri)
    return WorkspaceEdit(document_changes=[CreateFile(uri), TextDocumentEdit(named, [*edits])])
