"""`check --fix`, `--diff` and `--write-baseline`, as a user runs them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.errors import Interrupted
from manifest_lint.files.write import write_file
from tests.command import run
from tests.connectors import FIXTURES, MANIFEST, SUNMETER, with_changes

OTHER = json.dumps(with_changes(MANIFEST, categories=["other"]), indent=2)
TWO_SCOPES = json.dumps(with_changes(MANIFEST, oauth={"scope": ["a", "b"]}), indent=2)


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "manifest.konnector").write_text(OTHER)
    shutil.copy(SUNMETER / "account-types-def.json", tmp_path)
    shutil.copytree(SUNMETER / "assets", tmp_path / "assets")
    return tmp_path


def check(folder: Path, *options: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run("check", *options, cwd=folder, stdin=stdin.encode())


def test_the_option_overrides_the_configuration(connector: Path) -> None:
    (connector / "manifest-lint.toml").write_text('baseline = "configured.json"')
    check(connector, "--baseline", "given.json", "--write-baseline")
    assert (connector / "given.json").exists()
    assert not (connector / "configured.json").exists()


def test_fix_rewrites_the_file_and_reports_it(connector: Path) -> None:
    done = check(connector, "--fix")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "Fixed 1 finding in 1 file."
    text = (connector / "manifest.konnector").read_text()
    assert text == OTHER.replace('"other"', '"others"')
    assert "Fixed" not in check(connector, "--fix").stdout


def test_a_check_counts_fixable_findings(connector: Path) -> None:
    assert "1 fixable with --fix (add --diff to preview)." in check(connector).stdout
    assert (connector / "manifest.konnector").read_text() == OTHER


def test_a_file_that_is_not_json_counts_as_fixable_as_a_whole(connector: Path) -> None:
    file = connector / "manifest.konnector"
    with_comma = OTHER.replace('"other"\n', '"other",\n')
    for text, counted in (
        (with_comma, "1 fixable with --fix (add"),
        (with_comma.replace('"slug"', '"slug'), "2 fixable with --unsafe-fixes (add"),
        (with_comma.replace(': "sunmeter"', ": NaN"), ""),
    ):
        file.write_text(text)
        done = check(connector)
        assert counted in done.stdout
        assert ("fixable" in done.stdout) == bool(counted)
        option = "--unsafe-fixes" if "unsafe" in counted else "--fix"
        assert ("Fixed" in check(connector, option).stdout) == bool(counted)


def test_unsafe_fixes_are_applied_only_when_asked(connector: Path) -> None:
    file = connector / "manifest.konnector"
    file.write_text(TWO_SCOPES)
    done = check(connector, "--fix")
    assert done.returncode == 1
    assert "1 fixable with --unsafe-fixes" in done.stdout
    assert file.read_text() == TWO_SCOPES
    assert check(connector, "--unsafe-fixes").returncode == 0
    assert json.loads(file.read_text())["oauth"] == {"scope": ["a b"]}


def test_diff_says_that_only_unsafe_fixes_are_left(connector: Path) -> None:
    (connector / "manifest.konnector").write_text(TWO_SCOPES)
    done = check(connector, "--diff")
    assert (done.returncode, done.stderr) == (0, "Nothing to fix without --unsafe-fixes.\n")


def test_diff_shows_and_changes_nothing(connector: Path) -> None:
    done = check(connector, "--diff")
    assert done.returncode == 1
    assert '-    "other"\n+    "others"\n' in done.stdout
    assert done.stderr == "Would fix 1 finding in 1 file.\n"
    assert (connector / "manifest.konnector").read_text() == OTHER
    applied = subprocess.run(["git", "apply", "-p0"], input=done.stdout, text=True, cwd=connector)
    assert applied.returncode == 0
    done = check(connector, "--diff")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing to fix.\n")


def test_fixed_standard_input_is_written_to_standard_output(tmp_path: Path) -> None:
    done = check(tmp_path, "-", "--fix", stdin=OTHER)
    assert done.returncode == 0
    assert done.stdout == OTHER.replace('"other"', '"others"')
    assert "Fixed 1 finding in 1 file." in done.stderr


@pytest.mark.parametrize("text", [TWO_SCOPES, "{", ""])
def test_standard_input_without_a_fix_is_written_unchanged(tmp_path: Path, text: str) -> None:
    done = check(tmp_path, "-", "--fix", stdin=text)
    assert (done.returncode, done.stdout) == (1, text)


def test_a_read_only_file_is_skipped_and_named(connector: Path) -> None:
    file = connector / "manifest.konnector"
    file.chmod(0o444)
    done = check(connector, "--fix")
    assert done.returncode == 2
    why = "is read-only, and was not written; make it writable first"
    assert done.stderr == f"manifest-lint: manifest.konnector: {why}\n"
    assert file.read_text() == OTHER


def test_json_counts_fixed_findings(connector: Path) -> None:
    report = json.loads(check(connector, "--fix", "--format", "json").stdout)
    assert report["summary"]["fixed"] == 1
    assert report["findings"] == []


def test_a_manifest_of_2_mib_is_fixed(connector: Path) -> None:
    value = with_changes(MANIFEST, categories=["other"], description="x" * (2 * 1024 * 1024 - 8000))
    file = connector / "manifest.konnector"
    file.write_text(json.dumps(value))
    assert check(connector, "--fix").returncode == 0
    assert json.loads(file.read_text()) == {**value, "categories": ["others"]}


def test_a_baseline_is_written_and_used_on_a_tree(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES, tmp_path / "tree")
    assert check(tmp_path, "tree").returncode == 1
    done = check(tmp_path, "tree", "--write-baseline")
    assert done.returncode == 0
    assert done.stdout.endswith(
        "to manifest-lint-baseline.json. Use --baseline manifest-lint-baseline.json to hide them.\n"
    )
    with_it = ("tree", "--baseline", "manifest-lint-baseline.json")
    done = check(tmp_path, *with_it, "--fail-on", "note")
    assert done.returncode == 0
    assert "No findings" in done.stdout
    assert re.search(r", \d+ baselined\.", done.stdout)

    manifest = tmp_path / "tree" / "sunmeter" / "manifest.konnector"
    manifest.write_text(manifest.read_text().replace('"energy"', '"enrgy"'))
    report = json.loads(check(tmp_path, *with_it, "--format", "json").stdout)
    assert [finding["code"] for finding in report["findings"]] == ["M008"]


def test_obsolete_baseline_entries_are_reported_and_removed_by_writing_it_again(
    connector: Path,
) -> None:
    check(connector, "--write-baseline")
    file = connector / "manifest-lint-baseline.json"
    assert '"M008"' in file.read_text()
    check(connector, "--fix")
    done = check(connector, "--baseline", file.name)
    assert done.returncode == 0
    assert "1 baseline entry is obsolete" in done.stdout
    assert "manifest-lint-baseline.json: manifest.konnector M008 /categories/-" in done.stdout
    done = check(connector, "--baseline", file.name, "--ignore", "M008")
    assert "obsolete" not in done.stdout
    check(connector, "--baseline", file.name, "--write-baseline")
    assert '"M008"' not in file.read_text()


def test_writing_a_baseline_keeps_entries_of_other_files(connector: Path) -> None:
    for name in ("a", "b"):
        (connector / name).mkdir()
        (connector / name / "manifest.konnector").write_text(OTHER)
    check(connector, "--write-baseline")
    before = (connector / "manifest-lint-baseline.json").read_text()
    assert before.count("M008") == 3
    options = ("--baseline", "manifest-lint-baseline.json", "--write-baseline")
    check(connector, "a", *options)
    check(connector, "--select", "S", *options)
    assert (connector / "manifest-lint-baseline.json").read_text() == before


def test_entries_of_a_deleted_file_are_removed(connector: Path) -> None:
    (connector / "a").mkdir()
    (connector / "a" / "manifest.konnector").write_text(OTHER)
    check(connector, "--write-baseline")
    (connector / "a" / "manifest.konnector").unlink()
    file = connector / "manifest-lint-baseline.json"
    done = check(connector, "--baseline", file.name, "--select", "S")
    assert "manifest-lint-baseline.json: a/manifest.konnector M008 /categories/-" in done.stdout
    check(connector, "--baseline", file.name, "--write-baseline")
    assert "a/manifest.konnector" not in file.read_text()


def test_a_count_in_a_baseline_may_be_very_large(connector: Path) -> None:
    item = {"path": "manifest.konnector", "code": "M001", "count": 10**15}
    file = connector / "known.json"
    file.write_text(json.dumps({"format": 1, "findings": [item]}))
    assert "1 baseline entry is obsolete" in check(connector, "--baseline", file.name).stdout
    check(connector, "--baseline", file.name, "--write-baseline", "--select", "S")
    assert json.loads(file.read_text())["findings"] == [item]


def test_a_configured_baseline_is_used(connector: Path) -> None:
    (connector / "manifest-lint.toml").write_text('baseline = "known.json"\nfail-on = "note"')
    assert check(connector).returncode == 1
    assert check(connector, "--write-baseline").returncode == 0
    assert check(connector).returncode == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            ("--write-baseline", "--fix"),
            "--write-baseline cannot be used with --fix; fix first, then write it",
        ),
        (
            ("--diff", "--format", "json"),
            "--diff cannot be used with --format or --output-file; drop one of them",
        ),
        (
            ("--write-baseline", "--format", "json"),
            "--write-baseline cannot be used with --format or --output-file; drop one of them",
        ),
        (
            ("-", "--stdin-filename", "konnector-dev-config.json", "--fix"),
            "konnector-dev-config.json: is neither a manifest.konnector nor an account types file;"
            " pass one of these",
        ),
        (
            ("--select", "S002", "--ignore", "S"),
            "S002: is selected and ignored by --ignore S; drop one of them",
        ),
        (
            ("--baseline", "none.json"),
            "none.json: baseline not found; create it with --write-baseline",
        ),
    ],
)
def test_impossible_combinations_are_refused_in_one_line(
    connector: Path, options: tuple[str, ...], why: str
) -> None:
    done = check(connector, *options)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"manifest-lint: {why}\n")


def test_a_run_stopped_after_writing_the_temporary_file_removes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(name: Path, *arguments: Any, **options: Any) -> None:
        open(name, *arguments, **options).close()  # noqa: PTH123  # as write_file does
        raise Interrupted

    monkeypatch.setattr("manifest_lint.files.write.open", stop, raising=False)
    file = tmp_path / "manifest.konnector"
    file.write_bytes(b"old")
    with pytest.raises(Interrupted):
        write_file(file, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(file.name, b"old")]
