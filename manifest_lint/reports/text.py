"""The report as text, for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint.engine.report import Report
from manifest_lint.finding import Finding
from manifest_lint.reports.sentences import (
    COLOURS,
    allowances,
    fixed_count,
    secrets,
    skipped,
    summary,
    why_not_packed,
)
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.document.masking import Hider
    from manifest_lint.engine.built import Build
    from manifest_lint.reports.outcome import Outcome

_TAB = "    "


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of a report for a file: without colours."""
    return map(click.unstyle, styled(outcome))


def styled(
    outcome: Outcome,
    *,
    quiet: bool = False,
    statistics: bool = False,
    width: int = 100,
    pages: Path | None = None,
) -> Iterator[str]:
    """Yield the lines of a report, see `render`, then what was packed, or what it is on."""
    how = {"quiet": quiet, "statistics": statistics, "has_fix": outcome.upgrade is None}
    yield from render(outcome.report, **how, width=width, pages=pages)
    if not quiet:
        yield from map(visible, secrets(outcome.report))
        yield from map(visible, allowances(outcome.build))
    if outcome.build and not quiet:
        yield from _packed(outcome.build)
    if outcome.archive and not quiet:
        yield from _archive(outcome.archive, outcome.hide)
    if outcome.upgrade and not quiet:
        from manifest_lint.reports import upgrade_text  # not needed for a check

        yield from map(visible, upgrade_text.lines(outcome.upgrade))


def render(
    report: Report,
    *,
    quiet: bool = False,
    statistics: bool = False,
    width: int = 100,
    pages: Path | None = None,
    has_fix: bool = True,
) -> Iterator[str]:
    """Yield the lines of the report, with colours as ANSI sequences.

    Each finding is `path:line:col: CODE message` (for an archive, without line and column), the
    source with the place underlined, the reason (only the first time), and the fix. `quiet` keeps
    only the first of these lines, `statistics` adds the number of findings for each rule. Excerpts
    are cut to `width` columns. With `pages`, a folder of rule pages, codes are links to them.
    `has_fix` says whether the command has the option --fix.
    """
    explained: set[str] = set()
    body = [""]
    for finding in report.findings:
        yield _headline(finding, report, pages)
        if quiet:
            continue
        body = list(_excerpt(finding, report, width))
        if finding.why not in explained:
            explained.add(finding.why)
            body += _wrapped("why: ", finding.why, width)
        if finding.fix:
            body += _wrapped("fix: ", finding.fix.title, width)
        yield from body
        if body:
            yield ""
    if not body:  # the last finding was a single line: separate it from what follows
        yield ""
    if statistics:
        for code, name, number in report.by_code():
            yield f"{number:6,}  {click.style(code, bold=True)}  {name}"
        yield ""
    if not quiet:
        yield from map(visible, _about_entries(report))
        yield from map(visible, skipped(report))
        if report.changes:
            from manifest_lint.reports.compared import compared  # not for a whole check

            yield from map(visible, compared(report))
        yield summary(report)
        if has_fix:
            yield from _about_fixes(report)


def _packed(build: Build) -> Iterator[str]:
    """Yield what a build packed, and what it did not."""
    if build.archive is None:
        yield why_not_packed(build.report)
        return
    for item in build.left_out:
        yield f"Not packed: {visible(item.path)}: {item.why}."
    for back in build.packed_anyway:
        if back.files:
            yield f"Packed anyway: {visible(back.path)}: {visible(back.reason)}"
            yield from (f"  {visible(path)}" for path in back.files)
    archive = visible(build.hide(str(build.archive)))
    size = count(build.size, "byte")
    yield f"Packed {count(len(build.files), 'file')} into {archive} ({size})."
    yield f"sha256 {build.sha256}"


def _archive(archive: Archive, hide: Hider) -> Iterator[str]:
    """Yield which archive was checked; nothing if it has no manifest."""
    if not archive.manifest:
        return
    size = "" if archive.size is None else f", {count(archive.size, 'byte')}"
    what = f"{archive.slug or 'no slug'} {archive.version or 'without a version'}"
    yield f"{visible(hide(what))}: {count(len(archive.files), 'file')}{size}"
    if archive.sha256:
        yield f"sha256 {archive.sha256}"


def _about_fixes(report: Report) -> Iterator[str]:
    """Yield what was fixed, and what could be."""
    if report.rewrites:
        yield f"Fixed {fixed_count(report)}."
    fixable = [(one.path, one.fix) for one in report.findings if one.fix and one.fix.edits]
    # Of a file that is not JSON, all is fixed or nothing.
    broken = {name for name, document in report.documents.items() if document.error}
    mistakes = [one for one in report.findings if one.code == "J001" and one.path in broken]
    stuck = {one.path for one in mistakes if not (one.fix and one.fix.edits)}
    risky = {one.path for one in mistakes if not (one.fix and one.fix.safe)}
    safe = sum(fix.safe for path, fix in fixable if path not in risky)
    others = sum(path not in stuck for path, _ in fixable) - safe
    ways = [f"{safe:,} fixable with --fix"] if safe else []
    ways += [f"{others:,} {'more' if safe else 'fixable'} with --unsafe-fixes"] if others else []
    if ways:
        yield f"{', '.join(ways)} (add --diff to preview)."


