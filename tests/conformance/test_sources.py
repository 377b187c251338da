"""Each recording says which code of the platform it is a run of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.conformance import KINDS, RECORDED, SHARED
from tests.conformance.recorder.__main__ import FILES, HARVEST, PARTS
from tests.conformance.sources import ALL, OF_KIND, STACK, Source, stated
from tests.conformance.sources import HARVEST as LIBS

RECORDS = sorted((ROOT / "tests/conformance/records").glob("*.jsonl"))


def test_each_kind_of_recording_has_its_sources() -> None:
    assert set(OF_KIND) == set(KINDS) == {kind for kind, _ in RECORDED}
    assert {source for sources in OF_KIND.values() for source in sources} == set(ALL)


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: str(file.name))
def test_the_first_line_of_a_record_names_the_same_commits_and_a_day(file: Path) -> None:
    head = json.loads(file.read_text("utf-8").partition("\n")[0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", head["on"])
    for source in (STACK, LIBS):
        assert f"{source.name} {source.run}" in head["sources"]
    assert "Go 1.25.5" in head["sources"]


def test_what_the_recorder_takes_from_the_stack_is_what_a_new_commit_is_compared_in() -> None:
    for name in (*FILES, *PARTS):
        assert name.startswith((*STACK.paths, "pkg/")), name
    assert HARVEST[0] in LIBS.paths


@pytest.mark.parametrize("source", ALL, ids=lambda source: str(source.name))
def test_the_page_names_each_source_as_it_was_run_and_read(source: Source) -> None:
    page = (ROOT / "docs/how-it-knows.md").read_text("utf-8")
    [row] = [line for line in page.splitlines() if re.match(rf"\| \[{source.name}\]", line)]
    assert source.read in row
    assert source.run in row or "at the same commit" in row


def test_the_facts_of_the_platform_name_the_same_commits() -> None:
    facts = SHARED / "design/domain.md"
    if not facts.exists():
        pytest.skip("needs ../shared/design/domain.md, which is not here")
    text = facts.read_text("utf-8")
    for source in ALL:
        assert source.read in text
        assert source.run in text


def test_a_replay_says_what_it_is_a_run_of() -> None:
    assert stated("wire") == "cozy-libs bb5068da5, cozy-stack db1163854, Go 1.25.5"
