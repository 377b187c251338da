"""What updates did to users, over the consecutive versions of real connectors.

`python -m tests.consecutive` prints figures over ../shared/corpus: the versions of each repository
in the order of their dates. `python -m tests.consecutive CODE` prints the findings of one rule.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from manifest_lint import Finding
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.document.document import Document
from manifest_lint.engine.run import check_upgrade
from tests.conformance import SHARED

MANIFESTS = SHARED / "corpus/manifests.jsonl"


class Pair(NamedTuple):
    """A version and the next one of a repository, and what is found."""

    repository: str
    date: str
    upgrade: Upgrade
    findings: tuple[Finding, ...]


def pairs() -> Iterator[Pair]:
    """Yield every two consecutive versions."""
    lines = [json.loads(line) for line in MANIFESTS.read_text("utf-8").splitlines()]
    lines.sort(key=lambda one: (one["repo"], one["date"]))  # stable: a day may have several
    for repository, group in groupby(lines, key=lambda one: one["repo"]):
        versions = list(group)
        for old, new in pairwise(versions):
            before, after = (
                Document(one["id"], one["text"].encode("utf-8", "surrogatepass"))
                for one in (old, new)
            )
            upgrade = Upgrade(before, after)
            own = check_upgrade(upgrade, DEFAULTS, plugins=False).findings
            findings = tuple(one for one in own if one.code.startswith("U"))
            yield Pair(repository, new["date"], upgrade, findings)


def figures() -> Counter[str]:
    """Count what happened, over all pairs and over those whose versions differ."""
    counts: Counter[str] = Counter()
    for pair in pairs():
        upgrade = pair.upgrade
        facts = {"pairs": True, "the registry refuses the new one": bool(upgrade.refused)}
        if upgrade.is_comparable:
            held = upgrade.held_for_permissions
            nothing = not (upgrade.opened or upgrade.lost)
            facts |= {
                "both can be installed": True,
                "held for permissions": held,
                "held, and nothing is opened or lost": held and nothing,
                "held, and rights are only lost": held and not upgrade.opened and not nothing,
                "held for terms": upgrade.held_for_terms,
                "widened without consent": bool(upgrade.widened),
                "a dropped or renamed key stays in force": bool(upgrade.kept),
            }
        facts |= dict.fromkeys({one.code for one in pair.findings}, True)
        differ = upgrade.old.version != upgrade.new.version
        for name, is_so in facts.items():
            counts[name] += is_so
            counts[f"{name} (another version)"] += is_so and differ
    return counts


def main(arguments: list[str]) -> int:
    """Print the figures, or the findings of a rule."""
    if arguments:
        for pair in pairs():
            for one in pair.findings:
                if one.code == arguments[0]:
                    versions = f"{pair.upgrade.old.version} -> {pair.upgrade.new.version}"
                    print(f"{pair.repository} {pair.date} {versions}: {one.message}")
        return 0
    counts = figures()
    for name, number in counts.items():
        if not name.endswith(" (another version)"):
            print(f"{number:6,} {counts[f'{name} (another version)']:6,}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
