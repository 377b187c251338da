"""Send one request to a provider's token endpoint, as the stack does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from manifest_lint.cozy import go_url
from manifest_lint.document.secret import Secret
from manifest_lint.errors import UserError
from manifest_lint.network import http
from manifest_lint.network.failure import Failure
from manifest_lint.network.limits import TOKEN_REQUEST
from manifest_lint.oauth.token_request import Request
from manifest_lint.oauth.tokens import Refused

_MOST_BYTES = 1024 * 1024

_AS_GO = {"User-Agent": "Go-http-client/1.1"}
"""Some providers answer by this header [golang net/http request.go, defaultUserAgent]."""


class TokenAnswer(NamedTuple):
    """The status and the body of an answer, and the provider's clock if it sent the time."""

    status: int
    body: bytes
    date: datetime | None

    def __repr__(self) -> str:
        return f"TokenAnswer({self.status})"


def send(
    request: Request, environment: Mapping[str, str], seconds: float = TOKEN_REQUEST
) -> TokenAnswer:
    """Send a request once, and return the answer. A redirect is not followed.

    `environment` names proxies and certificates. Raises UserError, which names the host, without
    an answer, and Refused for a redirect and for an answer that is too long.
    """
    url = request.url(Secret.reveal)
    body = request.body(Secret.reveal)
    host = go_url.parse(request.endpoint).host
    sent = http.Request(
        request.method,
        url,
        seconds,
        lambda _: _MOST_BYTES,
        body=body.encode() if request.method == "POST" else None,
        headers={**_AS_GO, **request.headers(Secret.reveal)},
        is_exact=True,
    )
    try:
        answer = http.Client(environment).send(sent)
    except Failure as failure:
        raise UserError(f"{host}: {failure.words()}; nothing was written") from None
    if answer.is_redirect:
        raise Refused(
            f"status {answer.status}, a redirect, which is not followed", "", answer.status
        )
    if len(answer.data) > _MOST_BYTES:
        raise Refused(f"status {answer.status}, with more than 1 MiB", "", answer.status)
    return TokenAnswer(answer.status, answer.data, _date(answer.date))


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
