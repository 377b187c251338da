"""M003, M028 and J006: unknown keys, keys of CouchDB, and keys with another name or case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from manifest_lint import Finding, check
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes


def text_of(**changes: Any) -> str:
    return json.dumps(with_changes(MANIFEST, **changes), indent=2, ensure_ascii=False)


def fixed(text: str, finding: Finding) -> str:
    """Apply the fix of one finding."""
    return applied(Document("m", text.encode()), [finding])[0].decode()


@pytest.mark.parametrize(
    ("key", "reported", "fix"),
    [
        ("featurs", "unknown key `featurs`: did you mean `features`?", "rename to `features`"),
        (
            "langs_",
            "unknown key `langs_`: did you mean `langs`?",
            "move its value to `langs`, and remove it",
        ),
        ("routes", "`routes` is for web applications and ignored in a connector", "remove it"),
        ("zzz", "unknown key `zzz`", None),
        ("a\nb", r"unknown key `a\nb`", None),
        (
            "category",
            "`category` is ignored: use `categories`",
            "move its value to `categories`, and remove it",
        ),
    ],
)
def test_an_unknown_key_is_reported_with_the_nearest_key(
    key: str, reported: str, fix: str | None
) -> None:
    finding = only(of_manifest(**{key: "x"}), "M003")
    assert finding.message == reported
    assert (finding.fix.title if finding.fix else None) == fix
    assert finding.severity.label == ("warning" if fix else "note")
    assert ("not documented on 2026-06-29" in finding.why) == (fix is None)


@pytest.mark.parametrize(
    ("key", "value", "severity"),
    [
        ("en", {"short_description": "x"}, "warning"),
        ("fr", {"permissions": {}}, "warning"),
        ("en", {"x": "y"}, "note"),
        ("en", "x", "note"),
        ("EN", {"short_description": "x"}, "note"),
    ],
)
def test_a_language_at_the_top_belongs_into_locales(key: str, value: Any, severity: str) -> None:
    finding = only(of_manifest(**{key: value}), "M003")
    assert finding.severity.label == severity
    fix = f"move it to `locales.{key}`" if severity == "warning" else None
    assert (finding.fix.title if finding.fix else None) == fix


@pytest.mark.parametrize(
    "key", ["//", "$schema", "short_description", "long_description", "changes"]
)
def test_keys_for_people_editors_or_the_store_are_accepted(key: str) -> None:
    assert codes(of_manifest(**{key: "x"})) == []


@pytest.mark.parametrize("key", ["_comment", "__x", "_", "_Comment", "_note\n"])
def test_a_key_that_couchdb_refuses_stops_the_installation(key: str) -> None:
    [finding] = of_manifest(**{key: None})
    assert (finding.code, finding.refused_by) == ("M028", ("install",))


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("_deleted", True, [("M028", "error")]),
        ("_deleted", False, [("M003", "warning")]),
        ("_attachments", {}, [("M003", "warning")]),
        ("_attachments", {"a": {"stub": True}}, [("M028", "error")]),
        ("_revisions", {"start": 0, "ids": []}, [("M028", "warning")]),
        ("_id", 5, [("M003", "warning")]),
        ("_rev", "1-abc", [("M003", "warning")]),
        ("_type", "konnector", [("M003", "warning")]),
        ("_access", [], [("M003", "warning")]),
    ],
)
def test_a_key_that_couchdb_knows_is_refused_by_its_value(
    key: str, value: Any, found: list[tuple[str, str]]
) -> None:
    findings = of_manifest(**{key: value})
    assert [(finding.code, finding.severity.label) for finding in findings] == found


def test_without_the_rule_on_keys_of_couchdb_the_key_is_unknown() -> None:
    text = json.dumps({**MANIFEST, "_comment": "x"}).encode()
    [finding] = check(stdin=(None, text), ignore=["M028"]).findings
    assert finding.message == "`_comment` is ignored: keys that start with `_` are for CouchDB"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"categories": ...}, "only the store reads `category`"),
        ({"categories": []}, "`category` is ignored"),
        ({"categories": ..., "category": ["energy"]}, "`category` is ignored"),
    ],
)
def test_the_store_falls_back_on_the_first_name_of_categories(
    changes: dict[str, Any], what: str
) -> None:
    finding = only(of_manifest(**{"category": "energy", **changes}), "M003")
    assert finding.message == f"{what}: use `categories`"


@pytest.mark.parametrize(
    ("old", "written", "new", "wanted", "safe"),
    [
        ("vendorLink", '"https://x.example"', "vendor_link", '"https://x.example"', True),
        ("licence", '"MI\\u0054"', "license", '"MI\\u0054"', True),
        ("banksTransactionRegexp", '"x"', "banksTransactionRegExp", '"x"', True),
        ("client_side", "false", "clientSide", "false", False),
        ("category", '"energ\\u0079"', "categories", '["energ\\u0079"]', False),
        ("category", '"other"', "categories", '["others"]', False),
        ("category", '["energy"]', "categories", '["energy"]', False),
        ("dataType", '["documents"]', "data_types", '["document"]', False),
        ("data_type", '"document"', "data_types", '["document"]', False),
        ("dataTypes", '[ "document" ]', "data_types", '[ "document" ]', False),
        (
            "save_folder",
            '"$administrative/$konnector"',
            "folders",
            '[{"defaultDir": "$administrative/$konnector"}]',
            False,
        ),
        ("oauth_scope", '"re\\u0061d"', "oauth", '{"scope": ["re\\u0061d"]}', False),
        ("oauth_scope", '"read+write"', "oauth", '{"scope": ["read write"]}', False),
        ("oauth_scope", '["read", "write"]', "oauth", '{"scope": ["read write"]}', False),
    ],
)
def test_a_key_is_renamed_and_its_value_converted_as_it_is_written(
    old: str, written: str, new: str, wanted: str, safe: bool
) -> None:
    text = text_of(**{new: ..., old: "HERE"}).replace('"HERE"', written)
    finding = only(of_manifest(text), "M003")
    assert finding.fix is not None
    assert finding.fix.safe == safe
    after = fixed(text, finding)
    assert after == text.replace(f'"{old}": {written}', f'"{new}": {wanted}')
    assert set(codes(of_manifest(after))) <= set(codes(of_manifest(text))) - {"M003"}


@pytest.mark.parametrize(
    ("key", "new", "value"),
    [
        ("vendorLink", "vendor_link", None),
        ("client_side", "clientSide", "true"),
        ("client_side", "clientSide", True),  # the good manifest has `oauth`
        ("category", "categories", "gardening"),
        ("category", "categories", []),
        ("dataType", "data_types", [1]),
        ("save_folder", "folders", {}),
        ("oauth_scope", "oauth", True),
        ("oauth_scope", "oauth", "read&write"),
        ("oauth_scope", "oauth", ""),
    ],
)
def test_a_value_is_not_converted_if_the_result_would_be_wrong(
    key: str, new: str, value: Any
) -> None:
    finding = only(of_manifest(**{new: ..., key: value}), "M003")
    assert finding.fix is not None
    assert not finding.fix.edits


@pytest.mark.parametrize(
    ("oauth", "wanted"),
    [
        (True, {"scope": ["read write"]}),
        ({}, {"scope": ["read write"]}),
        ({"account_type": "x"}, {"scope": ["read write"], "account_type": "x"}),
    ],
)
def test_a_scope_moves_into_the_existing_oauth_object(oauth: Any, wanted: Any) -> None:
    text = text_of(oauth=oauth, oauth_scope="read+write")
    after = fixed(text, only(of_manifest(text), "M003"))
    assert json.loads(after) == with_changes(MANIFEST, oauth=wanted)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"account_type": "x"}', '{"scope": ["read"], "account_type": "x"}'),
        ('{ "account_type": "x" }', '{ "scope": ["read"], "account_type": "x" }'),
        (
            '{\n    "account_type": "x"\n  }',
            '{\n    "scope": ["read"],\n    "account_type": "x"\n  }',
        ),
    ],
)
def test_a_scope_moves_into_the_layout_of_the_object(before: str, after: str) -> None:
    text = f'{{"slug": "x", "oauth_scope": "read", "oauth": {before}}}'
    assert fixed(text, only(of_manifest(text), "M003")) == f'{{"slug": "x", "oauth": {after}}}'


@pytest.mark.parametrize("oauth", [False, None, "x", {"scope": ["read"]}, {"scope": None}])
def test_a_scope_does_not_replace_another(oauth: Any) -> None:
    finding = only(of_manifest(oauth=oauth, oauth_scope="read"), "M003")
    assert finding.fix is not None
    assert not finding.fix.edits


@pytest.mark.parametrize(
    ("key", "value", "edits"),
    [
        ("vendorLink", MANIFEST["vendor_link"], 1),
        ("category", "energy", 1),
        ("vendorLink", "https://www.another.example", 0),
        ("category", "banking", 0),
    ],
)
def test_a_duplicate_value_under_an_old_key_is_removed(key: str, value: str, edits: int) -> None:
    text = text_of(**{key: value})
    finding = only(of_manifest(text), "M003")
    assert finding.fix is not None
    assert (len(finding.fix.edits), finding.fix.safe) == (edits, bool(edits))
    if edits:
        assert json.loads(fixed(text, finding)) == MANIFEST


def test_only_one_of_two_old_names_is_renamed() -> None:
    findings = of_manifest(data_types=..., dataType=["document"], data_type=["document"])
    edits = [bool(f.fix and f.fix.edits) for f in findings if f.code == "M003"]
    assert sorted(edits) == [False, True]


@pytest.mark.parametrize(
    ("key", "known", "message"),
    [
        ("Icon", "icon", "apps ignore `Icon`: write `icon`"),
        ("i\u017fon", "ison", None),
        ("Slug", "slug", "apps ignore `Slug`: write `slug`"),
        ("Oauth", "oauth", "`Oauth` is ignored: write `oauth`"),
    ],
)
def test_go_matches_keys_in_any_case_and_javascript_does_not(
    key: str, known: str, message: str | None
) -> None:
    text = text_of(**{known: ..., key: MANIFEST.get(known)})
    found = [f for f in of_manifest(text) if f.code == "J006"]
    assert [f.message for f in found] == ([message] if message else [])
    for finding in found:
        assert finding.fix is not None
        assert not finding.fix.safe
        assert fixed(text, finding) == text.replace(f'"{key}"', f'"{known}"')


@pytest.mark.parametrize(
    "key",
    [
        *("clientSide", "editor", "icon", "language", "locales", "name", "notifications"),
        *("on_delete_account", "parameters", "partnership", "permissions", "screenshots"),
        *("slug", "source", "terms", "type", "version"),
    ],
)
def test_a_key_that_the_stack_or_the_registry_decodes_is_not_quite_ignored(key: str) -> None:
    finding = only(of_manifest(**{key: ..., key.upper(): MANIFEST.get(key)}), "J006")
    assert finding.message == f"apps ignore `{key.upper()}`: write `{key}`"


@pytest.mark.parametrize(("value", "edits"), [(MANIFEST["slug"], 1), ("another", 0)])
def test_a_duplicate_key_in_another_case_is_removed(value: str, edits: int) -> None:
    text = text_of(SLUG=value)
    finding = only(of_manifest(text), "J006")
    assert finding.fix is not None
    assert len(finding.fix.edits) == edits
    if edits:
        assert finding.fix.safe
        assert json.loads(fixed(text, finding)) == MANIFEST


def test_the_key_that_go_reads_is_renamed_among_several_cases() -> None:
    findings = of_manifest(name=..., Name="a", NAME="b")
    edits = {f.pointer: bool(f.fix and f.fix.edits) for f in findings if f.code == "J006"}
    assert edits == {("Name",): False, ("NAME",): True}


def test_a_thousand_unknown_keys_are_checked_quickly() -> None:
    findings = of_manifest(**{f"langs{number}": 1 for number in range(3000)})
    suggested = [f for f in findings if f.code == "M003" and f.fix]
    assert len(suggested) == 50


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["other",\n  "other"]', '["others"]'),
        ('[\n    "energy",\n    "other"\n  ]', '[\n    "energy",\n    "others"\n  ]'),
        ('[\r\n"other" , "energy"\r\n]', '[\r\n"others" , "energy"\r\n]'),
        ('["other"]', '["others"]'),
        ('"other"', '["others"]'),
    ],
)
def test_a_rewritten_list_keeps_its_layout(before: str, after: str) -> None:
    text = f'{{"slug": "x", "category": {before}}}'
    [fix] = [f.fix for f in of_manifest(text) if f.code == "M003" and f.fix]
    assert fix.edits[-1].text == after
