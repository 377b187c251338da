"""The permissions of an upgrade before and after, and what else differs, as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from manifest_lint.cozy.permission_set import Rule, Rules
from manifest_lint.cozy.permissions_in_force import ADDED_BY_A_RUN
from manifest_lint.cozy.upgrade import Release, Upgrade
from manifest_lint.cozy.vocabulary import VERBS
from manifest_lint.reports.upgrade import shown_by
from manifest_lint.text.wording import short

_MISSING = object()
_MOST_OF_A_VALUE = 400
MOST_ROWS = 50
"""At most this many permissions are in a table for people."""


class Row(NamedTuple):
    """A permission in each state, as text: empty if it is not there.

    `old` and `new` are what the manifests ask for; `in_force` is what the connector has after the
    update, `after_a_run` the same if it has run before.
    """

    key: str
    old: str
    new: str
    in_force: str
    after_a_run: str

    @property
    def is_changed(self) -> bool:
        """Whether the states differ, by more than by what every run adds."""
        if self.key == ADDED_BY_A_RUN and not (self.old or self.new):
            return False
        return len({self.old, self.new, self.in_force, self.after_a_run}) > 1


class Table(NamedTuple):
    """The first rows, and how many there are more."""

    rows: list[Row]
    more: int


def table(upgrade: Upgrade, *, only_changed: bool = False) -> Table:
    """Return the permissions of both versions and those in force; none if not comparable.

    Those of the new version come first, then those of the old one, then what a run adds.
    """
    if not upgrade.is_comparable:
        return Table([], 0)
    states, shown = states_of(upgrade), shown_by(upgrade)
    rows = [Row(key, *(text_of(state.get(key)) for state in states)) for key in keys_of(states)]
    if only_changed:
        rows = [row for row in rows if row.is_changed]
    first = [Row(*map(shown, row)) for row in rows[:MOST_ROWS]]
    return Table(first, len(rows) - len(first))


def keys_of(states: tuple[dict[str, Rule], ...]) -> Iterable[str]:
    """Return the key of each permission: those of the new version, of the old one, of a run."""
    return dict.fromkeys(key for state in (1, 0, 2, 3) for key in states[state])


def states_of(upgrade: Upgrade) -> tuple[dict[str, Rule], ...]:
    """Return the permissions of the old and the new version, and those in force, by key."""
    sets: tuple[Rules, ...] = (
        upgrade.old_rules,
        upgrade.new.rules or (),
        upgrade.in_force(has_run=False),
        upgrade.in_force(has_run=True),
    )
    return tuple({rule.title: rule for rule in rules} for rules in sets)


def text_of(rule: Rule | None) -> str:
    """Return a permission as text: `io.cozy.files GET, POST (selector: a, b)`."""
    if rule is None:
        return ""
    verbs = "every verb" if len(rule.verbs) in (0, len(VERBS)) else ", ".join(verbs_of(rule))
    text = f"{short(rule.doctype)} {verbs}"
    if rule.values:
        text += f" ({rule.selector or 'id'}: {short(', '.join(rule.values))})"
    return text


def verbs_of(rule: Rule) -> list[str]:
    """Return the verbs of a rule in their usual order, all of them if it names none."""
    return [verb for verb in VERBS if not rule.verbs or verb in rule.verbs]


def side_by_side(upgrade: Upgrade) -> list[tuple[str, str, str]]:
    """Return the top-level keys that differ: the key, the old value and the new one, as JSON.

    Long values are cut. Permissions are not included, see `rows`.
    """
    old, new, shown = upgrade.old, upgrade.new, shown_by(upgrade)
    keys = dict.fromkeys((*old.value, *new.value))
    return [
        (short(shown(key)), shown(_value(old, key)), shown(_value(new, key)))
        for key in keys
        if key != "permissions" and old.value.get(key, _MISSING) != new.value.get(key, _MISSING)
    ][:MOST_ROWS]


def _value(release: Release, key: str) -> str:
    if key not in release.value:
        return ""
    if release.manifest.secrets:
        return "(not shown: the manifest holds a secret)"
    return short(json.dumps(release.value[key], ensure_ascii=False), _MOST_OF_A_VALUE)
