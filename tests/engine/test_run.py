"""A report has what the sources could not say, and what the changes could not."""

from __future__ import annotations

from manifest_lint import UserError
from manifest_lint.engine.run import check_sources
from manifest_lint.finding import Skip
from manifest_lint.project.changes import Changes
from manifest_lint.project.sources import gather


def test_what_changes_and_sources_skip_or_refuse_is_in_the_report() -> None:
    sources, changes = gather([], stdin=("x", b"{}")), Changes("HEAD")
    sources.skipped.append(Skip(".gitignore", "git is not installed"))
    changes.skipped.append(Skip("4 manifests", "not in this sparse checkout"))
    sources.refused.append(UserError("a: cannot be read"))
    changes.refused.append(UserError("b: cannot be read"))
    report = check_sources(sources, changes=changes)
    assert [one.what for one in report.skipped] == ["4 manifests", ".gitignore"]
    assert [str(one) for one in report.refused] == ["b: cannot be read", "a: cannot be read"]
