"""M001: missing keys, and those that are there under another name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes


@pytest.mark.parametrize("key", ["slug", "editor", "version"])
@pytest.mark.parametrize("value", [..., None, ""])
def test_the_registry_needs_these_keys(key: str, value: Any) -> None:
    [finding] = of_manifest(**{key: value})
    assert finding.refused_by == ("publish",)
    how = "is missing" if value is ... else "is null" if value is None else "is empty"
    assert finding.message == f"`{key}` {how}"


@pytest.mark.parametrize(
    ("key", "severity"),
    [("icon", "warning"), ("categories", "warning"), ("langs", "note"), ("data_types", "note")],
)
def test_a_missing_key_that_only_users_notice_is_not_an_error(key: str, severity: str) -> None:
    assert only(of_manifest(**{key: ...}), "M001").severity.label == severity


@pytest.mark.parametrize("key", ["data_types", "manifest_version"])
@pytest.mark.parametrize("client_side", [True, False, ...])
def test_a_client_side_connector_needs_fewer_keys(key: str, client_side: Any) -> None:
    changes = {"clientSide": client_side, "oauth": ..., "fields": {"login": {"type": "text"}}}
    found = [one.code for one in of_manifest(**changes, **{key: ...})]
    assert ("M001" in found) == (client_side is not True)


@pytest.mark.parametrize("field", ["url", "serverUrl", "cloud_host", "Domain", "instance"])
def test_a_service_that_users_host_has_no_link(field: str) -> None:
    fields = {field: {"type": "text"}, "login": {"type": "text"}}
    assert codes(of_manifest(fields=fields, oauth=..., vendor_link=...)) == []
    other = {f"{field}s": {"type": "text"}, "login": {"type": "text"}}
    assert "M001" in codes(of_manifest(fields=other, oauth=..., vendor_link=...))


@pytest.mark.parametrize(
    ("key", "value", "reported"),
    [
        ("developer", ..., "`developer` is missing: "),
        ("developer", None, "`developer` is null: "),
        ("langs", None, "`langs` is null: "),
        ("name", "", "`name` is empty: "),
        ("icon", "", "`icon` is empty: "),
    ],
)
def test_an_empty_or_null_value_is_the_same_as_a_missing_key(
    key: str, value: Any, reported: str
) -> None:
    [finding] = of_manifest(**{key: value})
    assert (finding.code, finding.message.startswith(reported)) == ("M001", True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"vendor_link": ..., "vendorLink": "https://www.sunmeter.example"}, ["M003"]),
        ({"categories": ..., "category": "energy"}, ["M003"]),
        ({"vendor_link": ..., "VendorLink": "https://www.sunmeter.example"}, ["M003"]),
        ({"editor": None, "EDITOR": "Example"}, ["J006"]),
        ({"icon": ..., "Icon": "icon.svg"}, ["J006"]),
        ({"permissions": ..., "oauth": ...}, ["M001"]),
        ({"permissions": ...}, ["P013"]),
        ({"name": ..., "nmae": "Sunmeter"}, ["M003"]),
        ({"editor": ..., "editr": "Example"}, ["M001"]),
        ({"version": ..., "versoin": "1.0.0"}, ["M001"]),
        ({"editor": None, "editr": "Example"}, ["M001", "M003"]),
        ({"editor": "", "editr": "Example"}, ["M001", "M003"]),
    ],
)
def test_a_key_under_another_name_is_reported_once(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert codes(of_manifest(**changes)) == expected


@pytest.mark.parametrize(
    ("key", "misspelt"), [("slug", "sulg"), ("editor", "editeur"), ("version", "verison")]
)
def test_a_misspelt_key_that_the_registry_needs_is_shown_where_it_is(
    key: str, misspelt: str
) -> None:
    changes = {"oauth": ..., "fields": {"login": {"type": "text"}}}
    text = json.dumps(with_changes(MANIFEST, **changes), indent=2)
    text = text.replace(f'"{key}":', f'"{misspelt}":')
    [finding] = of_manifest(text)
    assert (finding.code, finding.refused_by) == ("M001", ("publish",))
    place = finding.place
    assert text[place.start : place.end] == f'"{misspelt}"'
    assert finding.message == f"`{key}` is missing: did you misspell it as `{misspelt}`?"
    assert finding.fix and finding.fix.title == f"rename `{misspelt}` to `{key}`"
