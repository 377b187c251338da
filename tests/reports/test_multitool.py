"""Microsoft's SARIF Multitool, with its rules for GitHub, has nothing against our SARIF."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from manifest_lint import check, verify
from manifest_lint.reports import sarif
from manifest_lint.reports.made import Made
from manifest_lint.reports.outcome import Outcome
from tests.command import PATIENCE
from tests.connectors import FIXTURES, SUNMETER
from tests.reports.exempted import exempted_tree
from tests.servers import installed

TOOL = "@microsoft/sarif-multitool-linux"

LEFT = {
    "SARIF2002": "wants messages by id and arguments: each finding has a message of its own",
    "SARIF2003": "wants the repository's address, which an upload has, and which may hold a token",
    "SARIF2006": "cannot open the schema's address without a network",
    "SARIF2010": "wants the text of each place: GitHub has the file, and a line may hold a secret",
    "SARIF2011": "wants the lines around each place, see SARIF2010",
    "SARIF2012": "wants rules where nothing was found: all of them are 250 KB",
}
"""The notes that stay, and why."""


@pytest.fixture(scope="module")
def tool() -> Path:
    if sys.platform != "linux":
        pytest.skip("package.json names the Multitool for Linux")
    program = installed(TOOL, Path(__file__).parent / "multitool") / "Sarif.Multitool"
    program.chmod(0o755)
    return program


def outcomes(folder: Path) -> Iterator[tuple[str, Outcome]]:
    """Yield a clean report, one with findings, one on an archive, and one with suppressions."""
    yield "clean", Outcome(check([SUNMETER]), root=FIXTURES)
    yield "findings", Outcome(check([FIXTURES / "faulty"]), root=FIXTURES)
    with tarfile.open(folder / "x.tar.gz", "w:gz") as archive:
        archive.add(SUNMETER / "build" / "index.js", "index.js")
    done = verify(folder / "x.tar.gz")
    yield "archive", Outcome(done.report, archive=done.archive, root=folder)
    (folder / "tree").mkdir()
    yield "exempted", Outcome(exempted_tree(folder / "tree"), root=folder / "tree")


@pytest.mark.parametrize(
    ("made", "warned"),
    [
        (Made(address="https://git.example.org/cozy/manifest-lint"), set()),
        # An installation that does not know where others find it can only leave the address out.
        (Made(), {"SARIF2005"}),
    ],
    ids=["address", "no address"],
)
def test_the_multitool_finds_no_error_and_no_warning(
    tool: Path, tmp_path: Path, made: Made, warned: set[str]
) -> None:
    files = []
    for name, outcome in outcomes(tmp_path):
        outcome = Outcome(
            outcome.report, archive=outcome.archive, root=outcome.root, made=lambda: made
        )
        files.append(tmp_path / f"{name}.sarif")
        files[-1].write_text("\n".join(sarif.lines(outcome)))
    # One that GitHub refuses shows that its rules are run.
    refused = json.loads(files[1].read_text())
    del refused["runs"][0]["results"][0]["locations"]
    (tmp_path / "refused.sarif").write_text(json.dumps(refused))
    answer = tmp_path / "answer.json"
    command = [tool, "validate", *files, tmp_path / "refused.sarif", "-o", answer]
    options = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
    done = subprocess.run(
        [*map(str, command), *options],
        env={**os.environ, "DOTNET_BUNDLE_EXTRACT_BASE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert f"{len(files) + 1} files scanned" in done.stdout
    found: dict[tuple[bool, str], set[str]] = {}
    for one in json.loads(answer.read_text("utf-8-sig"))["runs"][0]["results"]:
        uri = one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        key = uri.endswith("refused.sarif"), one.get("level", "warning")
        found.setdefault(key, set()).add(one["ruleId"])
    assert {"GH1015"} <= found[True, "error"]
    assert found.get((False, "error"), set()) == set()
    assert found.get((False, "warning"), set()) == warned
    assert found[False, "note"] <= set(LEFT)
