"""What the stack and the registry refuse in a decoded document, and where."""

from __future__ import annotations

import calendar
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy import registry, stack
from manifest_lint.cozy.go_struct import Refusal, field
from manifest_lint.document.document import Document
from manifest_lint.document.go_json import decode
from manifest_lint.document.spans import Pointer, Spans


def refused(text: str, *, text_follows: bool = False) -> list[tuple[str, Pointer]]:
    """Return kind and place of everything the stack refuses in a manifest."""
    document = Document("manifest", text.encode())
    refusals = stack.manifest_refusals(
        document.value, text_follows=text_follows, written=document.written
    )
    return [(refusal.kind, refusal.pointer) for refusal in refusals]


def of_permission(permission: Any) -> list[tuple[str, Pointer]]:
    """Return kind and place, from the permission on, of everything the stack refuses in it."""
    found = refused(json.dumps({"permissions": {"p": permission}}))
    assert all(pointer[:2] == ("permissions", "p") for _, pointer in found)
    return [(kind, pointer[2:]) for kind, pointer in found]


@pytest.mark.parametrize("key", ["slug", "Slug", "SLUG", "\u017flug", "\u017fLuG"])
def test_a_key_is_a_field_in_any_case_by_unicode_folding(key: str) -> None:
    text = f'{{"{key}": 1, "x": 1}}'
    assert refused(text) == [("type", (key,))]
    assert field(decode(text)[0], "slug") == 1


def test_each_text_of_a_manifest_that_the_stack_reads_is_a_string() -> None:
    names = [
        *("slug", "source", "state", "version", "available_version", "checksum", "error"),
        *("name", "icon", "language", "on_delete_account"),
    ]
    assert refused(json.dumps(dict.fromkeys(names, 1))) == [("type", (name,)) for name in names]
    assert refused(json.dumps(dict.fromkeys(names, "x"))) == []


def test_the_kelvin_sign_is_a_k_and_only_folding_letters_match() -> None:
    document, _ = decode('{"to\u212aen_mode": 1, "slu\u0261": 1, "slug ": 1, "slûg": 1}')
    assert [r.pointer for r in stack.account_type_refusals(document)] == [("to\u212aen_mode",)]


def test_repeated_keys_are_each_checked_at_their_index_and_the_last_one_counts() -> None:
    text = '{"slug": 1, "x": 0, "SLUG": [], "slug": "a"}'
    assert refused(text) == [("type", (0,)), ("type", (2,))]
    assert field(decode(text)[0], "slug") == "a"
    assert Spans(text).value((2,)) == (28, 30)


def test_null_is_accepted_and_keeps_the_value_of_an_earlier_key() -> None:
    fields = ["slug", "clientSide", "parameters", "created_at", "terms", "notifications"]
    assert refused(json.dumps(dict.fromkeys([*fields, "permissions", "type"]))) == []
    nested = {"terms": {"url": None}, "notifications": {"n": None, "m": {"templates": {"x": None}}}}
    assert refused(json.dumps(nested)) == []
    assert field(decode('{"slug": "a", "Slug": null}')[0], "slug") == "a"


@pytest.mark.parametrize(
    ("manifest", "pointer", "wanted"),
    [
        ({"slug": 1}, ("slug",), "a string"),
        ({"on_delete_account": {}}, ("on_delete_account",), "a string"),
        ({"clientSide": "true"}, ("clientSide",), "true or false"),
        ({"parameters": []}, ("parameters",), "an object"),
        ({"terms": "x"}, ("terms",), "an object"),
        ({"terms": {"id": 1, "version": 2}}, ("terms", "version"), "a string"),
        ({"notifications": []}, ("notifications",), "an object"),
        ({"notifications": {"n": 1}}, ("notifications", "n"), "an object"),
        (
            {"notifications": {"n": {"stateful": 0}}},
            ("notifications", "n", "stateful"),
            "true or false",
        ),
        (
            {"notifications": {"n": {"templates": {"mail": 1}}}},
            ("notifications", "n", "templates", "mail"),
            "a string",
        ),
    ],
)
def test_a_wrong_type_is_refused_at_its_place(
    manifest: dict[str, Any], pointer: Pointer, wanted: str
) -> None:
    [refusal] = stack.manifest_refusals(manifest, text_follows=False, written=str)
    assert (refusal.kind, refusal.pointer, refusal.wanted) == ("type", pointer, wanted)


