"""U: what the registry and the stack refuse of a new version, and whom it reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.cozy import registry
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from manifest_lint.cozy.upgrade import Upgrade


@rule("U001", "slug-changed", on="upgrade", refused_by="publish")
def slug_changed(upgrade: Upgrade) -> Iterator[Finding]:
    """The slug differs from that of the published version.

    The registry refuses a version whose slug is not that of its application. Another slug is
    another application, which users have to install themselves.

    Bad: {"old": {"slug": "sunmeter"}, "new": {"slug": "sunmeters"}}
    Good: {"old": {"slug": "sunmeter"}, "new": {"slug": "sunmeter"}}
    Source: cozy-apps-registry registry/registry.go, createVersion; its runs
    """
    old, new = upgrade.old.slug, upgrade.new.slug
    if old and new and old != new:
        message = f"the slug changes from {quoted(old)} to {quoted(new)}"
        yield Finding(message, ("slug",), fix=Fix(f"write {quoted(old)}"))


@rule("U002", "application-changed", on="upgrade", refused_by="install")
def application_changed(upgrade: Upgrade) -> Iterator[Finding]:
    """The connector becomes a web application, or has another editor.

    The registry accepts both. The stack refuses a web application, and people silently keep the
    old version; another editor is a note, as the registry goes on showing the one it knows.

    Bad: {"old": {"type": "konnector"}, "new": {"type": "webapp"}}
    Good: {"old": {"type": "konnector"}, "new": {"type": "konnector"}}
    Source: cozy-apps-registry registry/registry.go, createVersion; cozy-stack
    model/app/installer.go, ReadManifest; their runs
    """
    old, new = (registry.text_of(one.value, "editor") for one in (upgrade.old, upgrade.new))
    if old and new and old != new:
        message = f"the editor changes from {quoted(old)} to {quoted(new)}"
        why = "The registry accepts it, and goes on showing the editor of the application."
        fix = Fix("ask the operator of the registry to change the editor of the application")
        yield Finding(message, ("editor",), severity=NOTE, why=why, fix=fix)
    was = registry.text_of(upgrade.old.value, "type")
    if was != "webapp" and registry.text_of(upgrade.new.value, "type") == "webapp":
        message = "the type changes to `webapp`: the update fails, silently"
        yield Finding(message, ("type",), fix=Fix('write "konnector"'))
    elif upgrade.new.is_webapp and not upgrade.old.is_webapp:
        message = "the manifest is now named manifest.webapp: the update fails, silently"
        yield Finding(message, fix=Fix("name it manifest.konnector"))


@rule("U003", "version-not-served", on="upgrade", severity=WARNING)
def version_not_served(upgrade: Upgrade) -> Iterator[Finding]:
    """The new version is lower than the published one, or a pre-release of it.

    The registry accepts it, and goes on serving the published version to those who have that: the
    update does not reach them.

    Bad: {"old": {"version": "1.2.0"}, "new": {"version": "1.2.0-beta.1"}}
    Good: {"old": {"version": "1.2.0"}, "new": {"version": "1.2.1-beta.1"}}
    Source: cozy-apps-registry space/views.go; its runs
    """
    new, old = upgrade.new.version, upgrade.old.version
    if new == old or not (registry.is_version(new) and registry.is_version(old)):
        return
    from manifest_lint.cozy.versions import channel_of  # a check does not load it

    channel = channel_of(new)
    served = upgrade.served[channel]
    if served != new:
        message = f"version {new} reaches no user: the channel {channel} goes on serving {served}"
        if upgrade.reached:
            only = upgrade.reached[0]
            message = f"version {new} reaches only {only}: {channel} goes on serving {served}"
        yield Finding(message, ("version",), fix=Fix(f"publish a version after {served}"))
    elif not upgrade.reached:
        channel = channel_of(old)
        message = f"version {new} reaches no user who has {old}: {channel} goes on serving that"
        yield Finding(message, ("version",), fix=Fix(f"publish a version after {old}"))


@rule("U010", "version-kept", on="upgrade", refused_by="publish")
def version_kept(upgrade: Upgrade) -> Iterator[Finding]:
    """The content changes, and the version does not.

    The registry refuses a version that it has, and the stack does not update to the version that
    is installed. Compared with a commit, which may not be published, it is a note.

    Bad: {"old": {"version": "1.2.0"}, "new": {"version": "1.2.0", "name": "Another name"}}
    Good: {"old": {"version": "1.2.0"}, "new": {"version": "1.2.1", "name": "Another name"}}
    Source: cozy-apps-registry registry/registry.go, createVersion; cozy-stack
    model/app/installer.go, update; their runs
    """
    if not (upgrade.keeps_version and upgrade.is_changed):
        return
    severity = None if upgrade.is_published else NOTE
    message = f"the content changes, and the version is still {upgrade.new.version}"
    yield Finding(message, ("version",), severity=severity, fix=Fix("raise the version"))
