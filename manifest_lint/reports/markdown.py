"""The report in Markdown: for a job summary, or a comment on a change.

Everything from a manifest is escaped, so that it cannot become a link, an image or markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from click import unstyle

from manifest_lint.engine.built import Build
from manifest_lint.finding import Finding
from manifest_lint.reports import upgrade, upgrade_table
from manifest_lint.reports.compared import compared
from manifest_lint.reports.entries import remarks
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sentences import (
    allowances,
    incomplete,
    passes_with,
    secrets,
    skipped,
    summary,
    why_not_packed,
)
from manifest_lint.reports.suppressions import Suppressed, suppressed
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import count, short

if TYPE_CHECKING:
    from manifest_lint.cozy.upgrade import Upgrade

_MARKUP = re.compile(r"[\\`*\[<&~|$]|(?<![^\W_])_|_(?![^\W_])|^[#>+-]")
"""Characters with a meaning within a line or at its start: none of them is left to open a link."""

_LINKED = re.compile(r"[@#](?=\S)|!(?=\d)|:(?=//)|www(?=\.)|GH-(?=\d)", re.IGNORECASE)
"""What addresses, mentions and references start with.

A backslash does not stop them: they are searched for in the text that Markdown has made. [GFM,
section 6.9; GitHub Docs, "Autolinked references and URLs"; GitLab Docs, "GitLab-specific
references"]
"""

_JOINER = "&#8288;"
"""A word joiner, U+2060: it takes no room, and no name, number or address has one."""

_VERDICTS = {"pass": "passed", "fail": "failed", "incomplete": "incomplete"}

_CUT = "\n\nCut here: too long. See the log of the run for the rest.\n"


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of the report: a table for each file with findings, then the reasons."""
    passes = passes_with(outcome.report) if outcome.verdict == "pass" else ""
    yield f"## manifest-lint: {_VERDICTS[outcome.verdict]}{passes}"
    yield ""
    yield unstyle(summary(outcome.report))
    for line in (*incomplete(outcome.report), *skipped(outcome.report), *compared(outcome.report)):
        yield from ("", shown(line))
    if said := remarks(outcome):
        yield from ("", *(f"- {shown(line)}" for line in said))
    why: dict[str, list[str]] = {}
    for name, findings in outcome.by_path().items():
        if findings:
            yield from _table(outcome.path(name), findings, outcome)
        for finding in findings:
            codes = why.setdefault(finding.why, [])
            codes += [finding.code] if finding.code not in codes else []
    if why:
        yield from ("", "### Why", "")
        yield from (f"- **{', '.join(codes)}**: {shown(text)}" for text, codes in why.items())
    hushed = list(suppressed(outcome))
    if hushed:
        yield from ("", "### Suppressed", "")
        yield from ("| place | rule | finding | suppressed |", "|---|---|---|---|")
        yield from (_suppressed(one, outcome) for one in hushed)
    about = [*secrets(outcome.report), *allowances(outcome.build)]
    if about:
        yield from ("", "### Secrets", "", *(f"- {shown(line.strip())}" for line in about))
    if outcome.build:
        yield from _packed(outcome.build)
    if outcome.upgrade:
        yield from _upgrade(outcome.upgrade)


def within(outcome: Outcome, limit: int) -> bytes:
    """Return the report, cut after a whole line to at most `limit` bytes."""
    whole = "".join(f"{line}\n" for line in lines(outcome)).encode("utf-8", "backslashreplace")
    if len(whole) <= limit:
        return whole
    room = limit - len(_CUT)
    return whole[: whole.rfind(b"\n", 0, room) + 1] + _CUT.encode() if room > 0 else b""


def _table(path: str, findings: list[Finding], outcome: Outcome) -> Iterator[str]:
    yield from ("", f"### {shown(path)}", "")
    yield from ("| severity | place | rule | finding | fix |", "|---|---|---|---|---|")
    for finding in findings:
        place = finding.place
        where = f"{place.line}:{place.column}" if outcome.has_place(finding) else ""
        refused = f" ({', '.join(finding.refused_by)} refuses it)" if finding.refused_by else ""
        fix = shown(finding.fix.title) if finding.fix else ""
        cells = (
            f"{finding.severity.label}{refused}",
            where,
            f"{finding.code} {finding.name}",
            shown(finding.message),
            fix,
        )
        yield f"| {' | '.join(map(_cell, cells))} |"


def _suppressed(one: Suppressed, outcome: Outcome) -> str:
    finding, place = one.finding, one.finding.place
    where = f":{place.line}:{place.column}" if outcome.has_place(finding) else ""
    cells = (
        f"{shown(outcome.path(finding.path))}{where}",
        f"{finding.code} {finding.name}",
        shown(finding.message),
        shown(one.why),
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _packed(build: Build) -> Iterator[str]:
    yield from ("", "### The archive", "")
    if build.archive is None:
        yield why_not_packed(build.report)
        return
    files = count(len(build.files), "file")
    yield f"- {shown(build.archive.name)}: {files}, {count(build.size, 'byte')}"
    yield f"- SHA-256: `{build.sha256}`"
    yield f"- content digest: `{build.content_digest}`"
    yield from (f"- not packed: {shown(item.path)}: {shown(item.why)}" for item in build.left_out)
    for one in build.packed_anyway:
        if one.files:
            yield f"- packed anyway: {shown(', '.join(one.files))}: {shown(one.reason)}"


def _upgrade(found: Upgrade) -> Iterator[str]:
    yield from ("", "### The upgrade", "", f"**{shown(upgrade.verdict(found))}**", "")
    yield from (f"- {label}: {shown(text)}" for label, text in upgrade.facts(found))
    rows, more = upgrade_table.table(found)
    if rows:
        yield from ("", "| permission | old | new | in force | in force if it has run |")
        yield "|---|---|---|---|---|"
    for row in rows:
        yield f"| {' | '.join(_cell(shown(short(cell))) for cell in row)} |"
    if more:
        yield from ("", f"And {count(more, 'permission')} more.")


def shown(text: str, joiner: str = _JOINER) -> str:
    """Escape text so that Markdown shows it unchanged; text between backticks is code.

    Outside code, a `joiner` breaks what would become a link, a mention or a reference.
    """
    *pairs, last = re.split(r"`([^`]*)`", visible(text))
    parts = (_and_code(*both, joiner) for both in zip(pairs[::2], pairs[1::2], strict=True))
    return "".join([*parts, _plain(last, joiner)])


def _and_code(plain: str, code: str, joiner: str) -> str:
    shown = f"`{code}`" if code.strip() else _plain(f"`{code}`", joiner)
    return _plain(plain, joiner) + shown


def _plain(text: str, joiner: str) -> str:
    return _LINKED.sub(rf"\g<0>{joiner}", _MARKUP.sub(r"\\\g<0>", text))


def _cell(text: str) -> str:
    # In a table even a bar in code ends the cell, unless there is a backslash before it.
    return re.sub(r"(?<!\\)\|", r"\\|", text)
