"""A build says if its output may be older than the sources."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from manifest_lint import build
from manifest_lint.engine.built import Build
from tests.connectors import MANIFEST, SUNMETER, with_changes


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A built connector without findings."""
    return Path(shutil.copytree(SUNMETER, tmp_path / "connector"))


def codes(done: Build) -> list[str]:
    return [finding.code for finding in done.report.findings]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("older", ["B015"]),
        ("older by 11 seconds", ["B015"]),
        ("of one checkout", []),
        ("other manifest", ["B015"]),
        ("laid out otherwise", []),
    ],
)
def test_an_output_that_may_be_older_than_its_sources_is_reported(
    connector: Path, how: str, expected: list[str]
) -> None:
    now = int(time.time())
    for file in connector.rglob("*"):
        os.utime(file, (now, now))
    if how == "older":
        os.utime(connector / "src" / "index.js", (now + 60, now + 60))
    elif how == "older by 11 seconds":
        os.utime(connector / "src" / "index.js", (now + 11, now + 11))
    elif how == "of one checkout":
        os.utime(connector / "src" / "index.js", (now + 10, now + 10))
    elif how == "other manifest":
        text = json.dumps(with_changes(MANIFEST, name="Another"))
        (connector / "manifest.konnector").write_text(text)
    else:
        (connector / "manifest.konnector").write_text(json.dumps(MANIFEST))
    done = build(connector)
    assert codes(done) == expected
    assert done.archive is not None
    new = build(connector, just_built=True)
    assert codes(new) == (expected if how == "other manifest" else [])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/lib/a.js", ["B015"]),
        ("assets/icon.svg", ["B015"]),
        ("webpack.config.js", ["B015"]),
        ("README.md", []),
        ("src/node_modules/a.js", []),
    ],
)
def test_a_newer_file_counts_if_the_build_reads_it(
    connector: Path, path: str, expected: list[str]
) -> None:
    (connector / path).parent.mkdir(parents=True, exist_ok=True)
    (connector / path).touch()
    later = time.time() + 60
    os.utime(connector / path, (later, later))
    assert codes(build(connector)) == expected


def test_a_link_among_the_sources_does_not_count(connector: Path, tmp_path: Path) -> None:
    later = time.time() + 60
    (tmp_path / "other.js").touch()
    os.utime(tmp_path / "other.js", (later, later))
    (connector / "src/other.js").symlink_to(tmp_path / "other.js")
    assert "B015" not in codes(build(connector))
