"""What an upgrade does to people, in words and as a table: the part that all formats show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from manifest_lint.cozy import registry
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.permission_set import Rule, Rules
from manifest_lint.cozy.permissions_in_force import ADDED_BY_A_RUN
from manifest_lint.cozy.upgrade import Refused, Release, Upgrade
from manifest_lint.cozy.versions import CHANNELS
from manifest_lint.cozy.vocabulary import VERBS
from manifest_lint.engine.hider import hider_of
from manifest_lint.oauth import wire
from manifest_lint.text.wording import count, listed, quoted, short

_MISSING = object()
_MOST_OF_A_VALUE = 400
MOST_ROWS = 50
"""At most this many permissions are in a table for people."""

_REASONS: dict[Refused, str] = {
    "json": "the manifest is not a JSON object",
    "types": "the manifest has a value of a wrong type",
    "editor": "`editor` is missing",
    "slug": "`slug` is missing",
    "version": "the version cannot be published",
    "characters": "the manifest has characters that CouchDB refuses",
    "size": "the manifest is too large or nested too deep",
    "another slug": "the slug is that of another application",
    "same version": "the version is published already",
}


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


def _shown(upgrade: Upgrade) -> Callable[[str], str]:
    """Return what masks the secrets of both versions in a text."""
    return hider_of(upgrade.old.manifest, upgrade.new.manifest)


def verdict(upgrade: Upgrade) -> str:
    """Return one sentence on what the upgrade does to people who have the old version."""
    return _shown(upgrade)(_verdict(upgrade))


def _verdict(upgrade: Upgrade) -> str:
    if not upgrade.is_changed:
        same = "the manifests" if upgrade.is_of_manifests else "both versions"
        return f"Nothing changes for users: {same} are the same."
    if upgrade.keeps_version and not upgrade.is_published:
        sentence = _what_happens(upgrade, name_of(upgrade.old), "it")
        return f"Once the version is raised: {sentence[0].lower()}{sentence[1:]}"
    return _what_happens(upgrade, *(name_of(one) for one in (upgrade.old, upgrade.new)))


def _what_happens(upgrade: Upgrade, old: str, new: str) -> str:
    """Return one sentence on an upgrade; `old` and `new` are how it calls the versions."""
    if upgrade.refused:
        why = listed([_REASONS[reason] for reason in upgrade.refused])
        return f"The registry refuses {new}: {why}."
    if upgrade.old.is_webapp:
        return f"No user has {old} as a connector: it is a web application."
    if not upgrade.old.is_installable:
        return f"The stack refuses {old}, so no user has it: there is nothing to update."
    if not upgrade.new.is_installable:
        return f"The update fails silently, and people keep {old}: the stack refuses {new}."
    if upgrade.new.version not in upgrade.served.values():
        return f"The registry accepts {new} and serves it to no user."
    if not upgrade.reached:
        return f"No user who has {old} gets {new}: their channels go on serving {old}."
    if set(upgrade.reached) == set(CHANNELS):
        if upgrade.held:
            return f"Everyone is asked for consent, and runs {old} until then."
        return f"People get {new} before the next run, without being asked."
    people = f"People on the {_channels(upgrade.reached)}"
    if upgrade.held:
        return f"{people} are asked for consent, and run {old} until then."
    return f"{people} get {new} before the next run, without being asked."


def _channels(names: Sequence[str]) -> str:
    """Return channels in words: `beta channel`, `beta and dev channels`."""
    return f"{listed(list(names))} channel{'s' if len(names) > 1 else ''}"


def name_of(release: Release) -> str:
    """Return how a version is called in a sentence: as it is written."""
    written = release.written_version
    return f"version {short(written)}" if written else "the version without a number"


def facts(upgrade: Upgrade) -> Iterator[tuple[str, str]]:
    """Yield what else is worth knowing, as label and text."""
    shown = _shown(upgrade)
    return ((label, shown(text)) for label, text in _facts(upgrade))


def _facts(upgrade: Upgrade) -> Iterator[tuple[str, str]]:
    if not upgrade.is_changed:
        return
    if not upgrade.refused:
        yield "Served", ", ".join(f"{name} {one}" for name, one in upgrade.served.items())
    if upgrade.is_comparable:
        held = [
            what
            for what, is_so in (
                ("the permissions differ", upgrade.held_for_permissions),
                ("the version of the terms differs", upgrade.held_for_terms),
            )
            if is_so
        ]
        yield "Consent", f"asked, as {listed(held)}" if held else "not asked"
        yield from _accounts(upgrade.old.value, upgrade.new.value)


def _accounts(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what stays as it is in existing accounts, where the versions differ."""
    if wire.is_oauth(old) and wire.is_oauth(new):
        before, after = wire.sent_scope(old), wire.sent_scope(new)
        if before != after:
            yield "Scope", f"existing accounts keep {quoted(before)}, new ones get {quoted(after)}"
    script, other = (registry.text_of(one, "on_delete_account") for one in (old, new))
    if script != other:
        what = f"{quoted(other)} from then on" if other else "no script from then on"
        yield "Deletion", f"{quoted(script)} until the update, {what}" if script else what
    if field(old, "parameters") and field(new, "parameters") is None:
        yield "Parameters", "the old ones stay, as the new manifest has none"


