"""The words that people read: plain ones, one for each thing, and short messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from manifest_lint import Finding, Report, check
from tests import tree
from tests.command import ROOT
from tests.corpus import encoded, lines, manifests
from tests.short import is_long, sentences
from tests.wild import CONNECTORS, LOGINS, MANIFESTS, check_login, is_here

READ = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs", "manifest_lint"),
    *("tests", "integrations", "benchmarks", "fixtures/house-rules", "Makefile", ".ci"),
)
"""Where people read our words."""

BETTER = {
    r"mend(s|ed|ing|able)?": "fix",
    r"(un)?told|tells?|telling": "report, show or say",
    r"judg(e|es|ed|ing|e?ment)": "check",
    r"stands?|stood": "is in, is next to, means",
    r"behind": "after",
    r"puts? off|putting off": "baselined, suppressed",
    r"pass(es|ed|ing)? over|left alone": "skip",
    r"without a word": "silently",
    r"nobody|somebody": "say who",
    r"fleets?": "workspace",
    r"flaws?": "finding, mistake",
    r"as wanted": "up to date",
    r"beg[iau]n(s|ning|nings)?": "start",
    r"so many": "at most N",
    r"legs?": "step",
    r"none that|of which|of whom": "a plain relative clause",
    r"(?<!there )(is|are) no(?! longer| more\b)": "is not a",
}
"""Words that stop a reader, and what to write: the list of our style."""

WORDS = re.compile(rf"\b(?:{'|'.join(BETTER)})\b|\"\"\"Give\b", re.IGNORECASE)

RIGHT = {
    r"def tell\(|\.tell\(\)": "a method of Python's files",
    r'"begin"': "a key of GitLab's report",
    r"BEGIN": "the first line of a PEM file",
    r'"nobody"|the user `?nobody`?': "a user of the operating system",
}
"""Where such a word is the name of something outside."""


def texts() -> list[Path]:
    kinds = {".py", ".md", ".html", ".js", ".css", ".yml", ".ts", ""}
    files = [ROOT / name for name in tree.files() if name.startswith(READ)]
    return [file for file in files if file.suffix in kinds and file != Path(__file__)]


def test_no_word_stops_a_reader() -> None:
    """One test for all files: there are so many that a test for each would take longer."""
    found = [
        f"{file.relative_to(ROOT).as_posix()}:{words}" for file in texts() for words in in_(file)
    ]
    assert not found, f"see BETTER in {Path(__file__).name} for what to write"


def in_(file: Path) -> Iterator[str]:
    """Yield the line, the word and the text of each word in a file."""
    text = file.read_text("utf-8")
    if not WORDS.search(text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        for right in RIGHT if WORDS.search(line) else ():
            line = re.sub(right, "", line)
        yield from (f"{number}: {word[0]}: {line.strip()}" for word in WORDS.finditer(line))


@cache
def findings() -> tuple[Finding, ...]:
    reports: list[Report] = [check(ROOT / "fixtures", isolated=True)]
    if is_here():
        reports.append(check(CONNECTORS, isolated=True))
        reports += [
            check(stdin=(None, encoded(manifest.text)), isolated=True)
            for manifest in manifests(MANIFESTS).values()
        ]
        reports += [check_login(case, str(number)) for number, case in lines(LOGINS)]
    return tuple(finding for report in reports for finding in report.findings)


def test_messages_and_fixes_are_short() -> None:
    long = {}
    for finding in findings():
        for text in filter(None, (finding.message, finding.fix.title if finding.fix else "")):
            if is_long(text):
                long[finding.code] = text
    assert not long


def test_reasons_have_at_most_two_sentences() -> None:
    long = {}
    for finding in findings():
        if sentences(finding.why) > 2:
            long[finding.code] = finding.why
    assert not long
