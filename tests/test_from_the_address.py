"""From nothing but the address of this repository: each way that is written installs, and checks.

The address is that of a loopback server with a clone. Nothing of this checkout or of the suite's
environment is used: the tool is the one that README.md's first lines install.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from manifest_lint.scaffold.repository import CI_FILES, Ci
from tests.address import git, served, snapshot
from tests.command import PATIENCE, ROOT
from tests.connectors import FIXTURES, SUNMETER
from tests.outside import installing
from tests.servers import npm

PAGES = ("README.md", "docs/index.md", "docs/tutorial.md")
NOT_TO_BE_HAD = re.compile(
    r"No matching distribution found for (?!manifest)|NewConnectionError|Name or service not known"
)


class Public(NamedTuple):
    """Where all find this repository, and its last commit."""

    address: str
    commit: str


class Newcomer(NamedTuple):
    """A user who has installed the tool into `lint`, as README.md says."""

    lint: Path
    environment: dict[str, str]

    def run(self, *command: str | Path, cwd: Path, **variables: str) -> tuple[int, str]:
        """Run a command with the environment active; return its exit code and what it prints."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=2 * PATIENCE,
        )
        if NOT_TO_BE_HAD.search(done.stdout):
            pytest.skip(f"a dependency cannot be had: {done.stdout.strip()[-200:]}")
        return done.returncode, done.stdout

    def run_lines(self, lines: list[str], cwd: Path, **variables: str) -> tuple[int, str]:
        """Run the lines of a job one by one, as CI servers do, up to the first that fails."""
        printed = ""
        for line in lines:
            code, shown = self.run("bash", "-eo", "pipefail", "-c", line, cwd=cwd, **variables)
            printed += shown
            if code:
                return code, printed
        return 0, printed


