"""`manifest-lint login`: at a certified provider, with what a person may do wrong."""

from __future__ import annotations

import json
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from manifest_lint.api.tokens import Options, Page, login, renew
from manifest_lint.errors import UserError
from manifest_lint.oauth.logged_in import LoggedIn
from tests.provider_login import PKCE, PLUS, Kind
from tests.real_login import Providers, connector, person, real_providers, stored

NOW = 1764423000.0
OFFLINE = "openid read offline_access"
CONSENT = {"extras": {"prompt": "consent"}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    kinds: tuple[Kind, ...] = ("usual", "basic only", "with GET")
    with real_providers(tmp_path_factory.mktemp("providers"), kinds) as found:
        yield found


def options(folder: Path, **more: Any) -> Options:
    return Options(environment=more.pop("environment", {}), now=lambda: NOW, path=folder, **more)


def who(origin: str, token: str) -> int:
    """Return the status of a request that a connector makes with its token."""
    request = urllib.request.Request(f"{origin}/me", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(
    ("mode", "kind"), [("form", "usual"), ("basic", "basic only"), ("get", "with GET")]
)
def test_a_login_writes_a_token_that_works_and_can_be_renewed(
    tmp_path: Path, running: Providers, mode: str, kind: Kind
) -> None:
    folder = connector(tmp_path, running[kind], OFFLINE, token_mode=mode, **CONSENT)
    done = login(options(folder), person)
    assert done.refusal is None
    assert done.granted == tuple(OFFLINE.split())
    assert done.missing == ()
    assert done.written == ("access_token", "refresh_token", "token_type", "expires_at")
    first = stored(folder)
    assert first["token_type"] == "Bearer"
    assert first["expires_at"] == "2025-11-29T14:30:00Z"
    assert stat.S_IMODE((folder / "konnector-dev-config.json").stat().st_mode) == 0o600
    assert who(running[kind], first["access_token"]) == 200
    again = renew(options(folder))
    assert again.refusal is None
    second = stored(folder)
    assert second["access_token"] != first["access_token"]
    assert who(running[kind], second["access_token"]) == 200
