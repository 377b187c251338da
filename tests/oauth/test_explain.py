"""Which rules may explain a provider's refusal, the likely ones first."""

from __future__ import annotations

import pytest

from manifest_lint.oauth.explain import codes_for, rank
from manifest_lint.oauth.tokens import Refused


@pytest.mark.parametrize(
    ("request_", "error", "status", "code", "number"),
    [
        ("authorize", "access_denied", 303, "S013", 0),
        ("authorize", "invalid_scope", 303, "S013", 0),
        ("authorize", "unsupported_response_type", 303, "A002", 0),
        ("authorize", "unauthorized_client", 303, "A003", 1),
        ("authorize", "invalid_request", 303, "R001", 3),
        ("authorize", "another", 303, "R001", 0),
        ("token", "invalid_client", 401, "A005", 1),
        ("token", "unauthorized_client", 400, "A010", 2),
        ("token", "invalid_grant", 400, "R001", 0),
        ("renewal", "invalid_grant", 400, "A001", 1),
        ("token", "", 404, "A014", 0),
        ("token", "", 404, "A010", 5),
        ("token", "", 200, "A004", 2),
    ],
)
def test_a_refusal_is_explained_by_the_likely_rules(
    request_: str, error: str, status: int, code: str, number: int
) -> None:
    codes = codes_for(request_, refused(error, status))
    assert rank(code, codes) == number


def test_a_refusal_whose_cause_is_known_is_not_explained_by_others() -> None:
    for error in ("access_denied", "invalid_scope"):
        assert codes_for("authorize", refused(error, 303)) == ("S",)
    assert codes_for("authorize", refused("unsupported_response_type", 303)) == ("A002",)


def refused(error: str, status: int) -> Refused:
    return Refused("", error, status)
