"""The result of a build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from manifest_lint.document.masking import shown_text
from manifest_lint.engine.report import Report


class PackedFile(NamedTuple):
    """A file in the archive: its path there, size in bytes, digest in hexadecimal, and mode."""

    path: str
    size: int
    sha256: str
    mode: int


class LeftOut(NamedTuple):
    """A path that is not packed, and why; a folder means everything in it."""

    path: str
    why: str


class PackedAnyway(NamedTuple):
    """One `--include PATH:REASON`: files that are never packed, but are if a pattern matches them.

    `reason` says why, `files` are the paths of those that are packed for it. If there are none,
    `unused` says why.
    """

    path: str
    reason: str
    files: tuple[str, ...] = ()
    unused: str = ""


class AllowedLeak(NamedTuple):
    """One `--allow-leak`: findings of a rule on one secret in one file are accepted.

    `fingerprint` is the secret's there, as the finding shows it. `reason` says why, `found` names
    each leak that it accepts.
    """

    code: str
    path: str
    fingerprint: str
    reason: str
    found: tuple[str, ...] = ()


class RuleChanges(NamedTuple):
    """What the settings of a build change in its rules.

    `configurations` are the files that say so: the name of each, and its SHA-256 digest in
    hexadecimal. `off` are the codes of rules that were not run, `lowered` those of rules that are
    less severe, with the severity.
    """

    configurations: tuple[tuple[str, str], ...] = ()
    off: tuple[str, ...] = ()
    lowered: tuple[tuple[str, str], ...] = ()


class Build(NamedTuple):
    """What a build has made, or why it has made nothing.

    `archive` is None if a finding is an error: then nothing is written. `version` is the one to
    publish. `sha256` is the archive's digest in hexadecimal, `size` its size in bytes,
    `content_digest` the digest of its contents, which does not depend on compression. `url` is
    where the registry downloads it, empty if the settings have none. `rules` are the codes of the
    rules that were run, `waived` the codes of those with a finding that the project exempted,
    baselined or accepted with `--allow-leak`, `changes` what the settings change in them. `hide`
    masks the secrets that the build knows: in `archive`, which is a real path, they are not.
    `was_killed` is whether an earlier build was killed while it replaced its files, and what was
    there before was put back first.
    """

    report: Report
    slug: str = ""
    version: str = ""
    archive: Path | None = None
    size: int = 0
    sha256: str = ""
    files: tuple[PackedFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    packed_anyway: tuple[PackedAnyway, ...] = ()
    content_digest: str = ""
    editor: str = ""
    app_type: str = ""
    url: str = ""
    allowed: tuple[AllowedLeak, ...] = ()
    rules: tuple[str, ...] = ()
    waived: frozenset[str] = frozenset()
    changes: RuleChanges = RuleChanges()
    hide: Callable[[str], str] = shown_text
    was_killed: bool = False

    def __repr__(self) -> str:
        return f"Build({self.slug!r}, {self.version!r})"  # some have a password in their URL
