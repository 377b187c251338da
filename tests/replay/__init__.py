"""Replay real repairs: does the tool report what each one removed?

`python -m tests.replay FILE MANIFESTS` checks the manifest before and after every repair; without
arguments, those of ../shared. FILE has a repair a line, `{"before": id, "after": id, "commit",
"repo", "subject"}`, MANIFESTS a manifest a line, `{"id", "text"}`. A repair is caught if a
finding disappears. Once a person has read one that is not caught, readings.toml says why, by
commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from manifest_lint import Finding, check
from manifest_lint.engine.fix import applied
from tests.corpus import CORPUS, Identity, Manifest, Unusable, encoded, identity, lines, texts, toml

FIXES, MANIFESTS = CORPUS / "fixes.jsonl", CORPUS / "manifests.jsonl"
READINGS = Path(__file__).parent / "readings.toml"

REASONS = {
    "wording": "a name, a description or another text reads better; the old one was valid",
    "choice": "one valid value gives way to another: which is meant, only the author knows",
    "addition": "something is added or taken away that a manifest may have or not",
    "service": "a fact of the service decides: its site, its forms, its bank labels",
    "sources": "the connector's own code decides: what it reads, saves or asks for",
    "files": "another file decides: an icon, package.json, what a folder holds",
    "release": "a version, a branch or a repository changes, and all that was written is valid",
    "layout": "white space or the order of keys; the value is the same",
    "no repair": "the commit does not help, takes a repair back, or brings a mistake",
}
"""Why nothing disappears: the closed list of reasons, each with what it means."""


class Repair(NamedTuple):
    """A commit that says it repairs a manifest; `before` and `after` are ids of manifests."""

    before: str
    after: str
    commit: str
    repo: str
    subject: str


class Reading(NamedTuple):
    """Why a repair is not caught: one of REASONS, and a remark."""

    reason: str
    remark: str = ""


class Checked(NamedTuple):
    """The findings in a manifest.

    One that `is_broken` is not JSON and not fixable, so nothing else is checked.
    """

    findings: tuple[Finding, ...]
    is_broken: bool


@dataclass(frozen=True)
class Outcome:
    """A repair, the findings before and after, and why none disappeared, if known."""

    repair: Repair
    before: Checked
    after: Checked
    reading: Reading | None = None

    @cached_property
    def gone(self) -> list[Identity]:
        """The findings that disappeared, sorted; those that broken JSON only hides do not count."""
        if self.after.is_broken and not self.before.is_broken:
            return []
        return _only_in(self.before, self.after)

    @cached_property
    def come(self) -> list[Identity]:
        """The findings that are there only after it, sorted."""
        return _only_in(self.after, self.before)

    @property
    def rules(self) -> list[str]:
        """The codes of the rules that caught it."""
        return sorted({code for code, _, _ in self.gone})

    @property
    def is_caught(self) -> bool:
        """Whether a finding disappeared."""
        return bool(self.gone)

    @property
    def is_reworded(self) -> bool:
        """Whether every finding that disappeared came back at its place with another message."""
        came = {(code, pointer) for code, pointer, _ in self.come}
        return self.is_caught and all((code, pointer) in came for code, pointer, _ in self.gone)

    @property
    def is_unread(self) -> bool:
        """Whether it is not caught and no reading says why."""
        return not self.gone and self.reading is None

    @property
    def is_stale(self) -> bool:
        """Whether it is caught, though a reading says why it is not."""
        return bool(self.gone) and self.reading is not None


def _only_in(one: Checked, other: Checked) -> list[Identity]:
    here, there = (Counter(map(identity, checked.findings)) for checked in (one, other))
    return sorted((here - there).elements())


def replay(
    repairs: Iterable[Repair], texts_by_id: Mapping[str, Manifest], readings: Mapping[str, Reading]
) -> list[Outcome]:
    """Check each repair's manifest before and after."""
    checked: dict[str, Checked] = {}
    for repair in repairs:
        for name in {repair.before, repair.after} - checked.keys():
            checked[name] = looked_at(encoded(texts_by_id[name].text))
    return [
        Outcome(repair, checked[repair.before], checked[repair.after], readings.get(repair.commit))
        for repair in repairs
    ]


def looked_at(data: bytes) -> Checked:
    """Check a manifest; one that is not JSON is fixed first, to check the rest."""
    report = check(stdin=(None, data))
    [document] = report.documents.values()
    if not document.error:
        return Checked(report.findings, is_broken=False)
    fixed, _ = applied(document, report.findings)
    further = check(stdin=(None, fixed))
    [document] = further.documents.values()
    rest = tuple(finding for finding in further.findings if finding not in report.findings)
    return Checked(report.findings + rest, is_broken=document.error is not None)


def read_repairs(file: Path, texts_by_id: Mapping[str, Manifest]) -> list[Repair]:
    """Read a file of repairs of known manifests. Raises Unusable."""
    repairs = []
    for number, line in lines(file):
        wanted = ("before", "after", "commit")
        repair = Repair(*texts(file, number, line, wanted, ("repo", "subject")))
        for name in (repair.before, repair.after):
            if name not in texts_by_id:
                raise Unusable(f"{file}:{number}: no manifest has the id {name}")
        repairs.append(repair)
    if not repairs:
        raise Unusable(f"{file}: holds no repair")
    return repairs


def read_readings(file: Path = READINGS) -> dict[str, Reading]:
    """Read why repairs are not caught, by commit. Raises Unusable."""
    readings = {}
    for commit, table in toml(file).items():
        known = isinstance(table, dict) and table.keys() <= set(Reading._fields)
        if not known or table.get("reason") not in REASONS:
            raise Unusable(
                f"{file}: {commit}: give `reason`, one of {', '.join(REASONS)}, and a `remark`"
            )
        readings[commit] = Reading(**table)
    return readings
