"""The command line of the replay of repairs: see the package."""

from __future__ import annotations

import argparse
import difflib
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from manifest_lint import Finding
from tests.corpus import Manifest, Unusable, manifests
from tests.replay import (
    FIXES,
    MANIFESTS,
    READINGS,
    REASONS,
    Outcome,
    read_readings,
    read_repairs,
    replay,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay a file of repairs and print the result.

    Return 0 if every repair that is not caught was read, 1 if some were not, 2 on an error. With
    --check, return 1 if a reading is of a repair that is caught now; without ../shared there is
    nothing to check.
    """
    options = _parser().parse_args(arguments)
    if options.check and not options.file.exists():
        print(f"{READINGS.name}: not checked, because {options.file.name} is not here")
        return 0
    try:
        texts = manifests(options.manifests)
        repairs = read_repairs(options.file, texts)
        if options.show is not None:
            repairs = [repair for repair in repairs if repair.commit.startswith(options.show)]
            if not repairs:
                raise Unusable(f"{options.file}: no repair has the commit {options.show}")
        outcomes = replay(repairs, texts, read_readings())
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        stale = [outcome.repair.commit for outcome in outcomes if outcome.is_stale]
        for commit in stale:
            print(f"{READINGS.name}: {commit} is caught now; remove it", file=sys.stderr)
        return 1 if stale else 0
    if options.show is not None:
        lines = shown(outcomes, texts)
    elif options.unread:
        lines = (_line(outcome) for outcome in outcomes if outcome.is_unread)
    elif options.markdown:
        lines = markdown(outcomes)
    else:
        lines = report(outcomes)
    for line in lines:
        print(line)
    return 1 if any(outcome.is_unread for outcome in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.replay", description=main.__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=FIXES, metavar="FILE")
    parser.add_argument("manifests", nargs="?", type=Path, default=MANIFESTS, metavar="MANIFESTS")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--unread", action="store_true", help="list only repairs without a reading")
    what.add_argument("--show", metavar="COMMIT", help="show a repair's diff and findings")
    what.add_argument("--check", action="store_true", help="fail if a reading is out of date")
    what.add_argument("--markdown", action="store_true", help="print tables, without subjects")
    return parser


def report(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield every repair and what caught it, the sums, then those not caught and why."""
    for outcome in outcomes:
        if outcome.is_caught:
            yield _line(outcome)
    yield ""
    yield from summary(outcomes)
    yield ""
    for outcome in outcomes:
        if not outcome.is_caught:
            yield _line(outcome)


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Count repairs, those caught, the rules that caught them, and the reasons of the rest."""
    caught = [outcome for outcome in outcomes if outcome.is_caught]
    rest = [outcome for outcome in outcomes if not outcome.is_caught]
    share = 100 * len(caught) / len(outcomes)
    yield f"{len(outcomes)} repairs, {len(caught)} caught ({share:.0f} %)"
    for code, number in _ranked(Counter(code for outcome in caught for code in outcome.rules)):
        yield f"{number:6}  {code}"
    if reworded := sum(outcome.is_reworded for outcome in caught):
        yield f"{reworded:6}  of them in other words only: the same rule finds the same place after"
    yield f"{len(rest)} not caught"
    reasons = Counter(o.reading.reason for o in rest if o.reading)
    for reason, number in _ranked(reasons):
        yield f"{number:6}  {reason}: {REASONS[reason]}"
    if unread := sum(outcome.is_unread for outcome in outcomes):
        yield f"{unread:6}  UNREAD: no reading says why"
    if worse := sum(bool(outcome.come) for outcome in rest):
        yield f"{worse:6}  of them bring a finding that was not there before"
    for commit in dict.fromkeys(o.repair.commit for o in outcomes if o.is_stale):
        yield f"STALE: {commit} is caught now; take its reading away"


def _line(outcome: Outcome) -> str:
    repair = outcome.repair
    line = f"{repair.commit} {repair.repo}: {repair.subject}"
    if outcome.is_caught:
        return f"{line}\n    caught by {', '.join(outcome.rules)}"
    if outcome.reading is None:
        return f"{line}\n    UNREAD"
    return f"{line}\n    {outcome.reading.reason}: {outcome.reading.remark}".rstrip(": ")


def shown(outcomes: Sequence[Outcome], texts: Mapping[str, Manifest]) -> Iterator[str]:
    """Yield the diff of each repair, with the findings before and after."""
    done = set()
    for outcome in outcomes:
        repair = outcome.repair
        yield _line(outcome)
        if (repair.before, repair.after) in done:
            continue
        done.add((repair.before, repair.after))
        before, after = (texts[name].text.splitlines() for name in (repair.before, repair.after))
        yield from difflib.unified_diff(before, after, repair.before, repair.after, lineterm="")
        yield from _findings("before", outcome.before.findings)
        yield from _findings("after", outcome.after.findings)
        for title, findings in (("gone", outcome.gone), ("come", outcome.come)):
            yield f"{title}: {len(findings)}"
            yield from (f"  {code} {'.'.join(where)}: {what}" for code, where, what in findings)
        yield ""


def _findings(title: str, findings: tuple[Finding, ...]) -> Iterator[str]:
    yield f"{title}: {len(findings)} findings"
    for finding in findings:
        yield f"  {finding.place.line}: {finding.code} {finding.severity.label}: {finding.message}"


def markdown(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the sums and one row per repair, without the subjects, which others wrote."""
    yield from (f"    {line}" for line in summary(outcomes))
    yield ""
    yield "| commit | repository | caught by | else why not |"
    yield "|---|---|---|---|"
    for outcome in outcomes:
        why = ""
        if not outcome.is_caught:
            reading = outcome.reading
            why = ": ".join(filter(None, reading)) if reading else "UNREAD"
        repair = outcome.repair
        cells = (repair.commit, repair.repo, ", ".join(outcome.rules), why)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may stop reading
    sys.exit(main())
