"""A017: what is copied with a client id or secret."""

from __future__ import annotations

import json

import pytest

from tests.connectors import codes, of_account_type, only


@pytest.mark.parametrize(
    ("written", "severity", "message", "kept"),
    [
        ('"8f3kd02"', "warning", "has quotes around it", "8f3kd02"),
        ("'8f3kd02'", "warning", "has quotes around it", "8f3kd02"),
        ("client_id=8f3kd02", "warning", "starts with `client_id=`", "8f3kd02"),
        ("Client_Secret: 8f3kd02", "warning", "starts with `Client_Secret:`", "8f3kd02"),
        ("Bearer 8f3kd02", "warning", "starts with `Bearer`", "8f3kd02"),
        ("8f3kd02\\n", "warning", "ends with `\\n`, in two characters", "8f3kd02"),
        ("********", "warning", "is masked: it is only dots or asterisks", ""),
        ("\u2022\u2022\u2022\u2022", "warning", "is masked: it is only dots or asterisks", ""),
        ("8f3k************", "warning", "is masked: a part of it is dots", ""),
        ("\u2022\u2022\u2022\u2022kd02", "warning", "is masked: a part of it is dots", ""),
        ("8f3\u200bkd02", "error", "has a character that RFC 6749", ""),
        ("\u201c8f3kd02\u201d", "error", "has a character that RFC 6749", ""),
        ("8f3\tkd02", "error", "has a character that RFC 6749", ""),
        ("8f3\u00e9kd02", "warning", "has a character that RFC 6749", ""),
    ],
)
@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_what_is_copied_with_a_value_is_reported(
    name: str, written: str, severity: str, message: str, kept: str
) -> None:
    finding = only(of_account_type(**{name: written}), "A017")
    assert finding.severity.label == severity
    assert finding.message.startswith(f"`{name}` {message}")
    assert finding.fix is not None
    wanted = [kept] if kept and name == "client_id" else []
    assert [json.loads(edit.text) for edit in finding.fix.edits] == wanted
    assert name == "client_id" or "8f3" not in repr(finding)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "8f3kd02",
            "a+b/c==",
            "O'Reilly",
            'a"b',
            "client_identifier",
            "basically",
            "id with space",
        ),
        *("$CLIENT_ID", '"$CLIENT_ID"', "<votre identit\u00e9>", "\u2026", "...", "**", '""', ""),
    ],
)
@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_other_values_are_not_reported(name: str, written: str) -> None:
    assert "A017" not in codes(of_account_type(**{name: written}))


def test_a_secret_grant_sends_no_client() -> None:
    found = of_account_type(grant_mode="secret", client_id="'a'", secret="$S", slug="x")
    assert "A017" not in codes(found)
