"""M002 and M004 to M007: the values of the main keys of a manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check
from tests.connectors import codes, of_manifest, only


@pytest.mark.parametrize(
    ("changes", "message", "refused_by"),
    [
        (
            {"clientSide": "true"},
            '`clientSide` must be true or false, not the string `"true"`',
            ("install",),
        ),
        ({"slug": 1}, "`slug` must be a string, not the number 1", ("install", "publish")),
        ({"editor": True}, "`editor` must be a string, not `true`", ("publish",)),
        ({"Name": []}, "`Name` must be a string, not a list", ("install", "publish")),
        ({"screenshots": [1]}, "`screenshots[0]` must be a string, not the number 1", ("publish",)),
        (
            {"locales": {"en": "x"}},
            '`locales.en` must be an object, not the string `"x"`',
            ("publish",),
        ),
        (
            {"updated_at": "yesterday"},
            "`updated_at` must be a date as RFC 3339 writes it (2026-01-31T12:00:00Z),"
            ' not the string `"yesterday"`',
            ("install",),
        ),
        ({"fields": []}, "`fields` must be an object, not a list", ()),
        ({"oauth": 1}, "`oauth` must be an object, not the number 1", ()),
        ({"categories": "energy"}, '`categories` must be a list, not the string `"energy"`', ()),
        ({"terms": {"id": None}}, "`terms.id` must be a string, not `null`", ()),
        ({"developer": False}, "`developer` must be an object, not `false`", ()),
    ],
)
def test_a_wrong_type_is_reported_in_words(
    changes: dict[str, Any], message: str, refused_by: tuple[str, ...]
) -> None:
    finding = only(of_manifest(**changes), "M002")
    assert (finding.message, finding.refused_by) == (message, refused_by)
    assert finding.severity.label == ("error" if refused_by else "warning")


@pytest.mark.parametrize(
    "changes", [{"fields": None}, {"oauth": None}, {"oauth": False}, {"frequency": None}]
)
def test_null_and_false_mean_the_same_as_no_key_at_all(changes: dict[str, Any]) -> None:
    finding = only(of_manifest(**changes), "M002")
    assert finding.severity.label == "note"
    assert "remove the key" in finding.why


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"oauth": True}, "S011"), ({"oauth": []}, "S011"), ({"icon": None}, "M001")],
)
def test_another_rule_reports_some_wrong_types(changes: dict[str, Any], code: str) -> None:
    assert codes(of_manifest(**changes)) == [code]


def test_repeated_keys_do_not_change_other_findings() -> None:
    reported = codes(of_manifest('{"slug": 5, "clientSide": "true", "a": 1, "a": 2}'))
    assert reported.count("M002") == 2
    messages = [f.message for f in of_manifest('{"slug": 5, "a": 1, "a": 2}')]
    assert "`slug` is missing" not in messages


def test_a_wrong_type_under_a_repeated_key_is_reported_at_its_place() -> None:
    text = '{\n  "slug": 1,\n  "slug": "x"\n}'
    finding = only(of_manifest(text), "M002")
    assert (finding.place.line, finding.message) == (2, "`slug` must be a string, not the number 1")


@pytest.mark.parametrize(
    ("slug", "severity"),
    [("a1", None), ("a-b", "note"), ("a_b", "error"), ("Aa", "error"), ("é", "error")],
)
def test_invalid_characters_in_a_slug_are_reported(slug: str, severity: str | None) -> None:
    findings = [f for f in of_manifest(slug=slug, version="1.0.0") if f.code == "M004"]
    assert [f.severity.label for f in findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("version", "is_noted"), [("0.1.0", True), (..., True), ("1.0.1", False), ("0.8.0", False)]
)
def test_a_published_slug_stays(version: Any, is_noted: bool) -> None:
    findings = of_manifest(slug="a-b", version=version)
    assert ("M004" in codes(findings)) == is_noted
    assert "M004" in codes(of_manifest(slug="a_b", version=version))


@pytest.mark.parametrize(
    ("version", "severity"),
    [
        ("1.0.0", None),
        ("99999.0.1", None),
        ("1.0.0-beta.2", "note"),
        ("1.0.0-dev.0a1b", "note"),
        ("1.0", "error"),
        ("v1.0.0", "error"),
        ("01.0.0", "error"),
        ("100000.0.0", "error"),
        ("1.0.0-rc.1", "error"),
    ],
)
def test_versions_that_cannot_be_published_are_reported(version: str, severity: str | None) -> None:
    findings = [f for f in of_manifest(version=version) if f.code == "M005"]
    assert [f.severity.label for f in findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ("v1.2.0", "1.2.0"),
        ("1.2", "1.2.0"),
        ("V2", "2.0.0"),
        (" 1.02.3 ", "1.2.3"),
        ("1.2.3.4", None),
        ("100000.0.0", None),
        ("next", None),
    ],
)
def test_a_version_that_is_nearly_one_is_written_as_one(version: str, fixed: str | None) -> None:
    finding = only(of_manifest(version=version), "M005")
    edits = finding.fix.edits if finding.fix else ()
    assert [edit.text for edit in edits] == ([f'"{fixed}"'] if fixed else [])


@pytest.mark.parametrize(
    ("text", "refused_by"),
    [
        ('{"type": "webapp"}', ("install",)),
        ('{"Type": "webapp"}', ("install",)),
        ('{"type": "webapp"} more', ()),
        ('{"type": "node"}', ()),
    ],
)
def test_another_type_than_konnector_is_reported(text: str, refused_by: tuple[str, ...]) -> None:
    assert only(of_manifest(text), "M006").refused_by == refused_by


@pytest.mark.parametrize(
    ("language", "expected"),
    [("node", []), ("nodejs", ["M007"]), ("", ["M007"]), (..., []), (1, ["M002"])],
)
def test_another_language_than_node_is_reported(language: Any, expected: list[str]) -> None:
    assert codes(of_manifest(language=language)) == expected


@pytest.mark.parametrize(
    ("manifest", "package", "edits"),
    [
        ({"version": "1.0.0"}, "1.2.0", 1),
        ({"version": "1.0.0"}, "1.2", 0),
        ({"Version": "1.0.0"}, "1.2.0", 0),
    ],
)
def test_a_fix_writes_only_a_version_that_can_be_published(
    tmp_path: Path, manifest: dict[str, Any], package: str, edits: int
) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    (tmp_path / "package.json").write_text(json.dumps({"version": package}))
    fix = only(check(tmp_path, select="M005").findings, "M005").fix
    assert fix is not None
    assert len(fix.edits) == edits


@pytest.mark.parametrize(
    ("version", "package", "after"),
    [
        ("1.9.0", "1.10.0", "1.10.0"),
        ("1.0.0", "1.0.1", "1.0.1"),
        ("1.10.0", "1.9.0", None),
        ("2.0.0", "1.9.9-beta.3", None),
        ("1.0", "0.9.0", None),
        ("1.0", "1.0.0", "1.0.0"),
        ("1.2.0", "1.2.3-beta.1", "1.2.3"),
        ("1.2.0", "1.2.3-dev.abc", "1.2.3"),
    ],
)
def test_a_version_is_never_lowered(
    tmp_path: Path, version: str, package: str, after: str | None
) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps({"version": version}))
    (tmp_path / "package.json").write_text(json.dumps({"version": package}))
    found = check(tmp_path, select="M005").findings
    [fix] = [one.fix for one in found if one.fix and "differs" in one.message]
    assert [edit.text for edit in fix.edits] == ([json.dumps(after)] if after else [])
    if not after:
        assert fix.title == "write the newer version in package.json too"
