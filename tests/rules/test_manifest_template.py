"""M011, M017, M022 and M026: leftovers of the template, and small mistakes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, check
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes
from tests.wild import CONNECTORS

COZYS = "git@github.com:konnectors/sunmeter.git"


def fixed(text: str, findings: list[Finding]) -> Any:
    """Apply the fixes of the findings."""
    return json.loads(applied(Document("m", text.encode()), findings)[0])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"slug": "template"}, "slug"),
        ({"slug": "konnectorslug"}, "slug"),
        ({"name": "Connector template"}, "name"),
        ({"slug": "template-collect"}, "slug"),
        ({"name": "konnector name"}, "name"),
        ({"name": "Template"}, "name"),
        ({"name": "Template CCC"}, "name"),
        ({"description": "description"}, "description"),
        ({"editor": "Your name"}, "editor"),
        ({"vendor_link": "Link to the target website"}, "vendor_link"),
        ({"vendor_link": "https://books.toscrape.com/"}, "vendor_link"),
        ({"vendor_link": ..., "vendorLink": "Link to the target website"}, "vendorLink"),
        ({"source": "git@github.com:konnectors/template.git"}, "source"),
        ({"source": "git://github.com/cozy/cozy-konnector-thename.git#build"}, "source"),
        ({"source": "https://github.com/cozy/cozy-konnector-template"}, "source"),
        ({"source": "https://github.com/konnectors/cozy-konnector-template"}, "source"),
        ({"source": "https://github.com/konnectors/template_ccc"}, "source"),
        ({"banksTransactionRegExp": r"\bbooks\b"}, "banksTransactionRegExp"),
        ({"screenshots": ["a.png", "screenshots/screenshot1.png"]}, "screenshots[1]"),
        ({"developer": {"name": "yourname", "url": "https://x.example"}}, "developer.name"),
        ({"developer": {"name": "Your name", "url": "https://x.example"}}, "developer.name"),
        ({"developer": {"name": "x", "url": "your web site"}}, "developer.url"),
    ],
)
def test_template_values_are_reported_by_one_rule_only(changes: dict[str, Any], where: str) -> None:
    findings = [f for f in of_manifest(**changes) if f.code != "M003"]
    assert codes(tuple(findings)) == ["M011"]
    assert findings[0].message.startswith(f"`{where}` is still the template's: ")
    assert findings[0].severity.label == "warning"


@pytest.mark.parametrize("key", ["short_description", "long_description"])
def test_a_description_of_the_template_is_reported(key: str) -> None:
    locales = {
        **MANIFEST["locales"],
        "en": {**MANIFEST["locales"]["en"], key: "Fetch a list of books"},
    }
    finding = only(of_manifest(locales=locales), "M011")
    assert finding.pointer == ("locales", "en", key)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": "Connector Sunmeter"}, "name"),
        ({"name": "konnector Sunmeter"}, "name"),
        ({"description": "This template fetches your bills from Sunmeter"}, "description"),
        (
            {
                "locales": {
                    "en": {**MANIFEST["locales"]["en"], "long_description": " Ce template X"}
                }
            },
            "locales.en.long_description",
        ),
    ],
)
def test_a_text_that_starts_like_the_templates_is_reported(
    changes: dict[str, Any], where: str
) -> None:
    finding = only(of_manifest(**changes), "M011")
    assert finding.message.startswith(f"`{where}` still starts like the template's: ")
    assert finding.severity.label == "warning"


@pytest.mark.parametrize(
    "name",
    [
        "Cozy Konnector Eaux de Grenoble",
        "Eaux de Grenoble's connector",
        "Enercoop Cozy konnector",
        "ameli konnector v3",
        "Splitwise Connector",
    ],
)
def test_a_name_with_the_word_of_the_templates_is_noted(name: str) -> None:
    finding = only(of_manifest(name=name), "M011")
    assert finding.message == f'`name` still reads like the template\'s: "{name}"'
    assert finding.severity.label == "note"


@pytest.mark.parametrize(
    ("developer", "key"),
    [
        ({"name": "Ada", "url": "https://cozy.io"}, "url"),
        ({"name": "Ada", "url": "cozy.io"}, "url"),
        ({"name": "Ada", "url": "http://www.cozy.io/"}, "url"),
        ({"name": "Cozy Cloud", "url": "https://cozy.io"}, "name"),
        ({"name": "cozy"}, "name"),
    ],
)
def test_a_developer_of_the_templates_is_noted(developer: dict[str, str], key: str) -> None:
    finding = only(of_manifest(developer=developer), "M011")
    assert finding.pointer == ("developer", key)
    assert finding.message.startswith(f"`developer.{key}` is still the template's: ")
    assert finding.severity.label == "note"


@pytest.mark.parametrize(
    ("data", "is_reported"), [(b"<svg/>", True), (b"<svG/>", False), (b"<svg/>\n", False)]
)
def test_the_icon_of_the_templates_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, is_reported: bool
) -> None:
    digest = hashlib.md5(b"<svg/>", usedforsecurity=False).hexdigest()
    monkeypatch.setattr("manifest_lint.cozy.template.TEMPLATE_ICONS", {6: digest})
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "icon.svg").write_bytes(data)
    (tmp_path / "manifest.konnector").write_text(json.dumps(with_changes(MANIFEST)))
    findings = check([tmp_path / "manifest.konnector"], select=["M011"]).findings
    assert [(f.pointer, f.message) for f in findings] == [
        (("icon",), 'the icon "icon.svg" is still the template\'s')
    ] * is_reported


@pytest.mark.skipif(not CONNECTORS.exists(), reason="../shared is not here")
def test_a_real_icon_of_the_templates_is_reported() -> None:
    findings = check([CONNECTORS / "cozy-konnector-garmin"], select=["M011"]).findings
    assert [f.message for f in findings if f.pointer == ("icon",)] == [
        'the icon "icon.png" is still the template\'s'
    ]


@pytest.mark.parametrize("is_there", [True, False])
def test_with_files_only_a_missing_screenshot_is_reported_by_another_rule(
    tmp_path: Path, is_there: bool
) -> None:
    name = "screenshots/screenshot1.png"
    if is_there:
        (tmp_path / "assets/screenshots").mkdir(parents=True)
        (tmp_path / "assets" / name).write_bytes(b"x")
    manifest = with_changes(MANIFEST, screenshots=[name], icon=...)
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    findings = check([tmp_path / "manifest.konnector"], select=["F", "M011"]).findings
    assert codes(findings) == ([] if is_there else ["F003"])


def test_a_permission_of_the_template_is_reported() -> None:
    permissions = {**MANIFEST["permissions"], "kittens": {"type": "io.cozy.kitten"}}
    finding = only(of_manifest(permissions=permissions), "M011")
    assert finding.pointer == ("permissions", "kittens", "type")


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "templates"},
        {"name": "Template Bank"},
        {"name": "Connectors & Co"},
        {"name": "My connector Sunmeter"},
        {"description": "A template for letters"},
        {"screenshots": ["screenshots/screenshot10.png", None, ["x"]]},
        {"screenshots": "screenshots/screenshot1.png"},
        {"source": "git@github.com:others/my-template.git"},
        {"source": "git@github.com:my-konnectors/template.git"},
        {"vendor_link": "https://www.nottoscrape.com"},
        {"developer": {"name": "Cozy Cloud", "url": "https://cozy.io"}, "editor": "Cozy"},
        {"developer": {"name": "Cozy", "url": "https://cozy.io"}, "source": COZYS},
        {"developer": {"name": "Cozy", "url": "https://cozy.io"}, "editor": ...},
        {"developer": {"name": "Cozy", "url": "https://cozy.io"}, "source": None},
        {"developer": {"name": "Ada", "url": "https://cozy.io.example"}},
        {"developer": {"name": "Ada"}},
        {"developer": {"url": "https://cozy.io"}},
        {"name": "Sunmeter Connectors"},
        {"name": "Connect"},
        {"slug": None},
        {"locales": []},
        {"developer": "yourname"},
    ],
)
def test_values_that_only_look_like_the_templates_are_accepted(changes: dict[str, Any]) -> None:
    assert "M011" not in codes(of_manifest(**changes))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("MIT", None),
        ("mit", None),
        ("AGPL-3.0", None),
        ("AGPL-3.0-only OR (MIT AND Apache-2.0 WITH LLVM-exception)", None),
        ("LicenseRef-ours", None),
        ("AGPL v3", ""),
        ("", ""),
        ("proprietary", ""),
        ("Apache 2.0", '"Apache-2.0"'),
        ("(" * 5000, ""),
        ("MIT OR " * 5000 + "MIT", ""),
    ],
)
@pytest.mark.parametrize("key", ["license", "licence"])
def test_a_license_must_be_an_spdx_expression(key: str, text: str, wanted: str | None) -> None:
    found = [f for f in of_manifest(**{key: text}) if f.code == "M017"]
    assert len(found) == (wanted is not None)
    for finding in found:
        assert finding.severity.label == "note"
        if wanted:
            assert finding.fix is not None
            assert finding.fix.title == f"write {wanted}"


@given(st.text())
def test_any_string_can_be_checked_as_a_license(text: str) -> None:
    assert len([f for f in of_manifest(license=text) if f.code == "M017"]) <= 1


@pytest.mark.parametrize(
    "key",
    [
        "categories",
        "data_types",
        "langs",
        "features",
        "qualification_labels",
        "screenshots",
        "tags",
    ],
)
def test_a_repeated_entry_is_removed_once(key: str) -> None:
    good = {"categories": "energy", "data_types": "document", "langs": "fr"}
    word = good.get(key, {"features": "2FA", "qualification_labels": "pay_sheet"}.get(key, "x"))
    first = MANIFEST[key] if isinstance(MANIFEST.get(key), list) and MANIFEST[key] else [word]
    text = json.dumps(with_changes(MANIFEST, **{key: [*first, word, word]}), indent=2)
    findings = [f for f in of_manifest(text) if f.code == "M022"]
    assert all(f.fix and f.fix.safe and f.severity.label == "note" for f in findings)
    assert fixed(text, findings)[key] == list(dict.fromkeys([*first, word]))


def test_nested_lists_are_checked_too() -> None:
    permission = {"type": "io.cozy.files", "verbs": ["GET", "POST", "GET"], "values": ["a", "a"]}
    locales = {**MANIFEST["locales"]}
    locales["en"] = {**locales["en"], "screenshots": ["a.png", "a.png"]}
    findings = of_manifest(
        permissions={**MANIFEST["permissions"], "files": permission}, locales=locales
    )
    assert sorted(f.pointer for f in findings if f.code == "M022") == [
        ("locales", "en", "screenshots", 1),
        ("permissions", "files", "values", 1),
        ("permissions", "files", "verbs", 2),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"time_interval": [5, 5]},
        {"categories": [1, 1]},
        {"categories": "aa"},
        {"oauth": {"scope": ["a a"]}},
        {"folders": [{"defaultDir": "$photos"}, {"defaultDir": "$photos"}]},
    ],
)
def test_entries_may_be_repeated_if_their_number_or_order_matters(changes: dict[str, Any]) -> None:
    assert "M022" not in codes(of_manifest(**changes))


def test_at_most_a_hundred_entries_of_a_list_are_reported() -> None:
    assert codes(of_manifest(tags=["a"] * 20_000)).count("M022") == 100


@pytest.mark.parametrize(
    ("permission", "reported"),
    [
        ({"type": "io.cozy.bank.operations"}, False),
        ({"type": "io.cozy.bank.*"}, False),
        ({"type": "io.cozy.bank.operations", "verbs": ["GET", "POST"]}, False),
        ({"type": "io.cozy.bank.operations", "verbs": ["ALL"]}, False),
        ({"type": "io.cozy.bank.operations", "verbs": []}, False),
        ({"type": "io.cozy.bank.operations", "verbs": ["post"]}, False),
        ({"type": "io.cozy.bank.operations", "verbs": ["GET"]}, True),
        ({"type": "io.cozy.bank.accounts"}, True),
        ({"type": "io.cozy.timeseries.*"}, True),
        ({"type": 1}, True),
        ("io.cozy.bank.operations", True),
    ],
)
def test_a_data_type_without_a_permission_that_stores_it_is_reported(
    permission: Any, reported: bool
) -> None:
    findings = of_manifest(data_types=["bankTransactions"], permissions={"p": permission})
    assert ("M026" in codes(findings)) == reported


@pytest.mark.parametrize(
    ("doctype", "code"),
    [("io.cozy.bank.Operations", "P001"), ("io.cozy.bank_operations", "P010")],
)
def test_a_misspelt_doctype_is_one_finding(doctype: str, code: str) -> None:
    good = {"type": "io.cozy.bank.operations"}
    before = codes(of_manifest(data_types=["bankTransactions"], permissions={"p": good}))
    after = codes(
        of_manifest(data_types=["bankTransactions"], permissions={"p": {"type": doctype}})
    )
    assert sorted(after) == sorted([*before, code])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"data_types": ["document", "bill", "bill"]}, ("data_types", 1)),
        ({"data_types": ..., "dataType": "bill"}, ("dataType",)),
        ({"data_types": ..., "data_type": ["bill"]}, ("data_type", 0)),
    ],
)
def test_a_missing_permission_is_reported_once_at_its_first_place(
    changes: dict[str, Any], pointer: tuple[str | int, ...]
) -> None:
    assert only(of_manifest(**changes), "M026").pointer == pointer


@pytest.mark.parametrize(
    "changes",
    [
        {"data_types": ["bill"], "permissions": ...},
        {"data_types": ["bill"], "permissions": {}},
        {"data_types": "bill"},
        {"data_types": [["bill"], None]},
        {"data_types": ["consumption", "zzz"]},
    ],
)
def test_without_permissions_or_data_types_nothing_is_compared(changes: dict[str, Any]) -> None:
    assert "M026" not in codes(of_manifest(**changes))
