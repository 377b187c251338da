"""`exempt` and the editor's action hide one finding, and no other."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import CreateFile, TextDocumentEdit, TextEdit

from manifest_lint import Finding, Report, UserError, check
from manifest_lint.api import exemptions as exemptions_module
from manifest_lint.api.exemptions import exempt
from manifest_lint.editor.checked import check as check_in_editor
from manifest_lint.editor.exempting import REASON, exemptions
from manifest_lint.editor.positions import Lines
from manifest_lint.engine.exemptions import has_pointers
from manifest_lint.files.write import replace_file
from manifest_lint.finding import json_pointer
from tests.command import ROOT, run
from tests.connectors import MANIFEST, codes, with_changes

FOLDERS = sorted(
    {
        path.parent.relative_to(ROOT)
        for path in ROOT.glob("fixtures/**/manifest.konnector")
        if "build" not in path.parts
    }
)
BEFORE = '# ours\nselect = []\n\n# about the build\n[build]\nout = "dist"  # here\n'
Key = tuple[str, str, str]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys(report: Report) -> Counter[Key]:
    return Counter(map(key, report.findings))


def key(finding: Finding) -> Key:
    return finding.code, Path(finding.path).absolute().as_posix(), json_pointer(finding.pointer)


def copied(folder: Path, root: Path) -> Path:
    shutil.copytree(ROOT / folder, root / "connectors" / folder.name)
    return Path("connectors") / folder.name


def test_there_are_fixtures_with_findings() -> None:
    assert len(FOLDERS) > 4


@pytest.mark.parametrize("before", [None, BEFORE])
@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_exempt_hides_one_finding_of_each_fixture(
    folder: Path, before: str | None, root: Path
) -> None:
    connector = copied(folder, root)
    file = Path("manifest-lint.toml")
    whole = check(connector, isolated=True)
    for finding in whole.findings:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(before)
        at = ""
        if has_pointers(whole.documents[finding.path]):
            at = f"#{json_pointer(finding.pointer)}"
        done = exempt(finding.code, f"{finding.path}{at}", reason="because")
        left = check(connector)
        assert keys(whole) - keys(left) == Counter({key(finding): len(done.findings)})
        assert keys(left) - keys(whole) == Counter()
        assert {one.exemption.line for one in left.exempted} == {done.plan.entry.line}
        assert left.needless == ()
        assert file.read_text().startswith(before or "")


@pytest.mark.parametrize("before", [None, BEFORE])
@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_the_action_of_the_editor_hides_one_finding_of_each_fixture(
    folder: Path, before: str | None, root: Path
) -> None:
    connector = copied(folder, root)
    file = Path("manifest-lint.toml")
    for path in sorted((root / connector).rglob("*")):
        if path.name not in ("manifest.konnector", "account-types-def.json"):
            continue
        if before is not None:
            file.write_text(before)
        checked = check_in_editor(path, {}, isolated=True)
        assert checked.report
        document = checked.report.documents[str(path)]
        made = exemptions(
            checked, path, lambda *_: True, "utf-16", lambda _: None, creates_files=True
        )
        actions = list(made)
        findings = [one for one in checked.report.findings if one.path == str(path)]
        assert len(actions) == len(findings)
        for finding, action in zip(findings, actions, strict=True):
            assert action.edit
            if before is None:
                assert action.edit.document_changes
                created, change = action.edit.document_changes
                assert isinstance(created, CreateFile)
                assert isinstance(change, TextDocumentEdit)
                edits = change.edits
            else:
                assert action.edit.changes
                [edits] = action.edit.changes.values()
            file.write_text(
                edited(before or "", [one for one in edits if isinstance(one, TextEdit)])
            )
            assert REASON in file.read_text()
            left = check(connector)
            whole = check(connector, isolated=True)
            gone = keys(whole) - keys(left)
            assert set(gone) == (
                {key(finding)}
                if has_pointers(document)
                else {key(one) for one in findings if one.code == finding.code}
            )
            file.unlink()


def edited(text: str, edits: list[TextEdit]) -> str:
    lines = Lines(text, "utf-16")
    for edit in reversed(edits):
        at = lines.offset(edit.range.start)
        text = text[:at] + edit.new_text + text[at:]
    return text


MISSPELT = json.dumps(with_changes(MANIFEST, icon=..., zzz=1, yyy=2), indent=2)


@pytest.fixture
def manifest(root: Path) -> str:
    (root / "one").mkdir()
    (root / "one" / "manifest.konnector").write_text(MISSPELT)
    return "one/manifest.konnector"


def entry(root: Path) -> list[str]:
    return (root / "manifest-lint.toml").read_text().splitlines()


@pytest.mark.usefixtures("manifest")
def test_the_only_finding_is_exempted_at_its_place(root: Path) -> None:
    done = exempt("missing-key", "one", reason="r", until=date(2030, 1, 2))
    assert entry(root) == [
        "[[per-file-ignores]]",
        'code = "M001"',
        'path = "one/manifest.konnector"',
        'pointer = "/icon"',
        'reason = "r"',
        "until = 2030-01-02",
    ]
    assert (done.plan.is_new, [one.code for one in done.findings]) == (True, ["M001"])


def test_of_several_findings_all_are_exempted_and_later_ones_too(manifest: str, root: Path) -> None:
    assert len(exempt("M003", manifest, reason="r").findings) == 2
    assert not any(line.startswith("pointer") for line in entry(root))


def test_a_pattern_of_steps_is_for_those_findings(manifest: str, root: Path) -> None:
    assert len(exempt("M003", f"{manifest}#/*", reason="r").findings) == 2
    assert 'pointer = "/*"' in entry(root)


def test_a_name_with_a_hash_is_not_a_pointer(root: Path) -> None:
    (root / "a#b").mkdir()
    (root / "a#b" / "manifest.konnector").write_text(MISSPELT)
    assert exempt("M003", "a#b/manifest.konnector#/zzz", reason="r").plan.entry.pointer == "/zzz"
    assert check("a#b", select=["M003"]).exempted


@pytest.mark.parametrize(
    ("code", "place", "more", "why"),
    [
        (
            "M003",
            "{}#/nope",
            {},
            'no finding of M003 at "/nope"; there are M003 at /zzz, M003 at /y',
        ),
        ("M008", "{}", {}, "no finding of M008; there are "),
        ("M003", "{}#nope", {}, '"nope": is not a JSON pointer; write it as /oauth/scope'),
        ("M003", "{}#/a~2", {}, '"/a~2": is not a JSON pointer'),
        ("M003", "none/x#/a", {}, "none/x: there is no such file; check the path"),
        ("Q001", "{}", {}, "Q001: no rule has a code that starts with it"),
        ("K001", "{}", {}, "K001: only build or verify can find it; add an entry"),
        ("U", "{}", {}, "U: only upgrade or check --since can find it"),
        ("M003", "{}", {"reason": " "}, "--reason: is empty; say why"),
        ("M003", "{}", {"reason": "\udcff"}, "--reason: is not UTF-8"),
        ("M003", "{}", {"until": date(2020, 1, 1)}, "--until: 2020-01-01 is over; name a day"),
        ("M003", "other.txt", {}, "other.txt"),
    ],
)
def test_nothing_is_written_if_nothing_matches(
    code: str, place: str, more: dict[str, object], why: str, manifest: str, root: Path
) -> None:
    (root / "other.txt").touch()
    given: dict[str, object] = {"reason": "r", "today": date(2025, 1, 1), **more}
    with pytest.raises(UserError) as refusal:
        exempt(code, place.format(manifest), **given)  # type: ignore[arg-type]
    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not (root / "manifest-lint.toml").exists()


def test_what_is_exempted_already_is_not_exempted_again(manifest: str, root: Path) -> None:
    exempt("M003", f"{manifest}#/zzz", reason="r")
    before = entry(root)
    with pytest.raises(UserError, match=r"but those that manifest-lint.toml:1 exempts; nothing to"):
        exempt("M003", f"{manifest}#/zzz", reason="again")
    assert entry(root) == before


def test_an_expired_entry_is_not_repeated(manifest: str) -> None:
    exempt("M003", f"{manifest}#/zzz", reason="r", until=date(2025, 1, 1))
    late = date(2026, 1, 1)
    with pytest.raises(UserError, match=r"toml:1: exempts it until 2025-01-01; set a later date"):
        exempt("M003", f"{manifest}#/zzz", reason="r", today=late)


def test_the_entry_goes_into_the_nearest_configuration(manifest: str, root: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.manifest-lint]\nignore = ["L"]\n\n[tool.ruff]\n'
    Path("one/pyproject.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    exempt("M003", f"{manifest}#/zzz", reason="r")
    assert not (root / "manifest-lint.toml").exists()
    written = Path("one/pyproject.toml").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf[project]")
    assert b'[[tool.manifest-lint.per-file-ignores]]\ncode = "M003"\npath = "/manifest' in written
    assert written.endswith(b'reason = "r"\n\n[tool.ruff]\n')
    assert len(check("one", select=["M003"]).findings) == 1


def test_a_file_outside_the_folder_of_the_configuration_is_refused(manifest: str) -> None:
    Path("conf").mkdir()
    Path("conf/x.toml").touch()
    with pytest.raises(UserError, match=r"is not in the folder of conf/x.toml; name a file in it"):
        exempt("M003", manifest, reason="r", config="conf/x.toml")


def test_what_a_pattern_cannot_name_is_refused(root: Path) -> None:
    for name in ("a[b", "a*b"):
        (root / name).mkdir()
        (root / name / "manifest.konnector").write_text(MISSPELT)
        with pytest.raises(UserError, match="per-file-ignores cannot name it; rename it"):
            exempt("M003", f"{name}/manifest.konnector", reason="r")


def test_entries_of_an_extended_configuration_are_not_replaced(manifest: str) -> None:
    Path("base.toml").write_text(
        '[[per-file-ignores]]\ncode = "M003"\npath = "one/*"\npointer = "/yyy"\nreason = "r"\n'
    )
    Path("manifest-lint.toml").write_text('extend = "base.toml"\n')
    with pytest.raises(UserError, match=r"its per-file-ignores are those of base.toml, which it e"):
        exempt("M003", f"{manifest}#/zzz", reason="r")


def test_the_command_says_what_it_did_and_who_still_refuses(manifest: str, root: Path) -> None:
    (root / "one" / "manifest.konnector").write_text(
        json.dumps(with_changes(MANIFEST, oauth={"scope": ["a", "b"]}, zzz=1))
    )
    done = run("exempt", "S002", manifest, "--reason", "they know", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Exempted 1 finding of S002 in one/manifest.konnector at /oauth/scope: created"
        " manifest-lint.toml, line 1.\n"
        "Warning: it is an error, still refused by login.\n"
    )
    done = run("exempt", "M003", manifest, "--reason", "r", "--until", "30.12.2030", cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "manifest-lint: --until: is not a date; write it as 2030-12-31\n"


def test_the_command_names_the_file_as_given_and_a_configuration_that_is_not_used(
    root: Path,
) -> None:
    inner = root / "inner"
    (inner / ".git").mkdir(parents=True)
    (inner / ".git" / "HEAD").touch()
    (inner / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST, zzz=1)))
    (root / "manifest-lint.toml").write_text('ignore = ["L"]\n')
    done = run("exempt", "M003", "inner", "--reason", "r", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Exempted 1 finding of M003 in inner/manifest.konnector at /zzz: created"
        " inner/manifest-lint.toml, line 1.\n"
        "manifest-lint.toml: above the repository's root, so it is not used; move it there, or"
        " name it with --config.\n"
    )
    assert (root / "manifest-lint.toml").read_text() == 'ignore = ["L"]\n'


@pytest.mark.parametrize(
    ("git", "created"),
    [
        ("c/.git/", "c/manifest-lint.toml"),  # a folder that git takes for no repository
        ("c/.git/HEAD", "c/manifest-lint.toml"),
        ("c/.git", "c/manifest-lint.toml"),  # a file, as in a submodule
        ("c/git", "manifest-lint.toml"),
        ("c/one/.git/", "c/one/manifest-lint.toml"),
    ],
)
def test_a_new_configuration_is_where_the_next_check_finds_it(
    root: Path, git: str, created: str
) -> None:
    manifest = root / "c/one/manifest.konnector"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps(with_changes(MANIFEST, zzz=1)))
    (root / git).parent.mkdir(exist_ok=True)
    (root / git).mkdir() if git.endswith("/") else (root / git).touch()
    done = exempt("M003", manifest.relative_to(root).as_posix(), reason="r")
    assert done.plan.path == root / created
    assert "M003" not in codes(check(manifest).findings)


@pytest.mark.parametrize("before", [BEFORE, None])
def test_entries_that_are_added_at_once_are_all_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    keys = ["colour", "sound", "smell"]
    (root / "manifest.konnector").write_text(json.dumps(MANIFEST | dict.fromkeys(keys, "x")))
    file = root / "manifest-lint.toml"
    if before is not None:
        file.write_text(before)
    replace = replace_file
    waiting = keys[1:]

    def after_another(*arguments: Any) -> None:
        if waiting:
            exempt("M003", f"manifest.konnector#/{waiting.pop()}", reason="ours")
        replace(*arguments)

    monkeypatch.setattr(exemptions_module, "replace_file", after_another)
    exempt("M003", "manifest.konnector#/colour", reason="ours")
    text = file.read_text()
    assert text.startswith(before or "")
    for key in keys:
        assert text.count(f'pointer = "/{key}"') == 1


def test_the_same_entry_that_another_run_adds_is_not_added_twice(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "manifest.konnector").write_text(json.dumps(MANIFEST | {"colour": "x"}))
    replace = replace_file

    def after_another(*arguments: Any) -> None:
        monkeypatch.undo()
        monkeypatch.chdir(root)
        exempt("M003", "manifest.konnector", reason="ours")
        replace(*arguments)

    monkeypatch.setattr(exemptions_module, "replace_file", after_another)
    with pytest.raises(UserError, match="exempts it already; nothing to do"):
        exempt("M003", "manifest.konnector", reason="of another")
    assert (root / "manifest-lint.toml").read_text().count("[[") == 1
