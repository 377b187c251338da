"""A law of many connectors: checked in parts, as with `--jobs`, they have the same findings."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from unittest import mock

from manifest_lint import Report
from manifest_lint.api import many
from manifest_lint.api.settings import config_of
from manifest_lint.config.find import Overrides
from manifest_lint.engine.run import check_sources
from manifest_lint.project.sources import gather, walk
from tests.connectors import ACCOUNT_TYPE, MANIFEST
from tests.fuzz import laws
from tests.fuzz.scratch import scratch


@cache
def tree() -> Path:
    """Return a folder of four connectors: two are fuzzed, two have the same slug."""
    top = scratch() / "tree"
    shutil.rmtree(top, ignore_errors=True)
    for name in ("a", "b", "c", "d"):
        (top / name).mkdir(parents=True)
        (top / name / "manifest.konnector").write_text(json.dumps(MANIFEST), "utf-8")
    (top / "c" / "account-types-def.json").write_text(json.dumps(ACCOUNT_TYPE), "utf-8")
    return top


def of_parts(data: bytes) -> None:
    """Check a manifest next to others, as a whole and in parts: findings and formats are the same.

    Findings of parts are in a file, and made anew each time.
    """
    top = tree()
    for name in ("a", "b"):
        (top / name / "manifest.konnector").write_bytes(data)
    settings_of = config_of(None, isolated=True, overrides=Overrides())
    whole = check_sources(gather([top], settings_of=settings_of), plugins=False)
    with mock.patch.object(many, "MANY", 1), mock.patch.object(many, "_LARGEST_PART", 1):
        how = many.How(None, True, Overrides(), 1)
        parts = many.check_in_parts(
            walk([top], settings_of), settings_of, how, None, lambda _: None
        )
    assert parts, "it is not checked in parts"
    assert _found(parts) == _found(whole), "other findings in parts"
    laws.of_formats(parts)
    assert laws.formatted(parts, "sarif") == laws.formatted(whole, "sarif")


def _found(report: Report) -> list[tuple[object, ...]]:
    return [(one.path, one.code, one.place, one.message) for one in report.findings]
