"""The request that ends a token has no token in its URL, whatever the token mode is."""

from __future__ import annotations

import pytest

from manifest_lint.document.secret import Secret
from manifest_lint.oauth.token_request import revocation_request
from tests.connectors import account_type

ENDPOINT = "https://provider.example/revoke"


@pytest.mark.parametrize(
    ("mode", "has_header"),
    [("get", False), ("form", False), ("basic", True), ("other", False), (..., False)],
)
def test_a_token_is_ended_with_a_form(mode: object, has_header: bool) -> None:
    given = account_type(token_mode=mode, client_id="me", client_secret="S3CRET")
    request = revocation_request(given, ENDPOINT, "TOKEN", "access_token")
    assert (request.method, request.url(Secret.reveal)) == ("POST", ENDPOINT)
    body = request.body(Secret.reveal)
    assert {"token=TOKEN", "token_type_hint=access_token"} <= set(body.split("&"))
    assert ("client_secret=S3CRET" in body) is not has_header
    assert ("Authorization" in request.headers(Secret.reveal)) is has_header
