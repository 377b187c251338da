"""The catalogue of rules: reads their docstrings, and shows them as text, Markdown and JSON."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from manifest_lint.errors import UserError
from manifest_lint.finding import Severity, is_selected
from manifest_lint.rules.base import Rule, Subject
from manifest_lint.rules.registry import all_rules
from manifest_lint.text.wording import nearest, quoted, short

SCHEMA_VERSION = 1
"""Increased when a program that reads the old JSON would misread the new one."""

FAMILIES = {
    "A": "account types",
    "B": "the archive",
    "F": "the files that the manifest names",
    "J": "JSON text",
    "K": "secrets",
    "L": "locales",
    "M": "the manifest",
    "O": "the metadata that a provider publishes",
    "P": "permissions",
    "R": "the redirect URI",
    "S": "the scope",
    "U": "what an update changes",
    "X": "between connectors and account types",
}
"""The subject of the rules of each letter."""

_SUBJECTS: dict[Subject, str] = {
    "text": "each JSON file, even an invalid one",
    "link": "each link that leads out of the checked tree",
    "connector": "each connector",
    "account type": "each account type",
    "workspace": "all connectors and account types of a run together",
    "provider": "the provider of each account type, only with `check --online`",
    "archive": "an archive, only with `verify` and `build`",
    "upgrade": "a version and the one before it, with `upgrade` and `check --since` or `--against`",
}
_FIXES = {
    "": "only by hand",
    "safe": "safe: use `--fix`",
    "unsafe": "safe ones with `--fix`, others only with `--unsafe-fixes`",
}
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_EVIDENCE = {
    "run": "run, and compared with what this rule reports",
    "read": "read, not run",
}
_LABEL = re.compile(r"^(Bad|Good|Source):", re.MULTILINE)
_LESSER = re.compile(r"\ba (warning|note)\b")
_HEADS = ("code", "name", "severity", "refused by", "fix", "summary")
_ENOUGH_FOR_A_SUMMARY = 32


@dataclass(frozen=True, slots=True)
class Page:
    """The facts about a rule: see Rule, and the form of its docstring in rules.base.

    `why` are paragraphs. `bad` and `good` are the examples as written: JSON, or words. `lesser` are
    the lower severities that its text names for some of its findings.
    """

    code: str
    name: str
    summary: str
    why: tuple[str, ...]
    bad: str
    good: str
    source: str
    severity: str
    lesser: tuple[str, ...]
    refused_by: tuple[str, ...]
    fix: str
    since: str
    subject: Subject
    plugin: str

    @property
    def family(self) -> str:
        """The letters that its code starts with."""
        return self.code.rstrip("0123456789")

    @property
    def evidence(self) -> str:
        """Whether the source was `run`, which its line then says, or only `read`."""
        return "run" if re.search(r"\bruns\b", self.source) else "read"


def page(rule: Rule) -> Page:
    """Return the page of a rule, from its docstring. Parts that it does not have are empty."""
    prose, *labelled = _LABEL.split(rule.doc)
    parts = dict(zip(labelled[::2], labelled[1::2], strict=True))
    summary, *why = (" ".join(paragraph.split()) for paragraph in prose.strip().split("\n\n"))
    named = dict.fromkeys(_LESSER.findall(" ".join(why)))
    return Page(
        code=rule.code,
        name=rule.name,
        summary=summary,
        why=tuple(why),
        bad=parts.get("Bad", "").strip(),
        good=parts.get("Good", "").strip(),
        source=" ".join(parts.get("Source", "").split()),
        severity=rule.severity.label,
        lesser=tuple(name for name in named if Severity[name.upper()] < rule.severity),
        refused_by=rule.refused_by,
        fix=rule.fix,
        since=rule.since,
        subject=rule.subject,
        plugin=rule.plugin,
    )


def find(word: str) -> Rule:
    """Return the rule with a code or name, in any case. Raises UserError, with the nearest one."""
    known = {key: rule for rule in all_rules() for key in (rule.code.lower(), rule.name)}
    if rule := known.get(word.lower()):
        return rule
    family = word.upper()
    if _is_family(word):
        hint = f"see 'manifest-lint rules --family {family}'"
    else:
        near = nearest(word, known)
        hint = (
            f"did you mean {known[near].code} ({known[near].name})?"
            if near
            else "see 'manifest-lint rules'"
        )
    raise UserError(f"{short(word) or quoted(word)}: no rule has this code or name; {hint}")


def matching(word: str) -> list[Rule]:
    """Return the rule with a code or name, else those with these words, in any case.

    They are the rules with the words in their names; if there are none, in their first lines; if
    there are none, in their reasons. A word may be the start of another. Raises UserError, with the
    nearest rule, if there are none.
    """
    starts = [rf"\b{part}" for part in re.findall(r"\w+", word.lower()) if len(part) > 1]
    exact = [rule for rule in all_rules() if word.lower() in (rule.code.lower(), rule.name)]
    if not exact and starts and not _is_family(word):
        pages = {rule: page(rule) for rule in all_rules()}
        for text in (
            lambda page: page.name,
            lambda page: page.summary,
            lambda page: " ".join(page.why),
        ):
            found = [
                rule
                for rule, its in pages.items()
                if all(re.search(start, text(its).lower()) for start in starts)
            ]
            if found:
                return found
    return exact or [find(word)]


def _is_family(word: str) -> bool:
    return any(is_selected(rule.code, [word.upper()]) for rule in all_rules())


def as_json(pages: Iterable[Page]) -> dict[str, Any]:
    """Return pages as JSON values."""
    return {"schema_version": SCHEMA_VERSION, "rules": [asdict(page) for page in pages]}


def as_text(page: Page, width: int) -> Iterator[str]:
    """Yield a page's lines for a terminal of `width` columns, with colours as ANSI sequences."""
    code = click.style(page.code, fg=_COLOURS[page.severity], bold=True)
    yield f"{code} {click.style(page.name, bold=True)} [{_severity(page)}]"
    for paragraph in (page.summary, *page.why):
        yield ""
        yield from _wrapped(paragraph, width)
    for label, example, colour in (("Bad", page.bad, "red"), ("Good", page.good, "green")):
        if example:
            yield ""
            yield click.style(f"{label}:", fg=colour)
            in_words = not _is_code(example)
            lines = _wrapped(example, width - 2) if in_words else pretty(example).split("\n")
            yield from (f"  {line}" for line in lines)
    yield ""
    for label, fact in _facts(page):
        yield from _wrapped(f"{label}: {fact}", width, "  ")