def rows(upgrade: Upgrade) -> list[Row]:
    """Return the permissions of both versions and those in force, by key; none if not comparable.

    Those of the new version come first, then those of the old one, then what a run adds.
    """
    if not upgrade.is_comparable:
        return []
    states, shown = states_of(upgrade), _shown(upgrade)
    return [
        Row(shown(key), *(shown(text_of(state.get(key))) for state in states))
        for key in keys_of(states)
    ]


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


def lines(upgrade: Upgrade) -> Iterator[str]:
    """Yield the facts as lines of text: the sentence, the facts, the permissions that change."""
    yield verdict(upgrade)
    for label, text in facts(upgrade):
        yield f"{label}: {text}."
    changed = changed_rows(upgrade)
    if changed:
        only_written = not (upgrade.opened or upgrade.lost or upgrade.kept)
        yield f"Permissions that {'are written differently' if only_written else 'change'}:"
    for row in changed[:MOST_ROWS]:
        yield f"  {short(row.key)}: {row.old or 'none'} -> {row.new or 'none'}{_in_force(row)}"
    if len(changed) > MOST_ROWS:
        yield f"  and {count(len(changed) - MOST_ROWS, 'permission')} more"


def _in_force(row: Row) -> str:
    """Return what a connector has after the update, where it is not what the new version asks."""
    if row.in_force == row.after_a_run:
        return "" if row.in_force == row.new else f"; in force: {row.in_force}"
    return f"; in force: {row.in_force}; if it has run: {row.after_a_run}"


def changed_rows(upgrade: Upgrade) -> list[Row]:
    """Return the permissions that change; none if the versions are the same."""
    return [row for row in rows(upgrade) if row.is_changed] if upgrade.is_changed else []


def side_by_side(upgrade: Upgrade) -> list[tuple[str, str, str]]:
    """Return the top-level keys that differ: the key, the old value and the new one, as JSON.

    Long values are cut. Permissions are not included, see `rows`.
    """
    old, new, shown = upgrade.old, upgrade.new, _shown(upgrade)
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


def as_json(upgrade: Upgrade) -> dict[str, Any]:
    """Return the facts as JSON values."""
    comparable = upgrade.is_comparable
    value: dict[str, Any] = {
        "verdict": verdict(upgrade),
        "changed": upgrade.is_changed,
        "old": _release(upgrade.old),
        "new": _release(upgrade.new),
        "refused": [_REASONS[reason] for reason in upgrade.refused],
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
    return {"upgrade": _masked(value, _shown(upgrade))}


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
