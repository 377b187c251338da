"""Suppress the findings that a project has exempted or baselined."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.config.settings import Exemption
from manifest_lint.engine.report import Entry, Exempted, Report
from manifest_lint.files.disk import Tree, refuse_led_out
from manifest_lint.finding import Finding, is_selected

if TYPE_CHECKING:
    from manifest_lint.engine.exemptions import InFile, Match


def suppressed(report: Report, today: date | None = None) -> Report:
    """Return the report without the findings that the settings for their files exempt or baseline.

    An entry of `per-file-ignores` whose last day is before `today` exempts nothing; if it matches
    a finding, the report lists it as expired. Without `today` no entry expires. One that matches
    none is listed as needless. Raises UserError for a baseline that cannot be read.
    """
    return _without_baselined(_without_exempted(report, today))


def write_baselines(report: Report, default: Path) -> list[tuple[Path, int]]:
    """Write the findings of a run, and those baselined before, to the baselines in its settings.

    Findings in files without a baseline go to `default`. Entries that this run could not check
    stay: those of files that exist but were not read, and of rules that were not run. Returns each
    baseline that was written, and the number of its entries. Raises UserError if a baseline cannot
    be read or written.
    """
    from manifest_lint.engine import baseline  # loaded only if there is one
    from manifest_lint.files.alone import alone_in

    written = []
    found = (*report.findings, *report.baselined)
    for file, names in _by_baseline(report, default).items():
        for folder in {Path(), *(Path(name).parent for name in names)}:
            refuse_led_out(file.parent, Tree(folder))
        new = Counter(
            baseline.entry(finding, report.documents[finding.path], file.parent)
            for finding in found
            if finding.path in names
        )
        looked_for = _looked_for(report, names, file.parent)
        with alone_in(file.parent):  # another run may add its own entries
            known = baseline.read(file)
            entries = Counter({item: n for item, n in known.items() if not looked_for(item)}) | new
            baseline.write(file, entries)
        written.append((file, entries.total()))
    return written


def _without_exempted(report: Report, today: date | None) -> Report:
    if not any(settings.per_file_ignores for settings in report.settings.values()):
        return report
    from manifest_lint.engine.needless import needless  # loaded only if there are exemptions

    in_file = _entries_in_files(report)
    kept: list[Finding] = []
    exempted: list[Exempted] = []
    expired: dict[Exemption, None] = {}
    met: set[Match] = set()
    for finding in report.findings:
        document = report.documents.get(finding.path)
        matches = in_file(finding.path).matching(finding, document)
        met.update(matches)
        if one := next((match.entry for match in matches if match.entry.holds(today)), None):
            exempted.append(Exempted(finding, one))
        else:
            kept.append(finding)
            expired.update((match.entry, None) for match in matches)
    return report._replace(
        findings=tuple(kept),
        exempted=tuple(exempted),
        expired=tuple(expired),
        needless=tuple(needless(report, met)),
    )


def _entries_in_files(report: Report) -> Callable[[str], InFile]:
    """Return a function that returns the entries for a file, by its path."""
    from manifest_lint.engine.exemptions import Exemptions, InFile

    of_settings: dict[int, Exemptions] = {}

    @cache
    def in_file(path: str) -> InFile:
        settings = report.settings.get(path)
        if settings is None or not settings.per_file_ignores:
            return InFile(())
        entries = settings.per_file_ignores  # the same object for all files of a configuration
        if id(entries) not in of_settings:
            of_settings[id(entries)] = Exemptions(entries)
        return of_settings[id(entries)].in_file(path)

    return in_file


def _without_baselined(report: Report) -> Report:
    if not any(settings.baseline for settings in report.settings.values()):
        return report
    from manifest_lint.engine import baseline

    found = tuple(report.findings)  # those of many connectors are others each time they are read
    by_path: dict[str, list[Finding]] = {}
    for finding in found:
        by_path.setdefault(finding.path, []).append(finding)
    known_ones: set[int] = set()
    gone: list[tuple[Path, Entry]] = []
    for file, names in _by_baseline(report, None).items():
        of_these = [finding for name in names for finding in by_path.get(name, ())]
        known = baseline.read(file)
        fresh, left = baseline.without_known(of_these, report.documents, known, file.parent)
        known_ones |= set(map(id, of_these)) - set(map(id, fresh))
        looked_for = _looked_for(report, names, file.parent)
        gone += [(file, item) for item in sorted(left) if looked_for(item)]
    return report._replace(
        findings=tuple(one for one in found if id(one) not in known_ones),
        baselined=tuple(one for one in found if id(one) in known_ones),
        gone=tuple(gone),
    )


def _by_baseline(report: Report, default: Path | None) -> dict[Path, dict[str, None]]:
    """Return the names of the documents of each baseline."""
    files: dict[Path, dict[str, None]] = {}
    for name, settings in report.settings.items():
        settings.refuse_outside("baseline")
        if file := settings.baseline or default:
            files.setdefault(file, {})[name] = None
    return files


def _looked_for(report: Report, names: Iterable[str], folder: Path) -> Callable[[Entry], bool]:
    """Return a function that returns whether this run has looked for a baseline entry."""
    from manifest_lint.engine.baseline import path_from
    from manifest_lint.rules.registry import all_rules

    settings = {path_from(folder, name): report.settings[name] for name in names}
    # Without `changes`, either no version was compared, or the only one was.
    compared = report.changes.before if report.changes else report.documents
    updated = {path_from(folder, name) for name in compared}
    own = {rule.code for rule in all_rules(plugins=False)}
    idle = {rule.code for rule in all_rules(plugins=report.plugins)} - report.ran
    # Of a file for many connectors, only what differs was checked.
    shared = {path_from(folder, one) for one in report.changes.shared} if report.changes else ()

    def looked_for(item: Entry) -> bool:
        of_file = settings.get(item.path)
        if item.path in shared:
            return False
        if of_file is None:
            # pathlib's raises for a name that is too long
            return not item.path.startswith("<") and not os.path.exists(folder / item.path)  # noqa: PTH110
        if item.code in idle or (item.code.startswith("U") and item.path not in updated):
            return False
        if not report.plugins and item.code not in own:
            return False
        was_run = not of_file.selected or is_selected(item.code, of_file.selected)
        return was_run and not is_selected(item.code, of_file.ignore)

    return looked_for
