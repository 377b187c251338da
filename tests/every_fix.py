"""Try every fix on every real manifest, recorded account type and connector of ../shared.

`python -m tests.every_fix` tries all; `python -m tests.every_fix 100` a seeded sample of that size.
`--fix` and `--unsafe-fixes` must leave no blank at the end of a line that they change, leave
nothing to a second run and lower no version; each fix must remove its finding and bring no other.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from manifest_lint import Finding, Report
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied, apply_fixes
from manifest_lint.engine.report import Rewrite
from manifest_lint.engine.run import check_sources
from manifest_lint.project.sources import gather
from tests.conformance import SHARED
from tests.corpus import CORPUS, encoded, lines, manifests

Check = Callable[[Mapping[str, bytes]], Report]

UNCOVERED_BY: dict[str, set[str]] = {
    "A001": {"R001", "R002", "R003", "R004", "R005", "R007"},  # `redirect_uri` is read at last
    "A002": {
        "A003",
        "A012",
        "X003",
    },  # the keys that a grant mode needs are known only once it is valid
    "F006": {"F001"},  # whether the file is there is known only once the path is inside
    "M003": {"M011", "M016"},  # `vendor_link` is read at last
    "M009": {"M026"},  # what a data type needs is known only once it is one
}
"""Findings that a fix may reveal: a value that is read at last may be wrong itself."""

READ_AT_LAST = {"J001", "J003", "J006"}
"""Rules whose fixes let text, or the value of a key, be read at last: it has its own findings."""


class Case(NamedTuple):
    """What is checked: its name, and a check with some bytes in place of those of documents."""

    name: str
    check: Check


class Tried(NamedTuple):
    """How many fixes were tried one by one, how many documents were fixed, and what went wrong."""

    fixes: int
    fixed: int
    wrong: tuple[str, ...]


def case_of(data: bytes, name: str | None = None, title: str = "text") -> Case:
    """Return the case of one manifest, or of a file with this name."""

    def check(instead: Mapping[str, bytes]) -> Report:
        return check_sources(gather([], stdin=(name, data), instead=instead))

    return Case(title, check)


def cases() -> Iterator[Case]:
    """Yield every case of ../shared. Raises tests.corpus.Unusable if it is not there."""
    for one in manifests(CORPUS / "manifests.jsonl").values():
        yield case_of(encoded(one.text), None, f"manifest {one.id}")
    for number, line in lines(SHARED / "oracle" / "login.jsonl"):
        for key, name in (("manifest", None), ("account_type", "account-types-def.json")):
            yield case_of(json.dumps(line[key], indent=2).encode(), name, f"{key} {number}")
    for number, line in lines(SHARED / "oracle" / "couch.jsonl"):
        kind = line["kind"]
        name = None if kind == "manifest" else "account-types-def.json"
        data = _recorded(line)
        if len(data) < 1_000_000:  # the others are long texts without anything to fix
            yield case_of(data, name, f"{kind} of couch.jsonl:{number}")
    for folder in sorted((CORPUS / "connectors").iterdir()):
        if folder.is_dir():
            yield Case(f"connector {folder.name}", partial(_of_folder, folder))


def try_all(chosen: list[Case]) -> Tried:
    """Try the fixes of these cases."""
    wrong: list[str] = []
    fixes = fixed = 0
    with tempfile.TemporaryDirectory() as name:
        folders = Path(name, "before"), Path(name, "after")
        for folder in folders:
            folder.mkdir()
        titles = {}
        for case in chosen:
            fixes += try_each(case, wrong)
            for unsafe in (False, True):
                for rewrite in apply_fixes(case.check, unsafe=unsafe).rewrites:
                    fixed += 1
                    file = f"{fixed}.txt"
                    titles[file] = f"{case.name}{' (unsafe)' if unsafe else ''}"
                    (folders[0] / file).write_bytes(rewrite.document.data)
                    (folders[1] / file).write_bytes(rewrite.after)
                    wrong += [f"{titles[file]}: {what}" for what in _faults(case, rewrite, unsafe)]
        wrong += [f"{titles[file]}: {what}" for file, what in _white_space(Path(name))]
    return Tried(fixes, fixed, tuple(wrong))


def try_each(case: Case, wrong: list[str]) -> int:
    """Try every fix of a case alone, and add what goes wrong; return the number of fixes."""
    before = case.check({})
    tried = 0
    for finding in before.findings:
        if not (finding.fix and finding.fix.edits):
            continue
        tried += 1
        document = before.documents[finding.path]
        after = case.check({document.name: applied(document, [finding])[0]})
        one, other = (Counter(map(_identity, each.findings)) for each in (before, after))
        said = f"{case.name}: {finding.code} at line {finding.place.line}: {finding.message}"
        is_gone = _identity(finding) in one - other or _number(finding, after) < _number(
            finding, before
        )  # the next one may have moved to its place
        if not is_gone:
            wrong.append(f"{said}: is still there")
        if finding.code not in READ_AT_LAST:
            more = {code for code, *_ in other - one} - UNCOVERED_BY.get(finding.code, set())
            wrong += [f"{said}: its fix brings {code}" for code in sorted(more)]
    return tried


def _identity(finding: Finding) -> tuple[str, str, int]:
    """Return what identifies a finding after another one was fixed, which may move its lines.

    Of text that is not JSON, only the first mistake is found: the next may be of the same kind.
    """
    at = finding.place.start if finding.code == "J001" else 0
    return finding.code, re.sub(r"\bline \d+", "line", finding.message), at


def _number(finding: Finding, report: Report) -> int:
    """Return how many findings of a report say the same, wherever they are."""
    code, message, _ = _identity(finding)
    return sum(_identity(one)[:2] == (code, message) for one in report.findings)


def _of_folder(folder: Path, instead: Mapping[str, bytes]) -> Report:
    return check_sources(gather([folder], instead=instead))


def _recorded(line: dict[str, Any]) -> bytes:
    if "base64" in line:
        return base64.b64decode(line["base64"])
    if "parts" in line:
        return encoded("".join(text * times for text, times in line["parts"]))
    return encoded(line["text"])


def _faults(case: Case, rewrite: Rewrite, unsafe: bool) -> Iterator[str]:
    """Yield what is wrong with a fixed document."""
    name = rewrite.document.name
    again = apply_fixes(lambda more: case.check({name: rewrite.after, **more}), unsafe=unsafe)
    if any(other.document.name == name for other in again.rewrites):
        yield "a second run changes it"
    after = Document(name, rewrite.after, rewrite.document.kind)
    if _version(after) < _version(rewrite.document):
        yield "its version is lower"


def _version(document: Document) -> list[int]:
    version = document.value.get("version") if isinstance(document.value, dict) else None
    return [int(number) for number in re.findall("[0-9]{1,9}", str(version or ""))]


def _white_space(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each file that `git diff --check` complains of, and what it says.

    A carriage return before a line feed is allowed, and blanks that were at the line's end before.
    """
    command = ["git", "-c", "core.whitespace=cr-at-eol", "diff", "--no-index", "--check"]
    done = subprocess.run(
        [*command, "before", "after"], cwd=folder, capture_output=True, text=True, errors="replace"
    )
    for path, number, what in re.findall(r"^after/(.+):(\d+): (.+)$", done.stdout, re.MULTILINE):
        yield path, f"line {number}: {what}"


def main(arguments: list[str]) -> int:
    """Try all cases, or a seeded sample; print what goes wrong, and return 1 if anything does."""
    chosen = list(cases())
    if arguments:
        chosen = Random(19).sample(chosen, int(arguments[0]))
    tried = try_all(chosen)
    for what in tried.wrong:
        print(what)
    print(
        f"{len(chosen)} cases, {tried.fixes} fixes one by one, {tried.fixed} documents fixed:"
        f" {len(tried.wrong)} wrong"
    )
    return 1 if tried.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