@pytest.mark.parametrize(
    ("number", "passes"),
    [
        ("0", True),
        ("-0", True),
        ("9223372036854775807", True),
        ("-9223372036854775808", True),
        ("9223372036854775808", False),
        ("-9223372036854775809", False),
        ("1.0", False),
        ("1e2", False),
        ("true", False),
        ('"1"', False),
    ],
)
def test_a_whole_number_is_an_int64_without_point_or_exponent(number: str, passes: bool) -> None:
    found = refused(f'{{"notifications": {{"n": {{"time_to_live": {number}}}}}}}')
    assert found == ([] if passes else [("type", ("notifications", "n", "time_to_live"))])


@pytest.mark.parametrize(
    ("date", "passes"),
    [
        ("2026-01-31T12:00:00Z", True),
        ("2026-01-31T12:00:00.123456789+02:00", True),
        ("2026-01-31T12:00:00,5-23:59", True),
        ("2026-01-31T9:00:00Z", True),
        ("2026-01-31T12:00:00+24:60", True),
        ("2026-01-31T12:00:00+25:00", False),
        ("2026-01-31T12:00:00-00:61", False),
        ("2026-00-10T00:00:00Z", False),
        ("2026-13-10T00:00:00Z", False),
        ("2026-01-00T00:00:00Z", False),
        ("2026-01-31T24:00:00Z", False),
        ("2026-01-31T12:00:60Z", False),
        ("2026-01-31T12:00:00", False),
        ("2026-01-31t12:00:00z", False),
        ("2026-01-31 12:00:00Z", False),
        ("2026-01-31", False),
        ("2026-01-31T12:00:00Z\n", False),
        ("\u0662026-01-31T12:00:00Z", False),
        ("", False),
        (1769860800, False),
    ],
)
def test_a_date_is_one_of_rfc_3339(date: object, passes: bool) -> None:
    for key in ("created_at", "updated_at"):
        assert refused(json.dumps({key: date})) == ([] if passes else [("type", (key,))])


@pytest.mark.parametrize(
    "text",
    [
        r'{"created_at": "2026\u002d01-31T12:00:00Z"}',
        r'{"x": "\n", "created_at": null, "Updated_at": "\u0032026-01-31T12:00:00Z"}',
    ],
)
def test_a_date_is_read_without_its_escapes_decoded(text: str) -> None:
    assert [kind for kind, _ in refused(text)] == ["type"]
    assert refused(text.replace(r"\u002d", "-").replace(r"\u0032", "2")) == []


@pytest.mark.parametrize("year", [1900, 2000, 2023, 2024])
def test_a_date_is_a_day_of_the_calendar(year: int) -> None:
    for month, day in itertools.product(range(1, 13), range(1, 32)):
        found = refused(f'{{"created_at": "{year}-{month:02}-{day:02}T00:00:00Z"}}')
        assert (found == []) is (day <= calendar.monthrange(year, month)[1])


@pytest.mark.parametrize(
    ("doctype", "passes"),
    [
        ("io.cozy.files", True),
        ("a", True),
        ("_9.x_", True),
        ("\u00df\u0661", True),
        ("\U0001df25", True),  # since Unicode 15.0
        ("\U00011f50", True),  # a digit since Unicode 15.0
        ("\u1c8a", False),  # a lower-case letter since Unicode 16.0
        ("\ua7cd", False),
        ("\u00aa", False),
        ("io.cozy.é\u0663", True),
        ("io.cozy.bank.*", True),
        ("a.b.c.d.*", True),
        ("io.cozy.*", False),
        ("io.cozy.bank..*", False),
        ("...*", False),
        ("*", False),
        ("io.cozy.bank*", False),
        ("io.cozy.Files", False),
        ("io.cozy.É", False),
        ("io.cozy.\u4e2d", False),
        ("io-cozy", False),
        ("io cozy", False),
        (".io", False),
        ("io.", False),
        ("io..cozy", False),
        ("", False),
    ],
)
def test_a_doctype_is_lower_case_with_a_wildcard_far_down(doctype: str, passes: bool) -> None:
    assert stack.is_doctype(doctype) is passes
    kind = "wildcard" if doctype == "*" or doctype.endswith(".*") else "doctype"
    assert of_permission({"type": doctype}) == ([] if passes else [(kind, ("type",))])


