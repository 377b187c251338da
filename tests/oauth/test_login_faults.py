"""What a login says of each fault that a real provider refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tests.login_faults import said
from tests.provider_faults import FAULTS, Fault
from tests.provider_login import Kind
from tests.real_login import Providers, real_providers

STOPS = "the login stops"
"""What a preview finds is refused before the browser opens."""

NOT_AT_LOOPBACK = ("the tokens' endpoint twice", "the login's endpoint twice")
"""A014 gives way to A004, as the endpoints of these providers have no TLS."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    with real_providers(tmp_path_factory.mktemp("providers"), get_args(Kind)) as found:
        yield found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_login_says_what_the_provider_answers_and_which_rule_explains_it(
    tmp_path: Path, running: Providers, fault: Fault
) -> None:
    lines = said(tmp_path, fault, running)
    answer = re.fullmatch(r"(authorize|token): (\d+) (.*)", fault.answer)
    if len(lines) == 1:
        assert STOPS in lines[0] or "see A002" in lines[0]
        return
    if not answer:
        scopes = fault.answer.removeprefix("grants ")
        assert lines[0] == "Logged in: x with the account type x"
        assert f"Granted scopes: {scopes}" in lines
        return
    step, status, error = answer.groups()
    assert lines[0].startswith("Login of x with the account type x failed: ")
    if step == "token":
        wanted = "a redirect, which is not followed" if status == "303" else error
        assert lines[1] == f"It answered: status {status}, {wanted}"
    elif status == "303":
        assert lines[1] == f"It answered: {error}"
    else:
        assert "still at the provider" in lines[1]
    see = [line for line in lines if line.startswith("See ")]
    if fault.findings and fault.name not in NOT_AT_LOOPBACK:
        assert any(line.startswith(f"See {fault.findings[:4]}: ") for line in see)
    elif "PKCE" in fault.name:
        assert see == [
            "See O006: the provider requires PKCE, and the stack sends no code challenge"
        ]
    elif "basic only" in fault.name:
        assert [line[:8] for line in see] == ["See O004"]
