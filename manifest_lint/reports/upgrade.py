"""What an upgrade does to people, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from manifest_lint.cozy import registry
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.upgrade import Refused, Release, Upgrade
from manifest_lint.cozy.versions import CHANNELS
from manifest_lint.engine.hider import hider_of
from manifest_lint.oauth import wire
from manifest_lint.text.wording import listed, quoted, short

REASONS: dict[Refused, str] = {
    "json": "the manifest is not a JSON object",
    "types": "the manifest has a value of a wrong type",
    "editor": "`editor` is missing",
    "slug": "`slug` is missing",
    "version": "the version cannot be published",
    "characters": "the manifest has characters that CouchDB refuses",
    "size": "the manifest is too large or nested too deep",
    "another slug": "the slug is that of another application",
    "same version": "the version is published already",
    "archive": "it does not accept the archive",
}


def shown_by(upgrade: Upgrade) -> Callable[[str], str]:
    """Return what masks the secrets of both versions, and of all files of a check, in a text."""
    new = upgrade.new.manifest
    return new.others() if new.others else hider_of(upgrade.old.manifest, new)


def verdict(upgrade: Upgrade) -> str:
    """Return one sentence on what the upgrade does to people who have the old version."""
    return shown_by(upgrade)(_verdict(upgrade))


def _verdict(upgrade: Upgrade) -> str:
    if not upgrade.is_changed:
        same = "the manifests" if upgrade.is_of_manifests else "both versions"
        return f"Nothing changes for users: {same} are the same."
    if upgrade.keeps_version and not upgrade.is_published:
        sentence = _what_happens(upgrade, names(upgrade)[0], "it")
        return f"Once the version is raised: {sentence[0].lower()}{sentence[1:]}"
    return _what_happens(upgrade, *names(upgrade))


def _what_happens(upgrade: Upgrade, old: str, new: str) -> str:
    """Return one sentence on an upgrade; `old` and `new` are how it calls the versions."""
    if upgrade.refused:
        why = listed([REASONS[reason] for reason in upgrade.refused])
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


def names(upgrade: Upgrade) -> tuple[str, str]:
    """Return how the old and the new version are called in a sentence: by their numbers."""
    return _name_of(upgrade.old, "old"), _name_of(upgrade.new, "new")


def _name_of(release: Release, which: str) -> str:
    written = release.written_version
    return f"version {short(written)}" if written else f"the {which} version"


def facts(upgrade: Upgrade) -> Iterator[tuple[str, str]]:
    """Yield what else is worth knowing, as label and text."""
    shown = shown_by(upgrade)
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
