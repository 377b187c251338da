"""A011 to A013: what a grant mode needs besides the keys of every login."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.connectors import of_account_type, only, severities

SLUG = {"slug": "x"}
PAGE = "https://bank.example/page"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grant_mode": "authorization_code+secret"}, ["warning"]),
        ({"grant_mode": "bi_webview+secret"}, ["warning"]),
        ({"grant_mode": "secret"}, ["warning"]),
        ({"grant_mode": "secret", "secret": None}, ["warning"]),
        ({"grant_mode": "secret", "secret": "S3CRET"}, []),
        ({"grant_mode": "secret", "SECRET": {"key": "S3CRET"}}, []),
        ({"grant_mode": "secret", "secret": "$SECRET"}, []),
        ({"grant_mode": "authorization_code"}, []),
    ],
)
def test_a_grant_mode_with_a_secret_needs_one(changes: dict[str, Any], expected: list[str]) -> None:
    assert severities("A011", **SLUG, **changes) == expected


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"grant_mode": "bi_webauth"}, "`reconnect_endpoint` and `manage_endpoint` missing"),
        ({"grant_mode": "bi_webview+secret", "manage_endpoint": PAGE}, "`reconnect_endpoint` miss"),
        ({"grant_mode": "bi_webview", "reconnect_endpoint": PAGE}, "`manage_endpoint` missing"),
        (
            {"grant_mode": "bi_webview", "reconnect_endpoint": PAGE, "manage_endpoint": ""},
            "`manage_endpoint` missing",
        ),
    ],
)
def test_an_aggregator_needs_pages_for_its_accounts(changes: dict[str, Any], named: str) -> None:
    assert only(of_account_type(**changes), "A012").message.startswith(named)


@pytest.mark.parametrize(
    "changes",
    [
        {"grant_mode": "authorization_code"},
        {"grant_mode": "bi_webview", "reconnect_endpoint": PAGE, "manage_endpoint": PAGE},
        {"grant_mode": "bi_unknown"},
    ],
)
def test_no_page_is_missing(changes: dict[str, Any]) -> None:
    assert severities("A012", **changes) == []


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("ID ", "ends"),
        (" ID", "starts"),
        ("\tID\n", "starts and ends"),
        ("ID\u00a0", "ends"),
        ("\ufeffID", "starts"),
        ("ID\u200b", "ends"),
        ("ID\x00", "ends"),
        ("ID\x7f", "ends"),
        ("É ", "ends"),
    ],
)
def test_what_surrounds_the_client_is_sent_too(name: str, value: str, where: str) -> None:
    finding = only(of_account_type(**{name: value}), "A013")
    assert finding.refused_by == ("login",)
    assert f"`{name}` {where} with" in finding.message
    assert "ID" not in finding.message
    assert finding.fix is not None
    edits = [json.loads(edit.text) for edit in finding.fix.edits]
    assert edits == (
        [value.strip("\u00a0\ufeff\u200b\x00\x7f \t\n")] if name == "client_id" else []
    )


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
@pytest.mark.parametrize("value", [" ", "\n", "\u00a0\u200b"])
def test_white_space_alone_is_no_client(name: str, value: str) -> None:
    finding = only(of_account_type(**{name: value}), "A013")
    assert finding.message == f"`{name}` is only white space"


@pytest.mark.parametrize("value", ["ID", "I D", "É", "", "$ID", None, 1])
def test_a_client_without_white_space_around_it_passes(value: Any) -> None:
    assert severities("A013", client_id=value) == []


def test_a_secret_grant_sends_no_client() -> None:
    assert severities("A013", grant_mode="secret", client_id="ID ") == []
