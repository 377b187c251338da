"""The hooks, run by pre-commit itself on a scratch repository."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
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


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def other_version(top: Path) -> None:
    file = top / "connectors/a/package.json"
    file.write_text(file.read_text().replace("1.2.0", "9.9.9"))


def no_icon(top: Path) -> None:
    (top / "connectors/a/assets/icon.svg").unlink()


def misspelt(file: Path) -> None:
    file.write_text(file.read_text().replace('"redirect_uri"', '"redirect_url"'))


def many_files(top: Path) -> None:
    for number in range(200):
        write(top / f"connectors/{'ab'[number % 2]}/src/{number}.js", "")
    no_icon(top)


def broken_settings(top: Path) -> None:
    file = top / "manifest-lint.toml"
    file.write_text(f"slect = []\n{file.read_text()}")


def dashes(top: Path) -> None:
    shutil.copytree(top / "connectors/a", top / "-x")
    for icon in top.glob("*/assets/icon.svg"):
        icon.unlink()
    no_icon(top)


def like_options(top: Path) -> None:
    for name in ("--fix", "--isolated", "--output-file=html=page.html", "-q"):
        write(top / name, "")
    write(top / "--config=evil/manifest.konnector", "{}")
    misspelt(top / "connectors/a/account-types-def.json")


def renamed_icon(top: Path) -> None:
    git(top, "mv", "connectors/a/assets/icon.svg", "connectors/a/assets/logo.svg")


def whole_connector(top: Path) -> None:
    shutil.rmtree(top / "connectors/a")


def fixture(top: Path) -> None:
    write(top / "connectors/a/tests/broken/manifest.konnector", "{")


OF_A = "connectors/a/"
CASES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "package.json": (other_version, f"{OF_A}manifest.konnector:2:", "M005"),
    "an icon's removal": (no_icon, f"{OF_A}manifest.konnector:6:", "F001"),
    "an icon's new name": (renamed_icon, f"{OF_A}manifest.konnector:6:", "F001"),
    "an account type": (
        lambda top: misspelt(top / "connectors/a/account-types-def.json"),
        f"{OF_A}account-types-def.json",
        "A001",
    ),
    "an account type for several": (
        lambda top: misspelt(top / "connectors/shared/types/sunmeter.json"),
        "connectors/shared/types/sunmeter.json",
        "A001",
    ),
    "the removal of one for several": (
        lambda top: (top / "connectors/shared/types/sunmeter.json").unlink(),
        "connectors/shared/types",
        "contains no account types",
    ),
    "a developer's configuration": (
        lambda top: write(
            top / "connectors/a/konnector-dev-config.json",
            '{"fields": {"access_token": "9f8e7d6c5b4a3210"}}',
        ),
        f"{OF_A}konnector-dev-config.json",
        "K004",
    ),
    "a README": (
        lambda top: write(
            top / "connectors/a/README.md",
            '```json\n{"_id": "x", "grant_mode": "authorization_code", "token_urk": "x"}\n```\n',
        ),
        f"{OF_A}README.md",
        "A0",
    ),
    "a source": (
        lambda top: write(top / "connectors/a/src/more.js", "cozyClient.save('io.cozy.contacts')"),
        "",
        "",
    ),
    "200 files": (many_files, f"{OF_A}manifest.konnector:6:", "F001"),
    "a broken configuration": (broken_settings, "manifest-lint.toml:1:1", "slect"),
    "a folder that starts with -": (dashes, "-x/manifest.konnector:6:", "F001"),
    "names like options": (like_options, f"{OF_A}account-types-def.json", "A001"),
    "an excluded fixture": (fixture, "", ""),
    "a connector's removal": (whole_connector, "", ""),
    "another file": (lambda top: write(top / "docs/x.md", "# x"), "", ""),
}
"""What a commit changes, and what the hook says: a place and a code, or nothing if it passes."""


@pytest.fixture
def workspace(repository: Path, published: tuple[str, str]) -> Path:
    """Three connectors, two of them with their own account types, in a repository."""
    configure(repository, published, manifest_lint=["--fail-on=warning"])
    for name in ("a", "b", "shared/c"):
        ignore = shutil.ignore_patterns("build")
        shutil.copytree(SUNMETER, repository / "connectors" / name, ignore=ignore)
    types = repository / "connectors/shared/types/sunmeter.json"
    types.parent.mkdir()
    shutil.move(repository / "connectors/shared/c/account-types-def.json", types)
    settings = repository / "connectors/shared/manifest-lint.toml"
    settings.write_text('account-types = ["types"]\n')
    (repository / "manifest-lint.toml").write_text('extend-exclude = ["**/tests/broken/"]\n')
    git(repository, "add", "-A", ".")
    git(repository, "commit", "-q", "-m", "as it was")
    return repository


@pytest.mark.parametrize("case", CASES)
def test_a_commit_is_checked_for_the_connector_that_a_file_belongs_to(
    workspace: Path, case: str
) -> None:
    change, place, code = CASES[case]
    change(workspace)
    git(workspace, "add", "-A", ".")
    done = pre_commit(workspace, "run", "--verbose")
    assert done.returncode == int(bool(place)), done.stdout + done.stderr
    assert place in done.stdout
    assert code in done.stdout
    assert not (workspace / "page.html").exists()
    found = {line for line in done.stdout.splitlines() if line.startswith("connectors/b/")}
    assert found == set()


def test_a_commit_of_all_changes_from_a_linked_worktree_is_checked(
    workspace: Path, tmp_path: Path
) -> None:
    """git has another index for such a commit, and another place for it in a linked worktree."""
    linked = tmp_path / "linked"
    git(workspace, "worktree", "add", "-q", str(linked))
    assert pre_commit(linked, "install").returncode == 0
    no_icon(linked)
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example"]
    done = subprocess.run(
        [*command, "commit", "-q", "-a", "-m", "without an icon"],
        cwd=linked,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert f"{OF_A}manifest.konnector:6:" in done.stderr
    assert "F001" in done.stderr


def test_all_files_are_checked_also_those_that_start_with_a_dash(workspace: Path) -> None:
    dashes(workspace)
    git(workspace, "add", "-A", ".")
    git(workspace, "commit", "-q", "-m", "two without an icon")
    done = pre_commit(workspace, "run", "--all-files")
    assert done.returncode == 1
    for place in ("-x/manifest.konnector:6:", f"{OF_A}manifest.konnector:6:"):
        assert place in done.stdout


def test_what_a_push_deletes_is_checked(workspace: Path) -> None:
    no_icon(workspace)
    git(workspace, "add", "-A", ".")
    git(workspace, "commit", "-q", "-m", "without an icon")
    done = pre_commit(workspace, "run", "--from-ref", "HEAD~1", "--to-ref", "HEAD")
    assert done.returncode == 1
    assert f"{OF_A}manifest.konnector:6:" in done.stdout
