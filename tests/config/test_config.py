"""The configuration: where it is found, and what it sets."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, build, check
from manifest_lint.config.find import Config, Overrides
from manifest_lint.config.settings import DEFAULTS, Exemption, Settings
from manifest_lint.finding import Severity
from tests.command import ROOT
from tests.config.configured import configured, write
from tests.connectors import FIXTURES, MANIFEST, SUNMETER, with_changes

FAULTY = json.dumps(with_changes(MANIFEST, categories=["other"], zzz=1), indent=2)
"""A manifest with findings of M003 and M008."""


def found(path: str = "a/b/manifest.konnector") -> tuple[str, ...]:
    """Return the rules ignored for a file: they show which configuration was found."""
    return Config()(Path(path)).ignore


@pytest.mark.parametrize(
    ("files", "ignored"),
    [
        ({}, ()),
        ({"manifest-lint.toml": 'ignore = ["A"]'}, ("A",)),
        ({"pyproject.toml": '[tool.manifest-lint]\nignore = ["A"]'}, ("A",)),
        ({"a/b/manifest-lint.toml": 'ignore = ["A"]'}, ("A",)),
        ({"manifest-lint.toml": 'ignore = ["A"]', "a/manifest-lint.toml": 'select = ["A"]'}, ()),
        (
            {"manifest-lint.toml": 'ignore = ["A"]', "a/pyproject.toml": "[tool.manifest-lint]"},
            (),
        ),
        (
            {
                "manifest-lint.toml": 'ignore = ["A"]',
                "a/pyproject.toml": '[project]\nname = "manifest-lint"\n[tool.ruff]',
            },
            ("A",),
        ),
        (
            {
                "manifest-lint.toml": 'ignore = ["A"]',
                "pyproject.toml": '[project]\ndependencies = ["manifest-lint==1"]\n[tool.ruff]',
            },
            ("A",),
        ),
        ({"manifest-lint.toml": 'ignore = ["A"]', "a/b/.git": "gitdir: x"}, ()),
        ({"a/b/c/manifest-lint.toml": 'ignore = ["A"]'}, ()),
        ({"pyproject.toml": "manifest-lint"}, ()),
    ],
    ids=[
        "none",
        "above",
        "in pyproject.toml",
        "beside",
        "the nearest wins",
        "an empty table counts",
        "another project's file does not",
        "nor one that depends on us, beside ours",
        "the search ends at .git",
        "nothing below counts",
        "a project without our table need not be TOML",
    ],
)
@pytest.mark.usefixtures("root")
def test_the_nearest_configuration_is_used(files: dict[str, str], ignored: tuple[str, ...]) -> None:
    for path, text in files.items():
        write(path, text)
    assert found() == ignored


@pytest.mark.parametrize(
    "text",
    [
        '[tool.manifest-lint]\nignore = ["A"]',
        '[ tool . "manifest-lint" ]\nignore = ["A"]',
        '[tool]\nmanifest-lint.ignore = ["A"]',
        '[tool]\n"manifest-lint" = { ignore = ["A"] }',
        'tool.manifest-lint.ignore = ["A"]',
        'tool = { manifest-lint = { ignore = ["A"] } }',
        '"tool".\'manifest-lint\' = { ignore = ["A"] }',
    ],
)
@pytest.mark.usefixtures("root")
def test_the_table_of_pyproject_is_found_however_it_is_written(text: str) -> None:
    write("pyproject.toml", text)
    assert found() == ("A",)


def test_the_search_follows_the_path_as_given(root: Path) -> None:
    write("a/manifest-lint.toml", 'ignore = ["A"]')
    (root / "link").symlink_to("a/b")
    assert found("link/manifest.konnector") == ()
    assert found("a/b/../b/manifest.konnector") == ("A",)


@pytest.mark.usefixtures("root")
def test_all_files_of_one_configuration_share_its_settings() -> None:
    write("manifest-lint.toml", 'ignore = ["A"]')
    config = Config()
    assert config(Path("a/x.json")) is config(Path("a/b/manifest.konnector"))


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b/c", "/" * 300 + "x"])
def test_an_impossible_path_has_the_defaults(path: str) -> None:
    assert Config()(Path(path)) == DEFAULTS


@pytest.mark.usefixtures("root")
def test_standard_input_without_a_path_has_the_defaults_or_the_named_configuration() -> None:
    file = write("manifest-lint.toml", 'ignore = ["A"]')
    assert Config()(None) == DEFAULTS
    assert Config(file)(None).ignore == ("A",)


@pytest.mark.usefixtures("root")
def test_a_named_configuration_is_used_for_all_files() -> None:
    write("a/manifest-lint.toml", 'ignore = ["A"]')
    named = write("other/any.toml", 'ignore = ["S"]')
    assert Config(named)(Path("a/b/x")).ignore == ("S",)
    project = write("other/pyproject.toml", '[tool.manifest-lint]\nignore = ["M"]')
    assert Config(project)(Path("a/b/x")).ignore == ("M",)


@pytest.mark.usefixtures("root")
def test_isolated_reads_no_configuration() -> None:
    write("manifest-lint.toml", "not TOML")
    assert Config(isolated=True)(Path("x")) == DEFAULTS
    with pytest.raises(UserError, match="--config cannot be used with --isolated"):
        Config(Path("manifest-lint.toml"), isolated=True)


@pytest.mark.usefixtures("root")
def test_command_line_options_replace_or_extend_settings() -> None:
    write("manifest-lint.toml", 'select = ["A"]\nignore = ["S"]\nfail-on = "note"\n')
    assert Config()(Path("x")).fail_on is Severity.NOTE
    overrides = Overrides(("M",), ("F",), "never", (Path("dump.json"),))
    for config in (Config(overrides=overrides), Config(isolated=True, overrides=overrides)):
        chosen = config(Path("x"))
        assert (chosen.select, chosen.fail_on) == (("M",), None)
        assert chosen.account_types == (Path("dump.json"),)
        assert chosen.ignore[-1] == "F"
    assert Config(overrides=overrides)(Path("x")).ignore == ("S", "F")


def test_every_key_sets_its_field(root: Path) -> None:
    write("types/x.json")
    text = """
