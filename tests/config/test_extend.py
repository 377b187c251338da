"""`extend`: a configuration that starts from another one, in a file or in an installed package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError
from manifest_lint.config.extend import is_path
from manifest_lint.config.find import Config
from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.engine.select import code_of
from manifest_lint.files.disk import Tree
from manifest_lint.finding import Severity
from tests.config.configured import configured, write

SHARED = """
select = ["S", "M"]
extend-select = ["A001"]
ignore = ["M003"]
extend-exclude = ["old/"]
fail-on = "warning"
redirect-domains = ["mycozy.cloud"]
severity = { M010 = "note", M008 = "note" }
build = { out = "packed", time-limit = 5 }
"""


def refusal(text: str) -> str:
    """Return the error for a configuration in the current folder."""
    with pytest.raises(UserError) as refused:
        configured(text)
    message = str(refused.value)
    assert "\n" not in message
    return message


@pytest.fixture
def package(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An installed package, acme-lint, whose code must not run."""
    site = tmp_path_factory.mktemp("site")
    assert Path.cwd() == root
    folder = site / "acme_lint"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('was run')")
    (folder / "manifest-lint.toml").write_text('extend = "conf/strict.toml"\nignore = ["F005"]')
    (folder / "conf").mkdir()
    (folder / "conf/strict.toml").write_text('fail-on = "note"\naccount-types = ["../types"]')
    (folder / "types").mkdir()
    record = "acme_lint/__init__.py,,\nacme_lint/manifest-lint.toml,,\n"
    info = site / "acme_lint-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Acme.Lint\nVersion: 1.0\n")
    (info / "RECORD").write_text(record)
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    return folder


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ('ignore = ["F005"]', {"ignore": ("F005",)}),
        ('select = ["S"]', {"select": ("S",), "extend_select": ("A001",)}),
        ('extend-select = ["A006", "A001"]', {"extend_select": ("A001", "A006")}),
        ('extend-exclude = ["new/"]', {"extend_exclude": ("old/", "new/")}),
        ('exclude = ["x"]', {"excluded": ("x",), "extend_exclude": ("old/",)}),
        ("redirect-domains = []", {"redirect_domains": ()}),
        (
            '[severity]\nM008 = "error"',
            {"severity": {"M010": Severity.NOTE, "M008": Severity.ERROR}},
        ),
        ("build.time-limit = 9", {"build_time_limit": 9, "out": Path("shared/packed")}),
        ('build.out = "dist"', {"build_time_limit": 5, "out": Path("dist")}),
        ('fail-on = "error"', {"fail_on": Severity.ERROR}),
    ],
)
def test_keys_are_set_over_those_of_the_extended_file(own: str, expected: dict[str, Any]) -> None:
    write("shared/lint.toml", SHARED)
    before = configured('extend = "shared/lint.toml"')
    assert (before.select, before.extend_select) == (("S", "M"), ("A001",))
    assert before.selected == ("S", "M", "A001")
    found = configured(f'extend = "shared/lint.toml"\n{own}')
    names = [name for name in Settings._fields if name != "outside"]
    assert {n: getattr(found, n) for n in names} == {
        n: getattr(before, n) for n in names
    } | expected


@pytest.mark.usefixtures("root")
def test_extending_nothing_new_changes_nothing() -> None:
    write("shared/lint.toml")
    found = configured('extend = "shared/lint.toml"')
    assert found.extend == "shared/lint.toml"
    assert configured("")._replace(files=()) == DEFAULTS


def test_a_path_is_relative_to_its_file_and_a_pattern_to_the_configuration(root: Path) -> None:
    write("shared/types/x.json")
    entry = '{ code = "S", path = "old/**", reason = "x" }'
    text = f'account-types = ["types"]\nextend = "more/base.toml"\nper-file-ignores = [{entry}]'
    write("shared/lint.toml", text)
    write("shared/more/base.toml", 'baseline = "known.json"\nexclude = ["/old/"]')
    found = configured('extend = "shared/lint.toml"')
    assert found.account_types == (Path("shared/types"),)
    assert found.baseline == Path("shared/more/known.json")
    [exemption] = found.per_file_ignores
    assert (exemption.root, exemption.file) == (root, "shared/lint.toml")
    assert Config().excluded_in("").by("old", "old", is_folder=True) == "setting"


@pytest.mark.usefixtures("root")
def test_each_setting_has_the_place_that_it_comes_from() -> None:
    write("base.toml", 'extend-select = ["M"]\nselect = ["S"]\n[severity]\nM010 = "note"')
    write("manifest-lint.toml", 'extend = "base.toml"\nextend-select = ["A"]\nseverity.M008="note"')
    origins = Config(code_of=code_of).in_force(Path("x")).origins
    assert origins == {
        "extend": ("manifest-lint.toml:1",),
        "select": ("base.toml:2",),
        "extend-select": ("base.toml:1", "manifest-lint.toml:2"),
        "severity": ("base.toml:3", "manifest-lint.toml:3"),
    }


@pytest.mark.parametrize("value", ["acme-lint", "Acme_Lint", "acme-lint:manifest-lint.toml"])
def test_a_package_is_read_and_never_run(value: str, package: Path) -> None:
    found = configured(f'extend = "{value}"')
    assert (found.ignore, found.fail_on) == (("F005",), Severity.NOTE)
    assert found.account_types == (package / "conf/../types",)
    assert found.outside == {}
    assert "acme_lint" not in sys.modules


