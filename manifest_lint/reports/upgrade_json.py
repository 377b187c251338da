"""What an upgrade does to people, as JSON values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from manifest_lint.cozy.permission_set import Rule
from manifest_lint.cozy.upgrade import Release, Upgrade
from manifest_lint.reports.upgrade import REASONS, shown_by, verdict
from manifest_lint.reports.upgrade_table import keys_of, states_of, verbs_of


def as_json(upgrade: Upgrade) -> dict[str, Any]:
    """Return the facts as JSON values."""
    comparable = upgrade.is_comparable
    value: dict[str, Any] = {
        "verdict": verdict(upgrade),
        "changed": upgrade.is_changed,
        "old": _release(upgrade.old),
        "new": _release(upgrade.new),
        "refused": [REASONS[reason] for reason in upgrade.refused],
        "served": {} if upgrade.refused else dict(upgrade.served),
        "consent": None,
        "permissions": [],
        "opened": [],
        "lost": [],
    }
    if comparable:
        states = states_of(upgrade)
        names = ("old", "new", "in_force", "in_force_after_a_run")
        value |= {
            "consent": {
                "permissions": upgrade.held_for_permissions,
                "terms": upgrade.held_for_terms,
            },
            "permissions": [
                {"key": key}
                | {name: _rule(state.get(key)) for name, state in zip(names, states, strict=True)}
                for key in keys_of(states)
            ],
            "opened": [{"key": one.title} | _some(one) for one in upgrade.opened],
            "lost": [{"key": one.title} | _some(one) for one in upgrade.lost],
        }
    return {"upgrade": _masked(value, shown_by(upgrade))}


def _masked(value: Any, shown: Callable[[str], str]) -> Any:
    """Return a JSON value with each string masked; keys are our own."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return [_masked(one, shown) for one in value]
    if isinstance(value, dict):
        return {key: _masked(one, shown) for key, one in value.items()}
    return value


def _release(release: Release) -> dict[str, Any]:
    return {
        "slug": release.slug,
        "version": release.version,
        "installable": release.is_installable,
    }


def _rule(rule: Rule | None) -> dict[str, Any] | None:
    return None if rule is None else _some(rule)


def _some(rule: Rule) -> dict[str, Any]:
    return {
        "type": rule.doctype,
        "verbs": verbs_of(rule),
        "selector": rule.selector,
        "values": list(rule.values or ()),
    }