def active(folder: Path) -> dict[str, str]:
    """Return the environment of a shell in which a virtual environment is active."""
    environment = {**installing(), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    others = os.environ["PATH"].split(os.pathsep)
    ours = str(Path(sys.executable).parent)  # where the suite's manifest-lint is
    path = [str(folder / "bin"), *(one for one in others if one != ours)]
    return environment | {"PATH": os.pathsep.join(path), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def install_lines(page: str) -> str:
    """Return the first script of a page."""
    found = re.search(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    folder = tmp_path_factory.mktemp("public")
    clone = tmp_path_factory.mktemp("clone") / "manifest-lint"
    commit = snapshot(clone)
    git(folder, "clone", "-q", "--bare", str(clone), "manifest-lint.git")
    git(folder / "manifest-lint.git", "update-server-info")
    with served(folder) as origin:
        yield Public(f"{origin}/manifest-lint.git", commit)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory, public: Public) -> Newcomer:
    folder = tmp_path_factory.mktemp("newcomer")
    made = Newcomer(folder / "lint", active(folder / "nothing"))
    assert not shutil.which("manifest-lint", path=made.environment["PATH"])
    script = install_lines("README.md").replace("git+ADDRESS", f"git+{public.address}")
    code, printed = made.run("bash", "-ec", script, cwd=folder)
    assert code == 0, printed
    return Newcomer(folder / "lint", active(folder / "lint"))


@pytest.fixture(scope="module")
def wheel(public: Public, newcomer: Newcomer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the commit."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ("python", "-m", "pip", "wheel", "-q", "--no-deps", f"git+{public.address}")
    code, printed = newcomer.run(*command, cwd=folder)
    assert code == 0, printed
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A connector with a planted mistake (S002), in a repository of its own."""
    folder = tmp_path / "sunmeter"
    shutil.copytree(SUNMETER, folder, ignore=shutil.ignore_patterns("build"))
    manifest = folder / "manifest.konnector"
    value = json.loads(manifest.read_text("utf-8"))
    value["oauth"]["scope"] = ["openid", "read"]
    manifest.write_text(json.dumps(value, indent=2), "utf-8")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    return folder


def yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def init(newcomer: Newcomer, connector: Path, *arguments: str | Path) -> None:
    code, printed = newcomer.run("manifest-lint", "init", "--yes", *arguments, cwd=connector)
    assert code == 0, printed
    git(connector, "add", ".")


def without_the_tool(newcomer: Newcomer, folder: Path) -> None:
    """Remove the tool, as on a new runner; what it depends on may stay."""
    code, printed = newcomer.run("pip", "uninstall", "-q", "-y", "manifest-lint", cwd=folder)
    assert code == 0, printed
    assert not (newcomer.lint / "bin" / "manifest-lint").exists()


def pre_commit(newcomer: Newcomer, connector: Path, home: Path) -> str:
    """Run the hooks of a repository, and return what they print."""
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    code, printed = newcomer.run(*command, cwd=connector, PRE_COMMIT_HOME=str(home))
    assert code == 1, printed
    return printed


def test_a_page_starts_with_lines_that_install() -> None:
    assert {install_lines(page) for page in PAGES} == {install_lines("README.md")}
    text = (ROOT / "docs/quickstart.md").read_text("utf-8")
    assert "python3 -m venv lint && . lint/bin/activate" in install_lines("docs/quickstart.md")
    assert '`pip install "manifest-lint[fast] @ git+ADDRESS"`' in text


def test_a_newcomer_catches_a_mistake(newcomer: Newcomer, connector: Path) -> None:
    code, printed = newcomer.run("manifest-lint", "check", ".", cwd=connector)
    assert code == 1
    assert "S002" in printed
    assert str(ROOT) not in newcomer.run("pip", "show", "-f", "manifest-lint", cwd=connector)[1]


def test_the_hook_that_init_writes_finds_the_mistake(
    public: Public, newcomer: Newcomer, connector: Path, tmp_path: Path
) -> None:
    init(newcomer, connector, "--ci", "none")
    [entry] = yaml(connector / ".pre-commit-config.yaml")["repos"]
    assert (entry["repo"], entry["rev"]) == (public.address, public.commit)
    assert "S002" in pre_commit(newcomer, connector, tmp_path / "home")


def lines_of(ci: Ci, connector: Path) -> list[str]:
    """Return the lines of a job that are run in a shell."""
    value = yaml(connector / CI_FILES[ci])
    if ci == "github":
        steps = value["jobs"]["manifest-lint"]["steps"]
        return [step["run"] for step in steps if "run" in step]
    if ci == "gitlab":
        return list(value["manifest-lint"]["script"])
    return [*value["before_script"], *value["script"]]


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_the_job_that_init_writes_finds_the_mistake(
    public: Public, newcomer: Newcomer, connector: Path, ci: Ci
) -> None:
    init(newcomer, connector, "--ci", ci)
    lines = lines_of(ci, connector)
    assert f"manifest-lint @ git+{public.address}@{public.commit}" in lines[0]
    without_the_tool(newcomer, connector)
    code, printed = newcomer.run_lines(lines, connector)
    assert (code, "S002" in printed) == (1, True), printed
    if ci == "gitlab":
        assert "S002" in (connector / "code-quality.json").read_text("utf-8")


def test_the_script_of_travis_finds_the_mistake(
    newcomer: Newcomer, connector: Path, tmp_path: Path
) -> None:
    """It installs for the user, whose home is a new one here, and needs no environment."""
    init(newcomer, connector, "--ci", "travis")
    if not (Path(sys.base_prefix) / "bin" / "pip3").exists():
        pytest.skip("needs pip3 outside of a virtual environment")
    home = tmp_path / "home"
    home.mkdir()
    code, cache = newcomer.run("pip", "cache", "dir", cwd=connector)
    variables = {
        "HOME": str(home),
        "PATH": f"{sys.base_prefix}/bin{os.pathsep}{os.environ['PATH']}",
        "PIP_BREAK_SYSTEM_PACKAGES": "1",  # Debian's newer Python refuses; that of jammy does not
        **({"PIP_CACHE_DIR": cache.strip()} if code == 0 else {}),
    }
    code, printed = newcomer.run_lines(lines_of("travis", connector), connector, **variables)
    assert (home / ".local/bin/manifest-lint").is_file(), printed
    assert (code, "S002" in printed) == (1, True), printed


def test_the_template_for_gitlab_finds_the_mistake(
    public: Public, newcomer: Newcomer, connector: Path
) -> None:
    name = "integrations/gitlab/manifest-lint.gitlab-ci.yml"
    template = YAML(typ="safe").load((ROOT / name).read_text("utf-8"))
    lines = template["manifest-lint"]["script"]
    given = {key: value["value"] for key, value in template["variables"].items()}
    code, printed = newcomer.run_lines(lines, connector, **given)
    assert (code != 0, "set it to what pip installs" in printed) == (True, True)
    without_the_tool(newcomer, connector)
    given["MANIFEST_LINT_SOURCE"] = f"manifest-lint @ git+{public.address}@{public.commit}"
    code, printed = newcomer.run_lines(lines, connector, **given)
    assert (code, "S002" in printed) == (1, True), printed
    assert (connector / "manifest-lint/report.html").is_file()


def test_a_wheel_at_an_address_is_installed_by_the_hook(
    newcomer: Newcomer, wheel: Path, connector: Path, tmp_path: Path
) -> None:
    with served(wheel.parent) as origin:
        init(newcomer, connector, "--ci", "none", "--install", f"{origin}/{wheel.name}")
        assert "S002" in pre_commit(newcomer, connector, tmp_path / "home")


def test_a_wheel_in_the_repository_is_installed(
    newcomer: Newcomer, wheel: Path, connector: Path, tmp_path: Path
) -> None:
    (connector / "tools").mkdir()
    shutil.copy2(wheel, connector / "tools")
    init(newcomer, connector, "--ci", "github", "--install", f"tools/{wheel.name}")
    without_the_tool(newcomer, connector)
    first, *_ = (connector / ".pre-commit-config.yaml").read_text("utf-8").splitlines()
    once = first.partition(": ")[2].partition(" && ")[0]
    assert once.startswith("pip install tools/")
    assert newcomer.run_lines([once], connector)[0] == 0
    assert "S002" in pre_commit(newcomer, connector, tmp_path / "home")
    without_the_tool(newcomer, connector)
    code, printed = newcomer.run_lines(lines_of("github", connector), connector)
    assert (code, "S002" in printed) == (1, True), printed


def test_the_webpack_plugin_finds_the_mistake(
    public: Public, newcomer: Newcomer, tmp_path: Path
) -> None:
    folder = tmp_path / "tidebook"
    ignored = shutil.ignore_patterns("node_modules", "build", "dist")
    shutil.copytree(FIXTURES / "connectors/tidebook", folder, ignore=ignored)
    page = (ROOT / "integrations/webpack/README.md").read_text("utf-8")
    [line] = re.findall(r"^npm (install --save-dev \"git\+.*?\")", page, re.M)
    line = line.replace("ADDRESS", public.address).replace("COMMIT", public.commit)
    npm(*line.replace('"', "").split(), "--no-package-lock", folder=folder, package="webpack")
    dependencies = json.loads((folder / "package.json").read_text("utf-8"))["devDependencies"]
    assert public.commit in dependencies["manifest-lint-webpack-plugin"]
    manifest = folder / "manifest.konnector"
    value = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**value, "oauth": {"scope": ["a", "b"]}}), "utf-8")
    with (folder / "webpack.config.js").open("a") as file:
        file.write("const Plugin = require('manifest-lint-webpack-plugin')\n")
        file.write("module.exports.plugins.push(new Plugin())\n")
    code, printed = newcomer.run(folder / "node_modules/.bin/webpack", cwd=folder)
    assert (code, "ERROR in S002" in printed) == (1, True), printed
    without_the_tool(newcomer, folder)
    code, printed = newcomer.run(folder / "node_modules/.bin/webpack", cwd=folder)
    assert (code, "not found. Install it with pip from" in printed) == (1, True), printed
