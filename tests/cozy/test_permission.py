"""Permissions as the stack reads them: the case of a key does not matter."""

from __future__ import annotations

from typing import Any

import pytest

from manifest_lint.cozy.permission import Permission
from manifest_lint.cozy.permission_set import covers_doctype
from manifest_lint.document.document import Document
from manifest_lint.project.connector import Connector
from tests.connectors import codes, of_manifest

BILLS = "io.cozy.bills"


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ({"Type": BILLS}, True),
        ({"TYPE": BILLS, "VERBS": ["POST"]}, True),
        ({"Type": BILLS, "Verbs": ["GET"]}, False),
        ({"type": BILLS, "Type": "io.cozy.files"}, False),
        ({"type": BILLS, "verbs": ["PATCH"]}, True),
        ({"type": BILLS, "verbs": ["PUT"]}, True),
        ({"type": BILLS, "verbs": ["ALL"]}, True),
        ({"type": BILLS, "verbs": ["DELETE"]}, False),
        ({"\u017felector": "x", "type": BILLS, "verb\u017f": ["GET"]}, False),
    ],
)
def test_a_data_type_has_a_permission_whose_keys_are_in_another_case(
    permission: dict[str, Any], expected: bool
) -> None:
    found = codes(of_manifest(data_types=["bill"], permissions={"p": permission}))
    assert ("M026" not in found) is expected


@pytest.mark.parametrize(
    ("permission", "code"),
    [
        ({"Type": "io.cozy.books"}, "M011"),
        ({"type": BILLS, "Verbs": ["GET", "GET"]}, "M022"),
        ({"type": BILLS, "Description": "See [us](https://nowhere/)"}, "M024"),
        ({"Type": "io.cozy.sessions"}, "P004"),
        ({"Type": BILLS, "Selector": "a"}, "P007"),
        ({"Type": "io.cozy.bill"}, "P010"),
    ],
)
def test_every_rule_reads_keys_in_another_case(permission: dict[str, Any], code: str) -> None:
    assert code in codes(of_manifest(permissions={"p": permission}))


def test_what_the_stack_refuses_is_written_but_not_asked_for() -> None:
    text = b'{"permissions": {"a": {"type": "io.cozy.bills", "verbs": ["post", 5]}, "b": null}}'
    connector = Connector(Document("m", text))
    [written] = connector.written_permissions
    assert written.refused == ("permissions", "a", "verbs", 1)
    assert written.can_store(BILLS)
    assert connector.permissions == ()


@pytest.mark.parametrize(
    ("permission", "doctype", "expected"),
    [
        ("io.cozy.bank.*", "io.cozy.bank", True),
        ("io.cozy.bank.*", "io.cozy.bank.accounts", True),
        ("io.cozy.bank.*", "io.cozy.banks", False),
        ("io.cozy.bank.*", "io.cozy.banks.accounts", False),
        ("io.cozy.bank.*", "io.cozy", False),
        ("io.cozy.bank", "io.cozy.bank", True),
        ("io.cozy.bank", "io.cozy.bank.accounts", False),
    ],
)
def test_a_wildcard_opens_its_root_and_what_is_below(
    permission: str, doctype: str, expected: bool
) -> None:
    assert Permission("p", {"type": permission}, None).covers(doctype) is expected
    assert covers_doctype(permission, doctype) is expected