DOCTYPE = {"type": "io.cozy.files"}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ({}, [("doctype", ())]),
        (None, [("doctype", ())]),
        ({"type": None}, [("doctype", ())]),
        ("io.cozy.files", [("permission", ())]),
        ({"type": 1}, [("permission", ("type",))]),
        ({"TYPE": "io.cozy.files"}, []),
        ({"type": "A", "Type": "b"}, []),
        ({"type": "a", "Type": "B"}, [("doctype", ("Type",))]),
        ({**DOCTYPE, "description": 1}, [("permission", ("description",))]),
        ({**DOCTYPE, "selector": []}, [("permission", ("selector",))]),
        ({**DOCTYPE, "values": "x"}, [("permission", ("values",))]),
        ({**DOCTYPE, "values": ["x", 1, None]}, [("permission", ("values", 1))]),
        ({**DOCTYPE, "verbs": ["GET", "POST", "PUT", "PATCH", "DELETE"]}, []),
        ({**DOCTYPE, "verbs": []}, []),
        ({**DOCTYPE, "verbs": None}, []),
        ({**DOCTYPE, "verbs": "ALL"}, [("permission", ("verbs",))]),
        ({**DOCTYPE, "verbs": ["GET", "get", "ALLO"]}, [("verb", ("verbs", i)) for i in (1, 2)]),
        ({**DOCTYPE, "verbs": ["get", "ALL"]}, []),
        ({**DOCTYPE, "verbs": ["ALL", 1]}, [("permission", ("verbs", 1))]),
    ],
)
def test_a_permission_is_refused_where_it_is_wrong(
    permission: object, expected: list[tuple[str, Pointer]]
) -> None:
    assert of_permission(permission) == expected


@given(st.lists(st.text(max_size=5)), st.data())
def test_the_verb_all_makes_the_stack_accept_every_other(
    verbs: list[str], data: st.DataObject
) -> None:
    verbs.insert(data.draw(st.integers(0, len(verbs))), "ALL")
    assert of_permission({**DOCTYPE, "verbs": verbs}) == []


def test_only_the_last_permission_of_a_name_is_checked() -> None:
    assert refused('{"permissions": {"p": 1, "p": {"type": "X"}, "p": {"type": "x"}}}') == []
    wrong = '{"permissions": {"p": {"type": "x"}, "p": 1}}'
    assert refused(wrong) == [("permission", ("permissions", "p"))]


@pytest.mark.parametrize(
    ("entries", "index"),
    [
        ('"p": "q", "p": {"type": "x"}', 0),
        ('"p": "p", "p": {"type": "x"}', None),
        ('"p": "q", "p": {"type": "x"}, "q": {"type": "x"}', None),
        ('"p": [["q"]], "p": {"type": "x"}', 0),
        ('"p": [{"q": "q"}, 1], "p": {"type": "x"}', None),
    ],
)
def test_a_string_in_place_of_a_permission_is_taken_for_a_name(
    entries: str, index: int | None
) -> None:
    expected = [] if index is None else [("permission", ("permissions", index))]
    assert refused(f'{{"permissions": {{{entries}}}}}') == expected


@pytest.mark.parametrize("name", ["\\ud800", "\\udc00", "\\ufffd", "\ufffd"])
def test_half_characters_and_the_replacement_character_are_one_name(name: str) -> None:
    text = f'{{"permissions": {{"\\ud800": 1, "{name}": {{"type": "x"}}}}}}'
    assert refused(text) == []


def test_permissions_must_be_an_object() -> None:
    assert refused('{"permissions": [{"type": "x"}]}') == [("permission", ("permissions",))]


def test_repeated_permissions_all_have_their_types_checked_and_the_last_its_doctypes() -> None:
    text = '{"permissions": {"p": {"type": "X"}, "q": 1}, "Permissions": {"p": {"type": "Y"}}}'
    assert refused(text) == [
        ("permission", ("permissions", "q")),
        ("doctype", ("Permissions", "p", "type")),
    ]


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({"type": "webapp"}, [("app type", ("type",))]),
        ({"Type": "webapp"}, [("app type", ("Type",))]),
        ({"type": "konnector"}, []),
        ({"type": "webapp", "Type": "konnector"}, []),
        ({"type": "webapp", "Type": None}, [("app type", ("type",))]),
        ({"type": "webapp", "Type": 1}, []),
        ({"Type": 1, "type": "webapp"}, []),
    ],
)
def test_a_webapp_is_refused_unless_other_text_follows(
    manifest: dict[str, Any], expected: list[tuple[str, Pointer]]
) -> None:
    assert refused(json.dumps(manifest)) == expected
    assert refused(json.dumps(manifest), text_follows=True) == []