select = ["S", "A001"]
ignore = ["S001"]
fail-on = "never"
account-types = ["types", "./types/x.json"]
redirect-domains = ["mycozy.cloud", "localhost"]
endpoint-families = [["a.example", "b.example"]]
extra-categories = ["gardening"]
extra-data-types = ["harvest"]
[[per-file-ignores]]
code = "S001"
path = "**"
reason = "because"
until = 2030-12-31

[severity]
S001 = "note"
S002 = "error"

[build]
build-dir = "built"
out = "../dist"
command = "make"
time-limit = 5
include = ["*.js"]
exclude = ["*.map", "!a.map"]
secret-variables = ["A_SECRET"]
url = "https://x.example/{slug}/{version}/{file}?{sha256}"
"""
    assert configured(text)._replace(outside={}, files=()) == Settings(
        select=("S", "A001"),
        ignore=("S001",),
        severity={"S001": Severity.NOTE, "S002": Severity.ERROR},
        fail_on=None,
        per_file_ignores=(
            Exemption(
                ("S001",),
                "**",
                root,
                "because",
                date(2030, 12, 31),
                file="manifest-lint.toml",
                line=10,
            ),
        ),
        account_types=(Path("types"), Path("types/x.json")),
        redirect_domains=("mycozy.cloud", "localhost"),
        endpoint_families=(frozenset(("a.example", "b.example")),),
        extra_categories=frozenset(("gardening",)),
        extra_data_types=frozenset(("harvest",)),
        build_dir=Path("built"),
        out=Path("../dist"),
        build_command="make",
        build_time_limit=5,
        include=("*.js",),
        exclude=("*.map", "!a.map"),
        secret_variables=("A_SECRET",),
        url="https://x.example/{slug}/{version}/{file}?{sha256}",
    )


def test_paths_are_relative_to_the_configuration_and_shown_from_the_current_folder(
    root: Path,
) -> None:
    write("a/types.json")
    write("a/manifest-lint.toml", 'account-types = ["types.json"]\nbuild.out = "../dist"')
    chosen = Config()(Path("a/b/x"))
    assert chosen.account_types == (Path("a/types.json"),)
    assert chosen.out == Path("a/../dist")
    os.chdir("a/b")
    assert Config()(Path("x")).account_types == (root / "a/types.json",)


@pytest.mark.parametrize("text", ["\ufeff", "", "\r\n", "# x\r\n"])
@pytest.mark.usefixtures("root")
def test_line_ends_and_a_byte_order_mark_change_nothing(text: str) -> None:
    assert configured(f'{text}ignore = ["S"]\r\n').ignore == ("S",)


def test_without_a_configuration_no_parser_is_loaded(tmp_path: Path) -> None:
    shutil.copytree(SUNMETER, tmp_path, dirs_exist_ok=True)
    (tmp_path / ".git").mkdir()
    script = (
        "import sys, manifest_lint\n"
        "manifest_lint.check(sys.argv[1])\n"
        "heavy = {'tomllib', 'tomli', 'jsonschema', 'tree_sitter', 'pathspec',"
        " 'manifest_lint.config.toml_file', 'manifest_lint.config.toml',"
        " 'manifest_lint.config.accept'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    def loaded() -> str:
        command = [sys.executable, "-c", script, str(tmp_path)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()

    assert loaded() == "[]"
    (tmp_path / "manifest-lint.toml").write_text(
        '[[per-file-ignores]]\ncode = "S"\npath = "x"\nreason = "y"'
    )
    assert not {"jsonschema", "tree_sitter", "pathspec"} & set(re.findall(r"\w+", loaded()))


def codes(report: Any) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.mark.usefixtures("root")
def test_each_file_is_checked_with_its_own_configuration() -> None:
    write("a/manifest.konnector", FAULTY)
    write("a/b/manifest.konnector", FAULTY)
    write("a/manifest-lint.toml", 'select = ["M003", "M008"]\nfail-on = "warning"')
    write("a/b/manifest-lint.toml", 'select = ["M"]\nignore = ["M003"]\nseverity.M008 = "error"')
    assert codes(check("a/manifest.konnector")) == {"M003", "M008"}
    assert codes(check("a/b/manifest.konnector")) == {"M008"}
    [finding] = check("a/b/manifest.konnector").findings
    assert (finding.severity, finding.refused_by) == (Severity.ERROR, ("build",))
    both = check(".")
    assert {(f.path, f.code) for f in both.findings} == {
        ("a/manifest.konnector", "M003"),
        ("a/manifest.konnector", "M008"),
        ("a/b/manifest.konnector", "M008"),
    }
    assert codes(check("a/b/manifest.konnector", select="M003")) == set()
    assert codes(check("a/b/manifest.konnector", select="M003", isolated=True)) == {"M003"}
    assert codes(check("a/b/manifest.konnector", config="a/manifest-lint.toml")) == {"M003", "M008"}


@pytest.mark.parametrize(
    ("least", "given", "fails"),
    [
        ("error", None, False),
        ("warning", None, True),
        ("never", None, False),
        ("never", "note", True),
        ("note", "never", False),
        ("note", "error", False),
    ],
)
@pytest.mark.usefixtures("root")
def test_fail_on_is_set_for_each_file(least: str, given: str | None, fails: bool) -> None:
    write("a/manifest.konnector", json.dumps(MANIFEST))
    write("a/b/manifest.konnector", FAULTY)
    write("a/b/manifest-lint.toml", f'select = ["M008"]\nfail-on = "{least}"')
    report = check(".", fail_on=given)
    assert report.fails() is fails
    assert report.fails(Severity.WARNING)
    assert not report.fails(None)


def test_an_unknown_severity_to_fail_on_is_refused() -> None:
    with pytest.raises(UserError, match="bad: is not a severity to fail on; use one of error, "):
        check(FIXTURES / "sunmeter", fail_on="bad")


@pytest.mark.usefixtures("root")
def test_standard_input_has_the_configuration_of_its_name() -> None:
    write("manifest-lint.toml", 'select = ["M008"]')
    text = FAULTY.encode()
    assert codes(check(stdin=("a/manifest.konnector", text))) == {"M008"}
    assert codes(check(stdin=(None, text))) > {"M008"}


@pytest.mark.usefixtures("root")
def test_configured_account_types_are_used_for_every_connector() -> None:
    write("manifest-lint.toml", 'select = ["X001"]\naccount-types = ["types.json"]')
    write("types.json", '{"_id": "other", "grant_mode": "secret"}')
    write("a/manifest.konnector", json.dumps(MANIFEST))
    assert codes(check("a")) == {"X001"}


@pytest.mark.usefixtures("root")
def test_a_build_reads_and_writes_where_the_configuration_says() -> None:
    for place in ("a", "made"):
        write(f"{place}/manifest.konnector", json.dumps({**MANIFEST, "icon": "icon.svg"}))
        write(f"{place}/icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
        write(f"{place}/index.js")
    write("manifest-lint.toml", '[build]\nbuild-dir = "made"\nout = "packed"')
    assert build("a").archive == Path("packed/sunmeter-1.2.0.tar.gz")
    assert build("a", out="elsewhere").archive == Path("elsewhere/sunmeter-1.2.0.tar.gz")
    with pytest.raises(UserError, match="a/build: there is no built connector"):
        build("a", isolated=True)


@pytest.mark.parametrize("slug", ["../x", "a/b", ""])
@pytest.mark.usefixtures("root")
def test_a_slug_that_cannot_name_a_file_is_refused_even_if_its_rule_is_ignored(slug: str) -> None:
    for place in ("a", "a/build"):
        write(f"{place}/manifest.konnector", json.dumps({**MANIFEST, "slug": slug}))
    write("manifest-lint.toml", 'select = ["S"]')
    with pytest.raises(UserError, match="the slug cannot name a file"):
        build("a")
