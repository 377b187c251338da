"""Which entries of `per-file-ignores` a run has looked for, and has not needed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from manifest_lint.config.exclude import DEFAULT_NAMES
from manifest_lint.config.settings import Exemption, Settings
from manifest_lint.engine.exemptions import Match, literal_part
from manifest_lint.engine.report import Report
from manifest_lint.engine.select import selected
from manifest_lint.finding import is_selected
from manifest_lint.rules.registry import all_rules


def needless(report: Report, met: Collection[Match]) -> Iterator[Exemption]:
    """Yield the entries that match no finding, with those of their codes that match none.

    `met` are the matches of this run. An entry is left out if the run cannot say: if one of its
    rules did not run, if it compares connectors and only some were checked, or if some of the files
    that it is for were not read.
    """
    if report.refused:
        return
    shared = set(report.changes.shared) if report.changes else set()
    read = {os.path.abspath(name) for name in report.documents if name not in shared}  # noqa: PTH100
    folders = tuple(os.path.join(os.path.abspath(one), "") for one in report.folders)  # noqa: PTH100, PTH118
    every = {rule.code: rule.subject for rule in all_rules(plugins=report.plugins)}
    done: set[Exemption] = set()
    for settings in {id(one): one for one in report.settings.values()}.values():
        ran = _ran(report, settings)

        @cache
        def has_run(code: str, root: Path, ran: frozenset[str] = ran) -> bool:
            wanted = {one for one in every if is_selected(one, [code])}
            compares = any(every[one] == "workspace" for one in wanted)
            is_whole = str(root / "_").startswith(folders)
            return bool(wanted) and wanted <= ran and (is_whole or not compares)

        for entry in settings.per_file_ignores:
            if entry in done:
                continue
            done.add(entry)
            unmet = [one for one in entry.codes if Match(entry, one) not in met]
            codes = [one for one in unmet if has_run(one, entry.root)]
            if codes and _was_read(entry, settings, read, folders):
                yield entry._replace(codes=tuple(codes))


def _ran(report: Report, settings: Settings) -> frozenset[str]:
    """Return the codes of the rules that ran on every file with these settings."""
    chosen = selected(settings.selected, settings.ignore, plugins=report.plugins)
    some = "U" if report.changes else " "  # only what was there before was compared
    return report.ran.intersection(one.code for one in chosen if not one.code.startswith(some))


def _was_read(
    entry: Exemption, settings: Settings, read: Collection[str], folders: tuple[str, ...]
) -> bool:
    """Return whether all files were read that an entry is for."""
    literal = literal_part(entry.path)
    target = os.path.join(entry.root, literal)  # noqa: PTH118
    if literal == entry.path.strip("/"):
        if target in read:
            return True
        if os.path.isfile(target):  # noqa: PTH113
            return False
    is_built = settings.build_dir and target.startswith(os.path.abspath(settings.build_dir))  # noqa: PTH100
    if is_built or any(name in DEFAULT_NAMES or name[:1] == "." for name in literal.split("/")):
        return False
    return os.path.join(target, "").startswith(folders)  # noqa: PTH118
