"""Which rules the settings of a build switch off or make less severe, and who says so."""

from __future__ import annotations

import hashlib

from manifest_lint.config.settings import Settings
from manifest_lint.document.document import READ_LIMIT
from manifest_lint.engine.built import RuleChanges
from manifest_lint.engine.select import selected
from manifest_lint.files.disk import read_file
from manifest_lint.rules.base import Rule, Subject

SUBJECTS: tuple[Subject, ...] = (
    "text",
    "link",
    "connector",
    "account type",
    "workspace",
    "archive",
)
"""The subjects of the rules that a build runs."""


def rules_run(settings: Settings, *, plugins: bool) -> tuple[str, ...]:
    """Return the codes of the rules that a build with these settings runs."""
    return tuple(rule.code for rule in _run(settings, plugins=plugins))


def rule_changes(settings: Settings, *, plugins: bool) -> RuleChanges:
    """Return what the settings change in the rules of a build, and the configurations' digests.

    Raises UserError if a configuration can no longer be read.
    """
    run = _run(settings, plugins=plugins)
    every = _run(Settings(), plugins=plugins)
    codes = {rule.code for rule in run}
    return RuleChanges(
        tuple((file.name, _digest(read_file(file, READ_LIMIT))) for file in settings.files),
        tuple(rule.code for rule in every if rule.code not in codes),
        tuple(
            (rule.code, settings.severity[rule.code].label)
            for rule in run
            if settings.severity.get(rule.code, rule.severity) < rule.severity
        ),
    )


def _run(settings: Settings, *, plugins: bool) -> list[Rule]:
    chosen = selected(settings.selected, settings.ignore, plugins=plugins)
    return [rule for rule in chosen if rule.subject in SUBJECTS]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
