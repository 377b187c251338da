"""A certified OpenID provider accepts what we preview, and refuses what we report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.connectors import ACCOUNT_TYPE
from tests.provider_faults import FAULTS, Fault, answered, reported
from tests.provider_login import NONCE, PLUS, STATE, Kind, Providers, log_in, providers


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    with providers(tmp_path_factory.mktemp("providers")) as ports:
        yield ports


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "usual"),
        ({"token_mode": "form"}, "usual"),
        ({"token_mode": "basic"}, "usual"),
        ({"token_mode": "basic"}, "basic only"),
        ({"skip_state_on_token": True}, "usual"),
        ({"skip_redirect_uri_on_authorize": True}, "usual"),
        ({"grant_mode": "authorization_code+secret", "slug": "x", "secret": "y"}, "usual"),
        ({"_id": "beta/x"}, "usual"),
        (PLUS, "usual"),
    ],
)
def test_a_good_login_is_accepted(
    tmp_path: Path, running: Providers, changes: dict[str, Any], kind: Kind
) -> None:
    assert reported(tmp_path, **changes) == ()
    login = log_in(running[kind], "read write", **changes)
    address, _, query = login.came_back.partition("?")
    assert address == ACCOUNT_TYPE["redirect_uri"]
    assert parse_qs(query)["state"] == [STATE]
    assert login.tokens["scope"] == "read write"
    assert login.tokens["access_token"]


@pytest.mark.parametrize(
    ("mode", "kind", "method"),
    [
        ("form", "usual", "POST"),
        ("basic", "usual", "POST"),
        ("basic", "basic only", "POST"),
        ("get", "with GET", "GET"),
    ],
)
def test_a_token_is_given_for_the_nonce_too_and_renewed_as_the_token_mode_says(
    running: Providers, mode: str, kind: Kind, method: str
) -> None:
    scope = "openid read offline_access"
    extras = {"prompt": "consent"}
    login = log_in(running[kind], scope, token_mode=mode, extras=extras)
    assert ("nonce", NONCE) in login.exchange.parameters
    assert login.renewal and login.renewed
    assert login.exchange.method == login.renewal.method == method
    assert bool(login.exchange.basic) == bool(login.renewal.basic) == (mode == "basic")
    assert login.renewed["scope"] == login.tokens["scope"] == scope
    assert login.renewed["access_token"] != login.tokens["access_token"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_the_expected_findings_and_answer(
    tmp_path: Path, running: Providers, fault: Fault
) -> None:
    findings = reported(tmp_path, fault.scope, **fault.changes)
    assert ", ".join(f"{one.code} {one.severity.label}" for one in findings) == fault.findings
    assert answered(fault, running) == fault.answer
