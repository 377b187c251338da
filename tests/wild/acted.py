"""How often authors acted on what a rule finds: over the versions of each repository.

Our findings were not shown then. But if a finding is gone in a later version, and what is around
its place is still there, then its author has seen the mistake too, or a reader has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from manifest_lint import Finding
from manifest_lint.document.spans import Pointer
from tests.corpus import identity

_Place = tuple[str, tuple[str, ...]]
"""A rule, and a pointer without the indices in lists: a finding that lasts for some versions."""


class Version(NamedTuple):
    """One version of a manifest: its value, None if it is not JSON, and what is found in it."""

    value: Any
    findings: tuple[Finding, ...]


class Acted(NamedTuple):
    """How many findings were in the history, and how many of them a later version has no more."""

    found: int = 0
    gone: int = 0


def acted(repositories: Iterable[Sequence[Version]]) -> dict[str, Acted]:
    """Count by rule, over the versions of each repository, oldest first.

    A finding counts once for a repository, at its last version. It is gone if the next version that
    is JSON has what is around it: a list, an object, the manifest itself.
    """
    counts: dict[str, Acted] = {}
    for versions in repositories:
        last: dict[_Place, tuple[int, Pointer]] = {}
        for number, version in enumerate(versions):
            for finding in version.findings:
                last[identity(finding)[:2]] = number, finding.pointer
        for (code, _), (number, pointer) in last.items():
            after = (version.value for version in versions[number + 1 :])
            value = next((value for value in after if isinstance(value, dict)), None)
            is_gone = value is not None and _has(value, pointer[:-1])
            before = counts.get(code, Acted())
            counts[code] = Acted(before.found + 1, before.gone + is_gone)
    return counts


def _has(value: Any, pointer: Pointer) -> bool:
    """Return whether a value has an object or a list at a pointer."""
    for step in pointer:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return False
    return isinstance(value, dict | list)
