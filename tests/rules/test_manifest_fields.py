"""M012 and M023: the fields of the form that a user fills in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, Severity
from manifest_lint.rules.manifest_identifier import identifier
from tests.connectors import codes, of_manifest

FOLDER = {"folderPath": {"advanced": True, "isRequired": False}}


def reported(fields: Any, code: str = "M012", **changes: Any) -> list[Finding]:
    """Check a connector without OAuth with these fields."""
    changes = {"oauth": ..., **changes}
    return [f for f in of_manifest(fields=fields, **changes) if f.code == code]


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "text"},
        {"type": "text", "required": False, "label": "login", "role": "identifier"},
        {"type": "email", "isRequired": False},
        {"type": "date"},
        {"type": "hidden", "default": "x"},
        {"type": "checkbox"},
        {"type": "dropdown", "options": [{"value": "1", "label": "One"}]},
        {"type": "text", "options": []},
        {"type": "text", "min": 13, "max": 13},
        {"type": "text", "min": 5},
        {"type": "text", "pattern": "^[0-9]{8}$"},
        {"type": "text", "pattern": r"^[\w-.]+\_$"},  # JavaScript accepts it
        {"type": "text", "placeholder": "DDMM"},  # not documented, but shown
    ],
)
def test_a_good_field_has_no_findings(entry: dict[str, Any]) -> None:
    assert reported({"born": entry}) == []


@pytest.mark.parametrize(
    ("entry", "pointer", "message"),
    [
        ({"options": [{}]}, "type", "`fields.born.type` is missing: Harvest shows a text input"),
        ({"type": "txet"}, "type", '"txet" is not a field type: Harvest shows a text input'),
        ({"type": ""}, "type", '"" is not a field type: Harvest shows a text input'),
        ({"type": "dropdown"}, "options", "`fields.born.options` is missing or empty"),
        ({"type": "dropdown", "options": []}, "options", "`fields.born.options` is missing or"),
        ({"type": "text", "options": ["a"]}, "options", "`fields.born.options` is ignored"),
        ({"type": "text", "pattern": "("}, "pattern", "`fields.born.pattern` is not a regular"),
        ({"type": "text", "pattern": "[z-a]"}, "pattern", "`fields.born.pattern` is not a"),
        ({"type": "text", "pattern": "(?i)x"}, "pattern", "`fields.born.pattern` is not a"),
        ({"type": "text", "pattern": "/^[0-9]+$/"}, "pattern", "`fields.born.pattern` matches no"),
        ({"type": "text", "role": "identifer"}, "role", '"identifer" is not a role of a field'),
        ({"type": "text", "role": "Identifier"}, "role", '"Identifier" is not a role of a field'),
        ({"type": "text", "min": 5, "max": 4}, "min", "`fields.born.min` is greater than `max`"),
        ({"type": "text", "patern": "x"}, "patern", "`fields.born.patern` is ignored"),
        ({"Type": "text"}, "Type", "`fields.born.Type` is ignored: did you mean `type`?"),
        ({"type": "dropdown", "option": [1]}, "option", "`fields.born.option` is ignored"),
    ],
)
def test_a_field_that_does_not_work_as_meant_is_reported(
    entry: dict[str, Any], pointer: str, message: str
) -> None:
    [finding] = reported({"born": entry})
    assert finding.severity is Severity.WARNING
    assert finding.pointer == ("fields", "born", pointer)
    assert finding.message.startswith(message)


def test_the_fix_of_a_pattern_removes_what_is_around_it() -> None:
    [finding] = reported({"born": {"type": "text", "pattern": "/^[0-9]+$/"}})
    assert finding.fix
    assert [edit.text for edit in finding.fix.edits] == ['"^[0-9]+$"']


A, B = {"value": "a", "name": "A"}, {"value": "b", "label": "B"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([A, B], []),
        ([A, {**B, "more": 1}], []),
        ([{"vlaue": "a", "name": "A"}, B], [("0].vlaue", "is ignored: did you mean `value`?")]),
        ([A, {"value": "b", "nmae": "B"}], [("1].nmae", "is ignored: did you mean `name`?")]),
        ([A, {"value": "b", "lable": "B"}], [("1].lable", "is ignored: did you mean `name`?")]),
        ([{"values": "a", "name": "A"}] * 3, [("0].values", "is ignored: did you mean `value`?")]),
        ([{"name": "A"}], [("0].value", "is missing")]),
        ([{"id": "a", "text": "A"}], [("0].value", "is missing"), ("0].name", "is missing")]),
        (["a", {}], []),  # M002 reports the first
    ],
)
def test_a_choice_without_a_value_or_a_name_is_reported(options: Any, expected: Any) -> None:
    found = reported({"login": {"type": "text"}, "site": {"type": "dropdown", "options": options}})
    assert [one.message for one in found] == [
        f"`fields.site.options[{at}` {what}" for at, what in expected
    ]


@pytest.mark.parametrize(("name", "severity"), [("born", "note"), ("password", "warning")])
def test_a_field_without_a_type_is_a_note(name: str, severity: str) -> None:
    [finding] = reported({"login": {"type": "text"}, name: {}})
    assert finding.severity.label == severity
    assert finding.fix
    assert finding.fix.title == f'write `"type": "{"text" if severity == "note" else "password"}"`'


def test_an_unknown_type_of_a_password_is_a_warning() -> None:
    [finding] = reported({"login": {"type": "text"}, "password": {"type": "Text"}})
    assert finding.fix and finding.fix.title == 'write "password"'


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ({"type": "passwrod"}, 'write "password"'),
        ({"type": "Email"}, 'write "email"'),
        ({"type": "select", "options": [1]}, 'write "dropdown"'),
        ({"options": [1]}, 'write `"type": "dropdown"`'),
        ({}, 'write `"type": "text"`'),
        ({"type": "folder"}, "name the folder in `folders`"),
        ({"type": "number"}, None),
    ],
)
def test_the_nearest_type_is_named(entry: dict[str, Any], wanted: str | None) -> None:
    [finding] = reported({"born": entry})
    assert (finding.fix and finding.fix.title) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "Password2",
        "new_password",
        "userPassword",
        "mot_de_passe",
        "motDePasse",
        "passphrase",
        "passwd",
        "PWD",
        "mdp",
    ],
)
def test_a_password_shown_as_text_is_reported(name: str) -> None:
    [finding] = reported({"login": {"type": "text"}, name: {"type": "text"}})
    assert finding.message.endswith('is "text": the password is readable on the screen')
    assert finding.pointer == ("fields", name, "type")
    assert reported({"login": {"type": "text"}, name: {"type": "password"}}) == []


@pytest.mark.parametrize(
    "name", ["pin_code", "code", "passcode", "token", "secret", "passwordHint", "pass", "passport"]
)
def test_a_name_that_is_not_clearly_a_passwords_is_skipped(name: str) -> None:
    assert reported({"login": {"type": "text"}, name: {"type": "text"}}) == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        (
            {"login": {"type": "text", "required": True, "isRequired": True}},
            ("fields", "login", "isRequired"),
        ),
    ],
)
def test_an_old_form_is_noted(fields: dict[str, Any], pointer: tuple[str, ...]) -> None:
    [finding] = reported(fields)
    assert finding.severity is Severity.NOTE
    assert finding.pointer == pointer


@pytest.mark.parametrize(
    ("name", "entry", "key"),
    [
        ("account", {"doctype": "x", "accountFormat": "login,password"}, "accountFormat"),
        ("save_folder", {"doctype": "io.cozy.files", "type": "folder"}, "doctype"),
    ],
)
def test_an_entry_of_the_first_form_becomes_a_text_input(
    name: str, entry: dict[str, str], key: str
) -> None:
    [finding] = reported({name: entry})
    assert finding.severity is Severity.WARNING
    assert finding.pointer == ("fields", name, key)
    assert reported({name: {**entry, "type": "text"}}) == []


def test_fields_that_the_form_omits_are_reported() -> None:
    [finding] = reported({"advancedFields": {**FOLDER, "clientId": {"type": "text"}}})
    assert finding.severity is Severity.WARNING
    assert finding.message.endswith('and with it "clientId"')
    assert finding.fix and not finding.fix.edits


@pytest.mark.parametrize("entry", [FOLDER, {}])
def test_the_old_form_of_folders_works_and_is_accepted(entry: dict[str, Any]) -> None:
    assert reported({"login": {"type": "text"}, "advancedFields": entry}) == []


WRITE = "write it as the field's `label` in each language"


@pytest.mark.parametrize(
    ("label", "locales", "fix"),
    [
        ("Number", {"en": {}, "fr": {}}, WRITE),
        ("Number", {"en": {"born": {"label": "x"}}, "fr": {}}, WRITE),
        ("Number", {"en": {"born": {"label": ""}}}, WRITE),
        ("Number", {}, WRITE),
        ("birthDate", {"en": {}}, 'write "birthdate"'),
        ("Number", {"en": {"born": {"label": "x"}}}, None),
        ("birthDate", {"en": {"born": {"label": "x"}}, "fr": {"born": {"label": "y"}}}, None),
    ],
)
def test_a_label_that_harvest_ignores_is_reported(
    label: str, locales: Any, fix: str | None
) -> None:
    texts = {language: {"fields": fields} for language, fields in locales.items()}
    found = reported({"born": {"type": "text", "label": label}}, locales=texts)
    assert [finding.fix.title for finding in found if finding.fix] == [fix] * (fix is not None)
    for finding in found:
        assert finding.pointer == ("fields", "born", "label")
        assert finding.severity is Severity.WARNING
        assert finding.message == f'the label "{label}" is ignored: users see `born`'


def test_a_field_that_harvest_names_itself_needs_no_label() -> None:
    fields = {"email": {"type": "email", "label": "Number"}, "dob": {"type": "text", "label": "x"}}
    assert reported(fields, locales={"en": {}}) == []


@pytest.mark.parametrize(
    ("entry", "changes"),
    [
        ({"type": "text", "label": "birthdate"}, {}),
        ({"type": "text", "label": "branchName"}, {}),
        ({"type": "hidden", "label": "Number"}, {}),
        ({"type": "text", "label": 5}, {}),
        ({"type": "text", "label": "Number"}, {"clientSide": True}),  # it has no form
    ],
)
def test_a_label_that_harvest_reads_or_no_form_shows_is_accepted(
    entry: Any, changes: dict[str, Any]
) -> None:
    assert reported({"born": entry}, locales={"en": {}}, **changes) == []


def test_another_rule_checks_an_oauth_connectors_token() -> None:
    assert "M012" not in codes(of_manifest(fields={"access_token": {}}))
    assert reported({"access_token": {}})


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        "x",
        {"a": None},
        {"a": "red"},
        {"a": {"type": 1, "options": {}, "min": "a"}},
        {"a": {"type": "text", "min": True, "max": 0, "pattern": 1}},
        {"a": {"type": "dropdown", "options": None}},
        {"advancedFields": []},
    ],
)
def test_another_rule_reports_a_wrong_type(fields: Any) -> None:
    assert reported(fields) == []
    assert not [one for one in reported(fields, "M023") if one.severity is Severity.NOTE]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"login": {}, "mail": {"role": "identifier"}}, "mail"),
        ({"mail": {"role": "identifier"}, "login": {"role": "identifier"}}, "mail"),
        ({"email": {}, "identifier": {}}, "identifier"),
        ({"mail": {}, "new_identifier": {}}, "new_identifier"),
        ({"login": {"type": "password"}}, "login"),
        ({"a": {"type": "password"}, "b": {"type": "dropdown"}, "c": {"type": "text"}}, "b"),
        ({"a": {"type": "password"}}, None),
        ({}, None),
    ],
)
def test_the_identifier_is_the_field_that_harvest_uses(
    fields: dict[str, Any], expected: str | None
) -> None:
    assert identifier(fields) == expected


PASSWORDS = {"pin": {"type": "password"}, "secret": {"type": "password"}}


@pytest.mark.parametrize(
    ("fields", "changes", "found"),
    [
        (PASSWORDS, {}, True),
        ({**PASSWORDS, "advancedFields": FOLDER}, {}, True),
        ({**PASSWORDS, "customer": {"type": "text"}}, {}, False),
        ({**PASSWORDS, "customer": {"type": "password", "role": "identifier"}}, {}, False),
        ({**PASSWORDS, "email": {"type": "password"}}, {}, False),
        ({**PASSWORDS, "customer": "red"}, {}, False),
        ({}, {}, False),
        ({"advancedFields": FOLDER}, {}, False),
        (PASSWORDS, {"oauth": {}}, False),
        (PASSWORDS, {"oauth": False}, True),
        (PASSWORDS, {"clientSide": True}, False),
    ],
)
def test_an_account_needs_a_name(
    fields: dict[str, Any], changes: dict[str, Any], found: bool
) -> None:
    findings = reported(fields, "M023", **changes)
    assert [finding.pointer for finding in findings] == [("fields",)] * found
    assert all(finding.severity is Severity.NOTE for finding in findings)


DROPDOWN = {"type": "dropdown", "options": [{"value": "1"}]}


@pytest.mark.parametrize(
    ("fields", "changes", "used"),
    [
        ({"site": DROPDOWN, "customer": {"type": "text"}}, {}, "site"),
        ({"secret": {"type": "password"}, "site": DROPDOWN}, {}, "site"),
        ({"customer": {"type": "text"}, "email": DROPDOWN}, {}, "email"),
        ({"customer": {"type": "text"}, "site": DROPDOWN}, {}, None),
        ({"site": DROPDOWN, "email": {"type": "text"}}, {}, None),
        ({"site": DROPDOWN, "a": {"type": "text", "role": "identifier"}}, {}, None),
        ({"site": {**DROPDOWN, "role": "identifier"}}, {}, None),  # as its author wants
        ({"site": DROPDOWN}, {"oauth": {}}, None),
        ({"site": DROPDOWN}, {"clientSide": True}, None),
    ],
)
def test_a_dropdown_that_names_the_account_is_reported(
    fields: dict[str, Any], changes: dict[str, Any], used: str | None
) -> None:
    found = reported(fields, "M023", **changes)
    assert [finding.pointer for finding in found] == [("fields", used)] * (used is not None)
    for finding in found:
        assert finding.severity is Severity.WARNING
        assert finding.message == f'Harvest names the account after the dropdown "{used}"'


def test_the_documented_mark_of_the_identifier_is_not_read() -> None:
    login, customer = {"type": "text"}, {"type": "text", "identifier": True}
    [finding] = reported({"login": login, "customer": customer}, "M023")
    assert finding.message == 'Harvest ignores `identifier`: it names the account after "login"'
    assert reported({"login": customer, "customer": login}, "M023") == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["text", "("]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = ["type", "options", "min", "max", "pattern", "role", "identifier", "required", "isRequired"]
ENTRY = JSON | st.dictionaries(st.sampled_from([*KEYS, "doctype", "folderPath"]), JSON, max_size=5)
NAMES = st.sampled_from(["login", "password", "advancedFields", "access_token"]) | st.text()


@given(JSON | st.dictionaries(NAMES, ENTRY, max_size=4))
def test_any_fields_can_be_checked(fields: Any) -> None:
    for finding in of_manifest(fields=fields, oauth=...):
        assert "\n" not in finding.message


@pytest.mark.parametrize(
    "fields",
    [
        {"access_token": {"label": "a"}},
        {"refresh_token": {}},
        {"accessToken": {}},
        {"session": {"hidden": True}},
    ],
)
def test_the_fix_of_a_hidden_field_hides_it(fields: dict[str, Any]) -> None:
    found = [
        one.fix
        for one in of_manifest(oauth=..., fields=fields)
        if one.message.endswith("a text input")
    ]
    assert [fix and fix.title for fix in found] == ['write `"type": "hidden"`']


NAMED_BY_HARVEST = (
    *("login", "password", "identifier", "email", "phone", "phoneNumber", "answer", "agreement"),
    *("access_token", "accessTokenSecret", "accountName", "apikey", "appKey", "appSecret"),
    *("authCode", "bank_identifier", "birthdate", "branchName", "cardNumber", "code", "date"),
    *("consumerKey", "consumerSecret", "dob", "firstname", "lastname", "folderPath", "loginUrl"),
    *("namePath", "new_identifier", "profileName", "refreshToken", "secret", "timeout", "token"),
    *("tricountUrl", "two_fa_code"),
)
"""The fields for which cozy-harvest-lib's `en.json` has a label."""


@pytest.mark.parametrize("name", NAMED_BY_HARVEST)
def test_a_field_that_harvest_names_needs_no_label(name: str) -> None:
    field = {"type": "text", "label": "of our own"}
    found = [one.pointer for one in of_manifest(oauth=..., fields={name: field, "other": field})]
    assert ("fields", "other", "label") in found
    assert ("fields", name, "label") not in found
