"""A report has what the sources could not say, and what the changes could not."""

from __future__ import annotations

import json
from pathlib import Path

from manifest_lint import UserError, check
from manifest_lint.engine.run import check_sources
from manifest_lint.finding import Skip
from manifest_lint.project.changes import Changes
from manifest_lint.project.sources import gather
from tests.archives import good, tar_gz
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, MANIFEST
from tests.rules.test_plugins import install


def test_what_changes_and_sources_skip_or_refuse_is_in_the_report() -> None:
    sources, changes = gather([], stdin=("x", b"{}")), Changes("HEAD")
    sources.skipped.append(Skip(".gitignore", "git is not installed"))
    changes.skipped.append(Skip("4 manifests", "not in this sparse checkout"))
    sources.refused.append(UserError("a: cannot be read"))
    changes.refused.append(UserError("b: cannot be read"))
    report = check_sources(sources, changes=changes)
    assert [one.what for one in report.skipped] == ["4 manifests", ".gitignore"]
    assert [str(one) for one in report.refused] == ["b: cannot be read", "a: cannot be read"]


def test_what_a_project_makes_an_error_stops_a_build_if_a_build_runs_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.konnector").write_text(json.dumps(MANIFEST))  # no icon
    unused = tmp_path / "unused.json"
    unused.write_text(json.dumps({**ACCOUNT_TYPE, "_id": "unused", "slug": "unused"}))
    (tmp_path / "manifest-lint.toml").write_text('severity = {F001 = "error", X006 = "error"}')
    report = check(tmp_path, account_types=[unused])
    found = {one.code: one.refused_by for one in report.findings if one.code in ("F001", "X006")}
    assert found == {"F001": ("build",), "X006": ()}


def test_the_most_frequent_findings_are_counted_first(tmp_path: Path) -> None:
    unknown = {"zzz": 1, "yyy": 1, "xxx": 1}
    (tmp_path / "manifest.konnector").write_text(json.dumps({**MANIFEST, **unknown, "type": 1}))
    counts = [count for _, _, count in check(tmp_path).by_code()]
    assert counts[0] == 3
    assert counts == sorted(counts, reverse=True)


ON_ARCHIVES = '''
from manifest_lint.rules.base import Finding, rule

@rule("ACME001", "unwanted", on="archive", refused_by="publish")
def unwanted(archive):
    """Ours are elsewhere."""
    yield Finding("unwanted")
'''


def test_a_rule_of_a_plugin_does_not_decide_for_the_registry(tmp_path: Path) -> None:
    installed = install(tmp_path / "site", ON_ARCHIVES)
    old, new = tmp_path / "old.tar.gz", tmp_path / "new.tar.gz"
    old.write_bytes(tar_gz(good()))
    package = ("package.json", json.dumps({"version": "9.0.0"}))
    new.write_bytes(tar_gz([*good(version="9.0.0")[:-1], package]))
    done = run("upgrade", old, new, "--format", "json", environment=installed)
    assert "ACME001" in done.stdout
    verdict = json.loads(done.stdout)["upgrade"]["verdict"]
    assert verdict.startswith("People get version 9.0.0")
