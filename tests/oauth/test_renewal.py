"""`login --renew`: the stored refresh token, as the stack renews it."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click import unstyle

from manifest_lint.api.tokens import Options, renew
from manifest_lint.errors import UserError
from manifest_lint.reports.login import FORMATS, text
from tests.injected.pairs import Provider
from tests.real_login import answering, connector, stored
from tests.servers.metadata import serving

NOW = 1764423000.0
OLD = {"access_token": "old", "refresh_token": "r3fresh-1", "token_type": "Bearer"}


def written(folder: Path, **fields: Any) -> Path:
    values = {key: value for key, value in {**OLD, **fields}.items() if value is not ...}
    (folder / "konnector-dev-config.json").write_text(json.dumps({"fields": values}))
    return folder


def options(folder: Path) -> Options:
    return Options(environment={}, now=lambda: NOW, path=folder)


@pytest.mark.parametrize(
    ("answer", "changed"),
    [
        (
            {"access_token": "new", "expires_in": 60, "token_type": "MAC"},
            {"access_token": "new", "expires_at": "2025-11-29T13:31:00Z"},
        ),
        (
            {"access_token": "new", "refresh_token": "r3fresh-2"},
            {"access_token": "new", "refresh_token": "r3fresh-2"},
        ),
        ({"id_token": "new"}, {}),
        ({}, {}),
    ],
)
def test_what_the_answer_has_replaces_what_is_stored(
    tmp_path: Path, answer: dict[str, Any], changed: dict[str, str]
) -> None:
    with serving(answering(200, json.dumps(answer).encode())) as (origin, heard):
        folder = written(connector(tmp_path, origin))
        done = renew(options(folder))
    assert done.refusal is None
    shown = {name: "\n".join(form(done)) for name, form in FORMATS.items()}
    assert unstyle(shown["text"]).startswith("Renewed: x with the account type x\n")
    for line in ("No refresh token", "Wrote  to"):
        assert line not in shown["text"]
    assert ("Wrote" in shown["text"]) is bool(changed)
    assert ("has no `access_token`" in shown["text"]) is ("access_token" not in answer)
    assert len(heard) == 1
    assert stored(folder) == {**OLD, **changed}


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_token"])
def test_a_refresh_token_that_no_longer_counts_needs_a_login(tmp_path: Path, error: str) -> None:
    body = json.dumps({"error": error, "error_description": "r3fresh-1 is old"}).encode()
    with serving(answering(400, body)) as (origin, _):
        folder = written(connector(tmp_path, origin))
        done = renew(options(folder))
    assert done.refusal
    shown = "\n".join(text(done))
    assert f"status 400, {error}: *** is old" in shown
    assert "run login without --renew" in shown
    assert stored(folder) == OLD


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"error": {"type": "OAuthException", "code": 100, "message": "no"}}, "OAuthException: no"),
        ({"code": "bad_client", "message": "r3fresh-1 is old"}, "bad_client: *** is old"),
        ({"error": "", "error_description": "why"}, "why"),
        ({"error": 5}, "no error is named"),
    ],
)
def test_what_a_provider_says_in_its_own_way_is_shown(
    tmp_path: Path, answer: dict[str, Any], shown: str
) -> None:
    with serving(answering(400, json.dumps(answer).encode())) as (origin, _):
        done = renew(options(written(connector(tmp_path, origin))))
    assert f"status 400, {shown}" in "\n".join(text(done))


@pytest.mark.parametrize(
    ("expires_at", "is_renewed"),
    [
        ("2025-11-29T13:34:59Z", True),
        ("2025-11-29T13:35:00Z", True),
        ("2025-11-29T13:35:01Z", False),
        ("2025-11-29T15:35:01+02:00", False),
        ("2025-11-29T14:34:59.123456789+01:00", True),
        ("2020-01-01T00:00:00Z", True),
        ("0001-01-01T00:00:00Z", False),
        (..., False),
    ],
)
def test_only_a_token_that_expires_soon_is_renewed(
    tmp_path: Path, expires_at: Any, is_renewed: bool
) -> None:
    with serving(answering(200, b'{"access_token": "new"}')) as (origin, heard):
        folder = written(connector(tmp_path, origin), expires_at=expires_at)
        done = renew(options(folder), 300)
    assert bool(heard) == is_renewed
    assert ("Not renewed" in next(text(done))) is not is_renewed


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"refresh_token": ...}, "has no `refresh_token`"),
        ({"refresh_token": 5}, "has no `refresh_token`"),
        ({"refresh_token": ""}, "has no `refresh_token`"),
        ({"expires_at": "tomorrow"}, "is not a time such as"),
        ({"expires_at": 1764423000}, "is not a time such as"),
        ({"expires_at": "2025-11-29T13:34:59"}, "is not a time such as"),
    ],
)
def test_what_is_stored_wrongly_is_refused(
    tmp_path: Path, fields: dict[str, Any], why: str
) -> None:
    folder = written(connector(tmp_path, "http://127.0.0.1:9"), **fields)
    with pytest.raises(UserError, match=why):
        renew(options(folder), 300 if "expires_at" in fields else None)


def test_two_renewals_at_once_spend_each_refresh_token_once(tmp_path: Path) -> None:
    """A provider that issues a new refresh token may revoke all of them if one is used twice."""
    provider = Provider()
    with serving(provider) as (origin, _):
        folder = written(connector(tmp_path, origin), refresh_token="r0")
        threads = [Thread(target=renew, args=(options(folder),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (provider.last, provider.refused) == ("r4", 0)
    assert stored(folder)["refresh_token"] == "r4"
