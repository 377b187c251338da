"""The jobs for CI servers are valid for their services, and their scripts run here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from manifest_lint.scaffold.repository import job
from tests.address import snapshot
from tests.command import ROOT
from tests.connectors import FIXTURES
from tests.install_pages import documented
from tests.project.test_versions import git

ACTION = ROOT / "action.yml"
GITLAB = ROOT / "integrations/gitlab/manifest-lint.gitlab-ci.yml"
TRAVIS = ROOT / "integrations/travis/travis.yml"
PAGE = ROOT / "docs/integrations.md"
SCHEMAS = {"action": "github-actions", "workflow": "github-workflows"}


def yaml(text: str) -> Any:
    return YAML(typ="safe").load(text)


def validate(schema: str, file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def blocks(language: str) -> list[str]:
    """Return the blocks of the page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize(
    ("schema", "file"), [("github-actions", ACTION), ("gitlab-ci", GITLAB), ("travis", TRAVIS)]
)
def test_a_job_is_valid_for_its_service(schema: str, file: Path) -> None:
    validate(schema, file)


def test_zizmor_finds_nothing_in_the_action() -> None:
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    # If CI is set, it would colour its output to a pipe too.
    command = [zizmor, "--offline", "--no-progress", "--color=never", "--persona=pedantic"]
    done = subprocess.run([*command, ACTION], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "No findings to report. Good job!\n"), done.stdout


class Runner:
    """Runs the steps of the action as GitHub's runner does: bash -e, and output files."""

    def __init__(self, folder: Path):
        self.action = folder / "action"
        snapshot(self.action)
        self.workspace = folder / "workspace"
        self.workspace.mkdir()
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        self.steps = yaml(ACTION.read_text("utf-8"))["runs"]["steps"]
        self.outputs: dict[str, dict[str, str]] = {}

    def run(self, name: str, inputs: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run one step with the action's inputs."""
        [step] = [step for step in self.steps if step["id"] == name]
        declared = yaml(ACTION.read_text("utf-8"))["inputs"]
        given = {key: value["default"] for key, value in declared.items()} | inputs
        environment = {
            key: self._expanded(text, given) for key, text in step.get("env", {}).items()
        }
        for file in self.files.values():
            file.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env={
                **os.environ,
                **{key: str(file) for key, file in self.files.items()},
                **environment,
                "GITHUB_ACTION_PATH": str(self.action),
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.temp),
            },
            capture_output=True,
            text=True,
        )
        pairs = self.files["GITHUB_OUTPUT"].read_text().splitlines()
        self.outputs[name] = dict(pair.split("=", 1) for pair in pairs)
        return done

    def _expanded(self, text: str, inputs: dict[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            kind, *names = found[1].split(".")
            return inputs[names[0]] if kind == "inputs" else self.outputs[names[0]][names[2]]

        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", value, text)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner on which the action has installed the tool."""
    made = Runner(tmp_path_factory.mktemp("runner"))
    done = made.run("install", {})
    assert done.returncode == 0, done.stderr
    for name in ("faulty", "sunmeter"):
        shutil.copytree(FIXTURES / name, made.workspace / name)
    return made


def test_the_action_reports_findings_and_sets_its_outputs(runner: Runner) -> None:
    done = runner.run("check", {"path": "faulty", "sarif": "out/x.sarif", "html": "out/x.html"})
    assert done.returncode == 1
    assert "::error file=faulty/manifest.konnector,line=16," in done.stdout
    written = runner.workspace / "out" / "x.sarif"
    number = len(json.loads(written.read_text("utf-8"))["runs"][0]["results"])
    outputs = {"verdict": "fail", "findings": str(number), "sarif": "out/x.sarif"}
    assert runner.outputs["check"] == outputs
    summary = runner.files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
    assert summary.startswith("## manifest-lint: failed\n")
    assert (runner.workspace / "out" / "x.html").is_file()


def test_the_action_passes_a_good_connector(runner: Runner) -> None:
    done = runner.run("check", {"path": "sunmeter"})
    assert (done.returncode, done.stderr) == (0, "")
    assert runner.outputs["check"] == {"verdict": "pass", "findings": "0"}


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("sunmeter\nwith space\n", 2),
        ("  sunmeter\n\n  with space  \n", 2),
        ("with space", 1),
        ("\n", 2),
    ],
)
def test_the_action_checks_several_paths(
    tmp_path: Path, runner: Runner, path: str, number: int
) -> None:
    two = Runner(tmp_path)
    two.outputs = {"install": runner.outputs["install"]}
    for name in ("sunmeter", "with space"):
        shutil.copytree(FIXTURES / "sunmeter", two.workspace / name)
        file = two.workspace / name / "manifest.konnector"
        file.write_text(file.read_text().replace('"version": "', '"version": "v'))
    done = two.run("check", {"path": path})
    assert done.returncode == 1
    found = set(re.findall(r"::error file=([^/]+)/manifest.konnector,[^:]*title=M005", done.stdout))
    assert len(found) == number
    assert number == 2 or found == {path}


@pytest.mark.parametrize(
    "inputs",
    [
        {"path": "nowhere"},
        {"path": "sunmeter\nnowhere"},
        {"path": "sunmeter", "fail-on": "bad"},
        {"path": "sunmeter", "account-types": "nowhere"},
        {"path": "--help"},
        {"path": "$(touch hit); `touch hit`\n\"'"},
    ],
)
def test_an_input_is_never_run_as_code(runner: Runner, inputs: dict[str, str]) -> None:
    done = runner.run("check", inputs)
    assert done.returncode == 2
    assert done.stderr.startswith("manifest-lint: ")
    assert runner.outputs["check"] == {}
    assert not (runner.workspace / "hit").exists()


