"""L: the locales of each language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, check
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes
from tests.growth import grows_with_its_input

EN, FR = MANIFEST["locales"]["en"], MANIFEST["locales"]["fr"]
SAME = "Imports what your solar panels produce"


def reported(code: str, **changes: Any) -> list[Finding]:
    return [finding for finding in of_manifest(**changes) if finding.code == code]


def of_locales(**locales: Any) -> tuple[Finding, ...]:
    """Check other locales, without findings on languages."""
    return of_manifest(locales=locales, langs=[])


def with_english(**changes: Any) -> dict[str, Any]:
    """Return locales whose English texts are changed."""
    return {"en": with_changes(EN, **changes), "fr": FR}


def fixed(findings: tuple[Finding, ...], **changes: Any) -> tuple[Finding, ...]:
    """Apply the fixes of findings to the manifest that they were found in, and check it again."""
    text = json.dumps(with_changes(MANIFEST, **changes), indent=2)
    after, done = applied(Document("x", text.encode()), of_manifest(text))
    assert len(done) == len(findings)
    return of_manifest(after)


@pytest.mark.parametrize(
    ("locales", "expected"),
    [
        ({"en": EN}, []),
        ({"fr": FR}, ["L001"]),
        ({"en_GB": EN}, ["L001"]),
        ({}, ["L001"]),
        ({"en": None}, []),  # M002 reports its type
        ({"en": 1}, []),
        (None, []),  # M001 reports that it is missing
        ([], []),
        ("en", []),
    ],
)
def test_missing_english_texts_are_reported(locales: Any, expected: list[str]) -> None:
    findings = of_manifest(locales=locales, langs=[])
    assert [code for code in codes(findings) if code == "L001"] == expected


@pytest.mark.parametrize(
    ("langs", "indexes"),
    [
        (["en", "fr"], []),
        (["en"], []),  # a locale need not be in langs
        (["en", "es", "fr", "de"], [1, 3]),
        (["es", "es"], [0]),
        (["FR"], [0]),
        (["fr", 1, None, ["x"]], []),
        ("es", []),
        (None, []),
    ],
)
def test_a_language_without_texts_is_reported(langs: Any, indexes: list[int]) -> None:
    findings = reported("L002", langs=langs)
    assert [finding.pointer for finding in findings] == [("langs", index) for index in indexes]
    assert all(finding.severity.label == "warning" for finding in findings)


@pytest.mark.parametrize(
    ("langs", "languages", "said", "after"),
    [
        (["fr"], ["en", "fr"], '"en", which has', ["fr", "en"]),
        (["fr", "de"], ["en", "fr", "es"], '"en" and "es", which have', ["fr", "de", "en", "es"]),
        ([], ["en"], None, None),
        (["en", "fr"], ["en", "fr"], None, None),
        (["en", "fr"], ["en_GB", "fr-CA"], None, None),
        (["en"], ["en", "permissions", "short_description", "login"], None, None),
        (..., ["en"], None, None),
        ("en", ["fr"], None, None),
        ([None], ["en"], '"en", which has', [None, "en"]),
    ],
)
def test_a_language_that_langs_leaves_out_is_noted(
    langs: Any, languages: list[str], said: str | None, after: list[Any] | None
) -> None:
    locales = dict.fromkeys(languages, EN)
    found = reported("L008", langs=langs, locales=locales)
    messages = [f"`langs` leaves out {said} texts in `locales`"] * (said is not None)
    assert [finding.message for finding in found] == messages
    for finding in found:
        assert finding.severity.label == "note"
        assert finding.fix and bool(finding.fix.edits) == (after is not None)
        if after:
            text = json.dumps(with_changes(MANIFEST, langs=langs, locales=locales), indent=2)
            document = Document("m", text.encode())
            assert json.loads(applied(document, [finding])[0])["langs"] == after


@pytest.mark.parametrize(
    ("langs", "after"),
    [
        ('["fr"]', '["fr", "en"]'),
        ('["fr","de"]', '["fr","de","en"]'),
        ('[\n    "fr"\n  ]', '[\n    "fr",\n    "en"\n  ]'),
    ],
)
def test_an_added_language_keeps_the_layout_of_the_list(langs: str, after: str) -> None:
    text = json.dumps(with_changes(MANIFEST, langs="LANGS"), indent=2)
    document = Document("m", text.replace('"LANGS"', langs).encode())
    found = [finding for finding in of_manifest(document.text) if finding.code == "L008"]
    assert f'"langs": {after},' in applied(document, found)[0].decode()


def test_missing_english_is_reported_once() -> None:
    assert codes(of_manifest(langs=["en", "fr"], locales={"fr": FR})) == ["L001"]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"short_description": ...}, ["short_description"]),
        ({"long_description": ""}, ["long_description"]),
        (
            {"short_description": ..., "long_description": ...},
            ["short_description", "long_description"],
        ),
        ({"short_description": None}, []),  # M002 reports its type
        ({"long_description": 1}, []),
    ],
)
def test_a_missing_description_is_reported_for_each_language(
    changes: Any, missing: list[str]
) -> None:
    findings = reported("L003", locales=with_english(**changes))
    assert {finding.pointer for finding in findings} == {("locales", "en", key) for key in missing}
    assert all(finding.severity.label == "note" for finding in findings)


def test_a_description_at_the_top_replaces_a_missing_one() -> None:
    top = {"short_description": "Your panels", "long_description": "What they produce"}
    missing = with_english(short_description=..., long_description=...)
    assert not reported("L003", locales=missing, **top)
    [finding] = reported("L003", locales=with_english(short_description=""), **top)
    assert finding.message == "`locales.en.short_description` is empty"
    assert len(reported("L003", locales=missing, short_description="")) == 2


def test_the_old_description_is_renamed() -> None:
    locales = with_english(short_description=..., description="What your panels produce")
    findings = of_manifest(locales=locales)
    assert codes(findings) == ["L003"]
    assert fixed(findings, locales=locales) == ()


@pytest.mark.parametrize("value", ["", "Fetch a list of books", 1, None])
def test_an_empty_old_description_is_not_renamed(value: Any) -> None:
    locales = with_english(short_description=..., description=value)
    finding = only(of_manifest(locales=locales), "L003")
    assert finding.fix and not finding.fix.edits


@pytest.mark.parametrize(
    ("kind", "name", "severity"),
    [
        ("permissions", "file", "note"),
        ("fields", "acces_token", "warning"),
        ("fields", "login", "note"),
        ("messages", "success", "warning"),
    ],
)
def test_a_text_for_a_missing_item_is_reported(kind: str, name: str, severity: str) -> None:
    texts = {**EN.get(kind, {}), name: "x" if kind == "messages" else {"description": "x"}}
    [finding] = reported("L004", locales=with_english(**{kind: texts}))
    assert finding.message == f"no {kind[:-1]} `{name}`: its text in en is never shown"
    assert finding.severity.label == severity


@pytest.mark.parametrize(
    ("langs", "said"),
    [
        (["en"], "its text in en is"),
        (["en", "fr"], "its texts in en and fr are"),
        (["en", "fr", "de"], "its texts in 3 languages are"),
    ],
)
def test_a_text_for_a_missing_item_is_reported_once_for_all_languages(
    langs: list[str], said: str
) -> None:
    locales = {one: {**EN, "permissions": {"kitten": {"description": one}}} for one in langs}
    permissions = {"files": {"type": "io.cozy.files", "description": "x"}}
    found = reported("L004", locales=locales, permissions=permissions)
    assert [finding.message for finding in found] == [f"no permission `kitten`: {said} never shown"]
    assert found[0].pointer == ("locales", "en", "permissions", "kitten")


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ({"login": {}}, ["login"]),
        ({"identity": {"label": "login"}}, ["login", "identity"]),
        ({"agency": {"label": "branchName"}}, ["branchName", "agency"]),
        ({"advancedFields": {"folderPath": {}}}, ["folderPath", "advancedFields"]),
        ([], ["login"]),  # M002 reports its type
        (None, ["login"]),
    ],
)
def test_texts_under_the_names_that_harvest_reads_are_accepted(
    fields: Any, texts: list[str]
) -> None:
    locales = with_english(fields={name: {"label": "x"} for name in texts})
    assert not reported("L004", fields=fields, locales=locales)


def test_a_text_under_a_label_that_harvest_does_not_know_is_reported() -> None:
    locales = with_english(fields={"Name": {"label": "x"}})
    [finding] = reported("L004", fields={"identity": {"label": "Name"}}, locales=locales)
    assert finding.pointer == ("locales", "en", "fields", "Name")


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("permissions", {"permissions": {"carbon_copy": {"type": "io.cozy.bills"}}}),
        ("fields", {"fields": {"carbon_copy": {"type": "text", "role": "identifier"}}}),
        ("messages", {"messages": ["carbon_copy"]}),
    ],
)
def test_a_text_under_a_nearly_right_name_is_renamed(kind: str, there: dict[str, Any]) -> None:
    texts: Any = {"carboncopy": "x" if kind == "messages" else {"description": "x"}}
    locale = with_changes(EN, **{"permissions": ..., kind: texts})
    french = with_changes(FR, **{"permissions": ..., kind: texts})
    changes: dict[str, Any] = {
        "permissions": {},
        "data_types": [],
        "locales": {"en": locale, "fr": french},
        "clientSide": True,
        "oauth": ...,
        **there,
    }
    findings = of_manifest(**changes)
    assert codes(findings) == ["L004"]
    assert findings[0].fix and findings[0].fix.title == "rename to `carbon_copy`"
    assert fixed(findings, **changes) == ()


@pytest.mark.parametrize(("length", "fix"), [(60, "rename to"), (61, "remove or rename it")])
def test_a_very_long_name_is_compared_with_none(length: int, fix: str) -> None:
    texts = {"x" * length: {"label": "x"}}
    locale = with_changes(EN, fields={**EN.get("fields", {}), **texts})
    found = reported("L004", fields={"x" * (length - 1): {}}, locales={"en": locale})
    assert [one.fix.title.startswith(fix) for one in found if one.fix] == [True]


def test_two_texts_are_not_given_one_name() -> None:
    texts = {"carboncopy": {"description": "x"}, "carbon-copy": {"description": "y"}}
    permissions = {"carbon_copy": {"type": "io.cozy.bills"}}
    locales = {"en": with_changes(EN, permissions=texts)}
    findings = reported("L004", permissions=permissions, locales=locales)
    assert [bool(finding.fix and finding.fix.edits) for finding in findings] == [True, False]


@pytest.mark.parametrize(
    ("entry", "text", "expected"),
    [
        ({}, None, ["L004"]),
        ({"description": ""}, {}, ["L004"]),
        ({}, {"description": ""}, ["L004"]),
        ({"description": "For your bills"}, None, []),
        ({}, {"description": "For your bills"}, []),
        ({}, "For your bills", []),  # M002 reports its type
    ],
)
def test_a_permission_without_an_explanation_is_reported(
    entry: Any, text: Any, expected: list[str]
) -> None:
    texts = {} if text is None else {"bills": text}
    locales = {"fr": {**FR, "permissions": texts}, "en": with_changes(EN, permissions=...)}
    findings = reported(
        "L004", permissions={"bills": {"type": "io.cozy.bills", **entry}}, locales=locales
    )
    assert codes(tuple(findings)) == expected
    assert all(finding.severity.label == "note" for finding in findings)


@pytest.mark.parametrize(
    ("english", "french", "expected"),
    [
        ({}, {}, [("L004", ("permissions",))]),
        (
            {"permissions": {}},
            {},
            [("L004", ("permissions", name)) for name in ("bills", "files")],
        ),
        (
            {"permissions": {"files": {"description": "To store them"}}},
            {},
            [("L004", ("permissions", "bills"))],
        ),
        ("x", "y", [("M002", ("locales", "en")), ("M002", ("locales", "fr"))]),
        (
            {"permisions": {"files": {"description": "To store them"}}},
            {},
            [("L006", ("locales", "en", "permisions"))],
        ),
    ],
)
def test_permissions_that_no_language_explains_are_one_finding(
    english: Any, french: Any, expected: list[Any]
) -> None:
    asked = {"bills": {"type": "io.cozy.bills"}, "files": {"type": "io.cozy.files"}}
    explained = {"own": {"type": "io.cozy.accounts", "description": "For the login"}}
    texts = {"en": EN, "fr": FR}
    locales = {
        language: {**with_changes(texts[language], permissions=...), **more}
        if isinstance(more, dict)
        else more
        for language, more in (("en", english), ("fr", french))
    }
    found = of_manifest(permissions={**asked, **explained}, locales=locales)
    assert [(one.code, one.pointer) for one in found] == expected


@pytest.mark.parametrize("missing", ["permissions", "locales"])
def test_if_all_texts_or_permissions_are_missing_only_that_is_reported(
    missing: str,
) -> None:
    found = codes(of_manifest(**{missing: ..., "langs": []}))
    assert found == ["P013" if missing == "permissions" else "M001"]


@pytest.mark.parametrize(
    ("english", "other", "expected"),
    [
        ({"long_description": SAME}, {"long_description": SAME}, 1),
        ({"long_description": SAME}, {"long_description": SAME + "."}, 0),
        ({"long_description": SAME}, {"short_description": SAME}, 0),
        ({"short_description": "Google Takeout"}, {"short_description": "Google Takeout"}, 0),
        ({"long_description": "1 2 3 4 5 - 6"}, {"long_description": "1 2 3 4 5 - 6"}, 0),
        ({"short_description": SAME, "long_description": SAME},) * 2 + (1,),
        ({"permissions": {"p": {"description": SAME}}},) * 2 + (1,),
    ],
)
def test_untranslated_texts_are_reported(english: Any, other: Any, expected: int) -> None:
    findings = reported("L005", locales={"en": english, "fr": other})
    assert len(findings) == expected
    for finding in findings:
        assert finding.pointer[:2] == ("locales", "fr")
        assert " is the same as " in finding.message


def test_two_variants_of_one_language_may_have_the_same_text() -> None:
    text = {"long_description": SAME}
    assert not reported("L005", locales={"en": text, "en_GB": text, "en-US": text})
    assert len(reported("L005", locales={"en": text, "fr": text, "fr_CA": text})) == 2


@pytest.mark.parametrize(
    ("changes", "pointer", "fix"),
    [
        ({"short_descripton": "x"}, "short_descripton", None),  # the right one is there
        ({"form": {}}, "form", None),
        ({"permission": {}}, "permission", None),
        ({"fields": {"access_token": {"max": 9}}}, "fields.access_token.max", "move it to "),
        (
            {"fields": {"access_token": {"lable": "x"}}},
            "fields.access_token.lable",
            "rename `lable` ",
        ),
        (
            {"permissions": {"files": {"decription": "x"}}},
            "permissions.files.decription",
            "rename `decription` to `description`",
        ),
    ],
)
def test_an_unknown_key_of_a_locale_is_reported(
    changes: Any, pointer: str, fix: str | None
) -> None:
    [finding] = reported("L006", locales=with_english(**changes))
    assert finding.message == f"`locales.en.{pointer}` is ignored: unknown key"
    assert (finding.fix.title[: len(fix or "")] if finding.fix else None) == fix


@pytest.mark.parametrize(
    ("kind", "block"),
    [("fields", "fields"), ("permissions", "fields"), ("permissions", "permissions")],
)
def test_texts_one_level_too_deep_are_reported_once(kind: str, block: str) -> None:
    texts = {**EN.get(kind, {}), block: {"access_token": {"label": "x", "min": 5}}}
    [finding] = of_manifest(locales=with_english(**{kind: texts}))
    assert (finding.code, finding.pointer) == ("L006", ("locales", "en", kind, block))
    assert finding.message.endswith("` is one level too deep: its texts are ignored")
    assert finding.fix and finding.fix.title == f"move its content to `locales.en.{block}`"


def test_a_field_may_be_called_fields() -> None:
    locales = with_english(fields={"fields": {"label": {"x": "y"}}})
    fields = {"fields": {"type": "text"}}
    assert not reported("L006", fields=fields, locales=locales)


@pytest.mark.parametrize("text", ["Token", {"label": "Token"}])
def test_the_text_of_a_field_belongs_to_the_fields(text: Any) -> None:
    [finding] = reported("L006", locales=with_english(access_token=text))
    assert finding.fix and finding.fix.title == "move it to `locales.en.fields.access_token`"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x", "changes": "x", "screenshots": [], "folders": {}, "messages": {}},
        {"vendor_link": "https://www.sunmeter.example", "description": "x"},
        {"permissions": {"files": {"description": "x", "type": "io.cozy.files"}}},
        {"fields": {"access_token": {"label": "x", "placeholder": "x", "description": "x"}}},
        {"fields": {"nothing": {"max": 1}}},  # L004 reports the unknown field
    ],
)
def test_a_key_of_a_locale_that_is_read_or_reported_elsewhere_is_accepted(
    changes: dict[str, Any],
) -> None:
    assert not reported("L006", locales=with_english(**changes))


@pytest.mark.parametrize("key", ["short_descripton", "longdescription"])
def test_a_misspelt_description_is_renamed_and_reported_once(key: str) -> None:
    right = "short_description" if key.startswith("short") else "long_description"
    locales = with_english(**{right: ..., key: "What your panels produce"})
    findings = of_manifest(locales=locales)
    assert codes(findings) == ["L006"]
    assert fixed(findings, locales=locales) == ()


def test_texts_next_to_the_languages_are_reported() -> None:
    locales = {"en": EN, "fr": FR, "permissions": {"files": {"description": "x"}}}
    finding = only(of_manifest(locales=locales), "L006")
    assert finding.message == "`locales.permissions` is not a language: move it into one"


def test_texts_without_a_language_are_reported_and_missing_ones_are_not() -> None:
    alone = {"permissions": {"files": {"description": "x"}}, "fields": {}}
    assert codes(of_manifest(locales=alone)) == ["L006", "L006"]


def test_values_that_the_registry_refuses_are_reported_only_by_m002() -> None:
    findings = of_manifest(locales={"short_description": "x", "permissions": {}})
    assert codes(findings) == ["M002"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = ("short_description", "description", "permissions", "fields", "messages", "x", "label")
TEXTS = st.dictionaries(st.sampled_from(KEYS), JSON | st.dictionaries(st.sampled_from(KEYS), JSON))


@given(
    st.dictionaries(st.sampled_from(("en", "fr", "permissions", "")), TEXTS | JSON) | JSON,
    st.lists(st.sampled_from(("en", "fr", "")) | JSON, max_size=3) | JSON,
    st.dictionaries(st.sampled_from(KEYS), JSON) | JSON,
)
def test_any_locales_can_be_checked(locales: Any, langs: Any, named: Any) -> None:
    of_manifest(locales=locales, langs=langs, fields=named, permissions=named, messages=named)
    of_manifest(locales={"en": locales}, messages=langs)


@pytest.mark.parametrize("languages", [1, 40])
def test_fixing_texts_grows_with_their_number(languages: int) -> None:
    """A fix reads the text a limited number of times, whatever there is to fix."""

    def manifest(size: int) -> bytes:
        names = range(size // languages)
        texts = {f"feld_{name}": {"label": "x"} for name in names}
        changes = {
            "oauth": ...,
            "fields": {f"field_{name}": {"type": "text"} for name in names},
            "locales": {
                f"l{n}": {"short_descripton": "x", "fields": texts} for n in range(languages)
            },
        }
        return json.dumps(with_changes(MANIFEST, **changes)).encode()

    def fixed(data: bytes) -> None:
        report = check(stdin=(None, data), fix="unsafe")
        assert len(report.rewrites[0].fixed) >= 12

    assert grows_with_its_input(manifest, fixed, 4_000)


@pytest.mark.parametrize(
    ("langs", "fixed_langs", "titles"),
    [
        (["EN", "fr"], ["en", "fr"], ['write "en", whose texts are there']),
        (["en", "fr_FR"], ["en", "fr"], ['write "fr", whose texts are there']),
        (
            ["en", "fr-FR", "fr_CA"],
            ["en", "fr", "fr_CA"],
            [
                'write "fr", whose texts are there',
                'remove it: "fr" is in the list, and has texts',
            ],
        ),
        (["en", "fr", "FR"], ["en", "fr", "FR"], ['remove it: "fr" is in the list, and has texts']),
        (["en", "fr", "de"], ["en", "fr", "de"], ["add its texts, or remove it"]),
    ],
)
def test_a_language_is_written_as_its_texts_are(
    langs: list[str], fixed_langs: list[str], titles: list[str]
) -> None:
    found = reported("L002", langs=langs)
    assert [one.fix.title for one in found if one.fix] == titles
    text = json.dumps(with_changes(MANIFEST, langs=langs), indent=2)
    after = applied(Document("m", text.encode()), found)[0]
    assert json.loads(after)["langs"] == fixed_langs
