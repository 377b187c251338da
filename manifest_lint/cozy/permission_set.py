"""The permissions of a connector as the stack holds them: decoded, stored and compared.

[cozy-stack model/permission: set.go, rule.go and verbs.go]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from manifest_lint.cozy.go_struct import fields_of
from manifest_lint.cozy.vocabulary import VERBS
from manifest_lint.document.go_json import members

_FIELDS = dict.fromkeys(("type", "selector", "verbs", "values"))


class Rule(NamedTuple):
    """One permission; `title` is its key in the manifest.

    No verbs mean all of them. `values` limit it to documents whose field `selector` is one of
    them, or whose id is, without a selector; None and no values mean every document, but the stack
    compares them as different.
    """

    title: str
    doctype: str
    verbs: frozenset[str] = frozenset()
    selector: str = ""
    values: tuple[str, ...] | None = None

    @property
    def what(self) -> tuple[str, str, tuple[str, ...] | None]:
        """What it opens, without the verbs."""
        return self.doctype, self.selector, self.values


Rules = tuple[Rule, ...]


def rules_of(manifest: dict[str, Any]) -> Rules | None:
    """Return the permissions of a manifest that the stack accepts; None without the key.

    The last `permissions` counts, in any case; null is an empty set. [set.go, UnmarshalJSON]
    """
    found = None
    for _, _, value in fields_of(manifest, {"permissions": None}):
        found = value or {}
    if found is None:
        return None
    return tuple(_rule(title, found[title]) for title, _ in members(found))


def _rule(title: str, entry: dict[str, Any]) -> Rule:
    rule = Rule(title, "")
    for _, name, value in fields_of(entry, _FIELDS):
        if name == "verbs":
            verbs = frozenset() if value is None or "ALL" in value else frozenset(value)
            rule = rule._replace(verbs=verbs)
        elif name == "values":
            values = None if value is None else tuple(one or "" for one in value)
            rule = rule._replace(values=values)
        elif value is not None:
            rule = rule._replace(**{"doctype" if name == "type" else name: value})
    return rule


def stored(rules: Iterable[Rule]) -> Rules:
    """Return rules as they are read back from the database.

    An empty list of values is not written, a rule without a title gets one, and of two rules with
    one title the last is kept. [set.go, MarshalJSON; rule.go, the tags of Rule]
    """
    kept = {}
    for index, rule in enumerate(rules):
        title = rule.title or f"rule{index}"
        kept[title] = rule._replace(title=title, values=rule.values or None)
    return tuple(kept.values())


def same_rules(rules: Rules, others: Rules) -> bool:
    """Return whether the stack treats two sets as the same: as many rules, and each in the others.

    It is not symmetric: two rules may match the same one. [set.go, HasSameRules]
    """
    return len(rules) == len(others) and next(unmatched(rules, others), None) is None


def unmatched(rules: Rules, others: Rules) -> Iterator[Rule]:
    """Yield each rule that is not one of the others.

    Titles and order do not count, the order of values does. No verbs, as `ALL` too, equal any
    verbs; all five equal these and themselves only. [set.go, HasSameRules; verbs.go, ContainsAll]
    """
    known: dict[object, set[frozenset[str]]] = {}
    for other in others:
        known.setdefault(other.what, set()).add(other.verbs)
    for rule in rules:
        verbs = known.get(rule.what, ())
        if not verbs or (rule.verbs and rule.verbs not in verbs and frozenset() not in verbs):
            yield rule


def difference(old: Rules, new: Rules) -> Rules:
    """Return what the stack treats as the difference of two sets.

    These are the new rules whose title is not in the old set, then one rule for each title in both
    of them, with the added verbs and values only: if none were added, that is a rule for all verbs
    on all documents. Of two sets with the same rules, it is the old set. [set.go, Diff]
    """
    if same_rules(old, new):
        return old
    titles = {rule.title for rule in old}
    named: dict[str, list[Rule]] = {}
    for rule in new:
        named.setdefault(rule.title, []).append(rule)
    changed = (_added(rule, other) for rule in old for other in named.get(rule.title, ()))
    return (*(rule for rule in new if rule.title not in titles), *changed)


def _added(rule: Rule, other: Rule) -> Rule:
    verbs = other.verbs - rule.verbs if rule.verbs else frozenset()
    known = frozenset(rule.values or ())
    values = tuple(value for value in other.values or () if value not in known)
    return Rule(rule.title, rule.doctype, verbs, "", values)


def covers_doctype(pattern: str, doctype: str) -> bool:
    """Return whether a permission on `pattern` opens a doctype, or all of another pattern.

    A wildcard opens its own root too. [cozy-stack model/permission/match.go, MatchType]
    """
    if pattern == doctype:
        return True
    return pattern.endswith(".*") and f"{doctype}.".startswith(pattern[:-1])


class _Limited(NamedTuple):
    """A rule without its title; Python keeps the hash of a frozenset, and not that of a tuple."""

    doctype: str
    verbs: frozenset[str]
    values: frozenset[str]


class Coverage:
    """Some rules, and whether the stack says that one of them opens all that another rule opens.

    For the stack, a rule for all verbs is covered by one with some of them, and a rule without
    values by any with its selector. [set.go, RuleInSubset]
    """

    def __init__(self, rules: Iterable[Rule]):
        self._unlimited: set[_Limited] = set()
        self._limited: dict[tuple[str, str | None], set[_Limited]] = {}
        for rule in rules:
            self.add(rule)

    def add(self, rule: Rule) -> None:
        """Add one rule."""
        one = _Limited(rule.doctype, rule.verbs, frozenset(rule.values or ()))
        if not rule.selector and not one.values:
            self._unlimited.add(one)
            return
        self._at(rule.selector, None).add(one._replace(values=frozenset()))
        for value in one.values:
            self._at(rule.selector, value).add(one)

    def has(self, rule: Rule) -> bool:
        """Return whether one of the rules opens all that this one opens."""
        if any(_allows(other, rule) for other in self._unlimited):
            return True
        by_value = (self._at(rule.selector, value) for value in {*(rule.values or (None,))})
        first, *others = sorted(by_value, key=len)
        return any(_allows(other, rule) for other in first.intersection(*others))

    def _at(self, selector: str, value: str | None) -> set[_Limited]:
        return self._limited.setdefault((selector, value), set())


def _allows(other: _Limited, rule: Rule) -> bool:
    """Return whether a rule has the doctype and the verbs of another, for some document."""
    is_open = covers_doctype(other.doctype, rule.doctype)
    return is_open and (not other.verbs or rule.verbs <= other.verbs)


def opened(new: Rules, old: Rules) -> Iterator[Rule]:
    """Yield what a new set really opens, and the old one did not: by rule, verbs and values.

    Unlike the stack's comparison, this reads no verbs as all of them, and looks at all old rules
    together. `values` are those that are opened, None for all documents.
    """
    limits: dict[tuple[str, str], dict[str | None, set[str]]] = {}
    for rule in old:
        for verb in rule.verbs or VERBS:
            by_selector = limits.setdefault((rule.doctype, verb), {})
            known = by_selector.setdefault(rule.selector if rule.values else None, set())
            known.update(rule.values or ())
    wildcards = {rule.doctype for rule in old if rule.doctype.endswith(".*")}
    lengths = sorted({len(name) - 1 for name in wildcards})
    for rule in new:
        text = f"{rule.doctype}."
        roots = (text[:length] for length in takewhile(len(text).__ge__, lengths))
        names = {rule.doctype, *(f"{root}*" for root in roots if f"{root}*" in wildcards)}
        verbs: set[str] = set()
        wanted = frozenset(rule.values or ())
        values: set[str] = set()
        for verb in rule.verbs or VERBS:
            before = [limits[name, verb] for name in names if (name, verb) in limits]
            if any(None in by_selector for by_selector in before):
                continue
            allowed = [by_selector.get(rule.selector, ()) for by_selector in before]
            missing = wanted.difference(*allowed)
            if missing or not wanted:
                verbs.add(verb)
                values |= missing
        if verbs:
            in_order = tuple(one for one in dict.fromkeys(rule.values or ()) if one in values)
            yield rule._replace(verbs=frozenset(verbs), values=in_order or None)
