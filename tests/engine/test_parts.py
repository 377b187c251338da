"""Many connectors are checked in parts and in processes: the report is the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, check
from manifest_lint.api import connectors, many
from manifest_lint.engine import pool
from manifest_lint.engine.report import Report
from manifest_lint.reports.formats import find
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.pieces import text_of
from manifest_lint.reports.text import render
from tests.command import ROOT
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.secret_samples import SAMPLES

TOKEN = SAMPLES["GitHub Token: fine-grained"]
PASSWORD = "q7Jx0vTz9Lw3"


def written(folder: Path, number: int = 24) -> Path:
    """Write connectors of all kinds: nested, broken, alike, with secrets that others quote."""
    for at in range(number):
        slug = f"c{at // 2 if at % 5 == 4 else at}"
        manifest = with_changes(MANIFEST, slug=slug, version=f"1.{at}.0")
        if at % 3 == 1:
            manifest |= {"oauth": {"scope": ["a", "b"]}, "type": PASSWORD, "categories": ["other"]}
        if at % 3 == 2:
            manifest |= {"clientSide": "true", "langs": ["en", "en"]}
        here = folder / ("a/b" if at % 4 else "a-b") / f"c{at}"
        here = here / "inner" if at == 7 else here
        here.mkdir(parents=True)
        text = json.dumps(manifest, indent=2)
        (here / "manifest.konnector").write_text(text[:-3] if at == 5 else text)
        own = {**ACCOUNT_TYPE, "_id": slug, "slug": f"c{at // 2}"}
        if at % 4 == 1:
            own |= {"grant_mode": "secret", "client_secret": PASSWORD, "token_field": TOKEN}
        if at % 2:
            (here / "account-types-def.json").write_text(json.dumps(own, indent=1))
        if at % 6 == 3:
            (here / "README.md").write_text(f"```json\n{json.dumps(own)}\n```\n")
    (folder / "a" / "manifest.konnector").write_text(json.dumps(MANIFEST | {"slug": "top"}))
    return folder


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "_FEWEST_IN_PARTS", 2)
    monkeypatch.setattr(many, "MANY", 2)
    monkeypatch.setattr(many, "_LARGEST_PART", 5)


def as_text(report: Report, form: str) -> str:
    lines = render(report, statistics=True) if form == "text" else find(form)(Outcome(report))
    return "".join(text_of(lines))


def reports(folder: Path, **how: Any) -> dict[str, str]:
    return {form: as_text(check(folder, **how), form) for form in FORMATS}


@pytest.mark.parametrize(
    "how",
    [{}, {"jobs": 2}, {"jobs": 2, "method": "spawn"}, {"jobs": 3, "ignore": ["M", "A"]}],
    ids=str,
)
def test_every_format_has_the_same_text(
    tmp_path: Path, how: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    folder = written(tmp_path)
    ignore = how.get("ignore", ())
    whole = reports(folder, ignore=ignore)
    request.getfixturevalue("in_parts")
    assert not isinstance(check(folder, **how).findings, tuple)  # it was in parts
    found = reports(folder, **how)
    for form in FORMATS:
        assert found[form] == whole[form], form
        assert PASSWORD not in found[form]
        assert TOKEN not in found[form]




@pytest.mark.usefixtures("in_parts")
def test_exemptions_and_baselines_suppress_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path / "x")
    (folder / ".manifest-lint.toml").write_text(
        '[per-file-ignores]\n"a/**" = ["M"]\n"none/**" = ["S"]\n'
    )
    in_parts = reports(folder)
    monkeypatch.setattr(connectors, "_FEWEST_IN_PARTS", 1000)
    assert reports(folder) == in_parts
