"""The hook, run by pre-commit itself on a scratch repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.connectors import FIXTURES, SUNMETER


def try_hook(repository: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "manifest-lint"]
    return subprocess.run(
        [*command, "--all-files"], cwd=repository, capture_output=True, text=True, timeout=600
    )


def test_it_fails_on_a_faulty_manifest_and_passes_on_a_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("git"):
        pytest.skip("needs git, which is not installed")
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout of this project, and this is none")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    repository = tmp_path / "repository"
    repository.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)

    shutil.copytree(FIXTURES / "faulty", repository / "connector")
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    done = try_hook(repository)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "connector/account-types-def.json:8:3: A001" in done.stdout
    assert "connector/manifest.konnector:16:14: S002" in done.stdout

    shutil.rmtree(repository / "connector")
    shutil.copytree(SUNMETER, repository / "connector", ignore=shutil.ignore_patterns("build"))
    subprocess.run(["git", "add", "-A", "."], cwd=repository, check=True)
    done = try_hook(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
