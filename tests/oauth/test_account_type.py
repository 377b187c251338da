"""Account types are found in files of every shape, and their secrets are never shown."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.document import Document
from manifest_lint.document.secret import Secret, is_placeholder
from manifest_lint.document.spans import Pointer
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.account_type_file import account_types, looks_like_one, not_objects

A = {"_id": "a", "grant_mode": "token"}
B = {"_id": "b/c", "grant_mode": "secret"}
DESIGN = {"_id": "_design/by-slug"}


def found(value: Any, default_id: str = "") -> list[tuple[str, Pointer]]:
    """Return id and place of each account type of a file."""
    document = Document("x.json", json.dumps(value).encode())
    return [(one.id, one.pointer) for one in account_types(document, default_id)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([A, 1, None, [A]], [(1,), (2,), (3,)]),
        ({"docs": ["x", B]}, [("docs", 0)]),
        ({"rows": [{"doc": None}, {"id": "x"}, {"doc": 1}, {"doc": A}]}, [("rows", 2, "doc")]),
        ("x", []),
        (A, []),
    ],
)
def test_values_in_place_of_an_account_type_are_listed(value: Any, expected: list[Pointer]) -> None:
    assert not_objects(Document("x.json", json.dumps(value).encode())) == expected


def one(**fields: Any) -> AccountType:
    """Make an account type."""
    return AccountType(Document("x.json", b"{}"), (), fields, fields.get("_id", ""))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A, [("a", ())]),
        ({}, [("", ())]),
        ([], []),
        ([A, B], [("a", (0,)), ("b/c", (1,))]),
        ([1, None, A, DESIGN], [("a", (2,))]),
        ({"docs": [A, DESIGN, B]}, [("a", ("docs", 0)), ("b/c", ("docs", 2))]),
        ({"new_edits": False, "docs": []}, []),
        ({"docs": [{**A, "_deleted": True}, {**B, "_deleted": False}]}, [("b/c", ("docs", 1))]),
        (
            {"rows": [{"id": "a", "doc": A}, {"id": "x"}, {"id": "y", "doc": None}, {"doc": B}]},
            [("a", ("rows", 0, "doc")), ("b/c", ("rows", 3, "doc"))],
        ),
        ({"total_rows": 1, "rows": [{"id": "a", "value": {}}]}, []),
        ({"rows": [1, {"doc": DESIGN}]}, []),
        ({"rows": "x", "_id": "a"}, [("a", ())]),
        (DESIGN, []),
        ({**A, "_deleted": True}, []),
        ("text", []),
        (None, []),
    ],
)
def test_account_types_are_found_in(value: Any, expected: list[tuple[str, Pointer]]) -> None:
    assert found(value) == expected


def test_a_file_that_is_not_json_has_no_account_types() -> None:
    assert list(account_types(Document("x.json", b'{"_id": "a",}'))) == []


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ({"_id": "a"}, ["a"]),
        ({"_ID": "a"}, ["a"]),
        ({}, ["name"]),
        ({"_id": ""}, ["name"]),
        ({"_id": None}, ["name"]),
        ({"_id": 1}, ["name"]),
        ([{}], ["name"]),
        ([{}, {"_id": "b"}], ["", "b"]),
    ],
)
def test_a_single_document_without_an_id_has_that_of_the_file_name(
    value: Any, ids: list[str]
) -> None:
    assert [name for name, _ in found(value, "name")] == ids


@pytest.mark.parametrize(
    ("account_type_id", "service_id", "context"),
    [("x", "x", ""), ("c/x", "x", "c"), ("c/x/y", "x/y", "c"), ("/x", "x", ""), ("c/", "", "c")],
)
def test_an_id_is_split_into_context_and_service(
    account_type_id: str, service_id: str, context: str
) -> None:
    account_type = one(_id=account_type_id)
    assert (account_type.service_id, account_type.context) == (service_id, context)


@pytest.mark.parametrize(
    ("fields", "text", "pointer"),
    [
        ({"slug": "x"}, "x", ("slug",)),
        ({"Slug": "x"}, "x", ("Slug",)),
        ({"slug": "x", "SLUG": "y"}, "y", ("SLUG",)),
        ({"slug": 1}, "", ("slug",)),
        ({"slug": None}, "", ("slug",)),
        ({}, "", ()),
    ],
)
def test_a_field_has_the_value_that_the_stack_reads(
    fields: dict[str, Any], text: str, pointer: Pointer
) -> None:
    assert one(**fields).text("slug") == text
    assert one(**fields).at("slug") == pointer


@pytest.mark.parametrize("mode", [*GRANT_MODES, "", "refresh_token", "x+secret", "SECRET"])
def test_a_grant_mode_has_its_response_type_and_secret(mode: str) -> None:
    account_type = one(grant_mode=mode)
    assert account_type.has_secret_grant == (mode in GRANT_MODES and mode.endswith("secret"))
    assert account_type.is_oauth == (mode != "secret")


@pytest.mark.parametrize(
    ("value", "stands_in"),
    [
        *[(text, True) for text in ["...", "\u2026", "$COZY_ID", "${ID}", "<client id>", " xxx "]],
        *[(text, True) for text in ["XXXX", "$id"]],
        *[
            (text, False)
            for text in ["", "x", "xx", "..", "$", "a$ID", "<>", "<a>b", "$A B", "abc"]
        ],
        (None, False),
        (["..."], False),
    ],
)
def test_placeholders_are_recognised(value: object, stands_in: bool) -> None:
    assert is_placeholder(value) is stands_in
    assert one(client_id="ID", client_secret=value).has_placeholders is stands_in


@pytest.mark.parametrize(
    ("value", "looks"),
    [
        (A, True),
        ({"client_id": 1}, True),
        ({"auth_endpoint": ""}, True),
        ({"client_secret": None}, True),
        ({"slug": "x", "_id": "a"}, False),
        ([A], False),
        ("grant_mode", False),
    ],
)
def test_an_account_type_is_recognised_by_its_keys(value: object, looks: bool) -> None:
    assert looks_like_one(value) is looks


SECRET = "S3CRET"


def raised(secret: Secret) -> str:
    """Return the traceback of an exception that was raised with a secret."""
    try:
        raise ValueError(secret, {"client_secret": secret})
    except ValueError as error:
        return "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(str, id="str"),
        pytest.param(repr, id="repr"),
        pytest.param(lambda secret: f"{secret} {secret!r} {secret!s} {secret:>9}", id="f-string"),
        pytest.param(lambda secret: "{} {:>9}".format(secret, secret), id="format"),  # noqa: UP032
        pytest.param(lambda secret: "%s %r" % (secret, secret), id="percent"),  # noqa: UP031
        pytest.param(lambda secret: repr([secret, {"a": secret}]), id="in a container"),
        pytest.param(
            lambda secret: json.dumps({"a": secret}, default=str),
            id="JSON",
        ),
        pytest.param(
            lambda secret: json.dumps({"a": secret}, indent=1, default=repr),
            id="indented JSON",
        ),
        pytest.param(lambda secret: str(pickle.dumps(secret)), id="pickle"),
        pytest.param(lambda secret: copy.deepcopy(secret).reveal(), id="copy"),
        pytest.param(raised, id="exception"),
    ],
)
def test_a_secret_is_shown_as_stars(shown: Any) -> None:
    text = shown(Secret(SECRET))
    assert SECRET not in text
    assert "***" in text


@given(st.text())
def test_a_secret_can_be_revealed(text: str) -> None:
    secret = one(client_secret=text).client_secret
    assert secret.reveal() == text
    assert type(secret.reveal()) is str
    assert bool(secret) is bool(text)


def test_an_account_type_does_not_show_its_secret() -> None:
    account_type = one(_id="x", client_secret=SECRET)
    assert account_type.client_secret.reveal() == SECRET
    assert repr([account_type]) == "[AccountType('x')]"
    assert SECRET not in f"{account_type}"
