"""U: updates that wait for consent, and rights that change without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.vocabulary import VERBS
from manifest_lint.rules.base import WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import quoted, short

if TYPE_CHECKING:
    from manifest_lint.cozy.permission_set import Rule
    from manifest_lint.cozy.upgrade import Upgrade

_ASKED = "consent is asked again"
_FOR_NOTHING = f"{_ASKED}, but no right changes"
_ALL = ("permissions",)
_MOST_OF_A_LIST = 60
_MOST_MOVED = 10_000
"""A fix restores the order of at most this many values."""

_MOST_KEPT = 20
"""Of permissions that stay in force, at most this many have a finding each: all are at one key."""


@rule(
    "U004",
    "consent-asked",
    on="upgrade",
    severity=WARNING,
    fix="safe",
    defers_to=("M001", "P012", "P013"),
)
def consent_asked(upgrade: Upgrade) -> Iterator[Finding]:
    """Everyone is asked for consent again, as the permissions differ.

    Until they agree, people run the old version. The stack compares how permissions are written:
    `values` in another order, or a permission that is removed, need consent too.

    Bad: {"old": {"permissions": {}}, "new": {"permissions": {"bills": {"type": "io.cozy.bills"}}}}
    Good: {"old": {"permissions": {}}, "new": {"permissions": {}}}
    Source: cozy-stack model/app/installer.go, update; model/permission/set.go, HasSameRules; their
    runs
    """
    if not (upgrade.is_comparable and upgrade.held_for_permissions):
        return
    yield from _for_ever(upgrade)
    more, less = (_titles(rules) for rules in (upgrade.opened, upgrade.lost))
    if more or less:
        parts = [f"more is opened by {more}"] if more else []
        parts += [f"less is asked for by {less}"] if less else []
        fix = "publish it together with other changes of permissions, so that users are asked once"
        if not (more or upgrade.narrows):
            fix = "remove it when users are asked anyway: an update takes no right away"
        yield Finding(f"{_ASKED}: {', '.join(parts)}", _ALL, "key", fix=Fix(fix), cause=())
    else:
        yield from _for_nothing(upgrade)


def _for_ever(upgrade: Upgrade) -> Iterator[Finding]:
    """Report what makes every update wait, whatever the old version has.

    With `check`, M001, P012 and P013 report the same of the new version.
    """
    if upgrade.new.rules is None:
        message = "every update waits for consent, as `permissions` is missing"
        fix = Fix("write `permissions`; if the connector needs none, as {}")
        yield Finding(message, _ALL, fix=fix)
    for one in upgrade.new.rules or ():
        if one.values == ():
            pointer = ("permissions", one.title, "values")
            message = f"every update waits for consent, as `values` of {_title(one)} is []"
            yield Finding(message, pointer, fix=Fix("remove `values`: [] limits nothing"))


def _for_nothing(upgrade: Upgrade) -> Iterator[Finding]:
    """Report each difference that opens nothing and loses nothing."""
    # a check does not load these
    from manifest_lint.cozy.permission_pairs import paired
    from manifest_lint.cozy.permission_set import unmatched

    old, new = upgrade.old_rules, upgrade.new.rules or ()
    differing = set(unmatched(new, old))
    pairs, added, removed = paired(new, old)
    rewritten = {one: other for one, other in pairs if one in differing and one.values != ()}
    moved = {one: was for one, was in rewritten.items() if _is_in_another_order(one, was)}
    if moved:
        first, was = next(iter(moved.items()))
        several = len({one.title for one in moved}) > 1
        title = "of each" if several else _list(was.values or ())
        edits = _edits(upgrade, moved)
        what = f"`values` of {_titles(moved)} {_are(moved)} in another order"
        pointer = ("permissions", first.title, "values")
        fix = Fix(f"restore the order{'' if several else ':'} {title}", bool(edits), edits)
        yield Finding(f"{_FOR_NOTHING}: {what}", pointer, fix=fix)
    for one, other in rewritten.items():
        if one not in moved:
            key, what, title = _rewritten(one, other)
            at: tuple[str, ...] = ("permissions", one.title, *([key] if key else []))
            yield Finding(f"{_FOR_NOTHING}: {what}", at, fix=Fix(title))
    if len(new) == len(old) and differing.isdisjoint(added):
        return
    if added:
        fix = Fix("remove it: others open the same already")
        message = f"{_FOR_NOTHING}: {_titles(added)} {_are(added)} new"
        yield Finding(message, _ALL, "key", fix=fix, cause=())
    if removed:
        fix = Fix("keep it until users are asked anyway")
        message = f"{_FOR_NOTHING}: {_titles(removed)} {_are(removed)} removed"
        yield Finding(message, _ALL, "key", fix=fix, cause=())


def _rewritten(one: Rule, other: Rule) -> tuple[str, str, str]:
    """Return how a rule differs from the old one that it was: the key, what, and a fix."""
    if _is_same(one._replace(selector=other.selector), other):
        title = f"restore {quoted(other.selector)}" if other.selector else "remove it"
        return "selector", f"`selector` of {_title(one)} differs", title
    return "", f"{_title(one)} is written in another way", "write it as in the old version"


def _is_in_another_order(one: Rule, other: Rule) -> bool:
    """Return whether two rules that differ are the same but for the order of their values."""
    values, others = (sorted(rule.values or ()) for rule in (one, other))
    return values == others and _is_same(one._replace(values=other.values), other)


def _is_same(one: Rule, other: Rule) -> bool:
    from manifest_lint.cozy.permission_set import same_rules  # a check does not load it

    return same_rules((one,), (other,))


def _edits(upgrade: Upgrade, moved: dict[Rule, Rule]) -> tuple[Edit, ...]:
    """Return the edits that restore the order of all values, if no consent is asked then."""
    from manifest_lint.cozy.permission_set import same_rules  # a check does not load it

    new = upgrade.new.rules or ()
    restored = tuple(one._replace(values=moved.get(one, one).values) for one in new)
    if upgrade.held_for_terms or not same_rules(restored, upgrade.old_rules):
        return ()
    if sum(len(one.values or ()) for one in moved) > _MOST_MOVED:
        return ()
    edits = [_in_order(upgrade, one.title, other.values or ()) for one, other in moved.items()]
    return tuple(chain.from_iterable(edits)) if all(edits) else ()


def _in_order(upgrade: Upgrade, title: str, values: Sequence[str]) -> tuple[Edit, ...]:
    """Return the edits that put the values of a permission in this order, each as it is written.

    Nothing if the permission has repeated keys, or keys in another case.
    """
    found: Any = upgrade.new.value
    pointer = ("permissions", title, "values")
    for step in pointer:
        found = found.get(step) if type(found) is dict else None
    if not isinstance(found, list) or None in found or sorted(found) != sorted(values):
        return ()
    written = {one: upgrade.new.manifest.written((*pointer, i)) for i, one in enumerate(found)}
    return tuple(
        Edit(written[value], (*pointer, index))
        for index, value in enumerate(values)
        if found[index] != value
    )


@rule("U005", "rights-kept-or-widened", on="upgrade", severity=WARNING)
def rights_widened(upgrade: Upgrade) -> Iterator[Finding]:
    """Rights widen and users are not asked, or a permission comes back under its old key.

    For the stack, no `verbs` are the same as any: it installs such an update silently. After a run,
    a key that is dropped or renamed stays in force, with every verb on the whole doctype.

    Bad: {"old": {"permissions": {"a": {"type": "io.cozy.bills"}}}, "new": {"permissions": {}}}
    Good: {"old": {"permissions": {}}, "new": {"permissions": {"a": {"type": "io.cozy.bills"}}}}
    Source: cozy-stack model/permission/set.go, HasSameRules and Diff; permissions.go,
    MergeExtraPermissions; their runs
    """
    if not upgrade.is_comparable:
        return
    for one in upgrade.widened:
        what = f"{_verbs(one)} on `{short(one.doctype)}`"
        message = f"users are not asked, and {_title(one)} opens more: {what}"
        fix = Fix("name the verbs that it needs; if it needs these, say so to users")
        yield Finding(message, ("permissions", one.title), fix=fix)
    kept = upgrade.kept
    most = _MOST_KEPT if len(kept) > _MOST_KEPT + 1 else len(kept)
    for one in kept[:most]:
        what = f"{_verbs(one)} on all of `{short(one.doctype)}`"
        message = f"{_title(one)} stays in force after a run: {what}"
        fix = Fix(f"keep the key {_title(one)}, with the verbs and values that it needs")
        yield Finding(message, ("permissions",), "key", fix=fix)
    if rest := kept[most:]:
        fix = Fix("keep these keys, with the verbs and values that they need")
        message = f"{_titles(rest)} stay in force after a run, with all documents of their type"
        yield Finding(message, ("permissions",), "key", fix=fix)


@rule("U008", "terms-changed", on="upgrade", severity=WARNING)
def terms_changed(upgrade: Upgrade) -> Iterator[Finding]:
    """The version of the terms differs.

    The update waits until each user agrees, and people run the old version until then. That is
    right if the terms have changed; `url` and `id` alone do not count.

    Bad: {"old": {"terms": {"version": "1"}}, "new": {"terms": {"version": "2"}}}
    Good: {"old": {"terms": {"version": "1"}}, "new": {"terms": {"version": "1"}}}
    Source: cozy-stack model/app/installer.go, update; its runs
    """
    if not (upgrade.is_comparable and upgrade.held_for_terms):
        return
    old, new = upgrade.old.stored_terms_version, upgrade.new.terms_version
    if not old:
        what = f"the terms have a version now, {quoted(new)}"
    elif not new:
        what = f"the terms have lost their version, {quoted(old)}"
    else:
        what = f"the version of the terms changes from {quoted(old)} to {quoted(new)}"
    fix = Fix(f"restore {quoted(old)} if the terms are the same") if old else None
    yield Finding(f"{_ASKED}: {what}", ("terms", "version"), fix=fix)


def _title(one: Rule) -> str:
    return f"`{short(one.title)}`"


def _titles(rules: Iterable[Rule]) -> str:
    """Return the first of some rules, and how many there are more; empty if there are none."""
    titles = list(dict.fromkeys(map(_title, rules)))
    return f"{titles[0]} and {len(titles) - 1:,} more" if len(titles) > 1 else "".join(titles)


def _are(rules: Iterable[Rule]) -> str:
    return "are" if len({one.title for one in rules}) > 1 else "is"


def _verbs(one: Rule) -> str:
    """Return the verbs of a rule in their usual order."""
    if len(one.verbs) in (0, len(VERBS)):
        return "every verb"
    return ", ".join(verb for verb in VERBS if verb in one.verbs)


def _list(values: Sequence[str]) -> str:
    """Return values as JSON, as many of the first ones as are short together."""
    text = ""
    for number, value in enumerate(values):
        longer = f"{text}, {quoted(value)}" if text else quoted(value)
        if len(longer) > _MOST_OF_A_LIST:
            return (
                f"{text} and {len(values) - number:,} more" if text else "that of the old version"
            )
        text = longer
    return f"[{text}]"
