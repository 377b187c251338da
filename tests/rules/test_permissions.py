"""P: permissions that the stack refuses to decode."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors import codes, of_manifest, only


def of_permission(entry: Any) -> Any:
    return of_manifest(permissions={"p": entry})


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"type": "io.cozy.files"}, []),
        ({"type": "io.cozy.bank.*"}, []),
        ({"type": "é.cozy.x"}, []),
        ({"type": "io.cozy.files", "verbs": ["GET", "POST"]}, []),
        ({"type": "io.cozy.files", "verbs": ["ALL"]}, []),
        ({"type": "io.cozy.files", "verbs": None, "values": None, "selector": None}, []),
        ({"type": ""}, ["P001"]),
        ({}, ["P001"]),
        (None, ["P001"]),
        ({"type": "io.cozy.certified.carbonCopy"}, ["P001"]),
        ({"type": "io-cozy"}, ["P001"]),
        ({"type": "io.cozy.files", "verbs": ["get"]}, ["P002"]),
        ({"type": "io.cozy.files", "verbs": ["GET", "HEAD"]}, ["P002"]),
        ({"type": "io.cozy.files", "verbs": "GET"}, ["P003"]),
        ({"type": "io.cozy.files", "values": [1]}, ["P003"]),
        ({"type": "io.cozy.files", "selector": 1}, ["P003"]),
        ({"type": 1}, ["P003"]),
        ("io.cozy.files", ["P003"]),
        ({"type": "io.cozy.*"}, ["P005"]),
        ({"type": "*"}, ["P005"]),
    ],
)
def test_the_rules_for_a_permission(entry: Any, expected: list[str]) -> None:
    findings = of_permission(entry)
    assert codes(findings) == expected
    assert all(finding.refused_by == ("install",) for finding in findings)


@pytest.mark.parametrize(
    ("entry", "fix", "safe"),
    [
        ({"type": "io.cozy.files", "verbs": ["get"]}, 'write "GET"', True),
        (
            {"type": "io.cozy.certified.carbonCopy"},
            'write "io.cozy.certified.carbon_copy"',
            False,
        ),
    ],
)
def test_a_fix_is_offered(entry: Any, fix: str, safe: bool) -> None:
    [finding] = of_permission(entry)
    assert finding.fix is not None
    assert (finding.fix.title, finding.fix.safe) == (fix, safe)


def test_permissions_must_be_an_object() -> None:
    finding = only(of_manifest(permissions=[]), "P003")
    assert finding.message == "`permissions` must be an object, not a list"
