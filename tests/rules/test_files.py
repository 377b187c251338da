"""F, M005 and X001: what the files around a manifest show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, codes, only, with_changes


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


def test_a_missing_icon_is_a_gap_in_a_source_tree_and_stops_the_packaging(
    source: Path, built: Path
) -> None:
    (source / "assets/icon.svg").unlink()
    (built / "icon.svg").unlink()
    assert only(found(source), "F001").severity.label == "warning"
    assert only(found(built), "F001").refused_by == ("build",)


def test_an_icon_outside_of_the_folder_is_not_there(built: Path) -> None:
    (built.parent / "icon.svg").write_text("<svg/>")
    write(built / "manifest.konnector", with_changes(MANIFEST, icon="../icon.svg"))
    assert "F001" in codes(found(built))


def test_a_built_connector_needs_its_entry_point(built: Path) -> None:
    write(built / "manifest.konnector", with_changes(MANIFEST, clientSide=True))
    finding = only(found(built), "F005")
    assert "main.js" in finding.message
    assert finding.refused_by == ("run",)
    (built / "main.js").write_text("")
    assert "F005" not in codes(found(built))


def test_an_index_at_the_top_of_a_source_tree_makes_it_no_built_folder(source: Path) -> None:
    (source / "index.js").write_text("")
    (source / "assets/icon.svg").unlink()
    assert only(found(source), "F001").severity.label == "warning"


@pytest.mark.parametrize(("version", "told"), [("1.2.0", False), ("1.3.0", True), ("", False)])
def test_the_version_is_compared_with_package_json(
    source: Path, built: Path, version: str, told: bool
) -> None:
    for folder in (source, built):
        write(folder / "package.json", {"version": version})
    severities = [[f.severity.label for f in found(folder)] for folder in (source, built)]
    assert severities == ([["warning"], ["error"]] if told else [[], []])


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
def test_the_account_type_that_is_asked_for_must_be_there(
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


def test_what_the_manifest_names_goes_before_the_slug(source: Path) -> None:
    oauth = {"scope": ["a"], "account_type": "other"}
    write(source / "manifest.konnector", with_changes(MANIFEST, oauth=oauth))
    finding = only(found(source), "X001")
    assert 'no account type has the id "other"' in finding.message
    assert finding.refused_by == ("login",)


def test_without_account_types_nothing_is_compared(source: Path) -> None:
    (source / "account-types-def.json").unlink()
    assert found(source) == ()


def test_an_account_type_without_an_id_is_its_connectors(source: Path) -> None:
    file = source / "account-types-def.json"
    write(file, with_changes(json.loads(file.read_text("utf-8")), _id=...))
    assert found(source) == ()
