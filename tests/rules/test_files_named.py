"""F, M005 and X001: findings on the files around a manifest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from tests.connectors import (
    ACCOUNT_TYPE,
    MANIFEST,
    SUNMETER,
    codes,
    of_manifest,
    only,
    with_changes,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source tree without findings."""
    return Path(shutil.copytree(SUNMETER, tmp_path / "connector"))


@pytest.fixture
def built(source: Path) -> Path:
    """A built folder without findings."""
    return source / "build"


def write(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value, indent=2), "utf-8")


def found(path: Path) -> tuple[Finding, ...]:
    return check([path / "manifest.konnector"]).findings


def test_the_fixture_has_no_findings(source: Path, built: Path) -> None:
    assert found(source) == found(built) == ()


def test_a_missing_icon_is_a_warning_in_a_source_tree_and_stops_a_build(
    source: Path, built: Path
) -> None:
    (source / "assets/icon.svg").unlink()
    (built / "icon.svg").unlink()
    assert only(found(source), "F001").severity.label == "warning"
    assert only(found(built), "F001").refused_by == ("build",)


def test_an_icon_in_small_letters_is_meant(source: Path) -> None:
    manifest = json.loads((source / "manifest.konnector").read_text("utf-8"))
    write(source / "manifest.konnector", {**manifest, "icon": "Icon.SVG"})
    [finding] = found(source)
    assert finding.fix and finding.fix.title == 'write "icon.svg", as the file is named'


def with_manifest(folder: Path, **changes: Any) -> tuple[Finding, ...]:
    """Change a folder's manifest, and return the findings of F there."""
    write(folder / "manifest.konnector", with_changes(MANIFEST, **changes))
    return check([folder / "manifest.konnector"], select=["F"]).findings


@pytest.mark.parametrize(
    "changes",
    [
        {"screenshots": ["screenshots/a.png", "screenshots/b.png"]},
        {"locales": {"en": {"screenshots": ["screenshots/b.png"]}}},
        {"screenshots": ["screenshots/b.png"], "locales": {"fr": {"screenshots": ["./x/../b"]}}},
    ],
)
def test_a_missing_screenshot_is_milder_in_a_source_tree_than_in_a_build(
    source: Path, built: Path, changes: dict[str, Any]
) -> None:
    for folder in (source / "assets/screenshots", built / "screenshots"):
        folder.mkdir()
        (folder / "a.png").write_bytes(b"x")
        (folder.parent / "b").write_bytes(b"x")
    for folder, severity, refused_by in ((source, "warning", ()), (built, "error", ("build",))):
        [finding] = with_manifest(folder, **changes)
        assert (finding.code, finding.severity.label) == ("F003", severity)
        assert finding.refused_by == refused_by
        assert '"screenshots/b.png"' in finding.message
        assert "screenshots" in finding.pointer


def test_a_screenshot_that_several_languages_share_is_reported_once(built: Path) -> None:
    locale = {"screenshots": ["a.png"]}
    [finding] = with_manifest(built, locales={"en": locale, "fr": locale})
    assert finding.pointer == ("locales", "en", "screenshots", 0)


NAMED_SO = [
    ({"icon": "assets/icon.svg"}, "F001", ("icon",)),
    ({"icon": "./assets/icon.svg"}, "F001", ("icon",)),
    ({"screenshots": ["assets/icon.svg"]}, "F003", ("screenshots", 0)),
    (
        {"locales": {"en": {"screenshots": ["assets/icon.svg"]}}},
        "F003",
        ("locales", "en", "screenshots", 0),
    ),
]


@pytest.mark.parametrize(("changes", "code", "pointer"), NAMED_SO)
def test_a_path_that_the_build_moves_to_the_top_is_reported(
    source: Path, changes: dict[str, Any], code: str, pointer: tuple[str | int, ...]
) -> None:
    without_files = tuple(f for f in of_manifest(**changes) if f.code == code)
    for [finding] in (with_manifest(source, **changes), without_files):
        assert (finding.code, finding.pointer) == (code, pointer)
        assert finding.severity.label == "warning"
        assert finding.refused_by == ()
        assert finding.fix is not None
        assert not finding.fix.safe
        assert [edit.text for edit in finding.fix.edits] == ['"icon.svg"']


def test_a_moved_path_is_reported_for_each_language(source: Path) -> None:
    locale = {"screenshots": ["assets/icon.svg"]}
    assert codes(with_manifest(source, locales={"en": locale, "fr": locale})) == ["F003", "F003"]


