"""`manifest-lint config`, and the options that choose a configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.config.find import KEYS
from manifest_lint.config.toml import decode
from tests.command import run
from tests.connectors import MANIFEST, with_changes

CONFIGURATION = """\
select = ["M", "S"]
ignore = ["M001"]

[[per-file-ignores]]
code = "M003"
path = "a/**"
reason = "says \\"why\\""
until = 2030-12-31

[[per-file-ignores]]
code = "S"
path = "b"
reason = "é"

[severity]
M010 = "note"

[build]
out = "packed"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    text = json.dumps(with_changes(MANIFEST, categories=["other"]))
    (tmp_path / "a/manifest.konnector").write_text(text)
    (tmp_path / "manifest-lint.toml").write_text(CONFIGURATION, "utf-8")
    return tmp_path


def shown(folder: Path, *arguments: str) -> list[str]:
    done = run("config", *arguments, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def settings(folder: Path, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads("\n".join(shown(folder, *arguments, "--format", "json")))
    assert list(answer["settings"]) == list(KEYS)
    return answer


def test_each_setting_is_shown_with_its_source(folder: Path) -> None:
    assert shown(folder, "a", "--ignore", "S001,S002", "--fail-on", "never") == [
        "# a: manifest-lint.toml",
        "# extend: default",
        'select = ["M", "S"]  # manifest-lint.toml:1',
        "extend-select = []  # default",
        'ignore = ["M001", "S001", "S002"]  # manifest-lint.toml:2, --ignore',
        'exclude = [".*/", "build/", "node_modules/"]  # default',
        "extend-exclude = []  # default",
        'fail-on = "never"  # --fail-on',
        'severity = { M010 = "note" }  # manifest-lint.toml:15',
        "per-file-ignores = [",
        '  { code = "M003", path = "a/**", reason = "says \\"why\\"", until = 2030-12-31 },'
        "  # manifest-lint.toml:4",
        '  { code = "S", path = "b", reason = "é" },  # manifest-lint.toml:10',
        "]",
        "# baseline: default",
        "account-types = []  # default",
        "redirect-domains = []  # default",
        "endpoint-families = []  # default",
        "extra-categories = []  # default",
        "extra-data-types = []  # default",
        "[build]",
        "# build-dir: default",
        'out = "packed"  # manifest-lint.toml:19',
        "# command: default",
        "time-limit = 600  # default",
        "include = []  # default",
        "exclude = []  # default",
        "secret-variables = []  # default",
        "# url: default",
    ]


def test_the_output_is_the_same_configuration_as_toml(folder: Path) -> None:
    again = decode("\n".join(shown(folder, "a")))
    written = decode(CONFIGURATION)
    assert again["build"].items() >= written.pop("build").items()
    assert {key: again[key] for key in written} == written
    (folder / "manifest-lint.toml").write_text("\n".join(shown(folder, "a")), "utf-8")
    assert decode("\n".join(shown(folder, "a"))) == again


def test_settings_are_written_as_json(folder: Path) -> None:
    answer = settings(folder, "a/manifest.konnector", "--select", "s", "--account-types", "x.json")
    assert answer["path"] == "a/manifest.konnector"
    assert answer["configuration"] == "manifest-lint.toml"
    chosen = answer["settings"]
    assert chosen["select"] == {"value": ["S"], "from": ["--select"]}
    assert chosen["account-types"] == {"value": ["x.json"], "from": ["--account-types"]}
    assert chosen["fail-on"] == {"value": "error", "from": ["default"]}
    assert chosen["per-file-ignores"]["from"] == ["manifest-lint.toml:4", "manifest-lint.toml:10"]
    assert chosen["per-file-ignores"]["value"][0]["until"] == "2030-12-31"
    assert chosen["build.build-dir"] == {"value": None, "from": ["default"]}
    assert chosen["build.out"] == {"value": "packed", "from": ["manifest-lint.toml:19"]}


def test_without_a_configuration_the_defaults_are_shown(folder: Path) -> None:
    for answer in (settings(folder, "a", "--isolated"), settings(folder.parent)):
        assert answer["configuration"] is None
        assert {tuple(setting["from"]) for setting in answer["settings"].values()} == {("default",)}
    assert shown(folder, "--isolated")[0] == "# .: no configuration"


def test_settings_of_pyproject_are_shown_with_their_lines(folder: Path) -> None:
    (folder / "manifest-lint.toml").unlink()
    text = (
        '[project]\nname = "x"\n\n[tool.manifest-lint]\nignore = [\n  "M001",\n]\nbuild.out = "x"'
    )
    (folder / "pyproject.toml").write_text(text)
    answer = settings(folder, "a")["settings"]
    assert answer["ignore"]["from"] == ["pyproject.toml:5"]
    assert answer["build.out"]["from"] == ["pyproject.toml:8"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["config", "nowhere"], "nowhere: there is no such file"),
        (["config", "--select", "Q"], "Q: no rule has a code"),
        (["config", "--config", "nowhere.toml"], "nowhere.toml: there is no such file"),
        (["check", "--config", "nowhere.toml"], "nowhere.toml: there is no such file"),
        (["check", "--config", "a"], "a: is a folder"),
        (["check", "--config", "wrong.toml"], 'wrong.toml:1:1: unknown key "slect"; did you'),
        (["check", "--config", "wrong.toml", "--isolated"], "drop one of them"),
        (["build", "a", "--config", "wrong.toml"], 'wrong.toml:1:1: unknown key "slect"'),
        (["check", "--config", "ugly.toml"], 'ugly.toml:1:1: unknown key "\\x7f\\u202e"'),
        (["check", "--config", "code.toml"], "code.toml:1:11: \\u001b[31m: no rule has a code"),
        (["check", "--config", "/dev/null"], "use --isolated"),
    ],
)
def test_an_error_ends_the_run_in_one_line(
    folder: Path, arguments: list[str], message: str
) -> None:
    (folder / "wrong.toml").write_text("slect = 1")
    (folder / "ugly.toml").write_text('"\\u007f\u202e" = 1', "utf-8")
    (folder / "code.toml").write_text('select = ["\\u001b[31m"]')
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], 0),
        (["check", "--isolated"], 1),
        (["check", "--fail-on", "warning"], 1),
        (["check", "--ignore", "M008", "--fail-on", "warning"], 0),
        (["check", "--config", "strict.toml"], 1),
        (["check", "--config", "strict.toml", "--fail-on", "never"], 0),
        (["check", "--config", "strict.toml", "--format", "json"], 1),
    ],
)
def test_the_exit_code_follows_the_configuration(
    folder: Path, arguments: list[str], code: int
) -> None:
    (folder / "strict.toml").write_text('select = ["M008"]\nfail-on = "warning"')
    extra = ["--fail-on", "warning", "--select", "M008"] if "--isolated" in arguments else []
    done = run(*arguments, *extra, cwd=folder)
    assert (done.returncode, done.stderr) == (code, "")
    if "json" in arguments:
        assert json.loads(done.stdout)["verdict"] == "fail"
