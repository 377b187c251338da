"""Which files a check finds, and how it reads them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, check
from manifest_lint.finding import Severity
from tests.connectors import ACCOUNT_TYPE, FIXTURES, SUNMETER, with_changes

FAULTY = FIXTURES / "faulty"


def manifests(*paths: Path) -> list[str]:
    """Return the manifests that are found, relative to the first path."""
    documents = check(paths).documents.values()
    names = [Path(document.name) for document in documents if not document.confidential]
    return sorted(name.relative_to(paths[0]).as_posix() for name in names)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of connectors and of folders that are skipped."""
    for folder in ("a", "b/c", "node_modules/d", "a/build", ".hidden/e", "ignored"):
        place = tmp_path / folder
        place.mkdir(parents=True)
        shutil.copy(SUNMETER / "manifest.konnector", place)
    return tmp_path


def test_a_tree_is_searched_without_built_installed_or_hidden_folders(tree: Path) -> None:
    assert manifests(tree) == [
        "a/manifest.konnector",
        "b/c/manifest.konnector",
        "ignored/manifest.konnector",
    ]


def test_files_that_git_ignores_are_skipped_unless_named(tree: Path) -> None:
    if not shutil.which("git"):
        pytest.skip("needs git, which is not installed")
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    (tree / ".gitignore").write_text("ignored/\n")
    assert "ignored/manifest.konnector" not in manifests(tree)
    assert manifests(tree / "ignored") == ["manifest.konnector"]
    assert manifests(tree / "ignored/manifest.konnector") == ["."]


def test_a_file_is_checked_once_however_often_it_is_named(tree: Path) -> None:
    manifest = tree / "a/manifest.konnector"
    assert check([manifest, manifest, tree / "a"]).manifests == 1


@pytest.mark.parametrize(
    "path",
    [
        *("account-types-def.json", "account_types.json", "account_types/sunmeter.json"),
        *("account-types.json", "account-types/sunmeter.json", "account_types/prod/eu/x.json"),
    ],
)
def test_account_types_are_found_next_to_the_manifest(tmp_path: Path, path: str) -> None:
    connector = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    file = connector / path
    file.parent.mkdir(parents=True, exist_ok=True)
    (connector / "account-types-def.json").replace(file)
    by_folder = check([connector])
    by_file = check([file])
    both = check([file, connector / "manifest.konnector"])
    assert by_folder.account_types == by_file.account_types == both.account_types == 1
    assert by_folder.manifests == by_file.manifests == both.manifests == 1
    file.write_text("{}")  # by its place, account types
    alone, whole = check([file]).findings, check([connector]).findings
    assert [one.code for one in alone] == [one.code for one in whole]


def test_named_account_types_replace_those_next_to_the_manifest(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(with_changes(ACCOUNT_TYPE, _id="other")))
    report = check([SUNMETER], account_types=[other], select=["X001"])
    assert [finding.code for finding in report.findings] == ["X001"]


def test_a_folder_of_account_types_names_documents_by_their_files(tmp_path: Path) -> None:
    (tmp_path / "sunmeter.json").write_text(json.dumps(with_changes(ACCOUNT_TYPE, _id=...)))
    (tmp_path / "x.json").write_text(json.dumps(with_changes(ACCOUNT_TYPE, _id=...)))
    report = check([SUNMETER], account_types=[tmp_path])
    assert [(Path(f.path).name, f.code) for f in report.findings] == [("sunmeter.json", "R001")]


def test_a_dump_is_recognised_by_its_content(tmp_path: Path) -> None:
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"docs": [with_changes(ACCOUNT_TYPE, grant_mode="x")]}))
    report = check([dump])
    assert (report.account_types, report.manifests) == (1, 0)
    assert [finding.code for finding in report.findings] == ["A002"]


def test_rules_are_selected_and_ignored_by_code_prefix() -> None:
    def found(**options: Any) -> set[str]:
        return {finding.code for finding in check([FAULTY], **options).findings}

    assert found(select=["S"]) == {"S002"}
    assert found(select=["a", "S002"], ignore=["A002"]) == {"A001", "S002"}
    with pytest.raises(UserError, match="Q: no rule has a code that starts with it"):
        found(ignore=["Q"])


def test_findings_are_sorted_by_file_and_place() -> None:
    findings = check([FIXTURES]).findings
    places = [(f.path, f.place.line, f.place.column) for f in findings]
    assert places == sorted(places)
    assert all((f.severity is Severity.ERROR) == bool(f.refused_by) for f in findings)


