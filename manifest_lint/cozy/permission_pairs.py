"""Which permission of an old version each one of a new version most likely was."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from manifest_lint.cozy.permission_set import Rule, Rules

_LIKENESSES: tuple[Callable[[Rule], object], ...] = (
    lambda rule: (rule.title, rule.what, rule.verbs),
    lambda rule: (rule.what, rule.verbs),
    lambda rule: (rule.title, rule.doctype, rule.selector, sorted_values(rule)),
    lambda rule: (rule.doctype, rule.selector, sorted_values(rule)),
    lambda rule: (rule.title, rule.doctype, rule.values),
    lambda rule: (rule.doctype, rule.values),
    lambda rule: (rule.title, rule.doctype),
    lambda rule: rule.doctype,
    lambda rule: rule.title,
)
"""What two rules have in common, from the most to the least."""


class Paired(NamedTuple):
    """Pairs of a new rule and the old one that it was, and the rules that have no other."""

    pairs: tuple[tuple[Rule, Rule], ...]
    added: Rules
    removed: Rules


def paired(new: Rules, old: Rules) -> Paired:
    """Return each new rule with the old one that it was: the most alike, each one once."""
    pairs: list[tuple[Rule, Rule]] = []
    added, removed = list(new), dict(enumerate(old))
    for likeness in _LIKENESSES:
        alike: dict[object, list[int]] = {}
        for number in reversed(removed):
            alike.setdefault(likeness(removed[number]), []).append(number)
        remaining = []
        for rule in added:
            if numbers := alike.get(likeness(rule)):
                pairs.append((rule, removed.pop(numbers.pop())))
            else:
                remaining.append(rule)
        added = remaining
    return Paired(tuple(pairs), tuple(added), tuple(removed.values()))


def sorted_values(rule: Rule) -> tuple[str, ...]:
    """Return the values of a rule whatever their order."""
    return tuple(sorted(rule.values or ()))
