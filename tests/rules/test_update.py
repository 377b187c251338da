"""U: what is reported when a version follows another."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.config.settings import DEFAULTS
from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from manifest_lint.engine.run import check_upgrade
from manifest_lint.finding import Finding, Severity
from manifest_lint.rules.update_accounts import account_type_changed, field_changed
from manifest_lint.rules.update_consent import consent_asked
from tests.connectors import MANIFEST, codes, of_upgrade, only
from tests.cozy.test_upgrade import PERMISSIONS, document
from tests.growth import grows_with_its_input
from tests.short import is_long

FILES = {"type": "io.cozy.files"}
BILLS = {"type": "io.cozy.bills", "verbs": ["GET"]}
VERSION = MANIFEST["version"]
SLUG = MANIFEST["slug"]


def of_permissions(old: Any, new: Any) -> tuple[Finding, ...]:
    return of_upgrade({"permissions": old}, {"permissions": new, "version": "99.0.0"})


def messages(findings: tuple[Finding, ...], code: str) -> list[str]:
    assert not any(is_long(finding.message) for finding in findings)
    return [finding.message for finding in findings if finding.code == code]


def test_the_same_version_has_no_findings() -> None:
    assert of_upgrade({}, {}) == ()
    assert of_upgrade({}, {"version": "99.0.0"}) == ()


AGAIN = "consent is asked again"
NOTHING = f"{AGAIN}, but no right changes"


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        (
            {"a": {**FILES, "values": ["x", "y"]}},
            {"b": {**FILES, "values": ["y", "x"]}},
            f"{NOTHING}: `values` of `b` is in another order",
            'restore the order: ["x", "y"]',
        ),
        (
            {"a": {**FILES, "selector": "s"}},
            {"a": FILES},
            f"{NOTHING}: `selector` of `a` differs",
            'restore "s"',
        ),
        (
            {"a": FILES},
            {"a": {**FILES, "selector": "s"}},
            f"{NOTHING}: `selector` of `a` differs",
            "remove it",
        ),
        (
            {"a": {**FILES, "values": ["x"]}},
            {"a": {**FILES, "values": ["x", "x"]}},
            f"{NOTHING}: `a` is written in another way",
            "write it as in the old version",
        ),
        (
            {"a": FILES},
            {"a": FILES, "b": {**FILES, "verbs": ["GET"]}},
            f"{NOTHING}: `b` is new",
            "remove it: others open the same already",
        ),
        (
            {"a": FILES, "b": FILES},
            {"a": FILES},
            f"{NOTHING}: `b` is removed",
            "keep it until users are asked anyway",
        ),
        (
            {},
            ...,
            "every update waits for consent, as `permissions` is missing",
            "write `permissions`; if the connector needs none, as {}",
        ),
        (
            {"a": FILES},
            {"a": {**FILES, "values": []}},
            "every update waits for consent, as `values` of `a` is []",
            "remove `values`: [] limits nothing",
        ),
        (
            {"a": FILES},
            {"a": FILES, "b": BILLS, "c": {"type": "io.cozy.contacts"}},
            f"{AGAIN}: more is opened by `b` and 1 more",
            "publish it together with other changes of permissions, so that users are asked once",
        ),
        (
            {"a": FILES, "b": BILLS},
            {"a": FILES},
            f"{AGAIN}: less is asked for by `b`",
            "remove it when users are asked anyway: an update takes no right away",
        ),
        (
            {"a": {**FILES, "values": ["x", "y"]}},
            {"a": {**FILES, "values": ["x"]}},
            f"{AGAIN}: less is asked for by `a`",
            "publish it together with other changes of permissions, so that users are asked once",
        ),
        (
            {"a": {**FILES, "verbs": ["GET", "POST"]}},
            {"a": {**FILES, "verbs": ["GET"]}},
            f"{AGAIN}: less is asked for by `a`",
            "publish it together with other changes of permissions, so that users are asked once",
        ),
        (
            {"a": FILES},
            {"a": FILES, "b": {**FILES, "verbs": ["GET"]}, "c": {**FILES, "verbs": ["PUT"]}},
            f"{NOTHING}: `b` and 1 more are new",
            "remove it: others open the same already",
        ),
        (
            {"a": {**FILES, "values": ["x", "y"]}, "b": {**FILES, "values": ["y", "x"]}},
            {"a": {**FILES, "values": ["y", "x"], "verbs": ["GET"]}, "b": FILES},
            f"{AGAIN}: more is opened by `b`",
            "publish it together with other changes of permissions, so that users are asked once",
        ),
        (
            {"a": {**FILES, "values": ["/" + "x" * 20, "/" + "y" * 20, "/z", "/" + "w" * 20]}},
            {"a": {**FILES, "values": ["/z", "/" + "y" * 20, "/" + "x" * 20, "/" + "w" * 20]}},
            f"{NOTHING}: `values` of `a` is in another order",
            f'restore the order: "/{"x" * 20}", "/{"y" * 20}", "/z" and 1 more',
        ),
        (
            {"a": {**FILES, "values": ["/" + "x" * 70, "/y"]}},
            {"a": {**FILES, "values": ["/y", "/" + "x" * 70]}},
            f"{NOTHING}: `values` of `a` is in another order",
            "restore the order: that of the old version",
        ),
        (
            {"b": BILLS},
            {"a": FILES},
            f"{AGAIN}: more is opened by `a`, less is asked for by `b`",
            "publish it together with other changes of permissions, so that users are asked once",
        ),
    ],
)
def test_consent_is_asked_again(old: Any, new: Any, message: str, fix: str) -> None:
    found = [one for one in of_permissions(old, new) if one.code == "U004"]
    assert message in [one.message for one in found]
    [title] = [one.fix and one.fix.title for one in found if one.message == message]
    assert title == fix
    if "order" not in message and "another way" not in message:
        assert not is_long(message)


XY, YX = ({**FILES, "selector": "s", "values": list(values)} for values in ("xy", "yx"))
GET, POST = {"verbs": ["GET"]}, {"verbs": ["POST"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {"a": YX | POST, "b": XY | GET},
            {"a": YX | POST, "b": YX | GET},
            {"`values` of `b` is in another order": True},
            id="the old one of the same key",
        ),
        pytest.param(
            {"b": XY | GET, "a": YX | POST},
            {"c": YX | GET, "a": YX | POST},
            {"`values` of `c` is in another order": True},
            id="of a renamed one, not the order it has",
        ),
        pytest.param(
            {"a": YX | GET, "b": FILES},
            {"a": YX | POST, "b": FILES},
            {"`a` is written in another way": False},
            id="in this order already",
        ),
        pytest.param(
            {"a": XY, "b": FILES},
            {"a": YX},
            {},
            id="rights are lost",
        ),
        pytest.param(
            {"a": XY, "b": FILES, "c": FILES},
            {"a": YX, "b": FILES},
            {"`values` of `a` is in another order": False, "`c` is removed": False},
            id="the order alone does not help",
        ),
        pytest.param(
            {"a": XY, "b": XY | GET, "c": FILES},
            {"b": YX | GET, "c": FILES, "a": YX},
            {"`values` of `b` and 1 more are in another order": True},
            id="two in another order: one cause",
        ),
        pytest.param(
            {"a": XY, "b": XY | GET, "c": FILES},
            {"b": YX | GET, "c": FILES | {"selector": "id"}, "a": YX},
            {
                "`values` of `b` and 1 more are in another order": False,
                "`selector` of `c` differs": False,
            },
            id="and one that is written in another way",
        ),
        pytest.param(
            {"bills": {"type": "io.cozy.bills.*"}},
            {"bills": {"type": "io.cozy.bills.*"}, "sub": {"type": "io.cozy.bills.x"}},
            {"`sub` is new": False},
            id="a new one is not another way to write an old one",
        ),
        pytest.param(
            {"bills": {"type": "io.cozy.bills.*"}, "x": {"type": "io.cozy.bills.x"}},
            {"bills": {"type": "io.cozy.bills.*"}, "y": {"type": "io.cozy.bills.y"}},
            {"`y` is new": False, "`x` is removed": False},
            id="one for another",
        ),
        pytest.param(
            {"a": {**FILES, "values": [""]}, "b": {**FILES, "values": ["", "x"]}},
            {"a": {**FILES, "values": [None]}, "b": {**FILES, "values": ["x", None]}},
            {"`values` of `b` is in another order": False},
            id="null is an empty value",
        ),
    ],
)
def test_the_old_one_that_a_permission_was(old: Any, new: Any, expected: dict[str, bool]) -> None:
    found = [one for one in of_permissions(old, new) if one.code == "U004"]
    given = {
        one.message.removeprefix(f"{NOTHING}: "): bool(one.fix and one.fix.safe)
        for one in found
        if one.message.startswith(NOTHING)
    }
    assert given == expected


def test_no_order_is_restored_if_the_terms_need_consent() -> None:
    old, new = (
        {"permissions": {"a": one}, "terms": {"version": one["values"][0]}} for one in (XY, YX)
    )
    finding = only(of_upgrade(old, new), "U004")
    assert finding.fix
    assert not finding.fix.safe


@given(PERMISSIONS, st.randoms(use_true_random=False), st.booleans())
def test_no_consent_is_asked_once_an_order_is_restored(old: Any, chance: Any, other: bool) -> None:
    new = {key: dict(rule) for key, rule in old.items()}
    for rule in new.values():
        rule["values"] = chance.sample(rule.get("values", []), len(rule.get("values", []))) or None
    if new and other:
        new[chance.choice("abcd")] = chance.choice([*new.values()])
    before, after = document(permissions=old), document(permissions=new, version="1.0.1")
    upgrade = Upgrade(before, after)
    safe = [
        one
        for one in check_upgrade(
            upgrade, DEFAULTS._replace(select=("U004",)), plugins=False
        ).findings
        if one.fix and one.fix.safe
    ]
    data, done = applied(after, safe)
    assert len(done) == len(safe)
    assert not safe or not Upgrade(before, Document(after.name, data)).held


def rules_of_one_doctype(size: int) -> tuple[Any, ...]:
    """Return permissions that are each written in another order."""
    return tuple(
        {f"a{n}": {**FILES, "values": [f"/{n}", "/x"][::step]} for n in range(size)}
        for step in (1, -1)
    )


def values_of_one_rule(size: int) -> tuple[Any, ...]:
    """Return the same values in two orders."""
    values = [f"/{n}" for n in range(size)]
    return tuple({"a": {**FILES, "values": values[::step]}} for step in (1, -1))


@pytest.mark.parametrize(
    ("make", "size"), [(rules_of_one_doctype, 2000), (values_of_one_rule, 20_000)]
)
def test_looking_for_a_cause_grows_with_its_input(make: Any, size: int) -> None:
    def look(pair: tuple[Any, ...]) -> None:
        versions = (document(permissions=one, version=f"1.0.{n}") for n, one in enumerate(pair))
        assert list(consent_asked(Upgrade(*versions)))

    assert grows_with_its_input(make, look, size)


def test_a_missing_key_is_reported_with_what_is_lost() -> None:
    assert messages(of_permissions({"a": FILES}, ...), "U004") == [
        "every update waits for consent, as `permissions` is missing",
        f"{AGAIN}: less is asked for by `a`",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"a": BILLS},
            {"a": {"type": "io.cozy.bills"}},
            [
                "users are not asked, and `a` opens more: POST, PUT, PATCH, DELETE on"
                " `io.cozy.bills`"
            ],
        ),
        ({"a": FILES}, {"a": FILES, "c": {"type": "io.cozy.certified.carbon_copy"}}, []),
        ({"a": FILES}, {"a": FILES, "b": BILLS}, []),
        ({"a": FILES}, {"b": FILES}, []),
        (
            {"a": BILLS},
            {"b": BILLS},
            ["`a` stays in force after a run: POST, PUT, PATCH, DELETE on all of `io.cozy.bills`"],
        ),
        (
            {"a": BILLS},
            {},
            ["`a` stays in force after a run: every verb on all of `io.cozy.bills`"],
        ),
        ({"referenced folders": BILLS}, {}, []),
    ],
)
def test_rights_change_without_consent(old: Any, new: Any, expected: list[str]) -> None:
    assert messages(of_permissions(old, new), "U005") == expected


@pytest.mark.parametrize(
    ("dropped", "findings", "last"),
    [
        (21, 21, "`a20` stays in force after a run: every verb on all of `io.cozy.bills`"),
        (22, 21, "`a20` and 1 more stay in force after a run, with all documents of their type"),
        (
            2000,
            21,
            "`a20` and 1,979 more stay in force after a run, with all documents of their type",
        ),
    ],
)
def test_many_permissions_that_stay_are_one_finding(dropped: int, findings: int, last: str) -> None:
    found = messages(of_permissions({f"a{n}": BILLS for n in range(dropped)}, {}), "U005")
    assert (len(found), found[-1]) == (findings, last)


def test_dropped_permissions_grow_with_their_number() -> None:
    def dropped(size: int) -> tuple[Any, ...]:
        return tuple({f"a{n}": {"type": f"io.cozy.x{n}"} for n in range(m)} for m in (size, 0))

    assert grows_with_its_input(dropped, lambda pair: of_permissions(*pair), 2000)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"version": "1"}, f'{AGAIN}: the terms have a version now, "1"'),
        ({"version": "1"}, {}, f'{AGAIN}: the terms have lost their version, "1"'),
        (
            {"version": "1"},
            {"version": "2"},
            f'{AGAIN}: the version of the terms changes from "1" to "2"',
        ),
    ],
)
def test_the_terms_change(old: Any, new: Any, expected: str) -> None:
    assert messages(of_upgrade({"terms": old}, {"terms": new}), "U008") == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "1.2.0",
            "1.1.9",
            ["version 1.1.9 reaches no user: the channel stable goes on serving 1.2.0"],
        ),
        (
            "1.2.0",
            "1.2.0-dev.aa",
            ["version 1.2.0-dev.aa reaches no user: the channel dev goes on serving 1.2.0"],
        ),
        (
            "1.2.0-beta.2",
            "1.2.0-beta.1",
            ["version 1.2.0-beta.1 reaches only dev: beta goes on serving 1.2.0-beta.2"],
        ),
        (
            "1.3.0-beta.1",
            "1.2.0",
            ["version 1.2.0 reaches no user who has 1.3.0-beta.1: beta goes on serving that"],
        ),
        (
            "1.3.0-dev.aa",
            "1.2.9-beta.4",
            ["version 1.2.9-beta.4 reaches no user who has 1.3.0-dev.aa: dev goes on serving that"],
        ),
        ("1.2.0", "1.2.1-beta.1", []),
        ("1.2.0-beta.1", "1.2.0", []),
        ("1.2.0", "x", []),
    ],
)
def test_a_version_reaches_no_user(old: str, new: str, expected: list[str]) -> None:
    assert messages(of_upgrade({"version": old}, {"version": new}), "U003") == expected


def test_the_same_version_is_an_error_only_if_it_is_published() -> None:
    changes = {"name": "Another name"}
    assert only(of_upgrade({}, changes), "U010").severity is Severity.ERROR
    assert only(of_upgrade({}, changes, is_published=False), "U010").severity is Severity.NOTE
    assert codes(of_upgrade({}, {"version": f"v{VERSION}"})) == ["U010"]


def test_another_slug_is_reported_unless_it_is_missing() -> None:
    assert "U001" in codes(of_upgrade({}, {"slug": "another"}))
    assert "U001" not in codes(of_upgrade({}, {"slug": ""}))


@pytest.mark.parametrize(
    ("changes", "severity"), [({"editor": "Another"}, "note"), ({"type": "webapp"}, "error")]
)
def test_another_editor_or_type(changes: dict[str, Any], severity: str) -> None:
    assert only(of_upgrade({}, changes), "U002").severity.label == severity


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"scope": "a"},
            {"scope": ["a b"]},
            ['the scope changes from "a" to "a b": existing accounts keep the old one'],
        ),
        (
            {"scope": None},
            {"scope": "a"},
            ['the scope changes from none to "a": existing accounts keep the old one'],
        ),
        ({"scope": "a b"}, {"scope": ["b  a"]}, []),
        (None, {"scope": "a"}, []),
    ],
)
def test_the_scope_changes(old: Any, new: Any, expected: list[str]) -> None:
    assert messages(of_upgrade({"oauth": old}, {"oauth": new}), "U006") == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"account_type": "z"}, [f'the account type changes from "{SLUG}" to "z"']),
        ({}, {"account_type": SLUG}, []),
        (None, {}, ["`oauth` is new: existing accounts have no token"]),
        (
            {},
            None,
            ["`oauth` is removed: existing accounts may have only a token"],
        ),
        (None, None, []),
        ({"account_type": None}, {}, [f'the account type changes from "null" to "{SLUG}"']),
    ],
)
def test_the_account_type_changes(old: Any, new: Any, expected: list[str]) -> None:
    assert messages(of_upgrade({"oauth": old}, {"oauth": new}), "U007") == expected


@pytest.mark.parametrize(("old", "new"), [({}, {"slug": ...}), ({"slug": ...}, {})])
def test_an_account_type_without_a_name_is_not_compared(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert "U007" not in codes(of_upgrade({"oauth": {}, **old}, {"oauth": {}, **new}))


LOGIN = {"type": "text"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"login": LOGIN},
            {"email": LOGIN},
            ["the field `login` is now `email`: existing accounts keep the value under `login`"],
        ),
        (
            {"login": LOGIN},
            {"login": LOGIN, "zip": {}},
            ["`fields.zip` is new and required: existing accounts may have no value for it"],
        ),
        (
            {"login": LOGIN, "zip": {"required": False}},
            {"email": LOGIN, "zip": {}},
            [
                "the field `login` is now `email`: existing accounts keep the value under `login`",
                "`fields.zip` is required now: existing accounts may have no value for it",
            ],
        ),
        ({"login": LOGIN}, {"login": LOGIN, "zip": {"isRequired": False}}, []),
        ({"login": LOGIN}, {"login": LOGIN, "token": {"type": "hidden"}}, []),
        (
            {"login": {**LOGIN, "required": False}},
            {"login": LOGIN},
            ["`fields.login` is required now: existing accounts may have no value for it"],
        ),
        (
            {"login": LOGIN, "zip": {}},
            {"login": LOGIN},
            ["the field `zip` is removed: existing accounts keep its value"],
        ),
        ({"advancedFields": {}}, {}, []),
        ([], {"zip": 1}, []),
    ],
)
def test_a_field_changes(old: Any, new: Any, expected: list[str]) -> None:
    assert messages(of_upgrade({"fields": old}, {"fields": new}), "U009") == expected


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ({"login": {}}, {"identifier": {}}, ("fields", "identifier")),
        ({"login": {}, "zip": {}}, {"login": {}}, ("fields",)),
        ({"login": {}}, {"login": {}, "zip": {}}, ("fields", "zip")),
    ],
)
def test_a_changed_field_is_found_where_it_is_now(old: Any, new: Any, pointer: Any) -> None:
    assert only(of_upgrade({"fields": old}, {"fields": new}), "U009").pointer == pointer


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_not_a_manifest_is_not_compared(text: str) -> None:
    old = document(oauth={}, fields={"login": LOGIN})
    upgrade = Upgrade(old, Document("manifest.konnector", text.encode()))
    assert not [*account_type_changed(upgrade), *field_changed(upgrade)]


@pytest.mark.parametrize("broken", [{"permissions": []}, {"permissions": {"a": {}}}, {"terms": 1}])
def test_what_cannot_be_installed_is_not_compared(broken: dict[str, Any]) -> None:
    for old, new in ((broken, {}), ({}, broken)):
        assert not {"U004", "U005", "U008"} & set(codes(of_upgrade(old, new)))


@pytest.mark.parametrize("broken", [b'\xef\xbb\xbf{"slug": "x"}', b'{"permissions": []}'])
def test_a_version_that_nobody_could_install_has_no_accounts(broken: bytes) -> None:
    old = Document("manifest.konnector", broken[:-1] + b', "fields": {"a": {}}}')
    new = document(oauth={"scope": "read"}, fields={"login": LOGIN}, version="99.0.0")
    assert not {"U006", "U007", "U009"} & set(
        codes(check_upgrade(Upgrade(old, new), DEFAULTS).findings)
    )


@given(PERMISSIONS | st.just(...), PERMISSIONS | st.just(...))
def test_consent_is_reported_exactly_if_the_stack_asks_for_it(old: Any, new: Any) -> None:
    held = Upgrade(document(permissions=old), document(permissions=new)).held_for_permissions
    assert ("U004" in codes(of_permissions(old, new))) is held


def test_an_upgrade_has_one_manifest() -> None:
    upgrade = Upgrade(document(), document(version="1.0.1"))
    assert check_upgrade(upgrade, DEFAULTS).manifests == 1
