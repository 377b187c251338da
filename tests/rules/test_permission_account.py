"""P013: a connector on the server reads its account first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors import of_manifest

READ = {"type": "io.cozy.accounts", "verbs": ["GET"]}
FILES = {"type": "io.cozy.files"}
OAUTH = {"scope": ["read"]}


def found(**changes: Any) -> list[tuple[str, str]]:
    findings = of_manifest(**changes)
    return [(f.severity.label, f.message) for f in findings if f.code == "P013"]


@pytest.mark.parametrize(
    "permissions",
    [
        {"a": READ},
        {"a": {"type": "io.cozy.accounts"}},
        {"a": {"type": "io.cozy.accounts", "verbs": ["ALL"]}},
        {"a": {"type": "io.cozy.accounts.*", "verbs": ["GET"]}},
        {"a": {"type": "io.cozy.accounts", "verbs": ["PUT"]}, "b": READ},
        {"a": {"Type": "io.cozy.accounts", "VERBS": ["GET"]}},
        {"a": READ | {"values": ["other"]}, "b": READ},
        {"a": READ | {"values": []}},
        {"a": READ | {"selector": "account_type"}},
        {"a": READ | {"selector": "account_type", "values": ["other", "sunmeter"]}},
        {"a": READ | {"selector": "account_type", "values": ["context/sunmeter"]}},
        {"a": READ | {"selector": "name", "values": ["x"]}},
    ],
)
def test_any_permission_to_read_the_account_will_do(permissions: dict[str, Any]) -> None:
    assert found(permissions=permissions) == found(permissions=permissions, oauth=OAUTH) == []


MISSING = "no permission for `io.cozy.accounts`: the connector cannot read its account"


@pytest.mark.parametrize(
    ("permissions", "message"),
    [
        ({}, MISSING),
        ({"f": FILES}, MISSING),
        ({"a": {"type": "io.cozy.account"}}, MISSING),
        (
            {"a": {"type": "io.cozy.accounts", "verbs": ["PUT"]}},
            "`permissions.a` does not let the connector read its account: add `GET`",
        ),
        (
            {"a": READ | {"selector": "account_type", "values": ["template"]}},
            "`permissions.a` does not let the connector read its account: remove `values`",
        ),
        (
            {"w": {"type": "io.cozy.accounts", "verbs": ["PUT"]}, "a": READ | {"values": ["x"]}},
            "`permissions.a` does not let the connector read its account: remove `values`",
        ),
    ],
)
def test_without_one_every_run_fails(permissions: dict[str, Any], message: str) -> None:
    assert found(permissions=permissions, oauth=OAUTH) == [("error", message)]
    near = "io.cozy.account" in str(permissions) and "accounts" not in str(permissions)
    assert found(permissions=permissions, oauth=...) == ([] if near else [("warning", message)])
    assert found(permissions=permissions, oauth=..., clientSide=True) == []


@pytest.mark.parametrize("named", ["other", None, [], {}, 1])
def test_values_are_compared_with_the_account_type(named: Any) -> None:
    limited = READ | {"selector": "account_type", "values": ["other"]}
    assert found(permissions={"a": limited}, oauth={"account_type": named, "scope": ["x"]}) == []


@pytest.mark.parametrize(
    "permissions",
    [[], "x", {"a": {"type": "io.cozy.Accounts"}}, {"a": {**READ, "verbs": ["get"]}}],
)
def test_what_the_stack_refuses_is_reported_alone(permissions: Any) -> None:
    assert found(permissions=permissions, oauth=OAUTH) == []


def test_a_missing_key_is_one_warning_and_an_error_of_an_oauth_connector() -> None:
    assert found(permissions=..., oauth=...) == []
    assert found(permissions=..., oauth=OAUTH) == [("error", MISSING)]