def as_markdown(page: Page) -> str:
    """Return a page as a Markdown document."""
    facts = [("Severity", _severity(page)), *_facts(page)]
    parts = [f"# {page.code}: {page.name}", _prose(page.summary)]
    parts.append(
        "| Property | Value |\n|---|---|\n" + "\n".join(f"| {k} | {_cell(v)} |" for k, v in facts)
    )
    if page.why:
        parts += ["## Why", *map(_prose, page.why)]
    for label, example in (("Bad", page.bad), ("Good", page.good)):
        if example:
            shown = f"```json\n{pretty(example)}\n```" if _is_code(example) else _prose(example)
            parts += [f"## {label}", shown]
    parts += [
        "## How to ignore it",
        _how_to_ignore(page),
    ]
    return "\n\n".join(parts) + "\n"


def _how_to_ignore(page: Page) -> str:
    one_run = "" if page.subject == "archive" else f"`--ignore {page.code}` for one run; "
    return (
        f"Use {one_run}`ignore` in the configuration for all runs; `per-file-ignores` there for"
        " some files, with a `reason` and, optionally, `until`, its last day."
    )


def as_table(pages: Sequence[Page], width: int) -> Iterator[str]:
    """Yield the lines of a table for a terminal of `width` columns, with colours.

    On a narrow terminal the summary is on the next line, and the last columns are not shown.
    """
    rows = [_HEADS, *map(_row, pages)]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    while len(widths) > 1 and sum(widths) + 2 * len(widths) > width:
        widths.pop()
    indent = sum(widths) + 2 * len(widths)
    same_line = width - indent >= _ENOUGH_FOR_A_SUMMARY
    if not same_line:
        indent = widths[0] + 2

    def lines(row: tuple[str, ...]) -> list[str]:
        cells = "".join(f"{cell:{room}}  " for cell, room in zip(row, widths, strict=False))
        summary = _wrapped(row[-1], width - indent)
        first = cells + (summary.pop(0) if same_line else "")
        return [first.rstrip(), *(" " * indent + line for line in summary)]

    yield click.style(lines(_HEADS)[0], dim=True)
    for page, row in zip(pages, rows[1:], strict=True):
        first, *more = lines(row)
        code = click.style(page.code, fg=_COLOURS[page.severity], bold=True)
        yield code + first[len(page.code) :]
        yield from more


def as_markdown_table(pages: Sequence[Page], *, linked: bool = False) -> str:
    """Return a table for each family; with `linked`, codes are links to CODE.md next to it."""
    families: dict[str, list[Page]] = {}
    for each in pages:
        families.setdefault(each.family, []).append(each)
    parts = []
    for family, its in families.items():
        title = f"## {family}: {FAMILIES[family]}" if family in FAMILIES else f"## {family}"
        lines = [_HEADS, ("---",) * len(_HEADS)]
        for each in its:
            code, *cells = map(_cell, _row(each))
            lines.append((f"[{code}]({code}.md)" if linked else code, *cells))
        parts.append(f"{title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def pretty(example: str) -> str:
    """Indent JSON; text that is not JSON, or not in standard form, stays the same."""
    try:
        value = json.loads(example)
    except ValueError:
        return example
    if json.dumps(value, ensure_ascii=False) != example:
        return example
    return json.dumps(value, indent=2, ensure_ascii=False)


def _is_code(example: str) -> bool:
    return example.startswith(("{", "["))


def _row(page: Page) -> tuple[str, ...]:
    severity = "/".join((page.severity, *page.lesser))
    return (page.code, page.name, severity, ", ".join(page.refused_by), page.fix, page.summary)


def _severity(page: Page) -> str:
    text = page.severity
    if page.refused_by:
        text += f": refused by {', '.join(page.refused_by)}"
    return text + "".join(f"; in some cases a {name}" for name in page.lesser)


def _facts(page: Page) -> Iterator[tuple[str, str]]:
    yield "Works on", _SUBJECTS[page.subject]
    yield "Fix", _FIXES[page.fix]
    yield "Since", page.since + (f" of the plugin {page.plugin}" if page.plugin else "")
    if page.source:
        yield "Source", page.source
        if not page.plugin:
            yield "Evidence", _EVIDENCE[page.evidence]


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 20),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def _prose(text: str) -> str:
    """Escape text for Markdown: `<` outside code does not start a tag."""
    pieces = text.split("`")
    pieces[::2] = [piece.replace("<", "&lt;") for piece in pieces[::2]]
    return "`".join(pieces)


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")
