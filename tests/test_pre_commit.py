"""The hooks, run by pre-commit itself on a scratch repository."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.address import git, snapshot
from tests.connectors import FIXTURES, SUNMETER


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for the environments of pre-commit."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def repository(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home))
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def pre_commit(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """This checkout as a repository with hooks: its path and its revision."""
    clone = tmp_path_factory.mktemp("published") / "manifest-lint"
    return str(clone), snapshot(clone)


def configure(repository: Path, published: tuple[str, str], **hooks: list[str]) -> None:
    """Write an author's configuration; pre-commit reads JSON as YAML."""
    url, revision = published
    entries = [{"id": name.replace("_", "-"), "args": args} for name, args in hooks.items()]
    repos = [{"repo": url, "rev": revision, "hooks": entries}]
    (repository / ".pre-commit-config.yaml").write_text(json.dumps({"repos": repos}))


def add(source: Path, repository: Path, *ignored: str) -> None:
    shutil.rmtree(repository / "connector", ignore_errors=True)
    ignore = shutil.ignore_patterns(*ignored)
    shutil.copytree(source, repository / "connector", ignore=ignore)
    git(repository, "add", "-A", ".")


def test_the_hook_fails_on_a_faulty_manifest_and_passes_on_a_good_one(
    repository: Path, published: tuple[str, str]
) -> None:
    configure(repository, published, manifest_lint=[])
    add(FIXTURES / "faulty", repository)
    done = pre_commit(repository, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "connector/account-types-def.json:8:3: A001" in done.stdout
    assert "connector/manifest.konnector:16:14: S002" in done.stdout
    add(SUNMETER, repository, "build")
    done = pre_commit(repository, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_a_committed_token_is_reported(repository: Path, published: tuple[str, str]) -> None:
    configure(repository, published, manifest_lint=["--fail-on=warning"])
    add(SUNMETER, repository, "build")
    git(repository, "commit", "-q", "-m", "good")
    config = repository / "connector/konnector-dev-config.json"
    config.write_text('{"fields": {"access_token": "9f8e7d6c5b4a3210"}}')
    git(repository, "add", "-A", ".")
    done = pre_commit(repository, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "connector/konnector-dev-config.json:1:29: K004" in done.stdout
    assert "9f8e7d6c5b4a3210" not in done.stdout


def test_the_fixing_hook_stops_a_commit_once(repository: Path, published: tuple[str, str]) -> None:
    configure(repository, published, manifest_lint_fix=[])
    add(SUNMETER, repository, "build")
    file = repository / "connector" / "account-types-def.json"
    good = file.read_text()
    file.write_text(good.replace('"redirect_uri"', '"redirect_url"'))
    git(repository, "add", "-A", ".")
    done = pre_commit(repository, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert file.read_text() == good
    git(repository, "add", "-A", ".")
    done = pre_commit(repository, "run")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_building_hook_packs_only_before_a_push(
    repository: Path, published: tuple[str, str]
) -> None:
    configure(repository, published, manifest_lint_build=["connector"])
    (repository / ".gitignore").write_text("build/\ndist/\n")
    add(SUNMETER, repository, "build")
    done = pre_commit(repository, "run")
    assert done.returncode == 0
    assert "manifest-lint" not in done.stdout
    done = pre_commit(repository, "run", "--hook-stage", "pre-push", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "there is no built connector; build it first" in done.stdout
    add(SUNMETER, repository)
    done = pre_commit(repository, "run", "--hook-stage", "pre-push", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repository / "connector/dist/sunmeter-1.2.0.tar.gz").is_file()
    built = repository / "connector/build/manifest.konnector"
    built.write_text(built.read_text().replace('"1.2.0"', '"1.2"'))
    done = pre_commit(repository, "run", "--hook-stage", "manual", "--all-files")
    assert done.returncode == 1
    assert "M005" in done.stdout
