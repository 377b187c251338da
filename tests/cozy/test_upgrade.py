"""What the stack and the registry do with a version that follows another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import check
from manifest_lint.cozy.permission_set import Rule
from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.cozy.vocabulary import VERBS
from manifest_lint.document.document import Document
from manifest_lint.reports.upgrade import verdict
from tests.growth import grows_with_its_input

FILES = {"type": "io.cozy.files"}
BILLS = {"type": "io.cozy.bills", "verbs": ["GET"]}
COPY = {"type": "io.cozy.certified.carbon_copy"}
SAFE = {"type": "io.cozy.certified.electronic_safe"}
MANIFEST: dict[str, Any] = {
    "slug": "x",
    "editor": "e",
    "version": "1.0.0",
    "permissions": {"files": FILES},
}


def document(**changes: Any) -> Document:
    manifest = {key: value for key, value in {**MANIFEST, **changes}.items() if value is not ...}
    return Document("manifest.konnector", json.dumps(manifest).encode())


def of_permissions(old: Any, new: Any) -> Upgrade:
    return Upgrade(document(permissions=old), document(permissions=new, version="1.0.1"))


@pytest.mark.parametrize(
    ("old", "new", "held"),
    [
        pytest.param({"a": FILES}, {"b": FILES}, False, id="a renamed key"),
        pytest.param({"a": FILES, "b": BILLS}, {"b": BILLS, "a": FILES}, False, id="the order"),
        pytest.param({"a": FILES}, {"a": {**FILES, "description": "d"}}, False, id="a description"),
        pytest.param({"a": BILLS}, {"a": {"type": "io.cozy.bills"}}, False, id="no verbs"),
        pytest.param({"a": BILLS}, {"a": {**BILLS, "verbs": []}}, False, id="[] as verbs"),
        pytest.param({"a": BILLS}, {"a": {**BILLS, "verbs": ["X", "ALL"]}}, False, id="ALL"),
        pytest.param({"a": FILES}, {"a": {**FILES, "verbs": list(VERBS)}}, False, id="all five"),
        pytest.param({"a": BILLS}, {"a": {**BILLS, "verbs": ["GET", "POST"]}}, True, id="a verb"),
        pytest.param({"a": {**BILLS, "verbs": ["GET", "POST"]}}, {"a": BILLS}, True, id="narrowed"),
        pytest.param({"a": FILES, "b": BILLS}, {"a": FILES}, True, id="a removed one"),
        pytest.param({"a": FILES}, {"a": FILES, "b": BILLS}, True, id="an added one"),
        pytest.param({"a": FILES, "b": BILLS}, {"a": FILES, "b": FILES}, False, id="a duplicate"),
        pytest.param({"a": FILES, "b": FILES}, {"a": FILES, "b": BILLS}, True, id="not symmetric"),
        pytest.param(
            {"a": {**FILES, "values": ["x", "y"]}},
            {"a": {**FILES, "values": ["y", "x"]}},
            True,
            id="the order of values",
        ),
        pytest.param({"a": FILES}, {"a": {**FILES, "values": []}}, True, id="[] as values"),
        pytest.param(
            {"a": {**FILES, "values": []}}, {"a": {**FILES, "values": []}}, True, id="[] for ever"
        ),
        pytest.param({"a": {**FILES, "values": []}}, {"a": FILES}, False, id="[] then absent"),
        pytest.param({"a": FILES}, {"a": {**FILES, "selector": "s"}}, True, id="a selector"),
        pytest.param(
            {"a": {"type": "io.cozy.a.b.*"}}, {"a": {"type": "io.cozy.a.b"}}, True, id="no wildcard"
        ),
        pytest.param({"a": FILES}, ..., True, id="no permissions"),
        pytest.param(..., ..., True, id="no permissions for ever"),
        pytest.param(..., {}, False, id="none, then an empty set"),
        pytest.param({}, None, False, id="null is an empty set"),
        pytest.param({"a": FILES}, {"a": FILES, "c": COPY}, False, id="certified"),
        pytest.param({"a": FILES}, {"a": FILES, "c": COPY, "d": SAFE}, False, id="both certified"),
        pytest.param({"a": FILES}, {"a": FILES, "b": BILLS, "c": COPY}, True, id="certified, more"),
        pytest.param({"c": COPY}, {}, True, id="certified removed"),
    ],
)
def test_an_update_waits_for_consent(old: Any, new: Any, held: bool) -> None:
    upgrade = of_permissions(old, new)
    assert upgrade.is_comparable
    assert upgrade.held_for_permissions is held
    assert upgrade.held is held


@pytest.mark.parametrize(
    ("one", "other", "held"),
    [
        (list(VERBS), ["ALL"], False),
        (list(VERBS), [], False),
        (list(VERBS), None, False),
        (["ALL"], ["GET"], False),
        (None, ["GET"], False),
        (list(VERBS), ["GET"], True),
        (list(VERBS), list(VERBS)[:-1], True),
        (list(VERBS), list(reversed(VERBS)), False),
    ],
)
def test_all_five_verbs_equal_all_and_are_no_empty_set(
    one: list[str] | None, other: list[str] | None, held: bool
) -> None:
    """As model/permission of cozy-stack db11638 says of these pairs, in both directions."""
    rules = [{"a": {"type": "io.cozy.bills", "verbs": verbs}} for verbs in (one, other)]
    assert of_permissions(*rules).held is held
    assert of_permissions(*reversed(rules)).held is held


@pytest.mark.parametrize(
    ("old", "new", "held"),
    [
        (..., {"version": "1"}, True),
        ({"version": "1"}, {"version": "2"}, True),
        ({"version": "1"}, ..., True),
        ({"version": "1", "url": "a", "id": "b"}, {"version": "1", "url": "c", "id": "d"}, False),
        (..., {"url": "https://example.org"}, False),
        ({"Version": "2", "version": "1"}, {"version": "1"}, False),
    ],
)
def test_another_version_of_the_terms_needs_consent(old: Any, new: Any, held: bool) -> None:
    upgrade = Upgrade(document(terms=old), document(terms=new))
    assert upgrade.held_for_terms is held
    assert upgrade.held is held


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"version": "1.0.1"}, ()),
        ({"version": "0.9.0", "editor": "f", "type": "webapp"}, ()),
        ({}, ("same version",)),
        ({"version": "v1.0.0"}, ("version", "same version")),
        ({"version": "v1.0.1"}, ("version",)),
        ({"version": "1.0.00001"}, ("version",)),
        ({"version": "1.0.100000"}, ("version",)),
        ({"version": "1.0.1", "slug": "y"}, ("another slug",)),
        ({"version": "1.0.1", "slug": ""}, ("slug",)),
        ({"version": "1.0.1", "slug": ...}, ("slug",)),
        ({"version": "1.0.1", "editor": ...}, ("editor",)),
        ({"version": "1.0.1", "locales": ""}, ("types",)),
    ],
)
def test_the_registry_refuses(changes: dict[str, Any], refused: tuple[str, ...]) -> None:
    assert Upgrade(document(), document(**changes)).refused == refused


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{} {}", "\ufeff{}"])
def test_the_registry_refuses_what_is_not_a_manifest(text: str) -> None:
    new = Document("manifest.konnector", text.encode())
    assert Upgrade(document(), new).refused == ("json",)


NESTED = 9_998
WITHOUT_NAME = b'{"slug": "x", "editor": "e", "version": "1.0.1", "permissions": {}, "name": '


@pytest.mark.parametrize(
    ("name", "refused", "installable"),
    [
        (b'"caf\xc3\xa9"', (), True),
        (b'"caf\xe9"', ("characters",), True),
        (rb'"\ud83d\ude00"', (), True),
        (rb'"\ud83d"', ("characters",), True),
        (b'null, "x": %b%b' % (b"[" * NESTED, b"]" * NESTED), (), True),
        (b'null, "x": %b%b' % (b"[" * (NESTED + 1), b"]" * (NESTED + 1)), ("size",), True),
        (b'null, "x": "%b"' % (b"<" * 300_000), (), True),
        (b'null, "x": "%b"' % (b"<" * 360_000), (), False),  # it is served with \u003c
        (b'null, "x": "%b"' % (b"x" * 8_000_000), ("size",), False),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_a_check_says_of_publication_and_installation_is_in_the_sentence(
    name: bytes, refused: tuple[str, ...], installable: bool
) -> None:
    data = WITHOUT_NAME + name + b"}"
    upgrade = Upgrade(document(permissions={}), Document("manifest.konnector", data))
    assert (upgrade.refused, upgrade.new.is_installable) == (refused, installable)
    by = {who for one in check(stdin=(None, data)).findings for who in one.refused_by}
    assert {"publish", "install"} & by == {
        *({"publish"} if refused else ()),
        *(() if installable else {"install"}),
    }
    said = "The registry refuses version 1.0.1: the manifest "
    assert verdict(upgrade).startswith(said) is bool(refused)


@pytest.mark.parametrize(
    ("old", "new", "stable", "beta", "dev"),
    [
        ("1.9.0", "1.10.0", "1.10.0", "1.10.0", "1.10.0"),
        ("1.2.0", "1.1.9", "1.2.0", "1.2.0", "1.2.0"),
        ("1.2.0", "1.2.0-beta.1", "1.2.0", "1.2.0", "1.2.0"),
        ("1.2.0", "1.2.1-beta.1", "1.2.0", "1.2.1-beta.1", "1.2.1-beta.1"),
        ("1.2.0-beta.9", "1.2.0-beta.10", None, "1.2.0-beta.10", "1.2.0-beta.10"),
        ("1.2.0-beta.2", "1.2.0-beta.1", None, "1.2.0-beta.2", "1.2.0-beta.1"),
        ("1.2.0-dev.ff", "1.2.0-dev.aa", None, None, "1.2.0-dev.aa"),
        ("1.2.0-beta.2", "1.2.0-dev.aa", None, "1.2.0-beta.2", "1.2.0-dev.aa"),
        ("1.2.0-dev.aa", "1.2.0", "1.2.0", "1.2.0", "1.2.0"),
        ("not one", "1.2.0", "1.2.0", "1.2.0", "1.2.0"),
    ],
)
def test_each_channel_serves_one_version(
    old: str, new: str, stable: str | None, beta: str | None, dev: str | None
) -> None:
    found = Upgrade(document(version=old), document(version=new)).served
    expected = {"stable": stable, "beta": beta, "dev": dev}
    assert found == {channel: version for channel, version in expected.items() if version}


@pytest.mark.parametrize(
    ("old", "new", "reached"),
    [
        ("1.2.0", "1.3.0", ("stable", "beta", "dev")),
        ("1.2.0", "1.1.9", ()),
        ("1.2.0", "1.3.0-beta.1", ("beta", "dev")),
        ("1.2.0", "1.3.0-dev.aa", ("dev",)),
        ("1.3.0-beta.1", "1.2.0", ()),
        ("1.3.0-beta.1", "1.3.0", ("beta", "dev")),
        ("1.2.0-beta.2", "1.2.0-beta.1", ("dev",)),
        ("1.3.0-dev.aa", "1.2.0", ()),
        ("1.3.0-dev.aa", "1.4.0", ("dev",)),
        ("not one", "1.3.0-beta.1", ("beta", "dev")),
        ("not one", "1.3.0", ("stable", "beta", "dev")),
    ],
)
def test_a_version_reaches_those_whose_channel_serves_it(
    old: str, new: str, reached: tuple[str, ...]
) -> None:
    assert Upgrade(document(version=old), document(version=new)).reached == reached


@pytest.mark.parametrize(
    ("name", "installable"),
    [
        ("manifest.konnector", True),
        ("manifest.webapp", False),
        ("a/manifest.webapp", False),
        ("v1:manifest.webapp", False),
        ("not-a-manifest.webapp", True),
    ],
)
def test_a_web_application_is_not_installed_as_a_connector(name: str, installable: bool) -> None:
    webapp = Document(name, document(version="2.0.0").data)
    assert Upgrade(document(), webapp).new.is_installable is installable
    assert Upgrade(webapp, document()).is_comparable is installable


def in_force(old: Any, new: Any, *, has_run: bool = False) -> dict[str, dict[str, Any]]:
    """Return the permissions in force as they would be written, without that of a run."""
    rules = of_permissions(old, new).in_force(has_run=has_run)
    return {rule.title: written(rule) for rule in rules if rule.title != "referenced folders"}


def written(rule: Rule) -> dict[str, Any]:
    parts = {
        "verbs": sorted(rule.verbs),
        "selector": rule.selector,
        "values": list(rule.values or ()),
    }
    return {"type": rule.doctype} | {key: value for key, value in parts.items() if value}


def test_the_permissions_in_force_keep_the_old_ones() -> None:
    post = {**BILLS, "verbs": ["POST"]}
    assert in_force({"a": BILLS}, {"b": FILES}) == {"a": BILLS, "b": FILES}
    assert in_force({"a": BILLS}, {"a": post}) == {"a": {**BILLS, "verbs": ["GET", "POST"]}}
    assert in_force({"a": BILLS}, {"a": FILES}) == {"a": FILES}
    assert in_force({"a": FILES}, {"a": {**FILES, "verbs": ["GET"]}})["a"]["verbs"] == ["GET"]
    assert in_force({"a": {**FILES, "verbs": ["GET"]}}, {"a": FILES}) == {"a": FILES}
    one, two = {**FILES, "values": ["x"]}, {**FILES, "values": ["y"]}
    assert in_force({"a": one}, {"a": two}) == {"a": {**FILES, "values": ["y", "x"]}}
    assert in_force({"a": one}, {"a": FILES}) == {"a": one}, "values limit the new one too"


def test_after_a_run_a_dropped_key_comes_back_with_every_right() -> None:
    old = {"a": {**BILLS, "selector": "s", "values": ["x"]}}
    whole = {"type": "io.cozy.bills"}
    assert in_force(old, {"b": FILES}, has_run=True) == {"a": whole, "b": FILES}
    assert in_force(old, {"a": BILLS}, has_run=True) == {"a": BILLS}
    [folders] = [
        rule
        for rule in of_permissions(old, {}).in_force(has_run=True)
        if rule.title == "referenced folders"
    ]
    assert folders.values == ("io.cozy.konnectors/x",)
    own = {"a": {**FILES, "selector": "referenced_by", "values": ["io.cozy.konnectors/x"]}}
    assert in_force(own, {"b": BILLS}, has_run=True) == {**own, "b": BILLS}, "no run adds any"


@pytest.mark.parametrize(
    ("old", "new", "opened", "lost"),
    [
        ({"a": FILES}, {"b": FILES}, [], []),
        ({"a": BILLS}, {"a": {"type": "io.cozy.bills"}}, ["DELETE,PATCH,POST,PUT"], []),
        ({"a": FILES}, {"a": {**FILES, "verbs": list(VERBS)}}, [], []),
        ({"a": FILES}, {"a": {**FILES, "values": ["x"]}}, [], ["DELETE,GET,PATCH,POST,PUT"]),
        (
            {"a": {**BILLS, "values": ["x"]}, "b": {**BILLS, "values": ["y"]}},
            {"a": {**BILLS, "values": ["y", "x"]}},
            [],
            [],
        ),
        (
            {"a": {"type": "io.cozy.a.b.*"}},
            {"a": {"type": "io.cozy.a.b", "verbs": ["GET"]}},
            [],
            ["DELETE,GET,PATCH,POST,PUT"],
        ),
    ],
)
def test_what_is_really_opened_and_lost(
    old: Any, new: Any, opened: list[str], lost: list[str]
) -> None:
    upgrade = of_permissions(old, new)
    assert [",".join(sorted(rule.verbs)) for rule in upgrade.opened] == opened
    assert [",".join(sorted(rule.verbs)) for rule in upgrade.lost] == lost


TITLES = st.sampled_from(("a", "b", "c", ""))
VERB_LISTS = st.lists(st.sampled_from((*VERBS, "ALL")), max_size=6)
VALUES = st.lists(st.sampled_from(("x", "y", "z")), max_size=3)
DOCTYPES = st.sampled_from(("io.cozy.files", "io.cozy.a.b.*", "io.cozy.a.b", COPY["type"]))
RULES = st.fixed_dictionaries(
    {"type": DOCTYPES},
    optional={"verbs": VERB_LISTS, "values": VALUES, "selector": st.sampled_from(("", "s"))},
)
PERMISSIONS = st.dictionaries(TITLES, RULES, max_size=4)
"""Sets of permissions; some are held at every update."""


@given(PERMISSIONS | st.just(...) | st.none())
def test_a_version_after_itself_is_held_only_by_its_own_permissions(permissions: Any) -> None:
    upgrade = of_permissions(permissions, permissions)
    for_ever = permissions is ... or any(
        rule.get("values") == [] for rule in (permissions or {}).values()
    )
    assert upgrade.held is for_ever
    assert upgrade.opened == upgrade.lost == ()


@given(PERMISSIONS, st.randoms(use_true_random=False))
def test_new_keys_and_another_order_never_hold_an_update(permissions: Any, chance: Any) -> None:
    rules = [rule for rule in permissions.values() if rule.get("values") != []]
    shuffled = [{**rule, "verbs": [*rule.get("verbs", ())]} for rule in rules]
    for rule in shuffled:
        chance.shuffle(rule["verbs"])
    chance.shuffle(shuffled)
    old = {f"old {number}": rule for number, rule in enumerate(rules)}
    new = {f"new {number}": rule for number, rule in enumerate(shuffled)}
    assert not of_permissions(old, new).held


@given(PERMISSIONS, PERMISSIONS, st.booleans())
def test_the_permissions_in_force_contain_the_new_ones(old: Any, new: Any, has_run: bool) -> None:
    """But one on all documents is limited to the values that the old one of its key had."""
    upgrade = of_permissions(old, new)
    rules = {rule.title: rule for rule in upgrade.in_force(has_run=has_run)}
    for rule in upgrade.new.rules or ():
        found = rules[rule.title]
        assert (found.doctype, found.selector) == (rule.doctype, rule.selector)
        assert not found.verbs or (rule.verbs and rule.verbs <= found.verbs)
        before = old.get(rule.title, {}).get("values") or ()
        assert set(found.values or ()) <= {*before, *(rule.values or ())}
        assert set(rule.values or ()) <= set(found.values or ())


@given(PERMISSIONS, PERMISSIONS)
def test_what_is_opened_one_way_is_lost_the_other_way(old: Any, new: Any) -> None:
    forth, back = of_permissions(old, new), of_permissions(new, old)
    there = [rule[1:4] for rule in forth.opened]
    assert [rule[1:4] for rule in back.lost] == there or "" in {*old, *new}


def compare(pair: Upgrade) -> None:
    upgrade = Upgrade(pair.old.manifest, pair.new.manifest)
    assert upgrade.held
    assert upgrade.in_force(has_run=True)
    assert upgrade.is_exempt is False
    assert len(upgrade.opened) in (0, 2 * len(upgrade.lost))


def test_a_comparison_grows_with_the_number_of_permissions() -> None:
    def pair(size: int) -> Upgrade:
        old = {f"a{n}": {**COPY, "verbs": ["GET"], "values": [f"a{n}"]} for n in range(size)}
        new = {f"b{n}": {**COPY, "verbs": ["POST"], "values": [f"b{n}"]} for n in range(2 * size)}
        return of_permissions(old, new)

    assert grows_with_its_input(pair, compare, 2000)


@pytest.mark.parametrize("doctype", [COPY["type"], FILES["type"]])
def test_a_comparison_grows_with_the_number_of_values(doctype: str) -> None:
    def pair(size: int) -> Upgrade:
        values = [f"/v{n}" for n in range(size)]
        orders = values, values[::-1]
        return of_permissions(*({"a": {"type": doctype, "values": one}} for one in orders))

    assert grows_with_its_input(pair, compare, 10_000)
