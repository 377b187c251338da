"""Findings as diagnostics for an editor."""

from __future__ import annotations

from pathlib import Path

from lsprotocol.types import Diagnostic, DiagnosticSeverity, Position, Range

from manifest_lint.editor.checked import Checked
from manifest_lint.editor.positions import Lines
from manifest_lint.engine.report import Report
from manifest_lint.finding import Finding, Severity

SOURCE = "manifest-lint"

_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}


def diagnostics(checked: Checked, path: Path, encoding: str) -> dict[Path, list[Diagnostic]]:
    """Return the diagnostics of every checked file, an empty list for one without findings.

    If the check failed, the reason is at the top of the file itself.
    """
    report = checked.report
    if report is None:
        top = Range(Position(0, 0), Position(0, 0))
        failed = Diagnostic(top, checked.trouble, DiagnosticSeverity.Error, source=SOURCE)
        return {path: [failed]}
    found: dict[Path, list[Diagnostic]] = {Path(name): [] for name in report.documents}
    for name, findings in _by_path(report).items():
        lines = Lines(report.documents[name].text, encoding)
        found[Path(name)] = [diagnostic(finding, lines) for finding in findings]
    return found


def diagnostic(finding: Finding, lines: Lines) -> Diagnostic:
    """Return a finding as a diagnostic; its message says who refuses it, and why it matters."""
    message = finding.message
    if finding.refused_by:
        message += f" (refused by {', '.join(finding.refused_by)})"
    return Diagnostic(
        lines.of_place(finding.place),
        f"{message}\n{finding.why}",
        _SEVERITIES[finding.severity],
        finding.code,
        source=SOURCE,
    )


def _by_path(report: Report) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.path, []).append(finding)
    return found