def test_checks_may_run_in_several_threads() -> None:
    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(lambda _: check([FIXTURES]).findings, range(16)))
    assert all(report == reports[0] for report in reports)


def test_a_clean_check_imports_only_the_modules_it_needs() -> None:
    script = (
        "import sys; from manifest_lint import check; check([sys.argv[1]]);"
        "print(*sorted({'jsonschema', 'tree_sitter', 'tarfile', 'difflib', 'fastjsonschema'}"
        " & sys.modules.keys()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(SUNMETER)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []


def test_a_folder_without_a_manifest_is_checked_for_account_types(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(ACCOUNT_TYPE))
    (tmp_path / "notes.json").write_text("{}")
    report = check([tmp_path])
    assert (report.account_types, report.manifests, report.findings) == (1, 0, ())


def test_account_types_alone_can_be_checked_from_anywhere(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(ACCOUNT_TYPE))
    (tmp_path / "empty").mkdir()
    assert check([tmp_path / "empty"], account_types=[file, tmp_path, file]).account_types == 1


@pytest.mark.parametrize("text", ["[]", '{"rows": [{"id": "a", "doc": null}]}', '{"docs": []}'])
def test_a_named_file_without_an_account_type_is_reported(tmp_path: Path, text: str) -> None:
    file = tmp_path / "account_types.json"
    file.write_text(text)
    message = "contains no account types; name a document|an answer of CouchDB without documents"
    with pytest.raises(UserError, match=message):
        check([file])
    with pytest.raises(UserError, match=message):
        check([SUNMETER], account_types=[file])


@pytest.mark.parametrize(
    "name", ["package.json", "src/index.js", "konnector-dev-config.json", "importedData.json"]
)
def test_a_file_of_another_name_is_not_checked_as_a_manifest(name: str) -> None:
    with pytest.raises(UserError, match=r"is neither a manifest\.konnector nor"):
        check([SUNMETER / name])


def test_a_developers_configuration_is_checked_with_the_connector_next_to_it(
    tmp_path: Path,
) -> None:
    shutil.copytree(SUNMETER, tmp_path / "sunmeter")
    config = tmp_path / "sunmeter/konnector-dev-config.json"
    config.write_text('{"fields": {"acces_token": "x"}}')
    found = check([config])
    assert found.findings == check([tmp_path / "sunmeter"]).findings
    assert "konnector-dev-config.json" in {Path(one.path).name for one in found.findings}


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '"x"', "{", '{"slug": "sunmeter" "name": "x"}', "\0"]
)
@pytest.mark.parametrize("how", ["folder", "manifest", "account types", "standard input"])
def test_what_is_next_to_an_unreadable_manifest_is_checked(
    tmp_path: Path, text: str, how: str
) -> None:
    manifest = tmp_path / "manifest.konnector"
    manifest.write_text(text, "utf-8")
    types = tmp_path / "account-types-def.json"
    types.write_text(json.dumps({**ACCOUNT_TYPE, "grant_mode": "x"}))
    config = tmp_path / "konnector-dev-config.json"
    config.write_text("{")
    (tmp_path / "README.md").write_text(f"```json\n{types.read_text()}\n```\n")
    paths = {"folder": [tmp_path], "manifest": [manifest], "account types": [types]}.get(how, ())
    stdin = None if paths else (str(manifest), text.encode())
    report = check(paths, stdin=stdin)
    assert (report.manifests, report.account_types, report.connectors) == (1, 1, ())
    found = {(one.code, Path(one.path).name) for one in report.findings}
    assert found == {
        ("J001", manifest.name),
        ("A002", types.name),
        ("J001", config.name),
        ("A002", "README.md"),
    }


def test_account_types_that_are_named_are_checked_without_a_readable_manifest(
    tmp_path: Path,
) -> None:
    (tmp_path / "manifest.konnector").write_text("{")
    (tmp_path / "types.json").write_text(json.dumps({**ACCOUNT_TYPE, "grant_mode": "x"}))
    (tmp_path / "manifest-lint.toml").write_text('account-types = ["types.json"]\n')
    assert {one.code for one in check(tmp_path).findings} == {"A002", "J001"}


def test_a_single_path_may_be_given_without_a_list() -> None:
    assert check(SUNMETER).findings == check([str(SUNMETER)]).findings
    assert {f.code for f in check(str(FAULTY), select="S002").findings} == {"S002"}