def test_a_package_installed_for_development_is_read_from_its_folder(package: Path) -> None:
    (package.parent / "acme_lint-1.0.dist-info/RECORD").write_text("")
    assert configured('extend = "acme-lint:conf/strict.toml"').fail_on is Severity.NOTE


def test_a_package_may_not_name_files_to_write(package: Path) -> None:
    (package / "manifest-lint.toml").write_text('baseline = "x.json"\nbuild.out = "dist"')
    found = configured('extend = "acme-lint"')
    assert list(found.outside) == ["baseline", "build.out"]
    with pytest.raises(UserError, match=r"acme-lint:manifest-lint\.toml:1: .* leads out of"):
        found.refuse_outside("baseline")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("acme", 'the package "acme" is not installed where manifest-lint is; install it there'),
        ("acme-lint:x.toml", 'the package "acme-lint" has no file "x.toml"; name another'),
        (
            f"acme-lint:{300 * 'x'}",
            f'the package "acme-lint" has no file "{60 * "x"}"; name another',
        ),
        ("acme-lint:../x.toml", '"../x.toml" is not the path of a file in the package "acme-lint"'),
        ("acme-lint:/etc/x", '"/etc/x" is not the path of a file in the package "acme-lint"'),
        ("https://a:hunter2@x.example/y.toml", '"extend" is an address, which is not fetched'),
        ("acme lint", '"acme lint" is neither a path nor the name of a package'),
        ("nowhere.toml", '"nowhere.toml" not found next to this configuration; check the path'),
        ("@acme/lint", '"@acme/lint" not found next to this configuration; check the path'),
        ("../lint.toml", '"../lint.toml" leads out of the tree; to allow it, name this config'),
        ("/etc/lint.toml", '"/etc/lint.toml" leads out of the tree; to allow it, name this config'),
        ("link.toml", '"link.toml" leads out of the tree; to allow it, name this configuration'),
        ("manifest-lint.toml", "this configuration extends itself; remove one of them"),
        ("./x/../manifest-lint.toml", "this configuration extends itself; remove one of them"),
        ("pyproject.toml", '"pyproject.toml" has no table [tool.manifest-lint]; add it or name'),
        (" ", '"extend" must not be empty'),
    ],
)
@pytest.mark.usefixtures("package")
def test_what_cannot_be_extended_is_one_line(root: Path, value: str, message: str) -> None:
    (root.parent / "lint.toml").touch()
    (root / "link.toml").symlink_to(root.parent / "lint.toml")
    write("pyproject.toml", "[project]")
    (root / "x").mkdir()
    assert refusal(f'extend = "{value}"').startswith(f"manifest-lint.toml:1:10: {message}")


@pytest.mark.parametrize("kind", ["loop", "chain"])
@pytest.mark.usefixtures("root")
def test_a_chain_ends(kind: str) -> None:
    for number in range(12):
        follows = (number + 1) % 3 if kind == "loop" else number + 1
        write(f"{number}.toml", f'extend = "{follows}.toml"')
    expected = {
        "loop": "2.toml:1:10: this configuration extends itself; remove one of them",
        "chain": "8.toml:1:10: extends more than 10 files; name fewer",
    }
    assert refusal('extend = "0.toml"') == expected[kind]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x" * 10_000_000, "base.toml: is larger than 1 MiB; make it smaller"),
        (b"\xff", "base.toml:1:1: is not UTF-8; save it as UTF-8"),
        (b"slect = []", 'base.toml:1:1: unknown key "slect"; did you mean "select"?'),
        (b'extend-exclude = ["a", "!"]', 'base.toml:1:24: "!" is not a pattern as in .gitignore'),
        (b'ignore = ["Q001"]', "base.toml:1:11: Q001: no rule has a code that starts with it;"),
        (b"extend = 1", 'base.toml:1:10: "extend" must be a string in quotes, not the number 1'),
    ],
    ids=lambda value: str(value[:12]),
)
@pytest.mark.usefixtures("root")
def test_an_extended_file_is_refused_like_any(data: bytes, message: str) -> None:
    Path("base.toml").write_bytes(data)
    assert refusal('extend = "base.toml"').startswith(message)


@pytest.mark.usefixtures("root")
def test_a_named_pipe_is_not_waited_for() -> None:
    os.mkfifo("base.toml")
    assert refusal('extend = "base.toml"').startswith("base.toml: is not a regular file")


@pytest.mark.usefixtures("root")
def test_what_one_file_selects_and_another_ignores_is_refused() -> None:
    write("base.toml", 'ignore = ["M00"]')
    message = 'base.toml:1:11: "M00" ignores "M003", which is in "extend-select"; remove one'
    assert refusal('extend = "base.toml"\nextend-select = ["M003"]') == message
    found = configured('extend = "base.toml"\nextend-select = ["M003"]\nignore = []')
    assert found.ignore == ()


def test_a_named_configuration_may_extend_a_file_anywhere(root: Path) -> None:
    (root.parent / "lint.toml").write_text('ignore = ["F005"]')
    named = write("manifest-lint.toml", 'extend = "../lint.toml"')
    assert Config(named)(Path("x")).ignore == ("F005",)
    assert not Tree(root).holds(root.parent / "lint.toml")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((one, True) for one in ("a.toml", "./a", "a/b", "../a", "C:\\a", "a\\b", "/a", ".a")),
        *((one, True) for one in ("C:a", "a/b:c", "./a:b", "@a/b")),
        *((one, False) for one in ("acme", "acme-lint", "acme:a/b.toml", "acme.lint", "ac:me")),
    ],
)
def test_a_path_is_distinguished_from_a_package(value: str, expected: bool) -> None:
    assert is_path(value) is expected