def test_the_inputs_of_the_action_are_options_of_the_tool(runner: Runner) -> None:
    assert runner.run("check", {"path": "faulty", "since": "no such revision"}).returncode == 2
    inputs = {"path": "faulty", "fail-on": "never", "account-types": "faulty"}
    done = runner.run("check", inputs)
    assert done.returncode == 0
    assert runner.outputs["check"]["verdict"] == "pass"


def test_the_jobs_of_the_page_on_upgrades_compare_with_where_a_branch_left() -> None:
    text = (ROOT / "docs/upgrade.md").read_text("utf-8")
    github, gitlab, hooks = (
        yaml(block) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S)
    )
    checkout, lint = github["steps"]
    assert checkout["with"]["fetch-depth"] == 0
    assert lint["with"]["since"] == "origin/${{ github.base_ref }}..."
    job_of = gitlab["upgrade"]
    assert job_of["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    assert job_of["variables"] == {"GIT_DEPTH": 0}
    assert '--since "origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME..."' in job_of["script"][-1]
    assert hooks["repos"][0]["hooks"][0]["args"] == ["--since", "origin/main..."]


def run_lines(lines: list[str], runner: Runner, **variables: str) -> int:
    """Run the lines of a job one by one, as GitLab and Travis do, with the tool on PATH."""
    path = f"{runner.outputs['install']['bin']}{os.pathsep}{os.environ['PATH']}"
    for line in lines:
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", line],
            cwd=runner.workspace,
            env={**os.environ, "PATH": path, **variables},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            assert done.stdout.startswith(("Found", "faulty")), done.stderr
            return done.returncode
    return 0


@pytest.mark.parametrize(("path", "code"), [("faulty", 1), ("sunmeter", 0)])
def test_the_job_of_gitlab_writes_its_reports(runner: Runner, path: str, code: int) -> None:
    made = yaml(GITLAB.read_text("utf-8"))
    found = made["manifest-lint"]
    variables = {"MANIFEST_LINT_SOURCE": str(ROOT), "MANIFEST_LINT_PATH": path}
    assert set(variables) < set(made["variables"])
    assert run_lines(found["script"], runner, **variables) == code
    reports = found["artifacts"]["reports"]
    for file in (*reports.values(), *found["artifacts"]["paths"]):
        assert (runner.workspace / file).is_file()
    entries = json.loads((runner.workspace / reports["codequality"]).read_text("utf-8"))
    assert bool(entries) == (path == "faulty")
    assert all(entry["location"]["path"].startswith("faulty/") for entry in entries)
    shutil.rmtree(runner.workspace / "manifest-lint")


@pytest.mark.parametrize(
    ("since", "code", "said"),
    [
        ("", 1, " in 2 manifests "),
        ("HEAD", 0, "Compared with HEAD: 2 unchanged."),
        ("HEAD~1...", 1, "Compared with HEAD~1...: 1 added, 1 unchanged."),
        ("no such; touch hit", 2, "there is no such file or git revision"),
    ],
)
def test_the_job_of_gitlab_compares_with_a_revision(
    runner: Runner, tmp_path: Path, since: str, code: int, said: str
) -> None:
    git(tmp_path, "init", "-q")
    for name in ("sunmeter", "faulty"):
        shutil.copytree(FIXTURES / name, tmp_path / name)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", name)
    made = yaml(GITLAB.read_text("utf-8"))
    values = {name: one["value"] for name, one in made["variables"].items()}
    path = f"{runner.outputs['install']['bin']}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", made["manifest-lint"]["script"][-1]],
        cwd=tmp_path,
        env={**os.environ, **values, "PATH": path, "MANIFEST_LINT_SINCE": since},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert ("Compared" in done.stdout) == since.startswith("HEAD")
    assert not (tmp_path / "hit").exists()


def test_the_job_of_travis_runs_and_is_the_one_that_init_writes(
    runner: Runner, tmp_path: Path
) -> None:
    written = TRAVIS.read_text("utf-8")
    assert job(tmp_path, tmp_path, "travis", documented()).data.decode() == written
    [check] = yaml(written)["script"]
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/bin").symlink_to(runner.outputs["install"]["bin"])
    assert run_lines([check], runner, HOME=str(tmp_path)) == 1  # the faulty fixture is checked too


def test_the_page_shows_the_shipped_jobs(tmp_path: Path) -> None:
    shown = blocks("yaml")
    assert TRAVIS.read_text("utf-8") in shown
    ids = {hook["id"] for hook in yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    named = set()
    inputs = yaml(ACTION.read_text("utf-8"))["inputs"]
    for number, text in enumerate(shown):
        value = yaml(text)
        file = tmp_path / f"{number}.yml"
        file.write_text(text)
        if "repos" in value:
            named |= {hook["id"] for repo in value["repos"] for hook in repo["hooks"]}
        elif "jobs" in value:
            validate("github-workflows", file)
            steps = value["jobs"]["manifest-lint"]["steps"]
            [used] = [step for step in steps if "/manifest-lint@" in step["uses"]]
            assert set(used.get("with", {})) <= set(inputs)
        elif "include" in value:
            validate("gitlab-ci", file)
            assert value["include"][0]["remote"].endswith(GITLAB.relative_to(ROOT).as_posix())
            job_of = value.get("manifest-lint", {})
            given = value.get("variables", {}) | job_of.get("variables", {})
            known = yaml(GITLAB.read_text("utf-8"))["variables"].keys() | {"GIT_DEPTH"}
            assert given.keys() <= known
        else:
            assert text == TRAVIS.read_text("utf-8")
    assert named == ids
    text = PAGE.read_text("utf-8")
    assert all(f"| `{name}` |" in text for name in (*ids, *inputs))
    assert all(json.loads(block) for block in blocks("json"))
