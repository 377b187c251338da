"""The recorded runs of the real front end and stack, if ../shared is here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import RECORDED, SHARED, replay


@pytest.mark.parametrize(("kind", "name"), RECORDED)
def test_the_tool_agrees_with_every_recorded_run(kind: str, name: str) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"needs ../shared/{name}, which is not here")
    cases, mismatches = replay(kind, file)
    assert cases > 0
    assert mismatches == []


def test_a_replay_reports_a_difference(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [
        {"text": '{"slug": "x"}', "expect": {"installable": True}},
        {"text": '{"slug": 1}', "expect": {"installable": True}},
    ]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    assert replay("install", file) == (2, [(2, "installable", True, False)])
