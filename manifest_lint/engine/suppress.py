"""Suppress the findings that a project has exempted or baselined: counted, not reported."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.config.settings import Exemption
from manifest_lint.engine.report import Entry, Report
from manifest_lint.files.disk import Tree, refuse_led_out
from manifest_lint.finding import Finding, is_selected

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def suppressed(report: Report, today: date | None = None) -> Report:
    """Return the report without the findings that the settings for their files exempt or baseline.

    An entry of `per-file-ignores` whose last day is before `today` exempts nothing; if it matches
    a finding, the report lists it as expired. Without `today` no entry expires. Raises UserError
    for a baseline that cannot be read.
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

    written = []
    found = (*report.findings, *report.baselined)
    for file, names in _by_baseline(report, default).items():
        for folder in {Path(), *(Path(name).parent for name in names)}:
            refuse_led_out(file.parent, Tree(folder))
        known = baseline.read(file)
        looked_for = _looked_for(report, names, file.parent)
        entries = Counter({item: n for item, n in known.items() if not looked_for(item)})
        of_these = (finding for finding in found if finding.path in names)
        entries |= Counter(
            baseline.entry(finding, report.documents[finding.path], file.parent)
            for finding in of_these
        )
        baseline.write(file, entries)
        written.append((file, entries.total()))
    return written


def _without_exempted(report: Report, today: date | None) -> Report:
    if not any(settings.per_file_ignores for settings in report.settings.values()):
        return report
    kept: list[Finding] = []
    expired: dict[Exemption, None] = {}
    for finding in report.findings:
        met = list(_met(finding, report))
        if not any(entry.holds(today) for entry in met):
            kept.append(finding)
            expired.update(dict.fromkeys(met))
    count = report.suppressed + len(report.findings) - len(kept)
    return report._replace(findings=tuple(kept), suppressed=count, expired=tuple(expired))


def _without_baselined(report: Report) -> Report:
    if not any(settings.baseline for settings in report.settings.values()):
        return report
    from manifest_lint.engine import baseline

    new: set[int] = set()
    gone: list[tuple[Path, Entry]] = []
    for file, names in _by_baseline(report, None).items():
        of_these = [finding for finding in report.findings if finding.path in names]
        known = baseline.read(file)
        fresh, left = baseline.without_known(of_these, report.documents, known, file.parent)
        new.update(map(id, fresh))
        looked_for = _looked_for(report, names, file.parent)
        gone += [(file, item) for item in sorted(left) if looked_for(item)]
    bare = {name for name, settings in report.settings.items() if not settings.baseline}
    kept: list[Finding] = []
    baselined: list[Finding] = []
    for finding in report.findings:
        is_new = finding.path in bare or id(finding) in new
        (kept if is_new else baselined).append(finding)
    return report._replace(
        findings=tuple(kept),
        baselined=tuple(baselined),
        suppressed=report.suppressed + len(baselined),
        gone=tuple(gone),
    )


def _by_baseline(report: Report, default: Path | None) -> dict[Path, set[str]]:
    """Return the names of the documents of each baseline."""
    files: dict[Path, set[str]] = {}
    for name, settings in report.settings.items():
        settings.refuse_outside("baseline")
        if file := settings.baseline or default:
            files.setdefault(file, set()).add(name)
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
    # Of a file for many connectors, only what differs was checked.
    shared = {path_from(folder, one) for one in report.changes.shared} if report.changes else ()

    def looked_for(item: Entry) -> bool:
        of_file = settings.get(item.path)
        if item.path in shared:
            return False
        if of_file is None:
            return not item.path.startswith("<") and not (folder / item.path).exists()
        if item.code in report.not_run or (item.code.startswith("U") and item.path not in updated):
            return False
        if not report.plugins and item.code not in own:
            return False
        was_run = not of_file.select or is_selected(item.code, of_file.select)
        return was_run and not is_selected(item.code, of_file.ignore)

    return looked_for


def _met(finding: Finding, report: Report) -> Iterator[Exemption]:
    """Yield the entries of `per-file-ignores` that match a finding, expired or not."""
    settings = report.settings.get(finding.path)
    for entry in settings.per_file_ignores if settings else ():
        if is_selected(finding.code, [entry.code]):
            path = _below(finding.path, entry.root)
            if path and _pattern(entry.path).match_file(path):
                yield entry


def _below(path: str, root: Path) -> str:
    """Return a file's path relative to a folder, with `/`; empty if it is not below the folder."""
    absolute, above = os.path.abspath(path), str(root / "_")[:-1]  # noqa: PTH100
    return absolute[len(above) :].replace(os.sep, "/") if absolute.startswith(above) else ""


@lru_cache(256)
def _pattern(text: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # only where an entry's rule has found something

    return GitIgnoreSpec.from_lines([text])
