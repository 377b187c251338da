"""What the registry, the stack and the database do with a version that follows another.

The data of their runs are replayed by `python -m tests.conformance upgrade FILE`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from manifest_lint.cozy.permission_set import (
    Coverage,
    Rules,
    covers_doctype,
    difference,
    opened,
    same_rules,
    stored,
)
from manifest_lint.cozy.permissions_in_force import ADDED_BY_A_RUN, in_force
from manifest_lint.cozy.release import Refused, Release
from manifest_lint.cozy.versions import CHANNELS, Channel, served

if TYPE_CHECKING:
    from manifest_lint.document.document import Document

__all__ = ["EXEMPT", "Refused", "Release", "Upgrade"]

EXEMPT = ("io.cozy.certified.carbon_copy", "io.cozy.certified.electronic_safe")
"""Doctypes that may be added without consent. [cozy-stack model/app/installer.go, update]"""


def _with_short_ends(manifest: Document) -> bytes:
    return manifest.data.replace(b"\r\n", b"\n")


class Upgrade:
    """What happens when `new` follows `old`, which is installed.

    `is_published` says whether `old` is published too, not only committed; `is_changed`, whether
    anything differs: None if only the manifests were compared; `is_archive_refused`, whether the
    registry refuses the archive of `new` (B001 to B018).
    """

    def __init__(
        self,
        old: Document,
        new: Document,
        *,
        is_published: bool = True,
        is_changed: bool | None = None,
        is_archive_refused: bool = False,
    ):
        self.old = Release(old)
        self.new = Release(new)
        self.is_published = is_published
        self.is_archive_refused = is_archive_refused
        self.is_of_manifests = is_changed is None
        if is_changed is None:  # git may have written other line ends than it stores
            is_changed = _with_short_ends(old) != _with_short_ends(new)
        self.is_changed = is_changed

    @cached_property
    def refused(self) -> tuple[Refused, ...]:
        """Why the registry refuses the new version; nothing if it accepts it.

        Another editor, another type and a lower version are accepted.
        [cozy-apps-registry registry/registry.go, createVersion]
        """
        found = list(self.new.refused)
        if self.old.slug and self.new.slug and self.new.slug != self.old.slug:
            found.append("another slug")
        if self.is_published and self.keeps_version:
            found.append("same version")
        if self.is_archive_refused and not found:
            found.append("archive")
        return tuple(found)

    @property
    def keeps_version(self) -> bool:
        """Whether both have the same version: the stack does not update to it."""
        return bool(self.old.version) and self.new.version == self.old.version

    @cached_property
    def served(self) -> dict[Channel, str]:
        """The version that each channel serves once the new one is published."""
        return served([self.old.version, self.new.version])

    @cached_property
    def reached(self) -> tuple[Channel, ...]:
        """The channels that served the old version and serve the new one once it is published.

        An old version that cannot be published, which no channel served, counts as stable.
        """
        before = served([self.old.version]) or CHANNELS
        after = self.served
        return tuple(
            one for one in CHANNELS if one in before and after.get(one) == self.new.version
        )

    @cached_property
    def is_comparable(self) -> bool:
        """Whether both can be installed, so that there is an update at all."""
        return self.old.is_installable and self.new.is_installable

    @property
    def old_rules(self) -> Rules:
        """The permissions of the old version as the database has them."""
        return self.old.stored_rules

    @cached_property
    def same_rules(self) -> bool:
        """Whether the stack treats the permissions as the same, without its exemption.

        It does not compare those of a new manifest without the key `permissions`.
        """
        return self.new.rules is not None and same_rules(self.new.rules, self.old_rules)

    @cached_property
    def is_exempt(self) -> bool:
        """Whether permissions differ, but only by added ones that need no consent.

        [cozy-stack model/app/installer.go, update, the comment with XXX]
        """
        new = self.new.rules
        if new is None or self.same_rules:
            return False
        old = list(self.old_rules)
        near = (rule for rule in old if any(covers_doctype(rule.doctype, one) for one in EXEMPT))
        covered = Coverage(near)
        for rule in difference(self.old_rules, new):
            if rule.doctype in EXEMPT and not covered.has(rule):
                old.append(rule)
                covered.add(rule)
        return len(old) > len(self.old_rules) and same_rules(new, tuple(old))

    @property
    def held_for_permissions(self) -> bool:
        """Whether the update waits for consent because permissions differ."""
        return not (self.same_rules or self.is_exempt)

    @property
    def held_for_terms(self) -> bool:
        """Whether the update waits for consent because the version of the terms differs."""
        return self.old.stored_terms_version != self.new.terms_version

    @property
    def held(self) -> bool:
        """Whether the update waits for the consent of each user."""
        return self.held_for_permissions or self.held_for_terms

    def in_force(self, *, has_run: bool, slug: str = "") -> Rules:
        """Return the permissions after the update, for a connector that has run or has not.

        `slug` is the one that it is installed under: by default that of the old version.
        """
        slug = slug or self.old.slug
        return in_force(self.old.rules or (), self.new.rules or (), slug, has_run=has_run)

    @property
    def widened(self) -> Rules:
        """What is opened without asking users, besides what the stack exempts."""
        opened = () if self.held_for_permissions else self.opened
        return tuple(rule for rule in opened if rule.doctype not in EXEMPT)

    @cached_property
    def kept(self) -> Rules:
        """What stays in force under a key that the new version does not have, after a run.

        Only what the new version does not open itself is included.
        """
        new = self.new.rules or ()
        titles = {rule.title for rule in new} | {ADDED_BY_A_RUN}
        kept = [rule for rule in self.in_force(has_run=True) if rule.title not in titles]
        return tuple(opened(tuple(kept), stored(new)))

    @cached_property
    def opened(self) -> Rules:
        """What the new manifest asks for and the old one did not, by rule, verbs and values."""
        return tuple(opened(self.new.rules or (), self.old_rules))

    @cached_property
    def lost(self) -> Rules:
        """What the old manifest asked for and the new one does not, by rule, verbs and values."""
        return tuple(opened(self.old_rules, self.new.rules or ()))

    @cached_property
    def narrows(self) -> bool:
        """Whether it takes any right away, from a connector that has run or has not."""
        return any(
            any(opened(self.old_rules, self.in_force(has_run=has_run))) for has_run in (True, False)
        )
