"""Our reader reads what Go's own reads, and fails where it fails."""

from __future__ import annotations

import json
import shutil
from base64 import b64decode
from typing import Any

import pytest

from tests.archive.like_go import RUNS, is_same, of_go, ours
from tests.archive.mutations import gzips

RECORDED = [json.loads(line) for line in RUNS.read_text().splitlines()]


def test_recorded_archives_are_read_as_by_go() -> None:
    assert len(RECORDED) > 100
    differ = [n for n, one in enumerate(RECORDED) if not _agrees(one)]
    assert differ == []


def _agrees(case: dict[str, Any]) -> bool:
    return is_same(case["expect"], ours(b64decode(case["archive"])))


def test_other_archives_are_read_as_by_go() -> None:
    if not shutil.which("go"):
        pytest.skip("needs go, which is not installed")
    archives = list(gzips(seed=29, number=5000))
    differ = [
        number
        for number, (data, go) in enumerate(zip(archives, of_go(archives), strict=True))
        if not is_same(go, ours(data))
    ]
    assert differ == []
