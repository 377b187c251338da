"""What an editor shows for the place under the mouse pointer, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from manifest_lint.editor import cursor, schemas
from manifest_lint.editor.checked import Checked, schema_of
from manifest_lint.editor.positions import Lines
from manifest_lint.engine.hider import hider_of
from manifest_lint.oauth import wire
from manifest_lint.oauth.preview import preview
from manifest_lint.project.connector import Connector
from manifest_lint.reports import catalogue
from manifest_lint.reports.markdown import shown
from manifest_lint.rules.registry import all_rules


def hover(checked: Checked, path: Path, text: str, offset: int, encoding: str) -> Hover | None:
    """Return the findings at a place, what the provider will receive, and what the key is for."""
    place = cursor.at(text, offset)
    parts = list(_findings(checked, path, offset))
    if place and schema_of(path, text) == "konnector" and place.pointer[:2] == ("oauth", "scope"):
        parts += _received(checked.connector)
    if place:
        parts += _meaning(schema_of(path, text) or "", place)
    if not parts:
        return None
    where = Lines(text, encoding).range(place.start, place.end) if place else None
    return Hover(MarkupContent(MarkupKind.Markdown, "\n\n---\n\n".join(parts)), where)


def _findings(checked: Checked, path: Path, offset: int) -> Iterator[str]:
    rules = {rule.code: rule for rule in all_rules()}
    for finding in checked.report.findings if checked.report else ():
        place = finding.place
        if Path(finding.path) == path and place.start <= offset <= place.end:
            page = catalogue.page(rules[finding.code])
            lines = [f"**{finding.code}** {shown(finding.message)}", shown(finding.why)]
            if finding.fix:
                lines.append(f"Fix: {shown(finding.fix.title)}")
            if page.source:
                lines.append(f"*{finding.name}; source: {shown(page.source)}*")
            yield "\n\n".join(lines)


def _received(connector: Connector | None) -> Iterator[str]:
    """Yield the scopes that the provider receives, and where they differ from the manifest."""
    if connector is None or not wire.is_oauth(connector.value):
        return
    given = connector.account_types or ()
    hide = hider_of(connector.manifest, *(one.document for one in given))
    [start, *_] = preview(connector.value, given, hide=hide).steps
    scope = next((one.value for one in start.parameters if one.name == "scope"), "")
    tokens = [token for token in scope.split(" ") if token]
    lines = ["The provider receives no scope."]
    if tokens:
        lines = [f"The provider receives {len(tokens)} scope{'s' if len(tokens) > 1 else ''}:"]
        lines += [f"- {shown(token)}" for token in tokens]
    remarks = [remark for one in start.parameters for remark in one.remarks]
    yield "\n".join(lines + [f"\n{shown(remark)}" for remark in (*remarks, *start.remarks)])


def _meaning(name: str, place: cursor.Cursor) -> Iterator[str]:
    for part in schemas.at(name, place.pointer)[:1]:
        if part.get("title") or part.get("description"):
            title, text = part.get("title", ""), part.get("description", "")
            yield "\n\n".join(filter(None, (title and f"**{title}**", text)))
