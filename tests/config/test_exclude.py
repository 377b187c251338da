"""What a search leaves out, compared with git."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from manifest_lint import UserError, check
from manifest_lint.config.exclude import DEFAULT, Excluded, Patterns, is_excluded
from manifest_lint.config.find import Config, Overrides
from manifest_lint.config.patterns import why_no_pattern
from tests.config.configured import configured, write
from tests.connectors import SUNMETER

PATTERNS = [
    [],
    list(DEFAULT),
    ["fixtures/"],
    ["/fixtures/"],
    ["fixtures"],
    ["a/fixtures/"],
    ["**/fixtures/"],
    ["a/**"],
    ["a/*", "!a/b/"],
    ["[[a]/"],
    ["[[a]"],
    ["a/", "!a/b/"],
    ["*", "!a/"],
    ["a/**/c/"],
    ["[ab]/"],
    ["?/"],
    ["fix*/", "!fixtures/"],
    ["build/", "!a/build/"],
    ["m*.konnector"],
    ["a/manifest.konnector"],
    ["A/"],
    ["\\!x/"],
    ["a b/"],
    ["*.old/"],
    ["**"],
    ["*"],
]
FOLDERS = [
    *(
        "a",
        "a/b",
        "a/b/c",
        "a/fixtures",
        "a/fixtures/x",
        "fixtures",
        "fixtures/x",
        "b",
        "b/fixtures",
    ),
    *("build", "a/build", "node_modules/x", ".x", "a/.x/y", "!x", "a b", "a.old", "a/x/y/c"),
]
FILES = [f"{folder}/manifest.konnector" for folder in FOLDERS]


def excluded_by_git(root: Path, patterns: list[str]) -> set[str]:
    (root / ".git/info").mkdir(exist_ok=True)
    (root / ".git/info/exclude").write_text("".join(f"{one}\n" for one in patterns))
    done = subprocess.run(
        ["git", "-c", "core.ignoreCase=false", "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(FILES).encode(),
        capture_output=True,
        cwd=root,
    )
    return set(filter(None, done.stdout.decode().split("\0")))


@pytest.mark.parametrize("patterns", PATTERNS, ids=" ".join)
def test_patterns_mean_what_they_mean_to_git(root: Path, patterns: list[str]) -> None:
    if not shutil.which("git"):
        pytest.skip("needs git, which is not installed")
    shutil.rmtree(root / ".git")
    subprocess.run(["git", "init", "-q"], check=True, cwd=root)
    for file in FILES:
        write(file, "{}")
    write("manifest-lint.toml", f"exclude = {json.dumps(patterns)}")
    settings_of = Config()
    ours = {file for file in FILES if is_excluded(Path(file), settings_of.excluded_in)}
    assert ours == excluded_by_git(root, patterns)
    if len(ours) < len(FILES):
        report = check(".")
        assert set(report.documents) == {file for file in FILES if file not in ours}


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("text", ["!", "/", "#x", " ", "a\\", "[a", "[z-a]", "\\", "a\nb"])
def test_what_is_no_pattern_is_refused_with_its_place(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("\n", "\\n")
    for key in ("exclude", "extend-exclude"):
        with pytest.raises(UserError) as refused:
            configured(f'{key} = ["x", "{quoted}"]')
        message = str(refused.value)
        assert message.startswith(f"manifest-lint.toml:1:{len(key) + 10}: ")
        assert message.count("\n") == 0
    with pytest.raises(UserError, match="--exclude: "):
        check(SUNMETER, exclude=[text])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *(
            (one, "")
            for one in ("a", "a/", "/a", "**/a/**/b/**", "*.*", "!a", ".*/", "{a,b}", "..a")
        ),
        *((one, "") for one in ("[[a]", "[[a]]", "[a&&b]", "[a||b]", "[a~~b]", "[:]")),
        *((f"a/[{one}]*", f"has {one}, ") for one in ("[:digit:]", "[=a=]", "[.a.]")),
        *((one, "is not ") for one in ("[a-\\d]", "[z-a]", "[[:", "[!")),
        *((one, "starts with a dot") for one in ("./a", "../a", ".", "..", "!./a")),
        *((one, "has more than ") for one in ("*a*b*c*", "**/a/**/b/**/c", "****")),
    ],
)
def test_a_pattern_that_never_matches_or_takes_long_is_refused(text: str, why: str) -> None:
    assert why_no_pattern(text).startswith(why)
    assert bool(why_no_pattern(text)) is bool(why)


@pytest.mark.parametrize("pattern", ["*a*a*b", "**/a/**/a/b", "**/*a*a*b", "a*/**/*b/**/c"])
def test_the_slowest_pattern_ends(pattern: str) -> None:
    """With some stars more, the first would take hours."""
    assert why_no_pattern(pattern) == ""
    excluded = Excluded([Patterns("/x", (pattern,))])
    for path in ("a" * 255, "/".join(["a"] * 2000), "/".join(["a" * 250] * 16)):
        assert excluded.by(f"/x/{path}", "", is_folder=True) == ""


@pytest.mark.usefixtures("root")
def test_settings_and_options_add_up() -> None:
    for name in ("a", "build", "b", "c/b"):
        write(f"{name}/manifest.konnector", "{}")
    write("manifest-lint.toml", 'extend-exclude = ["!build/"]')
    assert set(check(".").documents) == {
        f"{n}/manifest.konnector" for n in ("a", "build", "b", "c/b")
    }
    write("manifest-lint.toml", 'extend-exclude = ["/b/"]')
    assert set(check(".").documents) == {"a/manifest.konnector", "c/b/manifest.konnector"}
    report = check(".", exclude=["c/", "!/b/"])
    assert set(report.documents) == {"a/manifest.konnector", "b/manifest.konnector"}
    assert report.excluded == 1
    assert set(check(".", exclude="a/", isolated=True).documents) == {
        "b/manifest.konnector",
        "c/b/manifest.konnector",
    }


def test_options_are_relative_to_the_current_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/b/c", "a/c"):
        write(f"{name}/manifest.konnector", "{}")
    monkeypatch.chdir(root / "a/b")
    assert set(check("..", exclude=["/c/"]).documents) == {"../c/manifest.konnector"}
    settings_of = Config(overrides=Overrides(exclude=("/c/",)))
    assert is_excluded(Path("c"), settings_of.excluded_in)
    assert not is_excluded(Path("../c"), settings_of.excluded_in)


@pytest.mark.usefixtures("root")
def test_the_configuration_of_a_folder_decides_below_it() -> None:
    for name in ("a/old", "a/new", "old", "new"):
        write(f"{name}/manifest.konnector", "{}")
    write("manifest-lint.toml", 'extend-exclude = ["old/"]')
    write("a/manifest-lint.toml", 'extend-exclude = ["new/"]')
    assert set(check(".").documents) == {"a/old/manifest.konnector", "new/manifest.konnector"}


@pytest.mark.usefixtures("root")
def test_what_is_named_is_checked_unless_exclusion_is_forced() -> None:
    write("tests/broken/x/manifest.konnector", "{")
    write("tests/broken/build/manifest.konnector", "{")
    write("tests/broken/x/y/broken/manifest.konnector", "{")
    write("a/manifest.konnector", "{}")
    write("manifest-lint.toml", 'extend-exclude = ["tests/broken/"]')
    file = "tests/broken/x/manifest.konnector"
    inner = "tests/broken/x/y/broken/manifest.konnector"
    assert set(check(".").documents) == {"a/manifest.konnector"}
    for named in ("tests/broken", "tests/broken/x", "tests/broken/x/"):
        assert set(check(named).documents) == {file, inner}
        report = check([named, "a"], force_exclude=True)
        assert (set(report.documents), report.excluded) == ({"a/manifest.konnector"}, 1)
    assert set(check(file).documents) == {file}
    report = check(file, force_exclude=True)
    assert (report.documents, report.excluded, report.fails()) == ({}, 1, False)


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("pattern", ["*", "**", "*/", "manifest.konnector", "[a-z]*"])
def test_a_pattern_for_everything_leaves_nothing_to_check(pattern: str) -> None:
    write("a/manifest.konnector", "{}")
    write("b/c/manifest.konnector", "{}")
    with pytest.raises(UserError, match=r"^\.: nothing is left to check: . paths? excluded;|^\.: "):
        check(".", exclude=pattern)


@pytest.mark.usefixtures("root")
def test_an_excluded_folder_is_not_read() -> None:
    write("a/manifest.konnector", "{}")
    write("tests/broken/manifest-lint.toml", "not TOML")
    Path("tests/broken/manifest.konnector").mkdir()
    write("manifest-lint.toml", 'extend-exclude = ["broken/"]')
    report = check(".")
    assert (set(report.documents), report.refused) == ({"a/manifest.konnector"}, ())


@pytest.mark.usefixtures("root")
def test_excluded_account_types_are_not_read() -> None:
    write("a/manifest.konnector", "{}")
    write("types/x.json", '{"_id": "x", "grant_mode": "secret"}')
    write("types/broken/y.json", "{")
    write("manifest-lint.toml", 'account-types = ["types"]\nextend-exclude = ["types/broken/"]')
    assert set(check("a").documents) == {"a/manifest.konnector", "types/x.json"}


@pytest.mark.usefixtures("root")
def test_a_comparison_leaves_out_what_is_excluded() -> None:
    for place in ("now", "then"):
        write(f"{place}/broken/manifest.konnector", '{"slug": "broken"}')
        write(f"{place}/a/manifest.konnector", '{"slug": "a"}')
    write("now/broken/manifest.konnector", '{"slug": "broken", "version": "1.0.0"}')
    write("now/a/manifest.konnector", '{"slug": "a", "version": "1.0.0"}')
    write("manifest-lint.toml", 'extend-exclude = ["broken/"]')
    report = check("now", against="then")
    assert report.changes
    assert (report.changes.changed, report.changes.deleted) == (["now/a/manifest.konnector"], [])


def test_a_plain_check_compiles_no_pattern(tmp_path: Path) -> None:
    shutil.copytree(SUNMETER, tmp_path / "a")
    script = "import sys, manifest_lint\nmanifest_lint.check('.')\nprint('pathspec' in sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