@pytest.mark.parametrize("name", sorted(stack.ACCOUNT_TYPE_FIELDS))
def test_a_field_of_an_account_type_has_one_type(name: str) -> None:
    fitting: dict[str, Any] = {
        "extras": {"a": "b", "c": None},
        "skip_state_on_token": True,
        "skip_redirect_uri_on_authorize": False,
    }
    anything = name in ("secret", "fcm_credentials")
    for value in ["text", True, 1, 1.5, [], {"a": 1}, {"a": "b", "c": None}]:
        fits = anything or (type(value) is type(fitting.get(name, "")) and value != {"a": 1})
        pointer = (name, "a") if name == "extras" and value == {"a": 1} else (name,)
        found = [refusal.pointer for refusal in stack.account_type_refusals({name: value})]
        assert found == ([] if fits else [pointer])


@pytest.mark.parametrize(
    ("manifest", "pointer"),
    [
        ({"editor": 1}, ("editor",)),
        ({"Icon": []}, ("Icon",)),
        ({"partnership": []}, ("partnership",)),
        ({"partnership": {"icon": 1, "name": 1}}, ("partnership", "icon")),
        ({"screenshots": "a.png"}, ("screenshots",)),
        ({"screenshots": ["a.png", 1]}, ("screenshots", 1)),
        ({"locales": ["en"]}, ("locales",)),
        ({"locales": {"en": "x"}}, ("locales", "en")),
        ({"locales": {"screenshots": ["a.png"]}}, ("locales", "screenshots")),
        ({"locales": {"short_description": "x", "en": {}}}, ("locales", "short_description")),
        ({"locales": {"en": {"screenshots": "a.png"}}}, ("locales", "en", "screenshots")),
    ],
)
def test_the_registry_refuses_wrong_types_of_its_own(
    manifest: dict[str, Any], pointer: Pointer
) -> None:
    [refusal] = registry.manifest_refusals(manifest)
    assert isinstance(refusal, Refusal)
    assert refusal.pointer == pointer


def test_the_registry_ignores_keys_that_only_the_stack_reads() -> None:
    manifest = {"clientSide": "x", "language": 1, "locales": {"en": {"name": 1}}, "editor": None}
    assert list(registry.manifest_refusals(manifest)) == []


@pytest.mark.parametrize(
    ("version", "release", "publishable"),
    [
        ("1.2.3", "1.2.3", True),
        ("0.0.0", "0.0.0", True),
        ("99999.10.1", "99999.10.1", True),
        ("100000.0.0", "100000.0.0", False),
        ("01.2.3", "01.2.3", False),
        ("v1.2.3", "v1.2.3", False),
        ("1.2", "1.2", False),
        ("1.2.3.4", "1.2.3.4", False),
        ("1.2.3\n", "1.2.3\n", False),
        ("1.2.\u0663", "1.2.\u0663", False),
        ("", "", False),
        ("1.2.3-beta.1", "1.2.3", True),
        ("1.2.3-dev.0a1b", "1.2.3", True),
        ("1.2.3-beta.1-dev.0a", "1.2.3-beta.1", False),
        ("1.2.3-dev.0a-beta.1-dev.0", "1.2.3", True),
        ("1.2.3-rc.1", "1.2.3-rc.1", False),
        ("1.2.3-beta", "1.2.3-beta", False),
    ],
)
def test_a_version_is_three_short_numbers_before_its_suffix(
    version: str, release: str, publishable: bool
) -> None:
    assert registry.release(version) == release
    assert registry.is_publishable(version) is publishable


@pytest.mark.parametrize(
    ("slug", "passes"),
    [("a", True), ("sun-meter2", True), ("Sun", False), ("a_b", False), ("é", False), ("", False)],
)
def test_a_slug_has_small_letters_digits_and_hyphens(slug: str, passes: bool) -> None:
    assert registry.is_slug(slug) is passes


@pytest.mark.parametrize(
    ("text", "editor"),
    [
        ('{"editor": "Cozy"}', "Cozy"),
        ('{"editor": "a", "EDITOR": "b"}', "b"),
        ('{"editor": "a", "Editor": null}', "a"),
        ('{"editor": 1}', ""),
        ("{}", ""),
    ],
)
def test_the_registry_reads_the_last_string(text: str, editor: str) -> None:
    assert registry.text_of(decode(text)[0], "editor") == editor


@pytest.mark.parametrize(("end", "read"), [(1, 512), (512, 512), (513, 1536), (1537, 3584)])
def test_the_stack_reads_ahead_in_growing_steps(end: int, read: int) -> None:
    assert stack.read_for(end) == read
