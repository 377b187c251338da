"""`check` without a path finds the connector around the current folder."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from manifest_lint.project.upward import folder_to_check
from tests.command import complaint, run
from tests.connectors import FIXTURES


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a faulty connector at its root, inside a folder with another connector."""
    shutil.copytree(FIXTURES / "sunmeter", tmp_path, dirs_exist_ok=True)
    root = shutil.copytree(FIXTURES / "faulty", tmp_path / "repository")
    (root / "src" / "lib").mkdir(parents=True)
    (root / "src" / "lib" / "index.js").write_text("module.exports = 1\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.mark.parametrize(
    ("here", "added", "found"),
    [
        (".", "", "."),
        ("src", "", ".."),
        ("src/lib", "", "../.."),
        ("src/lib", "src/lib/manifest.konnector", "."),
        ("src", "src/lib/manifest.konnector", "."),
        ("src/lib", "src/manifest.konnector", ".."),
        ("src/lib", "src/.git/HEAD", "."),  # a repository of its own
        ("src", "src/account-types-def.json", "."),
        ("src", "src/package.json", ".."),
    ],
)
def test_it_is_the_nearest_above_where_there_is_nothing_to_check(
    repository: Path, monkeypatch: pytest.MonkeyPatch, here: str, added: str, found: str
) -> None:
    if added:
        (repository / added).parent.mkdir(exist_ok=True)
        source = repository / Path(added).name
        text = source.read_text() if source.exists() else "{}"
        (repository / added).write_text(text)
    monkeypatch.chdir(repository / here)
    assert folder_to_check() == Path(found)


def test_the_search_ends_at_the_root_of_the_repository(repository: Path) -> None:
    (repository / "manifest.konnector").unlink()
    assert "no manifest.konnector found" in complaint(run("check", cwd=repository / "src"))


def test_there_is_no_search_outside_a_repository(repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    assert "no manifest.konnector found" in complaint(run("check", cwd=repository / "src"))


def test_it_is_said_on_standard_error(repository: Path) -> None:
    done = run("check", "--format", "json", cwd=repository / "src")
    assert done.returncode == 1
    assert done.stderr == (
        "Checking ..: there is no manifest.konnector in or below the current folder.\n"
    )
    paths = {finding["path"] for finding in json.loads(done.stdout)["findings"]}
    assert paths == {"../manifest.konnector", "../account-types-def.json"}
    assert "no manifest.konnector found" in complaint(run("check", ".", cwd=repository / "src"))


def test_a_baseline_is_written_next_to_the_connector(repository: Path) -> None:
    done = run("check", "--write-baseline", cwd=repository / "src")
    assert done.returncode == 0
    assert (repository / "manifest-lint-baseline.json").is_file()


def test_since_compares_the_connector_around(repository: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], cwd=repository, check=True)
    manifest = repository / "manifest.konnector"
    manifest.write_text(manifest.read_text().replace('"1.0"', '"1.1"'))
    done = run("check", "--since", "HEAD", "-q", cwd=repository / "src")
    assert "../manifest.konnector" in done.stdout
