"""The page of figures, docs/rules-in-the-wild.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from manifest_lint.rules.base import Rule
from manifest_lint.rules.registry import all_rules
from tests.wild import OF_LOGINS, SAMPLE, Reading, Wild

_INTRODUCTION = """\
<!-- Made by `python -m tests.wild`; do not edit. -->

# The rules in the wild

How often each rule finds something in real connectors, and how often it is wrong.

- **connectors**: how many of {connectors} connectors of public repositories have a finding today;
  in brackets, the number of findings.
- **history**: how many of {manifests:,} distinct manifests in the history of these repositories
  have a finding.
- **logins**: how many of {logins} logins have a finding. They were recorded with the real front end
  and stack, with made-up manifests and account types; only for the families {families}:
  scopes, account types, redirect URIs.
- **acted on**: of the findings in the history, each counted once for its repository and place, how
  many a later version no longer has, although what is around that place is still there.
- **read**: how many of a sample of {sample} findings, or all if there are fewer, we have read,
  to see whether they are right. They are drawn by chance, spread over severities, the text that
  was found and repositories, so that rare findings are read too. Those already read stay in the
  sample as long as the rule finds them. If real connectors have fewer, logins fill the sample.
- **wrong**: how many of those read are false alarms.

A rule without a finding looks for what is not here: sources, archives, two versions of a connector,
or a mistake that no author has made yet.
"""


def page(wild: Wild, readings: Mapping[str, Reading], rules: Sequence[Rule] = ()) -> Iterator[str]:
    """Yield the page's lines: one row per rule, and the sums."""
    rules = rules or all_rules()
    looked_at = wild.looked_at
    yield _INTRODUCTION.format(
        connectors=looked_at.connectors,
        manifests=looked_at.manifests,
        logins=looked_at.logins,
        families=", ".join(OF_LOGINS),
        sample=SAMPLE,
    )
    yield from _sums(wild, readings, rules)
    yield ""
    yield "| rule | | severity | connectors | history | acted on | logins | read | wrong | remark |"
    yield "|---|---|---|--:|--:|--:|--:|--:|--:|---|"
    for rule in rules:
        reading = readings.get(rule.code, Reading())
        yield f"| {' | '.join(_row(rule, wild, reading))} |"


def _sums(wild: Wild, readings: Mapping[str, Reading], rules: Sequence[Rule]) -> Iterator[str]:
    of_rules = [(wild.rules[rule.code], readings.get(rule.code, Reading())) for rule in rules]
    samples = [of_rule.sample(reading.read) for of_rule, reading in of_rules]
    counts = [reading.of(sample) for sample, (_, reading) in zip(samples, of_rules, strict=True)]
    read, wrong = (sum(column) for column in zip(*counts, strict=True))
    connectors = wild.looked_at.connectors
    often = [r for r in rules if 5 * len(wild.rules[r.code].connectors) > connectors]
    yield f"- {len(rules)} rules, {sum(map(bool, samples))} of them with a finding;"
    median_of = f"; the median of a connector is {median(wild.each):g}" if wild.each else ""
    yield f"- {wild.looked_at.findings:,} findings in the connectors as they are today{median_of};"
    yield f"- of {sum(map(len, samples))} sampled findings {read} read, {wrong} wrong;"
    which = ", ".join(f"{rule.code} (acted on: {_acted(rule, wild)})" for rule in often) or "none"
    yield f"- rules with findings, notes included, in more than a fifth of the connectors: {which}."


def _acted(rule: Rule, wild: Wild) -> str:
    acted = wild.acted.get(rule.code)
    return f"{acted.gone} of {acted.found}" if acted else ""


def _row(rule: Rule, wild: Wild, reading: Reading) -> tuple[str, ...]:
    of_rule = wild.rules[rule.code]
    figures = of_rule.figures
    severities = sorted({rule.severity, *of_rule.severities}, reverse=True)
    sample = of_rule.sample(reading.read)
    read, wrong = reading.of(sample)
    left = len(sample) - read
    return (
        rule.code,
        rule.name,
        ", ".join(severity.label for severity in severities),
        f"{figures.connectors} ({figures.findings})" if figures.findings else "0",
        f"{figures.manifests:,}",
        _acted(rule, wild),
        str(figures.logins) if rule.code.startswith(tuple(OF_LOGINS)) else "",
        ", ".join(filter(None, [str(read) if read else "", f"{left} not read" if left else ""])),
        str(wrong) if read else "",
        reading.remark.replace("|", "\\|"),
    )
