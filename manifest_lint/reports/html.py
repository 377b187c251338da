"""The report as an HTML page: one file that loads nothing else.

Everything from a manifest is escaped, also characters that do not print, and the page's policy
allows only its own style and script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from click import unstyle
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from manifest_lint._version import __version__
from manifest_lint.document.masking import shown_url
from manifest_lint.finding import Finding, Severity
from manifest_lint.oauth import wire
from manifest_lint.oauth.preview import preview
from manifest_lint.reports import catalogue, treemap, upgrade, upgrade_table
from manifest_lint.reports.compared import compared
from manifest_lint.reports.entries import remarks
from manifest_lint.reports.groups import Group, groups
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.preview import titled
from manifest_lint.reports.sentences import (
    allowances,
    incomplete,
    passes_with,
    secrets,
    skipped,
    summary,
)
from manifest_lint.reports.suppressions import Suppressed, suppressed
from manifest_lint.reports.text import excerpt, visible
from manifest_lint.rules.registry import rule_of
from manifest_lint.text.wording import count

if TYPE_CHECKING:
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.document.masking import Hider

_ROOM = 160
"""Characters of a line that are shown around a finding."""

_MOST_OF_A_CONNECTOR = 500
"""The number of findings of one connector that are shown in full."""

_HEATS = 1, 3, 8
"""The numbers of findings from which a cell is warmer."""


def lines(outcome: Outcome) -> Iterator[str]:
    """Yield the page."""
    outcome = outcome._replace(within=outcome.made().folder)
    assets = files(__package__) / "page"
    style, script = ((assets / name).read_text("utf-8") for name in ("page.css", "page.js"))
    page = _environment(outcome.hide).get_template("page.html")
    yield page.render(
        style=Markup(style),  # ours
        script=Markup(script),
        policy=_policy(style, script),
        version=__version__,
        outcome=outcome,
        facts=list(_facts(outcome)),
        passes=passes_with(outcome.report),
        suppressed=[_suppressed(one, outcome) for one in suppressed(outcome)],
        summary=unstyle(summary(outcome.report)),
        skipped=[
            *incomplete(outcome.report),
            *skipped(outcome.report),
            *compared(outcome.report),
        ],
        remarks=remarks(outcome),
        secrets=[*secrets(outcome.report), *allowances(outcome.build)],
        severities=tuple(reversed(Severity)),
        connectors=_connectors(outcome),
        rules=_rules(outcome),
        boxes=treemap.treemap(outcome.build.files) if outcome.build else [],
        size=(treemap.WIDTH, treemap.HEIGHT),
        upgrade=_upgrade(outcome.upgrade) if outcome.upgrade else None,
    )


def _facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield how the page was made: what a reader needs to make it again."""
    made = outcome.made()
    yield from (("Date", made.date), ("Commit", made.commit()), ("Command", made.command))
    if made.command:
        yield "Configuration", ", ".join(made.configurations) or "none"


def _suppressed(one: Suppressed, outcome: Outcome) -> dict[str, Any]:
    return {**_finding(one.finding, outcome), "why": one.why}


def _environment(hide: Hider) -> Environment:
    """Return what fills in the page: it hides secrets in each string that is written."""

    def shown(value: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Markup):
            return "\n".join(map(visible, hide(value).split("\n")))
        return value

    environment = Environment(
        loader=PackageLoader("manifest_lint.reports", "page"),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": lambda text: _prose(hide(text)),
        "count": count,
        "pretty": catalogue.pretty,
        "url": shown_url,
    }
    return environment


def _prose(text: str) -> Markup:
    """Show text between backticks as code."""
    parts = re.split(r"`([^`]+)`", visible(text))
    parts[1::2] = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
    return Markup("").join(map(escape, parts))


def _policy(style: str, script: str) -> str:
    """Return a policy that allows the page's own style and script only [W3C, CSP Level 3]."""

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{digest(style)}'; script-src"
        f" 'sha256-{digest(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _connectors(outcome: Outcome) -> list[dict[str, Any]]:
    """Return what the page shows of each connector; if two share a slug, with their folders."""
    shown = groups(outcome)
    slugs = Counter(group.slug for group in shown)
    upgrades = dict(outcome.report.upgrades())
    connectors = []
    for number, group in enumerate(shown, 1):
        path = outcome.path(group.path) if group.path else ""
        name = group.slug or path
        if group.slug and slugs[group.slug] > 1:
            name += f" ({PurePosixPath(path).parent.name or path})"
        connector: dict[str, Any] = {"id": f"p{number}", "name": name, "path": path}
        found = upgrades.get(group.path)
        connector["upgrade"] = _upgrade(found) if found else None
        connectors.append(connector | _connector(group, outcome))
    return connectors


def _connector(group: Group, outcome: Outcome) -> dict[str, Any]:
    cells: dict[str, list[Severity]] = {}
    for finding in group.findings:
        cells.setdefault(finding.code, []).append(finding.severity)
    worst_first = sorted(group.findings, key=lambda finding: -finding.severity)
    shown = worst_first[:_MOST_OF_A_CONNECTOR]
    return {
        "version": group.version,
        "findings": [_finding(finding, outcome) for finding in shown],
        "more": len(worst_first) - len(shown),
        "cells": {code: _cell(found) for code, found in cells.items()},
        "flow": _flow(group, outcome),
    }


def _cell(found: list[Severity]) -> dict[str, Any]:
    """Return a cell of the heat map: the worst severity is its colour, the count its heat."""
    heat = sum(len(found) >= least for least in _HEATS)
    return {"count": len(found), "worst": max(found), "heat": heat}


def _finding(finding: Finding, outcome: Outcome) -> dict[str, Any]:
    place = finding.place
    where = f":{place.line}:{place.column}" if outcome.has_place(finding) else ""
    return {
        "finding": finding,
        "where": f"{outcome.path(finding.path)}{where}",
        "excerpt": _without_tabs(excerpt(finding, outcome.report, _ROOM)),
    }


def _without_tabs(parts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return parts and tuple(part.replace("\t", "    ") for part in parts)


def _flow(group: Group, outcome: Outcome) -> dict[str, Any] | None:
    """Return the login of a connector, None if it has no OAuth or is compared with another."""
    if outcome.upgrade or not group.connector or not wire.is_oauth(group.connector.value):
        return None
    connector = group.connector
    login = preview(connector.value, connector.account_types or (), hide=outcome.hide)
    document = login.document and outcome.path(login.document)
    return {"login": login, "steps": list(titled(login)), "document": document}


def _upgrade(found: Upgrade) -> dict[str, Any]:
    """Return what the page shows of an upgrade."""
    rows, more = upgrade_table.table(found)
    return {
        "verdict": upgrade.verdict(found),
        "facts": list(upgrade.facts(found)),
        "rows": rows,
        "more": more,
        "versions": upgrade.names(found),
        "sides": upgrade_table.side_by_side(found),
    }


def _rules(outcome: Outcome) -> list[dict[str, Any]]:
    """Return each rule with findings, the most frequent first."""
    worst: dict[str, Severity] = {}
    for finding in outcome.report.findings:
        worst[finding.code] = max(finding.severity, worst.get(finding.code, Severity.NOTE))
    return [
        {"page": catalogue.page(rule_of(code)), "count": number, "worst": worst[code]}
        for code, _, number in outcome.report.by_code()
    ]