def _about_entries(report: Report) -> Iterator[str]:
    """Yield what to say of exemptions and baseline entries: most reports have none."""
    if report.expired or report.needless or report.exempted or report.gone:
        from manifest_lint.reports.entries import exemptions, gone
        from manifest_lint.reports.outcome import Outcome

        lines = [*exemptions(report), *gone(report)]
        yield from map(Outcome(report).hide, lines) if lines else ()


def _headline(finding: Finding, report: Report, pages: Path | None) -> str:
    from manifest_lint.document.masking import shown_text  # only for a finding

    place = f"{visible(shown_text(finding.path))}:"
    document = report.documents.get(finding.path)
    if not document or document.kind != "archive":
        place += f"{finding.place.line}:{finding.place.column}:"
    code = click.style(finding.code, fg=COLOURS[finding.severity], bold=True)
    if pages:
        code = _linked(code, pages / f"{finding.code}.md")
    refused = f" [{finding.severity.label}"
    if finding.refused_by:
        refused += f": refused by {', '.join(finding.refused_by)}"
    refused = click.style(f"{refused}]", dim=True)
    return f"{click.style(place, bold=True)} {code} {visible(finding.message)}{refused}"


def _linked(text: str, page: Path) -> str:
    """Return text as a link to a page, if the page exists [OSC 8, "Hyperlinks in terminals"]."""
    return f"\x1b]8;;{page.as_uri()}\x1b\\{text}\x1b]8;;\x1b\\" if page.is_file() else text


def _wrapped(label: str, text: str, width: int) -> Iterator[str]:
    words = visible(text).split()
    line = f"  {label}"
    for word in words:
        if len(line) + len(word) >= width and line.strip():
            yield line.rstrip()
            line = " " * (2 + len(label))
        line += f"{word} "
    yield line.rstrip()


def _excerpt(finding: Finding, report: Report, width: int) -> Iterator[str]:
    """Yield the line with the place underlined; nothing if the place is the whole document."""
    number = finding.place.line
    cut = excerpt(finding, report, max(width - len(str(number)) - 6, 20))
    if cut is None:
        return
    before, marked, after = map(_shown, cut)
    gutter = " " * len(str(number))
    carets = "^" * max(_cells(marked), 1)
    yield _obeyed_by_none(f"  {number} | {before}{marked}{after}")
    colour = COLOURS[finding.severity]
    yield f"  {gutter} | {' ' * _cells(before)}{click.style(carets, fg=colour)}"


def excerpt(finding: Finding, report: Report, room: int) -> tuple[str, str, str] | None:
    """Return the first line of a finding, cut to `room` characters: before it, it, after it.

    None if the place is the whole document, or its text must not be shown.
    """
    place = finding.place
    document = report.documents.get(finding.path)
    line = document.line(place.line) if document else None
    if line is None or (place.start <= 1 and place.end <= 1):
        return None
    last = place.end_column if place.end_line == place.line else len(line) + 1
    start, end = place.column - 1, max(last - 1, place.column)
    if len(line) > room:
        cut = max(0, min(start - room // 3, len(line) - room))
        line = line[cut : cut + room]
        start, end = start - cut, min(end - cut, len(line))
    return line[:start], line[start:end], line[end:]


_COMMAND = r"#(?=#\w*\[)|(?<!\S):(?=:\S)"
"""The first character of what CI obeys in a log: `##[…]`, `##vso[…]`, or `::…::` first in a line.

[actions/runner, ActionCommand.cs; Azure DevOps, "Logging commands"; TeamCity, "Service messages"]
"""


def visible(text: str) -> str:
    """Make text safe for a terminal and a log of CI.

    Characters that are not printable or not seen are escaped, and the start of what may be a
    command.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    if not text.isascii():
        from manifest_lint.text.unseen import without_unseen  # most texts are ASCII

        text = without_unseen(text, _escape)
    return _obeyed_by_none(text)


def _obeyed_by_none(line: str) -> str:
    if "##" not in line and "::" not in line:
        return line
    return re.sub(_COMMAND, lambda found: f"\\x{ord(found[0]):02x}", line)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _shown(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _cells(text: str) -> int:
    """Return the width of text on a terminal, in columns."""
    if text.isascii():
        return len(text)
    import unicodedata  # only for text that is not ASCII

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
