"""Exempt findings: add an entry to the configuration of the file that they are in."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from manifest_lint.api.connectors import check
from manifest_lint.api.errors import shown_errors
from manifest_lint.api.settings import PathLike, config_of, overrides_of, unused
from manifest_lint.config.find import NAME, Config, ends_search
from manifest_lint.config.settings import Exemption
from manifest_lint.config.toml_file import LIMIT
from manifest_lint.config.write import KEY, Insertion, insertions, with_insertions
from manifest_lint.engine.exemptions import InFile, below_root, has_pointers
from manifest_lint.engine.report import Report
from manifest_lint.engine.select import code_of
from manifest_lint.errors import UserError
from manifest_lint.files.disk import read_file
from manifest_lint.files.work_tree import top_of
from manifest_lint.files.write import Changed, replace_file
from manifest_lint.finding import Finding, Skip, is_selected, json_pointer
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.rules.base import Subject
from manifest_lint.rules.registry import all_rules
from manifest_lint.text.wording import listed, quoted

_MOST_NAMED = 5

_ATTEMPTS = 50
"""How often an entry is planned, if other runs add theirs meanwhile."""

_NOT_IN_PATTERNS = re.compile(r"[*?\[\]\\\n\0]|\s$")
"""What a pattern cannot name, or reads in its own way."""

_POINTER = re.compile(r"(/([^~/]|~[01])*)*")

_ONLY_BY = {
    "archive": "build or verify",
    "upgrade": "upgrade or check --since",
    "provider": "check --online",
}
"""The commands that run the rules on a subject, if `check FILE` does not."""


class Plan(NamedTuple):
    """An entry, and what adds it to the text of its configuration; `is_new` if there is none yet.

    `entry` has its place, `text` is without a byte order mark.
    """

    entry: Exemption
    path: Path
    text: str
    made: tuple[Insertion, ...]
    is_new: bool


class Exempting(NamedTuple):
    """What was written, the findings that it exempts, and configurations that are not used."""

    plan: Plan
    findings: tuple[Finding, ...]
    unused: tuple[Skip, ...] = ()


@shown_errors
def exempt(
    code: str,
    place: str,
    *,
    reason: str,
    until: date | None = None,
    config: PathLike | None = None,
    today: date | None = None,
) -> Exempting:
    """Exempt findings, by an entry in the configuration that holds for their file.

    `code` is that of a rule, the start of several, or a name. `place` is the path of a file, or
    `PATH#POINTER`. Without a pointer the only such finding is exempted at its place; of several,
    all are, and later ones too. `until` is the last day, `config` the configuration if it is not
    the nearest one, `today` decides which other exemptions have expired.

    Raises UserError, and writes nothing, if no such finding is there, or if the configuration
    cannot be written.
    """
    if until and today and until < today:
        raise UserError(f"--until: {until} is over; name a day to come, or none")
    code = code_of(code.upper())
    path, pointer = _split(place)
    report = _checked(path, code, config, today)
    found = _matching(report, path, code, pointer)
    if not found:
        raise UserError(_why_nothing(report, path, code, pointer))
    if len(found) == 1:
        code = found[0].code
        if pointer is None and has_pointers(report.documents.get(found[0].path)):
            pointer = json_pointer(found[0].pointer)
    for left in reversed(range(_ATTEMPTS)):
        settings_of = config_of(config, isolated=False, overrides=overrides_of())
        done = plan(path, code, pointer, settings_of=settings_of, reason=reason, until=until)
        try:
            _write(done)
        except Changed:  # another run has added an entry meanwhile
            if not left:
                raise
        else:
            break
    return Exempting(done, tuple(found), unused(settings_of))


def _write(done: Plan) -> None:
    """Add an entry. Raises Changed if the configuration is not as it was planned for."""
    after = with_insertions(done.text, done.made).encode("utf-8")
    if len(after) + len(codecs.BOM_UTF8) > LIMIT:
        raise UserError(f"{done.entry.file}: would be larger than 1 MiB; remove other entries")
    path = Path(os.path.realpath(done.path))  # what a link leads to is written, the link stays
    if done.is_new:
        replace_file(path, None, after)
        return
    before = read_file(path, LIMIT)
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    replace_file(path, mark + done.text.encode("utf-8"), mark + after)


def plan(
    path: Path,
    code: str,
    pointer: str | None,
    *,
    settings_of: Config,
    reason: str,
    until: date | None = None,
    text: str | None = None,
) -> Plan:
    """Return an entry for a file, and what adds it to the configuration that holds for it.

    `text` is the configuration's, if it is not that on disk. Raises UserError if the file is not
    below the configuration, or if no entry can be added to it.
    """
    if not reason.strip():
        raise UserError("--reason: is empty; say why the finding is acceptable")
    if not _is_text(reason):
        raise UserError("--reason: is not UTF-8; write it in UTF-8")
    known = settings_of.file_of(path)
    folder = Path(os.path.abspath(path.parent))  # noqa: PTH100  # links stay as they are
    tops = (one for one in (folder, *folder.parents) if ends_search(str(one)))
    file = known or next(tops, folder) / NAME
    shown = os.path.relpath(file)
    pattern = _pattern(path, file, shown)
    in_force = settings_of.in_force(path)
    for entry in in_force.settings.per_file_ignores:
        if entry.file != in_force.file:
            what = f"its {KEY} are those of {entry.file}, which it extends; add the entry there"
            raise UserError(f"{shown}: {what}")
        if code in entry.codes and (entry.path, entry.pointer) == (pattern, pointer):
            what = "exempts it already; nothing to do"
            if entry.until:
                what = f"exempts it until {entry.until}; set a later date there"
            raise UserError(f"{entry.file}:{entry.line}: {what}")
    if text is None:
        text = read_file(file, LIMIT).decode("utf-8-sig") if known else ""
    written: dict[str, str | date] = {"code": code, "path": pattern}
    written |= {} if pointer is None else {"pointer": pointer}
    written |= {"reason": reason} | ({"until": until} if until else {})
    made = insertions(text, file, written)
    if made is None:
        raise UserError(f"{shown}: its form cannot be added to; add an entry of {KEY} yourself")
    entry = Exemption(
        (code,), pattern, file.parent, reason, until, pointer, shown, _line(text, made)
    )
    return Plan(entry, file, text, made, known is None)


def _line(text: str, made: tuple[Insertion, ...]) -> int:
    """Return the line of an entry that is added, from 1."""
    at, added = made[-1]
    start = len(added) - len(added.lstrip("\r\n"))
    return text.count("\n", 0, at) + added.count("\n", 0, start) + 1


def _split(place: str) -> tuple[Path, str | None]:
    """Split `PATH#POINTER`: the path is the longest that exists. Raises UserError."""
    path, pointer, at = Path(place), None, len(place)
    while not os.path.lexists(path) and (at := place.rfind("#", 0, at)) >= 0:
        path, pointer = Path(place[:at]), place[at + 1 :]
    if not os.path.lexists(path):
        name = place.partition("#")[0]
        raise UserError(f"{name}: there is no such file; check the path")
    if pointer is not None and not _POINTER.fullmatch(pointer):
        raise UserError(f"{quoted(pointer)}: is not a JSON pointer; write it as /oauth/scope")
    return path / MANIFEST_NAME if path.is_dir() else path, pointer


def _pattern(path: Path, file: Path, shown: str) -> str:
    """Return the path of a file as a pattern in a configuration. Raises UserError."""
    below = below_root(str(path), file.parent)
    if not below:
        raise UserError(f"{path}: is not in the folder of {shown}; name a file in it")
    if _NOT_IN_PATTERNS.search(below) or not _is_text(below):
        raise UserError(f"{path}: {KEY} cannot name it; rename it, or write a pattern yourself")
    return below if "/" in below and below[0] not in "!#" else f"/{below}"


def _is_text(given: str) -> bool:
    """Return whether what was given on the command line is UTF-8."""
    try:
        given.encode("utf-8")
    except UnicodeError:
        return False
    return True


def _checked(path: Path, code: str, config: PathLike | None, today: date | None) -> Report:
    """Return the report of what a file belongs to: its connector, or all if rules compare them."""
    subjects = {one.subject for one in all_rules() if is_selected(one.code, [code])}
    if subjects <= _ONLY_BY.keys():
        how = listed([_ONLY_BY[one] for one in sorted(subjects)])
        raise UserError(f"{code}: only {how} can find it; add an entry of {KEY} yourself")
    known = None
    for target in _targets(path, subjects):
        report = check([target], config=config, today=today)
        if _matching(report, path, code, None):
            return report
        if known is None and any(_is(path, name) for name in report.documents):
            known = report
    if known is None:
        raise UserError(f"{path}: has no findings; name a manifest or a file of account types")
    return known


def _targets(path: Path, subjects: Collection[Subject]) -> Iterator[Path]:
    """Yield what to check for the findings of a file, until they are found."""
    if path.name != MANIFEST_NAME:
        near = (folder / MANIFEST_NAME for folder in (path.parent, path.parent.parent))
        yield from (manifest for manifest in near if manifest.is_file())
    if path.suffix in (".konnector", ".json"):
        yield path
    if "workspace" in subjects:
        yield Path(os.path.relpath(top_of(path.parent) or path.parent))


def _is(path: Path, name: str) -> bool:
    return os.path.abspath(name) == os.path.abspath(path)  # noqa: PTH100


def _matching(report: Report, path: Path, code: str, pointer: str | None) -> list[Finding]:
    """Return the findings in a file that an entry would exempt."""
    entry = Exemption((code,), "", path.parent, pointer=pointer)
    in_file = InFile([entry])
    return [
        finding
        for finding in report.findings
        if _is(path, finding.path) and in_file.matching(finding, report.documents.get(finding.path))
    ]


def _why_nothing(report: Report, path: Path, code: str, pointer: str | None) -> str:
    """Return why nothing is exempted: what is there instead, or what suppresses it already."""
    what = f"no finding of {code}" + ("" if pointer is None else f" at {quoted(pointer)}")
    alike = report._replace(findings=tuple(one.finding for one in report.exempted))
    if same := _matching(alike, path, code, pointer):
        by = next(one.exemption for one in report.exempted if one.finding is same[0])
        return f"{path}: {what} but those that {by.file}:{by.line} exempts; nothing to do"
    if _matching(report._replace(findings=report.baselined), path, code, pointer):
        return f"{path}: {what} but those in the baseline; nothing to do"
    there = [one for one in report.findings if _is(path, one.path)]
    there.sort(key=lambda one: not is_selected(one.code, [code]))
    named = dict.fromkeys(f"{one.code}{_at(one, report)}" for one in there)
    if not named:
        return f"{path}: {what}, nor any other"
    shown = list(named)[:_MOST_NAMED]
    more = [f"{len(named) - _MOST_NAMED:,} more"] if len(named) > _MOST_NAMED else []
    return f"{path}: {what}; there are {listed([*shown, *more])}"


def _at(finding: Finding, report: Report) -> str:
    if not has_pointers(report.documents.get(finding.path)):
        return f" in line {finding.place.line}"
    return f" at {json_pointer(finding.pointer)}" if finding.pointer else " at the document"
