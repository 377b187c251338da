"""A certified OpenID provider accepts what we preview, and refuses what we report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.connectors import ACCOUNT_TYPE
from tests.provider_faults import FAULTS, Fault, answered, reported
from tests.provider_login import PLUS, STATE, Providers, log_in, providers


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    with providers(tmp_path_factory.mktemp("providers")) as ports:
        yield ports


@pytest.mark.parametrize(
    ("changes", "basic_only"),
    [
        ({}, False),
        ({"token_mode": "form"}, False),
        ({"token_mode": "basic"}, False),
        ({"token_mode": "basic"}, True),
        ({"skip_state_on_token": True}, False),
        ({"skip_redirect_uri_on_authorize": True}, False),
        ({"grant_mode": "authorization_code+secret", "slug": "x"}, False),
        ({"_id": "beta/x"}, False),
        (PLUS, False),
    ],
)
def test_a_good_login_is_accepted(
    tmp_path: Path, running: Providers, changes: dict[str, Any], basic_only: bool
) -> None:
    assert reported(tmp_path, **changes) == ()
    login = log_in(running[basic_only], "read write", **changes)
    address, _, query = login.came_back.partition("?")
    assert address == ACCOUNT_TYPE["redirect_uri"]
    assert parse_qs(query)["state"] == [STATE]
    assert login.tokens["scope"] == "read write"
    assert login.tokens["access_token"]


@pytest.mark.parametrize("mode", ["form", "basic"])
def test_a_token_is_renewed(running: Providers, mode: str) -> None:
    scope = "openid read offline_access"
    extras = {"prompt": "consent"}
    login = log_in(running[False], scope, token_mode=mode, extras=extras)
    assert login.renewed
    assert login.renewed["scope"] == login.tokens["scope"] == scope
    assert login.renewed["access_token"] != login.tokens["access_token"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_the_expected_findings_and_answer(
    tmp_path: Path, running: Providers, fault: Fault
) -> None:
    findings = reported(tmp_path, fault.scope, **fault.changes)
    assert ", ".join(f"{one.code} {one.severity.label}" for one in findings) == fault.findings
    assert answered(fault, running) == fault.answer
