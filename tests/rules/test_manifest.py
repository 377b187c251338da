"""M: the manifest's keys and their values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.connectors import MANIFEST, codes, of_manifest, only


@pytest.mark.parametrize("key", ["slug", "editor", "version"])
@pytest.mark.parametrize("value", [..., None, ""])
def test_the_registry_needs_these_keys(key: str, value: Any) -> None:
    finding = only(of_manifest(**{key: value}), "M001")
    assert finding.refused_by == ("publish",)
    assert f"`{key}`" in finding.message


@pytest.mark.parametrize(
    ("key", "severity"),
    [("icon", "warning"), ("permissions", "warning"), ("langs", "note"), ("data_types", "note")],
)
def test_a_gap_that_users_see_is_no_error(key: str, severity: str) -> None:
    assert only(of_manifest(**{key: ...}), "M001").severity.label == severity


def test_a_key_under_its_old_name_is_told_once() -> None:
    changes = {"vendor_link": ..., "vendorLink": "https://www.sunmeter.example"}
    findings = of_manifest(**changes)
    assert codes(findings) == ["M003"]


@pytest.mark.parametrize(
    ("changes", "message", "refused_by"),
    [
        (
            {"clientSide": "true"},
            '`clientSide` must be true or false, not the text `"true"`',
            ("install",),
        ),
        ({"slug": 1}, "`slug` must be text, not the number 1", ("install", "publish")),
        ({"editor": True}, "`editor` must be text, not `true`", ("publish",)),
        ({"Name": []}, "`Name` must be text, not a list", ("install", "publish")),
        ({"screenshots": [1]}, "`screenshots[0]` must be text, not the number 1", ("publish",)),
        (
            {"locales": {"en": "x"}},
            '`locales.en` must be an object, not the text `"x"`',
            ("publish",),
        ),
        (
            {"updated_at": "yesterday"},
            "`updated_at` must be a date as RFC 3339 writes it (2026-01-31T12:00:00Z),"
            ' not the text `"yesterday"`',
            ("install",),
        ),
        ({"fields": []}, "`fields` must be an object, not a list", ()),
        ({"oauth": True}, "`oauth` must be an object, not `true`", ()),
        ({"categories": "energy"}, '`categories` must be a list, not the text `"energy"`', ()),
        ({"vendor_link": None}, "`vendor_link` must be text, not `null`", ()),
    ],
)
def test_a_wrong_type_is_told_in_words(
    changes: dict[str, Any], message: str, refused_by: tuple[str, ...]
) -> None:
    finding = only(of_manifest(**changes), "M002")
    assert (finding.message, finding.refused_by) == (message, refused_by)
    assert finding.severity.label == ("error" if refused_by else "warning")


def test_repeated_keys_change_nothing_of_what_is_told_of_others() -> None:
    told = codes(of_manifest('{"slug": 5, "clientSide": "true", "a": 1, "a": 2}'))
    assert told.count("M002") == 2
    messages = [f.message for f in of_manifest('{"slug": 5, "a": 1, "a": 2}')]
    assert "`slug` is missing" not in messages


def test_a_wrong_type_under_a_repeated_key_is_told_where_it_stands() -> None:
    text = '{\n  "slug": 1,\n  "slug": "x"\n}'
    finding = only(of_manifest(text), "M002")
    assert (finding.place.line, finding.message) == (2, "`slug` must be text, not the number 1")


@pytest.mark.parametrize(
    ("key", "told", "fix"),
    [
        ("vendorLink", "the key is `vendor_link`", "rename to `vendor_link`"),
        ("oauth_scope", "the scope stands in `oauth.scope`", "move it to `oauth.scope`"),
        ("category", "the key is `categories`", "rename to `categories`"),
        ("langs_", "did you mean `langs`?", "rename to `langs`"),
        ("routes", "for web applications", "remove it"),
        ("zzz", "unknown key `zzz`", None),
        ("SLUG", "`slug` to stack and registry, not to the front end", "rename to `slug`"),
    ],
)
def test_an_unknown_key_names_what_was_meant(key: str, told: str, fix: str | None) -> None:
    finding = only(of_manifest(**{key: "x"}), "M003")
    assert told in finding.message
    assert (finding.fix.title if finding.fix else None) == fix
    assert finding.severity.label == "warning"


@pytest.mark.parametrize(
    ("slug", "severity"),
    [("a1", None), ("a-b", "note"), ("a_b", "error"), ("Aa", "error"), ("é", "error")],
)
def test_the_characters_of_a_slug(slug: str, severity: str | None) -> None:
    findings = [f for f in of_manifest(slug=slug) if f.code == "M004"]
    assert [f.severity.label for f in findings] == ([severity] if severity else [])


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
def test_which_versions_can_be_published(version: str, severity: str | None) -> None:
    findings = [f for f in of_manifest(version=version) if f.code == "M005"]
    assert [f.severity.label for f in findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("text", "refused_by"),
    [
        ('{"type": "webapp"}', ("install",)),
        ('{"Type": "webapp"}', ("install",)),
        ('{"type": "webapp"} more', ()),
        ('{"type": "node"}', ()),
    ],
)
def test_a_connector_is_a_konnector(text: str, refused_by: tuple[str, ...]) -> None:
    assert only(of_manifest(text), "M006").refused_by == refused_by


@pytest.mark.parametrize(
    ("key", "value", "code", "fix"),
    [
        ("categories", ["other"], "M008", 'write "others"'),
        ("categories", ["bankin"], "M008", 'write "banking"'),
        ("data_types", ["bills"], "M009", 'write "bill"'),
        ("features", ["CARBONCOPY"], "M010", 'write "CARBON_COPY"'),
        ("frequency", "yearly", "M010", 'write "monthly", "weekly", "daily" or "hourly"'),
    ],
)
def test_a_value_that_is_not_listed_names_the_nearest(
    key: str, value: Any, code: str, fix: str
) -> None:
    finding = only(of_manifest(**{key: value}), code)
    assert finding.severity.label == "warning"
    assert finding.fix is not None
    assert finding.fix.title == fix


def test_one_fix_of_a_renamed_key_mends_the_text() -> None:
    text = json.dumps({**MANIFEST, "licence": "MIT"}, indent=2)
    finding = only(of_manifest(text), "M003")
    assert finding.fix is not None
    [edit] = finding.fix.edits
    mended = text[: edit.place.start] + edit.text + text[edit.place.end :]
    assert of_manifest(mended) == ()
