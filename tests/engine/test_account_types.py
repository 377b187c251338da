"""Account types that are checked before they are written to a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manifest_lint import UserError
from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.engine.account_types import check_account_types
from manifest_lint.engine.report import Report
from tests.connectors import ACCOUNT_TYPE


def settings_of(_: Path | None) -> Settings:
    return DEFAULTS


def report_on(file: Path, text: str) -> Report:
    file.write_text(text)
    return check_account_types([file], settings_of, None, plugins=False)[0]


def test_a_file_that_is_not_json_is_refused_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"x\.json:1:12: trailing comma; fix it first$"):
        report_on(tmp_path / "x.json", '{"_id": "x",\n}')


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"_rev": "1-0a"}, []), ({"_rew": "1-0a"}, ["A001"]), ({"grant_mode": "token"}, ["A002"])],
)
def test_a_revision_is_the_database_s_own(
    tmp_path: Path, changes: dict[str, str], expected: list[str]
) -> None:
    report = report_on(tmp_path / "x.json", json.dumps({**ACCOUNT_TYPE, "_id": "x", **changes}))
    assert [one.code for one in report.findings if one.code in ("A001", "A002")] == expected
