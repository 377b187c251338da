"""Measure every rule on real connectors, their history and recorded logins.

`python -m tests.wild` writes docs/rules-in-the-wild.md; with `--check` it says whether the page is
out of date, which no test does: who adds a rule need not have ../shared. Of each rule's findings a
sample of SAMPLE is drawn for reading by eye, the same at each run; `--sample CODE` shows it. What
was read, and which findings are wrong, is in readings.toml by the ids of the sampled findings. An
id says which rule found which text where, not in which words, and a finding that was read stays in
the sample: rewording a message leaves both as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from manifest_lint import Finding, Report, Severity, check
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.document.document import Document
from manifest_lint.engine.run import check_sources
from manifest_lint.oauth.account_type_file import account_types
from manifest_lint.project.connector import Connector
from manifest_lint.project.sources import Sources
from manifest_lint.rules.base import Rule
from manifest_lint.rules.registry import all_rules
from tests.conformance import SHARED
from tests.corpus import (
    CORPUS,
    Unusable,
    encoded,
    identity,
    lines,
    manifests,
    toml,
)
from tests.wild.acted import Acted, Version, acted

CONNECTORS = CORPUS / "connectors"
MANIFESTS = CORPUS / "manifests.jsonl"
LOGINS = SHARED / "oracle" / "login.jsonl"
READINGS = Path(__file__).parent / "readings.toml"

SAMPLE = 10
"""At most this many findings of each rule are read by eye."""

OF_LOGINS = "SARX"
"""The families of rules that recorded logins are for; their manifests have nothing else."""

What = tuple[str, tuple[str, ...], str, str, int]
"""What was found, whatever the message: rule, pointer, severity, text, and which one at its place.
The pointer is that of `identity`, without indices in lists."""


@dataclass(frozen=True)
class Found:
    """A finding in one of the measured files.

    `origin` is its repository or login; `where` is the file among others of the same origin.
    `nth` counts, from 0, the findings of the rule that are at the very same place of the file.
    `beside` are more lines to read it with.
    """

    origin: str
    where: str
    finding: Finding
    document: Document
    nth: int = 0
    is_login: bool = False
    beside: tuple[str, ...] = ()

    @cached_property
    def id(self) -> str:
        """A short name: a hash of the origin and of what was found there."""
        return hashlib.sha256(json.dumps([self.origin, *self.what]).encode()).hexdigest()[:10]

    @cached_property
    def what(self) -> What:
        """What was found: who reads a finding decides if it is right about this, in any words."""
        code, pointer, _ = identity(self.finding)
        return code, pointer, self.finding.severity.label, self._text, self.nth

    @property
    def _text(self) -> str:
        """The text at the finding's place, on one line: other indentation is the same text.

        Empty for a missing key: its place is in the object around it, which changes without it.
        In text that is not JSON, a place is a single comma or nothing, and its line says more.
        """
        place, document = self.finding.place, self.document
        if document.error:
            text = document.text.split("\n")[place.line - 1]
        elif document.has(self.finding.pointer):
            text = document.text[place.start : place.end]
        else:
            text = ""
        return " ".join(text.split())


class Figures(NamedTuple):
    """Connectors, findings in them, manifests of their history, and logins: of a rule, or all."""

    connectors: int
    findings: int
    manifests: int
    logins: int


@dataclass
class OfRule:
    """The findings of one rule: in which connectors, manifests and logins; the pool of samples."""

    connectors: Counter[str] = field(default_factory=Counter)
    manifests: set[str] = field(default_factory=set)
    logins: set[str] = field(default_factory=set)
    severities: set[Severity] = field(default_factory=set)
    found: dict[str, Found] = field(default_factory=dict)

    @property
    def figures(self) -> Figures:
        """Return the counts."""
        found = sum(self.connectors.values())
        return Figures(len(self.connectors), found, len(self.manifests), len(self.logins))

    def sample(self, read: Collection[str] = ()) -> list[Found]:
        """Draw the sample to be read, with the findings whose ids are `read`."""
        return drawn(self.found.values(), read)

    def keep(self, found: Found) -> None:
        """Add a finding to the pool of samples, once per origin, at its newest place.

        A finding in two versions of a file is the same one if its text is, whatever else changed.
        """
        self.severities.add(found.finding.severity)
        self.found.setdefault(found.id, found)


@dataclass
class Wild:
    """The findings of the rules by code, and how much was checked.

    `each` are the numbers of findings of each connector, `acted` says how often authors acted on
    those of a rule, by its code.
    """

    looked_at: Figures
    each: tuple[int, ...] = ()
    acted: Mapping[str, Acted] = field(default_factory=dict)
    rules: dict[str, OfRule] = field(default_factory=lambda: defaultdict(OfRule))


def is_here() -> bool:
    """Return whether ../shared is here, which is what the page is made from."""
    return CONNECTORS.exists() and LOGINS.exists()


def drawn(found: Iterable[Found], read: Collection[str] = ()) -> list[Found]:
    """Draw a random sample, the same at each run.

    Findings whose ids are `read` stay in it. What they leave open is spread over severities, then
    what was found, then origins. Recorded logins were made up: they only fill what real connectors
    leave open.
    """
    alike = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.id not in read, one.id)):
        alike[one.is_login, one.finding.severity].append(one)
    ranked = [
        (one.id not in read, is_login, rank, -severity, one)
        for (is_login, severity), ones in alike.items()
        for rank, one in enumerate(_spread(ones))
    ]
    return [one for *_, one in sorted(ranked, key=lambda row: row[:4])[:SAMPLE]]


def _spread(found: Sequence[Found]) -> list[Found]:
    """Put the first of what is found before the second, and of those, the first of each origin."""
    whats: Counter[What] = Counter()
    origins: Counter[str] = Counter()
    ranked = []
    for number, one in enumerate(found):
        ranked.append((whats[one.what], origins[one.origin], number, one))
        whats[one.what] += 1
        origins[one.origin] += 1
    return [one for *_, one in sorted(ranked, key=lambda row: row[:3])]


def look(connectors: Path = CONNECTORS, history: Path = MANIFESTS, logins: Path = LOGINS) -> Wild:
    """Check all connectors, their manifests of all times, and the recorded logins.

    Raises Unusable where one of these is missing or broken.
    """
    if not connectors.is_dir():
        raise Unusable(f"{connectors}: is not a folder of connectors")
    texts, cases = manifests(history), list(lines(logins))
    repos = {manifest.repo.split("/")[-1]: manifest.repo for manifest in texts.values()}

    report = check(connectors)
    wild = Wild(Figures(report.manifests, len(report.findings), len(texts), len(cases)))
    each = dict.fromkeys((folder.name for folder in connectors.iterdir()), 0)
    for finding, document, nth in _placed(report):
        folder = Path(finding.path).relative_to(connectors).parts[0]
        each[folder] += 1
        of_rule = wild.rules[finding.code]
        of_rule.connectors[folder] += 1
        of_rule.keep(Found(repos.get(folder, folder), "at HEAD", finding, document, nth))
    wild.each = tuple(each.values())
    versions: dict[str, list[tuple[str, Version]]] = defaultdict(list)
    for manifest in reversed(texts.values()):
        where = f"{manifest.commit} {manifest.id}"
        report = check(stdin=(None, encoded(manifest.text)))
        [document] = report.documents.values()
        version = Version(None if document.error else document.value, report.findings)
        versions[manifest.repo].append((manifest.date, version))
        for finding, document, nth in _placed(report):
            of_rule = wild.rules[finding.code]
            of_rule.manifests.add(manifest.id)
            of_rule.keep(Found(manifest.repo, where, finding, document, nth))
    wild.acted = acted(_oldest_first(dated) for dated in versions.values())
    for number, case in cases:
        origin = f"{logins.name}:{number}"
        report = check_login(case, origin)
        beside = tuple(f"{key}: {json.dumps(case[key], ensure_ascii=False)}" for key in case)
        for finding, document, nth in _placed(report):
            if finding.code.startswith(tuple(OF_LOGINS)):
                of_rule = wild.rules[finding.code]
                of_rule.logins.add(origin)
                of_rule.keep(Found(origin, "", finding, document, nth, True, beside))
    return wild


def _oldest_first(dated: list[tuple[str, Version]]) -> list[Version]:
    """Return the versions of a repository, which are in reverse; those of a day stay in order."""
    in_order = dated[::-1]
    return [version for _, version in sorted(in_order, key=lambda one: one[0])]


def check_login(case: Mapping[str, Any], origin: str) -> Report:
    """Check a manifest with the account type that was given for it. Raises Unusable."""
    if not {"manifest", "account_type"} <= case.keys():
        raise Unusable(f"{origin}: a login needs `manifest` and `account_type`")
    manifest = Document("manifest.konnector", _pretty(case["manifest"]))
    given = Document("account-types.json", _pretty(case["account_type"]), "account types")
    found = tuple(account_types(given))
    documents = {document.name: document for document in (manifest, given)}
    connector = Connector(manifest, account_types=found)
    settings = dict.fromkeys(documents, DEFAULTS)
    sources = Sources()
    sources.connectors, sources.account_types = [connector], list(found)
    sources.documents, sources.settings = documents, settings
    return check_sources(sources)


def _pretty(value: object) -> bytes:
    return encoded(json.dumps(value, indent=2, ensure_ascii=False))


def _placed(report: Report) -> Iterator[tuple[Finding, Document, int]]:
    """Yield findings with their documents, and how many of the rule were at the same place."""
    before: Counter[object] = Counter()
    for finding in report.findings:
        same = (finding.path, finding.place, finding.code, finding.pointer, finding.severity)
        yield finding, report.documents[finding.path], before[same]
        before[same] += 1


@dataclass(frozen=True)
class Reading:
    """What a person has read of a rule's sample.

    `read` and `wrong` are ids of findings, `wrong` with why. `remark` is for the table.
    """

    read: frozenset[str] = frozenset()
    wrong: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""

    def of(self, sample: Sequence[Found]) -> tuple[int, int]:
        """Count how many of a sample were read, and how many of these are wrong."""
        read = [found.id for found in sample if found.id in self.read]
        return len(read), sum(name in self.wrong for name in read)


def read_readings(file: Path = READINGS, rules: Sequence[Rule] = ()) -> dict[str, Reading]:
    """Read what was read, by code. Raises Unusable."""
    known = {rule.code for rule in rules or all_rules()}
    readings = {}
    for code, table in toml(file).items():
        if code not in known:
            raise Unusable(f"{file}: no rule has the code {code}")
        if not isinstance(table, dict) or table.keys() - {"read", "wrong", "remark"}:
            raise Unusable(f"{file}: {code}: give `read`, `wrong` and `remark`, nothing else")
        reading = Reading(
            frozenset(table.get("read", ())), table.get("wrong", {}), table.get("remark", "")
        )
        if unread := reading.wrong.keys() - reading.read:
            names = ", ".join(sorted(unread))
            raise Unusable(f"{file}: {code}: wrong, but not among those read: {names}")
        readings[code] = reading
    return readings