def test_a_folder_assets_in_assets_is_one_in_the_package(source: Path) -> None:
    (source / "assets/assets").mkdir()
    shutil.copy(source / "assets/icon.svg", source / "assets/assets/icon.svg")
    assert with_manifest(source, icon="assets/icon.svg") == ()
    assert with_manifest(source, icon="assets/assets/icon.svg") == ()


def test_a_file_that_is_missing_from_assets_too_is_reported_once(source: Path) -> None:
    [finding] = with_manifest(source, icon="assets/logo.svg")
    assert finding.message == (
        '`icon` names "assets/logo.svg", which is neither next to the manifest nor in assets/'
    )


@pytest.mark.parametrize("icon", ["assets", "assets/", "assets.svg", "my/assets/icon.svg"])
def test_only_a_path_into_assets_is_moved(icon: str) -> None:
    assert "F001" not in codes(of_manifest(icon=icon))


@pytest.mark.parametrize(
    "files",
    [
        {"onDelete.js": ""},
        {"src/onDelete.js": ""},
        {"src/onDelete.ts": ""},
        {"src/onDelete.mjs": ""},
        {"onDelete.jsx": ""},
        {"src/onDelete.tsx": ""},
        {"assets/onDelete.js": ""},
        {"webpack.config.js": "entry: { index: './src', onDelete: './src/accounts/deleted.js' }"},
    ],
)
def test_a_script_may_be_in_the_built_folder_only(source: Path, files: dict[str, str]) -> None:
    [finding] = with_manifest(source, on_delete_account="onDelete.js")
    assert (finding.code, finding.severity.label) == ("F004", "warning")
    for name, text in files.items():
        (source / name).write_text(text)
    assert with_manifest(source, on_delete_account="onDelete.js") == ()


def test_a_named_script_must_be_in_the_built_folder(built: Path) -> None:
    (built / "webpack.config.cjs").write_text("onDelete.js")
    (built / "onDelete.ts").write_text("")
    [finding] = with_manifest(built, on_delete_account="onDelete.js")
    assert (finding.code, finding.refused_by) == ("F004", ("run",))
    (built / "onDelete.js").write_text("")
    assert with_manifest(built, on_delete_account="./onDelete.js") == ()


@pytest.mark.parametrize(
    ("path", "reason", "fixed"),
    [
        ("/icon.svg", "is absolute", "icon.svg"),
        ("../icon.svg", "leads out of it", "icon.svg"),
        ("..", "leads out of it", None),
        ("a/../../icon.svg", "leads out of it", "icon.svg"),
        ("\\icon.svg", "has backslashes", "icon.svg"),
        ("..\\icon.svg", "has backslashes", "icon.svg"),
        ("C:\\icon.svg", "is absolute", "icon.svg"),
        ("/missing.svg", "is absolute", None),
        ("/", "is absolute", None),
        ("https://example.org/icon.svg", "is a URL", None),
        ("data:image/png;base64,AA==", "is a URL", None),
        ("//example.org/icon.svg", "is absolute", None),
        ("./icon.svg", None, None),
        ("a/../icon.svg", None, None),
        ("icon.svg", None, None),
    ],
)
def test_a_path_must_stay_inside_the_bundle(
    built: Path, path: str, reason: str | None, fixed: str | None
) -> None:
    (built / "a").mkdir()
    (built.parent / "missing.svg").write_text("")
    findings = with_manifest(built, icon=path)
    assert [finding.code for finding in findings] == (["F006"] if reason else [])
    for finding in findings:
        assert finding.message.endswith(f" {reason}")
        assert finding.refused_by == ("build",)

        edits = [edit.text for edit in finding.fix.edits] if finding.fix else []
        assert edits == ([f'"{fixed}"'] if fixed else [])
        assert not (edits and finding.fix and finding.fix.safe is ("\\" in path))


@pytest.mark.parametrize("path", ["/x", "../x", "https://x", "a\\x"])
def test_every_path_of_a_manifest_is_checked(source: Path, path: str) -> None:
    findings = with_manifest(
        source,
        icon=path,
        on_delete_account=path,
        partnership={"icon": path},
        screenshots=["ok", path],
        locales={"en": {"screenshots": [path]}},
    )
    assert {finding.pointer for finding in findings if finding.code == "F006"} == {
        ("icon",),
        ("on_delete_account",),
        ("partnership", "icon"),
        ("screenshots", 1),
        ("locales", "en", "screenshots", 0),
    }
    assert {finding.code for finding in findings} == {"F003", "F006"}  # "ok" is missing


