"""A configuration above the root of a repository is not used, and that is said."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from manifest_lint import provision
from manifest_lint.config.find import Config
from manifest_lint.config.unused import WHY
from manifest_lint.reports.provision import ended
from tests.command import INSTALL, run
from tests.connectors import FIXTURES
from tests.provisioning.test_from_python import Memory


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a good connector, below a folder with a configuration."""
    (tmp_path / "manifest-lint.toml").write_text('fail-on = "note"\n')
    root = shutil.copytree(FIXTURES / "sunmeter", tmp_path / "all" / "sunmeter")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.mark.parametrize(
    ("added", "text", "unused"),
    [
        ("", "", ["../../manifest-lint.toml"]),
        ("../manifest-lint.toml", "not TOML", ["../manifest-lint.toml"]),  # the nearest
        ("../pyproject.toml", "[tool.manifest-lint]\n", ["../pyproject.toml"]),
        ("../pyproject.toml", "[tool.manifest-lint.build]\n", ["../pyproject.toml"]),
        ("../pyproject.toml", "[tool.other]\n", ["../../manifest-lint.toml"]),
        ("manifest-lint.toml", "", []),  # the nearest is used
        ("pyproject.toml", "[tool.manifest-lint]\n", []),
    ],
)
def test_the_nearest_one_above_is_found(
    root: Path, monkeypatch: pytest.MonkeyPatch, added: str, text: str, unused: list[str]
) -> None:
    if added:
        (root / added).write_text(text)
    monkeypatch.chdir(root)
    config = Config()
    config(root / "manifest.konnector")
    config(root / "src" / "x.json")
    assert list(config.unused) == unused


def test_what_is_used_or_not_looked_for_is_not_said(root: Path) -> None:
    assert list(Config(isolated=True).unused) == []
    given = Config(root.parent.parent / "manifest-lint.toml")
    given(root / "manifest.konnector")
    assert list(given.unused) == []
    shutil.rmtree(root / ".git")
    config = Config()
    assert config.file_of(root / "manifest.konnector")
    assert list(config.unused) == []


LINE = f"../../manifest-lint.toml: {WHY}"


def test_check_says_it_once_and_in_every_format(root: Path) -> None:
    assert run("check", cwd=root).stdout.count(f"Skipped {LINE}.\n") == 1
    assert run("check", "--isolated", cwd=root).stdout.count("Skipped") == 0
    assert f"Skipped {LINE}.\n" in run("check", "-q", cwd=root).stderr
    report = json.loads(run("check", "--format", "json", cwd=root).stdout)
    assert report["skipped"] == [{"what": "../../manifest-lint.toml", "why": WHY}]
    assert report["verdict"] == "pass"
    other = shutil.copytree(root, root.parent / "other")
    done = run("check", ".", cwd=other.parent)
    assert done.stdout.count("manifest-lint.toml: ") == 1


def test_build_verify_and_upgrade_say_it(root: Path) -> None:
    assert f"Skipped {LINE}.\n" in run("build", cwd=root).stdout
    [archive] = (root / "dist").glob("*.tar.gz")
    assert f"Skipped {LINE}.\n" in run("verify", archive, cwd=root).stdout
    assert f"Skipped {LINE}.\n" in run("upgrade", archive, ".", cwd=root).stdout


def test_config_init_and_write_baseline_say_it(root: Path) -> None:
    assert f"# {LINE}\n" in run("config", cwd=root).stdout
    as_json = json.loads(run("config", "--format", "json", cwd=root).stdout)
    assert (as_json["configuration"], as_json["unused"]) == (None, ["../../manifest-lint.toml"])
    assert f"Skipped {LINE}.\n" in run("check", "--write-baseline", cwd=root).stdout
    assert (root / "manifest-lint-baseline.json").is_file()
    done = run("init", "--yes", *INSTALL, cwd=root)
    assert f"{LINE}.\n" in done.stdout
    assert (root / "manifest-lint.toml").is_file()


@pytest.mark.parametrize("how", [[], ["--curl"], ["--format", "mermaid"]])
def test_preview_says_it_next_to_what_it_prints(root: Path, how: list[str]) -> None:
    done = run("preview", *how, cwd=root)
    assert (done.returncode, done.stderr) == (0, f"Skipped {LINE}.\n")
    assert "Skipped" not in done.stdout
    assert run("preview", *how, "--isolated", cwd=root).stderr == ""


def test_preview_has_it_in_its_json(root: Path) -> None:
    done = run("preview", "--format", "json", cwd=root)
    assert done.stderr == ""
    assert json.loads(done.stdout)["skipped"] == [{"what": "../../manifest-lint.toml", "why": WHY}]
    isolated = run("preview", "--format", "json", "--isolated", cwd=root)
    assert "skipped" not in json.loads(isolated.stdout)


def test_a_secret_in_its_path_is_not_shown(root: Path) -> None:
    above = root.parent.parent / "https:" / "me:hunter2@host"
    moved = above / "all" / "sunmeter"
    shutil.copytree(root, moved)
    (above / "manifest-lint.toml").write_text("")
    done = run("preview", moved, cwd=root)
    assert done.stderr.startswith("Skipped ")
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("is_right", [True, False])
def test_provision_says_it(root: Path, is_right: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    file = Path("account-types-def.json")
    changed = {} if is_right else {"grant_mode": "wrong"}
    values = {"client_id": "an id", "client_secret": "a secret"}
    file.write_text(json.dumps({**json.loads(file.read_text()), **values, **changed}))
    done = provision(file, to=Memory())
    assert (done.end == "verified") is is_right
    said = [line for line in ended(done, 100) if "Skipped" in line]
    assert said == [f"Skipped {LINE}."]
