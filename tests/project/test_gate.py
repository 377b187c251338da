"""What a gate must not miss, and what it must not call changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, check
from manifest_lint.api.connectors import BASELINE
from manifest_lint.reports.compared import compared
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, codes, with_changes
from tests.project.test_changes import BILLS, changed, since, tree, write
from tests.project.test_versions import git

__all__ = ["tree"]  # a fixture


def manifest(name: str) -> str:
    return f"{name}/manifest.konnector"


def put(file: Path, **values: Any) -> None:
    """Change keys of a JSON file."""
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **values}))


@pytest.fixture
def shared(tree: Path) -> Path:
    """The tree, with the account types of all connectors in one folder; the folder."""
    types = tree / "types"
    types.mkdir()
    for name in "abcdef":
        (tree / name / "account-types-def.json").rename(types / f"{name}.json")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "types")
    return types


def as_option(types: Path) -> dict[str, Any]:
    return {"account_types": types}


def as_configured(types: Path) -> dict[str, Any]:
    configure(types.parent)
    return {}


def configure(tree: Path, text: str = 'account-types = ["types/"]') -> None:
    (tree / "manifest-lint.toml").write_text(text)
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "configuration")


@pytest.mark.parametrize("named", [as_option, as_configured])
@pytest.mark.parametrize("place", ["revision", "folder"])
@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lambda file: put(file, _id="other"), "X001"),
        (lambda file: put(file, grant_mode="wrong"), "A002"),
        (lambda file: file.unlink(), "X001"),
        (lambda file: file.write_text("{"), "J001"),
    ],
)
def test_a_connector_with_another_named_account_type_is_changed(
    shared: Path,
    tmp_path: Path,
    named: Callable[[Path], dict[str, Any]],
    place: str,
    break_it: Callable[[Path], None],
    code: str,
) -> None:
    how = named(shared)
    old = shutil.copytree(shared.parent, tmp_path / "old")
    how |= {"against": old} if place == "folder" else {"since": "HEAD"}
    assert changed(check(["."], **how)).unchanged == 6
    break_it(shared / "b.json")
    report = check(["."], **how)
    found = changed(report)
    assert (found.changed, found.types) == ([manifest("b")], [manifest("b")])
    assert code in codes(report.findings)


def test_an_account_type_that_no_connector_uses_is_still_checked(shared: Path) -> None:
    as_configured(shared)
    shutil.copy(shared / "a.json", shared / "unused.json")
    put(shared / "unused.json", _id="unused", grant_mode="wrong")
    report = check(["."], since="HEAD")
    assert (changed(report).unchanged, "A002" in codes(report.findings)) == (6, True)


def test_an_account_type_without_an_id_may_be_that_of_each_connector(shared: Path) -> None:
    document = with_changes(ACCOUNT_TYPE, _id=...)
    (shared / "account_types.json").write_text(json.dumps(document))
    assert len(changed(check(["."], since="HEAD", account_types=shared)).types) == 6


def as_pyproject(text: str) -> str:
    return f"[tool.manifest-lint]\n{text}"


NAMED = 'account-types = ["types/"]'
EXTENDS = 'extend = "./org.toml"'
EXTENDING: dict[str, str | None] = {"manifest-lint.toml": EXTENDS, "org.toml": NAMED}
NO_FILES = (
    "a\\u0000/b.toml",
    "../../../x.toml",
    "/x.toml",
    f"./{300 * 'a'}.toml",
    f"./{140_000 * 'a'}.toml",
    f"{4096 * 'a/'}b.toml",
)


def chain(length: int) -> dict[str, str | None]:
    """Return a chain of configurations: each extends the next one, and the last has paths."""
    names = ["manifest-lint.toml", *(f"d{n}/manifest-lint.toml" for n in range(1, length))]
    texts = {one: f'extend = "{"../" * ("/" in one)}{after}"' for one, after in pairwise(names)}
    return {**texts, names[-1]: 'account-types = ["../types"]'}


@pytest.mark.parametrize("place", ["revision", "folder"])
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # setting added, deleted, edited; in the root and in a folder
        ({}, {"manifest-lint.toml": NAMED}, "abcdef"),
        ({"manifest-lint.toml": NAMED}, {"manifest-lint.toml": None}, "abcdef"),
        ({"manifest-lint.toml": NAMED}, {"manifest-lint.toml": "account-types = []"}, "abcdef"),
        ({"manifest-lint.toml": NAMED}, {"a/manifest-lint.toml": ""}, "a"),
        (
            {"manifest-lint.toml": NAMED, "a/manifest-lint.toml": ""},
            {"a/manifest-lint.toml": None},
            "a",
        ),
        (
            {"manifest-lint.toml": NAMED},
            {"b/manifest-lint.toml": 'account-types = ["../types/a.json"]'},
            "b",
        ),
        (
            {"manifest-lint.toml": NAMED},
            {"manifest-lint.toml": 'account-types = ["types/a.json", "types/b.json"]'},
            "cdef",
        ),
        ({}, {"pyproject.toml": as_pyproject(NAMED)}, "abcdef"),
        ({"pyproject.toml": as_pyproject(NAMED)}, {"pyproject.toml": "[tool.other]"}, "abcdef"),
        # the old configuration is broken
        ({"manifest-lint.toml": "account-types = ["}, {"manifest-lint.toml": NAMED}, "abcdef"),
        ({"manifest-lint.toml": "account-types = 1"}, {"manifest-lint.toml": NAMED}, "abcdef"),
        # what it says of account types is the same
        ({"manifest-lint.toml": NAMED}, {"manifest-lint.toml": f"# why\n{NAMED}"}, ""),
        ({"manifest-lint.toml": NAMED}, {"manifest-lint.toml": 'account-types = ["./types"]'}, ""),
        ({"manifest-lint.toml": NAMED}, {"manifest-lint.toml": f'ignore = ["F001"]\n{NAMED}'}, ""),
        (
            {"manifest-lint.toml": NAMED},
            {"manifest-lint.toml": None, "pyproject.toml": as_pyproject(NAMED)},
            "",
        ),
        ({"manifest-lint.toml": NAMED}, {"pyproject.toml": "[tool.other]"}, ""),
        # other files with the same account types
        ({"manifest-lint.toml": NAMED}, {"manifest-lint.toml": 'account-types = ["same/"]'}, ""),
        # it governs no connector
        ({"manifest-lint.toml": NAMED}, {"same/manifest-lint.toml": ""}, ""),
        # a configuration that others extend
        (EXTENDING, {"manifest-lint.toml": f'ignore = ["F001"]\n{EXTENDS}'}, ""),
        (EXTENDING, {"org.toml": f'ignore = ["F001"]\n{NAMED}'}, ""),
        (EXTENDING, {"org.toml": 'account-types = ["types/a.json"]'}, "bcdef"),
        (EXTENDING, {"org.toml": ""}, "abcdef"),
        (EXTENDING, {"org.toml": None, "manifest-lint.toml": NAMED}, ""),
        (
            EXTENDING,
            {"org.toml": None, "o.toml": NAMED, "manifest-lint.toml": 'extend = "./o.toml"'},
            "",
        ),
        ({"a/manifest-lint.toml": 'extend = "../org.toml"', "org.toml": NAMED}, {"x": ""}, ""),
        (
            {"manifest-lint.toml": 'extend = "a/o.toml"', "a/o.toml": 'extend = "../org.toml"'}
            | {"org.toml": NAMED},
            {"manifest-lint.toml": NAMED, "org.toml": None, "a/o.toml": None},
            "",
        ),
        # the old one extends itself, what is not there, and more than can be extended
        ({"manifest-lint.toml": 'extend = "./manifest-lint.toml"'}, EXTENDING, "abcdef"),
        *(
            ({"manifest-lint.toml": f'extend = "{path}"'}, EXTENDING, "abcdef")
            for path in (*NO_FILES, "./a.toml", "../../org.toml", "a/../../../../org.toml")
        ),
        (chain(10), EXTENDING, ""),
        (chain(11), EXTENDING, "abcdef"),
        # it cannot be what it says
        *(
            (
                {"pyproject.toml": f"[tool]\nmanifest-lint = {value}"},
                {"pyproject.toml": None, **EXTENDING},
                "abcdef",
            )
            for value in ("3", "[1]", "'a'")
        ),
        *(
            ({"manifest-lint.toml": f'account-types = ["{path}"]'}, EXTENDING, "abcdef")
            for path in NO_FILES
        ),
    ],
)
def test_connectors_with_other_account_types_by_configuration_are_changed(
    shared: Path,
    tmp_path: Path,
    place: str,
    before: dict[str, str | None],
    after: dict[str, str | None],
    expected: str,
) -> None:
    tree = shared.parent
    shutil.copytree(shared, tree / "same")
    for files in (before, after):
        for name, text in files.items():
            if text is None:
                (tree / name).unlink()
            else:
                (tree / name).parent.mkdir(exist_ok=True)
                (tree / name).write_text(text)
        if files is before:
            git(tree, "add", ".")
            git(tree, "commit", "-qm", "configuration")
            old = shutil.copytree(tree, tmp_path / "old")
    found = changed(check(["."], **({"against": old} if place == "folder" else {"since": "HEAD"})))
    names = [manifest(name) for name in expected]
    assert (found.changed, found.types, found.unchanged) == (names, names, 6 - len(names))


def test_a_given_configuration_is_compared_with_what_it_was(shared: Path) -> None:
    file = shared.parent / "ci.toml"
    file.write_text(NAMED)
    git(shared.parent, "add", ".")
    git(shared.parent, "commit", "-qm", "configuration")
    assert changed(check(["."], since="HEAD", config=file)).unchanged == 6
    file.write_text('account-types = ["types/a.json"]')
    assert changed(check(["."], since="HEAD", config=file)).types == [manifest(n) for n in "bcdef"]
    assert changed(check(["."], since="HEAD", config=file, account_types=shared)).unchanged == 6
    assert changed(check(["."], since="HEAD", isolated=True)).unchanged == 6


def test_account_types_move_from_connectors_to_one_folder(tree: Path) -> None:
    (tree / "types").mkdir()
    for name in "abcdef":
        (tree / name / "account-types-def.json").rename(tree / "types" / f"{name}.json")
    (tree / "manifest-lint.toml").write_text(NAMED)
    assert changed(check(["."], since="HEAD")).unchanged == 6
    put(tree / "types" / "b.json", grant_mode="wrong")
    report = check(["."], since="HEAD")
    assert changed(report).types == [manifest("b")]
    assert [one.path for one in report.findings if one.code == "A002"] == ["types/b.json"]


@pytest.mark.parametrize("form", ["files", "one file"])
def test_old_findings_of_shared_account_types_are_not_reported(shared: Path, form: str) -> None:
    tree, types = shared.parent, shared
    for name in "abcdef":
        put(types / f"{name}.json", grant_mode="wrong")
    if form == "one file":
        documents = [json.loads((types / f"{name}.json").read_text()) for name in "abcdef"]
        shutil.rmtree(types)
        types.mkdir()
        (types / "all.json").write_text(json.dumps(documents))
    as_configured(shared)
    assert codes(check(["."]).findings).count("A002") == 6
    write(tree, "a", name="Another")
    (tree / "a" / "account-types-def.json").unlink()
    report = check(["."], since="HEAD")
    assert (codes(report.findings).count("A002"), report.account_types) == (0, 0)
    # of a connector and its account type
    write(tree, "a", oauth={"account_type": "nowhere"})
    report = check(["."], since="HEAD")
    assert "X001" in codes(report.findings)
    # of an account type that a connector did not use before
    write(tree, "a", oauth={"account_type": "b"})
    report = check(["."], since="HEAD")
    assert (codes(report.findings).count("A002"), report.account_types) == (1, 1)
    write(tree, "new", oauth={"account_type": "c"})
    assert codes(check(["."], since="HEAD").findings).count("A002") == 2


def test_of_a_dump_only_account_types_that_differ_are_checked(shared: Path) -> None:
    documents = [json.loads((shared / f"{name}.json").read_text()) for name in "abcdef"]
    shutil.rmtree(shared)
    shared.mkdir()
    for one in documents:
        one["grant_mode"] = "wrong"
    dump = shared / "all.json"
    dump.write_text(json.dumps(documents))
    as_configured(shared)
    documents[1]["token_mode"] = "wrong"
    dump.write_text(json.dumps(documents, indent=2))
    report = check(["."], since="HEAD")
    assert changed(report).types == [manifest("b")]
    assert codes(report.findings).count("A002") == 1


def test_an_unreadable_shared_file_is_reported(shared: Path) -> None:
    (shared / "a.json").write_text("{")
    as_configured(shared)
    assert codes(check(["."], since="HEAD").findings) == []
    write(shared.parent, "a", name="Another")
    assert "J001" in codes(check(["."], since="HEAD").findings)


def test_a_baseline_keeps_what_is_not_checked_of_shared_files(shared: Path) -> None:
    tree = shared.parent
    for name in "abc":
        put(shared / f"{name}.json", grant_mode="wrong")
    configure(tree, f'baseline = "known.json"\n{NAMED}')
    assert run("check", "--write-baseline", cwd=tree).returncode == 0
    before = (tree / "known.json").read_text()
    assert before.count("A002") == 3
    put(shared / "a.json", name="another")
    done = run("check", "--since", "HEAD", cwd=tree)
    assert "obsolete" not in done.stdout
    assert run("check", "--since", "HEAD", "--write-baseline", cwd=tree).returncode == 0
    assert (tree / "known.json").read_text().count("A002") == 3


def test_named_account_types_that_are_gone_are_an_error(shared: Path) -> None:
    as_configured(shared)
    shutil.rmtree(shared)
    assert run("check", "--since", "HEAD", cwd=shared.parent).returncode == 2


def test_named_account_types_outside_the_tree_are_said_not_to_be_compared(
    shared: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(shared, tmp_path / "other")
    report = check(["."], since="HEAD", account_types=other)
    line = f"Not compared: {other}: it is outside the tree that is compared."
    assert line in compared(report)


def test_ignored_account_types_are_not_added(shared: Path) -> None:
    (shared / "ignored").mkdir()
    shutil.copy(shared / "a.json", shared / "ignored" / "b.json")
    assert changed(check(["."], since="HEAD", account_types=shared)).unchanged == 6


NOT_READ = ("old/x.json", "x.old.json", ".hidden/x.json", "build/deeper/x.json", "package.json")


@pytest.mark.parametrize("types", ["types", "a/account-types"])
@pytest.mark.parametrize(
    ("how", "change"),
    [("since", "edited"), ("since", "added"), ("since", "deleted"), ("against", "edited")],
)
def test_what_a_check_does_not_read_in_a_folder_of_account_types_is_not_compared(
    shared: Path, tmp_path: Path, how: str, types: str, change: str
) -> None:
    tree = shared.parent
    files = [tree / types / name for name in NOT_READ]
    text = '{"_id": "a", "grant_mode": "wrong"}'
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        if change != "added":
            file.write_text(text.replace("wrong", "secret"))
    named = NAMED if types == "types" else ""
    configure(tree, f'{named}\nextend-exclude = ["{types}/old/", "*.old.json"]')
    shutil.copytree(tree, tmp_path / "old")
    for file in files:
        if change == "deleted":
            file.unlink()
        else:
            file.write_text(text)
    options: dict[str, Any] = {"since": "HEAD"} if how == "since" else {"against": tmp_path / "old"}
    report = check(["."], **options)
    assert (changed(report).unchanged, codes(report.findings)) == (6, [])


@pytest.mark.parametrize("revision", ["main...", "main...HEAD"])
def test_a_branch_behind_main_is_compared_with_where_it_left(tree: Path, revision: str) -> None:
    git(tree, "checkout", "-qb", "topic")
    write(tree, "a", name="Another")
    git(tree, "commit", "-qam", "topic")
    git(tree, "checkout", "-q", "main")
    write(tree, "b", version="9.0.0", permissions={})
    git(tree, "commit", "-qam", "main")
    git(tree, "checkout", "-q", "topic")
    assert changed(check(["."], since="main")).changed == [manifest("a"), manifest("b")]
    found = changed(check(["."], since=revision))
    assert (found.changed, found.unchanged) == ([manifest("a")], 5)


def test_without_a_common_commit(tree: Path, tmp_path: Path) -> None:
    git(tree, "checkout", "-q", "--orphan", "alone")
    git(tree, "commit", "-qm", "alone")
    with pytest.raises(UserError, match=r"main\.\.\.: has no commit in common with HEAD"):
        check(["."], since="main...")
    git(tree, "checkout", "-q", "main")
    git(tree, "commit", "-q", "--allow-empty", "-m", "two")
    git(tree, "branch", "topic", "HEAD~1")
    git(tree, "commit", "-q", "--allow-empty", "-m", "three")
    clone, options = str(tmp_path / "clone"), ("--depth", "1", "--no-single-branch")
    git(tmp_path, "clone", "-q", *options, f"file://{tree}", clone)
    with pytest.raises(UserError, match="this clone is shallow"):
        check([clone], since="origin/topic...")


@pytest.mark.parametrize("kept", ["blob:none", "tree:0"])
def test_a_partial_clone_says_what_to_fetch(tree: Path, tmp_path: Path, kept: str) -> None:
    git(tree, "config", "uploadpack.allowFilter", "true")
    write(tree, "a", name="Another")
    git(tree, "commit", "-qam", "two")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", f"--filter={kept}", f"file://{tree}", str(clone))
    done = run("check", "--since", "HEAD~1", cwd=clone)
    what = "HEAD~1: this partial clone lacks old files; run git fetch --refetch --no-filter"
    assert (done.returncode, what in done.stderr) == (2, True), done.stderr
    done = run("upgrade", "HEAD~1", "a", cwd=clone)
    assert (done.returncode, what in done.stderr) == (2, True), done.stderr
    git(clone, "fetch", "-q", "--refetch", "--no-filter")
    assert "1 changed" in run("check", "--since", "HEAD~1", cwd=clone).stdout


@pytest.mark.parametrize("name", ["", "/manifest.konnector"])
def test_a_connector_against_itself_is_unchanged(tree: Path, name: str) -> None:
    assert changed(check([f"a{name}"], against=f"a{name}")).unchanged == 1
    assert changed(check([f"a{name}"], against="a")).unchanged == 1
    put(tree / "b" / "account-types-def.json", _id="other")
    shutil.copy(tree / "a" / "manifest.konnector", tree / "b")
    assert changed(check([f"a{name}"], against="b")).types == [manifest("a")]


def test_the_account_types_of_a_moved_connector_are_compared(tree: Path, tmp_path: Path) -> None:
    old = tmp_path / "old" / "deeper"
    shutil.copytree(tree, old, ignore=shutil.ignore_patterns(".git"))
    (tree / "a").rename(tree / "moved")
    for report in (check(["."], since="HEAD"), check(["."], against=old)):
        assert changed(report).types == []
    put(tree / "moved" / "account-types-def.json", token_endpoint="https://evil.example/token")
    for report in (check(["."], since="HEAD"), check(["."], against=old)):
        assert changed(report).renamed == {manifest("a"): manifest("moved")}
        assert f"Account types changed: {manifest('moved')}." in compared(report)
    found = changed(check(["."], against=tmp_path / "old"))
    assert (len(found.renamed), found.types) == (6, [manifest("moved")])


def test_connectors_that_swap_places_are_recognised(tree: Path) -> None:
    (tree / "a").rename(tree / "x")
    (tree / "b").rename(tree / "a")
    (tree / "x").rename(tree / "b")
    report = check(["."], since="HEAD")
    found = changed(report)
    assert found.renamed == {manifest("a"): manifest("b"), manifest("b"): manifest("a")}
    assert (found.changed, found.deleted, found.unchanged) == ([], [], 4)
    assert "U001" not in codes(report.findings)


def test_a_connector_in_the_place_of_another(tree: Path) -> None:
    shutil.rmtree(tree / "b")
    (tree / "a").rename(tree / "b")
    found = since()
    assert (found.renamed, found.deleted) == ({manifest("a"): manifest("b")}, [manifest("b")])


def test_a_link_to_a_manifest_is_what_it_leads_to(tree: Path) -> None:
    (tree / "link").mkdir()
    (tree / "link" / "manifest.konnector").symlink_to(tree / "a" / "manifest.konnector")
    shutil.copy(tree / "a" / "account-types-def.json", tree / "link")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "link")
    assert changed(check(["."], since="HEAD")).unchanged == 7
    write(tree, "a", name="Another")
    found = changed(check(["."], since="HEAD"))
    assert (found.changed, found.added) == ([manifest("a"), manifest("link")], [])


def test_paths_are_those_that_the_user_would_name(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tree, "sub/one", name="Another")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "sub")
    shutil.rmtree(tree / "sub" / "one")
    write(tree, "sub/two")
    monkeypatch.chdir(tree / "sub")
    assert changed(check(["."], since="HEAD")).deleted == [manifest("one")]
    assert changed(check(["../sub"], since="HEAD")).deleted == [manifest("../sub/one")]


def test_names_are_sorted(tree: Path, tmp_path: Path) -> None:
    old = shutil.copytree(tree, tmp_path / "old")
    for name in "fbd":
        shutil.rmtree(tree / name)
    for name in "eca":
        write(tree, name, name="Another")
    found = changed(check(["."], against=old))
    assert found.deleted == [manifest(name) for name in "bdf"]
    assert found.changed == [manifest(name) for name in "ace"]


def test_the_repository_without_the_revision_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        write(tmp_path, name)
        git(tmp_path / name, "init", "-q", "-b", f"of-{name}")
        git(tmp_path / name, "add", ".")
        git(tmp_path / name, "commit", "-qm", "one")
    with pytest.raises(UserError, match=f"^{tmp_path / 'b'}: of-a: there is no such file or git"):
        check(["."], since="of-a")


def test_a_folder_outside_work_trees_is_named(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=f"^{tmp_path / 'empty'}: is not in a git repository; use"):
        check([tmp_path / "empty"], since="HEAD")
    git(tmp_path, "clone", "-q", "--bare", str(tree), "bare.git")
    with pytest.raises(UserError, match=r"bare.git: is a bare repository, without files; clone"):
        check([tmp_path / "bare.git" / "refs"], since="HEAD")


@pytest.fixture
def known(tree: Path) -> list[str]:
    """A baseline with a finding of an update and others of a check; the option that names it."""
    write(tree, "a", version="9.0.0", permissions=BILLS, icon="none.svg")
    (tree / "a" / "account-types-def.json").unlink()
    for how in ([], ["--since", "main"]):
        assert run("check", "a", "--write-baseline", *how, cwd=tree).returncode == 0
    codes_in = {one["code"] for one in json.loads((tree / BASELINE).read_text())["findings"]}
    assert {"U004", "F001", "X007"} <= codes_in
    return ["--baseline", BASELINE]


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--since", "main"], ["upgrade", "main", "a"]]
)
def test_a_rule_that_did_not_run_is_no_evidence_against_a_baseline(
    tree: Path, known: list[str], command: list[str]
) -> None:
    done = run(*command, *known, cwd=tree)
    assert ("obsolete" in done.stdout, done.returncode) == (False, 0), done.stdout


def test_a_rule_that_ran_is_evidence(tree: Path, known: list[str]) -> None:
    write(tree, "a", version="9.0.0", name="Another")
    for command in (["check", "--since", "main"], ["upgrade", "main", "a"]):
        assert "obsolete" in run(*command, *known, cwd=tree).stdout
    git(tree, "commit", "-qam", "two")
    write(tree, "a", version="9.0.1", name="Another")
    (tree / "a").rename(tree / "moved")
    write(tree, "a", slug="new", icon="none.svg")  # added: it is compared with nothing
    assert "U004" not in run("check", "--since", "HEAD", *known, cwd=tree).stdout


def test_upgrade_names_no_option_that_it_does_not_have(tree: Path) -> None:
    lists: dict[str, Any] = {
        "files": {"type": "io.cozy.files", "selector": "id", "values": ["x", "y"]}
    }
    write(tree, "a", permissions=lists)
    git(tree, "commit", "-qam", "two")
    lists["files"]["values"] = ["y", "x"]
    write(tree, "a", permissions=lists, version="9.0.0")
    assert "fixable with --fix" in run("check", "--since", "HEAD", cwd=tree).stdout
    shown = run("upgrade", "HEAD", "a", cwd=tree).stdout
    assert ("U004" in shown, "--fix" in shown) == (True, False)


def test_a_repository_with_longer_digests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    for name in "ab":
        write(tmp_path, name)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    write(tmp_path, "a", name="Another")
    monkeypatch.chdir(tmp_path)
    found = since()
    assert (found.changed, found.unchanged) == ([manifest("a")], 1)