def test_a_path_that_leads_out_is_reported_without_files_too() -> None:
    finding = only(of_manifest(icon="/icon.svg"), "F006")
    assert finding.fix is not None
    assert finding.fix.safe


@pytest.mark.parametrize("value", [None, True, 1, "", [], {}, [[]], {"en": 1}, ["\ud800", "\0"]])
def test_other_rules_report_values_of_a_wrong_type(built: Path, value: Any) -> None:
    keys = ("icon", "screenshots", "on_delete_account", "partnership", "locales")
    for key in keys:
        findings = with_manifest(built, **{key: value})
        assert {finding.code for finding in findings} <= {"F003"}


def test_a_built_connector_needs_its_entry_point(built: Path) -> None:
    write(built / "manifest.konnector", with_changes(MANIFEST, clientSide=True))
    finding = only(found(built), "F005")
    assert finding.message == (
        "main.js is missing: a connector that runs on the client starts with it"
    )
    assert finding.refused_by == ("run",)
    (built / "main.js").write_text("")
    assert "F005" not in codes(found(built))


def test_a_source_tree_with_an_index_at_its_top_is_not_a_built_folder(source: Path) -> None:
    (source / "index.js").write_text("")
    (source / "assets/icon.svg").unlink()
    assert only(found(source), "F001").severity.label == "warning"


@pytest.mark.parametrize(("version", "reported"), [("1.2.0", False), ("1.3.0", True), ("", False)])
def test_the_version_is_compared_with_package_json(
    source: Path, built: Path, version: str, reported: bool
) -> None:
    for folder in (source, built):
        write(folder / "package.json", {"version": version})
    severities = [[f.severity.label for f in found(folder)] for folder in (source, built)]
    assert severities == ([["warning"], ["error"]] if reported else [[], []])


@pytest.mark.parametrize(
    ("ids", "expected", "near"),
    [
        (["sunmeter"], [], None),
        (["ctx/sunmeter"], [], None),
        (["other", "sunmeter"], [], None),
        (["sunmetre", "zzz"], ["X001"], "sunmetre"),
        (["zzz"], ["X001"], "zzz"),
    ],
)
def test_a_missing_account_type_is_reported(
    tmp_path: Path, ids: list[str], expected: list[str], near: str | None
) -> None:
    uri = "https://oauthcallback.cozy.rocks/accounts/{}/redirect"
    documents = [
        with_changes(ACCOUNT_TYPE, _id=name, redirect_uri=uri.format(name.split("/")[-1]))
        for name in ids
    ]
    dump = tmp_path / "dump.json"
    write(dump, {"rows": [{"doc": document} for document in documents]})
    write(tmp_path / "manifest.konnector", with_changes(MANIFEST, icon=...))
    findings = check(
        [tmp_path / "manifest.konnector"], account_types=[dump], ignore=["M001"]
    ).findings
    assert codes(findings) == expected
    if near:
        assert findings[0].fix is not None
        assert near in findings[0].fix.title


def test_the_named_account_type_is_used_instead_of_the_slug(source: Path) -> None:
    oauth = {"scope": ["a"], "account_type": "other"}
    write(source / "manifest.konnector", with_changes(MANIFEST, oauth=oauth))
    finding = only(found(source), "X001")
    assert 'no account type has the id "other"' in finding.message
    assert finding.refused_by == ("login",)


def test_without_account_types_nothing_is_compared(source: Path) -> None:
    (source / "account-types-def.json").unlink()
    assert codes(found(source)) == ["X007"]


def test_an_account_type_without_an_id_belongs_to_its_connector(source: Path) -> None:
    file = source / "account-types-def.json"
    write(file, with_changes(json.loads(file.read_text("utf-8")), _id=...))
    assert found(source) == ()


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("package.json", "which the stack never copies to a run"),
        ("./x/../README.md", "which the stack never copies to a run"),
        ("LICENSE", "which the stack never copies to a run"),
        (".travis.yml", "which the stack never copies to a run"),
        (".", "which is not a file"),
        ("./", "which is not a file"),
    ],
)
def test_a_script_that_is_never_copied_cannot_run(source: Path, path: str, what: str) -> None:
    for finding in (
        only(with_manifest(source, on_delete_account=path), "F004"),
        only(of_manifest(on_delete_account=path), "F004"),
    ):
        assert finding.message.endswith(what)
        assert finding.refused_by == ("run",)


@pytest.mark.parametrize("path", ["x/package.json", "readme.md", ""])
def test_only_these_files_at_the_top_are_never_copied(path: str) -> None:
    assert "F004" not in codes(of_manifest(on_delete_account=path))
