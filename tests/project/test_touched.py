"""Which connectors a hook checks for changed and deleted files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manifest_lint import UserError, check
from manifest_lint.api.touched import connectors_of
from tests.address import git
from tests.command import run
from tests.connectors import MANIFEST

TYPE = json.dumps({"_id": "other", "grant_mode": "secret", "slug": "other"})


def write(path: str, text: str = "{}") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with connectors; c and d share account types."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "b/inner", "s/c", "s/d", "old/broken", "vendor"):
        text = json.dumps({**MANIFEST, "slug": name.replace("/", "")})
        write(f"{name}/manifest.konnector", text)
    for name in ("a/src/deep/x.js", "a/icon.svg", "b/inner/icon.svg", "b/package.json"):
        write(name)
    write("s/types/x.json", TYPE)
    write("account-types/in/manifest.konnector", json.dumps({**MANIFEST, "slug": "in"}))
    for name in ("account-types/in/tsconfig", "account-types/alone/y", "a/account-types/deep/y"):
        write(f"{name}.json")
    for name in ("account-types/alone/x", "a/account-types/deep/x"):
        write(f"{name}.json", TYPE)
    write("s/manifest-lint.toml", 'extend = "base.toml"\naccount-types = ["types"]')
    write("s/base.toml", 'baseline = "known.json"')
    write("manifest-lint.toml", 'extend-exclude = ["broken/"]')
    write(".gitignore", "vendor/")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "as it was")
    return tmp_path


def of(*files: str, **environment: str) -> list[str]:
    return [str(one) for one in connectors_of(files, environment)]


IN = "account-types/in/manifest.konnector"
ALL = ["a/manifest.konnector", "b/inner/manifest.konnector", "b/manifest.konnector"]
SHARED = ["s/c/manifest.konnector", "s/d/manifest.konnector"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a/manifest.konnector", ALL[:1]),
        ("a/src/deep/x.js", ALL[:1]),
        ("./a/src/../icon.svg", ALL[:1]),
        ("a/gone/x.js", ALL[:1]),
        ("b/inner/icon.svg", ALL[1:2]),
        ("b/package.json", ALL[2:]),
        ("a/node_modules/x/manifest.konnector", []),
        ("a/build/index.js", []),
        ("a/.cache/x.js", []),
        ("old/broken/manifest.konnector", []),
        ("old/broken/icon.svg", []),
        ("README.md", []),
        ("x.json", []),
        ("s/readme.md", []),
        ("s/types/x.json", SHARED),
        ("s/types/gone.json", SHARED),
        ("s/types/x.js", []),
        ("s/base.toml", SHARED),
        ("s/known.json", SHARED),
        ("s/manifest-lint.toml", SHARED),
        ("s/other.toml", []),
        ("manifest-lint.toml", sorted([*ALL, IN])),
        ("s/c/gone/manifest-lint.toml", ["s/c/manifest.konnector"]),
        ("b/pyproject.toml", ALL[1:]),
        ("account-types/in/tsconfig.json", [IN]),
        ("account-types/alone/x.json", ["account-types/alone/x.json"]),
        ("account-types/alone/y.json", []),
        ("a/account-types/deep/x.json", ["a/account-types/deep/x.json"]),
        ("a/account-types/deep/y.json", ["a/account-types/deep/y.json"]),
        ("a/account-types/package.json", ALL[:1]),
        ("a/account-types/src/x.js", ALL[:1]),
    ],
)
@pytest.mark.usefixtures("top")
def test_a_file_belongs_to_the_connectors_that_read_it(file: str, expected: list[str]) -> None:
    assert of(file) == expected


@pytest.mark.usefixtures("top")
def test_each_connector_is_checked_once() -> None:
    many = [f"a/src/{number}.js" for number in range(200)]
    assert of("a/icon.svg", *many, "a/manifest.konnector") == ALL[:1]


def test_a_deleted_file_is_found_by_git(top: Path) -> None:
    assert of() == []
    git(top, "rm", "-q", "a/icon.svg")
    git(top, "mv", "b/inner/icon.svg", "b/inner/logo.svg")
    assert of() == ["a/manifest.konnector", "b/inner/manifest.konnector"]
    git(top, "commit", "-q", "-m", "without")
    assert of() == []
    refs = {"PRE_COMMIT_FROM_REF": "HEAD~1", "PRE_COMMIT_TO_REF": "HEAD"}
    assert of(**refs) == ["a/manifest.konnector", "b/inner/manifest.konnector"]


def test_the_index_of_a_commit_with_all_changes_is_read(top: Path) -> None:
    other = top / ".git/other"
    other.write_bytes((top / ".git/index").read_bytes())
    git(top, "rm", "-q", "a/icon.svg")
    assert of(GIT_INDEX_FILE=str(other)) == []
    assert of(GIT_INDEX_FILE=".git/index") == ["a/manifest.konnector"]


def test_the_first_commit_deletes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    write("-x/manifest.konnector")
    git(tmp_path, "add", ".")
    assert of() == ["-x/manifest.konnector"]


@pytest.mark.parametrize("revision", ["--output=page.html", "nowhere", "^HEAD", "HEAD\0"])
def test_an_unknown_revision_is_one_line(top: Path, revision: str) -> None:
    with pytest.raises(UserError, match="--touched: git does not know the revisions to push"):
        of(PRE_COMMIT_FROM_REF=revision, PRE_COMMIT_TO_REF="HEAD")
    assert not (top / "page.html").exists()


def test_a_removed_configuration_concerns_the_connectors_below_it(top: Path) -> None:
    git(top, "rm", "-q", "s/manifest-lint.toml")
    assert of() == SHARED


@pytest.mark.usefixtures("top")
def test_a_broken_configuration_concerns_only_what_it_is_for() -> None:
    write("s/manifest-lint.toml", "slect = []")
    write("a/x.json")
    assert of("a/x.json", "b/package.json") == [ALL[0], ALL[2]]
    for file in ("s/types/x.json", "s/manifest-lint.toml"):
        with pytest.raises(UserError, match=r"^s/manifest-lint\.toml:1:1: unknown key"):
            of(file)


@pytest.mark.usefixtures("top")
def test_a_broken_configuration_concerns_those_that_extend_it() -> None:
    write("shared/base.toml", "slect = []")
    write("s/manifest-lint.toml", 'extend = "../shared/base.toml"')
    assert of("shared/base.toml") == SHARED
    write("a/x.json")
    assert of("a/x.json") == ALL[:1]


def test_without_a_repository_files_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("a/manifest.konnector")
    assert of("a/x.js", "x.js") == ["a/manifest.konnector"]


@pytest.mark.usefixtures("top")
def test_account_types_of_connectors_that_are_not_checked_are_not_reported_as_unused() -> None:
    """The rest of the connectors may be those that use them."""
    whole = check(SHARED, select=["X003", "X006"])
    some = check(SHARED, select=["X003", "X006"], is_partial=True)
    assert ({one.code for one in whole.findings}, some.findings) == ({"X003"}, ())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 0, "None of the changed files belongs to a connector."),
        (["README.md"], 0, "None of the changed files belongs to a connector."),
        (["README.md", "--format", "json"], 0, "None of the changed files belongs to a connector."),
        (["-"], 2, "--touched cannot be used with standard input; drop one of them"),
        (["--watch"], 2, "--touched cannot be used with --watch; drop one of them"),
        (["--", "-x/icon.svg"], 0, "None of the changed files belongs to a connector."),
    ],
)
def test_the_option_says_what_it_does_not_check(
    top: Path, arguments: list[str], code: int, message: str
) -> None:
    done = run("check", "--touched", *arguments, cwd=top)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert done.stderr.count("\n") == 1
